"""PDF by PDFium: lines into paragraphs, sentences over page breaks whole, running heads and page numbers told apart.

PDFium knows ActualText, and reads 400 pages in the time that pypdf takes (docs/decisions/0017-document-readers.md).
"""

import ctypes
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from tracker.sources.documents.formats.pdf_layout import PdfParagraph, paragraphs_of
from tracker.sources.documents.formats.pdf_page import Page, read_page
from tracker.sources.documents.result import (
    MAX_PAGES,
    MAX_TEXT_CHARS,
    SAVE_AGAIN,
    DocumentError,
    Extract,
    OnProgress,
    TextBuilder,
    propose_licence,
)
from tracker.text.characters import hidden_characters

_NUMBER = re.compile(
    r"(?:page |p\. ?)?(?:[-–—] ?)?(?:\d{1,4}|[ivxlc]{1,7})(?: ?[-–—])?(?: ?(?:of|/|\|) ?(?:\d{1,4}|page))?"
    r"|\d{1,4} ?\| ?p ?a ?g ?e",
    re.IGNORECASE,
)
_MARK = re.compile(r"(?:[⁰¹²³⁴-⁹]+|\d{1,3}(?=[\s.A-Z“‘])|[*†‡§])\s?\S")
_WAITING = re.compile(r"Please wait\.\.\.\s+If this message is not eventually replaced", re.IGNORECASE)
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_MAX_LABEL_CHARS = 20
"""What is longer is no name of a page: readers would see it beside each passage."""


@dataclass
class _Sheet:
    """The paragraphs of one page, sorted by what they are."""

    body: list[PdfParagraph] = field(default_factory=list)
    heads: list[PdfParagraph] = field(default_factory=list)
    feet: list[PdfParagraph] = field(default_factory=list)
    notes: list[PdfParagraph] = field(default_factory=list)


def read(content: bytes, content_type: str, on_progress: OnProgress) -> Extract:
    """Return the text of a PDF. Raises DocumentError."""
    extracted = Extract("pdf", "")
    document = _open(content)
    try:
        pages = _read_pages(document, extracted, on_progress)
        extracted.page_labels = _labels(document)
        _propose(document, extracted)
    finally:
        document.close()
    sheets = _sort(pages)
    writer = _Writer(sheets, extracted.pages)
    writer.write()
    writer.text.finish(extracted)
    _warn(pages, extracted)
    propose_licence(extracted)
    return extracted


def _open(content: bytes) -> Any:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise DocumentError("The PDF is locked with a password: save a copy without one.") from error
        if "ecurity" in str(error):
            raise DocumentError("The PDF is locked in a way that is not known: print it to a new PDF.") from error
        raise DocumentError(f"The document is damaged: it cannot be read as a PDF. {SAVE_AGAIN}") from error
    if len(document) > MAX_PAGES:
        number = len(document)
        document.close()
        raise DocumentError(f"The PDF has {number:,} pages; at most {MAX_PAGES:,} can be brought in: split it.")
    return document


def _read_pages(document: Any, extracted: Extract, on_progress: OnProgress) -> list[Page]:
    number, broken, length = len(document), [], 0
    has_form = document.get_formtype() != pdfium.FORMTYPE_NONE
    if has_form:
        document.init_forms()
    pages: list[Page] = []
    fields = 0
    for index in range(number):
        try:
            page = document[index]
            values = _field_values(document, page) if has_form else []
            fields += len(values)
            pages.append(read_page(page, values))
            page.close()
        except pypdfium2.PdfiumError:  # one damaged page does not take the others with it
            pages.append(Page())
            broken.append(index + 1)
        length += sum(len(run.text) for run in pages[-1].runs)
        if length > MAX_TEXT_CHARS:
            raise DocumentError(f"Its text has more than {MAX_TEXT_CHARS:,} characters: bring in a part of it.")
        on_progress(index + 1, number)
    if broken:
        extracted.notes.append(f"Pages that are damaged and left out: {_listed(broken)}.")
    if fields:
        extracted.notes.append(f"It is a form: what is filled in appears where its fields are ({fields}).")
    without = [at + 1 for at, page in enumerate(pages) if not page.runs and at + 1 not in broken]
    if len(without) == number:
        raise DocumentError(
            "No page of the PDF has text: it is scanned, pictures of pages. Run it through text recognition (OCR), "
            "compare the result, and bring that in."
        )
    if without:
        extracted.notes.append(f"Pages without text, perhaps scanned: {_listed(without)}.")
    if _WAITING.search(" ".join(run.text for page in pages[:3] for run in page.runs)) and number < 4:
        raise DocumentError(
            "The PDF is a form that only Adobe’s own reader shows (XFA): its one page says “Please wait”. Open it "
            "there, print it to a new PDF, and bring that in."
        )
    return pages


