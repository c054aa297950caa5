"""Days as people write them in tables. A day is read only where day, month and year are there.

What a person types into a field is read by text/typed_days.py: there the day comes first, and they see at once how
it was read. Nobody looks at each cell of a table, so here the order is chosen for a column, a year may have two
figures, and what could be two days says so.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from tracker.text.typed_days import MONTHS

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day-first", "month-first", "year-first"
DAY_ORDERS = {
    DAY_FIRST: "day first: 05/06/2025 is 5 June 2025",
    MONTH_FIRST: "month first: 05/06/2025 is 6 May 2025",
    YEAR_FIRST: "year first: 25/06/05 is 5 June 2025",
}
_NAMED = {name[:size]: at for at, name in enumerate(MONTHS, start=1) for size in (3, len(name))} | {"sept": 9}
_MONTH = rf"(?P<month>{'|'.join(sorted(_NAMED, key=len, reverse=True))})\.?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?")
_LONG_YEAR = re.compile(r"(?P<year>\d{4})[/.](?P<month>\d{1,2})[/.](?P<day>\d{1,2})")
_NAMING = [
    re.compile(rf"{_WEEKDAY}{_DAY}(?:\s+of)?[\s-]+{_MONTH},?[\s-]+{_YEAR}", re.IGNORECASE),
    re.compile(rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+(?P<year>\d{{4}})", re.IGNORECASE),
]
_FIGURES = re.compile(r"(\d{1,4})\s*([/.-])\s*(\d{1,2})\s*\2\s*(\d{1,4})(?:\s+\d{1,2}:\d{2}.*)?")


@dataclass(frozen=True)
class ReadDay:
    """What was read of the words of a cell: a day, or none. ``also`` is the day that another order would give."""

    words: str
    day: dt.date | None = None
    also: dt.date | None = None
    problem: str = ""


def read_cell_day(words: str, order: str = DAY_FIRST) -> ReadDay:
    """Read the words of a cell. What is not a whole day ("Mid 2023", "June 2025") stays words."""
    words = " ".join(words.split())
    if not words:
        return ReadDay("")
    for pattern in (_ISO, _LONG_YEAR):
        if match := pattern.fullmatch(words):
            return _checked(words, _day(match["year"], match["month"], match["day"]), "")
    for pattern in _NAMING:
        if match := pattern.fullmatch(words):
            return _checked(words, _day(match["year"], str(_NAMED[match["month"].lower()]), match["day"]), "")
    if match := _FIGURES.fullmatch(words):
        figures = match[1], match[3], match[4]
        day = _ordered(figures, order)
        others = {_ordered(figures, other) for other in (DAY_FIRST, MONTH_FIRST)} - {None, day}
        read = _checked(words, day, f" when read {order.replace('-', ' ')}")
        return ReadDay(words, read.day, next(iter(others), None) if read.day else None, read.problem)
    return ReadDay(words)


def _ordered(figures: tuple[str, str, str], order: str) -> dt.date | None:
    first, second, third = figures
    if order == YEAR_FIRST:
        return _day(first, second, third) if len(third) <= 2 else None
    if len(first) > 2 or len(third) not in (2, 4):
        return None
    return _day(third, first, second) if order == MONTH_FIRST else _day(third, second, first)


def _day(year: str, month: str, day: str) -> dt.date | None:
    if len(year) not in (2, 4):
        return None
    number = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 70 else 1900)
    try:
        date = dt.date(number, int(month), int(day))
    except ValueError:
        return None
    return date if 1900 <= date.year <= 2100 else None


def _checked(words: str, day: dt.date | None, how: str) -> ReadDay:
    if day is None:
        return ReadDay(words, problem=f"“{words}” is not a day{how}. We kept the words and set no day.")
    return ReadDay(words, day)


def sort_by_order(cells: Iterable[str]) -> dict[str, list[str]]:
    """Return the cells that fit only day first, only month first, both; that need no order; that are no whole day."""
    fitting: dict[str, list[str]] = {"day": [], "month": [], "both": [], "clear": [], "words": []}
    for cell in cells:
        read = read_cell_day(cell)
        if not read.words:
            continue
        match = _FIGURES.fullmatch(read.words)
        other = read_cell_day(cell, MONTH_FIRST)
        if match is None or _ISO.fullmatch(read.words) or _LONG_YEAR.fullmatch(read.words):
            fitting["clear" if read.day else "words"].append(read.words)
        elif read.day and other.day:
            fitting["both"].append(read.words)
        else:
            fitting["day" if read.day else "month" if other.day else "words"].append(read.words)
    return fitting
