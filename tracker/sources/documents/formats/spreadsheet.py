"""Spreadsheets (.xlsx, .ods): one line a row, its cells told apart by tabs, figures as they are shown.

Openpyxl and odfpy give values, not what a reader sees (75% is 0.75 to them), and the second moves columns where cells
are repeated (docs/decisions/0017-document-readers.md).
"""

import re
from collections.abc import Iterator
from typing import Any

from tracker.sources.documents.archive import Archive
from tracker.sources.documents.formats.odf_styles import OdfStyles
from tracker.sources.documents.formats.odt import open_document, propose_from_meta
from tracker.sources.documents.number_formats import BUILT_IN, exact_day, shown_number
from tracker.sources.documents.result import DocumentError, Extract, OnProgress, TextBuilder, propose_licence
from tracker.sources.documents.xml_elements import attribute, local_name, whole_number

_MAX_REPEATED = 1_000
"""How often a row or a cell that is kept once and shown many times is read."""
_MAX_COLUMNS = 16_384
Cells = tuple[int, list[str]]
"""The number of a row, from 1, and the words of its cells."""


def read(content: bytes, content_type: str, on_progress: OnProgress) -> Extract:
    """Return the rows of a workbook, sheet by sheet. Raises DocumentError."""
    reader = _reader(content)
    extracted = Extract("ods" if isinstance(reader, _OpenDocument) else "xlsx", "")
    text = TextBuilder()
    for name, rows in reader.sheets():
        text.add("heading", name, level=1)
        for _, row in rows:
            text.add("row", "\t".join(_one_line(cell) for cell in row).rstrip("\t"))
    text.finish(extracted)
    extracted.notes.extend(reader.warnings())
    reader.propose(extracted)
    propose_licence(extracted)
    return extracted


def read_cells(content: bytes) -> "tuple[list[tuple[str, Iterator[Cells]]], Iterator[str]]":
    """Return the sheets of a workbook as cells, each row with its number, and what a person must know of them.

    A cell that is a day, shown with day, month and year, is as 2025-06-05 here, however the workbook shows it; line
    ends in a cell are kept. Read the rows before the warnings. Raises DocumentError.
    """
    reader = _reader(content, for_tables=True)
    return list(reader.sheets()), reader.warnings()


def _reader(content: bytes, *, for_tables: bool = False) -> "_OpenDocument | _Excel":
    archive = Archive(content)
    is_ods = "content.xml" in archive and "xl/workbook.xml" not in archive
    return _OpenDocument(content, for_tables) if is_ods else _Excel(archive, for_tables)


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


def _left_out(names: list[str]) -> Iterator[str]:
    if names:
        yield f"Hidden sheets, rows or columns are left out: {', '.join(names[:10])}{' …' if len(names) > 10 else ''}."


