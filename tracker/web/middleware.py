"""What a reader sees when the database cannot be reached."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tracker.core.database_wait import is_outage

logger = logging.getLogger(__name__)


class UnavailableMiddleware:
    """Answer 503 with a page that needs no database, where a view met a database that is not there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("tracker.no_database"):  # known already: nobody waits for it again
            return _unavailable(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a lost, locked, full or missing database into 503; leave every other error alone."""
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        logger.error("The database did not answer: %s", exception)
        request.META["tracker.outage"] = is_outage(exception)
        return _unavailable(request)


def _unavailable(request: HttpRequest) -> HttpResponse:
    response = render(request, "503.html", {"no_database": True}, status=503)
    response["Retry-After"] = "30"
    response["Cache-Control"] = "no-store"
    return response
