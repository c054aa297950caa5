"""Days as people type them: 26 February 2025, 26/2/2025, 26 Feb 2025 or 2025-02-26. The day comes first."""

import datetime as dt
import re

MONTHS = "january february march april may june july august september october november december".split()
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_NUMBERS = re.compile(r"(?P<day>\d{1,2}) ?[/. -] ?(?P<month>\d{1,2}) ?[/. -] ?(?P<year>\d{4})")
_WORDS = re.compile(
    r"(?:[a-z]{3}(?:[a-z]*day)?,? )?(?P<day>\d{1,2})(?:st|nd|rd|th)?[ -]?(?:of )?"
    r"(?P<month>[a-z]{3,9})\.?,?[ -]?(?P<year>\d{4})"
)
_MONTH_FIRST = re.compile(r"(?P<month>[a-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})")
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))? ?(?P<half>[ap]m)?")
_MAX_CHARS = 60


def parse_day(typed: str) -> dt.date | None:
    """Return the day that is meant, or None where it is not a date. Raises ValueError for 31 February and the like."""
    if len(typed) > _MAX_CHARS:
        return None
    text = " ".join(typed.lower().split())
    for pattern in (_ISO, _NUMBERS, _WORDS, _MONTH_FIRST):
        if match := pattern.fullmatch(text):
            month = _month(match["month"])
            return dt.date(int(match["year"]), month, int(match["day"])) if month else None
    return None


def parse_moment(typed: str) -> dt.datetime | None:
    """Return the day and time that are meant, without a zone, or None. Raises ValueError as ``parse_day`` does."""
    if len(typed) > _MAX_CHARS:
        return None
    text = " ".join(typed.lower().replace(",", " ").split())
    for separator in (" at ", " ", "t"):
        day_text, parted, time_text = text.rpartition(separator)
        if separator == " " and time_text in ("am", "pm"):
            day_text, parted, hour = day_text.rpartition(" ")
            time_text = f"{hour} {time_text}"
        time = _TIME.fullmatch(time_text)
        if parted and time and (time["minute"] or time["half"]) and (day := parse_day(day_text)):
            hour_number = int(time["hour"])
            if time["half"]:
                if not 1 <= hour_number <= 12:
                    return None
                hour_number = hour_number % 12 + (12 if time["half"] == "pm" else 0)
            return dt.datetime.combine(day, dt.time(hour_number, int(time["minute"] or 0)))
    return None


def day_in_words(day: dt.date) -> str:
    """Return a day as pages show it: 26 February 2025."""
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def _month(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    names = [number for number, name in enumerate(MONTHS, 1) if name.startswith(text)]
    return names[0] if len(names) == 1 else None
