"""Go through rows in a total order by what the last row of a page was, never by a number of rows to skip.

The millionth page costs what the first does, nothing is shown twice or left out while rows are added, and a long
read goes in short ones that hold no writer up.
"""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connections
from django.db.models import F, Model, Q, QuerySet
from django.utils.dateparse import parse_date

_Row = TypeVar("_Row", bound=Model)


class InvalidCursorError(ValueError):
    """What was handed over as a cursor was never given out for this order."""


@dataclass(frozen=True)
class Key:
    """One column of an order: a field or annotation, its direction, and the type of what it holds.

    Where it is empty, which only a ``nullable`` one can be, the row comes last.
    """

    field: str
    descending: bool = False
    holds: type = str
    nullable: bool = False


def ordered(rows: QuerySet[_Row], keys: Sequence[Key]) -> QuerySet[_Row]:
    """Return rows in the order of the keys, of which the last has to be unique."""
    # Only where it is needed: with "nulls last" no index gives the order.
    return rows.order_by(
        *(
            (F(key.field).desc if key.descending else F(key.field).asc)(nulls_last=True if key.nullable else None)
            for key in keys
        )
    )


def after(rows: QuerySet[_Row], keys: Sequence[Key], values: Sequence[Any]) -> QuerySet[_Row]:
    """Keep the rows that come after the one with these values in the order of the keys."""
    later: Q | None = None
    equal = Q()
    for key, value in zip(keys, values, strict=True):
        if value is None:
            equal &= Q(**{f"{key.field}__isnull": True})
            continue
        beyond = Q(**{f"{key.field}__{'lt' if key.descending else 'gt'}": value})
        if key.nullable:
            beyond |= Q(**{f"{key.field}__isnull": True})
        later = equal & beyond if later is None else later | equal & beyond
        equal &= Q(**{key.field: value})
    return rows.none() if later is None else rows.filter(later)


def key_values(row: Model, keys: Sequence[Key]) -> list[Any]:
    """Return what a row has in each key, in their order: ``after`` goes on from there."""
    return [getattr(row, key.field) for key in keys]


def in_chunks(rows: QuerySet[_Row], keys: Sequence[Key], *, size: int = 500) -> Iterator[list[_Row]]:
    """Yield all rows in order, so many at a time; each chunk is one short read."""
    rows = ordered(rows, keys)
    left = rows
    while chunk := list(left[:size]):
        yield chunk
        if len(chunk) < size:
            return
        left = after(rows, keys, key_values(chunk[-1], keys))


def key_spans(rows: QuerySet[_Row], *, size: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the last key of so many rows at a time, in order, whatever keys they have: 0 too."""
    left = rows.order_by("pk").values_list("pk", flat=True)
    keys = list(left[:size])
    while keys:
        yield keys[0], keys[-1]
        keys = list(left.filter(pk__gt=keys[-1])[:size])


def in_short_reads(rows: QuerySet[_Row], *, size: int = 500) -> Iterator[_Row]:
    """Yield all rows in their own order, whatever it is: first their keys are read, then so many rows at a time.

    ``QuerySet.iterator`` is one read until its end: on SQLite nobody publishes meanwhile. What is deleted meanwhile is
    left out. In a transaction, which keeps others from writing anyway, it is one read.
    """
    return _in_short_reads(rows, size, lambda keys: rows.order_by().in_bulk(keys))


def values_in_short_reads(rows: QuerySet[Any, Any], *, size: int = 500) -> Iterator[tuple[Any, ...]]:
    """Yield the same of tuples that begin with the key: an object of each row costs four times as much."""
    return _in_short_reads(rows, size, lambda keys: {row[0]: row for row in rows.order_by().filter(pk__in=keys)})


def _in_short_reads(rows: QuerySet[Any, Any], size: int, read: Callable[[list[Any]], dict[Any, Any]]) -> Iterator[Any]:
    if connections[rows.db].in_atomic_block:
        yield from rows.iterator(size)
        return
    keys = list(rows.values_list("pk", flat=True))
    for first in range(0, len(keys), size):
        chunk = keys[first : first + size]
        by_key = read(chunk)
        yield from (by_key[key] for key in chunk if key in by_key)


def cursor(values: Sequence[Any]) -> str:
    """Return the place after a row (``place``) as a word that an address can carry."""
    words = [value.isoformat() if isinstance(value, dt.date) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(words, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(word: str, keys: Sequence[Key]) -> list[Any]:
    """Return the values that ``cursor`` put into a word. Raises InvalidCursorError."""
    try:
        values = json.loads(base64.urlsafe_b64decode(word.encode("ascii") + b"=" * (-len(word) % 4)))
        if not isinstance(values, list) or len(values) != len(keys):
            raise ValueError
        return [_value(value, key) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise InvalidCursorError("This cursor does not belong to this list. Start again without it.") from error


def _value(value: Any, key: Key) -> Any:
    if value is None:
        return None
    if key.holds is dt.date:
        value = parse_date(value)
    if type(value) is not key.holds:
        raise ValueError
    if isinstance(value, str) and ("\x00" in value or len(value.encode()) > 4000):
        raise ValueError
    if isinstance(value, int) and abs(value) >= 2**53:
        raise ValueError
    return value
