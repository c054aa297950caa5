"""What the record said of each pledge, from one entry to the next, as rows that a list or a past day reads at once.

Derived from the record and from nothing else: ``update_periods_for`` after each entry, ``rebuild_periods`` for all,
``wrong_periods`` for verify_record. A row that now reads otherwise than it did (its statement was withdrawn for legal
reasons) takes the daily counts since then with it: they are counted again (derived/counts.py).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.dateparse import parse_date

from tracker.core.keyset import Key, in_chunks
from tracker.pledges.choices import STATUS_KINDS, SUPERSEDING_KINDS, EntryKind
from tracker.pledges.models import DailyCounts, Pledge, RecordEntry, StatusPeriod
from tracker.pledges.record.lock import record_lock
from tracker.text.sorting import sort_key

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
    now = StatusPeriod.objects.current_at().filter(pledge=entry.pledge).first()
    if now is None or entry.kind not in (*STATUS_KINDS, *SUPERSEDING_KINDS):
        _derive(entry.pledge)
        return
    latest = RecordEntry.objects.current().filter(pledge=entry.pledge).order_by("-effective_on", "-position").first()
    before = _span(now)
    state = before.state._replace(
        update_id=latest.pk if latest else None,
        status=latest.status if latest else None,
        status_on=latest.effective_on if latest else None,
        moved_on=latest.effective_on if latest else dt.date.min,
        looked_until=latest.looked_until if latest else None,
    )
    if state == before.state:
        return
    if now.since < entry.published_at:
        StatusPeriod.objects.filter(pk=now.pk).update(until=entry.published_at)
    else:
        now.delete()
    StatusPeriod.objects.bulk_create(_rows(entry.pledge_id, [_Span(entry.published_at, None, state)]))


def _derive(pledge: Pledge) -> None:
    wanted = _spans(pledge, list(RecordEntry.objects.filter(pledge=pledge).order_by("position").values_list(*_READ)))
    have = list(StatusPeriod.objects.filter(pledge=pledge).order_by("since"))
    same = 0
    while same < min(len(have), len(wanted)) and _span(have[same]) == wanted[same]:
        same += 1
    stale = have[same:]
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
    for spans in _derived():
        if wrong := _wrong_among(spans):
            # An entry may have been published between the two reads: under the lock nobody writes.
            with record_lock():
                wrong = [pk for again in _derived(wrong) for pk in _wrong_among(again)]
            yield from wrong


def _wrong_among(spans: list[tuple[int, list[_Span]]]) -> list[int]:
    have: dict[int, list[tuple[Any, ...]]] = {pk: [] for pk, _ in spans}
    rows = StatusPeriod.objects.filter(pledge__in=list(have)).order_by("pledge", "since")
    for pk, *span in rows.values_list("pledge", "since", "until", *_State._fields):
        have[pk].append(tuple(span))
    return [pk for pk, wanted in spans if have[pk] != [(span.since, span.until, *span.state) for span in wanted]]


def _derived(among: Sequence[int] | None = None) -> Iterator[list[tuple[int, list[_Span]]]]:
    """Yield what follows from the record, so many pledges at a time: of all, or among these keys."""
    pledges = Pledge.objects.select_related("theme")
    if among is not None:
        pledges = pledges.filter(pk__in=among)
    for chunk in in_chunks(pledges, [Key("pk", holds=int)]):
        keys = [pledge.pk for pledge in chunk]
        rows = RecordEntry.objects.filter(pledge__in=keys).order_by("pledge", "position").values_list(*_READ)
        entries = {pk: list(mine) for pk, mine in groupby(rows, key=lambda row: row[0])}
        yield [(pledge.pk, _spans(pledge, entries.get(pledge.pk, []))) for pledge in chunk]


def _spans(pledge: Pledge, entries: Sequence[tuple[Any, ...]]) -> list[_Span]:
    """Return what the entries of one pledge, in the order of the record, said of it, one span after the other."""
    # Where the words of a statement were withdrawn, the one before it holds; before the first, what holds today.
    facts: dict[str, Any] = {
        "title": pledge.title, "theme": pledge.theme.slug, "basis": pledge.basis,
        "deadline_on": pledge.deadline_on and pledge.deadline_on.isoformat(),
    }  # fmt: skip
    stated_at = 0
    current: dict[int, tuple[dt.date, int, str, dt.date]] = {}
    spans: list[_Span] = []
    for _, pk, position, kind, corrects, status, effective_on, looked_until, published_at, statement in entries:
        if kind == EntryKind.PLEDGE:
            facts, stated_at = statement or facts, position
        if kind in STATUS_KINDS:
            current[pk] = (effective_on, position, status, looked_until)
        if kind in SUPERSEDING_KINDS:
            current.pop(corrects, None)
        last = max(current, key=lambda key: current[key][:2], default=None)
        on, _, last_status, looked = current[last] if last is not None else (None, 0, None, None)
        deadline = parse_date(facts["deadline_on"]) if facts["deadline_on"] else None
        state = _State(
            last, last_status, on, on or dt.date.min, looked, stated_at,
            facts["title"], sort_key(facts["title"]), facts["theme"], facts["basis"], deadline,
        )  # fmt: skip
        if spans and spans[-1].state == state:
            continue
        if spans:
            before = spans.pop()
            if before.since < published_at:
                spans.append(before._replace(until=published_at))
        spans.append(_Span(published_at, None, state))
    return spans


def _rows(pledge: int, spans: Sequence[_Span]) -> list[StatusPeriod]:
    return [
        StatusPeriod(pledge_id=pledge, since=span.since, until=span.until, **span.state._asdict()) for span in spans
    ]


def _span(row: StatusPeriod) -> _Span:
    return _Span(row.since, row.until, _State(*(getattr(row, name) for name in _State._fields)))