def _field_values(document: Any, page: Any) -> list[tuple[str, float, float, float, float]]:
    """Return what is filled in on a page, with its place: left, bottom, right, top."""
    values = []
    for at in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), 2_000)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, at)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        value = ""
        if kind == pdfium.FPDF_ANNOT_WIDGET:
            value = _field_value(document, annotation)
        elif kind == pdfium.FPDF_ANNOT_FREETEXT:
            value = _string(partial(pdfium.FPDFAnnot_GetStringValue, annotation, b"Contents"))
        rect = pdfium.FS_RECTF()
        if value.strip() and pdfium.FPDFAnnot_GetRect(annotation, rect):
            values.append((" ".join(value.split()), rect.left, rect.bottom, rect.right, rect.top))
        pdfium.FPDFPage_CloseAnnot(annotation)
    return values


def _field_value(document: Any, annotation: Any) -> str:
    form = document.formenv.raw
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON):
        return "\u2612" if pdfium.FPDFAnnot_IsChecked(form, annotation) else "\u2610"
    if kind in (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX):
        return _string(partial(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation))
    return ""


def _string(call: Any) -> str:
    size = min(call(None, 0), 200_000)
    if size <= 2:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    call(buffer, size)
    return bytes(buffer)[: size - 2].decode("utf-16-le", "replace")


def _labels(document: Any) -> list[str]:
    try:
        labels = [_label(document.get_page_label(index) or "") for index in range(len(document))]
    except (pypdfium2.PdfiumError, UnicodeDecodeError):
        return []
    return labels if any(labels) else []


def _label(label: str) -> str:
    """Return what a page is called, or nothing, which is its number, where that is more than the name of a page."""
    plain = len(label) <= _MAX_LABEL_CHARS and next(hidden_characters(label), None) is None
    return " ".join(label.split()) if plain else ""


def _propose(document: Any, extracted: Extract) -> None:
    try:
        about = document.get_metadata_dict()
    except (pypdfium2.PdfiumError, UnicodeDecodeError):
        extracted.notes.append("What the PDF says of itself is damaged.")
        return
    extracted.propose("title", about.get("Title"), "the PDF’s title")
    extracted.propose("publisher", about.get("Author"), "the PDF’s author")


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:20])
    return f"{shown} and {len(numbers) - 20} more" if len(numbers) > 20 else shown


# --- What belongs to the text, and what to the page ------------------------------------------------


def _sort(pages: list[Page]) -> list[_Sheet]:
    """Tell running heads, feet, page numbers and footnotes from the text."""
    laid = [paragraphs_of(page) for page in pages]
    repeated: Counter[tuple[str, int]] = Counter()
    for page, paragraphs in zip(pages, laid, strict=True):
        repeated.update({_place(page, paragraph) for paragraph in paragraphs if _edge(page, paragraph)})
    enough = 2 if len(pages) < 6 else 3
    small = 0.95 * _usual_size([_Sheet(body=paragraphs) for paragraphs in laid])
    levels = Counter(
        level for page, paragraphs in zip(pages, laid, strict=True) for level in {*_levels(page, paragraphs, small)}
    )
    sheets = []
    for page, paragraphs in zip(pages, laid, strict=True):
        sheet = _Sheet()
        for paragraph in paragraphs:
            edge = _edge(page, paragraph)
            words = " ".join(line.text for line in paragraph.lines).strip()
            # The head of a chapter changes from chapter to chapter, and is where it was before.
            is_level = (
                len(paragraph.lines) == 1 and paragraph.size < small and levels[_place(page, paragraph)[1]] >= enough
            )
            if edge and (is_level or repeated[_place(page, paragraph)] >= enough or _NUMBER.fullmatch(words)):
                paragraph.kind = "furniture"
                (sheet.heads if edge == "top" else sheet.feet).append(paragraph)
            else:
                sheet.body.append(paragraph)
        sheets.append(sheet)
    usual = _usual_size(sheets)
    for sheet in sheets:
        _find_notes(sheet, usual)
        for paragraph in sheet.body:
            _name(paragraph, usual)
    return sheets


