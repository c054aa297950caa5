"""Pages as of a day, against a replay of the record by an independent oracle."""

import datetime as dt
import html
import re
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import pledge, update
from tracker.pledges.choices import Status
from tracker.pledges.dates import end_of_day
from tracker.pledges.models import Conflict, Pledge, RecordEntry, StatusPeriod
from tracker.pledges.record.publish import withdraw_entry
from tracker.public.status_changes import status_changes

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
START = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
USABLE = [Status.NONE_FOUND, Status.ANNOUNCED, Status.UNDER_WAY, Status.PART, Status.DELIVERED]
STEPS = st.tuples(
    st.integers(0, 2),  # which pledge
    st.sampled_from(["update", "update", "correct", "withdraw"]),
    st.sampled_from(USABLE),
    st.integers(0, 60),  # effective: days after the pledge was made
    st.integers(0, 40 * 24),  # published: hours after the entry before
)


def play(steps, pledges, now):
    """Publish what steps say about pledges from an instant on; return the entries and the last instant."""
    entries = []
    for which, action, status, effective, hours in steps:
        now += dt.timedelta(hours=hours)
        about = pledges[which]
        target = RecordEntry.objects.current().filter(pledge=about).order_by("position").first()
        on = about.made_on + dt.timedelta(days=effective)
        with time_machine.travel(now, tick=False):
            if action == "withdraw" and target:
                entries.append(withdraw_entry(target, reason="Wrong.", by="Ada", approved_by="Grace"))
            elif action == "correct" and target:
                entries.append(update(about, status, on=on, corrects=target, reason="Wrong."))
            else:
                entries.append(update(about, status, on=on))
    return entries, now


def replay(log, pledge_pk, day):
    """Walk the record from its start, keeping what stands, and stop at the end of the day in London."""
    standing = {}
    seen = False
    for entry in log:
        if entry["published_at"].astimezone(LONDON).date() > day:
            break
        if entry["pledge"] != pledge_pk:
            continue
        seen = True
        if entry["kind"] in ("correction", "withdrawal"):
            standing.pop(entry["corrects"], None)
        if entry["kind"] in ("update", "correction"):
            standing[entry["position"]] = (entry["effective_on"], entry["position"], entry["status"])
    return seen, max(standing.values())[2] if standing else None


@settings(max_examples=15)
@given(st.lists(STEPS, min_size=1, max_size=10), st.lists(st.integers(-5, 327), min_size=1, max_size=5))
@pytest.mark.slow
def test_any_day_equals_a_replay_of_the_record(client, steps, days):
    with transaction.atomic():
        pledges = [pledge() for _ in range(3)]
        entries, _ = play(steps, pledges, START)
        log = [
            {name: getattr(entry, name) for name in ("kind", "position", "effective_on", "status", "published_at")}
            | {"pledge": entry.pledge_id, "corrects": entry.corrects.position if entry.corrects else None}
            for entry in entries
        ]
        for offset in days:
            day = START.date() + dt.timedelta(days=offset)
            expected = {one.pk: replay(log, one.pk, day) for one in pledges}
            rows = Pledge.objects.with_record(until=end_of_day(day))
            assert {row.pk: row.status for row in rows} == {
                pk: status for pk, (seen, status) in expected.items() if seen
            }
            tally = Pledge.objects.tally(today=day, until=end_of_day(day))
            assert tally.total == sum(seen for seen, _ in expected.values())
            page = client.get("/", {"as_of": day.isoformat()})
            assert {
                pk: StatusPeriod.objects.get(pk=key).status
                for pk, key in page.context["results"].context["listing"].page
            } == {pk: status for pk, (seen, status) in expected.items() if seen}
        first, last = START.date(), START.date() + dt.timedelta(days=320)
        changed = {move.pledge.pk: (move.before, move.after) for move in status_changes(since=first, until=last)}
        for one in pledges:
            before, after = replay(log, one.pk, first), replay(log, one.pk, last)
            assert (one.pk in changed) == (before != after)
            if one.pk in changed:
                assert changed[one.pk] == (before[1], after[1])
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-07-01T22:59:59Z", "2026-07-01"),  # 23:59:59 in London
        ("2026-07-01T23:00:00Z", "2026-07-02"),  # midnight in London, still yesterday in UTC
        ("2026-01-01T23:59:59Z", "2026-01-01"),
        ("2026-03-29T00:30:00Z", "2026-03-29"),  # the clocks go forward
        ("2026-10-25T00:30:00Z", "2026-10-25"),  # and back
    ],
)
def test_a_day_ends_at_midnight_in_london(instant, day):
    about, day = pledge(), dt.date.fromisoformat(day)
    update(about, published_at=dt.datetime.fromisoformat(instant))
    assert Pledge.objects.with_record(until=end_of_day(day)).count() == 1
    assert Pledge.objects.with_record(until=end_of_day(day - dt.timedelta(days=1))).count() == 0


