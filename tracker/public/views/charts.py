"""The page of charts."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracker.pledges.derived.current_periods import CurrentPeriods, current_periods
from tracker.pledges.models import Pledge, Review
from tracker.pledges.read.as_stated import filter_by_review, statements_changed_since
from tracker.pledges.read.filters import PledgeFilter
from tracker.public.charts import timelines
from tracker.public.pages.listing import Listing
from tracker.web.as_of import mark_past_day, read_as_of
from tracker.web.fragment_cache import latest
from tracker.web.page_review import known_reviews, reviews_as_of
from tracker.web.rate_limiting import rate_limited


@require_safe
@rate_limited("search", when=lambda request: bool(request.GET))
def pictures(request: HttpRequest) -> HttpResponse:
    """The record in pictures, for the pledges that the filters leave."""
    return draw_pictures(request)


def draw_pictures(request: HttpRequest, review: Review | None = None) -> HttpResponse:
    """Return the page of charts, of all pledges or of those of one review."""
    when = read_as_of(request)
    pledges = Pledge.objects.with_schedule(today=when.today, **when.clock)
    if review is not None:
        pledges = filter_by_review(pledges, review.slug, then=statements_changed_since(until=when.until))
    has_all_pledges = review is None and when.day is None

    def periods() -> CurrentPeriods | None:
        return current_periods(when.today, wait=bool(request.GET), last=latest(request).period)

    filterset = PledgeFilter(
        request.GET, queryset=pledges, review=review, periods=periods if has_all_pledges else None, **when.clock
    )
    drawn = timelines.draw_timelines(
        filterset.qs,
        today=when.today,
        quiet_after=settings.QUIET_AFTER_DAYS,
        known=filterset.known_keys(),
        **when.clock,
    )
    several = review is None and len(known_reviews(request)) > 1
    context = {
        # Pledges of several reviews are never counted together.
        "of_each": reviews_as_of(known_reviews(request), until=when.until) if several else [],
        "listing": Listing.of(filterset),
        "pictures": drawn,
        "quiet_after": settings.QUIET_AFTER_DAYS,
        "review": review,
        "today": when.today,
        "as_of": when,
    }
    return mark_past_day(request, render(request, "public/pictures.html", context), when)
