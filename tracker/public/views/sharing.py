"""What other sites and programs ask for: the card of a pledge, robots.txt."""

import datetime as dt

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import etag, require_safe

from tracker.pledges.models import Pledge, RecordEntry
from tracker.pledges.read.filters import PledgeFilter
from tracker.public import share_images


def _last_digest(request: HttpRequest, slug: str) -> str | None:
    entries = RecordEntry.objects.filter(pledge__slug=slug).order_by("-position")
    digest = entries.values_list("digest", flat=True).first()
    return f'"{digest[:32]}"' if digest else None


@require_safe
@etag(_last_digest)
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture that a link to a pledge shows elsewhere; the same until an entry about it is published."""
    pledge = get_object_or_404(Pledge.objects.with_record().select_related("theme"), slug=slug)
    response = HttpResponse(share_images.draw_share_image(pledge), content_type="image/png")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Where faults in security are to be told (RFC 9116); nothing where SECURITY_CONTACT is empty."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = (timezone.now() + dt.timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {settings.SITE_URL}{reverse('public:security')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


_NOT_FOR_ROBOTS = (
    *("/desk/", "/admin/", "/accounts/", "/report/", "/follow/", "/compare/", "/timegate/", "/timemap/"),
    *(
        "/api/v1/pledges",
        "/api/v1/updates",
        "/oembed",
        "/data/updates.csv?",
        "/data/updates.json?",
        "/data/pledges.csv?",
    ),
    *("/data/pledges.json?", "/feed.atom?", "/deadlines.ics?", "/changes/feed.atom?", "/*as_of=", "/*happened_by="),
    *(f"/*{mark}{name}=" for name in PledgeFilter.base_filters for mark in "?&"),
)
"""Forms, what programs ask for, and the variants of a page, of which there is no end. The first are the beginnings of
addresses, which every crawler knows; those with an asterisk not all of them do."""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What is not for search engines, and where the sitemap is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS),
        f"Sitemap: {request.build_absolute_uri(reverse('public:sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
