"""What the record says, against an oracle that replays it in plain Python."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import BodyFactory, PassageFactory, PledgeFactory, SourceFactory, stated, update
from tracker.pledges.choices import Schedule, Status
from tracker.pledges.models import Body, Conflict, Pledge, RecordEntry, Theme
from tracker.sources.models import Passage

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 24)
DAYS = st.integers(0, 500).map(lambda days: dt.date(2025, 6, 16) + dt.timedelta(days=days))
USABLE = [Status.NONE_FOUND, Status.ANNOUNCED, Status.UNDER_WAY, Status.PART, Status.DELIVERED, Status.DROPPED]


def replay(made):
    """The oracle: the latest entry by effective date, then by order of publication."""
    entries = sorted(
        RecordEntry.objects.current().filter(pledge=made), key=lambda entry: (entry.effective_on, entry.pk)
    )
    return entries[-1] if entries else None


@settings(max_examples=15)
@given(
    records=st.lists(
        st.tuples(st.lists(st.tuples(st.sampled_from(USABLE), DAYS), max_size=4), st.none() | DAYS),
        min_size=1,
        max_size=4,
    )
)
@pytest.mark.slow
def test_status_schedule_and_quiet_equal_a_replay_of_the_record(records):
    with transaction.atomic():
        for entries, deadline in records:
            made = stated(deadline_on=deadline)
            for status, day in entries:
                update(made, status, on=day, headline=f"{status} {day}")
        expected = {}
        for made in Pledge.objects.all():
            last = replay(made)
            done = last is not None and last.status == Status.DELIVERED
            if made.deadline_on is None:
                schedule = Schedule.NO_DEADLINE
            elif (last.effective_on if done else TODAY) > made.deadline_on:
                schedule = Schedule.OVERDUE
            else:
                schedule = Schedule.ON_TIME
            ended = last is not None and last.status in (Status.DELIVERED, Status.DROPPED, Status.SUPERSEDED)
            quiet = last is not None and not ended and (TODAY - last.effective_on).days > 180
            expected[made.pk] = (last and last.status, last and last.headline, schedule, quiet)
        rows = Pledge.objects.with_schedule(today=TODAY)
        assert {row.pk: (row.status, row.headline, row.schedule, row.quiet) for row in rows} == expected
        tally = Pledge.objects.tally(today=TODAY)
        values = list(expected.values())
        assert tally.total == len(values)
        assert dict(tally.by_status) == {key: [v[0] for v in values].count(key) for key in {v[0] for v in values}}
        assert dict(tally.by_schedule) == {key: [v[2] for v in values].count(key) for key in {v[2] for v in values}}
        assert tally.quiet == sum(v[3] for v in values)
        transaction.set_rollback(True)


def test_a_body_has_what_it_promised_and_what_it_has_to_do_each_once():
    body, other = BodyFactory(), BodyFactory()
    both = PledgeFactory(promised_by=body)
    both.bodies.add(body, other)
    duty = PledgeFactory(promised_by=other)
    duty.bodies.add(body)
    PledgeFactory(promised_by=other)
    assert set(Pledge.objects.filter(Pledge.objects.of_body(body))) == {both, duty}
    assert {one: one.pledge_count for one in Body.objects.with_counts()} == {body: 2, other: 3}
    assert Theme.objects.with_counts().get().pledge_count == 3


def test_citing_finds_pledges_by_their_own_and_by_their_entries_passages():
    quoted = Passage.objects.create(source=SourceFactory(text=""), exact="Not checked.")
    own, by_entry, neither = stated(quoted), stated(), stated(PassageFactory())
    update(by_entry, passage=quoted)
    assert set(Pledge.objects.citing(Passage.objects.in_state("unchecked"))) == {own, by_entry}
    assert neither in Pledge.objects.citing(Passage.objects.in_state("checked"))


def test_a_conflict_is_known_in_the_list():
    made = stated()
    Conflict.objects.create(pledge=made, question="How much")
    stated()
    assert [row.in_conflict for row in Pledge.objects.with_schedule(today=TODAY).order_by("pk")] == [
        True,
        False,
    ]


def test_the_row_shows_confirmed_words_before_those_not_yet_checked():
    quoted = Passage.objects.create(source=SourceFactory(text=""), exact="Not checked.")
    made = stated(quoted)
    made.citations.create(passage=PassageFactory(), role="pledge")
    (row,) = Pledge.objects.for_list(today=TODAY)
    assert [citation.passage.exact for citation in row.words] == ["We will do it.", "Not checked."]
