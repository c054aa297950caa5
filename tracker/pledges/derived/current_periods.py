"""What holds now of each pledge, held in memory by each process: as sets of pledges, one for each value of a facet.

How many pledges some filters leave is then the size of an intersection, the same at any number of pledges. Read once
from StatusPeriod, and from then on only what came since: whatever changes of a pledge begins a new row. Nothing is
held that was read in a transaction: it may be rolled back.
"""

import contextlib
import datetime as dt
import heapq
import threading
from array import array
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from pyroaring import BitMap

from tracker.core.postgresql.replicas import configured_replicas
from tracker.pledges.compiled_query import Parameter, compiled_rows, compiled_sql
from tracker.pledges.derived import process_memory
from tracker.pledges.derived.tally import CountKey, Tally
from tracker.pledges.models import StatusPeriod
from tracker.pledges.querysets import quiet_on, schedule_on

FACETS = ("status", "theme", "schedule", "basis")
"""The columns of a CountKey whose values readers choose from."""
_STEPS_OF_A_QUERY = 20_000
"""How many pledges can be looked through, in the order of the list, in the time of a query."""
_STEPS_OF_A_KEY = 50
"""The same for each key that a query names."""
_MAX_PLACED = 20
"""Pledges that are put in their new places one by one; of more, the whole order is read again."""
_MAX_DAYS = 2
"""Days as of which a process holds the pledges of a database: around midnight there are two."""


