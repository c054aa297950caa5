"""The answer in one sentence, generated from the counts: right for none, one and many."""

import datetime as dt
from dataclasses import dataclass

from tracker.pledges.querysets import Tally
from tracker.pledges.statuses import STATUS_ORDER, Schedule, Status


@dataclass(frozen=True)
class Summary:
    """The sentence in two parts, the first of which a page sets in bold."""

    lead: str
    rest: str

    def __str__(self) -> str:
        return f"{self.lead} {self.rest}".strip()


@dataclass(frozen=True)
class StatusCount:
    """One part of the picture: a status and how many pledges have it."""

    status: Status
    number: int


def status_counts(tally: Tally) -> list[StatusCount]:
    """Return the statuses from furthest on to furthest behind; those off the ladder only where they occur."""
    ladder = [StatusCount(status, tally.by_status[status]) for status in reversed(STATUS_ORDER)]
    others = [StatusCount(status, tally.by_status[status]) for status in Status if not status.is_on_ladder]
    return ladder + [count for count in others if count.number]


def summarise(tally: Tally, *, since: dt.date | None, today: dt.date) -> Summary:
    """Return the state of all pledges in plain words. ``since`` is the day of the one review, if there is one.

    Never a percentage; what is off the ladder and what has no entry is said wherever it occurs.
    """
    if not tally.total:
        return Summary("No pledge is on the record yet.", "")
    delivered = tally.by_status[Status.DELIVERED]
    if tally.total == 1:
        lead = f"the one pledge {'is' if delivered else 'is not'} delivered."
    elif not delivered:
        lead = f"none of the {tally.total} pledges is delivered."
    else:
        lead = f"{delivered} of {tally.total} pledges {_are(delivered)} delivered."
    months = _months_between(since, today) if since else 0
    lead = f"After {months} month{'s' if months != 1 else ''}, {lead}" if months else lead
    return Summary(lead[0].upper() + lead[1:], " ".join(_rest(tally)))


def _rest(tally: Tally) -> list[str]:
    def number(status: Status | None) -> int:
        return tally.by_status[status]

    moving = [
        f"{number(status)} {_are(number(status))} {words}"
        for status, words in (
            (Status.PART, "delivered in part"),
            (Status.UNDER_WAY, "under way"),
            (Status.ANNOUNCED, "only announced"),
        )
        if number(status)
    ]
    if count := number(Status.NONE_FOUND):
        moving.append(f"for {count} we have found no action up to the day we looked")
    sentences = [f"{_joined(moving)}."] if moving else []
    for status, words in (
        (Status.DROPPED, "{} dropped."),
        (Status.UNRATED, "{} too unclear to rate."),
        (Status.SUPERSEDED, "{} replaced by a later pledge."),
        (None, "{} without a status yet."),
    ):
        if count := number(status):
            sentences.append(words.format(f"{count} {_are(count)}"))
    if late := tally.by_schedule[Schedule.OVERDUE]:
        sentences.append(f"{late} {_are(late)} past {'its' if late == 1 else 'their'} deadline.")
    undated = tally.by_schedule[Schedule.NO_DEADLINE]
    if undated == tally.total:
        sentences.append("None was given a dated deadline." if undated > 1 else "It was given no dated deadline.")
    elif undated:
        sentences.append(f"{undated} {'was' if undated == 1 else 'were'} given no dated deadline.")
    return [sentence[0].upper() + sentence[1:] for sentence in sentences]


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _months_between(start: dt.date, end: dt.date) -> int:
    return max(0, (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day))