def _usual_size(sheets: list[_Sheet]) -> float:
    """Return the height of most letters of the text."""
    sizes: Counter[float] = Counter()
    for line in (line for sheet in sheets for paragraph in sheet.body for line in paragraph.lines):
        sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _edge(page: Page, paragraph: PdfParagraph) -> str:
    """Return whether a paragraph is at the top or at the bottom of the page; nothing in the middle."""
    height = max(page.top - page.bottom, 1.0)
    if len(paragraph.lines) > 3 or paragraph.kind == "cell":
        return ""
    if paragraph.lines[-1].bottom > page.bottom + 0.88 * height:
        return "top"
    return "bottom" if paragraph.lines[0].top < page.bottom + 0.1 * height else ""


def _levels(page: Page, paragraphs: list[PdfParagraph], small: float) -> list[int]:
    """Return the heights at which single small lines are at the top of a page."""
    return [
        _place(page, paragraph)[1]
        for paragraph in paragraphs
        if paragraph.size < small and len(paragraph.lines) == 1 and _edge(page, paragraph) == "top"
    ]


def _place(page: Page, paragraph: PdfParagraph) -> tuple[str, int]:
    words = re.sub(r"\d+", "#", " ".join(line.text for line in paragraph.lines).lower())
    return words, round((paragraph.lines[0].bottom - page.bottom) / 8)


def _find_notes(sheet: _Sheet, usual: float) -> None:
    """Footnotes are last on a page, in small letters, the first with a mark."""
    first = None
    for at in range(len(sheet.body) - 1, -1, -1):
        paragraph = sheet.body[at]
        if paragraph.kind == "cell" or paragraph.size > 0.92 * usual:
            break
        if _MARK.match(paragraph.lines[0].text):
            first = at
    if first:
        sheet.notes = sheet.body[first:]
        sheet.body = sheet.body[:first]
        for paragraph in sheet.notes:
            paragraph.kind = "note"


def _name(paragraph: PdfParagraph, usual: float) -> None:
    if paragraph.kind == "paragraph" and paragraph.size > 1.12 * usual and len(paragraph.lines) <= 4:
        paragraph.kind = "heading"
        paragraph.level = 1 if paragraph.size > 1.8 * usual else 2 if paragraph.size > 1.35 * usual else 3


# --- The text -------------------------------------------------------------------------------------


class _Writer:
    """Writes the text page by page.

    A paragraph over a page break is written once: the notes and the foot of its first page before it, the head of its
    last page after it.
    """

    def __init__(self, sheets: list[_Sheet], pages: list[int]) -> None:
        self.text = TextBuilder()
        self._sheets, self._pages = sheets, pages
        self._vocabulary = Counter(
            word.lower()
            for sheet in sheets
            for paragraph in (*sheet.body, *sheet.notes)
            for line in paragraph.lines
            for word in _WORD.findall(line.text)
        )
        self._open: PdfParagraph | None = None
        self._breaks: list[tuple[int, int]] = []  # with which of its lines which page begins
        self._heads: list[PdfParagraph] = []

    def write(self) -> None:
        """Write all pages, and fill in where each begins."""
        for number, sheet in enumerate(self._sheets):
            body = _over_columns(sheet.body)
            if self._open is not None and body and _continues(self._open, body[0]):
                following = body.pop(0)
                self._breaks.append((len(self._open.lines), number))
                self._pages.append(0)
                self._open.lines.extend(following.lines)
                self._open.right = following.right
                self._heads.extend(sheet.heads)
                if body or not self._open.is_open:
                    self._close()
            else:
                self._close()
                has_text = sheet.heads or body or sheet.notes or sheet.feet
                self._pages.append(self.text.next_start() if has_text else self.text.length)
                self._add(sheet.heads)
            may_go_on = body and body[-1].kind in ("paragraph", "item") and body[-1].is_open
            if may_go_on and number + 1 < len(self._sheets):
                self._open = body.pop()
            self._add([*body, *sheet.notes, *sheet.feet])
        self._close()

    def _add(self, paragraphs: list[PdfParagraph]) -> None:
        for paragraph in paragraphs:
            self.text.add(
                paragraph.kind,
                _joined([line.text for line in paragraph.lines], self._vocabulary),
                level=paragraph.level,
            )

    def _close(self) -> None:
        if self._open is not None:
            start, lines = self.text.next_start(), [line.text for line in self._open.lines]
            for line, page in self._breaks:
                self._pages[page] = start + _break_in(lines, line, self._vocabulary)
            self._add([self._open])
        self._open, self._breaks = None, []
        self._add(self._heads)
        self._heads = []


