"""The pages of reviews: all of them, a review's front page, and what is its own."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracker.core.appearance.colours import DARK, LIGHT, TINT, Look, mix
from tracker.pledges.models import Review
from tracker.public.pages.pledge_lists import ReviewPage
from tracker.public.pages.reviews import entry_of_review, review_summaries
from tracker.public.views.charts import draw_pictures
from tracker.public.views.lists import render_list
from tracker.public.views.record import list_changes
from tracker.web.as_of import AsOf, mark_past_day, read_as_of
from tracker.web.fragment_cache import ALL_TABLES, CachedFragment
from tracker.web.page_review import in_review
from tracker.web.rate_limiting import rate_limited


@require_safe
@rate_limited("search", when=lambda request: bool(request.GET.get("happened_by")))
def reviews(request: HttpRequest) -> HttpResponse:
    """Every review that is followed here."""
    return list_reviews(request)


def list_reviews(request: HttpRequest) -> HttpResponse:
    """Return the page of reviews, for its own address and for the first page of several reviews."""
    when = read_as_of(request)
    page = CachedFragment(
        request, ALL_TABLES, "reviews", when.today, when.suffix, build_context=partial(_reviews_context, when)
    )
    return mark_past_day(request, render(request, "public/reviews.html", {"page": page, "as_of": when}), when)


def _reviews_context(when: AsOf) -> dict[str, Any]:
    return {"reviews": review_summaries(when), "today": when.today}


@require_safe
@rate_limited("search", when=lambda request: bool(request.GET.get("q") or request.GET.get("happened_by")))
@in_review
def show_review(request: HttpRequest, review: Review) -> HttpResponse:
    """The front page of a review: its answer, its counts, its pledges with their filters."""
    return render_list(ReviewPage(request, read_as_of(request), review), "public/dashboard.html")


@require_safe
@in_review
def about(request: HttpRequest, review: Review) -> HttpResponse:
    """What the pages of a review are, what is decided otherwise for it, and where help is."""
    when = read_as_of(request)
    context = {"as_of": when, "entry": entry_of_review(review, when)}
    return mark_past_day(request, render(request, "public/about.html", context), when)


@require_safe
@rate_limited("search", when=lambda request: bool(request.GET))
@in_review
def pictures(request: HttpRequest, review: Review) -> HttpResponse:
    """The charts of one review’s pledges."""
    return draw_pictures(request, review)


@require_safe
@rate_limited("search", when=lambda request: bool({"since", "kind", "happened_by"} & set(request.GET)))
@in_review
def changes(request: HttpRequest, review: Review, month: str = "") -> HttpResponse:
    """Every entry about the pledges of a review, newest first."""
    return list_changes(request, month=month, review=review)


@require_safe
@in_review
def style(request: HttpRequest, review: Review, version: str) -> HttpResponse:
    """The accent colour of a review as a style sheet: in light, in dark and on paper."""
    if not review.accent:
        raise Http404
    light, dark = _colours(review.accent, LIGHT), _colours(review.dark_accent, DARK)
    sheet = f":root{{{light}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"
    return _kept_for_good(HttpResponse(sheet, content_type="text/css; charset=utf-8"), review, version)


@require_safe
@in_review
def logo(request: HttpRequest, review: Review, version: str) -> HttpResponse:
    """The logo of a review: an SVG of which nothing runs or loads (core/appearance/svg.py)."""
    if not review.logo:
        raise Http404
    return _kept_for_good(HttpResponse(review.logo, content_type="image/svg+xml"), review, version)


def _colours(accent: str, look: Look) -> str:
    hover, tint = mix(accent, look.toward, 0.25), mix(look.grounds[0], accent, TINT)
    return f"--brand:{accent};--brand-hover:{hover};--brand-tint:{tint};--link:{accent}"


def _kept_for_good(response: HttpResponse, review: Review, version: str) -> HttpResponse:
    # The address changes with what it leads to; an old address gives what is now, and is asked for again.
    if version == review.look_version:
        response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