@pytest.mark.usefixtures("casey")
class TestPages:
    def test_a_banner_says_so_and_leads_back(self, client):
        for url in ("/", "/pledges/nca-cold-cases/", "/bodies/home-secretary/", "/themes/policing/", "/changes/"):
            response = client.get(url, {"as_of": "2026-11-24"})
            body = response.content.decode()
            assert response.status_code == 200
            assert 'On <time datetime="2026-11-24">24 November 2026</time>, as it was known then.' in body
            assert f'<a href="{url}" data-today>Back to today</a>' in body
            assert "<title>24 November 2026, as known then: " in body
            assert response["X-Robots-Tag"] == "noindex"
        body = client.get("/", {"as_of": "2026-11-24"}).content.decode()
        assert 'href="/pledges/nca-cold-cases/?as_of=2026-11-24"' in body

    def test_no_day_is_kept_for_ever_because_words_may_have_to_go(self, client):
        response = client.get("/", {"as_of": "2026-11-23"})
        assert "immutable" not in response["Cache-Control"]
        assert "max-age=0" in response["Cache-Control"]

    def test_a_day_before_the_first_entry_is_answered(self, client):
        body = client.get("/", {"as_of": "2025-09-01"}).content.decode()
        assert '<b>This record began on <time datetime="2026-11-24">24 November 2026</time>.</b>' in body
        assert 'You asked for <time datetime="2025-09-01">1 September 2025</time>. We do not know what was' in body
        assert "We do not know what was published on 1 September 2025: this record began on 24 November 2026." in body
        assert 'Unknown before <time datetime="2026-11-24">' in body
        assert "No pledge" not in body
        assert 'class="unit-bar"' not in body
        response = client.get("/pledges/nca-cold-cases/", {"as_of": "2025-09-01"})
        assert response.status_code == 404
        assert "We do not know what was published about this pledge then." in response.content.decode()

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            ("2027-01-01", "is in the future"),
            ("2026-02-31", "That date does not exist."),
            ("yesterday", "Enter a date, for example 1 September 2025."),
            ("0001-01-01", "Enter a date, for example 1 September 2025."),
            ("9" * 100_000, "Enter a date, for example 1 September 2025."),
            ("\x00", "Enter a date, for example 1 September 2025."),
            ("2026-11-24T00:00", "Enter a date, for example 1 September 2025."),
        ],
    )
    def test_a_day_that_can_not_be_gets_a_clear_answer_and_today(self, client, value, message):
        for url in ("/", "/pledges/nca-cold-cases/", "/changes/"):
            response = client.get(url, {"as_of": value})
            assert response.status_code == 200
            assert message in response.content.decode()
            assert "Back to today" not in response.content.decode()

    def test_filters_and_pages_stay_on_the_day(self, client, settings):
        settings.PLEDGES_PER_PAGE = 2
        body = client.get("/", {"as_of": "2026-11-24", "quiet": "yes"}).content.decode()
        assert "?as_of=2026-11-24&amp;quiet=yes&amp;page=2" in body
        assert '<input type="hidden" name="as_of" value="2026-11-24">' in body

    @pytest.mark.parametrize(
        ("clock", "title"),
        [
            ("as_of=2026-11-25", "25 November 2026, as known then: "),
            ("happened_by=2026-11-25", "By 25 November 2026, as known today: "),
            ("happened_by=2026-11-24&as_of=2026-11-26", "By 24 November 2026, as known on 26 November 2026: "),
        ],
    )
    @time_machine.travel("2026-11-28T12:00Z", tick=False)
    @pytest.mark.slow
    def test_every_link_of_every_past_page_stays_on_the_day_or_says_that_it_leaves_it(self, client, clock, title):
        """A crawl from the front page: what a link of ours leads to, it leads to on the day, or it says “(today)”."""
        seen, waiting, left = set(), ["/", "/compare/?a=home-secretary&b=police"], set()
        other = "as_of" if clock.startswith("happened_by") else "happened_by"
        while waiting:
            address = waiting.pop()
            response = client.get(address if clock in address else f"{address}{'&' if '?' in address else '?'}{clock}")
            page = response.content.decode()
            assert f"<title>{title}" in page, address
            banner = re.search(r'<aside class="past.*?</aside>', page, re.S)[0]
            assert re.search(rf'href="[^"]*\?{other}=', banner) or "give the same for this page" in banner, address
            page = re.sub(r'<aside class="past.*?</aside>', "", page, flags=re.S)
            for attributes, words in re.findall(r"<a\b([^>]*)>(.*?)</a>", page, re.S):
                link = html.unescape(re.search(r'href="([^"]*)"', attributes)[1])
                if not re.match(r"/(?!/)|\?", link) or "data-today" in attributes:
                    continue
                left.add(link.split("?")[0]) if "(today)" in words else None
                assert "(today)" in words or clock in link or "until=2026-11-25" in link, (address, link, words)
                target = link.partition("#")[0]
                path = target.split("?")[0]
                kind = path if path.count("/") < 3 else path.rstrip("/").rpartition("/")[0] + "/"
                if re.match(r"/(?!data/|api/)", target) and clock in target and kind not in seen:
                    seen.add(kind)
                    waiting.append(target)
        assert {"/pledges/", "/bodies/", "/themes/", "/changes/", "/reviews/casey-audit-2025/"} <= seen
        assert {"/sources/", "/methodology/", "/report/"} <= left

    def test_a_conflict_is_shown_from_the_day_on_which_it_was_published(self, client):
        made = Pledge.objects.get(slug="victims-counselling")
        Conflict.objects.create(
            pledge=made, question="Later", published_at=dt.datetime(2026, 11, 25, 0, 30, tzinfo=dt.UTC)
        )
        rows = Pledge.objects.with_schedule(today=dt.date(2026, 11, 24), until=end_of_day(dt.date(2026, 11, 24)))
        assert not rows.get(slug="victims-counselling").in_conflict
        assert Pledge.objects.with_schedule(today=dt.date(2026, 11, 25)).get(slug="victims-counselling").in_conflict


