"""Whole pages, kept for readers who are not signed in and answered before anything else runs.

A page is kept under the data version (pledges/derived/data_versions.py), today's date and its address: after a change,
in this worker or any other, nobody asks for the old page again, and a worker that keeps its own lets go of it.
Signed-in editors are neither served from here nor stored. CACHE_URL shares the pages between workers.

After something was added to the record, a page that was served as the current one within PAGE_GRACE seconds is served
on while the new one is made behind it (RFC 5861, stale-while-revalidate): of many readers nobody waits. Words that
were changed or removed are gone with the next request, and what programs read is never behind.

Each page is kept as it is and, once somebody asked for it so, compressed (compression/codings.py): it is compressed
once. Nothing else is: a page that is not kept for everybody may have a secret of a person in it.

When the database does not respond in time, a page for people is shown as it was last, and says so
(docs/decisions/0015-held-database.md).
"""

import contextlib
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache, caches
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers

from tracker.core.caches.bounded_memory import BoundedLocMemCache
from tracker.core.caches.render_priority import answering, lower_priority, rendering
from tracker.core.database_wait import is_outage, set_database_wait
from tracker.core.postgresql.replicas import ask_replica
from tracker.pledges.derived import process_memory
from tracker.pledges.derived.data_versions import entity_tag, table_versions, version_ignoring_additions
from tracker.pledges.outside_copies import SHARED_CACHE_SECONDS, STALE_SECONDS
from tracker.web.compression.codings import (
    ENCODERS,
    KeptPage,
    choose_coding,
    decode_page,
    encode_page,
    is_compressible,
    weak_tag,
)
from tracker.web.outage import DatabaseGate, outdated_response
from tracker.web.page_kinds import StaticCopy, is_asked_once
from tracker.web.query_parameters import normalise_host, normalise_query

PAGE_TIMEOUT_SECONDS = 3600
"""Seconds for which a page is kept at most; it is asked for as long as nothing changes."""

FOR_PROXIES = f"public, max-age=0, s-maxage={SHARED_CACHE_SECONDS}, stale-while-revalidate={STALE_SECONDS}"
"""A browser asks again each time (and is told 304); a CDN may hold a page for five seconds, and for half a minute
while it asks. docs/deployment.md says what that means for words that have to go."""

WAIT_TIMEOUT_SECONDS = 2
"""Seconds for which a reader waits for another who asked first for the page: it is made once."""

_POLL_SECONDS = 0.003
"""Seconds until a process looks again whether another has made the page."""

_WITHOUT_DATABASE = ("/health/", f"/{settings.STATIC_URL.lstrip('/')}")
"""Paths whose answers do not depend on the record, and that are asked for just when the database does not respond."""
_MAY_HAVE_A_TIME_ZONE = ("/reviews/", "/pledges/", "/themes/")
"""Paths of pages that may belong to a review, beside the first page: its day may begin at another time."""
_DAY_MAY_BEGIN_EACH_SECONDS = 900
"""Time zones differ by quarters of an hour."""
_HEADERS = ("HX-Request", "HX-History-Restore-Request")
_WIDEST_VARY = ", ".join(("Accept-Encoding", "Cookie", *_HEADERS))
_MAX_PAGE_BYTES = 1 << 20

_MAX_BACKGROUND_RENDERS = 16
"""Pages that wait at most to be made behind their readers; of more, each is made before it is answered."""


def versions_for(request: HttpRequest) -> dict[str, int]:
    """Return what ``table_versions`` said when a request came first to ask: all parts of an answer go by the same."""
    if not hasattr(request, "table_versions"):
        request.table_versions = table_versions()  # type: ignore[attr-defined]
    numbers: dict[str, int] = request.table_versions  # type: ignore[attr-defined]
    return numbers


