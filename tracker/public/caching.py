"""Whole pages, kept for readers who are not signed in and answered before anything else runs; never stale.

A page is kept under the edition of the data (pledges/editions.py), today's date and its address, so nothing has ever
to be thrown away: after a change, in this worker or any other, nobody asks for the old page again. Signed-in editors
are neither served from here nor stored. CACHE_URL shares the pages between workers; without it each keeps its own.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache, caches
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response

from tracker.pledges.editions import seen_by, tag

KEPT = 3600
"""Seconds for which a page is kept at most; it is asked for as long as nothing changes."""

FOR_PROXIES = "public, max-age=0, s-maxage=5, stale-while-revalidate=30"
"""A browser asks again each time (and is told 304); a CDN may hold a page for five seconds, and for half a minute
while it asks. docs/deployment.md says what that means for words that have to go."""

PATIENCE = 5
"""Seconds for which a reader waits for another who asked first for the page: it is made once."""

_LOOK_AGAIN = 0.003
"""Seconds until a process looks again whether another has made the page."""

_HEADERS = ("HX-Request", "HX-History-Restore-Request")
_LARGEST = 1 << 20


class PageCacheMiddleware:
    """The first middleware: what it keeps is an answer as it left, with every header of the others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._making: dict[str, threading.Event] = {}
        self._guard = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer from what is kept, or ask and keep."""
        if request.path.startswith("/health/"):  # asked just when the database may not answer
            return self.get_response(request)
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        if request.method not in ("GET", "HEAD") or signed_in or settings.DEBUG or request.META.get("tracker.frozen"):
            response = self.get_response(request)
            if signed_in and not response.has_header("Cache-Control"):
                response["Cache-Control"] = "private, no-cache"
            return response
        try:
            etag = self._tag(request)
        except DatabaseError:
            return self.get_response(request)
        if request.headers.get("If-None-Match") == etag:
            return _not_modified(etag)
        if request.method == "HEAD":
            return self._marked(self.get_response(request), etag)
        kept = caches["pages"].get(etag)
        first = kept is None and self._is_first(etag)
        if kept is None and not first:
            kept = caches["pages"].get(etag)
        try:
            if first:
                kept = self._of_another(etag)
            if kept is not None:
                return self._again(request, kept)
            response = self._marked(self.get_response(request), etag)
            if self._may_be_kept(response):
                caches["pages"].set(etag, (response.content, list(response.items())), KEPT)  # type: ignore[attr-defined]
            return response
        finally:
            if first:
                self._is_there(etag)

    def _is_first(self, etag: str) -> bool:
        """Whether nobody in this process makes the page already; else wait until it is there, or for long enough.

        When something was published everybody asks for new pages: made once each, they are there sooner for all.
        """
        with self._guard:
            made = self._making.get(etag)
            if made is None:
                self._making[etag] = threading.Event()
                return True
        made.wait(PATIENCE)
        return False

    @staticmethod
    def _of_another(etag: str) -> Any:
        """Return the page that another process makes, once it is there; None where none does, or for too long.

        Where processes share no cache there is never another.
        """
        until = time.monotonic() + PATIENCE
        while not caches["pages"].add(f"making-{etag}", True, PATIENCE):
            time.sleep(_LOOK_AGAIN)
            kept = caches["pages"].get(etag)
            if kept is not None or time.monotonic() > until:
                return kept
        return None

    def _is_there(self, etag: str) -> None:
        caches["pages"].delete(f"making-{etag}")
        with self._guard:
            self._making.pop(etag).set()

    @staticmethod
    def _tag(request: HttpRequest) -> str:
        """Return the weak entity tag of a page: a proxy may compress it."""
        made_of = [
            request.scheme or "",
            request.get_host(),
            request.get_full_path(),
            str(bool(cache.get("guards-missing"))),
        ]
        made_of += [request.headers.get(name, "") for name in _HEADERS]
        return "W/" + tag(*made_of, number=sum(seen_by(request).values()))

    @staticmethod
    def _may_be_kept(response: HttpResponseBase) -> bool:
        control = response.get("Cache-Control", "")
        return (
            response.status_code == 200
            and not response.streaming
            and not response.cookies
            and "no-store" not in control
            and "private" not in control
            and len(response.content) <= _LARGEST  # type: ignore[attr-defined]
        )

    def _marked(self, response: HttpResponseBase, etag: str) -> HttpResponseBase:
        if self._may_be_kept(response):
            response.headers.setdefault("ETag", etag)
            response.headers.setdefault("Cache-Control", FOR_PROXIES)
        return response

    @staticmethod
    def _again(request: HttpRequest, kept: Any) -> HttpResponseBase:
        content, headers = kept
        response = HttpResponse(content)
        for name, value in headers:
            response[name] = value
        answer = get_conditional_response(request, etag=response["ETag"], response=response)
        return answer or response


def _not_modified(etag: str) -> HttpResponse:
    response = HttpResponse(status=304, headers={"ETag": etag, "Cache-Control": FOR_PROXIES, "Vary": "Cookie"})
    del response["Content-Type"]
    return response
