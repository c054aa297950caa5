"""What lists and past days read follows from the record, entry by entry as all at once, and counts go by it."""

import datetime as dt
from collections import Counter

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import ThemeFactory, pledge, stated, superuser, update
from tracker.pledges.choices import EvidenceRole, Status
from tracker.pledges.dates import end_of_day
from tracker.pledges.derived import count_checks, counts, status_periods
from tracker.pledges.models import DailyCounts, Pledge, StatusPeriod
from tracker.pledges.record.publish import Evidence, withdraw_entry, withdraw_text
from tracker.pledges.record.statements import publish_statement
from tracker.pledges.record.verify import verify_standings

pytestmark = pytest.mark.django_db
START = dt.datetime(2025, 7, 1, 12, tzinfo=dt.UTC)
ACTIONS = ("update", "correct", "withdraw", "restate", "keep", "state", "blank")
STATUSES = [Status.NONE_FOUND, Status.ANNOUNCED, Status.UNDER_WAY, Status.DELIVERED, Status.DROPPED]


def rows() -> set[tuple]:
    columns = [field.attname for field in StatusPeriod._meta.concrete_fields if field.name != "id"]
    return set(StatusPeriod.objects.values_list(*columns))


def act(action: str, about: Pledge, status: Status, day: int, deadline: int | None) -> None:
    on = min(about.made_on + dt.timedelta(days=day), dt.datetime.now(dt.UTC).date())
    entries = list(about.updates.current())
    if action == "withdraw" and entries:
        withdraw_entry(entries[0], reason="Wrong.", by="Ada", approved_by="Grace")
    elif action == "correct" and entries:
        update(about, status, on=on, corrects=entries[0], reason="Wrong.")
    elif action == "restate":
        about.theme = ThemeFactory(slug=f"theme-{day % 3}", name=f"Theme {day % 3}")
        if about.deadline_on is None and deadline is not None:
            about.deadline_on = about.made_on + dt.timedelta(days=deadline)
        about.note = f"{about.note}."
        evidence = [Evidence(one.passage, one.role) for one in about.citations.all()]
        publish_statement(about, evidence=evidence, bodies=[], by="Ada", approved_by="Grace", reason="Clearer.")
    elif action == "blank":
        entry = about.updates.filter(kind="pledge").last()
        withdraw_text(entry, reason="A court.", admin=superuser(f"a{User.objects.count()}"), by="Edith")
    else:
        update(about, status, on=on)


@settings(max_examples=15)
@given(
    script=st.lists(
        st.tuples(
            st.sampled_from(ACTIONS), st.integers(0, 2), st.sampled_from(STATUSES), st.integers(0, 200),
            st.none() | st.integers(0, 400), st.integers(0, 3_000_000),
        ),
        max_size=14,
    ),
    days=st.lists(st.integers(0, 500), min_size=1, max_size=4),
)  # fmt: skip
@pytest.mark.slow
def test_whatever_is_published_what_lists_read_follows_and_every_count_is_right(script, days):
    with transaction.atomic():
        now = START
        with time_machine.travel(now, tick=False):
            pledges = [stated(deadline_on=None if n else dt.date(2025, 12, 1)) for n in range(3)]
        for action, which, status, day, deadline, seconds in script:
            now += dt.timedelta(seconds=seconds)
            with time_machine.travel(now, tick=False):
                if action == "keep":
                    counts.store_due_counts()
                elif action == "state":
                    pledges.append(stated(deadline_on=dt.date(2026, 1, 1) if day % 2 else None))
                else:
                    act(action, pledges[which], status, day, deadline)
                if script.index((action, which, status, day, deadline, seconds)) % 3 == 2:
                    counts.store_due_counts()
        with time_machine.travel(now, tick=False):
            assert list(verify_standings()) == []
            for offset in days:
                day = START.date() + dt.timedelta(days=offset)
                for until in (end_of_day(day), None):
                    expected = Pledge.objects.count_by_facets(today=day, until=until)
                    assert counts.count_pledges(today=day, until=until) == expected
        grown = rows()
        assert status_periods.rebuild_periods() == len(grown)
        assert rows() == grown
        transaction.set_rollback(True)


def test_an_entry_ends_the_row_before_and_another_pledge_keeps_its_own():
    about, other = stated(), stated()
    first, untouched = about.standings.get(), other.standings.get()
    entry = update(about, Status.UNDER_WAY)
    before, now = about.standings.order_by("since")
    assert (before.since, before.until) == (first.since, entry.published_at)
    assert (now.update, now.status, now.until) == (entry, "under-way", None)
    assert other.standings.get() == untouched


def test_what_was_changed_past_the_record_is_named_and_put_right():
    about = stated(slug="about")
    update(about, Status.ANNOUNCED)
    counts.store_due_counts()
    call_command("verify_record")
    StatusPeriod.objects.filter(pledge=about, until=None).update(status="delivered")
    with pytest.raises(CommandError, match="“about”"):
        call_command("verify_record")
    call_command("rebuild_standings")
    DailyCounts.objects.update(cells=[["delivered", "theme", "no-deadline", "ministerial-pledge", False, 9]])
    with pytest.raises(CommandError, match="counted otherwise"):
        call_command("verify_record")
    call_command("rebuild_standings")
    call_command("verify_record")


