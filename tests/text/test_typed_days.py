"""Days are typed as people write them, day first, and never guessed."""

import datetime as dt

import pytest

from tracker.text.typed_days import day_in_words, parse_day, parse_moment

pytestmark = pytest.mark.once
DAY = dt.date(2025, 2, 26)


@pytest.mark.parametrize(
    "typed",
    [
        "26 February 2025", "26 february 2025", "26 Feb 2025", "26 Feb. 2025", "26th February 2025", "26-Feb-2025",
        "26/2/2025", "26/02/2025", "26.2.2025", "26-02-2025", "26 2 2025", "2025-02-26", "2025-2-26", " 26 feb  2025 ",
        "Wednesday 26 February 2025", "Wed, 26 Feb 2025", "26th of February, 2025", "February 26, 2025", "26feb2025",
    ],
)  # fmt: skip
def test_a_day_as_people_write_it(typed):
    assert parse_day(typed) == DAY


@pytest.mark.parametrize(
    "typed",
    ["", "yesterday", "26/2/25", "February 2025", "2025", "26 Ju 2025", "26 ma 2025", "26 foo 2025", "9" * 100_000,
     "\x00", "2026-11-24T00:00", "26/2/2025 or so", "²6/2/2025", "٢٦/٢/٢٠٢٥x"],
)  # fmt: skip
def test_what_is_not_a_day_is_none(typed):
    assert parse_day(typed) is None


@pytest.mark.parametrize("typed", ["31 February 2025", "2/26/2025", "0/1/2025", "2025-13-01", "29/2/2025"])
def test_a_day_that_does_not_exist_is_an_error(typed):
    """2/26/2025 too: the day comes first, so this is the 26th month."""
    with pytest.raises(ValueError, match=r"must be in|out of range"):
        parse_day(typed)


def test_the_short_names_of_the_months():
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1):
        assert parse_day(f"1 {name} 2025") == dt.date(2025, number, 1)
    assert parse_day("1 Sept 2025") == dt.date(2025, 9, 1)


def test_every_day_in_words_is_read_as_that_day():
    for ordinal in range(DAY.toordinal(), DAY.toordinal() + 400):
        day = dt.date.fromordinal(ordinal)
        assert parse_day(day_in_words(day)) == parse_day(day.isoformat()) == parse_day(f"{day:%d/%m/%Y}") == day


@pytest.mark.parametrize(
    "typed",
    ["2026-12-01 09:30", "2026-12-01T09:30", "1 December 2026 9:30am", "1 Dec 2026 at 9.30 am", "1/12/2026, 09:30"],
)
def test_a_time_of_a_day(typed):
    assert parse_moment(typed) == dt.datetime(2026, 12, 1, 9, 30)


def test_half_days_and_what_is_not_a_time():
    assert parse_moment("1 December 2026 12am") == dt.datetime(2026, 12, 1, 0, 0)
    assert parse_moment("1 December 2026 1 pm") == dt.datetime(2026, 12, 1, 13, 0)
    assert parse_moment("1 December 2026") is parse_moment("1 December 2026 9") is parse_moment("13pm") is None
    assert parse_moment("1 December 2026 13pm") is None
    with pytest.raises(ValueError, match="hour must be in"):
        parse_moment("1 December 2026 25:00")
