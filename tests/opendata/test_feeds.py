"""Feeds and the calendar, read by programs that are not ours."""

import datetime as dt
import json
import re

import feedparser
import icalendar
import pytest

from tests.factories import BodyFactory, ThemeFactory, stated, update
from tracker.pledges.choices import EntryKind, Status
from tracker.pledges.models import RecordEntry
from tracker.pledges.record import checkpoints
from tracker.pledges.record.publish import withdraw_entry

pytestmark = pytest.mark.django_db


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = feedparser.parse(answer.content)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    assert feed.feed.id
    assert feed.feed.updated
    assert feed.feed.title
    for entry in feed.entries:
        assert entry.id
        assert entry.title
        assert entry.updated
        assert entry.link.startswith("http://testserver/")
    return feed


def test_each_change_is_an_entry_corrections_too(client):
    about = stated()
    wrong = update(about, headline="Too early <b>&")
    update(about, headline="Right", corrects=wrong, reason="The first was too early.")
    last = update(about, headline="More")
    withdraw_entry(last, reason="It did not happen.", by="Ada", approved_by="Grace")
    feed = read(client, "/changes/feed.atom")
    assert len(feed.entries) == RecordEntry.objects.count()
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    kinds = [entry.tags[0].term for entry in feed.entries]
    assert kinds[0] == EntryKind.WITHDRAWAL
    assert EntryKind.CORRECTION in kinds
    told = " ".join(entry.summary for entry in feed.entries)
    assert "The first was too early." in told
    assert "It did not happen." in told
    assert any("Too early <b>&" in re.sub("&lt;", "<", entry.title).replace("&amp;", "&") for entry in feed.entries)


def test_ids_stay_and_the_head_of_the_record_is_in_the_feed(client):
    about = stated()
    before = {entry.id for entry in read(client, "/changes/feed.atom").entries}
    update(about)
    after = {entry.id for entry in read(client, "/changes/feed.atom").entries}
    assert before < after
    assert all(re.fullmatch(r"tag:localhost,2026:entry/[0-9]+", one) for one in after)
    content = client.get("/changes/feed.atom").content.decode()
    assert checkpoints.checkpoint(checkpoints.current_head()).splitlines()[2] in content


def test_a_pledge_a_body_a_theme_a_list(client):
    one = stated(slug="one", promised_by=BodyFactory(slug="home-office"), theme=ThemeFactory(slug="law", name="Law"))
    two = stated(slug="two", promised_by=BodyFactory(slug="police"), theme=ThemeFactory(slug="data", name="Data"))
    update(one, Status.ANNOUNCED)
    update(two, Status.UNDER_WAY)

    def about(address):
        return {re.search("/pledges/([a-z]+)/", entry.link)[1] for entry in read(client, address).entries}

    assert about("/pledges/one/feed.atom") == {"one"}
    assert about("/bodies/police/feed.atom") == {"two"}
    assert about("/themes/law/feed.atom") == {"one"}
    assert about("/feed.atom?status=under-way") == {"two"}
    assert about("/feed.atom") == {"one", "two"}
    for wrong in ("/pledges/none/feed.atom", "/bodies/none/feed.atom", "/themes/none/feed.atom"):
        assert client.get(wrong).status_code == 404
    assert client.get("/feed.atom?status=kept").status_code == 400


def test_deadlines_are_day_long_events_that_keep_their_names(client):
    stated(slug="late", deadline_on=dt.date(2026, 1, 31), title="Late; with, commas")
    stated(slug="soon", deadline_on=dt.date(2027, 3, 28))
    stated(slug="open")

    def events(query=""):
        calendar = icalendar.Calendar.from_ical(client.get(f"/deadlines.ics{query}").getvalue())
        assert calendar["version"] == "2.0"
        return {str(event["uid"]): event for event in calendar.walk("VEVENT")}

    found = events()
    assert set(found) == {"deadline-late@localhost", "deadline-soon@localhost"}
    late = found["deadline-late@localhost"]
    assert (late["dtstart"].dt, late["dtend"].dt) == (dt.date(2026, 1, 31), dt.date(2026, 2, 1))
    assert str(late["summary"]) == "Deadline: Late; with, commas"
    assert client.get("/deadlines.ics").getvalue() == client.get("/deadlines.ics").getvalue()
    assert set(events("?schedule=overdue")) == {"deadline-late@localhost"}
    assert client.get("/deadlines.ics?schedule=x").status_code == 400


def test_pages_name_their_feeds_and_their_linked_data(client):
    about = stated(title="</script><b>")
    page = client.get(about.get_absolute_url()).content.decode()
    assert f'href="{about.get_absolute_url()}feed.atom"' in page
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1]
    told = json.loads(block)
    assert told["name"] == "</script><b>"
    assert told["citation"][0]["text"] == about.citations.get().passage.exact
    assert (
        json.loads(re.search(r'ld\+json">(.*?)</script>', client.get("/").content.decode(), re.DOTALL)[1])["@type"]
        == "Dataset"
    )
