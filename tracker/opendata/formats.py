"""Rows as CSV, JSON and NDJSON, written a piece at a time: no answer is ever held whole.

The CSV is for people and made safe for spreadsheets; the JSON is exact. Plain Python: no database is read here.
"""

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tracker.opendata.tables import Column, Row, Table, as_object
from tracker.pledges.chain import instant

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")
_PIECE = 1 << 16


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe stands before what might be one.

    It also stands before an apostrophe, so that leaving out the first of a cell that starts with one gives back
    exactly what was meant (``original``). After OWASP, CSV Injection.
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def original(cell: str) -> str:
    """Return what ``safe`` was given."""
    return cell[1:] if cell.startswith("'") else cell


def _boolean(value: bool | None) -> str:
    return "" if value is None else "true" if value else "false"


def _day(value: dt.date | None) -> str:
    return "" if value is None else value.isoformat()


def _instant(value: dt.datetime | None) -> str:
    return "" if value is None else instant(value)


def _integer(value: int | None) -> str:
    return "" if value is None else str(value)


def _string(value: str | None) -> str:
    return safe(value) if value else ""


def _list(value: list[str] | None) -> str:
    return safe(" ".join(value)) if value else ""


_CELL: dict[str, Callable[[Any], str]] = {
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
    "date": _day,
    "datetime": _instant,
    "list": _list,
}


class _Line:
    """What csv.writer writes to: hands the line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def as_csv(columns: list[Column], rows: Iterable[Row], *, bom: bool = True) -> Iterator[bytes]:
    """Yield a table as CSV (RFC 4180) in UTF-8, with a byte-order mark where spreadsheets are to read it.

    A list stands in one cell, its words parted by blanks. True is ``true``; nothing is an empty cell.
    """
    line = csv.writer(_Line()).writerow
    cells = [_CELL[column.type] for column in columns]
    yield _joined(["\ufeff" if bom else "", line([column.name for column in columns])])
    yield from _pieces(line([cell(value) for cell, value in zip(cells, row, strict=True)]) for row in rows)


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
    held: list[str] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= _PIECE:
            yield _joined(held)
            held, size = [], 0
    if held:
        yield _joined(held)


def _joined(lines: list[str]) -> bytes:
    return "".join(lines).encode("utf-8")
