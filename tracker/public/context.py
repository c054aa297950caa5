"""What every page needs to know of the site: read from settings, never from the database."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name, the way out of it, and where help is."""
    return {
        "site_name": settings.SITE_NAME,
        "leave_url": settings.LEAVE_URL,
        "helplines": settings.HELPLINES,
    }
