"""The one chain over both tables of entries: those about pledges (RecordEntry), and those of facts (FactsEntry).

Their positions are one sequence without a gap.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from tracker.core import triggers
from tracker.pledges.compiled_query import Parameter, compiled_rows, compiled_rows_among
from tracker.pledges.models import FactsEntry, RecordEntry
from tracker.pledges.record.clock import check_instant
from tracker.pledges.record.hash_chain import GENESIS_DIGEST

_CHUNK = 2_000


class Link(NamedTuple):
    """One entry as the next one sees it."""

    position: int
    previous: str
    digest: str
    published_at: dt.datetime


def last_link() -> Link | None:
    """Return the end of the chain; None while it is empty. One query."""
    rows = compiled_rows("last link", lambda: _links().order_by("-position")[:1])
    return Link(*rows[0]) if rows else None


def link_at(position: int) -> Link | None:
    """Return the entry at a position; None where there is none. One query."""
    rows = list(_links(position=position)[:1])
    return Link(*rows[0]) if rows else None


def digests(*, after: int = 0) -> Iterator[str]:
    """Yield the digests of all entries after a position, in order."""

    def links() -> Any:
        return _links("position", "digest", position__gt=Parameter("after")).order_by("position")[:_CHUNK]

    while rows := compiled_rows(("links after", _CHUNK), links, after=after):
        yield from (digest for _, digest in rows)
        if len(rows) < _CHUNK:
            return
        after = rows[-1][0]


def digests_between(first: int, last: int) -> list[str]:
    """Return the digests of the entries from one position to another, in order."""

    def links() -> Any:
        span = (Parameter("first"), Parameter("last"))
        return _links("position", "digest", position__range=span).order_by("position")

    return [digest for _, digest in compiled_rows("links between", links, first=first, last=last)]


def digests_at(positions: Sequence[int]) -> dict[int, str]:
    """Return the digests of the entries at some positions, by position. One query."""

    def links(among: list[Parameter]) -> Any:
        return _links("position", "digest", position__in=among)

    return dict(compiled_rows_among("links at", positions, links))


def next_place(published_at: dt.datetime | None) -> tuple[int, str, dt.datetime]:
    """Return the position of a new entry, the digest before it and its instant. Called under the lock of the record.

    ``published_at`` is the instant that it should have, None: now. Raises ValidationError while a guard of the
    database is missing, or where a clock is wrong (clock.py).
    """
    if triggers.missing(connection):
        raise ValidationError("The record is read-only because a database guard is missing. Run migrate.")
    last = last_link()
    instant = published_at or timezone.now()
    check_instant(instant, last=last, is_now=published_at is None)
    if last is None:
        return 1, GENESIS_DIGEST, instant
    return last.position + 1, last.digest, max(instant, last.published_at)


def facts_before(position: str = "position") -> Coalesce:
    """Return, as an expression, how many entries of facts come before the one at a position of the queried table."""
    before = FactsEntry.objects.filter(position__lt=OuterRef(position)).order_by("-position")
    return Coalesce(Subquery(before.values_list(F("position") - F("others_before"))[:1]), 0)


def position_of(number: int) -> int:
    """Return the position of an entry about a pledge by its number among these alone, from 1. One query."""
    before = FactsEntry.objects.filter(others_before__lt=number).order_by("-others_before", "-position")
    last = before.values_list("position", "others_before").first()
    return number + (last[0] - last[1]) if last else number


def _links(*columns: str, **conditions: Any) -> Any:
    """Return both tables as one query: these columns, or all of a Link.

    Each of them has an index by position, which a database merges.
    """
    rows = [
        model._default_manager.order_by().filter(**conditions).values_list(*(columns or Link._fields))
        for model in (RecordEntry, FactsEntry)
    ]
    return rows[0].union(rows[1], all=True)