class _OpenDocument:
    """A spreadsheet of LibreOffice."""

    def __init__(self, content: bytes, for_tables: bool = False) -> None:
        self._for_tables = for_tables
        self._archive = open_document(content)
        self._root = self._archive.xml("content.xml")
        self._styles = OdfStyles(self._root)
        self._hidden: list[str] = []
        self._struck = 0

    def sheets(self) -> Iterator[tuple[str, Iterator[Cells]]]:
        """Yield name and rows of each visible sheet (OpenDocument 1.3, part 3, 9.1)."""
        hidden_styles = {
            attribute(style, "name")
            for style in self._root.iter("{*}style")
            for properties in style.iterchildren("{*}table-properties")
            if attribute(properties, "display") == "false"
        }
        for table in self._root.iterfind("{*}body/{*}spreadsheet/{*}table"):
            name = attribute(table, "name") or ""
            if attribute(table, "style-name") in hidden_styles:
                self._hidden.append(f"sheet {name}")
                continue
            yield name, self._rows(table, name)

    def _rows(self, table: Any, name: str) -> Iterator[Cells]:
        hidden_columns: set[int] = set()
        column = 0
        for element in table.iter("{*}table-column"):
            times = min(whole_number(attribute(element, "number-columns-repeated"), 1), _MAX_COLUMNS)
            if attribute(element, "visibility") in ("collapse", "filter"):
                hidden_columns.update(range(column, column + times))
            column += times
        number = 0
        for row in table.iter("{*}table-row"):
            times = whole_number(attribute(row, "number-rows-repeated"), 1)
            number += times
            cells = [cell for at, cell in self._cells(row) if at not in hidden_columns]
            if not any(cells):
                continue
            if attribute(row, "visibility") in ("collapse", "filter"):
                self._hidden.append(f"row {number} of {name}")
                continue
            for at in range(min(times, _MAX_REPEATED)):
                yield number - times + at + 1, cells

    def _cells(self, row: Any) -> Iterator[tuple[int, str]]:
        column = 0
        for cell in row:
            if not str(cell.tag).endswith(("}table-cell", "}covered-table-cell")):
                continue
            times = whole_number(attribute(cell, "number-columns-repeated"), 1)
            words = self._words(cell)
            for at in range(column, column + min(times, _MAX_REPEATED if words else _MAX_COLUMNS)):
                yield at, words
            column += times

    def _words(self, cell: Any) -> str:
        lines = ["".join(self._said(line)) for line in cell.iterchildren("{*}p")]
        if lines and (self._styles.is_struck(attribute(cell, "style-name") or "")):
            self._struck += 1
            return ""
        if self._for_tables:
            day, shown = (attribute(cell, "date-value") or "")[:10], "\n".join(lines)
            # Of “Jun 2025” and “5 June” the day or the year is not said, whatever the file keeps behind it.
            if day and len(re.findall(r"[^\W_]+", shown)) >= 3:
                return day
            if lines:
                return shown
        return " ".join(lines) if lines else attribute(cell, "value") or attribute(cell, "string-value") or ""

    def _said(self, element: Any) -> Iterator[str]:
        yield element.text or ""
        for child in element:
            name = local_name(child)
            if name in ("s", "tab", "line-break"):
                yield " "
            elif name != "annotation":
                yield from self._said(child)
            yield child.tail or ""

    def warnings(self) -> Iterator[str]:
        """Yield what was left out, in words."""
        yield from _left_out(self._hidden)
        if self._struck:
            yield f"Cells that are struck through are left out ({self._struck})."

    def propose(self, extracted: Extract) -> None:
        """Propose title and publisher from the facts of the file."""
        propose_from_meta(self._archive, extracted)


