"""The sentence at the top: right for none, one and many."""

import datetime as dt
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.pledges.choices import Schedule, Status
from tracker.pledges.derived.tally import Tally
from tracker.pledges.read.summary import status_counts, summarise
from tracker.public.charts.status_bar import unit_bar

TODAY = dt.date(2026, 11, 24)


def tally(schedule=None, **statuses):
    by_status = Counter({None if name == "unrecorded" else Status[name]: n for name, n in statuses.items()})
    total = by_status.total()
    return Tally(total=total, by_status=by_status, by_schedule=Counter(schedule or {Schedule.NO_DEADLINE: total}))


@pytest.mark.parametrize(
    ("counts", "since", "sentence"),
    [
        (tally(), None, "No pledge is on the record yet."),
        (
            tally(NONE_FOUND=1),
            None,
            "The one pledge is not delivered. For 1 we have found no action up to the day we looked. "
            "It was given no dated deadline.",
        ),
        (
            tally({Schedule.OVERDUE: 1}, DELIVERED=1),
            None,
            "The one pledge is delivered. 1 is past its deadline.",
        ),
        (
            tally({Schedule.ON_TIME: 2, Schedule.NO_DEADLINE: 1}, DELIVERED=1, UNDER_WAY=2),
            dt.date(2025, 6, 16),
            "After 17 months, 1 of 3 pledges is delivered. 2 are under way. 1 was given no dated deadline.",
        ),
        (
            tally(
                {Schedule.OVERDUE: 2, Schedule.ON_TIME: 8},
                DELIVERED=3, PART=1, ANNOUNCED=2, DROPPED=2, UNRATED=1, unrecorded=1,
            ),
            dt.date(2026, 10, 20),
            "After 1 month, 3 of 10 pledges are delivered. 1 is delivered in part and 2 are only announced. "
            "2 are dropped. 1 is too unclear to rate. 1 is without a status yet. 2 are past their deadline.",
        ),
    ],
)  # fmt: skip
def test_sentences(counts, since, sentence):
    assert str(summarise(counts, since=since, today=TODAY)) == sentence


@given(st.dictionaries(st.sampled_from([None, *Status]), st.integers(0, 80)))
def test_no_number_is_lost_and_no_percentage_is_given(by_status):
    counts = Tally(total=sum(by_status.values()), by_status=Counter(by_status))
    sentence = str(summarise(counts, since=None, today=TODAY))
    assert "%" not in sentence
    for status, number in by_status.items():
        if number > 1 and status != Status.DELIVERED:
            assert f"{number} " in sentence


@given(st.dictionaries(st.sampled_from(list(Status)), st.integers(0, 80)))
def test_the_bar_is_filled_and_its_blocks_do_not_overlap(by_status):
    counts = status_counts(Tally(total=sum(by_status.values()), by_status=Counter(by_status)))
    blocks = unit_bar(counts)
    total = sum(by_status.values())
    assert len(blocks) == (total if total <= 60 else len([n for n in by_status.values() if n]))
    if blocks:
        assert abs(blocks[-1].x + blocks[-1].width - 1000) < 1
    for left, right in pairwise(blocks):
        assert left.x + left.width < right.x
