"""Middleware for every answer: liveness, an id for each request, headers that turn off what no page needs."""

import secrets
from collections.abc import Callable
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from tracker.core.log_formatters import REQUEST

NOT_NEEDED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen",
    "geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
"""Features of a browser that nothing here uses. Passkeys (publickey-credentials-*) are the desk's."""

MAX_PORT = 65535
MAX_PORT_DIGITS = 5

HEADERS = {
    "Permissions-Policy": ", ".join(f"{name}=()" for name in NOT_NEEDED),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Permitted-Cross-Domain-Policies": "none",
}


class HostMiddleware:
    """Refuse a Host header whose port is none, before anything is made of it: links would lead there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        port = request.META.get("HTTP_HOST", "").rpartition("]")[2].rpartition(":")[2]
        if port.isdecimal() and not (port[0] != "0" and len(port) <= MAX_PORT_DIGITS and int(port) <= MAX_PORT):
            raise DisallowedHost("Invalid HTTP_HOST header: there is no such port.")
        return self.get_response(request)


class LivenessMiddleware:
    """Answer /health/live before anything runs that could ask a database: that this process answers is all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != "/health/live" or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        headers = {"Cache-Control": "no-store", "X-Frame-Options": settings.X_FRAME_OPTIONS}
        return HttpResponse("live\n", content_type="text/plain", headers=headers)


class PolicyMiddleware(CSPMiddleware):
    """Put the Content-Security-Policy on an answer. Nearly all have the same one, which is put together once.

    django-csp puts it together for each answer, and looks for one that is only reported each time.
    """

    _policy: tuple[Any, str] = None, ""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        directives = settings.CONTENT_SECURITY_POLICY
        is_usual = response.__dict__.keys().isdisjoint(_OWN_POLICY) and not hasattr(request, "_csp_nonce")
        if not is_usual or settings.DEBUG:
            return super().process_response(request, response)
        of, policy = self._policy
        if of is not directives:
            policy = build_policy()
            self._policy = directives, policy
        response.headers.setdefault(HEADER, policy)
        return response


_OWN_POLICY = {f"_csp_{name}{suffix}" for name in ("exempt", "config", "update", "replace") for suffix in ("", "_ro")}
"""What django-csp's decorators leave on an answer that has a policy of its own."""


class HeadersMiddleware:
    """Put the headers on an answer that does not have its own: embeds and open data are for other sites."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class RequestIdMiddleware:
    """Give each request an id of its own, for the log and for who reports an error: X-Request-ID."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Never an id that was sent along: somebody else's could be written under it."""
        token = REQUEST.set(secrets.token_hex(8))
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = REQUEST.get()
            return response
        finally:
            REQUEST.reset(token)
