"""Read a file as one table of words: a head and rows, each with its number in the file. No value is changed.

Text (CSV, JSON) is read here; workbooks are read in a child process (sources/documents/sheets.py).
"""

import io
import zipfile
from dataclasses import dataclass, field, replace

from tracker.sources.documents.kinds import file_format
from tracker.sources.documents.result import DocumentError
from tracker.sources.documents.sheets import MAX_CELL_CHARS, MAX_COLUMNS, MAX_ROWS, read_sheets
from tracker.text.characters import hidden_characters, without_hidden

MAX_LIST_BYTES = 8 * 1024 * 1024
"""Bytes of a file."""


class TableError(Exception):
    """Why a file cannot be read as a table, in words for the person who brought it in."""


@dataclass(frozen=True)
class Reading:
    """How a person wants a file to be read; what is empty is guessed."""

    delimiter: str = ""
    encoding: str = ""
    sheet: str = ""
    records: str = ""
    """In JSON: the name of the list, where there are several."""
    head: int = 0
    """The number of the row that has the names of the columns; 0 for the first that is not empty."""


@dataclass(frozen=True)
class TableRow:
    """One row: its number in the file, its cells by the order of the columns, and what is wrong with it."""

    number: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True)
class ImportTable:
    """A table as it was read. ``notes`` say how, and what a person must know of it."""

    form: str
    columns: list[str]
    rows: list[TableRow]
    notes: list[str] = field(default_factory=list)
    delimiter: str = ""
    encoding: str = ""
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)

    def values(self, column: str) -> list[str]:
        """Return the cells of a column, in order."""
        at = self.columns.index(column)
        return [row.cells[at] for row in self.rows]


NumberedRow = tuple[int, list[str]]


def read_table(content: bytes, name: str, reading: Reading | None = None) -> ImportTable:
    """Return the table in a file. Its bytes decide what it is, its name only where they must.

    Raises TableError, with what to do.
    """
    reading = reading or Reading()
    if not content.strip(b"\x00 \t\r\n"):
        raise TableError("The file is empty.")
    if len(content) > MAX_LIST_BYTES:
        raise TableError(
            f"The file is larger than {MAX_LIST_BYTES // 1024 // 1024} MB. Split it and bring in each part."
        )
    try:
        table = _read(content, name.lower(), reading)
    except DocumentError as error:
        raise TableError(str(error)) from error
    if not table.rows:
        raise TableError("The file has column names but no rows below them.")
    if len(table.rows) > MAX_ROWS:
        raise TableError(f"It has more than {MAX_ROWS:,} rows. Split it and bring in each part.")
    return _without_hidden(table)


def _read(content: bytes, name: str, reading: Reading) -> ImportTable:
    # Each of them reads its kind with ``make_table``: they are imported where they are called for.
    from tracker.desk.spreadsheets import nested_tables, packages, text_tables

    if content.startswith(b"PK\x03\x04"):
        names = _names_in(content)
        if "datapackage.json" in names:
            return packages.read_package(content)
        if any(name.endswith(".md") for name in names):
            return nested_tables.read_pages(packages.pages_in(content))
        return _read_workbook(content, name, reading)
    if name.endswith(".json"):
        return nested_tables.read_json(content, reading)
    form = file_format(content, name, "")
    if form != "text" and not name.endswith((".csv", ".tsv", ".txt")):
        raise TableError("This is not a table. Save the list as .csv, .xlsx or .ods, then bring in the new file.")
    return text_tables.read_csv(content, reading)


def _names_in(content: bytes) -> set[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise TableError("The file is damaged: it cannot be opened. Save it again and bring that in.") from error


def _read_workbook(content: bytes, name: str, reading: Reading) -> ImportTable:
    form = file_format(content, name, "")
    if form not in ("xlsx", "ods"):
        raise TableError("This is not a table. Save the list as .csv, .xlsx or .ods, then bring in the new file.")
    sheets, notes = read_sheets(content)
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        raise TableError("There are no rows in the workbook.")
    sheet = next(
        (sheet for sheet in filled if sheet.name == reading.sheet), max(filled, key=lambda sheet: len(sheet.rows))
    )
    table = make_table(form, sheet.rows, head=reading.head, notes=notes)
    return replace(table, sheet=sheet.name, sheets=[sheet.name for sheet in filled])


def make_table(form: str, rows: list[NumberedRow], *, head: int = 0, notes: list[str] | None = None) -> ImportTable:
    """Return rows as a table: the head, and below it each row that is not empty. Raises TableError."""
    filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    start = next((at for at, (number, _) in enumerate(filled) if number == head), 0) if head else 0
    if not filled:
        raise TableError("There are no rows in the file.")
    names = [cell.strip() for cell in filled[start][1]]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise TableError(f"It has more than {MAX_COLUMNS} columns. Remove those that you do not need.")
    columns: list[str] = []
    for at, words in enumerate(names, start=1):
        called = " ".join(words.split())[:200] or f"Column {at}"
        same = sum(column == called or column.startswith(f"{called} (") for column in columns)
        columns.append(f"{called} ({same + 1})" if same else called)
    body = [_row(number, cells, len(columns)) for number, cells in filled[start + 1 :]]
    return ImportTable(form, columns, body, list(notes or []))


def _row(number: int, cells: list[str], width: int) -> TableRow:
    problem = ""
    if any(cell.strip() for cell in cells[width:]):
        problem = (
            f"It has {len(cells)} cells, the head has {width}. Put quotation marks around a text with a separator."
        )
    if long := next((cell for cell in cells if len(cell) > MAX_CELL_CHARS), ""):
        problem = f"A cell has {len(long):,} characters; at most {MAX_CELL_CHARS:,} can be brought in."
        cells = [cell[:MAX_CELL_CHARS] for cell in cells]
    return TableRow(number, [*cells[:width], *[""] * (width - len(cells))], problem)


def _without_hidden(table: ImportTable) -> ImportTable:
    """Take out characters that nobody sees, which no text of the tracker may hold, and say so."""
    cleaned = 0
    rows = []
    for row in table.rows:
        here = [any(True for _ in hidden_characters(cell)) for cell in row.cells]
        cleaned += sum(here)
        rows.append(replace(row, cells=[without_hidden(cell) for cell in row.cells]) if any(here) else row)
    columns = [without_hidden(column) for column in table.columns]
    note = [f"Characters that nobody sees were taken out of {cleaned} cells."] if cleaned else []
    return replace(table, rows=rows, columns=columns, notes=[*table.notes, *note])
