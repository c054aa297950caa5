"""Words about time: what each says, and the last day of it. What no rule takes has none."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.text.deadlines import edtf_bounds, later_deadlines_from, read_deadline, read_later_deadline

REPORT = dt.date(2025, 8, 31)
SAID = {
    "by 31 March 2027": ("../2027-03-31", "2027-03-31"),
    "by 1 May 2026": ("../2026-05-01", "2026-05-01"),
    "before 1 May 2026": ("../2026-04-30", "2026-04-30"),
    "no later than 30 June 2026": ("../2026-06-30", "2026-06-30"),
    "on 4 June 2026": ("2026-06-04", "2026-06-04"),
    "by March 2026": ("../2026-03", "2026-03-31"),
    "before March 2026": ("../2026-02-28", "2026-02-28"),
    "in February 2028": ("2028-02", "2028-02-29"),
    "by the end of March 2026": ("../2026-03", "2026-03-31"),
    "by mid-2026": ("../2026", "2026-12-31"),
    "early 2026": ("2026", "2026-12-31"),
    "late in 2026": ("2026", "2026-12-31"),
    "by the end of 2026": ("../2026", "2026-12-31"),
    "before the end of 2026": ("../2026", "2026-12-31"),
    "by spring 2026": ("../2026-21", "2026-05-31"),
    "“By Spring 2026.”": ("../2026-21", "2026-05-31"),
    "in the summer of 2026": ("2026-22", "2026-08-31"),
    "by autumn 2026": ("../2026-23", "2026-11-30"),
    "winter 2027": ("2027-24", "2028-02-29"),
    "by Q1 2026": ("../2026-03", "2026-03-31"),
    "in the third quarter of 2026": ("2026-07/2026-09", "2026-09-30"),
    "by the end of financial year 2026/27": ("../2027-03", "2027-03-31"),
    "in 2026-27": ("2026-04/2027-03", "2027-03-31"),
    "within six months of the report": ("2025-08-31/2026-02-28", "2026-02-28"),
    "in the next 12 months": ("2025-08-31/2026-08-31", "2026-08-31"),
    "within 90 days": ("2025-08-31/2025-11-29", "2025-11-29"),
    "within two weeks of publication": ("2025-08-31/2025-09-14", "2025-09-14"),
    "within a year": ("2025-08-31/2026-08-31", "2026-08-31"),
    "by the end of the year": ("../2025", "2025-12-31"),
    "by the end of next year": ("../2026", "2026-12-31"),
}
NO_DAY = ["in due course", "as soon as possible", "“urgently”", "By the end of this Parliament", "immediately"]
NOT_READ = [
    "", "by spring", "soon after Easter", "by 31 February 2026", "2026/29", "by the time of the next report",
    "around three years", "by March 2026 or June 2026", "within reason", "in 2026 pounds", "by smarch 2026",
]  # fmt: skip


@pytest.mark.parametrize("words", SAID)
def test_what_is_said_has_its_last_day(words):
    reading = read_deadline(words, counted_from=REPORT)
    edtf, last = SAID[words]
    assert (reading.edtf, reading.last.isoformat()) == (edtf, last)
    assert edtf_bounds(reading.edtf)[1] == reading.last


def test_no_day_is_told_from_words_that_have_none_and_nothing_is_guessed():
    assert [read_deadline(words).last for words in NO_DAY] == [None] * len(NO_DAY)
    assert [read_deadline(words, counted_from=REPORT) for words in NOT_READ] == [None] * len(NOT_READ)
    assert read_deadline("within six months") is None, "the event that it counts from has no day"


@pytest.mark.parametrize(
    "text",
    ["", "..", "../..", "2026-13", "2026-00", "2026-03-00", "0000", "9999-24", "2026-02-30", "spring",
     "2026-21/2026-02", "X", "2026-1"],
)  # fmt: skip
def test_what_is_no_edtf_is_refused_in_our_words(text):
    with pytest.raises(ValueError, match=r"is no EDTF|that exists|at least one|before the start"):
        edtf_bounds(text)


@pytest.mark.parametrize(
    "words", ["by January 0000", "winter 9999", "9999/00", "before 1 January 0001", "before January 0001"]
)
def test_words_about_a_day_that_no_calendar_here_has_are_not_read(words):
    assert read_deadline(words, counted_from=REPORT) is None


@given(st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1)), st.integers(1, 999), st.sampled_from(["day", "week"]))
def test_a_stretch_ends_as_many_days_later_as_it_says(start, number, unit):
    reading = read_deadline(f"within {number} {unit}s", counted_from=start)
    assert (reading.last - start).days == number * {"day": 1, "week": 7}[unit]


@given(st.text(max_size=80))
def test_any_words_are_answered(words):
    read_deadline(words, counted_from=REPORT)


LATER = {"words": "by the end of 2027", "said_on": "2026-03-01", "edtf": "../2027"}


def test_deadlines_that_were_said_later_are_in_the_order_in_which_they_were_said():
    earlier = {"words": "in due course", "said_on": "2026-01-05", "edtf": ""}
    first, second = later_deadlines_from([LATER, earlier])
    assert (first.last, second.last) == (None, dt.date(2027, 12, 31))
    assert str(first) == "“in due course”, said on 5 January 2026 (no day can be told)"
    assert str(second) == "“by the end of 2027”, said on 1 March 2026 (the last day is 31 December 2027)"
    assert second.as_fact() == LATER


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": " "}, {"words": 3}, {"words": "x" * 301}, {"said_on": ""}, {"said_on": "March"}, {"edtf": "soon"},
        {"edtf": "2027/.."}, {"more": "x"}, {"edtf": None},
    ],
)  # fmt: skip
def test_a_later_deadline_that_is_not_whole_is_refused(wrong):
    with pytest.raises(ValueError, match=r".+"):
        later_deadlines_from([LATER | wrong])


def test_as_many_as_there_may_be_and_nothing_else_than_a_list():
    assert len(later_deadlines_from([LATER] * 20)) == 20
    for wrong in ([LATER] * 21, LATER, "by 2027", [None]):
        with pytest.raises(ValueError, match=r".+"):
            later_deadlines_from(wrong)


@pytest.mark.parametrize(
    ("words", "typed", "edtf"),
    [
        ("by spring 2027", "", "../2027-21"),
        ("within six months", "", "2026-03-01/2026-09-01"),
        ("soon", "", ""),
        ("by spring 2027", "none", ""),
        ("by spring 2027", "2027-22", "2027-22"),
        ("by spring 2027", "1 June 2027", "2027-06-01"),
    ],
)
def test_the_words_of_a_later_deadline_are_read_unless_somebody_reads_them_otherwise(words, typed, edtf):
    assert read_later_deadline(words, said_on=dt.date(2026, 3, 1), typed=typed) == edtf


@pytest.mark.parametrize("typed", ["some day", "2027/..", "31 February 2027"])
def test_a_typed_reading_without_a_last_day_is_refused(typed):
    with pytest.raises(ValueError, match=r".+"):
        read_later_deadline("by spring 2027", said_on=dt.date(2026, 3, 1), typed=typed)
