"""What holds now of each pledge, held in memory by each process: of a set of pledges, the counts and the newest.

Read once from StatusPeriod, and from then on only what came since: whatever changes of a pledge begins a new row.
Nothing is held that was read in a transaction: it may be rolled back.
"""

import datetime as dt
import heapq
import threading
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.db.models import Max

from tracker.pledges.derived import process_memory
from tracker.pledges.derived.tally import CountKey
from tracker.pledges.models import StatusPeriod
from tracker.pledges.querysets import quiet_on, schedule_on


class CurrentPeriods:
    """The rows that hold now, as of a day: by the key of the pledge its sort, the day it moved last, and its row."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.upto = 0
        self._sorts: list[CountKey | None] = [None]
        self._places: dict[CountKey, int] = {}
        self._sort, self._moved, self._period = array("H"), array("I"), array("I")

    def add_new_rows(self) -> None:
        """Read the rows that came since."""
        rows = StatusPeriod.objects.current_at().filter(pk__gt=self.upto).order_by("pk")
        rows = rows.annotate(schedule=schedule_on(self.today, deadline="deadline_on"), quiet=quiet_on(self.today))
        columns = ("pk", "pledge", "moved_on", "status", "theme", "schedule", "basis", "quiet")
        for period, pledge, moved_on, status, theme, schedule, basis, quiet in rows.values_list(*columns):
            if pledge >= len(self._sort):
                for column in (self._sort, self._moved, self._period):
                    column.extend([0] * (pledge + 1000 - len(column)))
            sort = CountKey(status, theme, schedule, basis, bool(quiet))
            if sort not in self._places:
                self._places[sort] = len(self._sorts)
                self._sorts.append(sort)
            self._sort[pledge], self._moved[pledge] = self._places[sort], moved_on.toordinal()
            self._period[pledge] = self.upto = period

    def count(self, pledges: Iterable[int]) -> Counter[CountKey]:
        """Count pledges of each sort."""
        numbers = Counter(map(self._sort.__getitem__, pledges))
        return Counter({sort: number for place, number in numbers.items() if (sort := self._sorts[place])})

    def newest(self, tiers: Sequence[Iterable[int]], chosen: Mapping[str, str], number: int) -> list[tuple[int, int]]:
        """Return so many pledges, each with its row: the first tier first, and in each those that moved last.

        ``chosen`` are values of a CountKey that they have; empty for no status.
        """
        places = {
            place
            for place, sort in enumerate(self._sorts)
            if sort and all((getattr(sort, name) or "") == value for name, value in chosen.items())
        }
        newest: list[tuple[int, int]] = []
        for tier in tiers:
            left = number - len(newest)
            mine = [key for key in tier if self._sort[key] in places] if left else []
            if len(mine) > left:
                oldest = heapq.nlargest(left, map(self._moved.__getitem__, mine))[-1]
                mine = [key for key in mine if self._moved[key] >= oldest]
            rows = StatusPeriod.objects.filter(pk__in=[self._period[key] for key in mine])
            newest += (
                rows.order_by("-moved_on", "title_key", "pledge").values_list("pledge", "pk")[:left] if mine else []
            )
        return newest


_LOCK = threading.Lock()
_BY_DATABASE: dict[tuple[str, int], CurrentPeriods] = {}


def current_periods(today: dt.date) -> CurrentPeriods | None:
    """Return what holds now of each pledge as of a day; None in a transaction."""
    if not process_memory.may_hold():
        return None
    key = process_memory.database_name(), settings.QUIET_AFTER_DAYS
    with _LOCK:
        last = StatusPeriod.objects.aggregate(last=Max("pk"))["last"] or 0
        periods = _BY_DATABASE.get(key)
        if periods is None or periods.today != today or last < periods.upto:
            periods = _BY_DATABASE[key] = CurrentPeriods(today)
        if last > periods.upto:
            periods.add_new_rows()
        return periods
