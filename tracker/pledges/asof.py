"""``?as_of=2025-09-01``: a page as it stood at the end of a day in Europe/London."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date

from tracker.pledges.models import StatusUpdate


@dataclass(frozen=True)
class AsOf:
    """The day that a page speaks of. ``day`` is None for today; ``problem`` says why what was asked is not shown."""

    today: dt.date
    day: dt.date | None = None
    until: dt.datetime | None = None
    problem: str = ""
    asked: str = ""

    @property
    def suffix(self) -> str:
        """What a link adds so that it stays on the day."""
        return f"?as_of={self.day}" if self.day else ""

    @property
    def before_first(self) -> dt.date | None:
        """The day of the first entry, where the day asked for lies before it."""
        if self.day is None:
            return None
        first = StatusUpdate.objects.order_by("position").values_list("published_at", flat=True).first()
        return timezone.localdate(first) if first and timezone.localdate(first) > self.day else None


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
        return AsOf(today, problem=f"{day:%-d %B %Y} has not come yet: this is today’s record.", asked=asked[:40])
    return AsOf(day, day, end_of(day), asked=asked)


def read_day(value: str) -> tuple[dt.date | None, str]:
    """Return the day that is meant, or None and what is wrong. Takes 2025-09-01 and nothing else."""
    try:
        day = parse_date(value)
    except ValueError:
        return None, "There is no such day in the calendar: this is today’s record."
    if day is None or not 1900 <= day.year <= 9000:
        return None, "Write the day as in 2025-09-01: this is today’s record."
    return day, ""


def dated(response: HttpResponse, when: AsOf) -> HttpResponse:
    """Let a page of a day that is over be kept for ever, and never be indexed."""
    if when.day is not None:
        response["X-Robots-Tag"] = "noindex"
        if when.day < timezone.localdate():
            response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
