"""Words of a text that differ from those looked for in signs alone, and in which. Plain Python, no database.

They are shown to a person and never taken for the words: what differs is said, and who takes them takes the text's.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from tracker.text.characters import QUOTABLE
from tracker.text.folding import NOTE_MARK, FoldedText, fold, note_marks
from tracker.text.interruptions import find_interrupted

_MAX_TRIES = 1_000
"""Places that are looked at: more are only in a text that repeats itself."""
_QUOTATION_MARKS = "'\"‘’‚‛′`´“”„‟″«»"
_DASHES = "-‐‑‒–—―−"
_JOINERS = "".join(QUOTABLE - {"\u200b"})
"""Characters that nobody sees and that no word ends at."""
_NO_BREAK = re.compile("[\u00a0\u2007\u202f]")
_DECIMAL = re.compile(r"\d+\.\d+")
_LINE_END_HYPHEN = re.compile(rf"(?<=\w)[{_DASHES}] ?\r?\n\s*(?=\w)")


@dataclass(frozen=True)
class NearMiss:
    """A span of a text whose words are nearly those looked for.

    ``exact`` is the text's own words from ``start`` on, ``differs_in`` says in words what differs. ``parts`` are the
    spans of the words themselves where something else is between them: two or more, else the one span.
    ``between`` is that something.
    """

    start: int
    exact: str
    differs_in: list[str]
    parts: tuple[tuple[int, int], ...] = ()
    between: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        """The position after the last character, what is between the parts included."""
        return self.start + len(self.exact)

    @property
    def pieces(self) -> list[tuple[bool, str]]:
        """The span cut where something else is between: whether a piece is of the words, and its text."""
        pieces: list[tuple[bool, str]] = []
        at = self.start
        for start, end in self.parts or ((self.start, self.end),):
            pieces += [(False, self.exact[at - self.start : start - self.start])] if start > at else []
            pieces.append((True, self.exact[start - self.start : end - self.start]))
            at = end
        return pieces

    @property
    def spans(self) -> str:
        """The spans of the words alone, as ``12-40,60-90``."""
        return ",".join(f"{start}-{end}" for start, end in self.parts) or f"{self.start}-{self.end}"


def near_misses(text: str, words: str, *, limit: int = 5) -> list[NearMiss]:
    """Return where the text has the words but for signs that nobody reads: soft hyphens, hyphens at line ends,
    ligatures, no-break spaces, marks of notes, quotation marks, dashes, spaces, capitals, accents, punctuation.

    Where there is no such place: where the words are with the head or the foot of a page, a column's number or
    another paragraph between them. In linear time; at most ``limit`` of them.
    """
    folded, wanted = fold(text), fold(words).letters
    misses: list[NearMiss] = []
    if not wanted:
        return misses
    at = folded.letters.find(wanted)
    for _ in range(_MAX_TRIES):
        if at == -1 or len(misses) >= limit:
            break
        if _is_whole(text, folded, at, at + len(wanted)):
            span = _with_marks(text, *folded.span_of(at, at + len(wanted)), words)
            if near := _near_miss(text, words, (span,)):
                misses.append(near)
                at += len(wanted) - 1
        at = folded.letters.find(wanted, at + 1)
    return misses or list(_interrupted(text, folded, wanted, words))


def _interrupted(text: str, folded: FoldedText, wanted: str, words: str) -> Iterator[NearMiss]:
    for passage in find_interrupted(text, folded, wanted):
        start, end = _with_marks(text, passage.start, passage.end, words)
        parts = ((start, passage.parts[0][1]), *passage.parts[1:-1], (passage.parts[-1][0], end))
        ends = [_with_stop(text, part_end, parts[at + 1][0]) for at, (_, part_end) in enumerate(parts[:-1])]
        parts = tuple((begin, ends[at] if at < len(ends) else end) for at, (begin, _) in enumerate(parts))
        if near := _near_miss(text, words, parts):
            yield near


def _with_stop(text: str, end: int, limit: int) -> int:
    """The end of a part with its own punctuation, and the hyphen at a page's end."""
    match = re.compile(r"[^\w\s\[(]+").match(text, end, limit)
    return match.end() if match else end


def _is_whole(text: str, folded: FoldedText, first: int, last: int) -> bool:
    """Whether letters begin and end where words of the text do: something that can be seen is at either end."""
    for index in (first, last):
        if 0 < index < len(folded.letters):
            gap = text[folded.place_of(index - 1) + 1 : folded.place_of(index)]
            if not gap.strip(_JOINERS):
                return False
    return True


def _with_marks(text: str, start: int, end: int, words: str) -> tuple[int, int]:
    """Widen a span over the punctuation with which the words looked for begin and end, as far as the text has it."""
    stripped = words.strip()
    leading = re.match(r"[\W_]*", stripped)[0]  # type: ignore[index]
    ending = re.search(rf"(?:{NOTE_MARK.pattern})?(?P<marks>[\W_]+)$", stripped)
    trailing = ending["marks"] if ending else ""
    start = _past_marks(text, start, leading[::-1], step=-1)
    mark = NOTE_MARK.match(text, end)
    after = mark.end() if mark and (note_marks(words[-8:]) or trailing) else end
    at = _past_marks(text, after, trailing, step=1)
    if mark and at == after and not note_marks(words[-8:]):
        return start, end
    return start, at


