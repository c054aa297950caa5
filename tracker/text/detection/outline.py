"""What a plain text is made of: paragraphs put together from wrapped lines, headings, and items with their lead-in.

A text that came from a PDF or an email has line ends where the page was full, the head and the number of each page
between two halves of a sentence, and lists whose items share the words before them. Nothing is changed here: every
paragraph is a list of spans of the text as it is stored. Plain Python, no database.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

_FULL_LINE = 0.72
"""A line of at least this share of the width is taken to be full, so that its sentence goes on in the next one."""
_MAX_HEADING_CHARS = 140
_MAX_FURNITURE_CHARS = 100
_MAX_PAGE_NUMBER_CHARS = 14
_MAX_BARE_ITEM_CHARS = 400
_MIN_BROKEN_CHARS = 25
"""A line at least so long may be cut in two by the end of its page."""
_MIN_FULL_CHARS = 40
_STOPS = frozenset(".!?…\"”’')]0123456789")
"""What the line may end in whose sentence is over: the number of a note may be after it."""
_MIN_REPEATS = 3
"""A short line that is in a text this often, numbers aside, is the head or foot of its pages."""

_DIGITS = b"0123456789"

_BULLET = re.compile(r"(?:[•●▪■◦‣⁃∙·\uf0b7\uf0a7\uf0d8]\s*|[-–—*o]\s+)(?=\S)")
_NUMBER = re.compile(
    r"(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})\)|(?:\d{1,3}|[A-Za-z])\.|\d{1,3}(?:\.\d{1,3}){1,4}\.?)\s+(?=\S)"
)
_INNER_BULLET = re.compile(r"[•●▪◦‣\uf0b7](?<=\s.)(?=\s)")
_PAGE_NUMBER = re.compile(r"\W*(?:page\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?[^\w.]*", re.IGNORECASE)
_ENDS_SENTENCE = re.compile(r"[.!?…][\"”’')\]]*\d{0,3}$")
_NAMED_HEADING = re.compile(
    r"(?P<name>recommendation|rec\.?|commitment|action|objective|priority|finding|conclusion)\s+"
    r"(?P<number>\d{1,3}(?:\.\d{1,3})*[a-z]?|[A-Z]{1,2}\d{0,3}|[ivx]{1,5})\b",
    re.IGNORECASE,
)
_CHAPTER = re.compile(
    r"(?:chapter|part|section|annex|appendix|schedule)\s+"
    r"(?:\d+|[A-Z]\b|[ivx]+\b|one|two|three|four|five|six|seven|eight)"
    r"|(?:introduction|foreword|conclusions?|next steps|summary|executive summary|background)$",
    re.IGNORECASE,
)
_JOINED_BY_HYPHEN = frozenset(
    "cross self non co pre post long short well multi inter anti high low full part half end mid semi sub ex pro all "
    "child evidence risk data time community government user victim survivor trauma fact face year day place".split()
)


class Line(NamedTuple):
    """A line of a text without the blanks around it; ``after_gap`` where an empty line is before it."""

    start: int
    end: int
    words: str
    after_gap: bool


@dataclass
class Paragraph:
    """A paragraph, a heading or an item of a list: the spans of its lines in the text.

    ``heading`` is the one it is under, with those above it before it ("Annex B › Ports"), ``recommendation`` the
    one that it is under ("Recommendation 4"). ``lead_in`` are the words that it shares with the other items of its
    list.
    """

    kind: str
    lines: list[Line]
    heading: str = ""
    recommendation: str = ""
    lead_in: str = ""

    def joined(self) -> tuple[str, list[tuple[int, int]]]:
        """Return the words in one line, and for each line where it begins there and in the text."""
        if len(self.lines) == 1:
            line = self.lines[0]
            return line.words, [(0, line.start)]
        pieces: list[str] = []
        places: list[tuple[int, int]] = []
        length = 0
        for line, following in zip(self.lines, [*self.lines[1:], None], strict=True):
            places.append((length, line.start))
            words = line.words
            if following is not None:
                words = _before_line_end(words, following.words)
            pieces.append(words)
            length += len(words)
        return "".join(pieces), places

    @property
    def words(self) -> str:
        """The words with lines joined by blanks, and hyphens of line ends taken out."""
        if len(self.lines) == 1:
            return self.lines[0].words
        return self.joined()[0]


def _before_line_end(words: str, following: str) -> str:
    """Return the words of a line as they go on in the next: without the hyphen that only the line end put there."""
    if words.endswith(("-", "‐", "\u00ad")) and words[-2:-1].isalpha() and following[:1].islower():
        head = words[:-1].rpartition(" ")[2].rpartition("-")[2]
        return words if head.casefold() in _JOINED_BY_HYPHEN else words[:-1]
    return words + " "


def paragraphs(text: str) -> list[Paragraph]:
    """Return what a text is made of, in its order, without the heads and feet of pages."""
    lines = list(_lines(text))
    classified = [_classified(together) for together in _put_together(lines)]
    _tell_where_each_stands(classified)
    return classified


def _lines(text: str) -> Iterator[Line]:
    at, gap = 0, False
    for raw in text.split("\n"):
        for start, end in _at_bullets(raw):
            piece = raw[start:end]
            words = piece.strip()
            if words:
                lead = start + len(piece) - len(piece.lstrip())
                yield Line(at + lead, at + lead + len(words), words, gap)
                gap = False
        if not raw or raw.isspace() or "\f" in raw:
            gap = True
        at += len(raw) + 1


def _at_bullets(raw: str) -> list[tuple[int, int]]:
    if raw.isascii() or not _INNER_BULLET.search(raw):
        return [(0, len(raw))]
    cuts = [0, *(match.start() for match in _INNER_BULLET.finditer(raw)), len(raw)]
    return list(pairwise(cuts))


def _is_furniture(lines: list[Line]) -> list[bool]:
    """Say of each line whether it is the head, the foot or the number of a page, or a line drawn under a heading."""

    keys = [
        b"" if len(line.words) > _MAX_FURNITURE_CHARS else line.words.encode("utf-8", "surrogatepass")
        for line in lines
    ]
    keys = [key.translate(None, _DIGITS) for key in keys]  # bytes: several times as quick as letters
    often = {key for key, times in Counter(keys).items() if key and times >= _MIN_REPEATS}
    verdicts: list[bool] = []
    last = ""
    for line, key in zip(lines, keys, strict=True):
        words = line.words
        drawn = len(words) >= 3 and not words[0].isalnum() and not any(char.isalnum() for char in words)
        repeated = (
            key in often
            and not _ENDS_SENTENCE.search(words)
            and words[-1] not in ":;,"
            and not _BULLET.match(words)
            and not _NAMED_HEADING.match(words)
            and words[:1].upper() == words[:1]
        )
        stands_alone = line.after_gap or not verdicts or verdicts[-1] or last in _STOPS
        number = len(words) <= _MAX_PAGE_NUMBER_CHARS and stands_alone and _PAGE_NUMBER.fullmatch(words)
        verdicts.append(bool(drawn or repeated or number))
        last = words[-1]
    return verdicts


def _put_together(lines: list[Line]) -> Iterator[list[Line]]:
    """Yield the lines of each paragraph, heading or item."""
    furniture = _is_furniture(lines)
    widths = _widths(lines)
    current: list[Line] = []
    gap = False
    for line, is_furniture, width in zip(lines, furniture, widths, strict=True):
        gap = gap or line.after_gap
        if is_furniture:
            # A word or two may be a sentence's last line; what is alone is left out with the page's furniture.
            gap = True
            continue
        if current and _goes_on(current, line, gap=gap, width=width):
            current.append(line)
        else:
            if current:
                yield current
            current = [line]
        gap = False
    if current:
        yield current


def _widths(lines: list[Line]) -> list[int]:
    """Return for each line how long its neighbours may get: the longest of its run, or what is usual."""
    followed = sorted(len(line.words) for line, after in pairwise(lines) if not after.after_gap)
    usual = followed[len(followed) * 9 // 10] if followed else 0
    widths: list[int] = []
    run: list[int] = []
    for at, line in enumerate(lines):
        run.append(len(line.words))
        if at + 1 == len(lines) or lines[at + 1].after_gap:
            widest = max(run) if len(run) > 3 else max(*run, usual)
            widths.extend([widest] * len(run))
            run = []
    return widths


def _goes_on(current: list[Line], line: Line, *, gap: bool, width: int) -> bool:
    """Say whether a line goes on with the paragraph before it."""
    last, words = current[-1].words, line.words
    small, sign = words[:1].islower(), last[-1]
    hyphened = small and sign in "-‐\u00ad"
    if not words[0].isalpha() and _BULLET.match(words) and not hyphened:
        return False
    full = len(last) >= _FULL_LINE * width
    ended = sign in _STOPS and bool(_ENDS_SENTENCE.search(last))
    if not small or words[1:2] in ".)" or words[:1] in "(ivx":
        breaks = gap or ended or not full
        if breaks and not small and _NAMED_HEADING.match(words):
            return False
        if (breaks or sign in ":;" or _BULLET.match(current[0].words)) and _NUMBER.match(words):
            return False
    if hyphened:
        return True
    if gap:
        return small and not ended and sign not in ":;" and len(current[0].words) >= _MIN_BROKEN_CHARS
    if sign in ":;":
        return small and full
    if small:
        return not _is_bare_item(current[0]) or full
    return full and (ended or len(current) > 1 or len(last) >= _MIN_FULL_CHARS)


def _is_bare_item(line: Line) -> bool:
    """Say whether a line begins as the item of a list without marks does."""
    return line.words[:1].islower()


def _classified(lines: list[Line]) -> Paragraph:
    first = lines[0]
    if match := _BULLET.match(first.words) or _NUMBER.match(first.words):
        is_bullet = bool(_BULLET.match(first.words))
        rest = Line(first.start + match.end(), first.end, first.words[match.end() :], first.after_gap)
        if is_bullet or not _looks_like_heading([rest, *lines[1:]], most=90):
            return Paragraph("item", [rest, *lines[1:]])
        return Paragraph("heading", lines)
    return Paragraph("heading" if _looks_like_heading(lines, most=_MAX_HEADING_CHARS) else "paragraph", lines)


def _looks_like_heading(lines: list[Line], *, most: int) -> bool:
    words = lines[0].words
    return (
        len(lines) <= 2
        and sum(len(line.words) for line in lines) <= most
        and lines[-1].words[-1] not in ".!?;:,…"
        and not words[:1].islower()
        and not _ENDS_SENTENCE.search(lines[-1].words)
    )


_PLAIN = 7
"""How deep a heading is that has no number."""
_OPEN_LIST = re.compile(r"\b(?:will|to|shall|would|should|must)(?: now| also)?$", re.IGNORECASE)


def _level(words: str) -> int:
    """Return how deep a heading is, from its words: 1 for a chapter, one more for each part of its number."""
    if _CHAPTER.match(words):
        return 1
    if match := re.match(r"\d{1,3}((?:\.\d{1,3})*)\.?\s", words):
        return 2 + match[1].count(".")
    return _PLAIN - 1 if _NAMED_HEADING.match(words) else _PLAIN


def _tell_where_each_stands(sequence: list[Paragraph]) -> None:
    """Write headings, recommendation and lead-in into each paragraph."""
    stack: list[tuple[int, str]] = []
    heading = recommendation = lead_in = outer = ""
    has_marks = False
    for paragraph in sequence:
        words = paragraph.words
        named = _NAMED_HEADING.match(words)
        if named and named["name"].casefold().startswith("rec"):
            recommendation = f"Recommendation {named['number']}"
        if paragraph.kind == "heading" and _OPEN_LIST.search(lead_in) and not has_marks and _level(words) == _PLAIN:
            paragraph.kind = "paragraph"  # an item that ends without a full stop, of a list without marks
        if paragraph.kind == "heading":
            level = _level(words)
            if level <= 2:
                recommendation = recommendation if named else ""
            while stack and stack[-1][0] >= level:
                stack.pop()
            heading = " › ".join(above for _, above in stack)
            paragraph.heading = heading
            stack.append((level, words))
            heading = " › ".join(above for _, above in stack)
            lead_in = outer = ""
        else:
            paragraph.heading = heading
        paragraph.recommendation = recommendation
        if paragraph.kind == "item" or (paragraph.kind == "paragraph" and lead_in and words[:1].islower()):
            paragraph.kind, paragraph.lead_in, has_marks = "item", lead_in, True
            if words.endswith(":"):
                lead_in = f"{outer} {words[:-1]}".strip() if outer else words[:-1]
        elif paragraph.kind == "paragraph" and words.endswith(":"):
            lead_in = outer = words[:-1].rpartition(". ")[2]
            has_marks = False
        elif paragraph.kind == "paragraph" and lead_in and not has_marks and len(words) <= _MAX_BARE_ITEM_CHARS:
            paragraph.lead_in = lead_in  # perhaps an item: HTML read as text has no marks
        elif paragraph.kind == "paragraph":
            lead_in = outer = ""
