"""Tables as text: comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252; with or without a byte-order mark."""

import codecs
import csv
import io
from dataclasses import replace

from tracker.desk.spreadsheets.tables import ImportTable, NumberedRow, Reading, TableError, make_table
from tracker.sources.documents.formats.plain_text import decode
from tracker.sources.documents.result import DocumentError
from tracker.sources.documents.sheets import MAX_ROWS

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "utf-16": "UTF-16"}
_SAMPLE_ROWS = 30
_FORMULA = frozenset("=+-@\t\r\n'＝＋－＠")


def read_csv(content: bytes, reading: Reading) -> ImportTable:
    """Return the table in a text. Raises TableError that names the line."""
    notes: list[str] = []
    text = _decoded(content, reading.encoding, notes)
    text = text.removeprefix("\ufeff")
    delimiter = reading.delimiter if reading.delimiter in DELIMITERS else ""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) <= 5:  # Excel says so in a line of its own
        delimiter = delimiter or first.strip()[4:] or "\t"
        text = f"\n{rest}"
    if "\x00" in text:
        raise TableError("This is not text: there are zero bytes in it. Save it as CSV (UTF-8) and bring that in.")
    delimiter = delimiter if delimiter in DELIMITERS else _guess_delimiter(text)
    table = make_table("csv", _rows(text, delimiter), head=reading.head, notes=notes)
    return replace(table, delimiter=delimiter, encoding=reading.encoding)


def _decoded(content: bytes, encoding: str, notes: list[str]) -> str:
    if encoding not in ENCODINGS:
        try:
            return decode(content, "", notes)
        except DocumentError as error:
            raise TableError("This is not text. Save it as CSV (UTF-8) and bring that in.") from error
    if encoding == "utf-16" and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16-le"
    try:
        return content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        raise TableError(
            f"Byte {error.start + 1} of the file is not {ENCODINGS.get(encoding, 'UTF-16')}: choose another encoding."
        ) from error


def _guess_delimiter(text: str) -> str:
    """Return the separator that gives the most columns, alike in every row of the beginning."""

    def alike(delimiter: str) -> tuple[float, int]:
        reader = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter)
        widths = []
        try:
            for cells in reader:
                if any(cells):
                    widths.append(len(cells))
                if len(widths) == _SAMPLE_ROWS:
                    break
        except csv.Error:
            pass
        if not widths or widths[0] < 2:
            return 0.0, 0
        return sum(width == widths[0] for width in widths) / len(widths), widths[0]

    return max(DELIMITERS, key=alike)


def _rows(text: str, delimiter: str) -> list[NumberedRow]:
    """Return the rows, each numbered by the line on which it begins."""
    rows: list[NumberedRow] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            rows.append((line, [without_apostrophe(cell) for cell in cells]))
            line = reader.line_num + 1
            if len(rows) > 2 * MAX_ROWS:
                raise TableError(f"It has more than {MAX_ROWS:,} rows. Split it and bring in each part.")
    except csv.Error as error:
        words = text.splitlines()[line - 1][:40] if line <= len(text.splitlines()) else ""
        raise TableError(
            f"Line {line} cannot be read: a quotation mark in it is not closed, or is in the middle of a text. "
            f"The line begins: {words}"
        ) from error
    return rows


def without_apostrophe(cell: str) -> str:
    """Return a cell without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell
