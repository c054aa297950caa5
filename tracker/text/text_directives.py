"""The text directives that lead a browser to words of a page. Plain Python, no database.

What a browser does with a directive, as tried with Chromium 156: each of its terms has to be within one block of
the page, a line break (<br>) being the end of one; it has to begin and end with words; of two terms, the first place
of the first and then the first place of the second are marked; what is marked may run over any number of blocks, but
in a PDF over one page alone. Quotation marks, accents, capitals, blanks, ligatures and soft hyphens make no difference
to it, hyphens and dashes do. A word that a PDF breaks at a line's end matches nothing. Of several directives all are
marked that match, and what does not match does no harm.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from tracker.text.characters import QUOTABLE
from tracker.text.folding import NOTE_MARK, plain_digits

_MAX_WHOLE_WORDS = 5
"""Words that are named whole; more are named by their ends."""
_EDGE_WORDS = 4
_MAX_EDGE_WORDS = 10
"""Words that are named at each end; at most, where fewer are elsewhere too."""
_MAX_CONTEXT_WORDS = 6
_MAX_CONTEXT_CHARS = 400
_MAX_PAGES = 4
_LABEL = re.compile(r"(?:\(?(?:\d{1,3}|[a-z]|[ivxl]{1,6})[.)]|[•▪–*-]|\d{1,3}(?:\.\d{1,3}){1,3}\.?)\s+")
"""The number or the sign of a list's item: a browser may draw it without having it in the text of the page."""
_WORD = re.compile(r"\S+")
_LINE_END = re.compile(r"[\r\n\t]+")
_PARAGRAPH_END = re.compile(r"\n\s*\n|\t")
_GLUED = re.compile(r"\d[A-Z][a-z]|[a-z][A-Z][a-z]{2}")
"""Two blocks of a page that came without a blank between."""
_QUOTATION_MARK = re.compile("['\"‘’‚‛“”„‟]")


class Words(NamedTuple):
    """Words of one block: a span of the text, from a word's beginning to a word's end."""

    start: int
    end: int


def text_directives(text: str, start: int, end: int, *, pages: Sequence[int] = ()) -> list[str]:
    """Return the text directives that lead to ``text[start:end]``, the fullest first. None names words elsewhere.

    ``pages`` are the starts of the pages of a PDF: each page has directives of its own.
    """
    start, end = whole_words(text, start, end)
    if start >= end:
        return []
    maker = _DirectiveMaker(text, _PARAGRAPH_END if pages else _LINE_END)
    cuts = [page for page in pages if start < page < end][:_MAX_PAGES]
    directives: list[str] = []
    for first, last in zip([start, *cuts], [*cuts, end], strict=True):
        directives.extend(maker.directives(*whole_words(text, first, last)))
    return list(dict.fromkeys(directives))


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to whole words, the raised mark of a note at its end with them; without blanks at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while 0 < start < end and _is_of_word(text[start - 1]) and _is_of_word(text[start]):
        start -= 1
    while start < end < len(text) and _is_of_word(text[end - 1]) and _is_of_word(text[end]):
        end += 1
    return start, end


def _is_of_word(character: str) -> bool:
    return character.isalnum() or (character in QUOTABLE and character != "\u200b")


