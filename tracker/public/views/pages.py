"""Pages about the site itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracker.pledges.choices import STATUS_ORDER, Basis, Kind, Schedule, Status
from tracker.public.passage_counts import _passage_counts
from tracker.web.fragment_cache import WORDS, Part


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
