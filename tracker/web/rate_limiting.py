"""Rate limits: how often one client may ask, and how much of a processor clients may use. No address is kept.

Three bounds, each answered in plain words with when to try again (Retry-After):

- how often one client may search, download, ask the API or send a form in a minute or an hour (429);
- how many seconds of a processor one client, and all together, may use in a minute (429). They are charged after the
  fact, by what an answer took in its thread, streamed or not;
- how many heavy answers a worker makes at once, and how many it sends that are made piece by piece (503), so that
  plain pages always have threads. Who reads slowly keeps one of those that send, none of those that make. What takes
  long rests between pieces, and others have its place meanwhile.

A client is known for a window of time by a keyed digest whose key changes every day. Counts are kept in the cache, so
several workers count together only where they share one (CACHE_URL).
"""

import hashlib
import hmac
import ipaddress
import math
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache as call_once
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from tracker.web.page_kinds import StaticCopy

View = Callable[..., HttpResponseBase]

HOUR_SECONDS = 3600
MINUTE_SECONDS = 60


def consume(
    request: HttpRequest, limit_name: str, *, each: int, all_: int | None = None, window: int = HOUR_SECONDS
) -> int:
    """Count one asking. Return 0, or for how many seconds to wait.

    ``each`` and ``all_`` (None: no bound) are how often one client and everybody may ask in a window of seconds.
    """
    now = int(timezone.now().timestamp())
    for who, most in ((client_key(request), each), ("all", all_)):
        if most is None:
            continue
        key = _count_key(limit_name, now // window, who)
        cache.add(key, 0, timeout=window)
        try:
            count = cache.incr(key)
        except ValueError:  # it was dropped between the two
            count = 1
        if count > most:
            return window - now % window
    return 0


def give_back(request: HttpRequest, limit_name: str, *, window: int = HOUR_SECONDS) -> None:
    """Take back the asking that was counted last, where nothing came of it."""
    now = int(timezone.now().timestamp())
    for who in (client_key(request), "all"):
        try:
            cache.decr(_count_key(limit_name, now // window, who))
        except ValueError:  # the window is over, or there is no bound
            continue


def _count_key(limit_name: str, window: int, who: str) -> str:
    return f"throttle:{limit_name}:{window}:{who}"


def client_key(request: HttpRequest) -> str:
    """Return a digest of the client's address: the connection's, or what the outermost of our proxies saw.

    Of an IPv6 address the first 64 bits count: one household or server has all of the rest.
    """
    address = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if proxies and len(hops) >= proxies:
        address = hops[-proxies]
    try:
        if ipaddress.ip_address(address).version == 6:
            address = str(ipaddress.ip_network(f"{address}/64", strict=False))
    except ValueError:
        pass  # no address, such as a socket's: one client
    key = f"{settings.SECRET_KEY}{timezone.localdate()}".encode()
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()[:32]


def rate_limited(
    limit_name: str, *, when: Callable[[HttpRequest], bool] = lambda request: True, plain: bool = False
) -> Callable[[View], View]:
    """Bound how often and how many at once ask for a heavy view.

    One client may ask as often in a minute as READ_LIMITS says of ``limit_name``. ``when`` tells which requests are
    heavy, ``plain`` that a program asks. What is answered from the cache of pages never comes here.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not when(request) or StaticCopy.of(request):
                return view(request, *args, **kwargs)
            most = settings.READ_LIMITS.get(limit_name)
            if most and (seconds := consume(request, limit_name, each=most, window=MINUTE_SECONDS)):
                return read_limit_response(request, seconds, plain=plain)
            if seconds := _seconds_over("all", settings.TOTAL_BUDGET):
                return read_limit_response(request, seconds, plain=plain)
            slot = _heavy_slots(settings.HEAVY_REQUESTS)
            if not (slot.acquire(blocking=False) or _wait_for(slot)):
                return busy_response(request, plain=plain)
            request.META["tracker.heavy"] = slot
            return view(request, *args, **kwargs)  # BudgetMiddleware gives the slot back

        return wrapped

    return decorate


HEAVY_WAIT_SECONDS = 2.0
"""For how long a heavy request waits for another to end."""
_waiting = threading.BoundedSemaphore(2)
"""Who waits holds a thread that a plain page could have: two in a process may, the next is refused at once."""


def _wait_for(slot: "threading.Semaphore") -> bool:
    """Wait for a slot. Return whether it was had in time; False at once where others wait already."""
    if not _waiting.acquire(blocking=False):
        return False
    try:
        return slot.acquire(timeout=HEAVY_WAIT_SECONDS)
    finally:
        _waiting.release()


@call_once
def _heavy_slots(number: int) -> "threading.Semaphore":
    """Return the slots of this process."""
    return threading.BoundedSemaphore(number or 10_000)


class BudgetMiddleware:
    """The last middleware: charge each answer that was made for a reader, and refuse whose budget is used up.

    What is kept is answered before. Nobody who is signed in is refused or charged. Who sends a form may use twice as
    much: the limits of forms count only what was taken, and no person uses that much.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        client = "" if _is_exempt(request) else _budget_key(request)
        budget = settings.CLIENT_BUDGET * (1 if request.method in ("GET", "HEAD") else 2)
        if client and (seconds := _seconds_over(client, budget)):
            return read_limit_response(request, seconds, plain=not _wants_page(request))
        return _Meter(request, client).measure(self.get_response)


class _Meter:
    """What one answer takes of a processor, charged when it has left: a streamed one while it is made."""

    def __init__(self, request: HttpRequest, client: str) -> None:
        self.request, self.client = request, client
        self.seconds = 0.0
        self.is_open = True
        self._rested = 0.0
        self._slot: threading.Semaphore | None = None
        self._has_slot = self._is_sent = False

    def measure(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> HttpResponseBase:
        """Make an answer and count it."""
        start = self._rested = time.thread_time()
        _making.meter = self
        try:
            response = get_response(self.request)
        except BaseException:
            self._note_slot()
            self.end()
            raise
        finally:
            _making.meter = None
        self._note_slot()
        self.seconds += time.thread_time() - start
        if not response.streaming:
            self.end()
            return response
        # Its own iterator: by way of streaming_content the answer would hold itself, and one that is lost on the way
        # would keep its slot until the next garbage collection.
        pieces = response._iterator  # type: ignore[attr-defined]
        if self._slot is not None:
            most = settings.HEAVY_REQUESTS
            self._is_sent = _sent.begin(self.client, most=most + 1 if most else 0)
            if not self._is_sent:
                self.end()
                return busy_response(self.request, plain=True)
            self._give_slot_back()
        response.streaming_content = _MeteredStream(pieces, self)  # type: ignore[attr-defined]
        return response

    def rest(self) -> None:
        """Let others have the slot for a moment, where a good piece of work was done since the last rest."""
        took = time.thread_time() - self._rested
        slot = self.request.META.get("tracker.heavy")
        if slot is None or took < MIN_WORK_SECONDS or not settings.HEAVY_REQUESTS:
            return
        slot.release()
        time.sleep(min(took, MAX_REST_SECONDS))
        slot.acquire()
        self._rested = time.thread_time()

    def wait(self, wait: Callable[[], None]) -> bool:
        """Call ``wait`` without the slot. Return False at once where others wait already."""
        slot = self.request.META.get("tracker.heavy")
        if slot is None or not settings.HEAVY_REQUESTS:
            wait()
            return True
        if not _waiting.acquire(blocking=False):
            return False
        slot.release()
        try:
            wait()
        finally:
            slot.acquire()
            _waiting.release()
        return True

    def make(self, pieces: Iterator[bytes]) -> bytes:
        """Make the next piece of a streamed answer, as one of the few that are made at once."""
        if self._slot is not None and self.is_open:
            self._slot.acquire()
            self._has_slot = True
        start = time.thread_time()
        try:
            return next(pieces)
        finally:
            self.seconds += time.thread_time() - start
            self._give_slot_back()

    def end(self) -> None:
        """Charge what was taken and let the next heavy answer begin. Once."""
        if not self.is_open:
            return
        self.is_open = False
        self._give_slot_back()
        if self._is_sent:
            _sent.end(self.client)
        if self._slot is not None:
            _charge("all", self.seconds)
        if self.client:
            _charge(self.client, self.seconds)

    def _note_slot(self) -> None:
        self._slot = self.request.META.pop("tracker.heavy", None)
        self._has_slot = self._slot is not None

    def _give_slot_back(self) -> None:
        if self._slot is not None and self._has_slot:
            self._has_slot = False
            self._slot.release()


class _MeteredStream:
    """The pieces of a streamed answer, each made when the server asks for it. Ends when it is read, closed or lost."""

    def __init__(self, pieces: Any, meter: _Meter) -> None:
        self.pieces, self.meter = iter(pieces), meter
        self._pause = 0.0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        time.sleep(self._pause)  # as long as the last piece took: half of the time is for everybody else
        before = self.meter.seconds
        try:
            piece = self.meter.make(self.pieces)
        except BaseException:
            self.meter.end()
            raise
        self._pause = min(self.meter.seconds - before, MAX_REST_SECONDS) if settings.HEAVY_REQUESTS else 0.0
        return piece

    def close(self) -> None:
        """Charge what was used, also where the reader left in the middle (PEP 3333)."""
        close = getattr(self.pieces, "close", None)
        try:
            if close is not None:
                close()
        finally:
            self.meter.end()

    def __del__(self) -> None:
        self.meter.end()


class _Sent:
    """Whose streamed answers this process sends. Each keeps a thread for as long as its reader takes."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._clients: list[str] = []

    def begin(self, client: str, *, most: int) -> bool:
        """Note one more. False where ``most`` (0: no bound) are sent, or one of this client, whom "" does not name."""
        with self._guard:
            if most and (len(self._clients) >= most or (client and client in self._clients)):
                return False
            self._clients.append(client)
            return True

    def end(self, client: str) -> None:
        """Note that one has left, or that its reader has."""
        with self._guard:
            self._clients.remove(client)


_sent = _Sent()
MIN_WORK_SECONDS, MAX_REST_SECONDS = 0.01, 0.05
"""After how much work of a processor what takes long rests, and for how long at most."""


class _Making(threading.local):
    """What this thread makes an answer for."""

    meter: _Meter | None = None


_making = _Making()


def rest() -> None:
    """Let others have a turn in the middle of an answer that takes long. Without effect where none is being made."""
    if _making.meter is not None:
        _making.meter.rest()


def wait_without_slot(wait: Callable[[], None]) -> bool:
    """Call ``wait``, which waits for another who may need the slot to end. Return False at once where others wait."""
    if _making.meter is not None:
        return _making.meter.wait(wait)
    wait()
    return True


def _budget_key(request: HttpRequest) -> str:
    """Return by what a client's budget is counted; empty where clients cannot be told apart.

    Behind a proxy of which TRUSTED_PROXIES does not know, all readers come from the proxy's own address.
    """
    address = request.META.get("REMOTE_ADDR", "")
    try:
        local = ipaddress.ip_address(address).is_private
    except ValueError:
        local = True
    if local and not settings.ALLAUTH_TRUSTED_PROXY_COUNT and "X-Forwarded-For" in request.headers:
        return ""
    return client_key(request)


def _is_exempt(request: HttpRequest) -> bool:
    """Whether a request is not a reader's. A cookie alone says nothing: anybody can send one."""
    if request.path.startswith("/health/") or StaticCopy.of(request):
        return True
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


def _charge(who: str, seconds: float) -> None:
    now = int(time.time())
    key = f"budget:{now // MINUTE_SECONDS}:{who}"
    cache.add(key, 0, timeout=2 * MINUTE_SECONDS)
    try:
        cache.incr(key, max(1, round(seconds * 1000)))
    except ValueError:  # it was dropped between the two
        cache.set(key, round(seconds * 1000), timeout=2 * MINUTE_SECONDS)


def _seconds_over(who: str, budget: float) -> int:
    """Return for how many seconds to wait until less than the budget was used in the last minute; 0: not at all.

    The last minute is this one so far and, of the one before, the part that the sixty seconds still reach.
    """
    if not budget:
        return 0
    now = time.time()
    minute, passed = int(now // MINUTE_SECONDS), now % MINUTE_SECONDS / MINUTE_SECONDS
    keys = [f"budget:{minute - back}:{who}" for back in (0, 1)]
    used = cache.get_many(keys)
    this, before = (used.get(key, 0) / 1000 for key in keys)
    if this + before * (1 - passed) < budget:
        return 0
    wait: float = (1 - (budget - this) / before if this < budget else 2 - budget / this) - passed
    return max(1, math.ceil(wait * MINUTE_SECONDS))


def _wants_page(request: HttpRequest) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def form_limit_response(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer a form that was sent too many times: 429, with when to try again."""
    return _refused(request, "429.html", seconds)


def read_limit_response(request: HttpRequest, seconds: int, *, plain: bool) -> HttpResponse:
    """Answer who reads faster than a person can: 429, with when to try again and where everything is in one file."""
    if not plain:
        return _refused(request, "429_reading.html", seconds)
    words = f"Too many requests. Try again in {seconds} s. /data/package.zip has everything in one file.\n"
    return _plain(words, status=429, seconds=seconds)


def busy_response(request: HttpRequest, *, plain: bool) -> HttpResponse:
    """Answer when a worker makes as many heavy answers as it may: 503, with when to try again."""
    if plain:
        return _plain(f"The site is busy. Try again in {BUSY_SECONDS} s.\n", status=503, seconds=BUSY_SECONDS)
    response = render(request, "503_busy.html", {"seconds": BUSY_SECONDS}, status=503)
    response["Retry-After"] = str(BUSY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


BUSY_SECONDS = 5
"""When to try again, where other heavy answers are being made."""


def _plain(words: str, *, status: int, seconds: int) -> HttpResponse:
    headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8", headers=headers)


def _refused(request: HttpRequest, template: str, seconds: int) -> HttpResponse:
    response = render(request, template, {"seconds": seconds, "minutes": -(-seconds // 60)}, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response
