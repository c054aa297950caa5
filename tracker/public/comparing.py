"""What changed between two days: which pledges came, moved, or lost their status. A changed total is never silent."""

import calendar
import datetime as dt
from dataclasses import dataclass

from django.http import QueryDict

from tracker.pledges.models import Pledge
from tracker.pledges.asof import end_of, read_day


@dataclass(frozen=True)
class Period:
    """From the end of one day (None: from the beginning) to the end of another."""

    since: dt.date | None
    until: dt.date
    month: dt.date | None = None


@dataclass(frozen=True)
class Move:
    """A pledge that came, or whose status differs between two days; ``before`` is None where it had none.

    ``came_from`` and ``became`` name what it was split or merged from and into in that time.
    """

    pledge: Pledge
    before: str | None
    after: str | None
    added: bool
    came_from: list[Pledge]
    became: list[Pledge]


def read_period(data: QueryDict, *, month: str, latest: dt.date) -> tuple[Period, list[str]]:
    """Return the period that an address asks for, and what is wrong with it. Never later than ``latest``."""
    if month:
        year, number = int(month[:4]), int(month[5:])
        if not (1900 <= year <= 9000 and 1 <= number <= 12):
            return Period(None, latest), ["There is no such month: all entries are shown."]
        first = dt.date(year, number, 1)
        last = dt.date(year, number, calendar.monthrange(year, number)[1])
        return Period(first - dt.timedelta(days=1), min(last, latest), first), []
    problems: list[str] = []
    days: dict[str, dt.date | None] = {}
    for name in ("since", "until"):
        value = data.get(name, "").strip()
        days[name], problem = read_day(value) if value else (None, "")
        if problem:
            problems.append(f"“{name}” is left out. Write a day as in 2025-09-01.")
    since, until = days["since"], days["until"] or latest
    if until > latest:
        problems.append("The last day has not come yet: entries up to today are shown.")
        until = latest
    if since and since > until:
        problems.append("The first day lies after the last: it is left out.")
        since = None
    return Period(since, until), problems


def moves(*, since: dt.date, until: dt.date) -> list[Move]:
    """Return the pledges whose status at the end of ``until`` is not that at the end of ``since``, by title."""
    before = dict(
        Pledge.objects.on_record(until=end_of(since)).with_record(until=end_of(since)).values_list("pk", "status")  # type: ignore[misc]
    )
    now = Pledge.objects.on_record(until=end_of(until)).with_record(until=end_of(until)).order_by("title", "pk")
    there = {pledge.pk for pledge in now}
    new = there - before.keys()
    rows = []
    for pledge in now.prefetch_related("replaces", "replaced_by"):
        after = pledge.status  # type: ignore[attr-defined]
        if pledge.pk in new or before[pledge.pk] != after:
            came_from = list(pledge.replaces.all()) if pledge.pk in new else []
            became = [other for other in pledge.replaced_by.all() if other.pk in new]
            rows.append(Move(pledge, before.get(pledge.pk), after, pledge.pk in new, came_from, became))
    return rows
