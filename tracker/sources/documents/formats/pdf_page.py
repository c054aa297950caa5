"""One page of a PDF by PDFium: its words with their places, its rules, and which words nobody sees.

Calls from Python cost about a microsecond each and a page has thousands of letters: a line is asked for as a whole
where it is one piece, its words where it is several, and its letters only where a rule or a raised figure is in it.
"""

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

_MAX_OBJECTS = 20_000
"""Objects of a page that are looked at for rules and hidden words."""
_MAX_SEGMENTS = 2_000
_LINE = re.compile("[^\r\n\ufffe\u0002]+[\ufffe\u0002]?|[\ufffe\u0002]")
_WORD = re.compile(r"\S+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HYPHENS = ("\ufffe", "\u0002")
"""What PDFium puts in the place of a hyphen at a line end."""
_RAISED = re.compile(r"[^\W\d][^\W\d.,;:’”)]*[.,;:’”)]*\d{1,3}$|^\d{1,3}[^\W\d]|[^\W\d][.,;:’”)]*\d{1,3}[^\W\d]")


@dataclass(slots=True)
class PdfRun:
    """Words in one line that are together. Lengths are in points, in the direction in which they are read."""

    text: str
    left: float
    right: float
    bottom: float
    size: float
    turn: int = 0
    raised: bool = False


@dataclass
class Page:
    """What a page has: runs in the order of the file, and rules as (place, from, to)."""

    runs: list[PdfRun] = field(default_factory=list)
    upright: list[tuple[float, float, float]] = field(default_factory=list)
    level: list[tuple[float, float, float]] = field(default_factory=list)
    bottom: float = 0
    top: float = 0
    hidden: list[str] = field(default_factory=list)
    is_scan: bool = False


def read_page(page: Any, fields: list[tuple[str, float, float, float, float]]) -> Page:
    """Return what a page of PDFium has; ``fields`` are the values of the form on it, with their places."""
    text_page = page.get_textpage()
    try:
        reader = _Reader(page, text_page.raw)
        return reader.read(fields)
    finally:
        text_page.close()


class _Reader:
    """Reads one page."""

    def __init__(self, page: Any, text_page: Any) -> None:
        self._page, self._text_page = page, text_page
        self._box, self._rect = pdfium.FS_RECTF(), [ctypes.c_double() for _ in range(4)]
        self._result = Page()
        self._left, self._bottom, self._right, self._top = page.get_cropbox()
        self._unseen: set[int] = set()

    def read(self, fields: list[tuple[str, float, float, float, float]]) -> Page:
        """Return the page: its runs of words with places in points, and what is not seen. ``fields`` are (value, left,
        bottom, right, top) of filled-in forms."""
        text = self._text()
        self._look_at_objects(has_text=bool(text.strip()))
        lines = list(_LINE.finditer(text))
        rects = self._rects(len(lines))
        simple = not self._unseen and len(rects) == len(lines)
        for number, match in enumerate(lines):
            if simple and self._is_one_piece(match, rects[number]):
                self._add_line(match, rects[number])
            else:
                self._add_words(match)
        for value, left, bottom, right, top in fields:
            size = min(top - bottom, 14)
            self._result.runs.append(PdfRun(f" {value} ", left, right, (top + bottom - size) / 2, size))
        self._turn()
        return self._result

    # --- What PDFium says ----------------------------------------------------------------------

    def _text(self) -> str:
        """The text, a character for each that PDFium counts."""
        number = pdfium.FPDFText_CountChars(self._text_page)
        if number <= 0:
            return ""
        buffer = (ctypes.c_ushort * (number + 1))()
        written = pdfium.FPDFText_GetText(self._text_page, 0, number, buffer)
        text = bytes(buffer)[: max(0, written - 1) * 2].decode("utf-16-le", "surrogatepass")
        if len(text) == number and not _SURROGATE.search(text):
            return text
        codes = (pdfium.FPDFText_GetUnicode(self._text_page, at) for at in range(number))
        return "".join(chr(code) if 0 < code < 0x110000 else " " for code in codes)

    def _rects(self, wanted: int) -> list[tuple[float, float, float]]:
        """Left and right edge and height of each piece of text; nothing where they are not one for each line."""
        number = pdfium.FPDFText_CountRects(self._text_page, 0, -1)
        if number != wanted:
            return []
        left, top, right, bottom = self._rect
        rects = []
        for at in range(number):
            pdfium.FPDFText_GetRect(self._text_page, at, left, top, right, bottom)
            rects.append((left.value, right.value, top.value - bottom.value))
        return rects

    def _place(self, at: int) -> tuple[float, float, float, float]:
        pdfium.FPDFText_GetLooseCharBox(self._text_page, at, self._box)
        box = self._box
        return box.left, box.bottom, box.right, box.top

    # --- Runs ----------------------------------------------------------------------------------

    def _is_one_piece(self, match: re.Match[str], rect: tuple[float, float, float]) -> bool:
        left, bottom, _, top = self._place(match.start())
        size, length = top - bottom, match.end() - match.start()
        width = rect[1] - rect[0]
        if (
            rect[2] > 1.5 * size
            or abs(rect[0] - left) > size
            or not 0.1 * size * (length - 2) < width < max(2.0, length * 0.75) * size
        ):
            return False  # not the rectangle of this line, turned, or with wide gaps in it
        return not any(
            rect[0] + 1 < place < rect[1] - 1 and low < bottom + size / 2 < high
            for place, low, high in self._result.upright
        )

    def _add_line(self, match: re.Match[str], rect: tuple[float, float, float]) -> None:
        _, bottom, _, top = self._place(match.start())
        self._add(match[0], match.start(), rect[0], rect[1], bottom, top - bottom, 0)

    def _add_words(self, line: re.Match[str]) -> None:
        quarters = pdfium.FPDFText_GetCharAngle(self._text_page, line.start()) / (math.pi / 2)
        turn = round(quarters) % 4
        if abs(quarters - round(quarters)) > 0.05:  # a stamp across the page: its words come last
            left, bottom, right, top = self._place(line.start())
            self._add(line[0], line.start(), left, right, bottom, top - bottom, 2)
            return
        runs: list[tuple[int, PdfRun]] = []
        for match in _WORD.finditer(line[0]):
            start, end = line.start() + match.start(), line.start() + match.end()
            runs.extend(self._word(match[0], start, end, turn))
        joined: list[tuple[int, PdfRun]] = []
        for at, run in runs:
            if not joined or self._is_apart(joined[-1], (at, run)):
                joined.append((at, run))
                continue
            before = joined[-1][1]
            glued = run.left - before.right < 0.05 * run.size and self._glued(at)
            before.text += run.text if glued else " " + run.text
            before.right = max(before.right, run.right)
        for at, run in joined:
            self._add(run.text, at, run.left, run.right, run.bottom, run.size, run.turn, raised=run.raised)

    def _is_apart(self, earlier: tuple[int, PdfRun], later: tuple[int, PdfRun]) -> bool:
        """Whether words of a line are apart: in another column or cell, raised, or seen where the others are not."""
        (before_at, before), (at, run) = earlier, later
        gap = run.left - before.right
        if gap > 1.3 * max(run.size, before.size) or gap < -2 * run.size or self._is_ruled(before, run):
            return True
        if run.raised != before.raised or abs(run.bottom - before.bottom) > 0.25 * before.size:
            return True
        return bool(self._unseen) and self._is_unseen(at) != self._is_unseen(before_at)

    def _glued(self, at: int) -> bool:
        return at > 0 and not chr(max(0, pdfium.FPDFText_GetUnicode(self._text_page, at - 1))).isspace()

    def _word(self, text: str, start: int, end: int, turn: int) -> list[tuple[int, PdfRun]]:
        """Return a word with its place: two of them, where figures are raised beside it or a rule goes through."""
        first, last = self._turned(self._place(start), turn), self._turned(self._place(end - 1), turn)
        size = first[3] - first[1]
        ruled = any(
            first[0] + 1 < place < last[2] - 1 and low < first[1] + size / 2 < high
            for place, low, high in (self._result.upright if not turn else ())
        )
        if not ruled and not (_RAISED.search(text) and len(text) < 60):
            return [(start, PdfRun(text, first[0], last[2], first[1], size, turn))]
        places = [self._turned(self._place(at), turn) for at in range(start, end)]
        heights = sorted(place[3] - place[1] for place in places)
        base = max(heights)
        runs: list[tuple[int, PdfRun]] = []
        for at, (sign, place) in enumerate(zip(text, places, strict=True)):
            height = place[3] - place[1]
            low = min(other[1] for other in places if other[3] - other[1] > 0.9 * base)
            rise = (place[1] - low) / max(base, 0.1)
            raised = sign.isdigit() and (0.15 if height < 0.85 * base else 0.25) < rise < 0.9
            before = runs[-1][1] if runs else None
            if before is None or before.raised != raised or self._crosses(before.right, place, base, start + at):
                runs.append((start + at, PdfRun(sign, place[0], place[2], place[1], height, turn, raised)))
            else:
                before.text += sign
                before.right = max(before.right, place[2])
                before.size = max(before.size, height)
        return runs

    def _crosses(self, right: float, place: tuple[float, float, float, float], size: float, at: int) -> bool:
        """Whether a rule is between two letters; words of two cells are never one piece of the file."""
        middle = place[1] + size / 2
        return any(
            right - 1.5 <= rule <= place[0] + 1.5 and low < middle < high for rule, low, high in self._result.upright
        ) and self._object_at(at) != self._object_at(at - 1)

    def _object_at(self, at: int) -> int:
        text_object = pdfium.FPDFText_GetTextObject(self._text_page, at)
        return (ctypes.cast(text_object, ctypes.c_void_p).value or 0) if text_object else 0

    def _is_ruled(self, before: PdfRun, run: PdfRun) -> bool:
        if run.turn:
            return False
        middle = run.bottom + run.size / 2
        return any(
            before.right - 1.5 <= rule <= run.left + 1.5 and low < middle < high
            for rule, low, high in self._result.upright
        )

    def _add(
        self,
        text: str,
        at: int,
        left: float,
        right: float,
        bottom: float,
        size: float,
        turn: int,
        *,
        raised: bool = False,
    ) -> None:
        if text.endswith(_HYPHENS):
            text = text[:-1] + "-"
        if not text.strip():
            return
        if self._unseen and self._is_unseen(at):
            self._result.hidden.append(text)
            return
        self._result.runs.append(PdfRun(text, left, right, bottom, size, turn, raised))

    def _is_unseen(self, at: int) -> bool:
        return self._object_at(at) in self._unseen

    # --- Objects -------------------------------------------------------------------------------

    def _look_at_objects(self, *, has_text: bool) -> None:
        """Find the rules of the page, and the text objects that nobody sees."""
        invisible: list[tuple[int, Any]] = []
        pale: list[tuple[int, int, Any]] = []
        seen: list[tuple[int, int, Any]] = []
        fills: list[tuple[int, tuple[float, float, float, float]]] = []
        image_area = 0.0
        for order in range(min(pdfium.FPDFPage_CountObjects(self._page.raw), _MAX_OBJECTS)):
            page_object = pdfium.FPDFPage_GetObject(self._page.raw, order)
            kind = pdfium.FPDFPageObj_GetType(page_object)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                address = ctypes.cast(page_object, ctypes.c_void_p).value or 0
                if pdfium.FPDFTextObj_GetTextRenderMode(page_object) in (3, 7):
                    invisible.append((address, page_object))
                elif self._is_white(page_object) or self._is_in_layer(page_object) or self._is_outside(page_object):
                    pale.append((order, address, page_object))
                else:
                    seen.append((order, address, page_object))
            elif kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._look_at_path(page_object, order, fills)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                box = self._bounds(page_object)
                image_area += max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])
        area = max(1.0, (self._right - self._left) * (self._top - self._bottom))
        self._result.is_scan = image_area > 0.5 * area and not seen and not pale
        if not has_text:
            return
        if not self._result.is_scan:
            self._unseen.update(address for address, _ in invisible)
        doubtful = [(address, self._bounds(page_object)) for _, address, page_object in pale]
        covers = [(order, box) for order, box in fills if box[2] - box[0] > 4 and box[3] - box[1] > 4]
        if covers and len(covers) < 300:
            for order, address, page_object in seen:
                if covers[-1][0] > order:
                    box = self._bounds(page_object)
                    if any(after > order and _covers(fill, box, 0.9) for after, fill in covers):
                        doubtful.append((address, box))
        if doubtful:
            self._unseen.update(self._not_in_picture(doubtful))

    def _not_in_picture(self, doubtful: list[tuple[int, tuple[float, float, float, float]]]) -> Iterator[int]:
        """Yield the objects that leave no trace where they are in a picture of the page."""
        width, height = self._page.get_size()
        scale = min(2.0, 2_000 / max(width, height, 1.0))
        bitmap = self._page.render(scale=scale, grayscale=True, may_draw_forms=False)
        pixels, stride = bytes(bitmap.buffer), bitmap.stride
        across, down = ctypes.c_int(), ctypes.c_int()
        for address, (left, bottom, right, top) in doubtful:
            corners = []
            for x, y in ((left, bottom), (right, top)):
                pdfium.FPDF_PageToDevice(self._page.raw, 0, 0, bitmap.width, bitmap.height, 0, x, y, across, down)
                corners.append((across.value, down.value))
            (x1, y1), (x2, y2) = corners
            first, last = max(0, min(x1, x2)), min(bitmap.width, max(x1, x2) + 1)
            rows = range(max(0, min(y1, y2)), min(bitmap.height, max(y1, y2) + 1))
            shades = [pixels[row * stride + first : row * stride + last] for row in rows]
            shades = [row for row in shades if row]
            if not shades or max(map(max, shades)) - min(map(min, shades)) < 24:
                yield address
        bitmap.close()

    def _is_in_layer(self, page_object: Any) -> bool:
        """Whether an object belongs to a layer, which may be switched off."""
        name, size = ctypes.create_string_buffer(32), ctypes.c_ulong()
        for at in range(min(pdfium.FPDFPageObj_CountMarks(page_object), 20)):
            mark = pdfium.FPDFPageObj_GetMark(page_object, at)
            pdfium.FPDFPageObjMark_GetName(mark, ctypes.cast(name, ctypes.POINTER(ctypes.c_ushort)), 32, size)
            if name.raw[:6] == "OC\0".encode("utf-16-le"):
                return True
        return False

    def _is_outside(self, page_object: Any) -> bool:
        left, bottom, right, top = self._bounds(page_object)
        return bool(right < self._left or left > self._right or top < self._bottom or bottom > self._top)

    def _is_white(self, page_object: Any) -> bool:
        colours = [ctypes.c_uint() for _ in range(4)]
        if not pdfium.FPDFPageObj_GetFillColor(page_object, *colours):
            return False
        return colours[3].value == 0 or min(colour.value for colour in colours[:3]) >= 250

    def _bounds(self, page_object: Any) -> tuple[float, float, float, float]:
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        pdfium.FPDFPageObj_GetBounds(page_object, left, bottom, right, top)
        return left.value, bottom.value, right.value, top.value

    def _look_at_path(self, page_object: Any, order: int, fills: list[Any]) -> None:
        left, bottom, right, top = self._bounds(page_object)
        mode, stroked = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(page_object, mode, stroked)
        if right - left < 3 or top - bottom < 3:
            self._add_rule(left, bottom, right, top)
        elif stroked.value:
            self._add_segments(page_object, left, bottom, right, top)
        if mode.value and right - left >= 3 and top - bottom >= 3 and self._is_opaque(page_object):
            fills.append((order, (left, bottom, right, top)))

    def _is_opaque(self, page_object: Any) -> bool:
        colours = [ctypes.c_uint() for _ in range(4)]
        return bool(pdfium.FPDFPageObj_GetFillColor(page_object, *colours)) and colours[3].value >= 250

    def _add_rule(self, left: float, bottom: float, right: float, top: float) -> None:
        if top - bottom >= 3 and len(self._result.upright) < _MAX_SEGMENTS:
            self._result.upright.append(((left + right) / 2, bottom, top))
        elif right - left >= 3 and len(self._result.level) < _MAX_SEGMENTS:
            self._result.level.append(((bottom + top) / 2, left, right))

    def _add_segments(self, page_object: Any, left: float, bottom: float, right: float, top: float) -> None:
        """Add the straight lines of a path: those of a whole grid may be one path."""
        number = pdfium.FPDFPath_CountSegments(page_object)
        if number > _MAX_SEGMENTS:
            return
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(page_object, matrix)
        x, y = ctypes.c_float(), ctypes.c_float()
        begin = before = None
        for at in range(number):
            segment = pdfium.FPDFPath_GetPathSegment(page_object, at)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            point = (
                matrix.a * x.value + matrix.c * y.value + matrix.e,
                matrix.b * x.value + matrix.d * y.value + matrix.f,
            )
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                begin = point
            elif kind == pdfium.FPDF_SEGMENT_LINETO and before:
                self._add_line_of_path(before, point)
            if pdfium.FPDFPathSegment_GetClose(segment) and begin:
                self._add_line_of_path(point, begin)
            before = point

    def _add_line_of_path(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        left, right = sorted((start[0], end[0]))
        bottom, top = sorted((start[1], end[1]))
        if right - left < 1 or top - bottom < 1:
            self._add_rule(left, bottom, right, top)

    # --- Direction -----------------------------------------------------------------------------

    @staticmethod
    def _turned(box: tuple[float, float, float, float], turn: int) -> tuple[float, float, float, float]:
        """A place in the direction in which the words are read; ``turn`` is in quarters, clockwise."""
        left, bottom, right, top = box
        if turn == 1:
            return -top, left, -bottom, right
        if turn == 2:
            return -right, -top, -left, -bottom
        if turn == 3:
            return bottom, -right, top, -left
        return box

    def _turn(self) -> None:
        """Turn the page as most of its words are turned."""
        page = self._result
        lengths = [0, 0, 0, 0]
        for run in page.runs:
            lengths[run.turn] += len(run.text)
        main = lengths.index(max(lengths))
        box = self._turned((self._left, self._bottom, self._right, self._top), main)
        page.bottom, page.top = box[1], box[3]
        if main:
            rules = [(place, low, place, high) for place, low, high in page.upright]
            rules += [(low, place, high, place) for place, low, high in page.level]
            page.upright, page.level = [], []
            for rule in rules:
                self._add_rule(*self._turned(rule, main))
        for run in page.runs:
            run.turn = (run.turn - main) % 4


def _covers(outer: tuple[float, float, float, float], inner: tuple[float, float, float, float], share: float) -> bool:
    """Whether a rectangle covers at least a share of another."""
    width = min(outer[2], inner[2]) - max(outer[0], inner[0])
    height = min(outer[3], inner[3]) - max(outer[1], inner[1])
    area = (inner[2] - inner[0]) * (inner[3] - inner[1])
    return width > 0 and height > 0 and area > 0 and width * height >= share * area
