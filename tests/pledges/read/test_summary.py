"""The sentence at the top: right for none, one and many."""

import datetime as dt
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.pledges.choices import Schedule, Status
from tracker.pledges.derived.tally import Tally
from tracker.pledges.read.made_days import MadeDays
from tracker.pledges.read.summary import status_counts, summarise
from tracker.public.charts.status_bar import unit_bar

TODAY = dt.date(2026, 11, 24)


def tally(schedule=None, **statuses):
    by_status = Counter({None if name == "unrecorded" else Status[name]: n for name, n in statuses.items()})
    total = by_status.total()
    return Tally(total=total, by_status=by_status, by_schedule=Counter(schedule or {Schedule.NO_DEADLINE: total}))


def made(first, last=None):
    return MadeDays(dt.date.fromisoformat(first), dt.date.fromisoformat(last or first))


@pytest.mark.parametrize(
    ("counts", "days", "sentence"),
    [
        (tally(), None, "No pledge is on the record yet."),
        (tally(unrecorded=1), None, "1 pledge, not yet looked at. It was given no dated deadline."),
        (
            tally({Schedule.OVERDUE: 1, Schedule.ON_TIME: 9}, unrecorded=10),
            made("2025-06-16"),
            "10 pledges, not yet looked at. Made 17 months ago. 1 is past the deadline first given.",
        ),
        (
            tally({Schedule.ON_TIME: 10}, unrecorded=6, DELIVERED=1, UNDER_WAY=2, DROPPED=1),
            made("2025-06-16", "2026-10-20"),
            "10 pledges, 4 looked at so far: 1 is delivered. 2 are under way. 1 is dropped. 6 are not yet looked at. "
            "The first was made 17 months ago, the last 1 month ago.",
        ),
        (
            tally({Schedule.ON_TIME: 3}, unrecorded=2, NONE_FOUND=1),
            made("2026-11-20"),
            "3 pledges, 1 looked at so far: none is delivered. For 1 we have found no action up to the day we looked. "
            "2 are not yet looked at.",
        ),
        (
            tally({Schedule.ON_TIME: 3}, unrecorded=2, UNRATED=1),
            None,
            "3 pledges, 1 looked at so far. 1 is too unclear to rate. 2 are not yet looked at.",
        ),
        (
            tally(NONE_FOUND=1),
            None,
            "The one pledge is not delivered. For 1 we have found no action up to the day we looked. "
            "It was given no dated deadline.",
        ),
        (tally({Schedule.OVERDUE: 1}, DELIVERED=1), None,
         "The one pledge is delivered. 1 is past the deadline first given."),
        (
            tally({Schedule.ON_TIME: 2, Schedule.NO_DEADLINE: 1}, DELIVERED=1, UNDER_WAY=2),
            made("2025-06-16"),
            "After 17 months, 1 of 3 pledges is delivered. 2 are under way. 1 was given no dated deadline.",
        ),
        (
            tally({Schedule.OVERDUE: 2, Schedule.ON_TIME: 7}, DELIVERED=3, PART=1, ANNOUNCED=2, DROPPED=2, UNRATED=1),
            made("2025-06-16", "2026-11-20"),
            "3 of 9 pledges are delivered. 1 is delivered in part and 2 are only announced. 2 are dropped. "
            "1 is too unclear to rate. 2 are past the deadline first given. "
            "The first was made 17 months ago, the last less than a month ago.",
        ),
        (tally({Schedule.ON_TIME: 2}, UNRATED=2), None, "2 pledges, all looked at. 2 are too unclear to rate."),
        (tally({Schedule.OVERDUE: 2}, SUPERSEDED=2), None, "All 2 pledges are replaced by later ones."),
    ],
)  # fmt: skip
def test_sentences(counts, days, sentence):
    assert str(summarise(counts, made=days, today=TODAY)) == sentence
    past = str(summarise(counts, made=days, today=TODAY, past=True))
    assert past == f"On 24 November 2026: {sentence[0].lower()}{sentence[1:]}"


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (tally(), "By 24 November 2026: no pledge had been made."),
        (tally({Schedule.ON_TIME: 1}, unrecorded=1),
         "By 24 November 2026: 1 pledge. This record has no entry about it up to that day."),
        (tally({Schedule.ON_TIME: 4}, unrecorded=1, DELIVERED=1, ANNOUNCED=2),
         "By 24 November 2026: 4 pledges, 3 with an entry up to that day: 1 is delivered. 2 are only announced. "
         "1 has no entry up to that day."),
        (tally({Schedule.ON_TIME: 2}, DELIVERED=1, ANNOUNCED=1),
         "By 24 November 2026: 1 of 2 pledges is delivered. 1 is only announced."),
    ],
)  # fmt: skip
def test_what_had_happened_by_a_day_never_says_that_somebody_looked(counts, sentence):
    assert str(summarise(counts, made=None, today=TODAY, past=True, happened=True)) == sentence


@given(st.dictionaries(st.sampled_from([None, *Status]), st.integers(0, 80)))
def test_no_number_is_lost_and_no_percentage_is_given(by_status):
    counts = Tally(total=sum(by_status.values()), by_status=Counter(by_status))
    sentence = str(summarise(counts, made=None, today=TODAY))
    assert "%" not in sentence
    for status, number in by_status.items():
        if number > 1 and status != Status.DELIVERED and number < counts.total:
            assert f"{number} " in sentence


@given(st.dictionaries(st.sampled_from([None, *Status]), st.integers(0, 80)))
def test_the_bar_is_filled_and_its_blocks_do_not_overlap(by_status):
    counts = status_counts(Tally(total=sum(by_status.values()), by_status=Counter(by_status)))
    blocks = unit_bar(counts)
    total = sum(by_status.values())
    assert len(blocks) == (total if total <= 60 else len([n for n in by_status.values() if n]))
    if blocks:
        assert abs(blocks[-1].x + blocks[-1].width - 1000) < 1
    for left, right in pairwise(blocks):
        assert left.x + left.width < right.x