@dataclass
class _DirectiveMaker:
    """Makes directives for one text."""

    text: str
    block_end: re.Pattern[str]
    """What no term may run over: the end of a line of a page, in a PDF that of a paragraph."""

    def directives(self, start: int, end: int) -> Iterator[str]:
        """Yield the directives for a span that lies on one page, the fullest first."""
        lines = [self._words(*line) for line in self._lines(start, end)]
        if not lines:
            return
        if len(lines) == 1 and len(lines[0]) <= _MAX_WHOLE_WORDS:
            yield from self._whole(lines[0])
        firsts, lasts = list(self._firsts(lines)), list(self._lasts(lines))
        for first, last in ((0, 0), (1, 0), (0, 1), (1, 1)):
            is_there = first < len(firsts) and last < len(lasts)
            if is_there and (directive := self._range(firsts[first], lasts[last])):
                yield directive

    # --- Words to begin and to end with -----------------------------------------------------------

    def _lines(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        at = start
        for match in self.block_end.finditer(self.text, start, end):
            if self.text[at : match.start()].strip():
                yield at, match.start()
            at = match.end()
        if self.text[at:end].strip():
            yield at, end

    def _words(self, start: int, end: int) -> list[Words]:
        return [Words(*match.span()) for match in _WORD.finditer(self.text, start, end)]

    def _firsts(self, lines: list[list[Words]]) -> Iterator[list[Words]]:
        """The words to begin with, as many as there are; then without what a page may part from its text or draw
        without having it there: the number of an item, a large first letter."""
        words = lines[0]
        yield words
        label = _LABEL.match(self.text, words[0].start, words[-1].end)
        skipped = sum(word.start < label.end() for word in words) if label else 1
        rest = self._sound(words[skipped:])
        if len(rest) >= 2:
            yield rest
        elif len(lines) > 1:
            yield lines[1]

    def _lasts(self, lines: list[list[Words]]) -> Iterator[list[Words]]:
        """The words to end with; then without the last, to which a page may have glued the mark of a note."""
        words = lines[-1]
        label = _LABEL.match(self.text, words[0].start, words[-1].end) if len(lines) > 1 else None
        if label and sum(word.start >= label.end() for word in words):
            words = [word for word in words if word.start >= label.end()]
        yield words
        rest = self._sound(words[-2::-1])[::-1]
        if len(rest) >= 2:
            yield rest
        elif len(lines) > 1:
            yield lines[-2]

    def _sound(self, words: list[Words]) -> list[Words]:
        """The words from the first on that a page surely has as the text has it."""
        skipped = next((at for at, word in enumerate(words) if not self._is_unsure(word)), len(words))
        return words[skipped:]

    def _is_unsure(self, word: Words) -> bool:
        """Whether a word may be otherwise on the page: broken at a line's end, glued, with the mark of a note."""
        own = self.text[word.start : word.end]
        before, after = self.text[max(0, word.start - 4) : word.start], self.text[word.end : word.end + 2]
        if (own[-1] in "-\u2010\u00ad" and "\n" in after) or re.search(r"[-\u2010\u00ad] ?\r?\n\s*$", before):
            return True
        return bool(_GLUED.search(own) or NOTE_MARK.search(self.text, word.start, word.end))

    # --- Directives -------------------------------------------------------------------------------

    def _whole(self, words: list[Words]) -> Iterator[str]:
        """Yield directives for a few words: alone where they are nowhere else, else with the words around them."""
        span = Words(words[0].start, words[-1].end)
        if self._is_first(span) and not self._is_there(span, span.end, len(self.text)):
            yield self._directive(span)
            return
        for prefix in self._before(span.start):
            if self._is_first(Words(prefix.start, span.end)):
                yield self._directive(span, prefix=prefix)
                break
        for suffix in self._after(span.end):
            if self._is_first(Words(span.start, suffix.end)):
                yield self._directive(span, suffix=suffix)
                break

    def _range(self, firsts: list[Words], lasts: list[Words]) -> str:
        """Return the directive from the first of these words to the last of those; empty where none leads there."""
        if firsts[-1].end > lasts[0].start:  # they are of one line
            firsts = [word for word in firsts if word.end <= lasts[-1].start]
            firsts = firsts[: max(1, len(firsts) * 2 // 3)]
            lasts = [word for word in lasts if word.start >= firsts[-1].end] if firsts else []
            if len(firsts) < 2 or len(lasts) < 2:
                return ""
        start = self._start_term(firsts)
        end = self._end_term([word for word in lasts if word.start >= start[0].end], start[0].end) if start else None
        return self._directive(start[0], end[0], prefix=start[1], suffix=end[1]) if start and end else ""

    def _start_term(self, words: list[Words]) -> tuple[Words, Words | None] | None:
        """The words to begin with that are nowhere before, else some with a prefix so that they do not."""
        terms = list(self._edges(words))
        if first := next(filter(self._is_first, terms), None):
            return first, None
        prefixes = self._before(terms[0].start) if terms else iter(())
        prefix = next((prefix for prefix in prefixes if self._is_first(Words(prefix.start, terms[0].end))), None)
        return (terms[0], prefix) if prefix else None

    def _end_term(self, words: list[Words], low: int) -> tuple[Words, Words | None] | None:
        """The words to end with that are nowhere between ``low`` and themselves, else some with a suffix."""
        terms = list(self._edges(words[::-1]))
        if last := next((term for term in terms if not self._is_there(term, low, term.end - 1)), None):
            return last, None
        for suffix in self._after(terms[0].end) if terms else iter(()):
            if not self._is_there(Words(terms[0].start, suffix.end), low, suffix.end - 1):
                return terms[0], suffix
        return None

    def _edges(self, words: list[Words]) -> Iterator[Words]:
        """Yield terms from the first of the words on, growing: four words, then more, up to one that is unsure."""
        sure = next((at for at, word in enumerate(words) if at and self._is_unsure(word)), len(words))
        for number in range(min(_EDGE_WORDS, sure), min(_MAX_EDGE_WORDS, sure) + 1):
            chosen = words[:number]
            if chosen:
                yield Words(min(word.start for word in chosen), max(word.end for word in chosen))

    def _before(self, start: int) -> Iterator[Words]:
        """Yield words of one block right before a place, growing."""
        low = max(0, start - _MAX_CONTEXT_CHARS)
        lines = list(self._lines(low, start))
        words = self._words(*lines[-1])[::-1] if lines else []
        if words and low and words[-1].start == low:
            words.pop()  # it may be the end of a word
        for number in range(1, min(_MAX_CONTEXT_WORDS, len(words)) + 1):
            if self._is_unsure(words[number - 1]):
                return
            yield Words(words[number - 1].start, words[0].end)

    def _after(self, end: int) -> Iterator[Words]:
        """Yield words of one block right after a place, growing."""
        high = min(len(self.text), end + _MAX_CONTEXT_CHARS)
        lines = list(self._lines(end, high))
        words = self._words(*lines[0]) if lines else []
        if words and high < len(self.text) and words[-1].end == high:
            words.pop()
        for number in range(1, min(_MAX_CONTEXT_WORDS, len(words)) + 1):
            if self._is_unsure(words[number - 1]):
                return
            yield Words(words[0].start, words[number - 1].end)

    # --- Where else the words are ----------------------------------------------------------------

    def _is_first(self, words: Words) -> bool:
        return not self._is_there(words, 0, words.end - 1)

    def _is_there(self, words: Words, low: int, high: int) -> bool:
        """Whether words as a browser compares them are in ``text[low:high]``."""
        pieces = re.split(r"\s+", self.text[words.start : words.end])
        pattern = r"\s+".join(_QUOTATION_MARK.sub("['\"‘’‚‛“”„‟]", re.escape(piece)) for piece in pieces)
        return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE).search(self.text, low, high) is not None

    def _directive(
        self, first: Words, last: Words | None = None, *, prefix: Words | None = None, suffix: Words | None = None
    ) -> str:
        terms = [f"{self._encoded(prefix)}-"] if prefix else []
        terms += [self._encoded(first)] + ([self._encoded(last)] if last else [])
        terms += [f"-{self._encoded(suffix)}"] if suffix else []
        return f"text={','.join(terms)}"

    def _encoded(self, words: Words) -> str:
        plain = " ".join(self.text[words.start : words.end].split()).translate(dict.fromkeys(map(ord, QUOTABLE)))
        # "-" and "," are part of the directive's syntax and must be escaped within the words.
        return quote(plain_digits(plain), safe="").replace("-", "%2D")
