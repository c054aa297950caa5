"""The reading order of a page: lines into paragraphs, columns one after the other, tables cell by cell."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from tracker.sources.documents.formats.pdf_page import Page, PdfRun
from tracker.sources.documents.list_numbers import RAISED

_MAX_UNITS = 1_500
"""Pieces of a page that are put in order; a page that has more is read in the order of the file."""
_ENDS = re.compile(r"[.!?:;…][\"'”’)\]]*[⁰¹²³⁴-⁹]*$")
_ITEM = re.compile(r"(?:[•▪●○■◦‣∙·*–—-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?)\s+\S")
_MARKER = re.compile(r"[•▪●○■◦‣∙·–—-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{2,5})[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?")
"""The sign or number of a list item, which is apart from its words."""
_FUNCTION_WORD = re.compile(
    r"\b(?:a|an|and|as|at|by|for|from|in|of|on|or|that|the|to|with|will|is|are|be|has|have|which)$"
)


@dataclass(slots=True)
class PdfLine:
    """One line of text with its place."""

    text: str
    left: float
    right: float
    bottom: float
    size: float

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.bottom + self.size


@dataclass
class PdfParagraph:
    """Lines that belong together."""

    lines: list[PdfLine]
    kind: str = "paragraph"
    right: float = 0
    """The right edge of its column."""
    level: int = 0

    @property
    def size(self) -> float:
        """The height of most of its letters."""
        return self.lines[0].size

    @property
    def is_open(self) -> bool:
        """Whether its last sentence is not at its end."""
        return not _ENDS.search(self.lines[-1].text.rstrip())

    @property
    def fills_its_last_line(self) -> bool:
        """Whether its last line goes to the edge of its column."""
        return self.lines[-1].right > self.right - 4 * self.size


@dataclass
class _Unit:
    """What is read in one go: lines one below the other, or a table."""

    lines: list[PdfLine] = field(default_factory=list)
    cells: list[list[PdfLine]] = field(default_factory=list)

    def measure(self) -> None:
        """Find its edges."""
        lines = self.lines or [line for cell in self.cells for line in cell]
        self.left, self.right = min(line.left for line in lines), max(line.right for line in lines)
        self.bottom, self.top = min(line.bottom for line in lines), max(line.top for line in lines)

    left = right = bottom = top = 0.0


def paragraphs_of(page: Page) -> list[PdfParagraph]:
    """Return the paragraphs of a page in the order in which they are read."""
    lines = _lines([run for run in page.runs if not run.turn], page.upright)
    units, rest = _tables(page, lines)
    ordered = _ordered(units, rest)
    paragraphs: list[PdfParagraph] = []
    leading = _leading(rest)
    together: list[PdfLine] = []
    for unit in ordered:
        if unit.cells:
            paragraphs.extend(_paragraphs(together, leading))
            together = []
            paragraphs.extend(
                PdfParagraph(paragraph.lines, "cell")
                for cell in unit.cells
                for paragraph in _paragraphs(cell, leading)
            )
        else:
            if together and not _go_on(together[-1], unit.lines[0]):
                paragraphs.extend(_paragraphs(together, leading))
                together = []
            together.extend(unit.lines)
    paragraphs.extend(_paragraphs(together, leading))
    turned = [run for run in page.runs if run.turn]
    if turned:  # what is written along the edge comes last
        paragraphs.extend(_paragraphs(_lines(turned, []), leading))
    return paragraphs


def _is_ruled(before: PdfLine, run: PdfRun, rules: list[tuple[float, float, float]]) -> bool:
    """Whether a rule is between two pieces of a line."""
    middle = run.bottom + run.size / 2
    return any(before.right - 1.5 <= rule <= run.left + 1.5 and low < middle < high for rule, low, high in rules)


def _lines(runs: list[PdfRun], rules: list[tuple[float, float, float]]) -> list[PdfLine]:
    """Join runs that go on in the same line; raised figures are told apart."""
    lines: list[PdfLine] = []
    after_raised = False
    printed: dict[str, list[PdfRun]] = {}
    for run in runs:
        same = printed.setdefault(run.text.strip(), [])
        if any(
            abs(earlier.left - run.left) + abs(earlier.bottom - run.bottom) < 0.2 * run.size for earlier in same[-20:]
        ):
            continue  # printed again, a hair apart, to look bold
        same.append(run)
        before = lines[-1] if lines else None
        if before is None or not _shares_line(before, run, rules, after_raised):
            text = run.text.translate(RAISED) if run.raised else run.text
            lines.append(PdfLine(text, run.left, run.right, run.bottom, run.size))
        else:
            raised = run.raised or _is_raised(run, before)
            text = run.text.translate(RAISED) if raised else run.text
            near = run.left - before.right < 0.12 * max(run.size, before.size) and not before.text.endswith(" ")
            before.text += text if near else " " + text.lstrip()
            before.right = max(before.right, run.right)
        after_raised = run.raised
    return lines


def _shares_line(before: PdfLine, run: PdfRun, rules: list[tuple[float, float, float]], after_raised: bool) -> bool:
    """Whether a run goes on in a line."""
    size, gap = max(run.size, before.size), run.left - before.right
    rise = run.bottom - before.bottom
    if abs(rise) < 0.3 * size and 0 < gap < 4 * size and _MARKER.fullmatch(before.text.strip()):
        return not (rules and _is_ruled(before, run, rules))
    if not -0.5 * size < gap < (0.6 if run.raised or after_raised else 0.3) * size:
        return False
    if rules and _is_ruled(before, run, rules):
        return False
    return abs(rise) < 0.15 * size or (run.raised and 0 < rise < 0.9 * before.size) or _is_raised(run, before)


def _is_raised(run: PdfRun, before: PdfLine) -> bool:
    """Whether figures are raised beside a line."""
    rise = (run.bottom - before.bottom) / max(before.size, 0.1)
    return run.text.isdigit() and (0.15 if run.size < 0.8 * before.size else 0.25) < rise < 0.9


# --- Tables ---------------------------------------------------------------------------------------


def _tables(page: Page, lines: list[PdfLine]) -> tuple[list[_Unit], list[PdfLine]]:
    """Return the ruled tables of a page, and the lines that are in none."""
    if len(page.upright) < 2 or len(page.level) < 2 or len(lines) > _MAX_UNITS:
        return [], lines
    upright, level = sorted(page.upright), sorted(page.level)
    xs, ys = [rule[0] for rule in upright], [rule[0] for rule in level]
    cells: dict[tuple[int, int, int, int], list[PdfLine]] = {}
    rest = []
    for line in lines:
        x, y = (line.left + line.right) / 2, line.bottom + line.size / 2
        at, up = bisect_left(xs, x), bisect_left(ys, y)
        left = next((rule for rule in reversed(upright[:at]) if rule[1] - 1 <= y <= rule[2] + 1), None)
        right = next((rule for rule in upright[at:] if rule[1] - 1 <= y <= rule[2] + 1), None)
        if left is None or right is None:
            rest.append(line)
            continue
        # A rule that does not go from side to side is an underline, not the edge of a cell.
        below = next(
            (rule for rule in reversed(level[:up]) if rule[1] - 2 <= left[0] and right[0] <= rule[2] + 2), None
        )
        above = next((rule for rule in level[up:] if rule[1] - 2 <= left[0] and right[0] <= rule[2] + 2), None)
        if below and above:
            key = (-round(above[0] / 3), round(left[0] / 3), round(right[0] / 3), round(below[0] / 3))
            cells.setdefault(key, []).append(line)
        else:
            rest.append(line)
    tables: list[_Unit] = []
    lowest = 0
    for key in sorted(cells):
        inside = sorted(cells[key], key=lambda line: (-round(line.bottom), line.left))
        if tables and -key[0] >= lowest - 2:  # the next row begins where the last ends
            tables[-1].cells.append(inside)
            lowest = min(lowest, key[3])
        else:
            tables.append(_Unit(cells=[inside]))
            lowest = key[3]
    units = []
    for table in tables:
        if len(table.cells) == 1:  # one frame is a box, not a table
            table = _Unit(lines=table.cells[0])
        table.measure()
        units.append(table)
    return units, rest


# --- Order ----------------------------------------------------------------------------------------


def _ordered(tables: list[_Unit], lines: list[PdfLine]) -> list[_Unit]:
    units = _chains(lines)
    if len(units) <= 1 and not tables:
        return units
    if len(units) + len(tables) > _MAX_UNITS:
        return [*units, *tables]
    if any(_interleave(unit, other) for at, unit in enumerate(units) for other in units[at + 1 :]):
        units = [_Unit(lines=[line]) for line in lines]
        for unit in units:
            unit.measure()
        if len(units) > _MAX_UNITS // 2:
            return [*sorted(units, key=lambda unit: -unit.top), *tables]
    units, grids = _unruled_tables(units)
    return _sorted([*units, *tables, *grids])


def _chains(lines: list[PdfLine]) -> list[_Unit]:
    """Lines that come one below the other in the file, as most do."""
    units: list[_Unit] = []
    for line in lines:
        before = units[-1].lines[-1] if units else None
        if (
            before
            and _overlap(before.left, before.right, line.left, line.right)
            and 0 < before.bottom - line.bottom < (3 * before.size)
        ):
            units[-1].lines.append(line)
        else:
            units.append(_Unit(lines=[line]))
    for unit in units:
        unit.measure()
    return units


def _overlap(left: float, right: float, other_left: float, other_right: float) -> bool:
    shared = min(right, other_right) - max(left, other_left)
    return shared > 0.1 * max(1.0, min(right - left, other_right - other_left))


def _interleave(unit: _Unit, other: _Unit) -> bool:
    """Whether lines of one are between lines of the other, in the same column."""
    if not _overlap(unit.left, unit.right, other.left, other.right):
        return False
    return min(unit.top, other.top) - max(unit.bottom, other.bottom) > 0.5 * unit.lines[0].size


def _unruled_tables(units: list[_Unit]) -> tuple[list[_Unit], list[_Unit]]:
    """Take rows of short pieces beside each other as tables; columns of running text are none."""
    single = [unit for unit in units if len(unit.lines) == 1]
    rows: dict[int, list[_Unit]] = {}
    for unit in single:
        rows.setdefault(round(unit.bottom / 3), []).append(unit)
    beside = sorted((row for row in rows.values() if len(row) > 1), key=lambda row: -row[0].bottom)
    if len(beside) < 2:
        return units, []
    tables: list[_Unit] = []
    group: list[list[_Unit]] = []
    for row in [*beside, None]:
        if row is not None and (not group or group[-1][0].bottom - row[0].bottom < 4 * row[0].lines[0].size):
            group.append(row)
            continue
        if len(group) >= 2 and not _is_prose(group):
            table = _Unit(
                cells=[[unit.lines[0]] for cells in group for unit in sorted(cells, key=lambda unit: unit.left)]
            )
            table.measure()
            tables.append(table)
        group = [row] if row is not None else []
    taken = {id(line) for table in tables for cell in table.cells for line in cell}
    return [unit for unit in units if id(unit.lines[0]) not in taken], tables


def _is_prose(rows: list[list[_Unit]]) -> bool:
    """Whether pieces beside each other are columns of running text: few, long, and broken within sentences."""
    if len(rows) < 3 or max(len(row) for row in rows) > 3:
        return False
    starts: dict[int, list[str]] = {}
    for row in rows:
        for unit in row:
            starts.setdefault(round(unit.left / 12), []).append(unit.lines[0].text)
    columns = [texts for texts in starts.values() if len(texts) >= 0.6 * len(rows)]
    if len(columns) < 2:
        return False
    for texts in columns:
        small = sum(text[:1].islower() for text in texts[1:])
        if sum(map(len, texts)) / len(texts) < 12 or small < 0.3 * (len(texts) - 1):
            return False
    return True


def _sorted(units: list[_Unit]) -> list[_Unit]:
    """Put units in order: what is above in the same column comes first, else what comes first in the file."""
    number = len(units)
    waits = [0] * number
    leads: list[list[int]] = [[] for _ in units]
    for at, unit in enumerate(units):
        for other_at in range(at + 1, number):
            other = units[other_at]
            if not _overlap(unit.left, unit.right, other.left, other.right):
                continue
            above = unit.bottom + unit.top >= other.bottom + other.top
            first, second = (at, other_at) if above else (other_at, at)
            leads[first].append(second)
            waits[second] += 1
    ready = [at for at in range(number) if not waits[at]]
    ordered: list[_Unit] = []
    while ready:
        last = ordered[-1] if ordered else None
        below = [
            at
            for at in ready
            if last is not None
            and _overlap(last.left, last.right, units[at].left, units[at].right)
            and units[at].top <= last.bottom + 0.5 * (last.top - last.bottom)
        ]
        chosen = (
            min(below, key=lambda at: -units[at].top) if below else min(ready, key=lambda at: _place(units[at], at))
        )
        ready.remove(chosen)
        ordered.append(units[chosen])
        for at in leads[chosen]:
            waits[at] -= 1
            if not waits[at]:
                ready.append(at)
    return ordered


def _place(unit: _Unit, at: int) -> tuple[float, float]:
    return (round(unit.left / 40), -unit.top)


# --- Paragraphs -----------------------------------------------------------------------------------


def _leading(lines: list[PdfLine]) -> float:
    """The usual distance of lines, in heights of their letters."""
    ratios = [
        (above.bottom - below.bottom) / above.size
        for above, below in pairwise(lines)
        if 0.5 < (above.bottom - below.bottom) / max(above.size, 0.1) < 2.2
        and abs(above.size - below.size) < 0.1 * above.size
    ]
    return median(ratios) if len(ratios) >= 5 else 1.25


def _go_on(before: PdfLine, line: PdfLine) -> bool:
    """Whether a line may belong to the same column as the one before."""
    return _overlap(before.left, before.right, line.left, line.right) and before.bottom > line.bottom


def _paragraphs(lines: list[PdfLine], leading: float) -> list[PdfParagraph]:
    if not lines:
        return []
    edges: dict[int, float] = {}
    for line in lines:
        edges[round(line.size)] = max(edges.get(round(line.size), 0.0), line.right)
    left = min(line.left for line in lines)
    paragraphs: list[PdfParagraph] = []
    for line in lines:
        right = edges[round(line.size)]
        before = paragraphs[-1].lines[-1] if paragraphs else None
        if before is None or _begins(before, line, left, right, leading):
            paragraphs.append(PdfParagraph([line], right=right))
        else:
            paragraphs[-1].lines.append(line)
    for paragraph in paragraphs:
        if _ITEM.match(paragraph.lines[0].text):
            paragraph.kind, paragraph.level = "item", 1
    return paragraphs


def _begins(before: PdfLine, line: PdfLine, left: float, right: float, leading: float) -> bool:
    """Whether a paragraph begins with a line."""
    distance = before.bottom - line.bottom
    if abs(before.size - line.size) > 0.12 * before.size or distance <= 0.2 * before.size:
        return True
    if distance > max(leading * 1.25, 1.0) * before.size:
        return True
    ended = bool(_ENDS.search(before.text.rstrip()))
    if _ITEM.match(line.text) and (ended or _ITEM.match(before.text) or before.right < right - 6 * before.size):
        return True
    width = max(right - left, 1.0)
    if ended and (before.right < right - 0.2 * width or line.left > max(left, before.left) + 0.8 * line.size):
        return True
    first = line.text.split(" ", 1)[0]
    room = right - before.right - len(first) * 0.5 * line.size
    capital = first[:1].isupper() or first[:1].isdigit()
    return room > 0.25 * width and capital and not ended and not _FUNCTION_WORD.search(before.text.rstrip(" ,"))