class CurrentPeriods:
    """The rows that hold now, as of a day: sets of pledges, and of each its sort, the day it moved, and its row."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.upto = 0
        self._lock = threading.RLock()
        self._all = BitMap()
        self._sets: dict[str, defaultdict[str | None, BitMap]] = {
            name: defaultdict(BitMap) for name in (*FACETS, "quiet")
        }
        self._sorts: list[CountKey] = []
        self._places: dict[CountKey, int] = {}
        self._sort, self._moved, self._period = array("H"), array("I"), array("I")
        self._order: array[int] | None = None
        self._unplaced: dict[int, int] = {}

    def update(self, last: int | None = None) -> bool:
        """Read the rows that came since; return False where rows are gone, and all have to be read again.

        ``last`` is the key of the last row, where it was just read.
        """
        with self._lock:
            upto = last if last is not None and last >= self.upto else _last_period()
            if upto > self.upto:
                self.upto = max(self._read_new_rows(), upto)
            return upto >= self.upto

    def _read_new_rows(self) -> int:
        """Read what came since, and return the key of the last row. Where that fails, all of it is read again."""
        key = ("new periods", self.today, settings.QUIET_AFTER_DAYS)
        sql, parameters = compiled_sql(key, self._new_rows, upto=self.upto)
        joining: defaultdict[int, list[int]] = defaultdict(list)
        days: dict[object, int] = {}
        upto = self.upto
        with connection.cursor() as cursor:  # Django would make an object of each day of 100,000 rows
            cursor.execute(sql, parameters)
            for period, pledge, moved_on, *sort in cursor:
                if moved_on not in days:
                    day = moved_on if isinstance(moved_on, dt.date) else dt.date.fromisoformat(moved_on)
                    days[moved_on] = day.toordinal()
                self._leave(pledge)
                place = self._place_of(*sort)
                joining[place].append(pledge)
                self._sort[pledge], self._moved[pledge] = place, days[moved_on]
                self._period[pledge] = upto = period
                if self._order is not None:
                    self._unplaced[pledge] = period
        for place, pledges in joining.items():
            mine = BitMap(pledges)
            self._all |= mine
            for name, value in self._values_of(place):
                self._sets[name][value] |= mine
        return upto

    def _new_rows(self) -> QuerySet[StatusPeriod, Any]:
        rows: QuerySet[StatusPeriod, Any] = StatusPeriod.objects.current_at().filter(pk__gt=Parameter("upto"))
        rows = rows.order_by("pk").annotate(
            schedule=schedule_on(self.today, deadline="deadline_on"), quiet=quiet_on(self.today)
        )
        return rows.values_list("pk", "pledge", "moved_on", "status", "theme", "schedule", "basis", "quiet")

    def _leave(self, pledge: int) -> None:
        """Take a pledge out of the sets that it is in; make room for it where it is new."""
        if pledge >= len(self._sort):
            for column in (self._sort, self._moved, self._period):
                column.extend([0] * (pledge + 1000 - len(column)))
        if pledge in self._all:
            self._all.discard(pledge)
            for name, value in self._values_of(self._sort[pledge]):
                self._sets[name][value].discard(pledge)

    def _place_of(self, status: str | None, theme: str, schedule: str, basis: str, quiet: object) -> int:
        sort = CountKey(status, theme, schedule, basis, bool(quiet))
        place = self._places.get(sort)
        if place is None:
            place = self._places[sort] = len(self._sorts)
            self._sorts.append(sort)
        return place

    def _values_of(self, place: int) -> list[tuple[str, str | None]]:
        sort = self._sorts[place]
        return [*((name, getattr(sort, name)) for name in FACETS), ("quiet", "yes" if sort.quiet else "no")]

    def tally(self) -> Tally:
        """Count all pledges by status, by schedule, and those that are quiet."""
        with self._lock:
            by_status = {value: len(mine) for value, mine in self._sets["status"].items() if mine}
            by_schedule = {str(value): len(mine) for value, mine in self._sets["schedule"].items() if mine}
            return Tally(len(self._all), len(self._sets["quiet"]["yes"]), Counter(by_status), Counter(by_schedule))

    def count(
        self, chosen: Mapping[str, str], among: Iterable[int] | None = None
    ) -> tuple[int, dict[str, Counter[str | None]]]:
        """Return how many pledges have the chosen values, and by facet how many each value of it would leave.

        ``chosen`` are values of FACETS, empty for no status. ``among`` are the pledges to count; None: all.
        """
        with self._lock:
            pledges = self._all if among is None else self._all & _as_set(among)
            numbers = {}
            for facet in FACETS:
                left = self._having({name: value for name, value in chosen.items() if name != facet}, pledges)
                sizes = {value: left.intersection_cardinality(mine) for value, mine in self._sets[facet].items()}
                numbers[facet] = Counter({value: size for value, size in sizes.items() if size})
            return len(self._having(chosen, pledges)), numbers

    def matching(self, chosen: Mapping[str, str], among: Iterable[int] | None = None) -> BitMap:
        """Return the pledges that have the chosen values; both as for ``count``."""
        with self._lock:
            return BitMap(self._having(chosen, self._all if among is None else self._all & _as_set(among)))

    def _having(self, chosen: Mapping[str, str], pledges: BitMap) -> BitMap:
        for name, value in chosen.items():
            pledges = pledges & self._sets[name].get(value or None, BitMap())
        return pledges

    def rows(
        self, chosen: Mapping[str, str], tiers: Sequence[Iterable[int]] | None, start: int, stop: int
    ) -> list[tuple[int, int]]:
        """Return the pledges from one place of a list to another, each with its row.

        The first tier comes first, and in each those that moved last. ``chosen`` as for ``count``; ``tiers`` None: all
        pledges are one.
        """
        rows: list[tuple[int, int]] = []
        with self._lock:
            for tier in [self._all] if tiers is None else tiers:
                pledges = self._having(chosen, self._all & _as_set(tier))
                if start < (size := len(pledges)) and stop > 0:
                    rows += self._newest_of(pledges, start, min(stop, size))
                start, stop = max(start - size, 0), stop - size
        return rows

    def _newest_of(self, pledges: BitMap, start: int, stop: int) -> list[tuple[int, int]]:
        steps_to_ask = 2 * len(pledges) + _STEPS_OF_A_QUERY + _STEPS_OF_A_KEY * stop
        if stop * len(self._all) <= len(pledges) * steps_to_ask:
            order = self._in_order()
            is_all = len(pledges) == len(self._all)
            keys = order[start:stop] if is_all else islice(filter(pledges.__contains__, order), start, stop)
            return [(key, self._period[key]) for key in keys]
        mine: Sequence[int] = list(pledges)
        if len(mine) > stop:
            oldest = heapq.nlargest(stop, map(self._moved.__getitem__, mine))[-1]
            mine = [key for key in mine if self._moved[key] >= oldest]
        return [(key, self._period[key]) for key in _put_in_order(self._period[key] for key in mine)[start:stop]]

    def _in_order(self) -> "array[int]":
        """Return all pledges in the order of the list, those that moved last first."""
        if self._order is None or len(self._unplaced) > _MAX_PLACED or not self._place(self._order):
            sql, parameters = _ordered(StatusPeriod.objects.current_at()).query.sql_with_params()
            with connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                self._order = array("I", filter(self._all.__contains__, (pledge for (pledge,) in cursor)))
            self._unplaced.clear()
        return self._order

    def _place(self, order: "array[int]") -> bool:
        """Put the pledges that have moved where they belong. False where that cannot be said: more came since.

        What moved since would be looked for in its new place, and is in its old one here.
        """
        if not self._unplaced:
            return True
        for pledge in self._unplaced:
            with contextlib.suppress(ValueError):  # it is a new one
                order.remove(pledge)
        # The last one first: what comes after each is in its place already.
        moved = list(self._unplaced) if len(self._unplaced) == 1 else _put_in_order(self._unplaced.values())
        for pledge in reversed(moved):
            try:
                following = _pledge_after(self._unplaced[pledge])
                order.insert(len(order) if following is None else order.index(following), pledge)
            except (StatusPeriod.DoesNotExist, ValueError):
                return False
        if _last_period() > self.upto:
            return False
        self._unplaced.clear()
        return True


def _last_period() -> int:
    """Return the key of the last row; 0 where there is none. One query."""
    last = compiled_rows("last period", lambda: StatusPeriod.objects.order_by("-pk").values_list("pk")[:1])
    return last[0][0] if last else 0


def _ordered(rows: QuerySet[StatusPeriod]) -> QuerySet[StatusPeriod, Any]:
    """Return the pledges of rows in the order of a list."""
    return rows.order_by("-moved_on", "title_key", "pledge").values_list("pledge")


def _put_in_order(periods: Iterable[int]) -> list[int]:
    keys = list(periods)
    return [pledge for (pledge,) in _ordered(StatusPeriod.objects.filter(pk__in=keys))] if keys else []


def _pledge_after(period: int) -> int | None:
    """Return the pledge that follows that of a row in the order of a list; None for the last one.

    Raises StatusPeriod.DoesNotExist where the row was replaced meanwhile.
    """
    rows = compiled_rows("place of a period", _place_of_period, period=period)
    if not rows:
        raise StatusPeriod.DoesNotExist
    ((moved_on, title_key, pledge),) = rows
    place: dict[str, int | str] = {"moved_on": moved_on.isoformat(), "title_key": title_key, "pledge": pledge}
    first = compiled_rows("next in the list", _next_in_list, **place)
    return first[0][0] if first else None


def _place_of_period() -> QuerySet[StatusPeriod, Any]:
    return StatusPeriod.objects.filter(pk=Parameter("period")).values_list("moved_on", "title_key", "pledge")


def _next_in_list() -> QuerySet[StatusPeriod, Any]:
    moved_on, title_key = Parameter("moved_on"), Parameter("title_key")
    same_day = Q(title_key__gt=title_key) | Q(title_key=title_key, pledge__gt=Parameter("pledge"))
    rows = StatusPeriod.objects.current_at().filter(Q(moved_on__lt=moved_on) | same_day, moved_on__lte=moved_on)
    return _ordered(rows)[:1]


def _as_set(pledges: Iterable[int]) -> BitMap:
    return pledges if isinstance(pledges, BitMap) else BitMap(pledges)


_LOCK = threading.Lock()
_BY_DATABASE: OrderedDict[tuple[str, int, dt.date], CurrentPeriods] = OrderedDict()
_WANTED: set[tuple[str, int, dt.date]] = set()
"""What was asked for once by those who can do without."""


def current_periods(today: dt.date, *, wait: bool = True, last: int | None = None) -> CurrentPeriods | None:
    """Return what holds now of each pledge as of a day; None in a transaction.

    ``wait``: whether it is worth reading all pledges now. Else who asks first gets None, and who asks next pays.
    ``last`` is as for ``update``.
    """
    if not process_memory.may_hold():
        return None
    key = process_memory.database_name(), settings.QUIET_AFTER_DAYS, today
    with _LOCK:
        if key not in _BY_DATABASE and not wait and key not in _WANTED:
            _WANTED.add(key)
            return None
        periods = _hold(key, _BY_DATABASE.get(key) or CurrentPeriods(today))
    # Not under the lock of all: while one database hangs, who asks another one does not wait.
    if periods.update(last):
        return periods
    new = CurrentPeriods(today)
    new.update()
    with _LOCK:
        return _hold(key, new)


def _hold(key: tuple[str, int, dt.date], periods: CurrentPeriods) -> CurrentPeriods:
    """Hold pledges, and let go of those that nobody asked for longest: the primary and each replica have their own."""
    _BY_DATABASE[key] = periods
    _BY_DATABASE.move_to_end(key)
    while len(_BY_DATABASE) > _MAX_DAYS * (1 + len(configured_replicas())):
        _WANTED.discard(_BY_DATABASE.popitem(last=False)[0])
    return periods
