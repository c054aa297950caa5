"""``?as_of=2025-09-01`` and ``?happened_by=2025-09-01``: a page of a past day, by one of two clocks.

``as_of`` is the clock of the record: what was published by the end of the day in Europe/London, as it was known then.
``happened_by`` is that of the world: what had happened by that day, as we know it now; with ``as_of`` as well, as it
was known at the end of that other day.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, TypedDict

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import date
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.http import http_date, urlencode
from django.utils.translation import gettext

from tracker.pledges.dates import end_of_day, read_day
from tracker.pledges.models import Pledge, RecordEntry, Review
from tracker.pledges.read.clocks import ClockDifference, clock_difference

DAY_PARAMETERS = ("as_of", "happened_by")
"""The parameters of an address that ask for a past day."""


class Clock(TypedDict):
    """What the reads of pledges have to know of a day: see PledgeQuerySet.with_record."""

    until: dt.datetime | None
    happened_by: dt.date | None


@dataclass(frozen=True)
class AsOf:
    """The day that a page speaks of. ``day`` is None for today; ``problem`` says why what was asked is not shown."""

    today: dt.date
    day: dt.date | None = None
    until: dt.datetime | None = None
    """The instant before which something was published that counts; None: now."""
    problem: str = ""
    happened_by: dt.date | None = None
    """The day by which something happened that counts; None: whenever it was, by the clock of the record."""
    known_on: dt.date | None = None
    """The day of ``until``."""
    pledges: Callable[[], QuerySet[Pledge, Any]] | None = field(default=None, compare=False)
    """Returns the pledges that the page is about, now or on the day; None: all."""
    review: Review | None = field(default=None, compare=False)
    """The review that the page belongs to, where its view says so."""

    @classmethod
    def now(cls) -> "AsOf":
        """Return the AsOf of an address without a day: today in the time zone of the installation."""
        return cls(timezone.localdate())

    def about(self, pledges: Callable[[], QuerySet[Pledge, Any]]) -> "AsOf":
        """Return the same day for a page that is about some pledges alone."""
        return replace(self, pledges=pledges)

    @property
    def scope(self) -> dict[str, str]:
        """What an address says so that it speaks of the day."""
        days = {"happened_by": self.happened_by, "as_of": self.known_on}
        return {name: day.isoformat() for name, day in days.items() if day}

    @property
    def suffix(self) -> str:
        """What a link adds so that it stays on the day."""
        return f"?{urlencode(self.scope)}" if self.scope else ""

    @property
    def further_suffix(self) -> str:
        """The same for a link that has parameters already."""
        return self.suffix.replace("?", "&")

    @property
    def prefix(self) -> str:
        """The beginning of the parameters of a link that goes on with others: nothing, or the day and an ampersand."""
        return f"{urlencode(self.scope)}&" if self.scope else ""

    @property
    def clock(self) -> Clock:
        """The day as the reads of pledges take it."""
        return {"until": self.until, "happened_by": self.happened_by}

    @property
    def of_summary(self) -> dict[str, Any]:
        """What the answer in one sentence has to know of the day (``summarise``)."""
        return {
            "today": self.today,
            "past": self.day is not None,
            "began": self.before_first,
            "happened": self.happened_by is not None,
        }

    @property
    def title(self) -> str:
        """What the title of a page begins with: the day, and by which clock."""
        days = {"day": date(self.day, "j F Y"), "known": date(self.known_on, "j F Y")}
        if self.happened_by is None:
            return gettext("%(day)s, as known then:") % days
        if self.known_on is None:
            return gettext("By %(day)s, as known today:") % days
        return gettext("By %(day)s, as known on %(known)s:") % days

    @cached_property
    def before_first(self) -> dt.date | None:
        """The day of the first entry, where what is asked for is what was known before it."""
        if self.known_on is None:
            return None
        first = RecordEntry.objects.order_by("position").values_list("published_at", flat=True).first()
        return timezone.localdate(first) if first and timezone.localdate(first) > self.known_on else None

    @cached_property
    def review_began(self) -> dt.date | None:
        """The day of the first entry about the page's review, where the record had begun and this had not."""
        if self.known_on is None or self.review is None or self.before_first:
            return None
        # Its pledge is looked up for each entry from the first on: joined, all entries about the review are sorted.
        of_review = Pledge.objects.filter(pk=OuterRef("pledge"), review=self.review)
        mine = RecordEntry.objects.filter(Exists(of_review)).order_by("position")
        first = mine.values_list("published_at", flat=True).first()
        return timezone.localdate(first) if first and timezone.localdate(first) > self.known_on else None

    @cached_property
    def difference(self) -> ClockDifference:
        """Where the two clocks differ on the day, for what the page is about."""
        return clock_difference(self.day or self.today, self.pledges() if self.pledges else None)

    @property
    def by_other_clock(self) -> str:
        """The query string that asks for the same day by the other clock."""
        return urlencode({"as_of" if self.happened_by else "happened_by": (self.day or self.today).isoformat()})

    @property
    def permanent(self) -> str:
        """The query string of what is shown for good: what is known of a day may change, what was known then not."""
        known = (self.known_on or timezone.localdate()).isoformat()
        if self.happened_by is None:
            return urlencode({"as_of": self.today.isoformat()})
        return urlencode({"happened_by": self.happened_by.isoformat(), "as_of": known})


