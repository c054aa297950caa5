"""Feeds and the calendar of deadlines, with the filters of the page."""

import datetime as dt

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from tracker.core.keyset import Key, in_chunks
from tracker.opendata.feeds import ListFeed
from tracker.opendata.http import open_data
from tracker.opendata.icalendar_feed import deadlines, with_deadlines
from tracker.opendata.views.downloads import InvalidQueryError, pledge_filter
from tracker.pledges.models import Pledge
from tracker.pledges.visibility import visible_reviews
from tracker.web.as_of import AsOf
from tracker.web.rate_limiting import rate_limited

_list_feed = ListFeed()


@open_data
@require_safe
def list_feed(request: HttpRequest) -> HttpResponseBase:
    """What happened about the pledges that filters leave."""
    try:
        return _list_feed(request)
    except InvalidQueryError as error:
        return _refused(error)


@open_data
@require_safe
@rate_limited("download", plain=True)
def calendar(request: HttpRequest) -> HttpResponseBase:
    """The deadlines of the pledges that filters leave."""
    try:
        filterset = pledge_filter(request, AsOf.now())
    except InvalidQueryError as error:
        return _refused(error)
    return _calendar(request, filterset.qs)


@open_data
@require_safe
@rate_limited("download", plain=True)
def review_calendar(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The deadlines of the pledges of a review."""
    mine = Pledge.objects.filter(review=get_object_or_404(visible_reviews(), slug=slug))
    return _calendar(request, mine.with_record())


def _calendar(request: HttpRequest, pledges: QuerySet[Pledge]) -> HttpResponseBase:
    response = StreamingHttpResponse(
        deadlines(
            in_chunks(
                with_deadlines(pledges), [Key("event_on", holds=dt.date, nullable=True), Key("slug", holds=str)]
            ),
            absolute=request.build_absolute_uri,
        ),
        content_type="text/calendar; charset=utf-8",
    )
    response["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return response


def _refused(error: InvalidQueryError) -> HttpResponse:
    return HttpResponse(f"{error}\n", status=400, content_type="text/plain; charset=utf-8")
