"""Operations of the API on what pledges are filed under, each with what belongs to it, and on how many there are."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Path, Query

from tracker.opendata.api.application import (
    ALL,
    api_get,
    check_names,
    list_table,
    next_address,
    not_found_on,
    objects,
    page_answer,
    page_of_pledges,
    page_of_rows,
    pledge_objects,
    read_day_asked,
)
from tracker.opendata.api.schemas import (
    BodyDetail,
    BodyList,
    CountList,
    CountQuery,
    PageParams,
    RecommendationDetail,
    RecommendationList,
    RecommendationQuery,
    ReviewDetail,
    ReviewList,
    ThemeDetail,
    ThemeList,
)
from tracker.opendata.rows import first_rows, select_rows, with_own
from tracker.opendata.tables import BODIES, PASSAGES, RECOMMENDATIONS, REVIEWS, THEMES, Table
from tracker.opendata.views.downloads import InvalidQueryError, about, review_asked
from tracker.pledges.choices import Status
from tracker.pledges.dates import read_day
from tracker.pledges.derived.counts import count_pledges_by_review
from tracker.pledges.derived.tally import Tally
from tracker.pledges.models import Pledge, RecordEntry, StatusPeriod
from tracker.pledges.querysets import PledgeQuerySet
from tracker.pledges.read.as_stated import filter_as_stated, statements_changed_since
from tracker.pledges.read.filters import ORDERS, PledgeFilter
from tracker.pledges.read.status_history import StatusCounts, periods_of, status_history
from tracker.pledges.visibility import visible_bodies, visible_reviews, visible_themes
from tracker.web.as_of import AsOf, read_as_of


@api_get("/bodies", gives=BodyList, summary="Bodies", tag="catalogue")
def list_bodies(request: HttpRequest, params: Query[PageParams]) -> Any:
    return list_table(request, BODIES, params)


@api_get(
    "/bodies/{slug:slug}", gives=BodyDetail, summary="One body, with what it promised or has to do", tag="catalogue"
)
def get_body(request: HttpRequest, slug: Path[str], params: Query[PageParams]) -> Any:
    return _with_pledges(request, params, BODIES, "body", slug)


@api_get("/themes", gives=ThemeList, summary="Themes", tag="catalogue")
def list_themes(request: HttpRequest, params: Query[PageParams]) -> Any:
    return list_table(request, THEMES, params)


@api_get("/themes/{slug:slug}", gives=ThemeDetail, summary="One theme, with what was promised on it", tag="catalogue")
def get_theme(request: HttpRequest, slug: Path[str], params: Query[PageParams]) -> Any:
    return _with_pledges(request, params, THEMES, "theme", slug)


@api_get("/reviews", gives=ReviewList, summary="Reviews", tag="catalogue")
def list_reviews(request: HttpRequest, params: Query[PageParams]) -> Any:
    return list_table(request, REVIEWS, params)


@api_get(
    "/reviews/{slug:slug}",
    gives=ReviewDetail,
    summary="One review, its recommendations and the pledges that followed",
    tag="catalogue",
)
def get_review(request: HttpRequest, slug: Path[str], params: Query[PageParams]) -> Any:
    when = read_day_asked(request, params)
    review = _one(when, REVIEWS, slug, "review")
    selection = select_rows(RECOMMENDATIONS, **when.clock).filter(review__slug=slug).order_by("number")
    return (
        review
        | {"recommendations": objects(RECOMMENDATIONS, first_rows(RECOMMENDATIONS, selection, when.clock, limit=ALL))}
        | _pledges_of(request, when, params, _filtered(when, "review", slug))
    )


@api_get("/recommendations", gives=RecommendationList, summary="Recommendations of the reviews", tag="catalogue")
def list_recommendations(request: HttpRequest, params: Query[RecommendationQuery]) -> Any:
    when = read_day_asked(request, params)
    selection = select_rows(RECOMMENDATIONS, **when.clock)
    if params.review:
        selection = selection.filter(review=review_asked(params.review))
    rows, following = page_of_rows(RECOMMENDATIONS, selection, params, when)
    return page_answer(request, when, objects(RECOMMENDATIONS, rows), following)


@api_get(
    "/recommendations/{slug:slug}",
    gives=RecommendationDetail,
    summary="One recommendation, its words and the pledges that answer it",
    tag="catalogue",
)
def get_recommendation(request: HttpRequest, slug: Path[str], params: Query[PageParams]) -> Any:
    when = read_day_asked(request, params)
    recommendation = select_rows(RECOMMENDATIONS, **when.clock).filter(name=slug).first()
    if recommendation is None:
        raise not_found_on(when, "There is no such recommendation.")
    review, number = recommendation.review.slug, recommendation.number

    def is_answered(facts: dict[str, Any]) -> bool:
        return (facts["review"], facts["recommendation"]) == (review, number)

    answer = _one(when, RECOMMENDATIONS, slug, "recommendation", key="name")
    row = answer["recommendation"]
    words = select_rows(PASSAGES, until=when.until).filter(pk=row["passage"])
    repeated = select_rows(RECOMMENDATIONS, **when.clock).filter(name__in=row["repeats"])
    repeated = repeated.order_by("review__slug", "number")
    then = statements_changed_since(until=when.until)
    answers = filter_as_stated(_on(when), Q(recommendation=recommendation.pk), is_answered, then=then)
    return (
        answer
        | {
            "passage": next(iter(objects(PASSAGES, first_rows(PASSAGES, words, when.clock, limit=1))), None),
            "repeats": objects(RECOMMENDATIONS, first_rows(RECOMMENDATIONS, repeated, when.clock, limit=ALL)),
        }
        | _pledges_of(request, when, params, answers)
    )


@api_get("/counts", gives=CountList, summary="Pledges by status, at the end of each day, week or month", tag="pledges")
def list_counts(request: HttpRequest, params: Query[CountQuery]) -> Any:
    check_names(request, params)
    today = timezone.localdate()
    first = RecordEntry.objects.order_by("position").values_list("published_at", flat=True).first()
    began = timezone.localdate(first) if first else today
    since, until = _day(params.since, began), min(_day(params.until, today), today)
    if since > until:
        raise InvalidQueryError("The first day is after the last.")
    days = list(_ends(since, until, params.every or "month"))
    if len(days) > MAX_COUNTS:
        raise InvalidQueryError(f"That is {len(days)} days: ask for {MAX_COUNTS} at most, or for weeks or months.")
    history = status_history(days, _periods(params))
    return about(read_as_of(request)) | {
        "items": [{"day": day.isoformat(), "before_record": day < began, **_counts(counts)} for day, counts in history]
    }


MAX_COUNTS = 1000
"""Days of one answer."""


def _ends(since: dt.date, until: dt.date, every: str) -> Iterator[dt.date]:
    """Yield the last day of each day, week or month that has one between two days; the last may not be over."""
    day = since
    while day <= until:
        end = day
        if every == "week":
            end = day + dt.timedelta(days=6 - day.weekday())
        elif every == "month":
            end = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
        yield min(end, until)
        day = end + dt.timedelta(days=1)


def _day(typed: str, default: dt.date) -> dt.date:
    if not typed.strip():
        return default
    day, wrong = read_day(typed)
    if day is None:
        raise InvalidQueryError(wrong)
    return day


def _periods(params: CountQuery) -> Any:
    groups = [(name, getattr(params, name)) for name in _GROUPS if getattr(params, name)]
    if len(groups) > 1:
        raise InvalidQueryError("Ask for a body, a theme or a review, not for several of them.")
    for name, slug in groups:
        return periods_of(get_object_or_404(_GROUPS[name](), slug=slug.replace("\x00", "")))
    return StatusPeriod.objects.all()


_GROUPS: dict[str, Callable[[], QuerySet[Any]]] = {
    "body": visible_bodies,
    "theme": visible_themes,
    "review": visible_reviews,
}


def _counts(counts: StatusCounts) -> dict[str, Any]:
    return {
        "total": sum(counts.values()),
        "without_status": counts[None],
        "by_status": {status.value: counts[status.value] for status in Status},
    }


def _with_pledges(request: HttpRequest, params: PageParams, table: Table, name: str, slug: str) -> Any:
    """Answer with a body or a theme, and what the filter of that name leaves. Raises Http404."""
    when = read_day_asked(request, params)
    answer, pledges = _one(when, table, slug, name), _filtered(when, name, slug)
    by_review = {"counts_by_review": _counts_by_review(when, pledges)}
    return answer | by_review | _pledges_of(request, when, params, pledges)


def _counts_by_review(when: AsOf, pledges: QuerySet[Any]) -> list[dict[str, Any]]:
    """Return how many of some pledges have each status, apart for each review, by its slug. Two queries today."""
    then = statements_changed_since(until=when.until)
    counts = count_pledges_by_review(then=then, today=when.today, pledges=pledges, **when.clock)
    reviews = visible_reviews().filter(pk__in=list(counts)).order_by("slug").values_list("pk", "slug")
    return [{"review": slug, **_counts(Tally.of(counts[key]).by_status)} for key, slug in reviews]


def _one(when: AsOf, table: Table, slug: str, name: str, *, key: str = "slug") -> dict[str, Any]:
    """Return what an answer about one row of a table begins with. Raises Http404."""
    rows = first_rows(table, select_rows(table, **when.clock).filter(**{key: slug}), when.clock, limit=1)
    if not rows:
        raise not_found_on(when, f"There is no such {name}.")
    return about(when) | {name: objects(table, rows)[0]}


def _on(when: AsOf) -> PledgeQuerySet:
    return Pledge.objects.for_list(today=when.today, **when.clock)


def _filtered(when: AsOf, name: str, slug: str) -> QuerySet[Any]:
    """Return the pledges that a filter of the page leaves. Raises Http404 where it does not know the word."""
    filterset = PledgeFilter(QueryDict(f"{name}={slug}"), queryset=_on(when), **when.clock)
    if filterset.form.errors:
        raise Http404(f"There is no such {name}.")
    pledges: QuerySet[Any] = filterset.qs
    return pledges


def _pledges_of(request: HttpRequest, when: AsOf, params: PageParams, pledges: QuerySet[Any]) -> dict[str, Any]:
    """Return how many of some pledges have each status, and a page of them, the latest movement first."""
    tally = Pledge.objects.filter(pk__in=pledges.order_by().values("pk")).tally(today=when.today, **when.clock)
    rows, following = page_of_pledges(with_own(pledges), ORDERS["moved"], params, when)
    return {
        "counts": _counts(tally.by_status),
        "pledges": pledge_objects(rows),
        "next": next_address(request, following),
    }
