"""Whether the stored counts follow from the StatusPeriods: all of them in one pass, whatever number of days there are.

The rules of schedule and silence are here once more, apart from those that the counts were made by (querysets.py).
"""

import datetime as dt
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.db.models import Max

from tracker.pledges.choices import ENDED_STATUSES, Schedule, Status
from tracker.pledges.derived.counts import read_counts
from tracker.pledges.derived.tally import CountKey
from tracker.pledges.models import DailyCounts, StatusPeriod
from tracker.pledges.querysets import quiet_before
from tracker.pledges.record.lock import record_lock

_CHUNK = 5_000
_COUNTS_CHUNK = 100


class _Kind(NamedTuple):
    """What a pledge is counted by, before a day says whether it is overdue or quiet."""

    status: str | None
    theme: str
    basis: str
    deadline_on: dt.date | None
    status_on: dt.date | None

    def on(self, day: dt.date) -> CountKey:
        """Return as what it is counted as of a day."""
        schedule = Schedule.ON_TIME
        if self.deadline_on is None:
            schedule = Schedule.NO_DEADLINE
        elif self.status == Status.DELIVERED:
            if self.status_on is not None and self.status_on > self.deadline_on:
                schedule = Schedule.OVERDUE
        elif self.deadline_on < day:
            schedule = Schedule.OVERDUE
        is_ended = self.status in ENDED_STATUSES
        quiet = not is_ended and self.status_on is not None and self.status_on < quiet_before(day)
        return CountKey(self.status, self.theme, schedule.value, self.basis, quiet)


class _RunningCounts:
    """How many pledges there are of each sort, carried from one instant and day to the next."""

    def __init__(self) -> None:
        self.day = dt.date.min
        self.cells: Counter[CountKey] = Counter()
        self._kinds: Counter[_Kind] = Counter()
        self._by_day: dict[str, defaultdict[dt.date, set[_Kind]]] = {
            "deadline_on": defaultdict(set),
            "status_on": defaultdict(set),
        }

    def add(self, kind: _Kind, number: int) -> None:
        """Count so many pledges of a kind more, as of the day that it is."""
        if kind not in self._kinds:
            for name, by_day in self._by_day.items():
                by_day[getattr(kind, name)].add(kind)
        self._kinds[kind] += number
        self.cells[kind.on(self.day)] += number

    def move_to(self, day: dt.date) -> None:
        """Count as of another day: pledges become overdue or quiet."""
        before, self.day = self.day, day
        if not self._kinds:
            return
        first, last = sorted((before, day))
        kinds = self._between("deadline_on", first, last)
        kinds |= self._between("status_on", quiet_before(first), quiet_before(last))
        for kind in kinds:
            self.cells[kind.on(before)] -= self._kinds[kind]
            self.cells[kind.on(day)] += self._kinds[kind]

    def _between(self, name: str, first: dt.date, last: dt.date) -> set[_Kind]:
        by_day = self._by_day[name]
        days = map(dt.date.fromordinal, range(first.toordinal(), last.toordinal()))
        return set().union(*(by_day[day] for day in days if day in by_day))


def wrong_counts() -> Iterator[DailyCounts]:
    """Yield each stored count that does not follow from the StatusPeriods."""
    if any(True for _ in _wrong_counts()):
        # An entry may have been published between the two reads: under the lock nobody writes.
        with record_lock():
            wrong = list(_wrong_counts())
        yield from wrong


def _wrong_counts() -> Iterator[DailyCounts]:
    stored = DailyCounts.objects.filter(quiet_after=settings.QUIET_AFTER_DAYS).order_by("at", "day")
    rows = list(stored.values_list("pk", "at", "day"))
    changes = _changes_between([at for _, at, _ in rows])
    running = _RunningCounts()
    for first in range(0, len(rows), _COUNTS_CHUNK):
        chunk = rows[first : first + _COUNTS_CHUNK]
        counts = DailyCounts.objects.in_bulk([key for key, _, _ in chunk])
        for number, (key, _, day) in enumerate(chunk, start=first):
            running.move_to(day)
            for kind, change in changes[number].items():
                running.add(kind, change)
            if key in counts and running.cells != read_counts(counts[key]):
                yield counts[key]


def _changes_between(instants: list[dt.datetime]) -> list[Counter[_Kind]]:
    """Return, for each of these instants, how many pledges more or less of each kind there are than at the one before.

    Summed up: a record of a million entries has a million rows, and each of them would be in memory twice.
    """
    changes: list[Counter[_Kind]] = [Counter() for _ in instants]
    kinds: dict[_Kind, _Kind] = {}
    last = StatusPeriod.objects.aggregate(last=Max("pk"))["last"] or 0
    for first in range(1, last + 1, _CHUNK):
        rows = StatusPeriod.objects.filter(pk__range=(first, first + _CHUNK - 1)).order_by()
        for since, until, *columns in rows.values_list("since", "until", *_Kind._fields):
            begin = bisect_right(instants, since)
            end = len(instants) if until is None else bisect_right(instants, until)
            if begin == end:  # no count has seen it
                continue
            kind = _Kind(*columns)
            kind = kinds.setdefault(kind, kind)
            changes[begin][kind] += 1
            if end < len(instants):
                changes[end][kind] -= 1
    return changes
