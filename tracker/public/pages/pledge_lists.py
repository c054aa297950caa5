"""Pages with a list of pledges: of all, a review, a body, a theme. Each has the answer, the filters and the list."""

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

from django.db.models import Count, Max
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tracker.pledges.choices import SearchResultType
from tracker.pledges.derived import counts
from tracker.pledges.derived.current_periods import CurrentPeriods, current_periods
from tracker.pledges.derived.data_versions import SEARCH_REWRITTEN, rewrite_counter
from tracker.pledges.derived.tally import CountKey, Tally
from tracker.pledges.models import Body, Pledge, RecordEntry, Review, Theme
from tracker.pledges.querysets import PledgeQuerySet
from tracker.pledges.read.as_stated import filter_by_body, filter_by_review, stated_review, statements_changed_since
from tracker.pledges.read.catalogue_as_of import earlier_names
from tracker.pledges.read.filter_choices import choice_names
from tracker.pledges.read.filters import PledgeFilter
from tracker.pledges.read.made_days import MadeDays, made_days_by_review
from tracker.pledges.read.status_history import pledges_ever_of
from tracker.pledges.read.summary import summarise
from tracker.pledges.search.query import rank_record, read_results
from tracker.public.charts.status_bar import StatusBars
from tracker.public.pages.listing import read_listing
from tracker.public.pages.passage_counts import passage_counts
from tracker.public.pages.reviews import answers_by_review
from tracker.public.pages.search_help import search_help
from tracker.web.as_of import AsOf
from tracker.web.fragment_cache import (
    ALL_TABLES,
    CATALOGUE_TABLES,
    STATUS_TABLES,
    CachedFragment,
    get_or_compute,
    latest,
    whole_page,
)
from tracker.web.page_cache import versions_for
from tracker.web.page_kinds import wants_fragment
from tracker.web.page_review import known_reviews, review_as_of, reviews_as_of