def read_as_of(request: HttpRequest) -> AsOf:
    """Read ``as_of`` and ``happened_by`` of a request. A malformed or future day gives today, the problem named."""
    today = timezone.localdate()
    days: dict[str, dt.date] = {}
    for name in DAY_PARAMETERS:
        typed = request.GET.get(name, "").strip()
        if not typed:
            continue
        day, problem = read_day(typed)
        if day is None:
            return AsOf(today, problem=problem)
        if day > today:
            problem = gettext("%(day)s is in the future.") % {"day": date(day, "j F Y")}
            return AsOf(today, problem=problem)
        days[name] = day
    known, happened = days.get("as_of"), days.get("happened_by")
    if known and happened and happened > known:
        words = gettext("On %(known)s nobody knew what would have happened by %(day)s.")
        problem = words % {"known": date(known, "j F Y"), "day": date(happened, "j F Y")}
        return AsOf(today, problem=problem)
    shown = happened or known
    if shown is None:
        return AsOf(today)
    until = end_of_day(known) if known else None
    review = getattr(request, "page_review", None)
    return AsOf(shown, shown, until, happened_by=happened, known_on=known, review=review)


def mark_past_day(request: HttpRequest, response: HttpResponse, when: AsOf) -> HttpResponse:
    """Let a page of a past day keep its links on it, and never be indexed.

    It is not kept for ever: words may have to be withdrawn from it. Of a day that is over it says which state it shows
    (RFC 7089), by the clock of the record; where no filter is in force the page leads programs to its other days.
    """
    if when.day is not None:
        response["X-Robots-Tag"] = "noindex"
        if when.day < timezone.localdate() and when.happened_by is None:
            response["Memento-Datetime"] = memento_datetime(when.day)
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            page = response.content.decode(response.charset)
            response.content = keep_day(page, path=request.path, day=urlencode(when.scope))
    if set(request.GET) <= {"as_of"} and request.resolver_match and request.resolver_match.view_name in MEMENTO_PAGES:
        site = request.build_absolute_uri("/").removesuffix("/")
        response["Link"] = ", ".join(f'<{site}{path}>; rel="{rel}"' for rel, path in memento_links(request.path))
    return response


MEMENTO_PAGES = ("public:dashboard", "public:pledge", "public:body", "public:theme")
"""The pages of which a TimeGate and a TimeMap (RFC 7089) lead to other days, by the names of their views."""


def memento_datetime(day: dt.date) -> str:
    """Return the last second of a day in Europe/London as headers have it: the state that a page as of it shows."""
    return http_date(end_of_day(day).timestamp() - 1)


@lru_cache(maxsize=4096)
def memento_links(path: str) -> tuple[tuple[str, str], ...]:
    """Return the addresses of a page, its TimeGate and its TimeMap, each with its relation."""
    page = path.removeprefix("/")
    return (
        ("original", path),
        ("timegate", reverse("opendata:timegate", args=[page])),
        ("timemap", reverse("opendata:timemap", args=[page])),
    )


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
_HAS_DAY = re.compile(r"[?&](?:amp;)?(?:as_of|happened_by|until)=")


def keep_day(html: str, *, path: str, day: str) -> str:
    """Return a page of ``path`` with its links to pages of ours on the day, a query string, or marked as today's.

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
            dated = f"{target}{'&amp;' if '?' in target else '?'}{escape(day)}{hash_sign}{fragment}"
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
