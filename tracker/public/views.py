"""Public pages. Each view parses, asks a queryset, renders."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.db.models import Prefetch, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tracker.pledges import tallies
from tracker.pledges.asof import AsOf, as_of, dated
from tracker.pledges.filters import PledgeFilter, names
from tracker.pledges.lineage import lineage
from tracker.pledges.models import Body, Citation, Pledge, Review, StatusUpdate, Theme
from tracker.pledges.querysets import (
    Cell,
    PledgeQuerySet,
    Tally,
    known_sources,
    public_sources,
    relied_on,
    version_of_source,
)
from tracker.pledges.searching import find, suggestion
from tracker.pledges.stating import about_body, history, recall, stated_otherwise
from tracker.pledges.statuses import STATUS_ORDER, Basis, Found, Kind, Role, Schedule, Status
from tracker.pledges.summary import status_counts, summarise
from tracker.pledges.whole import whole
from tracker.public import drawing, fragments
from tracker.public.fragments import CATALOGUE, EVERYTHING, STANDINGS, WORDS, Part, kept, last_entry
from tracker.public.listing import Listing, NearerEnd, listing
from tracker.public.pictures import unit_bar
from tracker.sources.excerpts import excerpt
from tracker.sources.models import CheckState, Passage
from tracker.sources.querysets import PassageQuerySet
from tracker.throttling import limited


@require_safe
@limited("search", when=lambda request: bool(request.GET.get("q")))
def dashboard(request: HttpRequest) -> HttpResponse:
    """All pledges: the answer in one sentence, the counts, and the list with its filters."""
    when = as_of(request)

    @cache
    def cells() -> Mapping[Cell, int]:
        return _cells(request, when)

    def hero() -> dict[str, Any]:
        tally = Tally.of(cells())
        reviews = kept(request, "reviews", ["pledges_review"], lambda: list(Review.objects.all()[:2]))
        review = reviews[0] if len(reviews) == 1 else None
        return {
            "summary": summarise(tally, since=review.published_on if review else None, today=when.today),
            "review": review,
            **_counts(tally),
            "passage_counts": _passage_counts(request),
            "last_update": (StatusUpdate.objects.last_entry(until=when.until) if when.until else last_entry(request)),
        }

    context = _listed(request, when, Pledge.objects.all, cells, scope=when.scope)
    if _wants_fragment(request):
        return _vary(dated(render(request, "public/_results.html", context), when))
    context["hero"] = Part(request, EVERYTHING, "hero", when.today, when.day, fill=hero)
    return _vary(dated(render(request, "public/dashboard.html", context), when))


def _listed(
    request: HttpRequest,
    when: AsOf,
    pledges: Callable[[], PledgeQuerySet],
    cells: Callable[[], Mapping[Cell, int]],
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
        shown = listing(request, filterset, when, scope=scope)
        return {"listing": shown, "form": filterset.form, **_found(filterset)}

    asked = [(name, request.GET.get(name)) for name in (*PledgeFilter.base_filters, "page")]
    by = (request.path, asked, when.today, when.day)
    return {
        "results": Part(request, EVERYTHING, "results", *by, _wants_fragment(request), fill=fill),
        "filters": Part(request, CATALOGUE, "filters", *by, fill=fill),
        "today": when.today,
        "as_of": when,
    }


@require_safe
@limited("search", when=lambda request: bool(request.GET))
def pictures(request: HttpRequest) -> HttpResponse:
    """The record in pictures, for the pledges that the filters leave."""
    when = as_of(request)
    pledges = Pledge.objects.for_list(today=when.today, until=when.until)
    filterset = PledgeFilter(request.GET, queryset=pledges, until=when.until)
    drawn = drawing.pictures(filterset.qs, today=when.today, until=when.until, quiet_after=settings.QUIET_AFTER_DAYS)
    context = {
        "listing": Listing.of(filterset),
        "pictures": drawn,
        "quiet_after": settings.QUIET_AFTER_DAYS,
        "today": when.today,
        "as_of": when,
    }
    return dated(render(request, "public/pictures.html", context), when)


@require_safe
def pledge(request: HttpRequest, slug: str) -> HttpResponse:
    """One pledge: what was promised, where it stands, and how we know."""
    when = as_of(request)
    version = Pledge.objects.version(slug, until=when.until)
    if version is None:
        later = get_object_or_404(Pledge, slug=slug)
        return render(request, "public/not_yet.html", {"pledge": later, "as_of": when}, status=404)
    by = ("pledge", version, when.today, when.day, request.build_absolute_uri("/"), request.user.is_authenticated)
    page = Part(request, [*CATALOGUE, "pledges_question"], *by, fill=lambda: _pledge(request, slug, when))
    context = {"page": page, "today": when.today, "as_of": when}
    return dated(render(request, "public/pledge.html", context), when)


def _pledge(request: HttpRequest, slug: str, when: AsOf) -> dict[str, Any]:
    """All that the page of a pledge shows. It follows from the pledge's version, the catalogue and its questions."""
    found = whole(slug, today=when.today, until=when.until)
    updates, citations = found.updates, found.citations
    standing = [update for update in updates if not update.ending]
    positions = [
        citation
        for citation in citations + [one for update in standing for one in update.evidence]
        if citation.role == Role.OFFICIAL_POSITION
    ]
    positions.sort(key=lambda citation: citation.passage.source.published_on or dt.date.min, reverse=True)
    stages = lineage(citations)
    elsewhere = {*_WORDINGS, Role.OFFICIAL_POSITION, *(stage.citation.role for stage in stages)}
    return {
        "whole": found,
        "pledge": found.pledge,
        "lineage": stages,
        "updates": updates,
        "entries": Part(request, CATALOGUE),
        "current": standing[0] if standing else None,
        "wordings": [citation for citation in citations if citation.role in _WORDINGS],
        "other_citations": [citation for citation in citations if citation.role not in elsewhere],
        "positions": positions,
        "wording_history": history(found.statements),
        "put_right": [
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

_WORDINGS = {Role.PLEDGE, Role.RECOMMENDATION, Role.CONFLICT}


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Every source, with how many passages of it are used and how far they are checked."""

    def fill() -> dict[str, Any]:
        page = Paginator(known_sources().values_list("pk", flat=True), settings.SOURCES_PER_PAGE).get_page(asked)
        rows = public_sources().filter(pk__in=list(page.object_list))
        return {"page_of": page, "sources": rows, "passage_counts": counts}

    asked, counts = request.GET.get("page"), _passage_counts(request)
    # Citations only add to the passages that something rests on: as many are the same ones.
    page = Part(request, [*CATALOGUE, "pledges_question"], "sources", asked, sorted(counts.items()), fill=fill)
    return render(request, "public/sources.html", {"page": page})


@require_safe
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One source: its passages marked in the text, each with the claims that rest on it."""
    version = version_of_source(slug)
    if version is None:
        raise Http404
    may_read = request.user.has_perm("sources.view_source")
    page = Part(
        request,
        CATALOGUE,
        "source",
        slug,
        version,
        may_read,
        fill=lambda: _source(request, slug, whole_for_reader=may_read),
    )
    return render(request, "public/source.html", {"page": page})


def _source(request: HttpRequest, slug: str, *, whole_for_reader: bool) -> dict[str, Any]:
    """All that the page of a source shows. It follows from the source's version and the catalogue."""
    found = public_sources().defer(None).select_related("link", "withdrawal").get(slug=slug)
    shown_whole = found.is_held and (found.is_open or whole_for_reader)
    passages = list(_passages().filter(source=found))
    for passage in passages:
        passage.source = found
    claims = defaultdict(list)
    for citation in Citation.objects.claims_on(found):
        claims[citation.passage_id].append(citation)
    about = {citation.about.pk for passage in claims.values() for citation in passage}
    statuses = Pledge.objects.filter(pk__in=about).with_record().values_list("pk", "status")  # type: ignore[misc]
    context = {
        "source": found,
        "later": public_sources().filter(supersedes=found).first(),
        "earlier": public_sources().filter(superseded_by=found).first(),
        "passages": passages,
        "numbers": {passage.pk: number for number, passage in enumerate(passages, start=1)},
        "claims": dict(claims),
        "excerpt": excerpt(
            [passage for passage in passages if passage.start is not None],
            text=found.text if shown_whole else "",
            length=found.characters,
        ),
        "unplaced": [passage for passage in passages if passage.start is None],
        "confirmed_count": sum(passage.check_state != CheckState.UNCHECKED for passage in passages),
        "statuses": dict(statuses),
        "shown_whole": shown_whole,
    }
    return context | {"notes": fragments.claims(request, context)}


@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """The passages that nothing held has confirmed yet: what editors should check."""
    rows = (
        _passages()
        .to_check()
        .prefetch_related(Prefetch("citations", queryset=Citation.objects.claims().order_by("id")))
    )
    counts = _passage_counts(request)
    pages = NearerEnd(rows, settings.PASSAGES_PER_PAGE, count=counts.get(CheckState.UNCHECKED, 0))
    page = pages.get_page(request.GET.get("page"))
    context = {"page": page, "passages": page.object_list, "passage_counts": counts}
    return render(request, "public/checks.html", context)


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


@require_safe
def methodology(request: HttpRequest) -> HttpResponse:
    """How pledges are chosen, statuses decided and passages checked."""

    def fill() -> dict[str, Any]:
        return {
            "statuses": [*reversed(STATUS_ORDER), *(status for status in Status if not status.is_on_ladder)],
            "bases": list(Basis),
            "schedules": list(Schedule),
            "kinds": list(Kind),
            "quiet_after": settings.QUIET_AFTER_DAYS,
            "passage_counts": counts,
        }

    counts = _passage_counts(request)
    page = Part(request, WORDS, "methodology", sorted(counts.items()), fill=fill)
    return render(request, "public/methodology.html", {"page": page})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this site is, what it is not, and where help is."""
    return render(request, "public/about.html")


def _found(filterset: PledgeFilter) -> dict[str, Any]:
    """What else has the words that were asked for: updates, exact words, sources; or what was perhaps meant."""
    asked = filterset.form.cleaned_data.get("q") or ""
    if not asked:
        return {}
    groups = find(asked, until=filterset.until, kinds=[kind for kind in Found if kind != Found.PLEDGE])
    return {"asked": asked, "found": groups, "meant": "" if groups else suggestion(asked)}


def _passages() -> PassageQuerySet:
    """The passages that something published rests on; what a draft took is nobody's to see yet."""
    return Passage.objects.filter(relied_on())


def _cells(request: HttpRequest, when: AsOf) -> Mapping[Cell, int]:
    name = f"cells {when.today} {when.day}"
    return kept(request, name, STANDINGS, lambda: tallies.count(today=when.today, until=when.until))


def _passage_counts(request: HttpRequest) -> dict[str, int]:
    """How many passages that something rests on are in each CheckState."""
    return kept(request, "passage-counts-now", [*WORDS, "pledges_citation"], lambda: _counted_passages(request))


def _counted_passages(request: HttpRequest) -> dict[str, int]:
    """Return the same: a count that is kept while citations are only added, and what was cited since."""
    just: dict[str, int] | None = None

    def count() -> tuple[int, dict[str, int]]:
        nonlocal just
        just, newest = _passages().counts_with(Subquery(Citation.objects.order_by("-pk").values("pk")[:1]))
        return newest or 0, just

    newest, counts = kept(request, "passage-counts", WORDS, count)
    if just is not None:
        return just
    before = relied_on(citations=Citation.objects.filter(pk__lte=newest))
    since = Passage.objects.filter(~before, pk__in=Citation.objects.filter(pk__gt=newest).values("passage"))
    return dict(Counter(counts) + Counter(since.counts_by_state()))


def _choices(request: HttpRequest) -> dict[str, list[tuple[str, str]]]:
    return kept(request, "choices", ["pledges_theme", "pledges_body", "pledges_review"], names)


def _counts(tally: Tally) -> dict[str, Any]:
    counts = status_counts(tally)
    return {"status_counts": counts, "blocks": unit_bar(counts), "tally": tally}


def _wants_fragment(request: HttpRequest) -> bool:
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request


def _vary(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


# --- Errors -------------------------------------------------------------------------------------


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, with the pledges whose address or title has the words of the one that was asked for."""
    words = [word for word in request.path.strip("/").split("/")[-1].lower().split("-") if len(word) > 3][:6]
    condition = Q()
    for word in words:
        condition |= Q(slug__icontains=word)
    try:
        near = list(Pledge.objects.filter(condition).only("slug", "title")[:5]) if words else []
    except (DatabaseError, ValueError):
        near = []
    return render(request, "404.html", {"near": near}, status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself is malformed."""
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not for this person."""
    return render(request, "403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, with a page that asks nothing of the database."""
    return render(request, "500.html", {"no_database": True}, status=500)
