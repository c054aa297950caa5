"""Whether the stored counts follow from the StatusPeriods: all of them in one pass, whatever number of days there are.

The rules of schedule and silence are here once more, apart from those that the counts were made by (querysets.py).
Days and instants are text, as the database has them.
"""

import datetime as dt
import json
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import ExpressionWrapper, F, Max, QuerySet, TextField
from django.db.models.functions import Cast

from tracker.pledges.choices import ENDED_STATUSES, Schedule, Status
from tracker.pledges.compiled_query import Parameter, compiled_rows
from tracker.pledges.derived.counts import read_counts
from tracker.pledges.derived.tally import CountKey
from tracker.pledges.models import DailyCounts, StatusPeriod
from tracker.pledges.querysets import quiet_before
from tracker.pledges.record.export import Instant
from tracker.pledges.record.lock import record_lock

_CHUNK = 5_000
_COUNTS_CHUNK = 100


class _Kind(NamedTuple):
    """What a pledge is counted by, before a day says whether it is overdue or quiet."""

    status: str | None
    theme: str
    basis: str
    deadline_on: str | None
    status_on: str | None

    def on(self, day: str, quiet_day: str) -> CountKey:
        """Return as what it is counted as of a day; it is quiet if it moved last before ``quiet_day``."""
        schedule = Schedule.ON_TIME
        if self.deadline_on is None:
            schedule = Schedule.NO_DEADLINE
        elif self.status == Status.DELIVERED:
            if self.status_on is not None and self.status_on > self.deadline_on:
                schedule = Schedule.OVERDUE
        elif self.deadline_on < day:
            schedule = Schedule.OVERDUE
        is_ended = self.status in ENDED_STATUSES
        quiet = not is_ended and self.status_on is not None and self.status_on < quiet_day
        return CountKey(self.status, self.theme, schedule.value, self.basis, quiet)


class _RunningCounts:
    """How many pledges there are of each sort, carried from one instant and day to the next."""

    def __init__(self) -> None:
        self._day = self._quiet_day = dt.date.min
        self._cells: Counter[CountKey] = Counter()
        self._changed: set[CountKey] = set()
        self._texts: dict[CountKey, str] = {}
        self._kinds: Counter[_Kind] = Counter()
        self._keys: dict[_Kind, CountKey] = {}
        self._by_day: dict[str, defaultdict[str | None, set[_Kind]]] = {
            "deadline_on": defaultdict(set),
            "status_on": defaultdict(set),
        }

    def add(self, changes: Mapping[_Kind, int]) -> None:
        """Count so many pledges of each kind more, as of the day that it is."""
        day, quiet_day = self._day.isoformat(), self._quiet_day.isoformat()
        for kind, number in changes.items():
            key = self._keys.get(kind)
            if key is None:
                key = self._keys[kind] = kind.on(day, quiet_day)
                for name, by_day in self._by_day.items():
                    by_day[getattr(kind, name)].add(kind)
            self._kinds[kind] += number
            self._count(key, number)

    def _count(self, key: CountKey, number: int) -> None:
        self._cells[key] += number
        self._changed.add(key)

    def move_to(self, day: dt.date) -> None:
        """Count as of another day: pledges become overdue or quiet."""
        quiet_day = quiet_before(day)
        if self._kinds:
            kinds = self._between("deadline_on", self._day, day) | self._between(
                "status_on", self._quiet_day, quiet_day
            )
            for kind in kinds:
                before, key = self._keys[kind], kind.on(day.isoformat(), quiet_day.isoformat())
                self._count(before, -self._kinds[kind])
                self._count(key, self._kinds[kind])
                self._keys[kind] = key
        self._day, self._quiet_day = day, quiet_day

    def _between(self, name: str, *days: dt.date) -> set[_Kind]:
        by_day = self._by_day[name]
        first, last = sorted(day.toordinal() for day in days)
        texts = (dt.date.fromordinal(day).isoformat() for day in range(first, last))
        return set().union(*(by_day[day] for day in texts if day in by_day))

    def are(self, stored: str) -> bool:
        """Whether they are those of a stored count, in JSON: its rows may be in any order."""
        for key in self._changed:
            if number := self._cells[key]:
                self._texts[key] = f"{_key_in_json(key)}, {number}"
            else:
                self._texts.pop(key, None)
        self._changed.clear()
        rows = stored[2:-2].split("], [")
        is_same = len(rows) == len(self._texts) and set(rows) == set(self._texts.values())
        if is_same and stored[:2] == "[[" and stored[-2:] == "]]":
            return True
        return self._cells == read_counts(DailyCounts(cells=json.loads(stored)))


@lru_cache(maxsize=10_000)
def _key_in_json(key: CountKey) -> str:
    """Return the columns of a row of a stored count, but for the number."""
    return json.dumps(list(key))[1:-1]


def wrong_counts() -> Iterator[DailyCounts]:
    """Yield each stored count that does not follow from the StatusPeriods."""
    if any(True for _ in _wrong_counts()):
        # An entry may have been published between the two reads: under the lock nobody writes.
        with record_lock():
            wrong = list(_wrong_counts())
        yield from DailyCounts.objects.filter(pk__in=wrong).order_by("at", "day")


def _wrong_counts() -> Iterator[int]:
    stored = DailyCounts.objects.filter(quiet_after=settings.QUIET_AFTER_DAYS).order_by("at", "day")
    rows = list(stored.annotate(instant=Instant("at")).values_list("pk", "instant", "day"))
    changes = _changes_between([at for _, at, _ in rows])
    cells = ExpressionWrapper(F("cells"), output_field=TextField())  # without a list of lists for each
    running = _RunningCounts()
    for first in range(0, len(rows), _COUNTS_CHUNK):
        chunk = rows[first : first + _COUNTS_CHUNK]
        texts = dict(
            DailyCounts.objects.filter(pk__in=[key for key, _, _ in chunk])
            .annotate(text=cells)
            .values_list("pk", "text")
        )
        for number, (key, _, day) in enumerate(chunk, start=first):
            running.move_to(day)
            running.add(changes[number])
            if key in texts and not running.are(texts[key]):
                yield key


def _changes_between(instants: list[str]) -> list[Counter[_Kind]]:
    """Return, for each of these instants, how many pledges more or less of each kind there are than at the one before.

    Summed up: a record of a million entries has a million rows, and each of them would be in memory twice.
    """
    changes: list[Counter[_Kind]] = [Counter() for _ in instants]
    kinds: dict[tuple[Any, ...], _Kind] = {}
    last = StatusPeriod.objects.aggregate(last=Max("pk"))["last"] or 0
    for first in range(1, last + 1, _CHUNK):
        for since, until, *columns in compiled_rows("kinds", _kinds, first=first, last=first + _CHUNK - 1):
            begin = bisect_right(instants, since)
            end = len(instants) if until is None else bisect_right(instants, until)
            if begin == end:  # no count has seen it
                continue
            values = tuple(columns)
            kind = kinds.get(values) or kinds.setdefault(values, _Kind(*values))
            changes[begin][kind] += 1
            if end < len(instants):
                changes[end][kind] -= 1
    return changes


def _kinds() -> QuerySet[StatusPeriod, Any]:
    rows: QuerySet[StatusPeriod, Any] = StatusPeriod.objects.order_by()
    rows = rows.filter(pk__range=(Parameter("first"), Parameter("last")))
    rows = rows.annotate(began=Instant("since"), ended=Instant("until"))
    rows = rows.annotate(deadline=Cast("deadline_on", TextField()), moved=Cast("status_on", TextField()))
    return rows.values_list("began", "ended", "status", "theme", "basis", "deadline", "moved")
