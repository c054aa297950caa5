"""Words about time, such as “by spring 2026”: what they say as EDTF (ISO 8601-2), and the last day of it.

Plain rules over the whole of the words. What no rule takes has no day: nothing is guessed. Of EDTF these are levels 0
and 1 as far as deadlines need them: days, months, years, seasons (2026-21 is spring), intervals with an open end, ?
and ~.

A pledge keeps the deadlines that were said after the first as plain objects, in the order in which they were said:
``words``, ``said_on`` (2026-03-01), and ``edtf``; empty where no day can be told.
"""

import calendar
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.text.typed_days import MONTHS, day_in_words, parse_day

SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "winter": 24}
"""The seasons with their numbers in EDTF."""
_SEASON_MONTHS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 14)}
"""The first and the last month of each season, of the north; winter goes on into the next year."""
_NO_DAY = re.compile(
    r"(in due course|as soon as (possible|practicable)|immediately|urgently|shortly|in the interim|"
    r"by the end of (this|the) parliament|when parliamentary time allows|without delay|as a matter of urgency)"
)
MAX_LATER_DEADLINES = 20
_LATER_NAMES = ("words", "said_on", "edtf")
_MAX_WORDS_CHARS = 300
_MAX_EDTF_CHARS = 40
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()


@dataclass(frozen=True)
class DeadlineReading:
    """What words about time say. ``last`` is None where no day can be told: late is nothing then."""

    edtf: str
    last: dt.date | None
    how: str
    """How it follows from the words, for readers."""