def _past_marks(text: str, at: int, marks: str, *, step: Literal[1, -1]) -> int:
    """Return the place beyond as many marks of the text as ``marks`` has, past blanks where those have some."""
    reached = at
    for mark in marks:
        while mark.isspace() and _sign(text, at, step).isspace():
            at += step
        if mark.isspace():
            continue
        sign = _sign(text, at, step)
        if not sign or sign.isalnum() or sign.isspace():
            break
        at = reached = at + step
    return reached


def _sign(text: str, at: int, step: Literal[1, -1]) -> str:
    """The character after a place, or before it; empty at the ends of the text."""
    return text[at : at + 1] if step == 1 else text[max(at - 1, 0) : at]


def _near_miss(text: str, words: str, parts: tuple[tuple[int, int], ...]) -> NearMiss | None:
    """The words of the text with what differs; None where figures or the numbers of notes say something else."""
    start, end = parts[0][0], parts[-1][1]
    own = text[start : parts[0][1]]
    for begin, finish in parts[1:]:
        own += ("\n" if own[-1] in _DASHES else " ") + text[begin:finish]
    marks, wanted = note_marks(own), note_marks(words)
    if not _is_within(marks, wanted) and not _is_within(wanted, marks):
        return None
    if _decimals(own) != _decimals(words):
        return None
    between = tuple(" ".join(text[finish:begin].split()) for (_, finish), (begin, _) in pairwise(parts))
    differs_in = list(_differences(own, words.strip(), is_parted=len(parts) > 1))
    return NearMiss(start, text[start:end], differs_in, parts, between)


def _is_within(few: list[str], many: list[str]) -> bool:
    """Whether the one is the other with some left out."""
    rest = iter(many)
    return all(mark in rest for mark in few)


def _decimals(words: str) -> list[str]:
    return _DECIMAL.findall(NOTE_MARK.sub("", words))


def _differences(actual: str, words: str, *, is_parted: bool) -> Iterator[str]:
    """Yield, in words for a person, what differs between the words of the text and those looked for."""
    if is_parted:
        yield "words in between"
    if NOTE_MARK.findall(actual) != NOTE_MARK.findall(words):
        yield "marks of notes"
    if _only(actual, "\u00ad") != _only(words, "\u00ad"):
        yield "soft hyphens"
    zero_width = "".join(QUOTABLE - {"\u00ad"})
    if _only(actual, zero_width) != _only(words, zero_width):
        yield "characters without width"
    actual, words = (NOTE_MARK.sub("", side).translate(dict.fromkeys(map(ord, QUOTABLE))) for side in (actual, words))
    if bool(_LINE_END_HYPHEN.search(actual)) != bool(_LINE_END_HYPHEN.search(words)):
        yield "hyphens at line ends"
    joined = [_LINE_END_HYPHEN.sub("-", actual), _LINE_END_HYPHEN.sub("", actual)]
    words = _LINE_END_HYPHEN.sub("", words)
    actual = next((reading for reading in joined if _only(reading, _DASHES) == _only(words, _DASHES)), joined[1])
    if _composed(actual, "NFC") != _composed(words, "NFC") and _composed(actual, "NFKC") == _composed(words, "NFKC"):
        yield "ligatures and other joined signs"
    actual, words = _composed(actual, "NFKC", spaces=True), _composed(words, "NFKC", spaces=True)
    if _only(actual, _QUOTATION_MARKS) != _only(words, _QUOTATION_MARKS):
        yield "quotation marks"
    if _only(actual, _DASHES) != _only(words, _DASHES):
        yield "dashes"
    blanks = [re.findall(r"\s+", side.strip()) for side in (actual, words)]
    if blanks[0] != blanks[1]:
        plain = [[_NO_BREAK.sub(" ", blank) for blank in side] for side in blanks]
        yield "no-break spaces" if plain[0] == plain[1] else "spaces or line ends"
    letters = [[char for char in text if char.isalpha()] for text in (actual, words)]
    if letters[0] != letters[1]:
        small = [[char.lower() for char in text] for text in letters]
        yield "capital letters" if small[0] == small[1] else "accents or forms of letters"
    others = [
        [char for char in text if not (char.isalnum() or char.isspace() or char in _QUOTATION_MARKS + _DASHES)]
        for text in (actual, words)
    ]
    if others[0] != others[1]:
        yield "punctuation"


def _composed(words: str, form: Literal["NFC", "NFKC"], *, spaces: bool = False) -> str:
    """The letters in one normal form; blanks stay as they are where ``spaces`` says so, else are left out."""
    if spaces:
        return "".join(
            piece if piece.isspace() else unicodedata.normalize(form, piece) for piece in re.split(r"(\s+)", words)
        )
    return unicodedata.normalize(form, "".join(char for char in words if char.isalnum())).lower()


def _only(text: str, signs: str) -> list[str]:
    return [char for char in text if char in signs]
