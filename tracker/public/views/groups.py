"""The pages of bodies and themes, and two bodies side by side."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tracker.pledges.derived.tally import CountKey, Tally
from tracker.pledges.models import Body, Pledge, Theme
from tracker.pledges.querysets import PledgeQuerySet
from tracker.pledges.read.as_stated import filter_by_body, restore_as_of, statements_changed_since
from tracker.pledges.read.summary import summarise
from tracker.public.views.pledges import _cells, _counts, _listed, _vary, _wants_fragment
from tracker.web.as_of import mark_past_day, read_as_of
from tracker.web.fragment_cache import ALL_TABLES, CATALOGUE_TABLES, CachedFragment
from tracker.web.rate_limiting import rate_limited


@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """Every body that promised something or has to act, and every theme."""
    page = CachedFragment(
        request,
        CATALOGUE_TABLES,
        fill=lambda: {"bodies": Body.objects.with_counts(), "themes": Theme.objects.with_counts()},
    )
    return render(request, "public/bodies.html", {"page": page})


@require_safe
def body(request: HttpRequest, slug: str) -> HttpResponse:
    """What one body promised or has to do."""
    found, when = get_object_or_404(Body, slug=slug), read_as_of(request)

    @cache
    def mine() -> PledgeQuerySet:
        return filter_by_body(Pledge.objects.all(), found, then=statements_changed_since(until=when.until))

    return _group(request, "body", found, mine, lambda: mine().count_by_facets(today=when.today, until=when.until))


@require_safe
@rate_limited("search", when=lambda request: bool(request.GET))
def compare(request: HttpRequest) -> HttpResponse:
    """Two bodies side by side: the sentence about each, and each one's pledges."""
    when = read_as_of(request)
    bodies = {body.slug: body for body in Body.objects.all()}
    problems, sides = [], []
    then = statements_changed_since(until=when.until)
    for name in ("a", "b"):
        asked = request.GET.get(name, "")
        if asked in bodies:
            mine = filter_by_body(Pledge.objects.all(), bodies[asked], then=then)
            tally = mine.tally(today=when.today, until=when.until)
            pledges = list(mine.for_list(today=when.today, until=when.until).order_by("title", "pk")[:_COMPARED])
            restore_as_of(pledges, until=when.until)
            summary = summarise(tally, since=None, today=when.today)
            sides.append({"body": bodies[asked], "summary": summary, "tally": tally, "pledges": pledges})
        elif asked:
            problems.append(gettext("There is no such body: choose one of the list."))
    context = {
        "bodies": bodies.values(),
        "sides": sides,
        "asked": [request.GET.get("a", ""), request.GET.get("b", "")],
        "problems": problems,
        "today": when.today,
        "as_of": when,
    }
    return mark_past_day(render(request, "public/compare.html", context), when)


_COMPARED = 50
"""Pledges of a body that the comparison lists; the body's own page has all of them."""


@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """What was promised on one theme."""
    found, when = get_object_or_404(Theme, slug=slug), read_as_of(request)

    def mine() -> PledgeQuerySet:
        return Pledge.objects.with_record(until=when.until).filter(stated_theme=found.slug)  # type: ignore[misc]

    def cells() -> dict[CountKey, int]:
        return {cell: number for cell, number in _cells(request, when).items() if cell.theme == found.slug}

    return _group(request, "theme", found, mine, cells)


def _group(
    request: HttpRequest,
    kind: str,
    group: Body | Theme,
    mine: Callable[[], PledgeQuerySet],
    cells: Callable[[], Mapping[CountKey, int]],
) -> HttpResponse:
    when, cells = read_as_of(request), cache(cells)

    def hero() -> dict[str, Any]:
        tally = Tally.of(cells())
        return {"summary": summarise(tally, since=None, today=when.today), **_counts(tally)}

    context = _listed(request, when, mine, cells, scope={kind: group.slug} | when.scope)
    if _wants_fragment(request):
        return _vary(mark_past_day(render(request, "public/_results.html", context), when))
    context |= {
        "kind": kind,
        "group": group,
        "hero": CachedFragment(request, ALL_TABLES, "hero", kind, group.slug, when.today, when.day, fill=hero),
    }
    return _vary(mark_past_day(render(request, "public/group.html", context), when))