def edtf_bounds(text: str) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day of an EDTF string; None for an end that is open. Raises ValueError.

    ``?`` and ``~`` (uncertain, approximate) change nothing: the days are those of what is written.
    """
    start, slash, end = text.strip().partition("/")
    first, last = _part_bounds(start)
    if slash:
        last = _part_bounds(end)[1]
        if first and last and last < first:
            raise ValueError("The end is before the start.")
    if first is None and last is None:
        raise ValueError("An EDTF string names at least one day, month, season or year.")
    return first, last


def _part_bounds(part: str) -> tuple[dt.date | None, dt.date | None]:
    if part in ("", ".."):
        return None, None
    match = re.fullmatch(r"(?P<year>\d{4})(?:-(?P<month>(?!00)\d{2})(?:-(?P<day>(?!00)\d{2}))?)?[?~%]?", part)
    if not match:
        raise ValueError(f"“{part}” is no EDTF. Examples: 2026-03, 2026-21 (spring), ../2026-05-31.")
    try:
        return _days_of(int(match["year"]), int(match["month"] or 0), int(match["day"] or 0))
    except ValueError:
        raise ValueError(f"“{part}” is no day, month or season that exists.") from None


def _days_of(year: int, month: int, day: int) -> tuple[dt.date, dt.date]:
    if day:
        return dt.date(year, month, day), dt.date(year, month, day)
    if month in _SEASON_MONTHS:
        first, last = _SEASON_MONTHS[month]
        return dt.date(year, first, 1), _end_of_month(year + last // 13, last % 12 or 12)
    if month:
        return dt.date(year, month, 1), _end_of_month(year, month)
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def _end_of_month(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def read_deadline(words: str, *, counted_from: dt.date | None = None) -> DeadlineReading | None:
    """Return what the whole of some words about time says; None where no rule takes them.

    ``counted_from`` is the day of the event that “within six months” and “next year” count from.
    """
    text = " ".join(words.strip(" \t\n.“”\"'‘’").lower().replace("‑", "-").split())
    if _NO_DAY.fullmatch(text):
        return DeadlineReading("", None, "no day can be told from these words")
    for rule in (_within, _relative_year, _span):
        try:
            if reading := rule(text, counted_from):
                return reading
        except (ValueError, OverflowError):  # before the year 1, or after 9999: no such day
            continue
    return None


def _within(text: str, counted_from: dt.date | None) -> DeadlineReading | None:
    match = re.fullmatch(
        rf"(?:with)?in (?:the next )?(?P<number>\d{{1,3}}|{'|'.join(_NUMBERS)}|an?) "
        r"(?P<unit>day|week|month|year)s?(?:['’])?(?: (?:of|from|after) .{1,80})?",
        text,
    )
    if not match or counted_from is None:
        return None
    word = match["number"]
    number = int(word) if word.isdigit() else 1 if word in ("a", "an") else _NUMBERS.index(word) + 1
    unit = match["unit"]
    if unit in ("day", "week"):
        last = counted_from + dt.timedelta(days=number * (7 if unit == "week" else 1))
    else:
        months = counted_from.month - 1 + number * (12 if unit == "year" else 1)
        end = _end_of_month(counted_from.year + months // 12, months % 12 + 1)
        last = end.replace(day=min(end.day, counted_from.day))
    how = f"{number} {unit}{'s' if number > 1 else ''} from {day_in_words(counted_from)}"
    return DeadlineReading(f"{counted_from.isoformat()}/{last.isoformat()}", last, how)


def _relative_year(text: str, counted_from: dt.date | None) -> DeadlineReading | None:
    match = re.fullmatch(r"(?:by |before )?(?:the end of )?(?P<which>this|the|next) year", text)
    if not match or counted_from is None or text == "the year":
        return None
    year = counted_from.year + (match["which"] == "next")
    return _by(f"{year}", f"the year {year}, counted from {day_in_words(counted_from)}")


def _span(text: str, counted_from: dt.date | None) -> DeadlineReading | None:
    match = re.fullmatch(r"(?P<how>by|before|no later than|not later than|until|in|during|on)?\s*(?P<span>.+)", text)
    if match is None:
        return None
    before = match["how"] == "before"
    span = re.sub(r"^(?:the )?(?:end of|early in|late in|early|mid|mid-|late|in|the)[ -]+(?:the )?", "", match["span"])
    edtf = _read_span(span)
    if not edtf:
        return None
    first, last = edtf_bounds(edtf)
    if before and span == match["span"]:
        if first is None:
            return None
        day = first - dt.timedelta(days=1)
        return DeadlineReading(f"../{day.isoformat()}", day, f"the day before {day_in_words(first)}")
    if match["how"] in ("by", "no later than", "not later than", "until", "before"):
        return _by(edtf, _named(edtf, last))
    return DeadlineReading(edtf, last, _named(edtf, last))


def _by(edtf: str, how: str) -> DeadlineReading:
    last = edtf_bounds(edtf)[1]
    return DeadlineReading(f"../{edtf.partition('/')[2] or edtf}", last, how)


def _named(edtf: str, last: dt.date | None) -> str:
    return f"the last day of what was said is {day_in_words(last)}" if last else ""


def _read_span(text: str) -> str:
    """Return the EDTF of a day, month, season, quarter or year in words; empty where it is none of these."""
    try:
        if day := parse_day(text):
            return day.isoformat()
    except ValueError:
        return ""
    names = "|".join(MONTHS)
    if match := re.fullmatch(rf"({names}),? (\d{{4}})", text):
        return f"{match[2]}-{MONTHS.index(match[1]) + 1:02}"
    if match := re.fullmatch(rf"({'|'.join(SEASONS)})(?: of)? (\d{{4}})", text):
        return f"{match[2]}-{SEASONS[match[1]]}"
    if match := re.fullmatch(r"(?:q([1-4])|(first|second|third|fourth) quarter(?: of)?) (\d{4})", text):
        quarter = int(match[1] or "first second third fourth".split().index(match[2]) + 1)
        return f"{match[3]}-{quarter * 3 - 2:02}/{match[3]}-{quarter * 3:02}"
    if match := re.fullmatch(r"(?:financial year )?(\d{4})[/–-](\d{2}|\d{4})(?: financial year)?", text):
        start = int(match[1])
        return f"{start}-04/{start + 1}-03" if int(match[2]) % 100 == (start + 1) % 100 else ""
    return text if re.fullmatch(r"(?:19|20)\d\d", text) else ""


@dataclass(frozen=True)
class LaterDeadline:
    """A deadline that was said on a day, after the first one."""

    words: str
    said_on: dt.date
    edtf: str

    @property
    def last(self) -> dt.date | None:
        """The last day of what was said; None where no day can be told."""
        return edtf_bounds(self.edtf)[1] if self.edtf else None

    def __str__(self) -> str:
        """Return it as one line of text for readers."""
        reading = f"the last day is {day_in_words(self.last)}" if self.last else "no day can be told"
        return f"“{self.words}”, said on {day_in_words(self.said_on)} ({reading})"

    def as_fact(self) -> dict[str, str]:
        """Return it as a statement of a pledge holds it."""
        return {"words": self.words, "said_on": self.said_on.isoformat(), "edtf": self.edtf}


def later_deadlines_from(facts: Sequence[Mapping[str, Any]]) -> list[LaterDeadline]:
    """Return the deadlines of a list of plain objects, in the order in which they were said.

    Raises ValueError, with a message for readers, where one of them is not whole.
    """
    if not isinstance(facts, list):
        raise ValueError("Later deadlines are a list.")
    if len(facts) > MAX_LATER_DEADLINES:
        raise ValueError(f"Keep {MAX_LATER_DEADLINES} later deadlines or fewer.")
    return sorted((_deadline_from(fact) for fact in facts), key=lambda deadline: deadline.said_on)


def _deadline_from(fact: Any) -> LaterDeadline:
    is_whole = isinstance(fact, dict) and set(fact) == set(_LATER_NAMES)
    if not is_whole or not all(isinstance(value, str) for value in fact.values()):
        raise ValueError("A later deadline has words, the day on which they were said, and how they are read.")
    words, edtf = fact["words"], fact["edtf"]
    if not words.strip():
        raise ValueError("Enter the words of the later deadline.")
    if len(words) > _MAX_WORDS_CHARS or len(edtf) > _MAX_EDTF_CHARS:
        raise ValueError(f"Use {_MAX_WORDS_CHARS} characters or fewer for the words of a later deadline.")
    try:
        said_on = dt.date.fromisoformat(fact["said_on"])
    except ValueError:
        raise ValueError("Enter the date on which the later deadline was said.") from None
    if edtf and edtf_bounds(edtf)[1] is None:
        raise ValueError(f"“{edtf}” has no last day. Leave the reading empty if no day can be told.")
    return LaterDeadline(words, said_on, edtf)


def read_later_deadline(words: str, *, said_on: dt.date, typed: str = "") -> str:
    """Return how the words of a later deadline are read, as EDTF; empty where no day can be told.

    ``typed`` is what an editor wrote in place of our reading: a day, EDTF, or “none”. Raises ValueError for anything
    else. “Within six months” counts from the day on which it was said.
    """
    if typed.strip().lower() == "none":
        return ""
    if typed.strip():
        day = parse_day(typed)
        edtf = day.isoformat() if day else typed.strip()
        if edtf_bounds(edtf)[1] is None:
            raise ValueError(f"“{edtf}” has no last day. Write “none” if no day can be told.")
        return edtf
    reading = read_deadline(words, counted_from=said_on)
    return reading.edtf if reading and reading.last else ""
