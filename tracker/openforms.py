"""Forms that anybody may send, without an account and without a cookie: throttled, and dull for programs that spam.

Nobody else is asked, and no address is kept: who sends too much is known for an hour by a keyed digest whose key
changes every day.
"""

import datetime as dt
import hashlib
import hmac
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.sources.matching import refused_characters

_SALT = "openforms"
_FASTEST, _SLOWEST = dt.timedelta(seconds=2), dt.timedelta(days=1)
_HOUR = 3600


def wait(request: HttpRequest, form: str, *, each: int, all_: int) -> int:
    """Count one sending of a form. Return 0, or for how many seconds to wait.

    ``each`` and ``all_`` are how often one client and everybody may send it in an hour. Counts are kept in the cache,
    so several workers count together only where they share one (CACHE_URL).
    """
    hour = int(timezone.now().timestamp()) // _HOUR
    for who, most in ((_client(request), each), ("all", all_)):
        key = f"openforms:{form}:{hour}:{who}"
        cache.add(key, 0, timeout=_HOUR)
        try:
            sent = cache.incr(key)
        except ValueError:  # it was dropped between the two
            sent = 1
        if sent > most:
            return _HOUR - int(timezone.now().timestamp()) % _HOUR
    return 0


def _client(request: HttpRequest) -> str:
    """Return a digest of the client's address: the connection's, or what the outermost of our proxies saw."""
    address = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if proxies and len(hops) >= proxies:
        address = hops[-proxies]
    key = f"{settings.SECRET_KEY}{timezone.localdate()}".encode()
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()[:32]


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer 429, with when to try again."""
    response = render(request, "429.html", {"minutes": -(-seconds // 60)}, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


class OpenForm(forms.Form):
    """A form with a signed instant instead of a cookie, and a field that only programs fill in."""

    website = forms.CharField(required=False, label=_("Leave this empty"), max_length=200)
    made = forms.CharField(required=False, widget=forms.HiddenInput, max_length=200)

    @property
    def token(self) -> str:
        """A new signed instant, for the form as it is shown now."""
        return signing.dumps(int(timezone.now().timestamp()), salt=_SALT)

    @property
    def asked(self) -> list[Any]:
        """The fields that a person fills in."""
        return [field for field in self if field.name not in ("website", "made")]

    def clean(self) -> dict[str, Any]:
        """Refuse what was sent by a program, at once, or from a page that was open for too long."""
        data = super().clean() or {}
        try:
            made = signing.loads(data.get("made") or "", salt=_SALT, max_age=_SLOWEST)
            early = timezone.now().timestamp() - made < _FASTEST.total_seconds()
        except signing.BadSignature:
            raise ValidationError(_("This page was open for too long. Nothing is lost: send it again.")) from None
        if early or data.get("website"):
            raise ValidationError(_("This looks as if a program had sent it. Wait a moment, then send it again."))
        for name, value in list(data.items()):
            if isinstance(value, str) and (refused := next(refused_characters(value.replace("\r\n", "\n")), None)):
                self.add_error(name, f"{refused} may not stand here.")
        return data