class PageCacheMiddleware:
    """The first middleware: what it keeps is an answer as it left, with every header of the others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = rendering()(get_response)
        self._making: dict[str, threading.Event] = {}
        self._guard = threading.Lock()
        self._recent = _RecentPages()
        self._gates: dict[str, DatabaseGate] = {}
        self._background = ThreadPoolExecutor(1, "page", initializer=lower_priority)

    @answering()
    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer from what is kept, or ask and keep."""
        if request.path.startswith(_WITHOUT_DATABASE):
            return self.get_response(request)
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        if request.method not in ("GET", "HEAD") or signed_in or settings.DEBUG or StaticCopy.of(request):
            response = self._uncached(request)
            if signed_in and not response.has_header("Cache-Control"):
                response["Cache-Control"] = "private, no-cache"
            return response
        normalise_host(request)
        normalise_query(request)
        address = _address(request)
        if not self._gate.is_open():
            return self._without_database(request, address)
        try:
            set_database_wait(settings.READER_WAIT)
            lookup = _CacheRequest.of(request, address)
        except DatabaseError as error:
            self._gate.report(answered=not is_outage(error))
            return self._without_database(request, address)
        self._gate.report(answered=True)
        self._recent.rewrites = lookup.rewrites
        return self._answer(lookup)

    @property
    def _gate(self) -> DatabaseGate:
        """Of the database that this thread asks."""
        return self._gates.setdefault(process_memory.database_name(), DatabaseGate())

    def _uncached(self, request: HttpRequest) -> HttpResponseBase:
        """Ask the site. Readers wait a short time for the database, who sends a form as long as settings say.

        Each query of a page waits: who says to be signed in has no page while it is known that none is answered.
        """
        is_reading = request.method in ("GET", "HEAD")
        if is_reading and settings.SESSION_COOKIE_NAME in request.COOKIES and not self._gate.is_open():
            request.META["tracker.no_database"] = True
            return self.get_response(request)
        with contextlib.suppress(DatabaseError):  # whatever asks it next says so
            set_database_wait(settings.READER_WAIT if is_reading else None)
        return self.get_response(request)

    def _answer(self, lookup: "_CacheRequest") -> HttpResponseBase:
        request = lookup.request
        if request.headers.get("If-None-Match") == lookup.etag:
            return _not_modified(lookup.etag, vary=self._recent.vary_of(lookup.address))
        page = _kept_page(lookup.etag, lookup.coding)
        if page is not None:
            self._note(lookup, page)
            return _response_from_cache(request, page)
        if request.method == "HEAD":
            response = _mark_response(self.get_response(request), lookup.etag)
            request.method = "HEAD"  # a view of open data answers as it does to GET
            return _coded(response, lookup, keep=False)
        before = self._recent_page(lookup)
        if before is not None and self._renders_in_background(lookup):
            return _response_from_cache(request, before)
        return self._render_once(lookup)

    def _without_database(self, request: HttpRequest, address: bytes) -> HttpResponseBase:
        """Answer without the database: with the page as it was last, marked as such, or that nothing can be shown."""
        if request.META.get("tracker.replica"):
            request.META["tracker.replica_failed"] = True  # ReplicaMiddleware asks the primary
            return HttpResponse(status=503)
        recent = self._recent.last(address)
        page = _plain_page(recent[1]) if recent else None
        if recent and page is not None and _is_for_people(page):
            return outdated_response(page, age=time.monotonic() - recent[0])
        request.META["tracker.no_database"] = True  # UnavailableMiddleware answers, with the headers of all others
        return self.get_response(request)

    def _recent_page(self, lookup: "_CacheRequest") -> Any:
        """Return the page that was the current one a moment ago, for people; None where there is none.

        Nor is it for who has another already, which may be newer: no page goes back.
        """
        etag = self._recent.within(settings.PAGE_GRACE, lookup)
        if etag is None or lookup.request.headers.get("If-None-Match", etag) != etag:
            return None
        page = _kept_page(etag, lookup.coding)
        return page if page is not None and _is_for_people(page) else None

    def _renders_in_background(self, lookup: "_CacheRequest") -> bool:
        """Have the page made in a thread of its own, if that does not yet; False where too many wait for it."""
        with self._guard:
            if lookup.etag in self._making:
                return True
            if len(self._making) >= _MAX_BACKGROUND_RENDERS:
                return False
            self._making[lookup.etag] = threading.Event()
        self._background.submit(copy_context().run, self._render_in_background, lookup)
        return True

    def _render_in_background(self, lookup: "_CacheRequest") -> None:
        close_old_connections()  # as each request begins
        try:
            with ask_replica(lookup.request.META.get("tracker.replica")):
                with contextlib.suppress(DatabaseError):
                    set_database_wait(settings.READER_WAIT)
                if _claim_render(lookup.etag):
                    self._render(lookup).close()
        finally:
            self._end(lookup.etag)

    def _begin(self, etag: str) -> threading.Event | None:
        """Return None where nobody in this process makes the page yet: who asks has to; else what says when it is.

        When something was published everybody asks for new pages: made once each, they are there sooner for all.
        """
        with self._guard:
            done = self._making.get(etag)
            if done is None:
                self._making[etag] = threading.Event()
            return done

    def _render_once(self, lookup: "_CacheRequest") -> HttpResponseBase:
        done = self._begin(lookup.etag)
        if done is not None:
            with rendering():  # who waits for the page is not to keep the one from going on who makes it
                done.wait(WAIT_TIMEOUT_SECONDS)
            page = caches["pages"].get(lookup.etag)
            if page is None and not self._gate.is_open():  # the one who tried to make it failed
                return self._without_database(lookup.request, lookup.address)
            return self._cached_or_rendered(lookup, page)
        try:
            return self._cached_or_rendered(lookup, _wait_for_other_process(lookup.etag))
        finally:
            self._end(lookup.etag)

    def _cached_or_rendered(self, lookup: "_CacheRequest", page: Any) -> HttpResponseBase:
        if page is None:
            return self._render(lookup)
        return _response_from_cache(lookup.request, _in_coding(page, lookup.etag, lookup.coding))

    def _note(self, lookup: "_CacheRequest", page: KeptPage) -> None:
        """Note that a page is there, and let go of the one before; others may need that while the database is away."""
        superseded = self._recent.note(lookup, _vary_of(page))
        if superseded and isinstance(caches["pages"], BoundedLocMemCache):
            caches["pages"].delete_many([superseded + coding for coding in ("", *ENCODERS)])

    def _end(self, etag: str) -> None:
        with self._guard:
            self._making.pop(etag).set()

    def _render(self, lookup: "_CacheRequest") -> HttpResponseBase:
        try:
            response = _mark_response(self.get_response(lookup.request), lookup.etag)
            keep = not is_asked_once(response)
            if keep and _may_be_kept(response):
                page = response.content, list(response.items())  # type: ignore[attr-defined]
                caches["pages"].set(lookup.etag, page, PAGE_TIMEOUT_SECONDS)
                self._note(lookup, page)
            elif lookup.request.META.get("tracker.outage"):  # it stopped answering in the middle
                self._gate.report(answered=False)
                return self._without_database(lookup.request, lookup.address)
            return _coded(response, lookup, keep=keep)
        finally:
            caches["pages"].delete(f"making-{lookup.etag}")


