"""A list of pledges as a page shows it: filtered, sorted, one page of it at a time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from django.conf import settings
from django.core.paginator import EmptyPage, Page, PageNotAnInteger
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from tracker.pledges.compiled_query import compiled_rows
from tracker.pledges.read.filters import Facet, PledgeFilter
from tracker.pledges.read.list_rows import read_list_rows
from tracker.public.pages.paginators import BidirectionalPaginator
from tracker.web import fragment_cache
from tracker.web.as_of import DAY_PARAMETERS, AsOf
from tracker.web.fragment_cache import get_or_compute, latest

MORE_FILTERS = ("basis", "schedule", "quiet", "conflict", "check", "review")
"""The filters that the form keeps folded away until one is used."""


@dataclass(frozen=True)
class Listing:
    """One page of pledges, and what was wrong with what was asked for."""

    filterset: PledgeFilter
    page: Page[tuple[int, int]] | None
    problems: list[str]
    facets: list[Facet]
    scope: dict[str, str] = field(default_factory=dict)
    read_rows: Callable[[], list[SafeString]] = list
    words: tuple[object, ...] = ()
    """What words that were typed lead to beside pledges, as values."""
    more_filters = MORE_FILTERS

    @classmethod
    def of(cls, filterset: PledgeFilter) -> "Listing":
        """Return the filters alone, for a page that shows no list."""
        return cls(filterset, None, filterset.checked.problems, [])

    @cached_property
    def rows(self) -> list[SafeString]:
        """The rows of the page as HTML."""
        return self.read_rows()

    @property
    def content(self) -> tuple[object, ...] | None:
        """What the list shows, beside the catalogue and the address."""
        if self.page is None:
            return None
        numbers = [sorted(facet.sizes.items()) for facet in self.facets]
        return self.page.object_list, self.page.number, self.page.paginator.count, numbers, self.problems, self.words

    @property
    def more_in_force(self) -> bool:
        """Whether a filter is in force, or wrong, that the form keeps under “More filters”."""
        checked, errors = self.filterset.checked.values, self.filterset.form.errors
        return any(checked.get(name) or name in errors for name in MORE_FILTERS)

    @property
    def data_query(self) -> str:
        """The same rows as a query string of the open data: filters, order, the page's own scope, and the day."""
        return urlencode(self.scope | self.filterset.query())

    @property
    def page_query(self) -> str:
        """The start of the address of another page of the list: ``?``, the day, the filters, and ``&`` after each."""
        day = {name: self.scope[name] for name in DAY_PARAMETERS if name in self.scope}
        query = urlencode(day | self.filterset.query())
        return f"?{query}&" if query else "?"

    @property
    def query(self) -> str:
        """The filters and the sort order as a query string, without the page."""
        return urlencode(self.filterset.query())


def read_listing(
    request: HttpRequest,
    filterset: PledgeFilter,
    when: AsOf,
    *,
    scope: dict[str, str] | None = None,
    sql_depends_on: str = "",
    words: tuple[object, ...] = (),
    names_reviews: bool = False,
) -> Listing:
    """Return the page of a list that a request asks for. A malformed value is left out and named, never an error.

    The pledges are as stated on the day of ``when``. ``scope`` are the filters of the open data that the page sets.
    ``sql_depends_on`` is what the SQL of the page's own pledges depends on, beside the day; empty: on rows of the
    database too. ``words`` is what words that were typed lead to beside pledges; ``names_reviews`` whether each row
    names its review.
    """
    problems = list(filterset.checked.problems)
    # The keys alone: a row that is skipped on the way to a later page, or kept rendered, is not read.
    key = sql_depends_on and filterset.sql_depends_on is not None and (
        sql_depends_on, filterset.sql_depends_on, when.today, settings.QUIET_AFTER_DAYS,
    )  # fmt: skip
    paginator = BidirectionalPaginator(
        lambda: filterset.qs.values_list("pk", "status_period"),
        settings.PLEDGES_PER_PAGE,
        count=filterset.count(),
        known=partial(_known_rows, request, filterset, key or None),
    )
    number = request.GET.get("page") or "1"
    try:
        page = paginator.page(number)
    except PageNotAnInteger:
        problems.append(gettext("That page number is not valid. Showing the first page."))
        page = paginator.page(1)
    except EmptyPage:
        page = paginator.page(1 if number.startswith("-") or number == "0" else paginator.num_pages)
        message = gettext("That page does not exist. Showing page %(number)s of %(of)s.")
        problems.append(message % {"number": page.number, "of": paginator.num_pages})

    load = partial(read_list_rows, today=when.today, with_review=names_reviews, **when.clock)
    keys = list(page.object_list)
    rows = partial(fragment_cache.row_fragments, request, keys, when, load, names_reviews=names_reviews)
    return Listing(filterset, page, problems, filterset.facets(), scope or {}, rows, words)


def _known_rows(
    request: HttpRequest, filterset: PledgeFilter, key: tuple[Any, ...] | None, start: int, stop: int
) -> list[tuple[Any, ...]] | None:
    """Return the rows from one place to another where the database need not be asked, or by SQL that is kept."""
    rows: list[tuple[Any, ...]] | None = filterset.known_rows(start, stop)
    if rows is not None or start or not stop or key is None:
        return rows
    size = settings.PLEDGES_PER_PAGE

    def first_rows() -> list[tuple[Any, ...]]:
        return compiled_rows(("first page", size, key), lambda: filterset.qs.values_list("pk", "status_period")[:size])

    # Which pledges come first changes with a new StatusPeriod alone.
    return get_or_compute(request, f"first page {latest(request).period} {key}", (), first_rows)
