"""How many pledges had each status at the end of each of many days, from what is kept of the record."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from tracker.pledges.choices import EntryKind
from tracker.pledges.dates import end_of_day
from tracker.pledges.models import Body, Pledge, RecordEntry, Review, StatusPeriod, Theme
from tracker.pledges.querysets import PledgeQuerySet, StatusPeriodQuerySet

StatusCounts = Counter[str | None]
"""How many pledges have a status; None: no entry yet."""


def status_history(days: Sequence[dt.date], periods: StatusPeriodQuerySet) -> Iterator[tuple[dt.date, StatusCounts]]:
    """Yield each of some days, in order, with how many pledges had each status at its end. Three queries at most.

    ``periods`` are the rows that count: all, or what ``periods_of`` returned. Days have to be in order.
    """
    if not days:
        return
    first, last = end_of_day(days[0]), end_of_day(days[-1])
    counts = StatusCounts()
    base = periods.current_at(until=first).order_by().values_list("status").annotate(number=Count("pk"))
    counts.update(dict(base))
    moves: dict[dt.date, StatusCounts] = {}
    for column, sign in (("since", 1), ("until", -1)):
        moved = periods.filter(**{f"{column}__gte": first, f"{column}__lt": last}).order_by()
        on = TruncDate(column, tzinfo=timezone.get_default_timezone())
        for day, status, number in moved.values_list(on, "status").annotate(number=Count("pk")):
            moves.setdefault(day, StatusCounts())[status] += sign * number
    left = sorted(moves)
    for day in days:
        while left and left[0] <= day:
            counts.update(moves[left.pop(0)])
        yield day, +counts


def pledges_ever_of(about: Body | Theme | Review) -> PledgeQuerySet:
    """Return the pledges that belong to a body, a theme or a review, or did so at any time."""
    return Pledge.objects.filter(pk__in=periods_of(about).order_by().values("pledge"))


def periods_of(about: Body | Theme | Review) -> StatusPeriodQuerySet:
    """Return the rows of the pledges of a body, a theme or a review, each as the pledge was stated at that time."""
    every = StatusPeriod.objects.all()
    if isinstance(about, Theme):
        return every.filter(theme=about.slug)
    if isinstance(about, Body):
        return _as_stated(
            Pledge.objects.of_body(about),
            lambda facts: facts["promised_by"] == about.slug or about.slug in facts["bodies"],
        )
    return _as_stated(Q(review=about), lambda facts: facts["review"] == about.slug)


def _as_stated(now: Q, holds: Callable[[dict[str, Any]], bool]) -> StatusPeriodQuerySet:
    """Keep the rows whose own statement has a fact; ``now`` asks it of the pledges that were stated but once."""
    statements = RecordEntry.objects.filter(kind=EntryKind.PLEDGE).order_by()
    restated = statements.values("pledge").annotate(number=Count("pk")).filter(number__gt=1).values("pledge")
    rows = statements.filter(pledge__in=restated).order_by("pledge", "position")
    facts: dict[int, dict[str, Any]] = {}
    matching = []
    for pledge, position, statement in rows.values_list("pledge", "position", "text__statement"):
        if statement is not None:  # else its words were withdrawn, and those before them hold
            facts[pledge] = statement
        if pledge in facts and holds(facts[pledge]):
            matching.append(position)
    once = StatusPeriod.objects.filter(pledge__in=Pledge.objects.filter(now).order_by().values("pk"))
    return once.exclude(pledge__in=restated) | StatusPeriod.objects.filter(stated_at__in=matching)