class PledgeListPage:
    """A page with a list of pledges. ``context`` is what its templates need, read when a template asks for it."""

    scope: dict[str, str] = {}
    """The filters that the page itself sets, by the names of the open data."""
    has_all_pledges = False
    """Whether ``pledges`` are all that there are."""
    sql_depends_on: str = ""
    """What the SQL of ``pledges`` depends on, beside the day; empty where on rows of the database too."""
    about: Body | Theme | Review | None = None
    """What the page is about; None: all pledges."""
    only_of: Review | None = None
    """The review that the page is about, where there are others: the page shows nothing of these."""

    def __init__(self, request: HttpRequest, when: AsOf) -> None:
        self.request, self.when = request, when

    @property
    def pledges(self) -> PledgeQuerySet:
        """The pledges that the page is about."""
        return Pledge.objects.all()

    @cached_property
    def then(self) -> dict[int, dict[str, Any]]:
        """The pledges that were stated otherwise on the day that is asked for."""
        return statements_changed_since(until=self.when.until)

    @cached_property
    def counts(self) -> Mapping[CountKey, int]:
        """How many of them there are of each sort."""
        when = self.when
        if when.happened_by:
            return self._counted("counts", Pledge.objects.all())
        return get_or_compute(
            self.request,
            f"counts {when.today} {when.suffix}",
            STATUS_TABLES,
            lambda: counts.count_pledges(today=when.today, until=when.until),
        )

    def _counted(self, name: str, pledges: PledgeQuerySet) -> Mapping[CountKey, int]:
        """Count pledges of each sort, and keep the numbers under a name."""
        when = self.when
        return get_or_compute(
            self.request,
            f"{name} {when.today} {when.suffix}",
            STATUS_TABLES,
            lambda: pledges.count_by_facets(today=when.today, **when.clock),
        )

    @cached_property
    def list_context(self) -> dict[str, Any]:
        """What the filters and the list need."""
        filterset = self._filterset()
        others, shown = _other_results(filterset)
        if shown:  # the words of what was found are the index's, which counts what is rewritten
            shown = *shown, versions_for(self.request).get(SEARCH_REWRITTEN)
        listing = read_listing(
            self.request, filterset, self.when,
            scope=self.scope | self.when.scope, sql_depends_on=self.sql_depends_on, words=shown,
            names_reviews=self.is_of_several_reviews,
        )  # fmt: skip
        others |= {"by_review": self._numbers_by_review(filterset)} if self.is_of_several_reviews else {}
        # By what had happened by a day, a row may change while what holds now, by which rows are kept, does not.
        tables = ALL_TABLES if self.when.happened_by else CATALOGUE_TABLES
        parts = CachedFragment(self.request, tables, "list", *self._address, wants_fragment(self.request))
        # Kept by its rows alone, the numbers of reviews might be old.
        whole_list = None if self.is_of_several_reviews else parts
        return {"listing": listing, "list_parts": parts, "list": whole_list, "form": lambda: filterset.form, **others}

    @cached_property
    def is_of_several_reviews(self) -> bool:
        """Whether pledges of more than one review are in the list: no number counts them together."""
        return False

    def _numbers_by_review(self, filterset: PledgeFilter) -> list[tuple[Review, int]]:
        """Return how many pledges of each review the filters leave, as they were stated on the day."""
        stated = filterset.qs.order_by().annotate(stated_review=stated_review(self.then)).values("stated_review")
        numbers = dict(stated.annotate(number=Count("pk", distinct=True)).values_list("stated_review", "number"))
        reviews = reviews_as_of(known_reviews(self.request), until=self.when.until)
        return [(review, numbers[review.pk]) for review in reviews if numbers.get(review.pk)]

    def _filterset(self) -> PledgeFilter:
        """Return the filters that are asked for. Where no filter is among the words, what is valid is kept."""
        of, day, get = self.only_of, self.when.known_on, self.request.GET
        tables = [*CHOICE_TABLES, *CHOICE_TABLES_OF_REVIEW] if of else CHOICE_TABLES
        filterset = PledgeFilter(
            get,
            queryset=lambda: self.pledges.for_list(today=self.when.today, **self.when.clock),
            until=self.when.until,
            happened_by=self.when.happened_by,
            counts=lambda: self.counts,
            choices=lambda: get_or_compute(
                self.request,
                f"choices {of.pk if of else ''} {day}",
                tables,
                lambda: choice_names(of, until=self.when.until),
            ),
            review=of,
            periods=(lambda: self.periods) if self.has_all_pledges else None,
        )
        if ":" not in get.get("q", ""):
            name = f"checked {of.pk if of else ''} {day} {self._filtered_by}"
            filterset.checked = get_or_compute(self.request, name, tables, lambda: filterset.checked)
        return filterset

    @cached_property
    def periods(self) -> CurrentPeriods | None:
        """What holds now of each pledge, where the page has all; None where only the database can say.

        Who asks for the plain page first, after the start of a process, does not wait until all are read.
        """
        if not self.has_all_pledges or self.when.day is not None:
            return None
        return current_periods(self.when.today, wait=bool(self._filtered_by), last=latest(self.request).period)

    @cached_property
    def tally(self) -> Tally:
        """How many of them there are by status and by schedule."""
        return self.periods.tally() if self.periods is not None else Tally.of(self.counts)

    def made_days(self) -> MadeDays | None:
        """Return when the pledges were made, where the answer counts from there."""
        return None

    def answer_context(self) -> dict[str, Any]:
        """What the answer in one sentence and its bars need.

        Most entries move few numbers: what shows them is kept by the numbers. When the pledges were made follows from
        these today, and from the catalogue.
        """
        tally, made = self.tally, self.made_days() if self.when.day else None

        def words() -> dict[str, Any]:
            summary = summarise(tally, made=made if self.when.day else self.made_days(), **self.when.of_summary)
            return {"summary": summary, "bars": StatusBars.of(tally)}

        by = (self.request.path, *self.scope.items(), self.when.today, self.when.suffix, made, *tally.numbers)
        return {"answer": CachedFragment(self.request, CATALOGUE_TABLES, "answer", *by, build_context=words)}

    @cached_property
    def _filtered_by(self) -> list[tuple[str, str | list[object]]]:
        """The filters that the address has, and the last value of each."""
        return [
            (name, value) for name, value in self.request.GET.items() if name in PledgeFilter.base_filters and value
        ]

    @cached_property
    def _address(self) -> tuple[object, ...]:
        """What a part of the page is kept by, beside what it shows: the address and the day."""
        return self.request.path, self._filtered_by, self.request.GET.get("page"), self.when.today, self.when.suffix

    @property
    def context(self) -> dict[str, Any]:
        """What the templates need: the list and its filters, each kept by what was asked for, and the answer."""
        context = {
            "whole_page": whole_page(self.request, build_context=lambda: self.list_context),
            "today": self.when.today,
            "as_of": self.when.about(partial(pledges_ever_of, self.about)) if self.about else self.when,
            "results": CachedFragment(
                self.request,
                ALL_TABLES,
                "results",
                *self._address,
                wants_fragment(self.request),
                build_context=lambda: self.list_context,
            ),
        }
        if wants_fragment(self.request):
            return context
        if self.has_all_pledges and self.when.day is None and not self.is_of_several_reviews:
            # Every entry changes something of the answer: its parts are kept by what they show alone.
            return context | self.answer_context()
        return context | {
            "hero": CachedFragment(
                self.request,
                ALL_TABLES,
                "hero",
                self.request.path,
                *self.scope.items(),
                self.when.today,
                self.when.suffix,
                build_context=self.answer_context,
            ),
        }


