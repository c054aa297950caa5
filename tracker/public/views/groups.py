"""The pages of bodies and themes, and two bodies side by side."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tracker.pledges.derived.tally import Cell, Tally
from tracker.pledges.models import Body, Pledge, Theme
from tracker.pledges.querysets import PledgeQuerySet
from tracker.pledges.read.as_stated import about_body, recall, stated_otherwise
from tracker.pledges.read.summary import summarise
from tracker.public.views.pledges import _cells, _counts, _listed, _vary, _wants_fragment
from tracker.web.as_of import as_of, dated
from tracker.web.fragment_cache import CATALOGUE, EVERYTHING, Part
from tracker.web.rate_limiting import limited


@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """Every body that promised something or has to act, and every theme."""
    page = Part(
        request,
        CATALOGUE,
        fill=lambda: {"bodies": Body.objects.with_counts(), "themes": Theme.objects.with_counts()},
    )
    return render(request, "public/bodies.html", {"page": page})


@require_safe
def body(request: HttpRequest, slug: str) -> HttpResponse:
    """What one body promised or has to do."""
    found, when = get_object_or_404(Body, slug=slug), as_of(request)

    @cache
    def mine() -> PledgeQuerySet:
        return about_body(Pledge.objects.all(), found, then=stated_otherwise(until=when.until))

    return _group(request, "body", found, mine, lambda: mine().cells(today=when.today, until=when.until))


@require_safe
@limited("search", when=lambda request: bool(request.GET))
def compare(request: HttpRequest) -> HttpResponse:
    """Two bodies side by side: the sentence about each, and each one's pledges."""
    when = as_of(request)
    bodies = {body.slug: body for body in Body.objects.all()}
    problems, sides = [], []
    then = stated_otherwise(until=when.until)
    for name in ("a", "b"):
        asked = request.GET.get(name, "")
        if asked in bodies:
            mine = about_body(Pledge.objects.all(), bodies[asked], then=then)
            tally = mine.tally(today=when.today, until=when.until)
            pledges = list(mine.for_list(today=when.today, until=when.until).order_by("title", "pk")[:_COMPARED])
            recall(pledges, until=when.until)
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
    return dated(render(request, "public/compare.html", context), when)


_COMPARED = 50
"""Pledges of a body that the comparison lists; the body's own page has all of them."""


@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """What was promised on one theme."""
    found, when = get_object_or_404(Theme, slug=slug), as_of(request)

    def mine() -> PledgeQuerySet:
        return Pledge.objects.with_record(until=when.until).filter(stated_theme=found.slug)  # type: ignore[misc]

    def cells() -> dict[Cell, int]:
        return {cell: number for cell, number in _cells(request, when).items() if cell.theme == found.slug}

    return _group(request, "theme", found, mine, cells)


def _group(
    request: HttpRequest,
    kind: str,
    group: Body | Theme,
    mine: Callable[[], PledgeQuerySet],
    cells: Callable[[], Mapping[Cell, int]],
) -> HttpResponse:
    when, cells = as_of(request), cache(cells)

    def hero() -> dict[str, Any]:
        tally = Tally.of(cells())
        return {"summary": summarise(tally, since=None, today=when.today), **_counts(tally)}

    context = _listed(request, when, mine, cells, scope={kind: group.slug} | when.scope)
    if _wants_fragment(request):
        return _vary(dated(render(request, "public/_results.html", context), when))
    context |= {
        "kind": kind,
        "group": group,
        "hero": Part(request, EVERYTHING, "hero", kind, group.slug, when.today, when.day, fill=hero),
    }
    return _vary(dated(render(request, "public/group.html", context), when))
