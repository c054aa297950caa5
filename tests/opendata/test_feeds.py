"""Feeds and the calendar, read by programs that are not ours."""

import datetime as dt
import json
import re

import feedparser
import icalendar
import pytest
import time_machine
from django.utils import timezone

from tests.factories import BodyFactory, PassageFactory, PledgeFactory, ThemeFactory, stated, superuser, update
from tracker.opendata import feeds
from tracker.pledges.choices import EntryKind, EvidenceRole, Status
from tracker.pledges.models import RecordEntry
from tracker.pledges.record import checkpoints
from tracker.pledges.record.publish import Evidence, withdraw_entry, withdraw_text
from tracker.pledges.record.statements import publish_statement

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


def test_what_was_corrected_or_withdrawn_says_so_and_is_newer(client):
    about = stated()
    wrong = update(about, headline="Too early")
    gone = update(about, headline="Did not happen")
    erased = update(about, headline="Names somebody")
    kept = update(about, headline="Stays")
    before = {entry.id: entry.updated for entry in read(client, "/changes/feed.atom").entries}
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        update(about, headline="Right", corrects=wrong, reason="The first was too early.")
        withdraw_entry(gone, reason="It did not happen.", by="Ada", approved_by="Grace")
        withdraw_text(erased, reason="A court ordered it.", admin=superuser(), by="Edith", headline=True)
        entries = {entry.id: entry for entry in read(client, "/changes/feed.atom").entries}
    for entry, words in (
        (wrong, "was corrected by entry"),
        (gone, "was withdrawn by entry"),
        (erased, "withdrawn for legal reasons"),
    ):
        now = entries[f"tag:localhost,2026:entry/{entry.position}"]
        assert now.updated > before[now.id]
        assert now.updated > now.published
        assert words in now.summary
    assert "Names somebody" not in client.get("/changes/feed.atom").content.decode()
    unchanged = entries[f"tag:localhost,2026:entry/{kept.position}"]
    assert unchanged.updated == before[unchanged.id]


@pytest.mark.slow
def test_a_feed_leads_on_to_its_very_first_entry(client, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(feeds, "MAX_FEED_ENTRIES", 3)
    about = stated(slug="about", theme=ThemeFactory(slug="law", name="Law"))
    for _ in range(6):
        update(about)
    for first in ("/changes/feed.atom", "/feed.atom?theme=law", "/pledges/about/feed.atom", "/themes/law/feed.atom"):
        seen, address = [], first
        while address:
            with django_assert_max_num_queries(20):
                feed = read(client, address)
            links = {link.rel: link.href for link in feed.feed.links}
            assert links["self"] == f"http://testserver{address.removeprefix('http://testserver')}"
            assert links["first"] == f"http://testserver{first}"
            assert len(feed.entries) <= 3
            seen += [int(entry.id.rpartition("/")[2]) for entry in feed.entries]
            address = links.get("next")
            if len(seen) == 3:
                update(about)  # what is published meanwhile moves nothing
        assert seen == list(range(seen[0], 0, -1)), first
    assert client.get("/changes/feed.atom?before=x").status_code == 404
    assert client.get("/feed.atom?before=-1").status_code == 404


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


def events(client, query=""):
    content = client.get(f"/deadlines.ics{query}").getvalue()
    calendar = icalendar.Calendar.from_ical(content)
    assert calendar.subcomponents, "RFC 5545: at least one component"
    assert not calendar.errors
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def test_a_calendar_without_a_deadline_is_valid(client):
    assert events(client) == {}
    stated(slug="open")
    assert events(client) == events(client, "?status=dropped") == {}
    zone = icalendar.Calendar.from_ical(client.get("/deadlines.ics").getvalue()).walk("VTIMEZONE")[0]
    london = zone.to_tz()
    assert [dt.datetime(2026, month, 1, tzinfo=london).utcoffset() for month in (1, 7)] == [
        dt.timedelta(0),
        dt.timedelta(hours=1),
    ]


def test_a_deadline_that_is_stated_anew_is_a_newer_revision_of_its_event(client):
    about = stated(slug="about", deadline_on=dt.date(2027, 3, 31))
    old = stated(slug="old", deadline_on=dt.date(2027, 3, 31))
    first = events(client)["deadline-about@localhost"]
    assert (first["sequence"], str(first["status"])) == (0, "CONFIRMED")
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        about.title = "Another title"
        evidence = [Evidence(PassageFactory(), EvidenceRole.PLEDGE)]
        again = publish_statement(about, evidence=evidence, bodies=[], reason="Clearer.", by="Ada")
        new = PledgeFactory.build(slug="new", review=old.review, theme=old.theme, promised_by=None)
        publish_statement(new, evidence=evidence, bodies=[], replaces=[old], by="Ada")
        changed = events(client)
    second = changed["deadline-about@localhost"]
    assert (second["sequence"], second["last-modified"].dt) == (1, again.published_at.replace(microsecond=0))
    assert second["last-modified"].dt > first["last-modified"].dt
    replaced = changed["deadline-old@localhost"]
    assert (replaced["sequence"], str(replaced["status"])) == (1, "CANCELLED")
    assert replaced["dtstart"].dt == dt.date(2027, 3, 31)
    assert str(replaced["summary"]) == f"No longer a deadline: {old.title}"


def test_a_deadline_that_was_said_later_has_an_event_of_its_own(client):
    later = {"words": "by the end of 2027", "said_on": "2026-11-20", "edtf": "../2027"}
    vague = later | {"words": "in due course", "edtf": ""}
    stated(slug="dated", deadline_on=dt.date(2026, 11, 21), later_deadlines=[vague, later], title="Dated")
    stated(slug="vague", deadline_note="soon", later_deadlines=[later])
    shown = events(client)
    assert set(shown) == {
        "deadline-dated@localhost",
        "deadline-dated-later-2@localhost",
        "deadline-vague-later-1@localhost",
    }
    assert shown["deadline-dated@localhost"]["dtstart"].dt == dt.date(2026, 11, 21)
    second = shown["deadline-dated-later-2@localhost"]
    assert (second["dtstart"].dt, str(second["summary"])) == (dt.date(2027, 12, 31), "Later deadline: Dated")
    assert "never replaces the deadline that was stated first" in str(second["description"])


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
