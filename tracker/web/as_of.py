"""``?as_of=2025-09-01``: a page as it was at the end of a day in Europe/London."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import date
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.translation import gettext

from tracker.pledges.dates import end_of_day, read_day
from tracker.pledges.models import RecordEntry


@dataclass(frozen=True)
class AsOf:
    """The day that a page speaks of. ``day`` is None for today; ``problem`` says why what was asked is not shown."""

    today: dt.date
    day: dt.date | None = None
    until: dt.datetime | None = None
    problem: str = ""
    asked: str = ""

    @classmethod
    def now(cls) -> "AsOf":
        """Return the AsOf of an address without a day: today in the time zone of the installation."""
        return cls(timezone.localdate())

    @property
    def suffix(self) -> str:
        """What a link adds so that it stays on the day."""
        return f"?as_of={self.day}" if self.day else ""

    @property
    def further_suffix(self) -> str:
        """The same for a link that has parameters already."""
        return self.suffix.replace("?", "&")

    @property
    def scope(self) -> dict[str, str]:
        """What an address of the open data says so that it speaks of the day."""
        return {"as_of": self.day.isoformat()} if self.day else {}

    @property
    def of_summary(self) -> dict[str, Any]:
        """What the answer in one sentence has to know of the day (``summarise``)."""
        return {"today": self.today, "past": self.day is not None, "began": self.before_first}

    @cached_property
    def before_first(self) -> dt.date | None:
        """The day of the first entry, where the day asked for lies before it."""
        if self.day is None:
            return None
        first = RecordEntry.objects.order_by("position").values_list("published_at", flat=True).first()
        return timezone.localdate(first) if first and timezone.localdate(first) > self.day else None


def read_as_of(request: HttpRequest) -> AsOf:
    """Read ``as_of`` of a request. A malformed or future day gives today, with the problem named."""
    today, asked = timezone.localdate(), request.GET.get("as_of", "").strip()
    if not asked:
        return AsOf(today)
    day, problem = read_day(asked)
    if day is None:
        return AsOf(today, problem=problem, asked=asked[:40])
    if day > today:
        return AsOf(
            today,
            problem=gettext("%(day)s is in the future.") % {"day": date(day, "j F Y")},
            asked=asked[:40],
        )
    return AsOf(day, day, end_of_day(day), asked=asked)


def mark_past_day(request: HttpRequest, response: HttpResponse, when: AsOf) -> HttpResponse:
    """Let a page of a past day keep its links on it, and never be indexed.

    It is not kept for ever: words may have to be withdrawn from it. Of a day that is over it says which state it shows
    (RFC 7089); where no filter is in force the page leads programs to its other days.
    """
    if when.day is not None:
        response["X-Robots-Tag"] = "noindex"
        if when.day < timezone.localdate():
            response["Memento-Datetime"] = memento_datetime(when.day)
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            page = response.content.decode(response.charset)
            response.content = keep_day(page, path=request.path, day=when.day.isoformat())
    if set(request.GET) <= {"as_of"} and request.resolver_match and request.resolver_match.view_name in MEMENTO_PAGES:
        response["Link"] = ", ".join(
            f'<{request.build_absolute_uri(address)}>; rel="{rel}"' for rel, address in memento_links(request.path)
        )
    return response


MEMENTO_PAGES = ("public:dashboard", "public:pledge", "public:body", "public:theme")
"""The pages of which a TimeGate and a TimeMap (RFC 7089) lead to other days, by the names of their views."""


def memento_datetime(day: dt.date) -> str:
    """Return the last second of a day in Europe/London as headers have it: the state that a page as of it shows."""
    return http_date(end_of_day(day).timestamp() - 1)


def memento_links(path: str) -> list[tuple[str, str]]:
    """Return the addresses of a page, its TimeGate and its TimeMap, each with its relation."""
    page = path.removeprefix("/")
    return [
        ("original", path),
        ("timegate", reverse("opendata:timegate", args=[page])),
        ("timemap", reverse("opendata:timemap", args=[page])),
    ]


# --- Links of a page of a past day: each leads to that day, or says that it leads to today --------------

DATED_PAGES = frozenset(
    f"public:{name}"
    for name in (
        "dashboard", "reviews", "review", "review-about", "review-pictures", "review-changes", "review-month",
        "recommendations", "recommendation", "recommendation-report", "recommended-before", "pictures", "pledge",
        "pledge-record", "body", "theme", "compare", "changes", "month",
    )
)  # fmt: skip
"""The pages that any day can be asked of, by the names of their views."""
_DATED_PATHS = ("/data/", "/api/v1/pledges")
_DATED_ENDINGS = (".csv", ".json", ".ndjson", "/", "pledges")
_LINK = re.compile(
    r'<a\b(?P<before>[^>]*?)\bhref="(?P<address>(?:/(?!/)|\?)[^"]*)"(?P<after>[^>]*)>(?P<words>.*?)</a>', re.S
)
_HAS_DAY = re.compile(r"[?&](?:amp;)?(?:as_of|until)=")


def keep_day(html: str, *, path: str, day: str) -> str:
    """Return a page of ``path`` with its links to pages of ours on the day, an ISO date, or marked as today's.

    A link that has a day stays as it is, and one with ``data-today``, of which the words say so.
    """
    # A space that does not break, as a link may be a flex container, which drops others at its edges.
    mark = f'<span class="on-today">&nbsp;{escape(gettext("(today)"))}</span></a>'

    def link(match: re.Match[str]) -> str:
        address = match["address"]
        if _HAS_DAY.search(address) or "data-today" in match["before"] + match["after"]:
            return match[0]
        target, hash_sign, fragment = address.partition("#")
        if _takes_day(target.partition("?")[0] or path):
            dated = f"{target}{'&amp;' if '?' in target else '?'}as_of={day}{hash_sign}{fragment}"
            return f'<a{match["before"]}href="{dated}"{match["after"]}>{match["words"]}</a>'
        return match[0].removesuffix("</a>") + mark

    return _LINK.sub(link, html)


@lru_cache(maxsize=4096)
def _takes_day(path: str) -> bool:
    if path.startswith(_DATED_PATHS):
        return path.endswith(_DATED_ENDINGS)
    try:
        return resolve(path).view_name in DATED_PAGES
    except Resolver404:
        return False
