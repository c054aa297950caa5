"""The pages of recommendations: of one review, one of them, the report to print, and what was recommended before."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracker.pledges.models import Review
from tracker.pledges.read.recommendations import followed_recommendations, recommended_again
from tracker.public.pages.recommendations import list_context, report_context
from tracker.web.as_of import mark_past_day, read_as_of
from tracker.web.page_review import in_review, review_as_of
from tracker.web.rate_limiting import rate_limited

MAX_NUMBER = 32767
"""The largest number that the database takes for a recommendation."""


@require_safe
@rate_limited("search", when=lambda request: bool(request.GET))
@in_review
def recommendations(request: HttpRequest, review: Review) -> HttpResponse:
    """Every recommendation of a review, with the answer to each and what followed."""
    when = read_as_of(request)
    context = list_context(request, when, review_as_of(request, review))
    return mark_past_day(request, render(request, "public/recommendations/list.html", context), when)


@require_safe
@in_review
def recommendation(request: HttpRequest, review: Review, number: int) -> HttpResponse:
    """One recommendation: the words of each stage side by side, what followed, and whether it was made before."""
    when = read_as_of(request)
    rows = []
    if number <= MAX_NUMBER:
        rows = followed_recommendations(review, today=when.today, number=number, **when.clock)
    if not rows:
        raise Http404("There is no such recommendation.")
    context = {
        "row": rows[0],
        "recommendation": rows[0].recommendation,
        "review": review_as_of(request, review),
        "marks": request.GET.get("marks") != "off",
        "permalink": request.build_absolute_uri(rows[0].recommendation.get_absolute_url()),
        "today": when.today,
        "as_of": when,
    }
    return mark_past_day(request, render(request, "public/recommendations/recommendation.html", context), when)


@require_safe
@rate_limited("search")
@in_review
def report(request: HttpRequest, review: Review) -> HttpResponse:
    """All recommendations as a report to print, with what moved since a day."""
    when = read_as_of(request)
    context = report_context(request, when, review_as_of(request, review))
    context["site_root"] = request.build_absolute_uri("/").rstrip("/")
    return mark_past_day(request, render(request, "public/recommendations/report.html", context), when)


@require_safe
def recommended_before(request: HttpRequest) -> HttpResponse:
    """Recommendations that were made again, across reviews: by whom, when, and what was answered each time."""
    when = read_as_of(request)
    rows = recommended_again(today=when.today, **when.clock)
    return mark_past_day(
        request, render(request, "public/recommendations/before.html", {"rows": rows, "as_of": when}), when
    )
