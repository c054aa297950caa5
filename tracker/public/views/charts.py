"""The page of charts."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracker.pledges.models import Pledge
from tracker.pledges.read.filters import PledgeFilter
from tracker.public.charts import timelines
from tracker.public.pages.listing import Listing
from tracker.web.as_of import mark_past_day, read_as_of
from tracker.web.rate_limiting import rate_limited


@require_safe
@rate_limited("search", when=lambda request: bool(request.GET))
def pictures(request: HttpRequest) -> HttpResponse:
    """The record in pictures, for the pledges that the filters leave."""
    when = read_as_of(request)
    pledges = Pledge.objects.for_list(today=when.today, until=when.until)
    filterset = PledgeFilter(request.GET, queryset=pledges, until=when.until)
    drawn = timelines.draw_timelines(
        filterset.qs, today=when.today, until=when.until, quiet_after=settings.QUIET_AFTER_DAYS
    )
    context = {
        "listing": Listing.of(filterset),
        "pictures": drawn,
        "quiet_after": settings.QUIET_AFTER_DAYS,
        "today": when.today,
        "as_of": when,
    }
    return mark_past_day(render(request, "public/pictures.html", context), when)
