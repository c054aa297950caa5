"""Deadlines as an iCalendar (RFC 5545): a day-long event for each deadline of a pledge, the first and later ones."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tracker.pledges.choices import EntryKind, Status
from tracker.pledges.models import Pledge, RecordEntry, StatusPeriod


def with_deadlines(pledges: QuerySet[Pledge]) -> QuerySet[Pledge]:
    """Keep the pledges (PledgeQuerySet.with_record) that a deadline was ever stated for, with what their events say.

    Adds ``event_on``, the deadline, or the last one where there is none any more; ``statements``, how often the
    pledge was stated or such an entry withdrawn, and ``stated_at``, when last; ``is_blanked``, whether the words of
    its last statement were withdrawn by law; ``replaced_at``, when another pledge took its place, or None.
    """
    dated = StatusPeriod.objects.filter(pledge=OuterRef("pk"), deadline_on__isnull=False).order_by("-since")
    stated = _of_pledge(Q(kind=EntryKind.PLEDGE) | Q(corrects__kind=EntryKind.PLEDGE))
    blanked = RecordEntry.objects.filter(kind=EntryKind.LEGAL_WITHDRAWAL, corrects=OuterRef("pk"))
    last = (
        RecordEntry.objects.filter(kind=EntryKind.PLEDGE, pledge=OuterRef("pk"))
        .annotate(is_blanked=Exists(blanked))
        .order_by("-position")
    )
    replacing = RecordEntry.objects.filter(kind=EntryKind.PLEDGE, pledge__replaces=OuterRef("pk")).order_by("position")
    superseded = StatusPeriod.objects.filter(pledge=OuterRef("pk"), until=None, status=Status.SUPERSEDED)
    return (
        pledges.select_related(None)
        .prefetch_related(None)
        .annotate(
            event_on=Subquery(dated.values("deadline_on")[:1]),
            statements=Subquery(stated.values(number=Count("pk")), output_field=IntegerField()),
            is_blanked=Subquery(last.values("is_blanked")[:1]),
            stated_at=Subquery(stated.values(last=Max("published_at"))),
            replaced_at=Coalesce(
                Subquery(replacing.values("published_at")[:1]), Subquery(superseded.values("since")[:1])
            ),
        )
        .filter(Q(event_on__isnull=False) | ~Q(later_deadlines=[]))
    )


def _of_pledge(entries: Q) -> QuerySet[RecordEntry, Any]:
    """Return entries about the pledge of an outer query as one group, to be counted or summed up."""
    return RecordEntry.objects.filter(entries, pledge=OuterRef("pk")).order_by().values("pledge")


def deadlines(chunks: Iterable[list[Pledge]], *, absolute: Any) -> Iterator[bytes]:
    """Yield the deadlines of pledges (``with_deadlines``) as an iCalendar, so many at a time.

    The UID of a pledge's deadline never changes, so a calendar that subscribes keeps one event. ``absolute`` makes a
    whole address of a path.
    """
    import icalendar  # a worker that nobody asks for a calendar is spared it

    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{settings.SITE_NAME}: deadlines")
    calendar.add("refresh-interval", dt.timedelta(days=1), parameters={"VALUE": "DURATION"})
    head, end = calendar.to_ical().split(b"END:VCALENDAR")
    yield head + _london(icalendar).to_ical()
    for chunk in chunks:
        yield b"".join(event.to_ical() for pledge in chunk for event in _events(icalendar.Event, pledge, absolute))
    yield b"END:VCALENDAR" + end


def _london(icalendar: Any) -> Any:
    """Return the time zone of the days: a calendar without any event has to have something in it (RFC 5545, 3.6)."""
    zone = icalendar.Timezone()
    zone.add("tzid", "Europe/London")
    for part, name, month, before, after in (
        (icalendar.TimezoneDaylight(), "BST", 3, 0, 1),
        (icalendar.TimezoneStandard(), "GMT", 10, 1, 0),
    ):
        part.add("tzname", name)
        part.add("dtstart", dt.datetime(1996, month, 31 if month == 3 else 27, 1 + before))
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        part.add("tzoffsetfrom", dt.timedelta(hours=before))
        part.add("tzoffsetto", dt.timedelta(hours=after))
        zone.add_component(part)
    return zone


def _events(new_event: Any, pledge: Any, absolute: Any) -> Iterator[Any]:
    """Yield the event of the first deadline, and one for each that was said later and has a last day."""
    if pledge.event_on is not None:
        is_over = pledge.deadline_on is None or pledge.replaced_at is not None or pledge.is_blanked
        event = _event(
            new_event(), pledge, absolute, name=f"deadline-{pledge.slug}", day=pledge.event_on, is_over=is_over
        )
        event.add("summary", _summary(pledge, is_over=is_over))
        event.add("description", _description(pledge))
        yield event
    for number, later in enumerate([] if pledge.is_blanked else pledge.deadlines_after_first, 1):
        if later.last is None:
            continue
        is_over, name = pledge.replaced_at is not None, f"deadline-{pledge.slug}-later-{number}"
        event = _event(new_event(), pledge, absolute, name=name, day=later.last, is_over=is_over)
        event.add("summary", f"{'No longer a deadline' if is_over else 'Later deadline'}: {pledge.title}")
        event.add("description", f"{later}. It never replaces the deadline that was stated first.")
        yield event


def _event(event: Any, pledge: Any, absolute: Any, *, name: str, day: dt.date, is_over: bool) -> Any:
    """Fill in an event. Each statement of the pledge is a newer revision of it, and so is its end."""
    event.add("uid", f"{name}@{settings.RECORD_ORIGIN.split('/')[0]}")
    event.add("dtstamp", pledge.stated_at)
    event.add("last-modified", max(filter(None, (pledge.stated_at, pledge.replaced_at))))
    event.add("sequence", pledge.statements - 1 + (pledge.replaced_at is not None))
    event.add("status", "CANCELLED" if is_over else "CONFIRMED")
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))
    event.add("url", absolute(pledge.get_absolute_url()))
    event.add("transp", "TRANSPARENT")
    return event


def _summary(pledge: Any, *, is_over: bool) -> str:
    if pledge.is_blanked:
        return "Deadline withdrawn"
    # Some calendars show an event that was cancelled as any other: khal 0.14.1 does.
    return f"{'No longer a deadline' if is_over else 'Deadline'}: {pledge.title}"


def _description(pledge: Any) -> str:
    if pledge.is_blanked:
        return "The words of this pledge were withdrawn for legal reasons: its page says when and why."
    if pledge.replaced_at is not None:
        return "Another pledge has taken the place of this one."
    if pledge.deadline_on is None:
        return "The record no longer has a deadline for this pledge: its page says why."
    return pledge.deadline_note or "The first stated deadline; a later one never replaces it."
