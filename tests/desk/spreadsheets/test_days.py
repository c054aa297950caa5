"""Days as people write them: nothing is made up."""

import datetime as dt

import pytest

from tracker.desk.spreadsheets.days import DAY_FIRST, MONTH_FIRST, YEAR_FIRST, read_cell_day, sort_by_order

pytestmark = pytest.mark.once
JUNE, MAY = dt.date(2025, 6, 5), dt.date(2025, 5, 6)


@pytest.mark.parametrize(
    "words",
    [
        "05/06/2025", "5/6/2025", "5.6.2025", "05-06-2025", "05/06/25", " 05 / 06 / 2025 ", "05/06/2025 14:30",
        "2025-06-05", "2025-06-05T09:00:00Z", "2025/06/05", "5 June 2025", "5th June 2025", "5 Jun 2025", "5-Jun-25",
        "Thursday 5 June 2025", "Thu, 5 Jun. 2025", "June 5, 2025", "5th of June 2025", "5 JUNE, 2025",
    ],
)  # fmt: skip
def test_a_whole_day_is_read_day_first(words):
    assert read_cell_day(words).day == JUNE


def test_the_other_reading_is_told():
    assert read_cell_day("05/06/2025").also == MAY
    assert read_cell_day("13/06/2025").also is None
    assert read_cell_day("05/05/2025").also is None
    assert read_cell_day("5 June 2025").also is None
    assert (read_cell_day("05/06/2025", MONTH_FIRST).day, read_cell_day("25/06/05", YEAR_FIRST).day) == (MAY, JUNE)


@pytest.mark.parametrize(
    "words",
    [
        "Mid 2023", "June 2025", "Jun-25", "Q2 2025", "2025", "by 5 June", "by 5 June 2025", "end of March 2026",
        "100 days", "45813", "2024-25", "5/6", "06/2025", "spring 2026", "5 June 2025 or later", "TBC", "1.5.2",
        "5-7 June 2025", "2025-06", "12/2024/13",
    ],
)  # fmt: skip
def test_what_is_no_whole_day_stays_words(words):
    for order in (DAY_FIRST, MONTH_FIRST, YEAR_FIRST):
        read = read_cell_day(words, order)
        assert (read.words, read.day) == (words, None), order


@pytest.mark.parametrize("words", ["13/25/2024", "31/02/2025", "2025-13-01", "31 June 2025", "05/06/1825"])
def test_a_day_that_cannot_be_is_told(words):
    read = read_cell_day(words)
    assert read.day is None
    assert f"“{words}” is not a day" in read.problem


def test_cells_are_sorted_by_the_order_that_fits():
    cells = ["13/06/2025", "06/13/2025", "05/06/2025", "5 June 2025", "Mid 2023", "", "2025-06-05"]
    assert sort_by_order(cells) == {
        "day": ["13/06/2025"],
        "month": ["06/13/2025"],
        "both": ["05/06/2025"],
        "clear": ["5 June 2025", "2025-06-05"],
        "words": ["Mid 2023"],
    }
