"""The answer in one sentence, generated from the counts: right for none, one and many."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, ngettext_lazy

from tracker.pledges.choices import STATUS_ORDER, Schedule, Status
from tracker.pledges.derived.tally import Tally


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
        return Summary(gettext("No pledge is on the record yet."), "")
    delivered = tally.by_status[Status.DELIVERED]
    if tally.total == 1:
        lead = gettext("the one pledge is delivered.") if delivered else gettext("the one pledge is not delivered.")
    elif not delivered:
        lead = gettext("none of the %(total)s pledges is delivered.") % {"total": tally.total}
    else:
        sentence = ngettext(
            "%(number)s of %(total)s pledges is delivered.",
            "%(number)s of %(total)s pledges are delivered.",
            delivered,
        )
        lead = sentence % {"number": delivered, "total": tally.total}
    months = _months_between(since, today) if since else 0
    if months:
        sentence = ngettext("After %(months)s month, %(lead)s", "After %(months)s months, %(lead)s", months)
        lead = sentence % {"months": months, "lead": lead}
    return Summary(capfirst(lead), " ".join(_rest(tally)))


_MOVING = [
    (Status.PART, ngettext_lazy("%(number)s is delivered in part", "%(number)s are delivered in part", "number")),
    (Status.UNDER_WAY, ngettext_lazy("%(number)s is under way", "%(number)s are under way", "number")),
    (Status.ANNOUNCED, ngettext_lazy("%(number)s is only announced", "%(number)s are only announced", "number")),
    (
        Status.NONE_FOUND,
        ngettext_lazy(
            "for %(number)s we have found no action up to the day we looked",
            "for %(number)s we have found no action up to the day we looked",
            "number",
        ),
    ),
]
_OFF_THE_WAY = [
    (Status.DROPPED, ngettext_lazy("%(number)s is dropped.", "%(number)s are dropped.", "number")),
    (
        Status.UNRATED,
        ngettext_lazy("%(number)s is too unclear to rate.", "%(number)s are too unclear to rate.", "number"),
    ),
    (
        Status.SUPERSEDED,
        ngettext_lazy(
            "%(number)s is replaced by a later pledge.", "%(number)s are replaced by a later pledge.", "number"
        ),
    ),
    (
        None,
        ngettext_lazy("%(number)s is without a status yet.", "%(number)s are without a status yet.", "number"),
    ),
]


def _rest(tally: Tally) -> list[str]:
    def said(words: list[Any]) -> list[str]:
        return [str(each % {"number": tally.by_status[status]}) for status, each in words if tally.by_status[status]]

    moving = said(_MOVING)
    sentences = [*([f"{_joined(moving)}."] if moving else []), *said(_OFF_THE_WAY)]
    if late := tally.by_schedule[Schedule.OVERDUE]:
        words = ngettext("%(number)s is past its deadline.", "%(number)s are past their deadline.", late)
        sentences.append(words % {"number": late})
    undated = tally.by_schedule[Schedule.NO_DEADLINE]
    if undated == tally.total:
        sentences.append(
            gettext("None was given a dated deadline.") if undated > 1 else gettext("It was given no dated deadline.")
        )
    elif undated:
        words = ngettext(
            "%(number)s was given no dated deadline.", "%(number)s were given no dated deadline.", undated
        )
        sentences.append(words % {"number": undated})
    return [capfirst(sentence) for sentence in sentences]


def _joined(parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def _months_between(start: dt.date, end: dt.date) -> int:
    return max(0, (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day))
