"""Changes between two days, a page at a time: what a page costs does not grow with what has changed."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import pledge, update
from tracker.pledges.choices import Status
from tracker.public.status_changes import status_changes

pytestmark = pytest.mark.django_db
SINCE, UNTIL = dt.date(2026, 10, 31), dt.date(2026, 11, 24)
ADDRESS = "/changes/?since=2026-10-31&until=2026-11-24"


def on(day: int) -> dt.datetime:
    return dt.datetime(2026, 11, day, 12, tzinfo=dt.UTC)


def moved(number: int) -> None:
    """So many pledges that were added after the first of the two days, and one that was there before."""
    before = pledge(title="Was there before")
    update(before, published_at=dt.datetime(2026, 10, 1, tzinfo=dt.UTC))
    for one in range(number):
        update(pledge(title=f"Added {one:03}"), Status.ANNOUNCED, published_at=on(1 + one % 20))


@pytest.mark.slow
def test_the_pages_together_have_every_pledge_once_by_title():
    moved(60)
    pages = [status_changes(since=SINCE, until=UNTIL, number=str(number)) for number in (1, 2, 3)]
    titles = [change.pledge.title for page in pages for change in page]
    assert titles == [f"Added {one:03}" for one in range(60)]
    assert {(change.before, change.after, change.added) for page in pages for change in page} == {
        (None, "announced", True)
    }


@pytest.mark.slow
def test_a_page_says_how_many_there_are_and_leads_to_the_others(client):
    moved(30)
    first = client.get(ADDRESS)
    assert len(first.context["moves"]) == 25
    text = first.content.decode()
    assert "30 pledges were added or changed their status." in text
    assert "pledges_page=2" in text
    second = client.get(f"{ADDRESS}&pledges_page=2")
    assert len(second.context["moves"]) == 5
    for number in ("x", "-1", "99", "٣"):
        assert client.get(f"{ADDRESS}&pledges_page={number}").status_code == 200


@pytest.mark.slow
def test_a_page_takes_as_many_queries_however_much_has_changed(client):
    moved(3)
    client.get(ADDRESS)
    update(pledge(title="One more"), Status.ANNOUNCED, published_at=on(21))
    with CaptureQueriesContext(connection) as few:
        client.get(ADDRESS)
    for one in range(40):
        update(pledge(title=f"More {one}"), Status.ANNOUNCED, published_at=on(21))
    with CaptureQueriesContext(connection) as many:
        client.get(ADDRESS)
    assert len(many) <= len(few)


def test_a_pledge_that_came_back_to_its_status_has_not_moved():
    about = pledge(title="There and back")
    entry = update(about, Status.ANNOUNCED, published_at=dt.datetime(2026, 10, 1, tzinfo=dt.UTC))
    other = update(about, Status.UNDER_WAY, published_at=on(2))
    update(about, Status.ANNOUNCED, published_at=on(3), on=other.effective_on)
    assert list(status_changes(since=SINCE, until=UNTIL)) == []
    between = list(status_changes(since=SINCE, until=dt.date(2026, 11, 2)))
    assert [(one.before, one.after, one.added) for one in between] == [("announced", "under-way", False)]
    assert entry.status == "announced"


def test_entries_of_one_kind_come_a_page_at_a_time_from_either_end(client, settings):
    settings.ENTRIES_PER_PAGE = 4
    about = pledge()
    for number in range(11):
        update(about, headline=f"Entry number {number}", published_at=on(1 + number))
    pages = [client.get(f"/changes/?kind=update&page={number}") for number in (1, 2, 3)]
    headlines = re.findall(r"Entry number \d+", "".join(page.content.decode() for page in pages))
    assert headlines == [f"Entry number {n}" for n in reversed(range(11))]
    assert pages[0].context["page"].paginator.num_pages == 3


@pytest.mark.parametrize(
    ("since", "until", "problem"),
    [
        ("1 March 2030", "", "We ignored the start date because it is after the end date."),
        ("", "soon", "We ignored “Changed up to”."),
        ("31 June 2025", "1 May 2025", "We ignored “Changed after”."),
    ],
)
def test_days_that_are_ignored_stay_in_their_boxes(client, since, until, problem):
    page = client.get("/changes/", {"since": since, "until": until}).getvalue().decode()
    assert problem in page
    for typed in filter(None, (since, until)):
        assert f'value="{typed}"' in page
