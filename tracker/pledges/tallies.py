"""How many pledges there are of each sort, now or at the end of any day, for the same few queries at any size.

A count starts from the last one that was kept and goes through the pledges that have moved since, or whose deadline or
silence has passed. The worker keeps one whenever a day or enough entries have passed; where it does not run, counts
are right all the same, and slower.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from tracker.pledges.asof import end_of
from tracker.pledges.models import DayTally, Pledge, Standing, StatusUpdate
from tracker.pledges.querysets import Cell, quiet_before
from tracker.pledges.turns import turn

OFTEN = 500
"""After how many rows of Standing another count is kept."""


def count(*, today: dt.date, until: dt.datetime | None = None) -> Counter[Cell]:
    """Return how many pledges of each sort there are as of a day, by what was published before an instant.

    What PledgeQuerySet.cells returns for all pledges; three queries, which touch what has changed since the last kept
    count and nothing else.
    """
    kept = DayTally.objects.filter(day__lte=today, quiet_after=settings.QUIET_AFTER_DAYS)
    if until is not None:
        kept = kept.filter(at__lte=until)
    last = kept.order_by("-at", "-day").first()
    if last is None:
        return Pledge.objects.cells(today=today, until=until)
    changed = Pledge.objects.filter(pk__in=_changed(last, today, until).values("pledge"))
    cells = read(last)
    cells.update(changed.cells(today=today, until=until))
    cells.subtract(changed.cells(today=last.day, until=last.at))
    return +cells


def keep() -> int:
    """Keep the counts that are due and return how many: one for the end of each day of the record, and the newest.

    Waits for its turn as a writer does: no entry is under way that the count would miss.
    """
    with turn():
        newest = StatusUpdate.objects.last_entry()
        if newest is None:
            return 0
        due = list(_due(newest.published_at, timezone.localdate()))
        for at, day in due:
            cells = [[*cell, number] for cell, number in count(today=day, until=at).items()]
            DayTally.objects.create(at=at, day=day, quiet_after=settings.QUIET_AFTER_DAYS, cells=cells)
        return len(due)


def read(kept: DayTally) -> Counter[Cell]:
    """Return the cells of a kept count."""
    return Counter({Cell(*row[:-1]): row[-1] for row in kept.cells})


def wrong() -> Iterator[DayTally]:
    """Yield each kept count that does not follow from the rows of Standing: the first wholly, others step by step."""
    for kept in DayTally.objects.filter(quiet_after=settings.QUIET_AFTER_DAYS).order_by("at", "day"):
        rows = Pledge.objects.all()
        before = DayTally.objects.filter(quiet_after=kept.quiet_after, at__lte=kept.at, day__lte=kept.day)
        last = before.exclude(pk=kept.pk).order_by("-at", "-day").first()
        cells: Counter[Cell] = Counter()
        if last is not None:
            rows = rows.filter(pk__in=_changed(last, kept.day, kept.at).values("pledge"))
            cells = read(last)
            cells.subtract(rows.cells(today=last.day, until=last.at))
        cells.update(rows.cells(today=kept.day, until=kept.at))
        if +cells != read(kept):
            yield kept


def _due(newest: dt.datetime, today: dt.date) -> Iterator[tuple[dt.datetime, dt.date]]:
    """Yield the instants and days at which a count has to be kept, in order."""
    mine = DayTally.objects.filter(quiet_after=settings.QUIET_AFTER_DAYS)
    last = mine.order_by("-at", "-day").first()
    if last is None:
        first = StatusUpdate.objects.order_by("position").values_list("published_at", flat=True)[0]
        day = timezone.localdate(first)
    else:
        day = max(timezone.localdate(last.at), last.day)
        if end_of(day) <= last.at:
            day += dt.timedelta(days=1)
    while (at := end_of(day)) <= newest and day < today:
        if last is None or (at, day) > (last.at, last.day):
            yield at, day
        day += dt.timedelta(days=1)
    rows = Standing.objects.filter(since__gte=last.at) if last else Standing.objects.all()
    many = len(rows.values("pk")[:OFTEN]) == OFTEN
    if last is None or ((last.day < today or many) and (last.at, last.day) != (newest, today)):
        yield newest, today


def _changed(last: DayTally, today: dt.date, until: dt.datetime | None) -> QuerySet[Standing]:
    """Return the rows of the pledges that may be of another sort since a kept count."""
    moved = Q(since__gte=last.at)
    if until is not None:
        moved &= Q(since__lt=until)
    if today != last.day:
        moved |= Q(deadline_on__gte=last.day, deadline_on__lt=today)
        moved |= Q(moved_on__gte=quiet_before(last.day), moved_on__lt=quiet_before(today))
    return Standing.objects.filter(moved)
