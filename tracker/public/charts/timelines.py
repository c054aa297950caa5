"""The record in pictures: where pledges were over time, the life of each, what has gone quiet, what is due.

Plain arithmetic over days; the templates draw rectangles with positions in percent, so that a picture has any width
without a script or a style. Each picture answers one question, and the page has the same figures as a table.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from pyroaring import BitMap

from tracker.pledges.choices import NO_STATUS, NO_STATUS_LABEL, STATUS_ORDER, Status
from tracker.pledges.models import Pledge, RecordEntry
from tracker.pledges.querysets import PledgeQuerySet
from tracker.pledges.read.as_stated import restore_statements

MAX_TIMELINES = 60
"""Pledges that are drawn one by one; the page says so where there are more. More would be too large to be kept."""
MAX_KEYS = 1000
"""Pledges that are named to the database where it is known which they are: to look for more takes as long."""

_STACK: list[str | None] = [*reversed(STATUS_ORDER), Status.UNRATED, Status.DROPPED, Status.SUPERSEDED, None]
"""From the bottom of the stack to its top; None: made, and no entry yet."""


@dataclass(frozen=True)
class TimelineEvent:
    """Something that happened to a pledge on a day; ``at`` in percent of the width."""

    at: float
    day: dt.date
    label: str
    kind: str
    fragment: str
    """Of its place on the page of the pledge, with its hash sign; empty for the page itself."""


@dataclass(frozen=True)
class PledgeTimeline:
    """The life of one pledge: from the day it was made, in percent of the width, to the last day drawn."""

    pledge: Any
    start: float
    marks: list[TimelineEvent]

    @property
    def length(self) -> float:
        """How far the line goes, in percent of the width."""
        return round(100 - self.start, 3)


@dataclass(frozen=True)
class StackSegment:
    """How many pledges had one status from one day to the next change; all four in percent."""

    status: str
    number: int
    left: float
    width: float
    top: float
    height: float


@dataclass(frozen=True)
class StatusSnapshot:
    """Where the pledges were from a day on."""

    day: dt.date
    numbers: list[tuple[str, int]]

    @property
    def words(self) -> str:
        """The numbers in words, such as: 3 delivered, 2 under way."""
        return ", ".join(f"{number} {label.lower()}" for label, number in self.numbers)


@dataclass(frozen=True)
class InactivityBar:
    """How long nothing has moved, in days and in percent of the longest."""

    pledge: Any
    days: int
    width: float
    quiet: bool


@dataclass(frozen=True)
class Charts:
    """All that the page draws."""

    first: dt.date
    last: dt.date
    years: list[tuple[float, int]]
    bands: list[StackSegment]
    moments: list[StatusSnapshot]
    lives: list[PledgeTimeline]
    silences: list[InactivityBar]
    quiet_at: float
    deadlines: list[Any]
    total: int

    @property
    def legend(self) -> list[tuple[str, str]]:
        """What the stack shows, from its bottom to its top: the word that styles it, and its name."""
        shown = {band.status for band in self.bands}
        return [(word, _label(status)) for status in _STACK if (word := str(status or NO_STATUS)) in shown]

    @property
    def cut(self) -> bool:
        """Whether there are more pledges than are drawn."""
        return self.total > MAX_TIMELINES


def draw_timelines(
    pledges: PledgeQuerySet,
    *,
    today: dt.date,
    until: dt.datetime | None,
    quiet_after: int,
    happened_by: dt.date | None = None,
    known: BitMap | None = None,
) -> Charts | None:
    """Return the charts of pledges (PledgeQuerySet.with_schedule) as of a day; None where there is none to draw.

    ``happened_by``: of what happened by that day. ``known`` are their keys, where these are at hand. A fixed number of
    queries, whatever the number of pledges.
    """
    drawn, total = _first_pledges(pledges, known)
    if not drawn:
        return None
    restore_statements(drawn, until=until, happened_by=happened_by)
    current = RecordEntry.objects.current(until=until).filter(pledge__in=[pledge.pk for pledge in drawn])
    if happened_by is not None:
        current = current.filter(effective_on__lte=happened_by)
    entries = list(current.select_related("text").order_by("effective_on", "position"))
    first = min(pledge.made_on for pledge in drawn)
    last = max([today, *(day for pledge in drawn for day, _ in _deadlines(pledge))])
    last = max(last, first + dt.timedelta(days=30))
    scale = _Scale(first, last)
    moments = list(_snapshots(drawn, entries, today))
    silences = [_inactivity(pledge, today) for pledge in drawn if pledge.status_on]  # type: ignore[attr-defined]
    longest = max([quiet_after, *(days for _, days in silences)])
    return Charts(
        first=first,
        last=last,
        years=[(scale.at(dt.date(year, 1, 1)), year) for year in range(first.year + 1, last.year + 1)],
        bands=list(_segments(moments, scale, today, len(drawn))),
        moments=[
            StatusSnapshot(day, [(_label(status), counts[status]) for status in _STACK if counts[status]])
            for day, counts in moments
        ],
        lives=_timelines(drawn, entries, scale),
        silences=[
            InactivityBar(pledge, days, round(100 * days / longest, 3), pledge.quiet)
            for pledge, days in sorted(silences, key=lambda row: -row[1])
        ],
        quiet_at=round(100 * quiet_after / longest, 3),
        deadlines=sorted(
            (pledge for pledge in drawn if pledge.deadline_on and pledge.deadline_on >= today),
            key=lambda pledge: pledge.deadline_on,
        ),
        total=total,
    )


def _first_pledges(pledges: PledgeQuerySet, known: BitMap | None) -> tuple[list[Pledge], int]:
    """Return the pledges that are drawn, those that were made first, and how many there are in all."""
    rows = pledges if known is None or len(known) > MAX_KEYS else pledges.filter(pk__in=list(known))
    drawn = list(rows.order_by("made_on", "title_key", "pk")[:MAX_TIMELINES])  # type: ignore[misc]  # an annotation
    if len(drawn) < MAX_TIMELINES:
        return drawn, len(drawn)
    return drawn, pledges.count() if known is None else len(known)


class _Scale:
    """Days as percent of a width."""

    def __init__(self, first: dt.date, last: dt.date) -> None:
        self.first, self.days = first, max(1, (last - first).days)

    def at(self, day: dt.date) -> float:
        """Return where a day is, in percent from the left."""
        return round(100 * (day - self.first).days / self.days, 3)


def _snapshots(
    drawn: list[Pledge], entries: list[RecordEntry], today: dt.date
) -> Iterable[tuple[dt.date, Counter[str | None]]]:
    """Each day on which something changed in the world, with how many pledges had which status from then on."""
    events: dict[dt.date, list[tuple[int, str | None]]] = {}
    for pledge in drawn:
        events.setdefault(pledge.made_on, []).append((pledge.pk, None))
    for entry in entries:
        events.setdefault(entry.effective_on, []).append((entry.pledge_id, entry.status))
    held: dict[int, str | None] = {}
    before: Counter[str | None] | None = None
    for day in sorted(events):
        if day > today:
            break
        held.update(events[day])
        counts = Counter(held.values())
        if counts != before:
            yield day, counts
        before = counts


def _segments(
    moments: list[tuple[dt.date, Counter[str | None]]], scale: _Scale, today: dt.date, total: int
) -> Iterable[StackSegment]:
    ends = [day for day, _ in moments[1:]] + [today]
    for (day, counts), end in zip(moments, ends, strict=True):
        left, width = scale.at(day), round(scale.at(end) - scale.at(day), 3)
        bottom = 100.0
        for status in _STACK:
            if counts[status] and width > 0:
                height = round(100 * counts[status] / total, 3)
                bottom = round(bottom - height, 3)
                yield StackSegment(str(status or NO_STATUS), counts[status], left, width, bottom, height)


def _timelines(drawn: list[Pledge], entries: list[RecordEntry], scale: _Scale) -> list[PledgeTimeline]:
    mine: dict[int, list[RecordEntry]] = {}
    for entry in entries:
        mine.setdefault(entry.pledge_id, []).append(entry)
    lives = []
    for pledge in drawn:
        marks = [
            TimelineEvent(
                scale.at(entry.effective_on), entry.effective_on,
                f"{Status(entry.status).label}: {entry.headline or gettext('text withdrawn')}", str(entry.status),
                f"#{entry.anchor}",
            )
            for entry in mine.get(pledge.pk, [])
        ]  # fmt: skip
        marks += [TimelineEvent(scale.at(day), day, label, "deadline", "") for day, label in _deadlines(pledge)]
        lives.append(PledgeTimeline(pledge, scale.at(pledge.made_on), marks))
    return lives


def _deadlines(pledge: Pledge) -> list[tuple[dt.date, str]]:
    """Return the last day of each deadline that has one, with what it is: the first, then those said later."""
    first = [(pledge.deadline_on, gettext("First stated deadline"))] if pledge.deadline_on else []
    later = [
        (deadline.last, gettext("Deadline said later")) for deadline in pledge.deadlines_after_first if deadline.last
    ]
    return [*first, *later]


def _inactivity(pledge: Any, today: dt.date) -> tuple[Any, int]:
    return pledge, max(0, (today - pledge.status_on).days)


def _label(status: str | None) -> str:
    return str(Status(status).label) if status else str(NO_STATUS_LABEL)
