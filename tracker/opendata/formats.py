"""Rows as CSV, JSON and NDJSON, written a piece at a time: no answer is ever held whole.

The CSV is for people and made safe for spreadsheets; the JSON is exact. Plain Python: no database is read here.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from tracker.opendata.rows import as_object
from tracker.opendata.tables import Column, Row, Table

_FORMULA = frozenset("=+-@\t\r\n'＝＋－＠")
_PIECE = 1 << 16
_ROWS = 200


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe before what might be one.

    An apostrophe also gets one, so that leaving out the first of a cell that starts with one gives back
    exactly what was meant (``original``). After OWASP, CSV Injection.
    """
    return f"'{cell}" if cell[:1] in _FORMULA else cell


def original(cell: str) -> str:
    """Return what ``safe`` was given."""
    return cell[1:] if cell.startswith("'") else cell


def _boolean(value: bool | None) -> str:
    return "" if value is None else "true" if value else "false"


def _list(value: list[Any] | None) -> str:
    return safe(" ".join(map(str, value))) if value else ""


_CELL: dict[str, Callable[[Any], str]] = {"boolean": _boolean, "list": _list}
"""The types whose cells csv.writer does not write as they have to be; a day it writes as ISO 8601 has it."""


def as_csv(columns: list[Column], rows: Iterable[Row], *, bom: bool = True) -> Iterator[bytes]:
    """Yield a table as CSV (RFC 4180) in UTF-8, with a byte-order mark where spreadsheets are to read it.

    A list is in one cell, what is in it parted by blanks. True is ``true``; nothing is an empty cell.
    """
    words = [place for place, column in enumerate(columns) if column.type == "string" and not column.values]
    others = [(place, _CELL[column.type]) for place, column in enumerate(columns) if column.type in _CELL]

    def cells(some: list[Row]) -> Iterable[Row]:
        by_column: list[Sequence[Any]] = list(zip(*some, strict=True))  # a million rows: a column at a time is faster
        for place in words:
            if not _FORMULA.isdisjoint({text[:1] for text in by_column[place] if text}):
                by_column[place] = [safe(text) if text else text for text in by_column[place]]
        for place, cell in others:
            by_column[place] = [cell(value) for value in by_column[place]]
        return zip(*by_column, strict=True)

    yield _lines([[column.name for column in columns]], bom=bom)
    rows = iter(rows)
    while some := list(islice(rows, _ROWS)):
        yield _lines(cells(some))


def _lines(rows: Iterable[Sequence[Any]], *, bom: bool = False) -> bytes:
    text = io.StringIO("\ufeff" if bom else "", newline="")
    text.seek(0, io.SEEK_END)
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8")


def as_ndjson(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield a table as one JSON object a line."""
    yield from _pieces(json.dumps(as_object(table, row), ensure_ascii=False) + "\n" for row in rows)


def as_json(table: Table, rows: Iterable[Row], *, about: dict[str, Any]) -> Iterator[bytes]:
    """Yield a table as one JSON object: ``about``, and the rows under the table's name."""
    head = json.dumps(about, ensure_ascii=False)[:-1]
    yield f'{head}{", " if about else ""}"{table.name}": ['.encode()
    lines = (
        ("\n" if number == 0 else ",\n") + json.dumps(as_object(table, row), ensure_ascii=False)
        for number, row in enumerate(rows)
    )
    yield from _pieces(lines)
    yield b"\n]}\n"


def _pieces(lines: Iterable[str]) -> Iterator[bytes]:
    piece: list[str] = []
    size = 0
    for line in lines:
        piece.append(line)
        size += len(line)
        if size >= _PIECE:
            yield _joined(piece)
            piece, size = [], 0
    if piece:
        yield _joined(piece)


def _joined(lines: list[str]) -> bytes:
    return "".join(lines).encode("utf-8")
