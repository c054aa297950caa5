"""Pages about the site itself."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracker.pledges.choices import STATUS_ORDER, Basis, PledgeKind, Schedule, Status, SubjectName
from tracker.pledges.facts.positions import facts_entry
from tracker.pledges.visibility import visible_wanted_sources
from tracker.public.pages.passage_counts import passage_counts
from tracker.public.pages.reviews import entry_of_review
from tracker.web.as_of import read_as_of
from tracker.web.fragment_cache import PASSAGE_TABLES, CachedFragment, whole_page
from tracker.web.page_review import digest_of_review, page_review
from tracker.web.templatetags.fragment_tags import render_page


@require_safe
def methodology(request: HttpRequest) -> HttpResponse:
    """How pledges are chosen, statuses decided and passages checked."""
    counts = passage_counts(request)
    page = CachedFragment(
        request,
        [*PASSAGE_TABLES, "sources_wantedsource"],
        "methodology",
        sorted(counts.items()),
        digest_of_review(page_review(request)),
        build_context=partial(_definitions_context, counts),
    )
    return render_page(
        request, "public/methodology.html", {"page": page, "whole_page": whole_page(request, page.prefix)}
    )


def _definitions_context(counts: dict[str, int]) -> dict[str, Any]:
    return {
        "statuses": [*reversed(STATUS_ORDER), *(status for status in Status if not status.is_on_ladder)],
        "bases": list(Basis),
        "schedules": list(Schedule),
        "kinds": list(PledgeKind),
        "quiet_after": settings.QUIET_AFTER_DAYS,
        "passage_counts": counts,
        "wanted": visible_wanted_sources().annotate(facts_entry=facts_entry(SubjectName.WANTED_SOURCE)),
    }


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this site is, what it is not, and where help is."""
    review = page_review(request)
    entry = entry_of_review(review, read_as_of(request)) if review else None
    return render(request, "public/about.html", {"entry": entry})


@require_safe
def how_to_search(request: HttpRequest) -> HttpResponse:
    """What may be typed into the search box, with examples."""
    return render(request, "public/how_to_search.html", {"statuses": list(Status)})
