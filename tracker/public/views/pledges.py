"""The dashboard and the page of a pledge."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from tracker.pledges.choices import EvidenceRole, SearchResultType
from tracker.pledges.derived import counts as derived_counts
from tracker.pledges.derived.tally import CountKey, Tally
from tracker.pledges.models import Pledge, RecordEntry, Review
from tracker.pledges.querysets import PledgeQuerySet
from tracker.pledges.read.as_stated import statement_history
from tracker.pledges.read.filters import PledgeFilter, choice_names
from tracker.pledges.read.pledge_detail import get_pledge_detail
from tracker.pledges.read.summary import status_counts, summarise
from tracker.pledges.read.wording_history import wording_history
from tracker.pledges.search.query import search_record, suggestion
from tracker.public.charts.status_bar import unit_bar
from tracker.public.passage_counts import passage_counts
from tracker.public.pledge_list import read_listing
from tracker.web.as_of import AsOf, mark_past_day, read_as_of
from tracker.web.fragment_cache import (
    ALL_TABLES,
    CATALOGUE_TABLES,
    STATUS_TABLES,
    CachedFragment,
    get_or_compute,
    last_entry,
)
from tracker.web.rate_limiting import rate_limited


@require_safe
@rate_limited("search", when=lambda request: bool(request.GET.get("q")))
def dashboard(request: HttpRequest) -> HttpResponse:
    """All pledges: the answer in one sentence, the counts, and the list with its filters."""
    when = read_as_of(request)

    @cache
    def cells() -> Mapping[CountKey, int]:
        return _cells(request, when)

    def hero() -> dict[str, Any]:
        tally = Tally.of(cells())
        reviews = get_or_compute(request, "reviews", ["pledges_review"], lambda: list(Review.objects.all()[:2]))
        review = reviews[0] if len(reviews) == 1 else None
        return {
            "summary": summarise(tally, since=review.published_on if review else None, today=when.today),
            "review": review,
            **_counts(tally),
            "passage_counts": passage_counts(request),
            "last_update": (RecordEntry.objects.last_entry(until=when.until) if when.until else last_entry(request)),
        }

    context = _listed(request, when, Pledge.objects.all, cells, scope=when.scope)
    if _wants_fragment(request):
        return _vary(mark_past_day(render(request, "public/_results.html", context), when))
    context["hero"] = CachedFragment(request, ALL_TABLES, "hero", when.today, when.day, fill=hero)
    return _vary(mark_past_day(render(request, "public/dashboard.html", context), when))


def _listed(
    request: HttpRequest,
    when: AsOf,
    pledges: Callable[[], PledgeQuerySet],
    cells: Callable[[], Mapping[CountKey, int]],
    *,
    scope: dict[str, str],
) -> dict[str, Any]:
    """What the list on a page needs: its filters and its results, each a part that is kept by what was asked for."""

    @cache
    def fill() -> dict[str, Any]:
        rows = pledges().for_list(today=when.today, until=when.until)
        filterset = PledgeFilter(
            request.GET, queryset=rows, until=when.until, cells=cells(), choices=_choices(request)
        )
        shown = read_listing(request, filterset, when, scope=scope)
        return {"listing": shown, "form": filterset.form, **_search_results(filterset)}

    asked = [(name, request.GET.get(name)) for name in (*PledgeFilter.base_filters, "page")]
    by = (request.path, asked, when.today, when.day)
    return {
        "results": CachedFragment(request, ALL_TABLES, "results", *by, _wants_fragment(request), fill=fill),
        "filters": CachedFragment(request, CATALOGUE_TABLES, "filters", *by, fill=fill),
        "today": when.today,
        "as_of": when,
    }


@require_safe
def pledge(request: HttpRequest, slug: str) -> HttpResponse:
    """One pledge: what was promised, where it stands, and how we know."""
    when = read_as_of(request)
    version = Pledge.objects.cache_version(slug, until=when.until)
    if version is None:
        later = get_object_or_404(Pledge, slug=slug)
        return render(request, "public/not_yet.html", {"pledge": later, "as_of": when}, status=404)
    by = ("pledge", version, when.today, when.day, request.build_absolute_uri("/"), request.user.is_authenticated)
    page = CachedFragment(
        request, [*CATALOGUE_TABLES, "pledges_question"], *by, fill=lambda: _pledge(request, slug, when)
    )
    context = {"page": page, "today": when.today, "as_of": when}
    return mark_past_day(render(request, "public/pledge.html", context), when)


def _pledge(request: HttpRequest, slug: str, when: AsOf) -> dict[str, Any]:
    """All that the page of a pledge shows. It follows from the pledge's version, the catalogue and its questions."""
    found = get_pledge_detail(slug, today=when.today, until=when.until)
    updates, citations = found.updates, found.citations
    standing = [update for update in updates if not update.ending]
    positions = [
        citation
        for citation in citations + [one for update in standing for one in update.evidence]
        if citation.role == EvidenceRole.OFFICIAL_POSITION
    ]
    positions.sort(key=lambda citation: citation.passage.source.published_on or dt.date.min, reverse=True)
    stages = wording_history(citations)
    elsewhere = {*_WORDINGS, EvidenceRole.OFFICIAL_POSITION, *(stage.citation.role for stage in stages)}
    return {
        "whole": found,
        "pledge": found.pledge,
        "lineage": stages,
        "updates": updates,
        "entries": CachedFragment(request, CATALOGUE_TABLES),
        "current": standing[0] if standing else None,
        "wordings": [citation for citation in citations if citation.role in _WORDINGS],
        "other_citations": [citation for citation in citations if citation.role not in elsewhere],
        "positions": positions,
        "wording_history": statement_history(found.statements),
        "recent_corrections": [
            update.ending
            for update in updates
            if update.ending and timezone.localdate(update.ending.published_at) > timezone.localdate() - _ON_TOP
        ],
        "reached": {update.step for update in standing if update.step},
        "permalink": request.build_absolute_uri(found.pledge.get_absolute_url()),
        "card": request.build_absolute_uri(reverse("public:card", args=[slug])),
    }


_ON_TOP = dt.timedelta(days=30)
"""For how many days a correction stands at the top of the page of its pledge."""

_WORDINGS = {EvidenceRole.PLEDGE, EvidenceRole.RECOMMENDATION, EvidenceRole.CONFLICT}


def _search_results(filterset: PledgeFilter) -> dict[str, Any]:
    """What else has the words that were asked for: updates, exact words, sources; or what was perhaps meant."""
    asked = filterset.form.cleaned_data.get("q") or ""
    if not asked:
        return {}
    groups = search_record(
        asked, until=filterset.until, kinds=[kind for kind in SearchResultType if kind != SearchResultType.PLEDGE]
    )
    return {"asked": asked, "found": groups, "meant": "" if groups else suggestion(asked)}


def _cells(request: HttpRequest, when: AsOf) -> Mapping[CountKey, int]:
    name = f"cells {when.today} {when.day}"
    return get_or_compute(
        request, name, STATUS_TABLES, lambda: derived_counts.count_pledges(today=when.today, until=when.until)
    )


def _choices(request: HttpRequest) -> dict[str, list[tuple[str, str]]]:
    return get_or_compute(request, "choices", ["pledges_theme", "pledges_body", "pledges_review"], choice_names)


def _counts(tally: Tally) -> dict[str, Any]:
    counts = status_counts(tally)
    return {"status_counts": counts, "blocks": unit_bar(counts), "tally": tally}


def _wants_fragment(request: HttpRequest) -> bool:
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request


def _vary(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response
