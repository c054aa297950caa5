"""Texts folded to what a reader's eye takes from them, letters and digits, with the way back to each character.

Plain Python, no Django, no database. Words that are copied from a viewer differ from the text behind it in signs that
nobody reads: soft hyphens, hyphens at line ends, ligatures, no-break spaces, marks of notes. Folded, both are alike.
Folding is for finding; what is found is always shown and taken as the text has it.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
NOTE_MARK = re.compile(
    rf"(?<=[^\W\d_]{{2}})(?<!\b[kcm]m)[{_SUPERSCRIPTS}]+|(?<=[.,;:!?)”’\"'])[{_SUPERSCRIPTS}]+"
    # A raised number that a program wrote as plain digits: “delay12”, “ports.12”, and no reference such as “para.4.2”.
    r"|(?<=[a-z]{2})\d{1,3}(?![\w]|[.,]\d)|(?<=[a-z][.,;:!?)”’\"'])\d{1,3}(?![\w]|[.,]\d)"
    r"|\s?\[(?i:(?:foot)?note |fn\.? ?)?(?:\d{1,3}|[a-z])\]"
)
"""The mark of a footnote or an endnote, as browsers, viewers and this program write it."""
_WORD = re.compile(r"[^\W_]+")
_DIGITS = {ord(sign): str(digit) for digit, sign in enumerate(_SUPERSCRIPTS)}


def plain_digits(words: str) -> str:
    """Return words with the raised digits of marks of notes as plain ones: as the page itself has them."""
    return NOTE_MARK.sub(lambda mark: mark[0].translate(_DIGITS), words)


def note_marks(text: str) -> list[str]:
    """Return the marks of notes in a text, in order, each as its digits or its letter."""
    return [
        match[0].translate(_DIGITS).rstrip("]").split("[")[-1].split(" ")[-1] for match in NOTE_MARK.finditer(text)
    ]


@dataclass
class FoldedText:
    """The letters and digits of a text, small and without accents, ligatures taken apart and marks of notes left out.

    ``place_of`` leads from a character of ``letters`` to the one of the text.
    """

    letters: str = ""
    _starts: list[int] = field(default_factory=list)
    """For each word, where it begins in ``letters``."""
    _places: list[int] = field(default_factory=list)
    """For each word, where it begins in the text."""
    _uneven: dict[int, list[int]] = field(default_factory=dict)
    """For a word whose letters are more or fewer than its characters: where each letter is within it."""

    def place_of(self, index: int) -> int:
        """Return where the letter at ``index`` of ``letters`` is in the text."""
        word = bisect_right(self._starts, index) - 1
        within = index - self._starts[word]
        return self._places[word] + (self._uneven[word][within] if word in self._uneven else within)

    def span_of(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the text whose letters are ``letters[start:end]``, which has one letter or more."""
        return self.place_of(start), self.place_of(end - 1) + 1


def fold(text: str) -> FoldedText:
    """Return a text folded to its letters and digits. In linear time."""
    folded = FoldedText()
    pieces: list[str] = []
    length = 0
    for match in _WORD.finditer(NOTE_MARK.sub(lambda mark: " " * len(mark[0]), text)):
        word = match[0]
        if word.isascii():
            letters = word.lower()
        else:
            each = [_fold_letter(character) for character in word]
            letters = "".join(each)
            if len(letters) != len(word):
                folded._uneven[len(folded._starts)] = [at for at, replacement in enumerate(each) for _ in replacement]
        if letters:
            folded._starts.append(length)
            folded._places.append(match.start())
            pieces.append(letters)
            length += len(letters)
    folded.letters = "".join(pieces)
    return folded


def _fold_letter(character: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", character).casefold() if letter.isalnum())
