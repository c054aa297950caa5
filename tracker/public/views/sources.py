"""The pages of sources, and of the passages that are not checked yet."""

from collections import defaultdict
from functools import partial
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracker.pledges.choices import SubjectName
from tracker.pledges.facts.positions import facts_entry
from tracker.pledges.models import Citation, Pledge
from tracker.pledges.visibility import (
    source_cache_version,
    visible_passages,
    visible_sources,
    visible_sources_with_counts,
)
from tracker.public.pages.paginators import BidirectionalPaginator
from tracker.public.pages.passage_counts import passage_counts
from tracker.sources.choices import CheckState
from tracker.text.excerpts import excerpt
from tracker.web import fragment_cache
from tracker.web.fragment_cache import CATALOGUE_TABLES, CachedFragment, whole_page
from tracker.web.page_review import copied_review
from tracker.web.templatetags.fragment_tags import render_page


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Every source, with how many passages of it are used and how far they are checked."""
    number, counts = request.GET.get("page"), passage_counts(request)
    # Citations only add to the passages that are cited: as many are the same ones.
    page = CachedFragment(
        request,
        [*CATALOGUE_TABLES, "pledges_question"],
        "sources",
        number,
        sorted(counts.items()),
        build_context=partial(_sources_context, number, counts),
    )
    return render_page(request, "public/sources.html", {"page": page, "whole_page": whole_page(request, page.prefix)})


def _sources_context(number: str | None, counts: dict[str, int]) -> dict[str, Any]:
    page = Paginator(visible_sources().values_list("pk", flat=True), settings.SOURCES_PER_PAGE).get_page(number)
    rows = visible_sources_with_counts().filter(pk__in=list(page.object_list))
    return {"page_of": page, "sources": rows, "passage_counts": counts}


@require_safe
def show_source(request: HttpRequest, slug: str) -> HttpResponse:
    """One source: its passages marked in the text, each with the claims that are based on it."""
    version = source_cache_version(slug)
    if version is None:
        raise Http404
    may_read = request.user.has_perm("sources.view_source")
    page = CachedFragment(
        request,
        CATALOGUE_TABLES,
        "source",
        slug,
        version,
        may_read,
        build_context=partial(_source_context, request, slug, whole_for_reader=may_read),
    )
    return render(request, "public/source.html", {"page": page})


def _source_context(request: HttpRequest, slug: str, *, whole_for_reader: bool) -> dict[str, Any]:
    """All that the page of a source shows. It follows from the source's version and the catalogue."""
    review = copied_review(request)  # the copy of one review has nothing of another
    known = visible_sources_with_counts(review=review)
    rows = known.annotate(facts_entry=facts_entry(SubjectName.SOURCE))
    source = rows.defer(None).select_related("link", "withdrawal").get(slug=slug)
    shown_whole = source.has_text and (source.is_open or whole_for_reader)
    mine = visible_passages(review=review).filter(source=source)
    citations = Citation.objects.of_review(review) if review else Citation.objects.all()
    passages = list(mine.annotate(facts_entry=facts_entry(SubjectName.PASSAGE)))
    for passage in passages:
        passage.source = source
    claims = defaultdict(list)
    for citation in citations.claims_on(source):
        claims[citation.passage_id].append(citation)
    about = {citation.about.pk for passage in claims.values() for citation in passage}
    statuses = Pledge.objects.filter(pk__in=about).with_record().values_list("pk", "status")  # type: ignore[misc]
    context = {
        "source": source,
        "later": known.filter(supersedes=source).first(),
        "earlier": known.filter(superseded_by=source).first(),
        "passages": passages,
        "numbers": {passage.pk: number for number, passage in enumerate(passages, start=1)},
        "claims": dict(claims),
        "excerpt": excerpt(
            [passage for passage in passages if passage.start is not None],
            text=source.text if shown_whole else "",
            length=source.characters,
        ),
        "unplaced": [passage for passage in passages if passage.start is None],
        "confirmed_count": sum(passage.check_state != CheckState.UNCHECKED for passage in passages),
        "statuses": dict(statuses),
        "shown_whole": shown_whole,
    }
    return context | {"notes": fragment_cache.citation_fragments(request, context)}


@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """The passages not yet checked against a held text, the most cited first."""
    rows = (
        visible_passages()
        .to_check()
        .annotate(claim_count=Citation.objects.claims().count_by_passage())
        .order_by("-claim_count", "source__slug", "id")
        .prefetch_related(Prefetch("citations", queryset=Citation.objects.claims().order_by("id")))
    )
    counts = passage_counts(request)
    pages = BidirectionalPaginator(rows, settings.PASSAGES_PER_PAGE, count=counts.get(CheckState.UNCHECKED, 0))
    page = pages.get_page(request.GET.get("page"))
    context = {"page": page, "passages": page.object_list, "passage_counts": counts}
    return render(request, "public/checks.html", context)
