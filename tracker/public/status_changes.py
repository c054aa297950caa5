"""What changed between two days: which pledges came, moved, or lost their status. A changed total is never silent."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef

from tracker.pledges.dates import end_of_day
from tracker.pledges.models import Pledge, Review, StatusPeriod

_MAX_LOOKED_UP = 1000
"""Pledges whose status of before is looked up by their keys; for more, that of all pledges is read."""


@dataclass(frozen=True)
class StatusChange:
    """A pledge that came, or whose status differs between two days; ``before`` is None where it had none.

    ``came_from`` and ``became`` name what it was split or merged from and into in that time.
    """

    pledge: Pledge
    before: str | None
    after: str | None
    added: bool
    came_from: list[Pledge]
    became: list[Pledge]


def status_changes(
    *, since: dt.date, until: dt.date, number: str | None = None, review: Review | None = None
) -> "Page[StatusChange]":
    """Return a page of the pledges whose status at the end of ``until`` is not that at the end of ``since``, by title.

    ``number`` is that of the page; what is none gives the first, what is too large the last.
    Of the pledges the keys are read, and those of the page whole: seven queries at most. ``review``: of it alone.
    """
    begin, end = end_of_day(since), end_of_day(until)
    keys = _changed_keys(begin, end, review)
    page: Page[Any] = Paginator(keys, settings.PLEDGES_PER_PAGE).get_page(number)
    page.object_list = _read(list(page.object_list), begin, end)
    return page


def _changed_keys(begin: dt.datetime, end: dt.datetime, review: Review | None) -> list[int]:
    """Return the rows that StatusPeriodQuerySet.changed_between keeps, by the title of the pledge.

    Compared here: where every pledge moved, the database would look ten thousand of them up one by one.
    """
    rows = StatusPeriod.objects.current_at(until=end).filter(since__gte=begin)
    if review is not None:
        rows = rows.filter(pledge__review=review)
    after = list(rows.order_by("pledge__title", "pledge").values_list("pk", "pledge", "status"))
    earlier = StatusPeriod.objects.current_at(until=begin)
    if len(after) <= _MAX_LOOKED_UP:
        earlier = earlier.filter(pledge__in=[pledge for _, pledge, _ in after])
    before = dict(earlier.values_list("pledge", "status")) if after else {}
    return [pk for pk, pledge, status in after if pledge not in before or (before[pledge] or "") != (status or "")]


def _read(keys: list[int], begin: dt.datetime, end: dt.datetime) -> list[StatusChange]:
    periods: Any = (  # with annotations
        StatusPeriod.objects.changed_between(begin, end)
        .filter(pk__in=keys)
        .select_related("pledge")
        .prefetch_related("pledge__replaces", "pledge__replaced_by")
        .order_by("pledge__title", "pledge")
    )
    successors = {other.pk for period in periods for other in period.pledge.replaced_by.all()}
    new = _new(successors, begin, end)
    return [
        StatusChange(
            pledge=period.pledge,
            before=period.before or None,
            after=period.status,
            added=period.before is None,
            came_from=list(period.pledge.replaces.all()) if period.before is None else [],
            became=[other for other in period.pledge.replaced_by.all() if other.pk in new],
        )
        for period in periods
    ]


def _new(pledges: Collection[int], begin: dt.datetime, end: dt.datetime) -> set[int]:
    """Return those of the pledges that came on the record between two instants."""
    if not pledges:
        return set()
    before = StatusPeriod.objects.current_at(until=begin).filter(pledge=OuterRef("pledge"))
    new = StatusPeriod.objects.current_at(until=end).filter(~Exists(before), pledge__in=pledges)
    return set(new.values_list("pledge", flat=True))
