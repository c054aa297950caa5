"""What is between the words of a sentence and is no part of it: heads and feet of pages, numbers of columns.

Plain Python, no Django, no database.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tracker.text.folding import NOTE_MARK, FoldedText

_COLUMN = r"(?:\d{1,2} [A-Z][a-z]+ \d{4} ?:? ?)?(?:Column|Col\.|Page|p\.) ?\d+(?:WS|WH|W|PC)?(?: of \d+)?"
_FURNITURE = re.compile(rf"[\s\[(–-]*(?:{_COLUMN}|\d{{1,4}}|[ivxl]{{1,7}})[\s\])–-]*")
"""A column's head, or the number of a page or a column, alone."""
_COLUMN_WITHIN_LINE = re.compile(r"\[?(?<!\w)(?:\d{1,2} [A-Z][a-z]+ \d{4} : ?)?Column \d+(?:WS|WH|W|PC)?\]?")
_NUMBER_WITHIN_LINE = re.compile(r"[\s\[(]*\d{1,4}[\s\])]*")
_MAX_FURNITURE_CHARS = 120
_MIN_REPEATS = 3
"""A short line that is so often in a text, its figures aside, is the head or the foot of its pages."""
_MAX_REPEATS = 200
"""Places that are looked at for that."""
_MAX_GAP_CHARS = 600
_MAX_GAPS = 3
_MIN_PART = 8
"""Letters and digits that are together before an interruption."""
_MIN_LAST = 4
_MAX_BACK = 24
"""Letters that what is between may by chance share with what goes on after it."""
_SEED = 12
_MAX_TRIES = 60
"""Places where words may begin that are tried."""


def is_furniture(line: str, text: str = "") -> bool:
    """Whether a line is a column's head, a page number, or a short line that the text repeats from page to page."""
    line = line.strip()
    if not line or len(line) > _MAX_FURNITURE_CHARS:
        return False
    if _FURNITURE.fullmatch(line):
        return True
    words = line.strip("0123456789 \t|–-·•")
    return line[-1] not in ".?!;:" and len(words) > 3 and _is_repeated(words, text)


def _is_repeated(words: str, text: str) -> bool:
    """Whether the words are alone on a line, their figures aside, three times or more."""
    repeats, at = 0, text.find(words)
    for _ in range(_MAX_REPEATS):
        if at == -1 or repeats >= _MIN_REPEATS:
            break
        before = text[max(text.rfind("\n", 0, at) + 1, at - 12) : at]
        after = text[at + len(words) : at + len(words) + 12].split("\n")[0]
        repeats += not any(character.isalpha() for character in before + after)
        at = text.find(words, at + len(words))
    return repeats >= _MIN_REPEATS


def furniture_within(text: str, start: int, end: int, known: Iterable[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Return, in order, the span of each line within ``text[start:end]``, and of each column's number within a line,
    that is no part of the sentence. The first and the last line of the words are theirs.

    ``known`` are spans that the reader of the document found to be furniture.
    """
    spans = [(first, last) for first, last in known if start < first and last < end]
    lines = list(re.finditer(r"[^\n]+", text[start:end]))
    spans += [(start + line.start(), start + line.end()) for line in lines[1:-1] if is_furniture(line[0], text)]
    for column in _COLUMN_WITHIN_LINE.finditer(text, start, end):
        alone = not text[text.rfind("\n", 0, column.start()) + 1 : column.start()].strip()
        if not alone and column.start() > start and column.end() < end:
            spans.append(column.span())
    apart: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if not apart or first >= apart[-1][1]:
            apart.append((first, last))
    return apart


@dataclass(frozen=True)
class InterruptedWords:
    """Words that are in a text with something else between them: the spans of their parts, in order."""

    parts: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        """The position of the first character of the first part."""
        return self.parts[0][0]

    @property
    def end(self) -> int:
        """The position after the last character of the last part."""
        return self.parts[-1][1]


def find_interrupted(text: str, folded: FoldedText, wanted: str, *, limit: int = 2) -> list[InterruptedWords]:
    """Return where the letters ``wanted`` are in a text in two parts or more, with page furniture, or paragraphs of
    something else, between. The number of places that are tried is bounded, so the time is linear."""
    interrupted: list[InterruptedWords] = []
    if len(wanted) < 2 * _MIN_PART:
        return interrupted
    at = folded.letters.find(wanted[:_SEED])
    for _ in range(_MAX_TRIES):
        if at == -1 or len(interrupted) >= limit:
            break
        if parts := _parts_from(text, folded, wanted, at):
            interrupted.append(InterruptedWords(tuple(parts)))
        at = folded.letters.find(wanted[:_SEED], at + 1)
    return interrupted


def _parts_from(text: str, folded: FoldedText, wanted: str, at: int) -> list[tuple[int, int]]:
    """The spans of the parts where the letters begin at ``at``; none where they do not all follow."""
    parts: list[tuple[int, int]] = []
    done = 0
    while len(parts) <= _MAX_GAPS:
        same = _common(folded.letters, at, wanted, done)
        if done + same == len(wanted):
            return [*parts, folded.span_of(at, at + same)] if parts else []
        for length, onwards in _ways_on(text, folded, wanted, at, done, same):
            parts.append(folded.span_of(at, at + length))
            done, at = done + length, onwards
            break
        else:
            return []
    return []


def _ways_on(text: str, folded: FoldedText, wanted: str, at: int, done: int, same: int) -> Iterator[tuple[int, int]]:
    """Yield how many letters belong to this part, and where the next part begins."""
    for length in _cuts(text, folded, at, same):
        rest = wanted[done + length : done + length + _SEED]
        low = at + length
        onwards = folded.letters.find(rest, low + 1, low + _MAX_GAP_CHARS + _SEED) if len(rest) >= _MIN_LAST else -1
        if onwards != -1:
            start = folded.place_of(onwards)
            if not text[start - 1].isalnum() and _is_gap(text[folded.place_of(low - 1) + 1 : start]):
                yield length, onwards


def _cuts(text: str, folded: FoldedText, at: int, same: int) -> Iterator[int]:
    """Yield where a part may end: at a word's end, where the letters cease to agree or shortly before."""
    for length in range(same, max(_MIN_PART, same - _MAX_BACK) - 1, -1):
        place = folded.place_of(at + length - 1) + 1
        if place == len(text) or not text[place].isalnum() or NOTE_MARK.match(text, place):
            yield length


def _is_gap(gap: str) -> bool:
    inner = re.sub(r"^[^\w\s\[(]+", "", gap)  # a mark of the part before is none of what is between
    if _NUMBER_WITHIN_LINE.fullmatch(inner) or _FURNITURE.fullmatch(inner):
        return True
    if len(gap) > _MAX_GAP_CHARS:
        return False
    return "\n" in re.split(r"\w", gap, maxsplit=1)[0] and "\n" in re.split(r"\w", gap)[-1]


def _common(letters: str, at: int, wanted: str, done: int) -> int:
    """How many characters agree from ``letters[at]`` and ``wanted[done]`` on."""
    most = min(len(letters) - at, len(wanted) - done)
    same, step = 0, 64
    while same < most:
        step = min(step, most - same)
        if letters[at + same : at + same + step] == wanted[done + same : done + same + step]:
            same, step = same + step, step * 2
        elif step == 1:
            break
        else:
            step //= 2
    return same
