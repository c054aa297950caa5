"""The pledges as the desk finds them: readers' filters, days without movement, days to the deadline, who is at it."""

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, F, Q, QuerySet

from tracker.desk.accounts.permissions import public_name
from tracker.desk.models import Draft
from tracker.pledges.derived.current_periods import current_periods
from tracker.pledges.models import Pledge
from tracker.pledges.read.filter_choices import SharedFilters
from tracker.pledges.read.filters import Choice, PledgeFilter, choice_filter

DAYS = [(str(days), f"{days} days or more") for days in (30, 90, 180, 365)]
"""How long nothing has moved."""
DUE = [(str(days), f"In the next {days} days") for days in (14, 30, 90)]
"""When the first deadline falls. What has passed is overdue, or was met in time."""
_FACETS = ("status", "schedule")


@dataclass(frozen=True)
class Chips:
    """The values of one filter, each with how many pledges it leaves."""

    label: str
    choices: list[Choice]

    @property
    def is_chosen(self) -> bool:
        """Whether one of the values is chosen."""
        return any(choice.chosen for choice in self.choices)


class DeskPledgeFilter(PledgeFilter):
    """Takes PledgeQuerySet.with_schedule of all pledges, and ``today``."""

    days = choice_filter("Days without movement", DAYS, method="filter_days")
    due = choice_filter("Deadline day", DUE, method="filter_due")
    who = choice_filter("Open draft by", [], method="filter_who")

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, periods=partial(current_periods, today), **kwargs)
        self.day = today
        drafting = Draft.objects.open().filter(pledge__isnull=False).values("proposer")
        people = get_user_model().objects.filter(pk__in=drafting).order_by("pk")
        self.form.fields["who"].choices = [(str(person.pk), public_name(person)) for person in people]

    def filter_days(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(self._not_moved_for(int(value)))

    def filter_due(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(self._due(value))

    def filter_who(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(pk__in=Draft.objects.open().filter(proposer=int(value)).values("pledge"))

    def _not_moved_for(self, days: int) -> Q:
        return Q(status_on__lte=self.day - dt.timedelta(days=days))

    def _due(self, value: str) -> Q:
        return Q(stated_deadline__range=(self.day, self.day + dt.timedelta(days=int(value))))

    def chips(self) -> list[Chips]:
        """Return the values of each filter that leave any pledge with the other filters as they are.

        A fixed number of queries, whatever the number of pledges.
        """
        facets = [Chips(facet.label, facet.choices) for facet in self.facets() if facet.name in _FACETS]
        days = self._counted("days", {value: self._not_moved_for(int(value)) for value, _ in DAYS})
        due = self._counted("due", {value: self._due(value) for value, _ in DUE})
        quiet = self._counted("quiet", {"yes": Q(quiet=True)})
        numbers = {"due": due, "days": days, "quiet": quiet, "who": self._people(), "body": self._bodies()}
        return [chips for chips in [*facets, *(self._chips(name, n) for name, n in numbers.items())] if chips.choices]

    def _chips(self, name: str, numbers: dict[str, int]) -> Chips:
        choices = [(value, number) for value, number in numbers.items() if number]
        return Chips(str(self.filters[name].label), self.choices_of(name, choices))

    def _without(self, name: str) -> QuerySet[Any]:
        """Return the pledges that the filters leave, without one of them."""
        rows: QuerySet[Any] = self.pledges
        for other, value in self.form.cleaned_data.items():
            if value and other not in (name, "sort"):
                rows = self.filters[other].filter(rows, value)
        return rows.order_by()

    def _counted(self, name: str, conditions: dict[str, Q]) -> dict[str, int]:
        columns = {f"n{place}": Count("pk", filter=condition) for place, condition in enumerate(conditions.values())}
        counted = self._without(name).aggregate(**columns)
        return {value: counted[f"n{place}"] for place, value in enumerate(conditions)}

    def _people(self) -> dict[str, int]:
        drafts = Draft.objects.open().filter(pledge__in=self._without("who").values("pk"))
        rows = drafts.order_by().values_list("proposer").annotate(Count("pledge", distinct=True)).order_by("proposer")
        return {str(person): number for person, number in rows}

    def _bodies(self) -> dict[str, int]:
        """Return how many pledges each body made or has to act on, most first: a body that does both counts once."""
        pledges = Pledge.objects.filter(pk__in=self._without("body").values("pk"))
        numbers: dict[str, int] = {}
        for rows, sign in (
            (pledges.values_list("promised_by__slug"), 1),
            (pledges.values_list("bodies__slug"), 1),
            (pledges.filter(bodies=F("promised_by")).values_list("bodies__slug"), -1),
        ):
            for slug, number in rows.order_by().annotate(number=Count("pk", distinct=True)):
                numbers[slug] = numbers.get(slug, 0) + sign * number
        return dict(sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0] or "")))


DeskPledgeFilter.base_filters = SharedFilters(DeskPledgeFilter.base_filters)
