"""The answer in one sentence, generated from the counts: right for none, one and many."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import date
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, ngettext_lazy

from tracker.pledges.choices import NO_STATUS, NO_STATUS_LABEL, STATUS_ORDER, Schedule, Status
from tracker.pledges.derived.tally import Tally
from tracker.pledges.read.made_days import MadeDays


@dataclass(frozen=True)
class Summary:
    """The sentence in two parts, the first of which a page sets in bold."""

    lead: str
    rest: str

    def __str__(self) -> str:
        return f"{self.lead} {self.rest}".strip()


@dataclass(frozen=True)
class StateCount:
    """One part of a picture: a status, or a place on the schedule, and how many pledges have it.

    ``value`` is as in addresses: a word of Status or of Schedule, or NO_STATUS.
    """

    value: str
    label: str
    number: int


def status_counts(tally: Tally) -> list[StateCount]:
    """Return the statuses from furthest on to furthest behind; those off the ladder only where they occur.

    Last come the pledges that nobody has looked at, where there are any.
    """
    ladder = [*reversed(STATUS_ORDER)]
    others = [status for status in Status if not status.is_on_ladder and tally.by_status[status]]
    rows = [StateCount(status.value, str(status.label), tally.by_status[status]) for status in (*ladder, *others)]
    unseen = tally.by_status[None]
    return [*rows, StateCount(NO_STATUS, str(NO_STATUS_LABEL), unseen)] if unseen else rows


def schedule_counts(tally: Tally) -> list[StateCount]:
    """Return how many pledges are late, on time and without a day: beside their status, never a part of it."""
    order = (Schedule.ON_TIME, Schedule.OVERDUE, Schedule.NO_DEADLINE)
    return [StateCount(place.value, str(place.label), tally.by_schedule[place]) for place in order]


def summarise(
    tally: Tally,
    *,
    made: MadeDays | None,
    today: dt.date,
    past: bool = False,
    began: dt.date | None = None,
    happened: bool = False,
) -> Summary:
    """Return the state of all pledges in plain words.

    ``made`` is when they were made, where the sentence counts from that; ``past`` whether ``today`` is a day gone by;
    ``began`` the day on which the record began, where ``today`` is before that; ``happened`` whether it is said what
    had happened by a day, as we know now: nobody looked on that day.
    Never a percentage. What nobody has looked at is never said to be undone; late is said apart from the status.
    """
    if began is not None:
        words = gettext("We do not know what was published on %(day)s: this record began on %(first)s.")
        return Summary(words % {"day": date(today, "j F Y"), "first": date(began, "j F Y")}, "")
    lead, rest = _answer(tally, made, today, happened)
    if past:
        words = gettext("By %(day)s: %(lead)s") if happened else gettext("On %(day)s: %(lead)s")
        lead = words % {"day": date(today, "j F Y"), "lead": lead}
    return Summary(capfirst(lead), " ".join(rest))


def _answer(tally: Tally, made: MadeDays | None, today: dt.date, happened: bool) -> tuple[str, list[str]]:
    total, unseen = tally.total, tally.by_status[None]
    if not total:
        return gettext("no pledge had been made.") if happened else gettext("no pledge is on the record yet."), []
    if unseen == total:
        words = ngettext("%(n)s pledge, not yet looked at.", "%(n)s pledges, not yet looked at.", total)
        if happened:
            words = ngettext(
                "%(n)s pledge. This record has no entry about it up to that day.",
                "%(n)s pledges. This record has no entry about them up to that day.",
                total,
            )
        return words % {"n": total}, _clock(made, today) + _schedule(tally)
    if tally.by_status[Status.SUPERSEDED] == total:
        words = ngettext(
            "the one pledge is replaced by a later one.", "all %(n)s pledges are replaced by later ones.", total
        )
        return words % {"n": total}, []
    rest = [*_further(tally, happened), *_schedule(tally)]
    if unseen:
        return _lead_of_some(tally, total - unseen, happened), [*rest, *_clock(made, today)]
    months = made.months_of_all(today) if made else 0
    lead = _lead_of_all(tally)
    if months:
        words = ngettext("after %(months)s month, %(lead)s", "after %(months)s months, %(lead)s", months)
        return words % {"months": months, "lead": lead}, rest
    return lead, [*rest, *_clock(made, today)]


def _lead_of_all(tally: Tally) -> str:
    delivered, total = tally.by_status[Status.DELIVERED], tally.total
    if not _rated(tally):
        return ngettext("%(n)s pledge, looked at.", "%(n)s pledges, all looked at.", total) % {"n": total}
    if total == 1:
        return gettext("the one pledge is delivered.") if delivered else gettext("the one pledge is not delivered.")
    if not delivered:
        return gettext("none of the %(total)s pledges is delivered.") % {"total": total}
    words = ngettext(
        "%(number)s of %(total)s pledges is delivered.", "%(number)s of %(total)s pledges are delivered.", delivered
    )
    return words % {"number": delivered, "total": total}


def _lead_of_some(tally: Tally, seen: int, happened: bool) -> str:
    delivered = tally.by_status[Status.DELIVERED]
    words = gettext("%(total)s pledges, %(seen)s looked at so far:")
    if happened:
        words = gettext("%(total)s pledges, %(seen)s with an entry up to that day:")
    lead = words % {"total": tally.total, "seen": seen}
    if not delivered and not _rated(tally):
        return f"{lead[:-1]}."
    if not delivered:
        return gettext("%(lead)s none is delivered.") % {"lead": lead}
    words = ngettext("%(lead)s %(number)s is delivered.", "%(lead)s %(number)s are delivered.", delivered)
    return words % {"lead": lead, "number": delivered}


def _rated(tally: Tally) -> int:
    """Return how many pledges have a status from which it follows whether they are delivered."""
    return sum(tally.by_status[status] for status in (*STATUS_ORDER, Status.DROPPED))


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
        ngettext_lazy("%(number)s is not yet looked at.", "%(number)s are not yet looked at.", "number"),
    ),
]
_WITHOUT_EVENT = ngettext_lazy(
    "%(number)s has no entry up to that day.", "%(number)s have no entry up to that day.", "number"
)


def _further(tally: Tally, happened: bool) -> list[str]:
    """Return what is said of each status but *delivered*."""
    off_the_way = [*_OFF_THE_WAY[:-1], (None, _WITHOUT_EVENT)] if happened else _OFF_THE_WAY

    def said(words: list[Any]) -> list[str]:
        return [str(each % {"number": tally.by_status[status]}) for status, each in words if tally.by_status[status]]

    moving = said(_MOVING)
    sentences = [*([f"{_joined(moving)}."] if moving else []), *said(off_the_way)]
    return [capfirst(sentence) for sentence in sentences]


def _clock(made: MadeDays | None, today: dt.date) -> list[str]:
    """Return how long ago the pledges were made, from a month on."""
    if made is None or not (first := made.months_of_first(today)):
        return []
    last = made.months_of_last(today)
    ago = ngettext("%(n)s month ago", "%(n)s months ago", first) % {"n": first}
    if made.first == made.last:
        return [gettext("Made %(ago)s.") % {"ago": ago}]
    if first == last:
        return [gettext("All were made %(ago)s.") % {"ago": ago}]
    if not last:
        return [gettext("The first was made %(ago)s, the last less than a month ago.") % {"ago": ago}]
    words = ngettext(
        "The first was made %(first)s, the last %(n)s month ago.",
        "The first was made %(first)s, the last %(n)s months ago.",
        last,
    )
    return [words % {"first": ago, "n": last}]


def _schedule(tally: Tally) -> list[str]:
    """Return what is said of the days that were given: late is neither broken nor done."""
    sentences = []
    if late := tally.by_schedule[Schedule.OVERDUE]:
        words = ngettext(
            "%(number)s is past the deadline first given.", "%(number)s are past the deadline first given.", late
        )
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
    return sentences


def _joined(parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}