class Dashboard(PledgeListPage):
    """All pledges, of whichever review. Where there are several reviews, no sentence counts them together."""

    has_all_pledges = True
    sql_depends_on = "all pledges"

    @cached_property
    def is_of_several_reviews(self) -> bool:
        """Whether pledges of more than one review are in the list."""
        return self.only_of is None and len(known_reviews(self.request)) > 1

    def answer_context(self) -> dict[str, Any]:
        """What the answer needs, and how far words are checked."""
        if self.is_of_several_reviews:
            return {"of_all_reviews": True}
        return super().answer_context() | {
            "passage_counts": {} if self.when.day else passage_counts(self.request),  # they are of today
            "last_update": RecordEntry.objects.last_entry(**self.when.clock)
            if self.when.day
            else latest(self.request).entry,
        }


class ReviewPage(Dashboard):
    """The pledges of one review: its front page."""

    def __init__(self, request: HttpRequest, when: AsOf, review: Review) -> None:
        super().__init__(request, when)
        self.review = review_as_of(request, review)
        self.about = self.only_of = review if len(known_reviews(request)) > 1 else None
        self.scope = {"review": review.slug} if self.only_of else {}
        self.has_all_pledges = self.only_of is None
        self.sql_depends_on = f"pledges of the review {review.slug}" if self.only_of else "all pledges"

    @cached_property
    def pledges(self) -> PledgeQuerySet:
        """The pledges that the review prompted, as it was stated on the day."""
        if self.only_of is None:
            return Pledge.objects.all()
        return filter_by_review(Pledge.objects.all(), self.only_of.slug, then=self.then)

    @cached_property
    def counts(self) -> Mapping[CountKey, int]:
        """How many of them there are of each sort: where there is another review, counted again after each change."""
        if self.only_of is None:
            return super().counts
        return self._counted(f"counts {self.only_of.slug}", self.pledges)

    def answer_context(self) -> dict[str, Any]:
        """What the answer needs. The last entry is that of the review."""
        context = super().answer_context()
        if self.only_of is not None:
            review = stated_review(self.then, pledge="pledge")
            entries = RecordEntry.objects.by_clock(**self.when.clock).annotate(stated_review=review)
            entries = entries.filter(stated_review=self.review.pk)
            last = entries.aggregate(last=Max("position"))["last"]
            context["passage_counts"] = {}
            context["last_update"] = RecordEntry.objects.filter(position=last).select_related("pledge").first()
        return context

    def made_days(self) -> MadeDays | None:
        """Return when the pledges of the review were made."""
        return made_days_by_review([self.review], **self.when.clock).get(self.review.pk)

    @property
    def context(self) -> dict[str, Any]:
        """What the templates need."""
        return super().context | {"review": self.review, "only_of": self.only_of}


