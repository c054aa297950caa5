"""How often one client may ask for what costs much: answered with 429 and Retry-After, and no address is kept.

A client is known for a window of time by a keyed digest whose key changes every day. Counts are kept in the cache, so
several workers count together only where they share one (CACHE_URL).
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

View = Callable[..., HttpResponseBase]

HOUR_SECONDS = 3600
MINUTE_SECONDS = 60


def consume(request: HttpRequest, what: str, *, each: int, all_: int | None = None, window: int = HOUR_SECONDS) -> int:
    """Count one asking. Return 0, or for how many seconds to wait.

    ``each`` and ``all_`` (None: no bound) are how often one client and everybody may ask in a window of seconds.
    """
    now = int(timezone.now().timestamp())
    for who, most in ((client_key(request), each), ("all", all_)):
        if most is None:
            continue
        key = f"throttle:{what}:{now // window}:{who}"
        cache.add(key, 0, timeout=window)
        try:
            asked = cache.incr(key)
        except ValueError:  # it was dropped between the two
            asked = 1
        if asked > most:
            return window - now % window
    return 0


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
    what: str, *, when: Callable[[HttpRequest], bool] = lambda request: True, plain: bool = False
) -> Callable[[View], View]:
    """Let one client ask for a view so often in a minute as READ_LIMITS says of ``what``; more is answered with 429.

    ``when`` tells which requests count, ``plain`` that a program asks. What is answered from the cache of pages never
    comes here.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            most = settings.READ_LIMITS.get(what)
            if most and when(request) and (seconds := consume(request, what, each=most, window=MINUTE_SECONDS)):
                return read_limit_response(request, seconds, plain=plain)
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


def form_limit_response(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer a form that was sent too often: 429, with when to try again."""
    return _refused(request, "429.html", seconds)


def read_limit_response(request: HttpRequest, seconds: int, *, plain: bool) -> HttpResponse:
    """Answer who reads faster than a person can: 429, with when to go on and where everything is to be had at once."""
    if not plain:
        return _refused(request, "429_reading.html", seconds)
    told = f"Too often in a minute. Go on in {seconds} s. /data/package.zip has everything in one file.\n"
    headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    return HttpResponse(told, status=429, content_type="text/plain; charset=utf-8", headers=headers)


def _refused(request: HttpRequest, template: str, seconds: int) -> HttpResponse:
    response = render(request, template, {"seconds": seconds, "minutes": -(-seconds // 60)}, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response
