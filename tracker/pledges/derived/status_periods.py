"""What the record said of each pledge, from one entry to the next, as rows that a list or a past day reads at once.

Derived from the record and from nothing else: ``update_periods_for`` after each entry, ``rebuild_periods`` for all,
``wrong_periods`` for verify_record. A row that now reads otherwise than it did (its statement was withdrawn for legal
reasons) takes the daily counts since then with it: they are counted again (derived/counts.py).
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import ExpressionWrapper, F, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.dateparse import parse_date

from tracker.core.keyset import Key, in_chunks, key_spans
from tracker.pledges.choices import STATUS_KINDS, SUPERSEDING_KINDS, EntryKind
from tracker.pledges.compiled_query import Parameter, compiled_objects, compiled_rows
from tracker.pledges.models import DailyCounts, Pledge, RecordEntry, StatusPeriod
from tracker.pledges.record.export import Instant, written
from tracker.pledges.record.lock import record_lock
from tracker.text.sorting import sort_key

_SPAN = 500
_KEYS = Parameter("first"), Parameter("last")
_FACTS = ("title", "theme", "basis", "deadline_on")
_READ = ("pledge", "pk", "position", "kind", "corrects", "status", "effective_on", "looked_until", "published_at",
         "text__statement")  # fmt: skip


class _State(NamedTuple):
    """The columns of a StatusPeriod that the record decides, but for when."""

    update_id: int | None
    status: str | None
    status_on: dt.date | None
    moved_on: dt.date
    looked_until: dt.date | None
    stated_at: int
    title: str
    title_key: str
    theme: str
    basis: str
    deadline_on: dt.date | None


class _Span(NamedTuple):
    """A state, from when, and until when."""

    since: dt.datetime
    until: dt.datetime | None
    state: _State


def update_periods_for(entry: RecordEntry) -> None:
    """Bring the rows of an entry's pledge up to the record. Called where it is written, within its transaction.

    An entry that states nothing and takes no words away changes what holds from now on: that costs the same however
    long the record of the pledge is. Else all of its rows are derived again.
    """
    pledge = entry.pledge_id
    periods = compiled_objects("current period", _current_period, pledge=pledge)
    if not periods or entry.kind not in (*STATUS_KINDS, *SUPERSEDING_KINDS):
        _derive(entry.pledge)
        return
    (now,) = periods
    latest = compiled_rows("latest status", _latest_status, pledge=pledge) or [(None, None, None, None)]
    update, status, on, looked_until = latest[0]
    before = _span(now)
    state = before.state._replace(
        update_id=update, status=status, status_on=on, moved_on=on or dt.date.min, looked_until=looked_until
    )
    if state == before.state:
        return
    if now.since < entry.published_at:
        StatusPeriod.objects.filter(pk=now.pk).update(until=entry.published_at)
    else:
        now.delete()
    StatusPeriod.objects.bulk_create(_rows(entry.pledge_id, [_Span(entry.published_at, None, state)]))


def _current_period() -> QuerySet[StatusPeriod]:
    return StatusPeriod.objects.current_at().filter(pledge=Parameter("pledge")).order_by("pk")[:1]


def _latest_status() -> QuerySet[RecordEntry, Any]:
    rows = RecordEntry.objects.current().filter(pledge=Parameter("pledge")).order_by("-effective_on", "-position")
    return rows.values_list("pk", "status", "effective_on", "looked_until")[:1]


def _derive(pledge: Pledge) -> None:
    mine = {"pledge": Parameter("pledge")}
    entries = compiled_rows(
        "entries of a pledge",
        lambda: RecordEntry.objects.filter(**mine).order_by("position").values_list(*_READ),
        pledge=pledge.pk,
    )
    wanted = _spans(pledge, entries)
    have = compiled_objects(
        "periods of a pledge", lambda: StatusPeriod.objects.filter(**mine).order_by("since"), pledge=pledge.pk
    )
    same = 0
    while same < min(len(have), len(wanted)) and _span(have[same]) == wanted[same]:
        same += 1
    stale = have[same:]
    if stale:
        StatusPeriod.objects.filter(pk__in=[row.pk for row in stale]).delete()
    StatusPeriod.objects.bulk_create(_rows(pledge.pk, wanted[same:]))
    states = {(span.since, span.state) for span in wanted}
    if rewritten := [row.since for row in stale if _span(row)[::2] not in states]:
        DailyCounts.objects.filter(at__gt=min(rewritten)).delete()


@transaction.atomic
def rebuild_periods() -> int:
    """Make all rows again from the record, without any stored count, and return how many there are."""
    DailyCounts.objects.all().delete()
    StatusPeriod.objects.all().delete()
    number = 0
    for spans in _derived():
        rows = [row for pk, mine in spans for row in _rows(pk, mine)]
        StatusPeriod.objects.bulk_create(rows, batch_size=2000)
        number += len(rows)
    return number


def wrong_periods() -> Iterator[int]:
    """Yield the key of each pledge whose rows are not those that follow from the record."""
    for first, last in key_spans(Pledge.objects.all(), size=_SPAN):
        span = {"first": first, "last": last}
        if _wrong_among(_expected(**span), **span):
            # An entry may have been published between the two reads: under the lock nobody writes.
            with record_lock():
                wrong = _wrong_among(_expected(**span), **span)
            yield from wrong


_Row = tuple[Any, ...]
"""What is compared of a StatusPeriod: since, until, and the columns of _State, days and instants as text."""


def _wrong_among(expected: dict[int, list[_Row]], *, first: int, last: int) -> list[int]:
    stored: defaultdict[int, list[_Row]] = defaultdict(list)
    for pk, *columns in compiled_rows("stored periods", _stored_rows, first=first, last=last):
        stored[pk].append(tuple(columns))
    return [pk for pk, rows in expected.items() if stored[pk] != rows]


def _stored_rows() -> QuerySet[StatusPeriod, Any]:
    rows = StatusPeriod.objects.filter(pledge__pk__range=_KEYS).order_by("pledge", "since")
    days = {name: Cast(name, TextField()) for name in ("status_on", "moved_on", "looked_until", "deadline_on")}
    rows = rows.annotate(
        began=Instant("since"), ended=Instant("until"), **{f"{name}_text": days[name] for name in days}
    )
    columns = (f"{name}_text" if name in days else name for name in _State._fields)
    return rows.values_list("pledge", "began", "ended", *columns)


def _expected(*, first: int, last: int) -> dict[int, list[_Row]]:
    """Return, by the key of each pledge in a span, the rows that follow from the record."""
    entries: defaultdict[int, list[_Row]] = defaultdict(list)
    for *columns, statement in compiled_rows("entries of pledges", _entry_rows, first=first, last=last):
        entries[columns[0]].append((*columns, statement and json.loads(statement)))
    expected = {}
    for pk, *facts in compiled_rows("facts of pledges", _fact_rows, first=first, last=last):
        changes = _changes(dict(zip(_FACTS, facts, strict=True)), entries[pk], _AS_TEXT)
        ends = [since for since, _ in changes[1:]]
        expected[pk] = [(since, until, *state) for (since, state), until in zip(changes, [*ends, None], strict=False)]
    return expected


def _entry_rows() -> QuerySet[RecordEntry, Any]:
    rows = RecordEntry.objects.filter(pledge__pk__range=_KEYS).order_by("pledge", "position").annotate(**written())
    rows = rows.annotate(statement=ExpressionWrapper(F("text__statement"), output_field=TextField()))
    columns = (
        "pledge",
        "pk",
        "position",
        "kind",
        "corrects",
        "status",
        "happened",
        "looked",
        "published",
        "statement",
    )
    return rows.values_list(*columns)


def _fact_rows() -> QuerySet[Pledge, Any]:
    rows = Pledge.objects.filter(pk__range=_KEYS).order_by("pk").annotate(deadline=Cast("deadline_on", TextField()))
    return rows.values_list("pk", "title", "theme__slug", "basis", "deadline")


def _derived() -> Iterator[list[tuple[int, list[_Span]]]]:
    """Yield what follows from the record, so many pledges at a time."""
    for chunk in in_chunks(Pledge.objects.select_related("theme"), [Key("pk", holds=int)]):
        keys = [pledge.pk for pledge in chunk]
        rows = RecordEntry.objects.filter(pledge__in=keys).order_by("pledge", "position").values_list(*_READ)
        entries = {pk: list(mine) for pk, mine in groupby(rows, key=lambda row: row[0])}
        yield [(pledge.pk, _spans(pledge, entries.get(pledge.pk, []))) for pledge in chunk]


def _spans(pledge: Pledge, entries: Sequence[_Row]) -> list[_Span]:
    """Return what the entries of one pledge, in the order of the record, said of it, one span after the other."""
    deadline = pledge.deadline_on and pledge.deadline_on.isoformat()
    facts = dict(zip(_FACTS, (pledge.title, pledge.theme.slug, pledge.basis, deadline), strict=True))
    changes = _changes(facts, entries, _AS_DATES)
    ends = [since for since, _ in changes[1:]]
    return [_Span(since, until, state) for (since, state), until in zip(changes, [*ends, None], strict=False)]


class _Days(NamedTuple):
    """How days are told: the first day of all, and the day that a statement tells."""

    first: Any
    read: Callable[[str], Any]


_AS_DATES, _AS_TEXT = _Days(dt.date.min, parse_date), _Days(dt.date.min.isoformat(), str)


def _changes(facts: dict[str, Any], entries: Sequence[_Row], days: _Days) -> list[tuple[Any, _State]]:
    """Return from when on which state held, by the entries of one pledge in the order of the record.

    Where the words of a statement were withdrawn, the one before it holds; before the first, ``facts`` of today.
    """
    stated: tuple[Any, ...] = ()
    stated_at = 0
    current: dict[int, tuple[Any, int, str, Any]] = {}
    last: int | None = None
    changes: list[tuple[Any, _State]] = []
    for _, pk, position, kind, corrects, status, effective_on, looked_until, published_at, statement in entries:
        if kind == EntryKind.PLEDGE:
            stated, stated_at = _stated(statement, days) if statement else stated, position
        stated = stated or _stated(facts, days)
        if kind in STATUS_KINDS:
            current[pk] = (effective_on, position, status, looked_until)
            last = pk if last is None or current[pk] > current[last] else last
        if kind in SUPERSEDING_KINDS and corrects in current:
            del current[corrects]
            last = max(current, key=current.__getitem__, default=None)
        on, _, last_status, looked = current[last] if last is not None else (None, 0, None, None)
        state = _State(last, last_status, on, on or days.first, looked, stated_at, *stated)
        if changes and changes[-1][1] == state:
            continue
        if changes and not changes[-1][0] < published_at:
            changes.pop()
        changes.append((published_at, state))
    return changes


def _stated(facts: dict[str, Any], days: _Days) -> tuple[Any, ...]:
    """Return the columns of a _State that a statement decides."""
    deadline = days.read(facts["deadline_on"]) if facts["deadline_on"] else None
    return facts["title"], sort_key(facts["title"]), facts["theme"], facts["basis"], deadline


def _rows(pledge: int, spans: Sequence[_Span]) -> list[StatusPeriod]:
    return [
        StatusPeriod(pledge_id=pledge, since=span.since, until=span.until, **span.state._asdict()) for span in spans
    ]


def _span(row: StatusPeriod) -> _Span:
    return _Span(row.since, row.until, _State(*(getattr(row, name) for name in _State._fields)))
