"""How many pledges there are of each sort, now or at the end of any day, for the same few queries at any size.

A count starts from the last one that was kept and goes through the pledges that have moved since, or whose deadline or
silence has passed. The worker keeps one whenever a day or enough entries have passed; where it does not run, counts
are right all the same, and slower.
"""

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from tracker.pledges.compiled_query import compiled_rows
from tracker.pledges.dates import end_of_day
from tracker.pledges.derived.tally import CountKey, sum_counts
from tracker.pledges.models import DailyCounts, Pledge, RecordEntry, StatusPeriod
from tracker.pledges.querysets import quiet_before
from tracker.pledges.read.as_stated import stated_review
from tracker.pledges.record.lock import record_lock

CHANGES_PER_COUNT = 500
"""After how many rows of StatusPeriod another count is kept."""


def count_pledges(*, today: dt.date, until: dt.datetime | None = None) -> Counter[CountKey]:
    """Return how many pledges of each sort there are as of a day, by what was published before an instant.

    What PledgeQuerySet.cells returns for all pledges; two queries, which touch what has changed since the last kept
    count and nothing else.
    """

    def newest() -> QuerySet[DailyCounts, Any]:
        stored = DailyCounts.objects.filter(day__lte=today, quiet_after=settings.QUIET_AFTER_DAYS)
        if until is not None:
            stored = stored.filter(at__lte=until)
        return stored.order_by("-at", "-day").values_list("at", "day", Cast("cells", TextField()))[:1]

    rows = compiled_rows(("newest counts", today, until, settings.QUIET_AFTER_DAYS), newest)
    last, cells = None, Counter[CountKey]()
    for at, day, text in rows:
        last, cells = DailyCounts(at=at, day=day, quiet_after=settings.QUIET_AFTER_DAYS), _read_cells(text)
    return _since(last, cells, today, until)


def count_pledges_by_review(
    *,
    then: dict[int, dict[str, Any]],
    today: dt.date,
    until: dt.datetime | None = None,
    happened_by: dt.date | None = None,
    pledges: QuerySet[Pledge, Any] | None = None,
) -> defaultdict[int, Counter[CountKey]]:
    """Return how many pledges of each sort each review has as of a day, by its key, as they were stated then.

    ``pledges`` are those that count; all for None. ``then``: statements_changed_since. One query, and on a past day
    those of ``stated_review``.
    """
    keys = None if pledges is None else pledges.order_by().values("pk")
    rows: QuerySet[Any, Any]
    if happened_by is None:
        periods = StatusPeriod.objects.current_at(until=until)
        periods = periods if keys is None else periods.filter(pledge__in=keys)
        periods = periods.annotate(stated_review=stated_review(then, pledge="pledge"))
        rows = periods.grouped_counts(today=today, by="stated_review")
    else:
        counted = Pledge.objects.all() if keys is None else Pledge.objects.filter(pk__in=keys)
        counted = counted.annotate(stated_review=stated_review(then))
        rows = counted.grouped_counts(today=today, until=until, happened_by=happened_by, by="stated_review")
    counts: defaultdict[int, Counter[CountKey]] = defaultdict(Counter)
    for review, *row in rows:
        counts[review].update(sum_counts([tuple(row)]))
    return counts


def count_bodies_by_review() -> Counter[tuple[int, int]]:
    """Count the pledges that each body made or has to act on, apart for each review, by both keys. Two queries."""
    made = Pledge.objects.filter(promised_by__isnull=False).order_by().values_list("promised_by", "review")
    duties = Pledge.bodies.through.objects.exclude(pledge__promised_by=F("body")).order_by()
    counts = Counter({(body, review): number for body, review, number in made.annotate(number=Count("pk"))})
    others = duties.values_list("body", "pledge__review").annotate(number=Count("pk"))
    counts.update({(body, review): number for body, review, number in others})
    return counts


def count_themes_by_review() -> Counter[tuple[int, int]]:
    """Count the pledges on each theme, apart for each review, by both keys. One query."""
    rows = Pledge.objects.order_by().values_list("theme", "review").annotate(number=Count("pk"))
    return Counter({(theme, review): number for theme, review, number in rows})