@dataclass(frozen=True)
class _CacheRequest:
    """What a reader asks for, by the version of the data that there was at that moment."""

    request: HttpRequest
    address: bytes
    """A digest of what tells the page from others: where it was asked for, and as a whole or in part."""
    etag: str
    """Of the page, a weak one: it is the same however the page is compressed, here or by a proxy."""
    version: int
    rewrites: int
    """The version but for what is only added (version_ignoring_additions)."""
    at: float
    """time.monotonic() before the version was read."""

    @classmethod
    def of(cls, request: HttpRequest, address: bytes) -> "_CacheRequest":
        """Read the version. One query. Raises DatabaseError."""
        at = time.monotonic()
        numbers = versions_for(request)
        parts = [address.hex(), str(bool(cache.get("guards-missing")))]
        if request.path == "/" or request.path.startswith(_MAY_HAVE_A_TIME_ZONE):
            parts.append(str(int(timezone.now().timestamp()) // _DAY_MAY_BEGIN_EACH_SECONDS))
        version = sum(numbers.values())
        etag = "W/" + entity_tag(*parts, number=version)
        return cls(request, address, etag, version, version_ignoring_additions(numbers), at)

    @property
    def coding(self) -> str:
        """The coding in which the reader likes the page best; "" for none, and for pictures, which have their own."""
        if self.request.path.endswith(".png"):
            return ""
        return choose_coding(self.request.META.get("HTTP_ACCEPT_ENCODING", ""))


class _RecentPages:
    """The page of each address that was there last as the current one, of the addresses that were asked for last."""

    _MAX_ADDRESSES = 1000

    def __init__(self) -> None:
        self.rewrites = 0
        """The version without additions that this process has seen last."""
        self._guard = threading.Lock()
        self._last: OrderedDict[bytes, tuple[float, str, int, str, int]] = OrderedDict()

    def note(self, lookup: _CacheRequest, vary: str) -> str | None:
        """Note that a page is there for what was asked, and by which headers it varies.

        Returns the tag of the page that it supersedes, if any.
        """
        page = lookup.at, lookup.etag, lookup.rewrites, vary, lookup.version
        with self._guard:
            before = self._last.get(lookup.address, page)
            self._last[lookup.address] = max(page, before)
            self._last.move_to_end(lookup.address)
            if len(self._last) > self._MAX_ADDRESSES:
                self._last.popitem(last=False)
        return before[1] if before[4] < lookup.version else None

    def within(self, seconds: float, lookup: _CacheRequest) -> str | None:
        """Return the page's tag where it was current not longer ago, and nothing was changed or removed since."""
        at, etag, rewrites, *_ = self._last.get(lookup.address, (0.0, None, 0))
        return etag if rewrites == lookup.rewrites and time.monotonic() - at < seconds else None

    def last(self, address: bytes) -> tuple[float, str] | None:
        """Return since when a page may be out of date, and its tag; None where words were changed or removed since.

        For when the database cannot say what is current.
        """
        at, etag, rewrites, *_ = self._last.get(address, (0.0, "", -1))
        return (at, etag) if rewrites == self.rewrites else None

    def vary_of(self, address: bytes) -> str:
        """Return by which headers the page at an address varies, or may vary where this process has not made it."""
        return self._last.get(address, (0.0, "", 0, _WIDEST_VARY))[3]


def _address(request: HttpRequest) -> bytes:
    parts = [request.scheme or "", request.get_host(), request.get_full_path()]
    # htmx sends "true" and nothing else: any other value asks for the whole page.
    parts += [str(request.headers.get(name) == "true") for name in _HEADERS]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).digest()


def _kept_page(etag: str, coding: str) -> KeptPage | None:
    """Return a page that is kept, in a coding or, where that is empty, as it is; None where it is not kept."""
    packed: KeptPage | None = caches["pages"].get(etag + coding)
    if packed is not None or not coding:
        return packed
    page: KeptPage | None = caches["pages"].get(etag)
    return None if page is None else _in_coding(page, etag, coding)


def _in_coding(page: KeptPage, etag: str, coding: str) -> KeptPage:
    """Return a kept page in a coding, and keep it so, where nobody has asked for it in that coding yet."""
    if not coding or not is_compressible(dict(page[1])["Content-Type"]):
        return page
    packed: KeptPage | None = caches["pages"].get(etag + coding)
    if packed is None:
        packed = encode_page(page, coding)
        caches["pages"].set(etag + coding, packed, PAGE_TIMEOUT_SECONDS)
    return packed


def _plain_page(etag: str) -> KeptPage | None:
    """Return a page that is kept in whichever coding, as it is."""
    for coding in ("", *ENCODERS):
        page: KeptPage | None = caches["pages"].get(etag + coding)
        if page is not None:
            return decode_page(page) if coding else page
    return None


def _coded(response: HttpResponseBase, lookup: _CacheRequest, *, keep: bool = True) -> HttpResponseBase:
    """Return an answer that was just made in the coding that is asked for, if it is one that is kept."""
    if response.status_code == 304 and response.has_header("ETag"):
        tag = weak_tag(response["ETag"])
        if tag in lookup.request.headers.get("If-None-Match", ""):  # the client has it in a coding
            response["ETag"] = tag
            patch_vary_headers(response, ["Accept-Encoding"])
    elif lookup.coding and _may_be_kept(response) and is_compressible(response["Content-Type"]):
        page = response.content, list(response.items())  # type: ignore[attr-defined]
        coded = _in_coding(page, lookup.etag, lookup.coding) if keep else encode_page(page, lookup.coding)
        response.content = coded[0]  # type: ignore[attr-defined]
        for name, value in coded[1]:
            response[name] = value
    return response


def _claim_render(etag: str) -> bool:
    """Return whether no other process makes the page, or has just made it; sharing no cache none does."""
    return caches["pages"].add(f"making-{etag}", True, WAIT_TIMEOUT_SECONDS) and caches["pages"].get(etag) is None


def _wait_for_other_process(etag: str) -> Any:
    """Return the page that another process makes, once it is there; None where none does, or for too long."""
    until = time.monotonic() + WAIT_TIMEOUT_SECONDS
    while not _claim_render(etag):
        page = caches["pages"].get(etag)
        if page is not None or time.monotonic() > until:
            return page
        time.sleep(_POLL_SECONDS)
    return None


def _is_for_people(page: Any) -> bool:
    return str(dict(page[1])["Content-Type"]).startswith("text/html")


def _may_be_kept(response: HttpResponseBase) -> bool:
    control = response.get("Cache-Control", "")
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "no-store" not in control
        and "private" not in control
        and len(response.content) <= _MAX_PAGE_BYTES  # type: ignore[attr-defined]
    )


def _mark_response(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    if _may_be_kept(response):
        response.headers.setdefault("ETag", etag)
        response.headers.setdefault("Cache-Control", FOR_PROXIES)
        if is_compressible(response["Content-Type"]):
            patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _response_from_cache(request: HttpRequest, page: Any) -> HttpResponseBase:
    response = HttpResponse(page[0], headers=dict(page[1]))
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _vary_of(page: KeptPage) -> str:
    return dict(page[1]).get("Vary", "")


def _not_modified(etag: str, *, vary: str) -> HttpResponse:
    """Return the answer to who has the page already, with the Vary of the page itself (RFC 9110, 15.4.5)."""
    response = HttpResponse(status=304, headers={"ETag": etag, "Cache-Control": FOR_PROXIES})
    del response["Content-Type"]
    if vary:
        response["Vary"] = vary
    return response
