"""Days and periods: the instant at which a day ends, and days as they are typed."""

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext

from tracker.text.typed_days import parse_day


@dataclass(frozen=True)
class Period:
    """From the end of one day (None: from the beginning) to the end of another."""

    since: dt.date | None
    until: dt.date
    month: dt.date | None = None


def end_of_day(day: dt.date) -> dt.datetime:
    """Return the instant at which a day ends in Europe/London, as the next day's first instant."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))


def read_day(value: str) -> tuple[dt.date | None, str]:
    """Return the day that is meant, or None and what is wrong. Takes what a DayField takes."""
    try:
        day = parse_day(value)
    except ValueError:
        return None, gettext("That date does not exist.")
    if day is None or not 1900 <= day.year <= 9000:
        return None, gettext("Enter a date, for example 1 September 2025.")
    return day, ""


def read_period(data: Mapping[str, str], *, month: str, latest: dt.date) -> tuple[Period, list[str]]:
    """Return the period that an address asks for, and what is wrong with it. Never later than ``latest``."""
    if month:
        year, number = int(month[:4]), int(month[5:])
        if not (1900 <= year <= 9000 and 1 <= number <= 12):
            return Period(None, latest), [gettext("That month does not exist. Showing all entries.")]
        first = dt.date(year, number, 1)
        last = dt.date(year, number, calendar.monthrange(year, number)[1])
        return Period(first - dt.timedelta(days=1), min(last, latest), first), []
    problems: list[str] = []
    days: dict[str, dt.date | None] = {}
    for name, label in (("since", gettext("Changed after")), ("until", gettext("Changed up to"))):
        value = data.get(name, "").strip()
        days[name], problem = read_day(value) if value else (None, "")
        if problem:
            problems.append(
                gettext("We ignored “%(label)s”. Enter a date, for example 1 September 2025.") % {"label": label}
            )
    since, until = days["since"], days["until"] or latest
    if until > latest:
        problems.append(gettext("The end date is in the future. Showing entries up to today."))
        until = latest
    if since and since > until:
        problems.append(gettext("We ignored the start date because it is after the end date."))
        since = None
    return Period(since, until), problems
