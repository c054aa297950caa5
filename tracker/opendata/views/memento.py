"""Other days of a page, for programs (Memento, RFC 7089): the TimeGate leads to one, the TimeMap lists them all.

A page as of a day (``?as_of=``) is a memento of the state at the end of that day. Listed are the days on which
something about the page was published and which are over.
"""

import datetime as dt
import re

from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_http_date
from django.views.decorators.http import require_safe

from tracker.opendata.http import open_data
from tracker.pledges.models import Pledge, RecordEntry
from tracker.pledges.read.status_history import periods_of
from tracker.pledges.visibility import visible_bodies, visible_themes
from tracker.web.as_of import MEMENTO_PAGES, memento_datetime, memento_links

LINK_FORMAT = "application/link-format"


@open_data
@require_safe
def timegate(request: HttpRequest, page: str) -> HttpResponseBase:
    """Lead to the page as of the last day that was over by Accept-Datetime; to the first where that is earlier."""
    path = _path_of(request, page)
    days = _days(path)
    header = request.headers.get("Accept-Datetime")
    try:
        until = parse_http_date(header) if header else None
    except ValueError:
        return _plain("Accept-Datetime is not written as in Fri, 31 Jul 2026 22:59:59 GMT.\n", status=400)
    if not days:
        raise Http404
    over = [day for day in days if until is None or parse_http_date(memento_datetime(day)) <= until]
    response = HttpResponseRedirect(f"{path}?as_of={over[-1] if over else days[0]}")
    response["Link"] = _links(request, path, with_days=False)
    patch_vary_headers(response, ["Accept-Datetime"])
    return response


@open_data
@require_safe
def timemap(request: HttpRequest, page: str) -> HttpResponseBase:
    """Every day on which something about the page was published, as links."""
    return HttpResponse(_links(request, _path_of(request, page), with_days=True), content_type=LINK_FORMAT)


def _path_of(request: HttpRequest, page: str) -> str:
    """Return the path of a page that is named by its path, or by its whole address as clients of other TimeGates do.

    Raises Http404 for a page of another site. A proxy may have made one stroke of the two.
    """
    match = re.fullmatch(r"https?:/{1,2}([^/?#]+)(/.*)?", page, re.IGNORECASE)
    if match is None:
        return f"/{page}"
    if match[1].lower() != request.get_host().lower():
        raise Http404
    return match[2] or "/"


def _links(request: HttpRequest, path: str, *, with_days: bool) -> str:
    days = _days(path) if with_days else []  # 404 where there is no such page: its links would be kept
    links = [(request.build_absolute_uri(address), f'rel="{rel}"') for rel, address in memento_links(path)]
    links[-1] = (links[-1][0], f'rel="{"self" if with_days else "timemap"}"; type="{LINK_FORMAT}"')
    for place, day in enumerate(days):
        ends = [word for word, here in (("first", 0), ("last", len(days) - 1)) if place == here]
        rel = " ".join([*ends, "memento"])
        address = request.build_absolute_uri(f"{path}?as_of={day}")
        links.append((address, f'rel="{rel}"; datetime="{memento_datetime(day)}"'))
    return (",\n" if with_days else ", ").join(f"<{address}>; {more}" for address, more in links)


def _days(path: str) -> list[dt.date]:
    """Return the days that are over on which something about a page was published, in order. Raises Http404."""
    try:
        match = resolve(path)
    except Resolver404 as error:
        raise Http404 from error
    if match.view_name not in MEMENTO_PAGES:
        raise Http404
    on = TruncDate("published_at", tzinfo=timezone.get_default_timezone())
    days = _entries(match).order_by().annotate(day=on).values_list("day", flat=True).distinct()
    return sorted(day for day in days if day < timezone.localdate())


def _entries(match: ResolverMatch) -> QuerySet[RecordEntry]:
    """Return the entries that a page shows, also those about pledges that belonged to it once."""
    slug = match.kwargs.get("slug", "")
    if match.view_name == "public:pledge":
        return RecordEntry.objects.filter(pledge=get_object_or_404(Pledge.objects.with_record(), slug=slug))
    if match.view_name == "public:dashboard":
        return RecordEntry.objects.all()
    if match.view_name == "public:body":
        periods = periods_of(get_object_or_404(visible_bodies(), slug=slug))
    else:
        periods = periods_of(get_object_or_404(visible_themes(), slug=slug))
    return RecordEntry.objects.filter(pledge__in=periods.order_by().values("pledge"))


def _plain(words: str, *, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
