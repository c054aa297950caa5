"""On which days the pledges of a review were made, so that its sentence counts from there."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.dateparse import parse_date

from tracker.pledges.compiled_query import compiled_rows
from tracker.pledges.models import Pledge, Review, StatusPeriod
from tracker.pledges.read.as_stated import statements_changed_since


@dataclass(frozen=True)
class MadeDays:
    """The days on which the first and the last of some pledges were made."""

    first: dt.date
    last: dt.date

    def months_of_first(self, today: dt.date) -> int:
        """Return how many whole months have passed since the first was made."""
        return _months_between(self.first, today)

    def months_of_last(self, today: dt.date) -> int:
        """Return how many whole months have passed since the last was made."""
        return _months_between(self.last, today)

    def months_of_all(self, today: dt.date) -> int:
        """Return how many whole months have passed since they were made; 0 where these are not the same for all."""
        months = self.months_of_first(today)
        return months if months == self.months_of_last(today) else 0


def made_days_by_review(
    reviews: Iterable[Review], *, until: dt.datetime | None = None, happened_by: dt.date | None = None
) -> dict[int, MadeDays]:
    """Return by review, by its key, when its pledges were made: those on the record, as stated before an instant.

    ``happened_by`` is a day: of the pledges made by then. One query by an index, and those of
    ``statements_changed_since``.
    """
    then = statements_changed_since(until=until)
    keys = tuple(review.pk for review in reviews)

    def read() -> QuerySet[Review, Any]:
        on_record = StatusPeriod.objects.current_at(until=until).filter(pledge=OuterRef("pk"))
        mine = Pledge.objects.filter(Exists(on_record), review=OuterRef("pk")).exclude(pk__in=list(then))
        if happened_by is not None:
            mine = mine.filter(made_on__lte=happened_by)
        return Review.objects.filter(pk__in=keys).values_list(
            "pk",
            "slug",
            Subquery(mine.order_by("made_on").values("made_on")[:1]),
            Subquery(mine.order_by("-made_on").values("made_on")[:1]),
        )

    rows = compiled_rows(("made days", keys, until, happened_by, tuple(then)), read)
    changed: dict[str, list[dt.date]] = {}
    for facts in then.values():
        made_on = parse_date(facts["made_on"] or "")
        if made_on and (happened_by is None or made_on <= happened_by):
            changed.setdefault(facts["review"], []).append(made_on)
    days_by_review = {}
    for key, slug, *days in rows:
        known = [day for day in (*days, *changed.get(slug, [])) if day]
        if known:
            days_by_review[key] = MadeDays(min(known), max(known))
    return days_by_review


def _months_between(start: dt.date, end: dt.date) -> int:
    return max(0, (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day))