class GroupPage(PledgeListPage):
    """The pledges of a body or a theme. Those of several reviews are counted for each review."""

    group: Body | Theme

    @cached_property
    def counts_by_review(self) -> Mapping[int, Mapping[CountKey, int]]:
        """How many of them there are of each sort, by the key of the review."""
        return counts.count_pledges_by_review(
            then=self.then, today=self.when.today, pledges=self.pledges, **self.when.clock
        )

    @cached_property
    def is_of_several_reviews(self) -> bool:
        """Whether pledges of more than one review are in the list."""
        return len(known_reviews(self.request)) > 1 and len(self.counts_by_review) > 1

    def answer_context(self) -> dict[str, Any]:
        """What the answer needs, or the answer for each review."""
        if not self.is_of_several_reviews:
            return super().answer_context()
        return {"answers": answers_by_review(self.request, self.when, self.counts_by_review)}

    @property
    def context(self) -> dict[str, Any]:
        """What the templates need."""
        return super().context | {
            "kind": type(self.group).__name__.lower(),
            "group": self.group,
            "earlier_names": partial(earlier_names, self.group),
        }


class BodyPage(GroupPage):
    """What one body promised or has to do, as it was stated on the day."""

    def __init__(self, request: HttpRequest, when: AsOf, body: Body) -> None:
        super().__init__(request, when)
        self.about = self.group = self.body = body
        self.scope = {"body": body.slug}

    @cached_property
    def pledges(self) -> PledgeQuerySet:
        """The pledges that the body made or has to act on."""
        return filter_by_body(Pledge.objects.all(), self.body, then=self.then)

    @cached_property
    def counts(self) -> Mapping[CountKey, int]:
        """How many of them there are of each sort: counted, since no stored count tells bodies apart."""
        return self.pledges.count_by_facets(today=self.when.today, **self.when.clock)


class ThemePage(GroupPage):
    """What was promised on one theme, as it was stated on the day."""

    def __init__(self, request: HttpRequest, when: AsOf, theme: Theme) -> None:
        super().__init__(request, when)
        self.about = self.group = self.theme = theme
        self.scope = {"theme": theme.slug}
        self.sql_depends_on = f"pledges on the theme {theme.slug}"

    @property
    def pledges(self) -> PledgeQuerySet:
        """The pledges that were filed under the theme."""
        rows = Pledge.objects.with_record(**self.when.clock)
        return rows.filter(stated_theme=self.theme.slug)  # type: ignore[misc]  # an annotation

    @cached_property
    def is_of_several_reviews(self) -> bool:
        """Whether pledges of more than one review are in the list: never where the theme is one review's."""
        return self.theme.review_id is None and super().is_of_several_reviews

    @cached_property
    def counts(self) -> Mapping[CountKey, int]:
        """How many of them there are of each sort: a part of the counts of all."""
        every = PledgeListPage(self.request, self.when).counts
        return {key: number for key, number in every.items() if key.theme == self.theme.slug}


CHOICE_TABLES = ["pledges_theme", "pledges_body", "pledges_review", rewrite_counter("pledges_factsentry")]
"""The tables that decide what the filters offer, as of any day: names of past days change by a withdrawal alone."""
CHOICE_TABLES_OF_REVIEW = ["pledges_pledge", "pledges_pledge_bodies", "pledges_statusupdate"]
"""Those that decide it beside them where only what pledges of one review have is offered."""


def _other_results(filterset: PledgeFilter) -> tuple[dict[str, Any], tuple[object, ...]]:
    """What else has the words that were asked for: updates, exact words, sources; or what was perhaps meant.

    Returned with the values that all of it follows from. The words of what was found are read when they are shown.
    """
    if not filterset.checked.values.get("q"):
        return {}, ()
    kinds = [kind for kind in SearchResultType if kind != SearchResultType.PLEDGE]
    query, review = filterset.query_typed, filterset.review.pk if filterset.review else None
    groups = rank_record(query, until=filterset.until, happened_by=filterset.happened_by, kinds=kinds, review=review)
    more = search_help(filterset, groups)
    results = SimpleLazyObject(lambda: read_results(groups, query, until=filterset.until))
    shown = query.wanted, query.excluded, query.languages, groups, sorted(more.items())
    return {"query": query, "other_results": results, **more}, shown
