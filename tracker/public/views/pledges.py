"""The dashboard and the page of a pledge."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tracker.pledges.models import Pledge, Review
from tracker.pledges.read.filters import PledgeFilter
from tracker.pledges.read.pledge_detail import pledge_cache_version
from tracker.public.pages.pledge import pledge_context, record_context
from tracker.public.pages.pledge_lists import Dashboard, ReviewPage
from tracker.public.views.lists import render_list
from tracker.public.views.reviews import list_reviews
from tracker.web.as_of import mark_past_day, read_as_of
from tracker.web.fragment_cache import CATALOGUE_TABLES, CachedFragment, whole_page
from tracker.web.page_review import known_reviews, speaking_for
from tracker.web.rate_limiting import rate_limited
from tracker.web.templatetags.fragment_tags import render_page


@require_safe
@rate_limited("search", when=lambda request: bool(request.GET.get("q") or request.GET.get("happened_by")))
def dashboard(request: HttpRequest) -> HttpResponse:
    """The front page of the one review; of several the page of reviews, or what filters leave of all pledges."""
    known = known_reviews(request)
    if len(known) == 1:
        with speaking_for(request, known[0]):
            return render_list(ReviewPage(request, read_as_of(request), known[0]), "public/dashboard.html")
    if len(known) > 1 and request.GET.get("review") in {review.slug for review in known}:
        return _to_review(request)
    if known and not any(request.GET.get(name) for name in (*PledgeFilter.base_filters, "page")):
        return list_reviews(request)
    return render_list(Dashboard(request, read_as_of(request)), "public/dashboard.html")


def _to_review(request: HttpRequest) -> HttpResponse:
    """Lead from the list of all pledges, filtered by a review, to the page of that review with the other filters."""
    query = request.GET.copy()
    page = reverse("public:review", args=[query.pop("review")[-1]])
    return redirect(f"{page}?{query.urlencode()}" if query else page)


@require_safe
def show_pledge(request: HttpRequest, slug: str) -> HttpResponse:
    """One pledge: what was promised, its status, and how we know."""
    with speaking_for(request, _review_of(request, slug)):
        return _page_of(request, slug, "public/pledge.html", pledge_context)


def _review_of(request: HttpRequest, slug: str) -> Review | None:
    """Return the review of a pledge: the only one, or the one that prompted it."""
    known = known_reviews(request)
    if len(known) > 1:
        key = Pledge.objects.filter(slug=slug).values_list("review", flat=True).first()
        known = [review for review in known if review.pk == key]
    return known[0] if known else None


@require_safe
def pledge_record(request: HttpRequest, slug: str) -> HttpResponse:
    """Every entry about one pledge, the newest first, in pages: its own page has the latest of a long record."""
    with speaking_for(request, _review_of(request, slug)):
        return _page_of(request, slug, "public/pledge_record.html", record_context, request.GET.get("page", ""))


def _page_of(
    request: HttpRequest, slug: str, template: str, build_context: Callable[..., dict[str, Any]], *by: str
) -> HttpResponse:
    """Answer with a page about a pledge, put together of kept parts."""
    when = read_as_of(request).about(lambda: Pledge.objects.filter(slug=slug))
    version = pledge_cache_version(slug, **when.clock)
    if version is None:
        later = get_object_or_404(Pledge.objects.with_record(), slug=slug)  # readers know only what is on the record
        not_yet = render(request, "public/not_yet.html", {"pledge": later, "as_of": when}, status=404)
        return mark_past_day(request, not_yet, when)
    page = CachedFragment(
        request,
        [*CATALOGUE_TABLES, "pledges_question"],
        *(template, version, when.today, when.suffix, request.build_absolute_uri("/"), request.user.is_authenticated),
        *by,
        build_context=partial(build_context, request, slug, when),
    )
    kept = None if when.day else whole_page(request, page.prefix)
    context = {"page": page, "whole_page": kept, "today": when.today, "as_of": when}
    return mark_past_day(request, render_page(request, template, context), when)