def _since(
    last: DailyCounts | None, cells: Counter[CountKey], today: dt.date, until: dt.datetime | None
) -> Counter[CountKey]:
    """Return the count as of a day that follows from an earlier one, which has ``cells``, and from what has changed.

    Without an earlier one all are counted.
    """
    if last is None:
        return sum_counts(StatusPeriod.objects.current_at(until=until).grouped_counts(today=today))

    def changes() -> QuerySet[StatusPeriod, Any]:
        changed = StatusPeriod.objects.filter(pledge__in=_changed(last, today, until).values("pledge"))
        now = changed.current_at(until=until).grouped_counts(today=today)
        return now.union(changed.current_at(until=last.at).grouped_counts(today=last.day, sign=-1), all=True)

    rows = compiled_rows(("counts", last.at, last.day, today, until, last.quiet_after), changes)
    counts = cells.copy()
    counts.update(sum_counts(rows))
    return +counts


def store_due_counts() -> int:
    """Keep the counts that are due and return how many: one for the end of each day of the record, and the newest.

    Days that are over need no turn: no entry is ever published before the last. For the newest it waits for its turn
    as a writer does, so that no entry is under way that the count would miss.
    """
    newest, today = RecordEntry.objects.last_entry(), timezone.localdate()
    if newest is None:
        return 0
    number = 0
    for day in _days_over(newest.published_at, today):
        _store(end_of_day(day), day)
        number += 1
    if _is_due(newest.published_at, today):
        with record_lock():
            newest = RecordEntry.objects.last_entry()
            if newest is not None:
                _store(newest.published_at, today)
                number += 1
    return number


def _store(at: dt.datetime, day: dt.date) -> None:
    cells = [[*cell, number] for cell, number in count_pledges(today=day, until=at).items()]
    counts = DailyCounts(at=at, day=day, quiet_after=settings.QUIET_AFTER_DAYS, cells=cells)
    DailyCounts.objects.bulk_create([counts], ignore_conflicts=True)  # another worker may have been first


def read_counts(stored: DailyCounts) -> Counter[CountKey]:
    """Return how many pledges each CountKey had, from the JSON that it is stored as."""
    return Counter({CountKey(*row[:-1]): row[-1] for row in stored.cells})


@lru_cache(maxsize=16)
def _read_cells(text: str) -> Counter[CountKey]:
    """Return the same of the text of a kept count. The next call returns the same object: leave it as it is."""
    return read_counts(DailyCounts(cells=json.loads(text)))


def _last() -> DailyCounts | None:
    return DailyCounts.objects.filter(quiet_after=settings.QUIET_AFTER_DAYS).order_by("-at", "-day").first()


def _days_over(newest: dt.datetime, today: dt.date) -> Iterator[dt.date]:
    """Yield each day that ended before the newest entry, and has no count yet."""
    last = _last()
    if last is None:
        first = RecordEntry.objects.order_by("position").values_list("published_at", flat=True)[0]
        day = timezone.localdate(first)
    else:
        day = max(timezone.localdate(last.at), last.day)
    while (at := end_of_day(day)) <= newest and day < today:
        if last is None or (at, day) > (last.at, last.day):
            yield day
        day += dt.timedelta(days=1)


def _is_due(newest: dt.datetime, today: dt.date) -> bool:
    """Whether a day or enough changes have passed since the last count."""
    last = _last()
    if last is None:
        return True
    if (last.at, last.day) == (newest, today):
        return False
    return (
        last.day < today
        or len(StatusPeriod.objects.filter(since__gte=last.at).values("pk")[:CHANGES_PER_COUNT]) == CHANGES_PER_COUNT
    )


def _changed(last: DailyCounts, today: dt.date, until: dt.datetime | None) -> QuerySet[StatusPeriod]:
    """Return the rows of the pledges that may be of another sort since a kept count."""
    moved = Q(since__gte=last.at)
    if until is not None:
        moved &= Q(since__lt=until)
    if today != last.day:
        moved |= Q(deadline_on__gte=last.day, deadline_on__lt=today)
        moved |= Q(moved_on__gte=quiet_before(last.day), moved_on__lt=quiet_before(today))
    return StatusPeriod.objects.filter(moved)
