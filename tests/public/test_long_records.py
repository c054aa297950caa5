"""A pledge with a long record: its page has the latest entries, and each older one is on a page of its own pages."""

import datetime as dt
import json
import re
from typing import NamedTuple

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import PassageFactory, SourceFactory, stated, update
from tracker.pledges.choices import EvidenceRole, Status
from tracker.pledges.read import pledge_detail, pledge_record
from tracker.pledges.read.pledge_record import LATEST_ENTRIES, MAX_ENTRIES
from tracker.pledges.record.publish import Evidence, withdraw_entry
from tracker.public.pages import pledge as pledge_page

pytestmark = pytest.mark.django_db
FIRST = dt.date(2025, 7, 1)


class Limits(NamedTuple):
    """How many entries a record has at most that is shown whole, and how many of a longer one are shown."""

    most: int
    latest: int


FEW, AS_THEY_ARE = Limits(6, 4), Limits(MAX_ENTRIES, LATEST_ENTRIES)


@pytest.fixture(autouse=True)
def limits(request, monkeypatch):
    """The limits of a test: few entries, because to publish one takes as long as to show a page of them."""
    limits = getattr(request, "param", FEW)
    monkeypatch.setattr(pledge_record, "MAX_ENTRIES", limits.most)
    for module in (pledge_record, pledge_detail):
        monkeypatch.setattr(module, "LATEST_ENTRIES", limits.latest)
    return limits


def long_record(number, slug="long", **fields):
    """A pledge with so many updates, each of another day."""
    about = stated(slug=slug)
    return about, [
        update(about, on=FIRST + dt.timedelta(days=day), headline=f"Made-up event {day}", **fields)
        for day in range(number)
    ]


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def shown(html):
    """The positions of the entries that a page shows whole."""
    return [int(number) for number in re.findall(r'<li id="entry-(\d+)"[^>]*>\s*<p class="when">\s*<time', html)]


def test_a_short_record_is_shown_whole(client, limits):
    about, entries = long_record(limits.most - 1)  # and the entry that states it
    html = page(client, about.get_absolute_url())
    for entry in entries:
        assert entry.headline in html
        assert f'<li id="{entry.anchor}"' in html
    assert "older entr" not in html
    assert 'class="elsewhere"' not in html


@pytest.mark.parametrize("limits", [FEW, AS_THEY_ARE], indirect=True)
@pytest.mark.slow
def test_of_a_long_record_the_latest_are_shown_and_each_other_is_led_to(client, limits, settings):
    settings.ENTRIES_PER_PAGE = limits.latest + 2
    about, entries = long_record(limits.most + 5)
    html = page(client, about.get_absolute_url())
    latest, older = entries[::-1][: limits.latest], entries[::-1][limits.latest :]
    assert [number for number in shown(html) if number != entries[0].position - 1] == [one.position for one in latest]
    assert f"{len(older)} older entries" in html
    assert f"The latest {limits.latest} of {len(entries)} entries." in html
    assert f"{len(older)} older entries are not printed here: http" in html
    lines = dict(re.findall(r'<p id="(entry-\d+)"><a href="([^"]+)">', html))
    assert list(lines) == [one.anchor for one in older]
    for one in (older[0], older[1], older[2], older[-1]):
        there = page(client, lines[one.anchor])
        assert one.position in shown(there)
        assert one.headline in there
    assert html.count(f'id="{older[0].anchor}"') == 1


@pytest.mark.slow
def test_of_a_very_long_record_the_oldest_share_a_line_that_leads_to_their_page(client, limits, settings, monkeypatch):
    settings.ENTRIES_PER_PAGE = 12
    monkeypatch.setattr(pledge_page, "MAX_LINES", 4)
    monkeypatch.setattr(pledge_page, "MAX_PLACES", limits.latest + 12)
    about, entries = long_record(limits.most + 15)
    html = page(client, about.get_absolute_url())
    older = entries[::-1][limits.latest :]
    assert re.findall(r'<p id="(entry-\d+)"><a href="', html) == [one.anchor for one in older[:4]]
    shared = re.findall(r'<p>((?:<i id="entry-\d+"></i>)+)<a href="([^"]+)">[^<]*on page (\d+)</a></p>', html)
    led_to = {anchor: (url, number) for places, url, number in shared for anchor in re.findall(r"entry-\d+", places)}
    assert list(led_to) == [one.anchor for one in older[4 : limits.latest + 12]]
    assert len(shared) == 2
    for one in (older[4], older[limits.latest + 11]):
        url, number = led_to[one.anchor]
        assert url.endswith(f"?page={number}")
        assert one.position in shown(page(client, url))


def test_the_pages_have_each_entry_once_and_lead_to_its_permanent_address(client, limits, settings):
    settings.ENTRIES_PER_PAGE = 4
    about, entries = long_record(limits.most + 5)
    seen, url = [], f"{about.get_absolute_url()}record/"
    while url:
        html = page(client, url)
        numbers = shown(html)
        seen += numbers
        for number in numbers:
            assert f'href="{about.get_absolute_url()}#entry-{number}"' in html
        following = re.search(r'<a rel="next"\s+href="([^"]+)"', html)
        url = f"{about.get_absolute_url()}record/{following[1]}" if following else None
    assert seen == [one.position for one in entries[::-1]]
    assert f"{len(entries)} entries" in page(client, f"{about.get_absolute_url()}record/")
    for number in ("nonsense", "0", "999"):
        assert shown(page(client, f"{about.get_absolute_url()}record/?page={number}"))


