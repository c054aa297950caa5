"""What every page needs to know of the site: read from settings, never from the database."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from tracker.web.fragment_cache import CachedFragment


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name, the way out of it, where help is, and of which site a page is written as a file.

    Also the parts that all pages share: ``frame``, by the name of the view, and ``record_head``, by the record.
    """
    frozen = request.META.get("tracker.frozen", False)
    match = request.resolver_match
    return {
        "frame": CachedFragment(request, (), match.view_name if match else ""),
        "record_head": CachedFragment(request, ["pledges_statusupdate"], timezone.localdate()),
        "frozen": settings.SITE_URL if frozen else "",
        "written_on": timezone.localdate() if frozen else None,
        "site_name": settings.SITE_NAME,
        "site_notice": settings.SITE_NOTICE,
        "leave_url": settings.LEAVE_URL,
        "helplines": settings.HELPLINES,
    }