class _Excel:
    """A workbook of Excel."""

    def __init__(self, archive: Archive, for_tables: bool = False) -> None:
        self._for_tables = for_tables
        self._archive = archive
        self._hidden: list[str] = []
        self._struck = self._without_value = 0
        main = next((name for kind, name in archive.relations("").values() if kind == "officeDocument"), "")
        main = main if main in archive else "xl/workbook.xml"
        if main not in archive:
            raise DocumentError("This Excel workbook has no main part: open it in Excel and save it again.")
        self._workbook = archive.xml(main)
        self._relations = archive.relations(main)
        parts = dict(self._relations.values())
        self._strings = self._shared(archive.xml(parts.get("sharedStrings", "xl/sharedStrings.xml")))
        self._formats, self._struck_styles = self._styles(archive.xml(parts.get("styles", "xl/styles.xml")))
        properties = self._workbook.find("{*}workbookPr")
        self._from_1904 = properties is not None and attribute(properties, "date1904") in ("1", "true")

    def sheets(self) -> Iterator[tuple[str, Iterator[Cells]]]:
        """Yield name and rows of each visible sheet (ISO/IEC 29500-1, 18.2.19)."""
        for sheet in self._workbook.iterfind("{*}sheets/{*}sheet"):
            name = attribute(sheet, "name") or ""
            if attribute(sheet, "state") in ("hidden", "veryHidden"):
                self._hidden.append(f"sheet {name}")
                continue
            key = next((text for key, text in sheet.attrib.items() if key.endswith("}id")), "")
            kind, part = self._relations.get(key, ("", ""))
            if kind == "worksheet" and part in self._archive:
                yield name, self._rows(self._archive.xml(part), name)

    def _rows(self, sheet: Any, name: str) -> Iterator[Cells]:
        hidden_columns: set[int] = set()
        for column in sheet.iterfind("{*}cols/{*}col"):
            if attribute(column, "hidden") in ("1", "true"):
                last = min(whole_number(attribute(column, "max"), 0), _MAX_COLUMNS)
                hidden_columns.update(range(whole_number(attribute(column, "min"), 1) - 1, last))
        if hidden_columns:
            self._hidden.append(f"{len(hidden_columns):,} columns of {name}")
        number = 0
        for row in sheet.iterfind("{*}sheetData/{*}row"):
            number = whole_number(attribute(row, "r"), number + 1)
            cells: list[str] = []
            for cell in row.iterfind("{*}c"):
                at = _column(attribute(cell, "r") or "", len(cells))
                cells.extend([""] * (min(at, _MAX_COLUMNS) - len(cells)))
                cells.append(self._words(cell))
            cells = [words for at, words in enumerate(cells) if at not in hidden_columns]
            if not any(cells):
                continue
            if attribute(row, "hidden") in ("1", "true"):
                self._hidden.append(f"row {attribute(row, 'r')} of {name}")
                continue
            yield number, cells

    def _words(self, cell: Any) -> str:
        kind, value = cell.get("t"), cell.findtext("{*}v")
        style = whole_number(cell.get("s"), 0)
        if style in self._struck_styles:
            self._struck += 1
            return ""
        if kind == "inlineStr":
            return self._rich(cell.find("{*}is"))
        if value is None:
            self._without_value += cell.find("{*}f") is not None
            return ""
        if kind == "s":
            number = whole_number(value, -1)
            return self._strings[number] if 0 <= number < len(self._strings) else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind in ("str", "e", "d"):
            return str(value)
        code = self._formats.get(style, "General")
        if self._for_tables and (day := exact_day(value, code, from_1904=self._from_1904)):
            return day
        return shown_number(value, code, from_1904=self._from_1904)

    def _rich(self, element: Any) -> str:
        """The words of a cell: without what is struck through, and without help for reading."""
        words = []
        for child in () if element is None else element:
            name = local_name(child)
            if name == "t":
                words.append(child.text or "")
            elif name == "r":
                strike = child.find("{*}rPr/{*}strike")
                if strike is not None and attribute(strike, "val") not in ("0", "false"):
                    self._struck += 1
                else:
                    words.append(child.findtext("{*}t") or "")
        return "".join(words)

    def _shared(self, root: Any) -> list[str]:
        return [] if root is None else [self._rich(item) for item in root.iterfind("{*}si")]

    @staticmethod
    def _styles(root: Any) -> tuple[dict[int, str], set[int]]:
        """Return the number format of each style of a cell, and which styles strike through."""
        if root is None:
            return {}, set()
        own = {
            whole_number(attribute(number_format, "numFmtId"), 0): attribute(number_format, "formatCode") or "General"
            for number_format in root.iterfind("{*}numFmts/{*}numFmt")
        }
        fonts = [
            (strike := font.find("{*}strike")) is not None and attribute(strike, "val") not in ("0", "false")
            for font in root.iterfind("{*}fonts/{*}font")
        ]
        formats, struck = {}, set()
        for number, style in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
            code = whole_number(attribute(style, "numFmtId"), 0)
            formats[number] = own.get(code) or BUILT_IN.get(code, "General")
            font = whole_number(attribute(style, "fontId"), 0)
            if font < len(fonts) and fonts[font]:
                struck.add(number)
        return formats, struck

    def warnings(self) -> Iterator[str]:
        """Yield what was left out, in words."""
        yield from _left_out(self._hidden)
        if self._struck:
            yield f"Words that are struck through are left out ({self._struck} cells)."
        if self._without_value:
            yield (
                f"Formulas without a stored result are left empty ({self._without_value}): open the workbook in Excel "
                "and save it."
            )

    def propose(self, extracted: Extract) -> None:
        """Propose title and publisher from the facts of the file."""
        core = self._archive.xml("docProps/core.xml")
        if core is not None:
            for name, tag in (("title", "title"), ("publisher", "creator")):
                text = core.findtext(f"{{http://purl.org/dc/elements/1.1/}}{tag}")
                extracted.propose(name, None if text == "openpyxl" else text, f"the document’s {tag}")


def _column(reference: str, otherwise: int) -> int:
    """Return the column, from 0, of a reference such as AB12."""
    match = re.match(r"[A-Z]{1,3}", reference)
    if match is None:
        return otherwise
    number = 0
    for letter in match[0]:
        number = number * 26 + ord(letter) - 64
    return number - 1