@pytest.mark.usefixtures("casey")
class TestChanges:
    def test_every_entry_is_there_and_the_head_in_each_footer(self, client):
        body = "".join(client.get("/changes/", {"page": number}).content.decode() for number in (1, 2))
        for entry in RecordEntry.objects.all():
            assert f'id="{entry.anchor}"' in body
        head = RecordEntry.objects.order_by("-position").first()
        for url in ("/", "/about/", "/sources/"):
            assert head.digest[:16] in client.get(url).content.decode()

    def test_a_month_has_an_address_and_says_what_came(self, client):
        body = client.get("/changes/2026-11/").content.decode()
        assert "Changes in November 2026" in body
        assert body.count("New on the record") == 22
        assert "No entry was published in this period." in client.get("/changes/2026-10/").content.decode()

    @pytest.mark.parametrize(
        "query",
        [
            {"since": "x"}, {"until": "2026-02-31"}, {"since": "2026-11-24", "until": "2026-11-01"},
            {"until": "2090-01-01"}, {"kind": "gossip"}, {"page": "x" * 9999}, {"since": "\x00", "kind": "\x00"},
        ],
    )  # fmt: skip
    def test_malformed_periods_are_named_and_never_an_error(self, client, query):
        response = client.get("/changes/", query)
        assert response.status_code == 200
        assert "page" in query or 'class="caution" role="alert"' in response.content.decode()

    @pytest.mark.parametrize("month", ["2026-13", "0000-01", "2026-00"])
    def test_a_month_that_is_none_is_no_error(self, client, month):
        assert client.get(f"/changes/{month}/").status_code == 200

    def test_the_record_can_be_taken_away(self, client):
        lines = b"".join(client.get("/record/record.ndjson").streaming_content).decode().splitlines()
        assert len(lines) == 94
        head = client.get("/.well-known/record-head.json").json()
        assert head["size"] == 94
        assert head["checkpoint"] == client.get("/record/head.txt").content.decode()
        assert head["checkpoint"].splitlines()[2] in client.get("/record/").content.decode().replace("&#x27;", "'")
        assert client.get("/record/verify_record.py").content.startswith(b"#!/usr/bin/env python3")
