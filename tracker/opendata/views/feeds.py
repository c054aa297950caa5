"""Feeds and the calendar of deadlines, with the filters of the page."""

import datetime as dt

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from tracker.core.keyset import Key, in_chunks
from tracker.opendata.feeds import ListFeed
from tracker.opendata.http import open_data
from tracker.opendata.icalendar_feed import deadlines
from tracker.opendata.views.downloads import InvalidQueryError, pledge_filter
from tracker.pledges.choices import EntryKind
from tracker.pledges.models import RecordEntry
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
    """The first stated deadlines of the pledges that filters leave."""
    try:
        filterset = pledge_filter(request, AsOf.now())
    except InvalidQueryError as error:
        return _refused(error)
    stated = RecordEntry.objects.filter(pledge=OuterRef("pk"), kind=EntryKind.PLEDGE).order_by("-position")
    pledges = (
        filterset.qs.filter(deadline_on__isnull=False)
        .select_related(None)
        .prefetch_related(None)
        .annotate(stated_at=Subquery(stated.values("published_at")[:1]))
    )
    response = StreamingHttpResponse(
        deadlines(
            in_chunks(pledges, [Key("deadline_on", holds=dt.date), Key("slug", holds=str)]),
            absolute=request.build_absolute_uri,
        ),
        content_type="text/calendar; charset=utf-8",
    )
    response["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return response


def _refused(error: InvalidQueryError) -> HttpResponse:
    return HttpResponse(f"{error}\n", status=400, content_type="text/plain; charset=utf-8")
