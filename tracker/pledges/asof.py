"""``?as_of=2025-09-01``: a page as it stood at the end of a day in Europe/London; and periods between two days."""

import calendar
import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.defaultfilters import date
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext

from tracker.pledges.models import StatusUpdate


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
        """Return today."""
        return cls(timezone.localdate())

    @property
    def suffix(self) -> str:
        """What a link adds so that it stays on the day."""
        return f"?as_of={self.day}" if self.day else ""

    @property
    def scope(self) -> dict[str, str]:
        """What an address of the open data says so that it speaks of the day."""
        return {"as_of": self.day.isoformat()} if self.day else {}

    @property
    def before_first(self) -> dt.date | None:
        """The day of the first entry, where the day asked for lies before it."""
        if self.day is None:
            return None
        first = StatusUpdate.objects.order_by("position").values_list("published_at", flat=True).first()
        return timezone.localdate(first) if first and timezone.localdate(first) > self.day else None


@dataclass(frozen=True)
class Period:
    """From the end of one day (None: from the beginning) to the end of another."""

    since: dt.date | None
    until: dt.date
    month: dt.date | None = None


def end_of(day: dt.date) -> dt.datetime:
    """Return the instant at which a day ends in Europe/London, as the next day's first instant."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))


def as_of(request: HttpRequest) -> AsOf:
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
            problem=gettext("%(day)s has not come yet: this is today’s record.") % {"day": date(day, "j F Y")},
            asked=asked[:40],
        )
    return AsOf(day, day, end_of(day), asked=asked)


def read_day(value: str) -> tuple[dt.date | None, str]:
    """Return the day that is meant, or None and what is wrong. Takes 2025-09-01 and nothing else."""
    try:
        day = parse_date(value)
    except ValueError:
        return None, gettext("There is no such day in the calendar: this is today’s record.")
    if day is None or not 1900 <= day.year <= 9000:
        return None, gettext("Write the day as in 2025-09-01: this is today’s record.")
    return day, ""


def read_period(data: QueryDict, *, month: str, latest: dt.date) -> tuple[Period, list[str]]:
    """Return the period that an address asks for, and what is wrong with it. Never later than ``latest``."""
    if month:
        year, number = int(month[:4]), int(month[5:])
        if not (1900 <= year <= 9000 and 1 <= number <= 12):
            return Period(None, latest), [gettext("There is no such month: all entries are shown.")]
        first = dt.date(year, number, 1)
        last = dt.date(year, number, calendar.monthrange(year, number)[1])
        return Period(first - dt.timedelta(days=1), min(last, latest), first), []
    problems: list[str] = []
    days: dict[str, dt.date | None] = {}
    for name in ("since", "until"):
        value = data.get(name, "").strip()
        days[name], problem = read_day(value) if value else (None, "")
        if problem:
            problems.append(gettext("“%(name)s” is left out. Write a day as in 2025-09-01.") % {"name": name})
    since, until = days["since"], days["until"] or latest
    if until > latest:
        problems.append(gettext("The last day has not come yet: entries up to today are shown."))
        until = latest
    if since and since > until:
        problems.append(gettext("The first day lies after the last: it is left out."))
        since = None
    return Period(since, until), problems


def dated(response: HttpResponse, when: AsOf) -> HttpResponse:
    """Let a page of a past day never be indexed. It is not kept for ever: words may have to be withdrawn from it."""
    if when.day is not None:
        response["X-Robots-Tag"] = "noindex"
    return response
