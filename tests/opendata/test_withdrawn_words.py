"""A withdrawal by law reaches those who have the words: feeds, calendar, package; the desk reads it in numbers."""

import datetime as dt
import io
import json
import zipfile

import feedparser
import icalendar
import pytest
import time_machine
from django.utils import timezone

from tests.desk.conftest import signed_in
from tests.factories import SourceFactory, person, stated, superuser, update
from tracker.alerts.models import Subscription
from tracker.desk.accounts.permissions import DeskRole
from tracker.opendata import feeds
from tracker.pledges.models import RecordEntry
from tracker.pledges.record.publish import Evidence, withdraw_text
from tracker.pledges.record.statements import publish_statement
from tracker.sources.withdrawals import withdraw_source

pytestmark = pytest.mark.django_db
SECRET = "xylophonezebra"


def feed_of(client, address):
    content = client.get(address).content
    parsed = feedparser.parse(content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed, content.decode()


def withdraw(entry, **options):
    admin = superuser(f"admin-{RecordEntry.objects.count()}")
    return withdraw_text(entry, reason="A court ordered it.", admin=admin, by="Edith", **options)


class TestFeeds:
    @pytest.fixture(autouse=True)
    def _short(self, monkeypatch):
        monkeypatch.setattr(feeds, "MAX_FEED_ENTRIES", 3)

    def test_an_entry_of_an_earlier_page_is_told_once_more_without_its_words(self, client):
        about = stated(slug="about")
        entry = update(about, headline=f"About {SECRET}", explanation=f"More {SECRET}")
        first, content = feed_of(client, "/changes/feed.atom")
        assert SECRET in content, "the control: a reader’s program has it"
        held = {one.id: one.updated for one in first.entries}
        for _ in range(4):
            update(about)
        assert SECRET not in feed_of(client, "/changes/feed.atom")[1], "it is on an earlier page"
        with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
            withdraw(entry, headline=True)
            for address in ("/changes/feed.atom", "/pledges/about/feed.atom", "/feed.atom"):
                parsed, content = feed_of(client, address)
                name = f"tag:localhost,2026:entry/{entry.position}"
                [told] = [one for one in parsed.entries if one.id == name]
                assert told.updated > held[name], "so that a program replaces what it holds"
                assert "Text withdrawn" in told.title
                assert "withdrawn for legal reasons" in told.summary
                assert SECRET not in content
                assert len(parsed.entries) == 4

    def test_pages_still_lead_to_every_entry_once(self, client):
        about = stated()
        entry = update(about, headline=SECRET)
        for _ in range(4):
            update(about)
        withdraw(entry)
        withdraw(entry, headline=True)
        positions, address = [], "/changes/feed.atom"
        while address:
            parsed, content = feed_of(client, address)
            assert SECRET not in content
            page = [int(one.id.rpartition("/")[2]) for one in parsed.entries]
            positions += page if positions else [one for one in page if one != entry.position]
            address = {link.rel: link.href for link in parsed.feed.links}.get("next")
        assert positions == list(range(8, 0, -1))

    def test_it_takes_the_same_queries_whatever_was_withdrawn(self, client, django_assert_max_num_queries):
        about = stated()
        entries = [update(about) for _ in range(3)]
        for _ in range(4):
            update(about)
        for number, entry in enumerate(entries):
            withdraw_text(entry, reason="A court.", admin=superuser(f"admin{number}"), by="Edith")
        with django_assert_max_num_queries(25):
            assert len(feed_of(client, "/changes/feed.atom")[0].entries) == 6


def test_a_deadline_whose_words_are_withdrawn_is_cancelled_by_a_newer_revision(client):
    def event():
        content = client.get("/deadlines.ics").getvalue()
        calendar = icalendar.Calendar.from_ical(content)
        assert not calendar.errors
        [found] = [one for one in calendar.walk("VEVENT") if str(one["uid"]) == "deadline-about@localhost"]
        return found, content.decode()

    about = stated(slug="about", title=f"To {SECRET}", deadline_on=dt.date(2027, 3, 31), deadline_note=f"by {SECRET}")
    before, content = event()
    assert (before["sequence"], str(before["status"])) == (0, "CONFIRMED")
    assert SECRET in content
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        withdraw(about.updates.get(), headline=True)
        after, content = event()
        assert (after["sequence"], str(after["status"])) == (1, "CANCELLED")
        assert after["last-modified"].dt > before["last-modified"].dt
        assert after["dtstart"].dt == dt.date(2027, 3, 31)
        assert SECRET not in content
        about.title, about.deadline_note = "Another title", "by spring"
        evidence = [Evidence(one.passage, one.role) for one in about.citations.all()]
        publish_statement(about, evidence=evidence, bodies=[], by="Ada", reason="Stated anew.")
        again, _ = event()
        assert (again["sequence"], str(again["status"])) == (2, "CONFIRMED")


def test_the_package_lists_what_was_withdrawn_without_a_word_of_it(client):
    about = stated(slug="about")
    one, two = (update(about, headline=f"{SECRET} {word}", explanation=SECRET) for word in ("first", "second"))
    withdraw(one)
    withdraw_text(two, reason="A court ordered it.", admin=superuser("a"), by="Edith", headline=True)
    gone = SourceFactory(slug="gone", text=f"Words of {SECRET}.")
    withdraw_source(gone, reason="Its owner asked.", admin=superuser("b"), by="Edith")
    answer = client.get("/data/package.zip")
    package = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    told = json.loads(package.read("withdrawn.json"))
    assert [(row.get("entry"), row.get("source"), row.get("texts")) for row in told] == [
        (one.position, None, ["explanation"]),
        (two.position, None, ["headline", "explanation"]),
        (None, "gone", None),
    ]
    assert told[0]["withdrawn_by_entry"] == two.position + 1
    assert told[0]["pledge"] == "about"
    assert {row["reason"] for row in told} == {"A court ordered it.", "Its owner asked."}
    assert SECRET not in package.read("withdrawn.json").decode()
    assert "withdrawn.json" in package.read("README.txt").decode()


def test_the_admin_reads_in_numbers_who_may_still_have_the_words():
    admin = signed_in(person("Edith Clarke", DeskRole.ADMIN))
    about = stated(slug="about")
    long_ago = timezone.now() - dt.timedelta(days=1)
    theme, body = f"theme:{about.theme.slug}", f"body:{about.promised_by.slug}"
    for scope in ("all", "pledge:about", theme, body, "pledge:other"):
        Subscription.objects.create(email=f"{scope}@example.org", scope=scope, frequency="immediate", key=scope,
                                    confirmed_at=long_ago)  # fmt: skip
    Subscription.objects.create(email="never@example.org", scope="all", frequency="immediate", key="never")
    entry = update(about, headline="Named", explanation=f"It is {SECRET}.")
    address = f"/desk/entries/{entry.position}/withdraw-text/"
    body = admin.get(address).content.decode()
    assert "0 followers of today had them by email" in body
    Subscription.objects.update(sent_until=entry.position)
    body = admin.get(address).content.decode()
    assert "4 followers of today had them by email" in body, "not who follows another pledge, nor who never confirmed"
    assert "They were public on 1 day." in body
    assert "for 35 seconds more" in body
    assert "example.org" not in body.split("<main", 1)[1], "numbers, never addresses"