def _over_columns(body: list[PdfParagraph]) -> list[PdfParagraph]:
    """Join paragraphs that go on at the top of the next column."""
    joined: list[PdfParagraph] = []
    for paragraph in body:
        before = joined[-1] if joined else None
        if before and paragraph.lines[0].bottom > before.lines[-1].bottom and _continues(before, paragraph):
            before.lines.extend(paragraph.lines)
            before.right = paragraph.right
        else:
            joined.append(paragraph)
    return joined


def _continues(paragraph: PdfParagraph, following: PdfParagraph) -> bool:
    """Whether a paragraph goes on in another, over the end of a column or a page."""
    if not paragraph.is_open or following.kind != "paragraph" or paragraph.kind not in ("paragraph", "item"):
        return False
    if abs(paragraph.size - following.size) > 0.08 * paragraph.size:
        return False
    first = following.lines[0].text.lstrip("“‘\"'([")
    return first[:1].islower() or (paragraph.fills_its_last_line and len(paragraph.lines) > 1)


def _joined(lines: list[str], vocabulary: Counter[str]) -> str:
    """Return lines as one, the hyphens of line ends put right where the document itself shows how."""
    pieces = [lines[0].strip()]
    for line in lines[1:]:
        line, before = line.strip(), pieces[-1]
        if before.endswith("\u00ad"):
            pieces[-1] = before[:-1]
        elif before.endswith(("-", "\u2010")) and len(before) > 1 and before[-2].isalpha() and line[:1].isalpha():
            pieces[-1], between = _over_hyphen(before, line, vocabulary)
            pieces.append(between)
        elif before.endswith(("-", "\u2010", "\u2011", "/")):
            pieces.append("\n")
        else:
            pieces.append(" ")
        pieces.append(line)
    return re.sub(" {2,}", " ", "".join(pieces))


def _over_hyphen(before: str, line: str, vocabulary: Counter[str]) -> tuple[str, str]:
    """Join two halves of a word as the document has it elsewhere; else leave hyphen and line end as printed.

    Returns the line before, and what is between it and the next.
    """
    first = re.search(r"[^\W\d_]+$", before[-60:-1])
    second = re.match(r"[^\W\d_]+", line)
    if first is None or second is None:
        return before, "\n"
    with_hyphen = vocabulary[f"{first[0]}-{second[0]}".lower()]
    without = vocabulary[f"{first[0]}{second[0]}".lower()]
    if without and not with_hyphen:
        return before[:-1], ""
    return before, "" if with_hyphen else "\n"


def _break_in(lines: list[str], number: int, vocabulary: Counter[str]) -> int:
    """Return where in a paragraph a line begins: the first of its page."""
    before = _joined(lines[: number + 1], vocabulary)
    return max(0, len(before) - len(re.sub(" {2,}", " ", lines[number].strip())))


def _warn(pages: list[Page], extracted: Extract) -> None:
    hidden = " ".join(" ".join(page.hidden) for page in pages).strip()
    if any(letter.isalnum() for letter in hidden):
        extracted.notes.append(
            f"Hidden words that nobody sees on the page are left out: “{hidden[:80]}” ({len(hidden):,} characters)."
        )
    if scans := [at + 1 for at, page in enumerate(pages) if page.is_scan and page.runs]:
        extracted.notes.append(
            f"Scanned pages, read by the text recognition in the PDF; compare them: {_listed(scans)}."
        )
    if private := _PRIVATE.findall(extracted.text):
        at = extracted.text.index(private[0]) + 1
        extracted.notes.append(
            f"{len(private)} letters have no known meaning (private-use signs of a font), the first at character "
            f"{at}: compare them with the page."
        )