@pytest.mark.slow
def test_of_many_counts_the_wrong_one_is_named_and_no_other():
    """Days on which pledges become overdue and quiet, are delivered late and on the last day, or dropped."""
    with time_machine.travel(START):
        pledges = [stated(deadline_on=START.date() + dt.timedelta(days=days)) for days in (40, 80, 300)]
        pledges += [stated(), stated()]
    for day, which, status in (
        (10, 0, Status.UNDER_WAY), (60, 0, Status.DELIVERED), (80, 1, Status.DELIVERED), (90, 3, Status.ANNOUNCED),
        (330, 3, Status.DROPPED), (350, 2, Status.UNDER_WAY),
    ):  # fmt: skip
        with time_machine.travel(START + dt.timedelta(days=day)):
            update(pledges[which], status, on=START.date() + dt.timedelta(days=day))
    with time_machine.travel(START + dt.timedelta(days=400)):
        counts.store_due_counts()
        stored = list(DailyCounts.objects.order_by("at", "day"))
        assert len(stored) > 300
        schedules = {cell.schedule for row in stored for cell in counts.read_counts(row)}
        assert schedules == {"no-deadline", "on-time", "overdue"}
        assert {cell.quiet for row in stored for cell in counts.read_counts(row)} == {True, False}
        delivered = {cell.schedule for cell in counts.read_counts(stored[-1]) if cell.status == Status.DELIVERED}
        assert delivered == {"on-time", "overdue"}
        assert list(count_checks.wrong_counts()) == []
        for row in (stored[0], stored[41], stored[200], stored[-1]):
            right = row.cells
            for cells in (
                [*right[:-1], [*right[-1][:-1], right[-1][-1] + 1]],
                right[1:],
                [*right, [*right[0][:-1], -1]],
            ):
                DailyCounts.objects.filter(pk=row.pk).update(cells=cells)
                assert list(count_checks.wrong_counts()) == [row]
            DailyCounts.objects.filter(pk=row.pk).update(cells=right)
        assert list(count_checks.wrong_counts()) == []
        StatusPeriod.objects.filter(pledge=pledges[4]).update(theme="other")
        assert len(list(count_checks.wrong_counts())) == len(stored)


def test_words_that_were_withdrawn_take_the_counts_since_then_with_them():
    old = ThemeFactory(slug="old", name="Old")
    with time_machine.travel(START):
        about = stated(theme=old)
    for day in (1, 2):
        with time_machine.travel(START + dt.timedelta(days=day)):
            update(about, Status.UNDER_WAY)
            counts.store_due_counts()
    assert DailyCounts.objects.exists()
    with time_machine.travel(START + dt.timedelta(days=3)):
        about.theme = ThemeFactory(slug="new", name="New")
        evidence = [Evidence(one.passage, one.role) for one in about.citations.all()]
        publish_statement(about, evidence=evidence, bodies=[], by="Ada", approved_by="Grace", reason="Clearer.")
        withdraw_text(about.updates.get(position=1), reason="A court.", admin=superuser(), by="Edith")
    assert {row.theme for row in about.standings.all()} == {"new"}, "what it was stated as then is nowhere any more"
    assert not DailyCounts.objects.filter(at__gt=START).exists()
    assert Counter(
        cell.theme for cell in counts.count_pledges(today=START.date(), until=end_of_day(START.date()))
    ) == {"new": 1}


def test_a_count_starts_from_the_one_kept_last_and_keeping_is_due_once(django_assert_num_queries):
    with time_machine.travel(START):
        for _ in range(3):
            update(stated(), Status.UNDER_WAY)
    with time_machine.travel(START + dt.timedelta(days=3)):
        update(stated(), Status.ANNOUNCED)
        assert counts.store_due_counts() == 4, "one for each day that is over, and one for now"
        assert counts.store_due_counts() == 0
        with django_assert_num_queries(2):
            assert sum(counts.count_pledges(today=dt.date(2025, 7, 4)).values()) == 4
    with time_machine.travel(START + dt.timedelta(days=200)):
        assert counts.store_due_counts() == 1, "what is quiet and overdue moves on though nothing is published"
        count = counts.count_pledges(today=dt.date(2026, 1, 17))
        assert sum(number for cell, number in count.items() if cell.quiet) == 3 + 1


def test_a_pledge_that_was_never_stated_is_on_no_list(client):
    made = pledge(title="Never stated")
    made.citations.update(role=EvidenceRole.PLEDGE)
    assert "Never stated" not in client.get("/").content.decode()
    assert client.get(made.get_absolute_url()).status_code == 404
    assert "See the pledge today" not in client.get(f"{made.get_absolute_url()}?as_of=2025-09-01").content.decode()
