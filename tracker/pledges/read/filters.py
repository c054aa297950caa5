"""The one filterset over pledges: the page, the fragment and every download read the same."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Case, Count, QuerySet, When
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from tracker.core.keyset import Key, ordered
from tracker.core.validators import validate_visible_text
from tracker.pledges.choices import NO_STATUS, STATES, STATUS_ORDER, Basis, Schedule
from tracker.pledges.derived.current_periods import CurrentPeriods
from tracker.pledges.derived.tally import CountKey
from tracker.pledges.models import Pledge, Review
from tracker.pledges.querysets import PledgeQuerySet
from tracker.pledges.read.as_stated import filter_by_body, filter_by_review, statements_changed_since
from tracker.pledges.read.filter_choices import Choices, SharedFilters, choice_names
from tracker.pledges.search.language import Query, read_query
from tracker.pledges.search.postings import TIERS
from tracker.pledges.search.query import MatchingPledges, pledges_matching
from tracker.pledges.visibility import visible_bodies
from tracker.sources.choices import CheckState
from tracker.sources.models import Passage

YES_NO = [("yes", _("Yes")), ("no", _("No"))]

SORTS = [
    ("moved", _("Latest movement")),
    ("match", _("Best match")),
    ("status", _("Furthest on")),
    ("deadline", _("Deadline")),
    ("quiet", _("Longest without movement")),
    ("title", _("Title")),
]

_LAST = [Key("title_key"), Key("pk", holds=int)]
ORDERS = {
    "match": [Key("match_tier", holds=int), Key("moved_on", descending=True, holds=dt.date), *_LAST],
    "moved": [Key("moved_on", descending=True, holds=dt.date), *_LAST],
    "status": [Key("rank", holds=int), *_LAST],
    "deadline": [Key("deadline_on", holds=dt.date, nullable=True), *_LAST],
    "quiet": [Key("status_on", holds=dt.date, nullable=True), *_LAST],
    "title": _LAST,
}


@dataclass(frozen=True)
class Applied:
    """A filter in force: its label, the value in words, and the query string without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True)
class CheckedFilters:
    """What was asked for: the values that are valid, by filter, and what to say of the others."""

    values: dict[str, str]
    problems: list[str]


@dataclass(frozen=True)
class Choice:
    """One value of a facet: how many pledges it would leave with the other filters as they are, and the address."""

    label: str
    number: int
    query: str
    chosen: bool


class Facet:
    """A filter with the values that would leave any pledge. ``name`` is what it is called in an address."""

    def __init__(self, filterset: "PledgeFilter", name: str, numbers: Mapping[str, int]) -> None:
        self.filterset, self.name, self.sizes = filterset, name, numbers

    @cached_property
    def numbers(self) -> list[tuple[str, int]]:
        """How many pledges each value would leave, the most first."""
        return sorted(self.sizes.items(), key=lambda pair: (-pair[1], str(pair[0])))

    @property
    def label(self) -> str:
        """What the filter is called."""
        return str(self.filterset.filters[self.name].label)

    @cached_property
    def choices(self) -> list[Choice]:
        """The values, those that leave most pledges first."""
        return self.filterset.choices_of(self.name, self.numbers)


_FACETS = {"status": "status", "theme": "stated_theme", "schedule": "schedule", "basis": "stated_basis"}
"""The filters whose values are counted, and the columns that they look at."""


_ANY = _("Any")


def choice_filter(label: Any, choices: Any, any_label: Any = _ANY, **kwargs: Any) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(
        label=label,
        choices=choices,
        empty_label=any_label,
        error_messages={
            "invalid_choice": format_lazy(
                _("We ignored the {label} filter because that value does not exist."), label=label
            )
        },
        **kwargs,
    )


class PledgeFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Filters and sort order of a list of pledges. Takes PledgeQuerySet.with_schedule, or what returns it when needed.

    ``until`` is an instant: words are then looked for in what was published before it; ``happened_by`` a day: in what
    is about a time up to it. ``counts`` is how many pledges of each sort the queryset has, where that is known
    (derived/counts.py), or returns it: what they tell is not counted again. ``choices`` is what ``choice_names``
    returned, where that was kept, or returns it. ``review`` is the one that the pledges are of, where they are of one:
    it is no choice then. ``periods`` returns what holds of each pledge now, where the queryset has every pledge
    (derived/current_periods.py).
    """

    q = django_filters.CharFilter(label=_("Words"), method="filter_q", max_length=200)
    status = choice_filter(_("Status"), STATES, method="filter_status")
    theme = choice_filter(_("Theme"), [], field_name="stated_theme")
    body = choice_filter(_("Body"), [], method="filter_body")
    review = choice_filter(_("Review"), [], method="filter_review")
    basis = choice_filter(_("Basis"), Basis.choices, field_name="stated_basis")
    schedule = choice_filter(_("Deadline"), Schedule.choices)
    quiet = choice_filter(_("Quiet"), YES_NO, method="filter_yes_no")
    conflict = choice_filter(_("Sources differ"), YES_NO, field_name="in_conflict", method="filter_yes_no")
    check = choice_filter(_("Words"), CheckState.choices, method="filter_check")
    sort = choice_filter(_("Sort by"), SORTS, any_label=None, method="filter_sort")

    _form_class: Any = None
    _prepared: Any = None

    def __init__(
        self,
        data: Any = None,
        *,
        queryset: QuerySet[Pledge, Any] | Callable[[], QuerySet[Pledge, Any]],
        until: dt.datetime | None = None,
        happened_by: dt.date | None = None,
        counts: Mapping[CountKey, int] | Callable[[], Mapping[CountKey, int]] | None = None,
        choices: Mapping[str, Choices] | Callable[[], Mapping[str, Choices]] | None = None,
        review: Review | None = None,
        periods: Callable[[], CurrentPeriods | None] | None = None,
    ) -> None:
        # What FilterSet sets, but for the filters: it would copy them all, and a list that is kept needs none.
        self.is_bound, self.data = data is not None, {} if data is None else data
        self.request, self.form_prefix = None, None
        self._pledges, self._counts, self._choices, self._find_periods = queryset, counts, choices, periods
        self.until, self.happened_by, self.review = until, happened_by, review

    @cached_property
    def queryset(self) -> QuerySet[Pledge, Any]:
        """What FilterSet sets: of a list that is kept nobody asks for it."""
        return Pledge.objects.all()

    @cached_property
    def filters(self) -> dict[str, django_filters.Filter]:
        """The filters of this request."""
        filters: dict[str, django_filters.Filter] = deepcopy(self.base_filters)
        for own in filters.values():
            own.parent, own.model = self, Pledge
        return filters

    @property
    def form(self) -> Any:
        """The form, made when it is needed first: of a list that is kept nobody looks at it."""
        form = super().form
        if form is not self._prepared:
            for name, rows in self.choices.items():
                form.fields[name].choices = rows
            if self.review is not None:
                del form.fields["review"]
            form.fields["q"].validators += [validate_visible_text, self._check_query]
            if self.data.get("q"):  # the first choice is the one in force where none was chosen
                form.fields["sort"].choices = sorted(SORTS, key=lambda choice: choice[0] != "match")
            form.fields["q"].error_messages["max_length"] = _("Search for 200 characters or fewer.")
            self._prepared = form
        return form

    @cached_property
    def choices(self) -> Mapping[str, Choices]:
        """Slug and name of each theme, body and review, by the filter that they are choices of."""
        if self._choices is None:
            return choice_names(self.review, until=self.until)
        return self._choices() if callable(self._choices) else self._choices

    @cached_property
    def checked(self) -> CheckedFilters:
        """What the form says of what was asked for. May be set to what it said before, where that was kept."""
        problems = [str(message) for messages in self.form.errors.values() for message in messages]
        return CheckedFilters(dict(self.form.cleaned_data), problems)

    @cached_property
    def query_typed(self) -> Query:
        """The words that were typed, as a query."""
        typed = self.checked.values.get("q")
        return read_query(typed) if typed else Query()

    def get_form_class(self) -> Any:
        """Return the class of the form, made once: what a request decides is set on its fields."""
        cls = type(self)
        if cls.__dict__.get("_form_class") is None:
            cls._form_class = super().get_form_class()
        return cls._form_class

    @cached_property
    def pledges(self) -> QuerySet[Pledge, Any]:
        """The pledges that are filtered."""
        return self._pledges() if callable(self._pledges) else self._pledges

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Apply what is valid and leave out what is not; always in a total order."""
        queryset = super().filter_queryset(self.pledges.all())
        return queryset if self.checked.values.get("sort") else self.filter_sort(queryset, "sort", "")

    @property
    def sql_depends_on(self) -> tuple[Any, ...] | None:
        """What the SQL of ``qs`` depends on, beside the pledges; None where on rows of the database too."""
        data = self.checked.values
        if self.until is not None or self.happened_by is not None or data.get("q") or data.get("body"):
            return None
        return tuple(sorted((name, value) for name, value in data.items() if value))

    def _check_query(self, value: str) -> None:
        """Read the words that were typed. Raises ValidationError where a filter among them has no such value."""
        query = read_query(value)
        if problem := query.filters.problem:
            raise ValidationError(problem)
        self.query_typed = query

    @cached_property
    def matching(self) -> MatchingPledges | None:
        """The pledges that have the words that were typed; None where no words were, but filters alone."""
        query = self.query_typed
        if not self.checked.values.get("q") or (query.filters.values and not query.wanted and not query.excluded):
            return None
        return pledges_matching(query, until=self.until, happened_by=self.happened_by)

    def filter_q(self, queryset: PledgeQuerySet, name: str, value: str) -> QuerySet[Any]:
        """Filter by words and by the filters typed among them; as of the day of the page."""
        for filter_name, chosen in self.query_typed.filters.values.items():
            queryset = self.filters[filter_name].filter(queryset, chosen)
        return queryset if self.matching is None else queryset.filter(pk__in=self.matching.keys())

    def filter_status(self, queryset: PledgeQuerySet, name: str, value: str) -> QuerySet[Any]:
        """Filter by status, or by NO_STATUS: nobody has looked yet."""
        return queryset.filter(**({"status__isnull": True} if value == NO_STATUS else {name: value}))

    def filter_yes_no(self, queryset: PledgeQuerySet, name: str, value: str) -> QuerySet[Any]:
        """Filter by an annotation that is true or false."""
        return queryset.filter(**{name: value == "yes"})

    def filter_body(self, queryset: PledgeQuerySet, name: str, value: str) -> QuerySet[Any]:
        """Filter by a body that has to act or promised, as stated on the day of the page."""
        return filter_by_body(queryset, visible_bodies().get(slug=value), then=self.then)

    def filter_review(self, queryset: PledgeQuerySet, name: str, value: str) -> QuerySet[Any]:
        """Filter by review, as stated on the day of the page."""
        return filter_by_review(queryset, value, then=self.then)

    def filter_check(self, queryset: PledgeQuerySet, name: str, value: str) -> QuerySet[Any]:
        """Filter by how far the words of any cited passage are checked."""
        return queryset.citing(Passage.objects.in_state(value))

    def filter_sort(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Put into one of ORDERS; each ends with the key, so that pages never overlap."""
        if self.sort_in_force == "match":
            queryset = queryset.annotate(match_tier=self._match_tier())
        if self.sort_in_force == "status":
            places = [When(status=status, then=-place) for place, status in enumerate(STATUS_ORDER)]
            queryset = queryset.annotate(rank=Case(*places, default=1))
        return ordered(queryset, ORDERS[self.sort_in_force])

    @cached_property
    def then(self) -> dict[int, dict[str, Any]]:
        """The pledges that were stated otherwise on the day that is asked for."""
        return statements_changed_since(until=self.until)

    def _match_tier(self) -> Case:
        """How well the words match, from 0: what was found by an entry that no longer holds comes last."""
        matching = self.matching
        tiers = [When(pk__in=matching.tier(place), then=place) for place in range(TIERS - 1)] if matching else []
        return Case(*tiers, default=TIERS - 1)

    @property
    def sort_in_force(self) -> str:
        """The order that is in force. There is a best match only where words were typed."""
        chosen = self.checked.values.get("sort") or ("match" if self.matching else "moved")
        return "moved" if chosen == "match" and not self.matching else chosen

    @property
    def order(self) -> list[Key]:
        """The order in force, for paging through the rows by key (core/keyset.py)."""
        return ORDERS[self.sort_in_force]

    @cached_property
    def rest(self) -> list[tuple[Any, ...]]:
        """How many pledges of each combination of the facets the other filters leave: at most one query.

        Each row has the values of the facets, and the number at the end.
        """
        others = self._others()
        counts = None if others else self._counts() if callable(self._counts) else self._counts
        if counts is not None:
            return [
                (cell.status or NO_STATUS, cell.theme, cell.schedule, cell.basis, number)
                for cell, number in counts.items()
            ]
        rows: QuerySet[Any, Any] = self.pledges
        for name in others:
            rows = self.filters[name].filter(rows, self.checked.values[name])
        counted = rows.order_by().values(*_FACETS.values()).annotate(number=Count("pk"))
        return [(status or NO_STATUS, *more) for status, *more in counted.values_list(*_FACETS.values(), "number")]

    def _others(self) -> list[str]:
        """Return the filters in force whose values are not counted."""
        chosen = self.checked.values
        return [name for name in self.base_filters if name not in _FACETS and name != "sort" and chosen.get(name)]

    @cached_property
    def _periods(self) -> CurrentPeriods | None:
        """What holds now of each pledge, where that is enough to say which pledges match; else None."""
        is_enough = self.until is None and self._others() in ([], ["q"]) and not self.query_typed.filters.values
        return self._find_periods() if is_enough and self._find_periods is not None else None

    @cached_property
    def _numbers(self) -> tuple[int, list[Counter[str]]]:
        """How many pledges the filters leave, and for each facet how many each of its values would leave."""
        if self._periods is None:
            return self._numbers_of_rest()
        number, by_facet = self._periods.count(self._chosen(), self._among())
        named = {facet: {value or NO_STATUS: n for value, n in sizes.items()} for facet, sizes in by_facet.items()}
        return number, [Counter(named[facet]) for facet in _FACETS]

    def _numbers_of_rest(self) -> tuple[int, list[Counter[str]]]:
        chosen = [(place, self.checked.values[name]) for place, name in enumerate(_FACETS) if name in self._chosen()]
        number, numbers = 0, [Counter[str]() for _ in _FACETS]
        for row in self.rest:
            missed = [place for place, value in chosen if row[place] != value]
            number += 0 if missed else row[-1]
            # What one filter alone leaves out is what other values of that filter would leave.
            for place in missed if len(missed) == 1 else () if missed else range(len(_FACETS)):
                numbers[place][row[place]] += row[-1]
        return number, numbers

    def _among(self) -> BitMap | None:
        """Return the pledges that have the words that were typed, in whichever place; None: all."""
        return None if self.matching is None else BitMap.union(*map(BitMap, self.matching.tiers))

    def _chosen(self) -> dict[str, str]:
        """Return the values of facets that are chosen, empty for no status."""
        chosen = {name: value for name in _FACETS if (value := self.checked.values.get(name))}
        return chosen | {"status": ""} if chosen.get("status") == NO_STATUS else chosen

    def known_rows(self, start: int, stop: int) -> list[tuple[int, int]] | None:
        """Return the pledges from one place to another, each with its StatusPeriod; None where only the database can.

        None too for the first of all pledges: the database has them in an index.
        """
        chosen, tiers = self._chosen(), None if self.matching is None else self.matching.tiers
        if self._periods is None or self.sort_in_force not in ("match", "moved") or not (chosen or tiers or start):
            return None
        if tiers is not None and self.sort_in_force == "moved":
            tiers = (self._among() or BitMap(),)
        return self._periods.rows(chosen, tiers, start, stop)

    def known_keys(self) -> BitMap | None:
        """Return the pledges that the filters leave; None where only the database can."""
        return None if self._periods is None else self._periods.matching(self._chosen(), self._among())

    def count_matching(self) -> int:
        """Return how many pledges of the queryset have the words that were typed, whatever the other filters."""
        if self.matching is None:
            return 0
        if self._periods is not None:
            return len(self._periods.matching({}, self._among()))
        return self.pledges.filter(pk__in=self.matching.keys()).count()

    def count(self) -> int:
        """Return how many pledges the filters leave."""
        return self._numbers[0]

    def facets(self) -> list[Facet]:
        """Return for each facet how many pledges each value would leave, the other filters as they are."""
        return [Facet(self, name, numbers) for name, numbers in zip(_FACETS, self._numbers[1], strict=True)]

    def choices_of(self, name: str, numbers: Iterable[tuple[str, int]]) -> list[Choice]:
        """Return values of a filter, each with its words, its number and its address; in their order."""
        labels, chosen = dict(self.form.fields[name].choices), self.checked.values.get(name)
        return [
            Choice(str(labels[value]), number, self.query_with(name, value), chosen == value)
            for value, number in numbers
            if value in labels
        ]

    def query_with(self, name: str, value: str) -> str:
        """Return the query string with another value of one filter."""
        return urlencode(self.query() | {name: value})

    def applied(self) -> list[Applied]:
        """Return the filters in force, in the order of the form; the sort order is not one."""
        rows: list[Applied] = []
        chosen = {name: value for name, value in self.checked.values.items() if value and name != "sort"}
        if not chosen:  # the form need not be made
            return rows
        for name, field in self.form.fields.items():
            value = chosen.get(name)
            if not value:
                continue
            query = {key: other for key, other in self.query().items() if key != name}
            label = str(dict(field.choices)[value]) if hasattr(field, "choices") else f"“{value}”"
            rows.append(Applied(str(self.filters[name].label), label, urlencode(query)))
        return rows

    def query(self) -> dict[str, str]:
        """Return the valid filters and the sort order as they are in an address, empty ones left out."""
        return {name: value for name, value in self.checked.values.items() if value}


PledgeFilter.base_filters = SharedFilters(PledgeFilter.base_filters)