def test_a_past_day_stays_one(client, limits):
    about, entries = long_record(limits.most + 5)
    with time_machine.travel(dt.datetime(2027, 1, 1, 9, tzinfo=dt.UTC)):
        late = update(about, headline="After that day", on=dt.date(2026, 12, 1))
        day = f"{entries[-1].published_at:%Y-%m-%d}"
        html = page(client, f"{about.get_absolute_url()}?as_of={day}")
        assert "After that day" not in html
        assert f"{len(entries) - limits.latest} older entries" in html
        lines = dict(re.findall(r'<p id="(entry-\d+)"><a href="([^"]+)">', html))
        assert len(lines) == len(entries) - limits.latest
        assert all(f"as_of={day}#" in address for address in lines.values())
        there = page(client, lines[entries[0].anchor].replace("&amp;", "&"))
        assert entries[0].position in shown(there)
        assert late.position not in shown(there)
        assert f'href="{about.get_absolute_url()}?as_of={day}#{entries[0].anchor}"' in there
        links = re.findall(rf'<a href="({about.get_absolute_url()}[^"]*)">', there)
        assert links
        assert [link for link in links if "as_of" not in link and "proof" not in link] == []
    assert client.get(f"{about.get_absolute_url()}record/?as_of=2020-01-01").status_code == 404
    assert client.get("/pledges/none/record/").status_code == 404


def test_a_correction_or_withdrawal_far_back_is_seen(client, limits):
    about, entries = long_record(limits.most + 5)
    withdraw_entry(entries[0], reason="It was of another pledge.", by="Ada", approved_by="Grace")
    update(about, on=FIRST, headline="As it was", corrects=entries[1], reason="A wrong day.")
    html = page(client, about.get_absolute_url())
    assert "It was of another pledge." in html
    assert "A wrong day." in html, "both are named at the top, for a month"
    assert "Made-up event 0" not in html
    there = page(client, f"{about.get_absolute_url()}record/")
    assert "It was of another pledge." in there
    assert "<s>Made-up event 0</s>" in there
    assert f'href="{about.get_absolute_url()}#{entries[1].anchor}"' in there


def test_the_status_is_that_of_the_latest_entry_that_stands(client, limits):
    about, entries = long_record(limits.most + limits.latest)
    for entry in entries[-limits.latest - 1 :]:
        withdraw_entry(entry, reason="All wrong.", by="Ada", approved_by="Grace")
    html = page(client, about.get_absolute_url())
    still = entries[-limits.latest - 2]
    assert f'<p class="why">{still.headline}.</p>' in html


def test_steps_and_statements_of_left_out_entries_count(client, limits):
    about = stated(slug="long")
    words = PassageFactory(
        source=SourceFactory(text="Asked again, we have finished, they say."), exact="we have finished, they say."
    )
    evidence = [Evidence(words, EvidenceRole.OFFICIAL_POSITION)]
    update(about, Status.ANNOUNCED, on=dt.date(2025, 6, 20), headline="Announced long ago")
    from tracker.pledges.record.publish import publish_entry

    publish_entry(
        about, status=Status.UNDER_WAY, step=about.ladder[1].value, effective_on=dt.date(2025, 6, 21),
        looked_until=dt.date(2025, 6, 21), headline="They spoke", evidence=evidence, by="Ada", approved_by="Grace",
    )  # fmt: skip
    for day in range(limits.most):
        update(about, Status.NONE_FOUND, on=FIRST + dt.timedelta(days=day))
    html = page(client, about.get_absolute_url())
    assert "They spoke" not in html
    assert "we have finished, they say." in html
    assert html.count('<li class="reached">') == 2


@pytest.mark.slow
def test_what_it_costs_never_depends_on_how_long_it_is(client, limits):
    numbers = {}
    for slug, number in (("long", limits.most + 5), ("longer", limits.most * 4)):
        about, _ = long_record(number, slug)
        client.get(about.get_absolute_url())
        for path in ("", "record/"):
            for name in ("parts", "fragments"):
                caches[name].clear()
            with CaptureQueriesContext(connection) as asked:
                page(client, f"{about.get_absolute_url()}{path}")
            numbers.setdefault(path, []).append(len(asked))
    assert all(few == many for few, many in numbers.values()), numbers


def test_open_data_have_the_whole_record(client, limits):
    about, entries = long_record(limits.most + 5)
    rows = b"".join(client.get("/data/updates.csv?pledge=long").streaming_content).decode()
    assert all(entry.headline in rows for entry in entries)
    whole = json.loads(client.get("/api/v1/pledges/long").content)
    assert len(json.dumps(whole).split("Made-up event ")) - 1 >= len(entries)
    feed = client.get(f"{about.get_absolute_url()}feed.atom").content.decode()
    assert entries[-1].headline in feed
