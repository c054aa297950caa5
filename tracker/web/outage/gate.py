"""While the database does not respond: whether to ask it, and a kept page that says since when it may be old."""

import datetime as dt
import threading
import time
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext

_RETRY_SECONDS = 1.0
_MAIN = b"<main "


class DatabaseGate:
    """What this process knows of the database. Open while it answers."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._fails = False
        self._next_at = 0.0

    def is_open(self) -> bool:
        """Return whether to ask. Of many who come while the database does not respond, one is to try, "
        "and to report."""
        if not self._fails:
            return True
        with self._guard:
            now = time.monotonic()
            if now < self._next_at:
                return False
            self._next_at = now + settings.READER_WAIT + _RETRY_SECONDS  # in case that one never reports
            return True

    def report(self, *, answered: bool) -> None:
        """Note whether the database has just answered."""
        if answered:
            self._fails = False
            return
        with self._guard:
            self._fails, self._next_at = True, time.monotonic() + _RETRY_SECONDS


def outdated_response(page: Any, *, age: float) -> HttpResponse:
    """Return a kept page (its content and headers) with a notice at its top.

    ``age`` is for how many seconds it may have been out of date. Nobody else keeps it: it has no entity tag, and Age
    and Warning (RFC 7234) tell a program what the notice tells a person.
    """
    content, headers = page
    at = timezone.localtime(timezone.now() - dt.timedelta(seconds=age))
    response = HttpResponse(_with_notice(content, at))
    for name, value in headers:
        if name not in ("ETag", "Cache-Control", "Content-Length"):
            response[name] = value
    response["Age"] = str(int(age))
    response["Warning"] = '110 - "Response is Stale"'
    response["Cache-Control"] = "no-store"
    return response


def _with_notice(content: bytes, at: dt.datetime) -> bytes:
    words = gettext(
        "The database is not answering. This page is as it was at %(time)s on %(day)s. It may be out of date."
    ) % {"time": date_format(at, "H:i"), "day": date_format(at, "j F Y")}
    notice = format_html('<div class="caution" role="status"><p>{}</p></div>', words).encode()
    start = content.find(_MAIN)
    place = content.find(b">", start) + 1 if start >= 0 else 0  # a part of a page begins with the notice
    return content[:place] + notice + content[place:]
