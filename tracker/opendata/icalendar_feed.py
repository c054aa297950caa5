"""Deadlines as an iCalendar (RFC 5545): one day-long event for each pledge with a stated deadline."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings

from tracker.pledges.models import Pledge


def deadlines(chunks: Iterable[list[Pledge]], *, absolute: Any) -> Iterator[bytes]:
    """Yield the first stated deadlines of pledges as an iCalendar, so many at a time.

    The pledges have a deadline each, and ``stated_at``, when they were last stated. The UID of a pledge's deadline
    never changes, so a calendar that subscribes keeps one event. ``absolute`` makes a whole address of a path.
    """
    import icalendar  # a worker that nobody asks for a calendar is spared it

    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{settings.SITE_NAME}: deadlines")
    calendar.add("refresh-interval", dt.timedelta(days=1), parameters={"VALUE": "DURATION"})
    head, end = calendar.to_ical().split(b"END:VCALENDAR")
    yield head
    for chunk in chunks:
        yield b"".join(_event(icalendar.Event(), pledge, absolute).to_ical() for pledge in chunk)
    yield b"END:VCALENDAR" + end


def _event(event: Any, pledge: Any, absolute: Any) -> Any:
    event.add("uid", f"deadline-{pledge.slug}@{settings.RECORD_ORIGIN.split('/')[0]}")
    event.add("dtstamp", pledge.stated_at)
    event.add("dtstart", pledge.deadline_on)
    event.add("dtend", pledge.deadline_on + dt.timedelta(days=1))
    event.add("summary", f"Deadline: {pledge.title}")
    event.add("description", pledge.deadline_note or "The first stated deadline; a later one never replaces it.")
    event.add("url", absolute(pledge.get_absolute_url()))
    event.add("transp", "TRANSPARENT")
    return event
