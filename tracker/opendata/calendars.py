"""Deadlines as an iCalendar (RFC 5545): one day-long event for each pledge with a stated deadline."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from tracker.pledges.models import Pledge


def deadlines(pledges: Iterable[Pledge], *, absolute: Any) -> bytes:
    """Return the first stated deadlines of pledges (PledgeQuerySet.for_list) as an iCalendar.

    The UID of a pledge's deadline never changes, so a calendar that subscribes keeps one event. ``absolute`` makes
    a whole address of a path.
    """
    import icalendar  # a worker that nobody asks for a calendar is spared it

    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{settings.SITE_NAME}: deadlines")
    calendar.add("refresh-interval", dt.timedelta(days=1), parameters={"VALUE": "DURATION"})
    authority = settings.RECORD_ORIGIN.split("/")[0]
    for pledge in pledges:
        if pledge.deadline_on is None:
            continue
        event = icalendar.Event()
        event.add("uid", f"deadline-{pledge.slug}@{authority}")
        event.add("dtstamp", pledge.stated_at)  # type: ignore[attr-defined]
        event.add("dtstart", pledge.deadline_on)
        event.add("dtend", pledge.deadline_on + dt.timedelta(days=1))
        event.add("summary", f"Deadline: {pledge.title}")
        event.add("description", pledge.deadline_note or "The first stated deadline; a later one never replaces it.")
        event.add("url", absolute(pledge.get_absolute_url()))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
