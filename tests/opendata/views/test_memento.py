"""Other days of a page by Memento (RFC 7089), read as its programs read it."""

import datetime as dt
import re
from email.utils import parsedate_to_datetime

import pytest
import time_machine

from tests.factories import ThemeFactory, stated, update
from tracker.pledges.choices import Status
from tracker.web.as_of import memento_links

pytestmark = pytest.mark.django_db


@pytest.fixture
def days(client):
    """A pledge with entries on two days in British summer time and today, and another with one between."""

    def published(day: str) -> time_machine.travel:
        return time_machine.travel(dt.datetime.fromisoformat(f"{day}T22:30+00:00"))

    with published("2026-07-30"):
        first = stated(slug="one", theme=ThemeFactory(slug="theme-one", name="One"))
    with published("2026-07-31"):
        stated(slug="two", theme=ThemeFactory(slug="theme-two", name="Two"))
    with published("2026-08-02"):
        update(first, Status.ANNOUNCED)
    update(first, Status.UNDER_WAY)
    return client


def links(text: str) -> dict[str, list[tuple[str, str]]]:
    """The links of a header or a TimeMap by relation: addresses, each with the rest of what is said of it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for address, rel, rest in re.findall(r'<([^>]+)>; rel="([^"]+)"([^<]*)', text):
        for word in rel.split():
            found.setdefault(word, []).append((address, rest))
    return found


def test_a_page_leads_to_its_days_and_a_day_says_which_it_is(days):
    page = days.get("/pledges/one/")
    told = links(page["Link"])
    assert told["original"][0][0] == "http://testserver/pledges/one/"
    assert "Memento-Datetime" not in page
    past = days.get("/pledges/one/?as_of=2026-07-31")
    assert past["Memento-Datetime"] == "Fri, 31 Jul 2026 22:59:59 GMT"
    assert links(past["Link"]) == told
    assert "Memento-Datetime" not in days.get("/pledges/one/?as_of=2026-11-24"), "today is not over"
    assert "Link" not in days.get("/?status=announced")
    assert days.get("/changes/?as_of=2026-07-31")["Memento-Datetime"]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("/pledges/one/", ["2026-07-30", "2026-08-02"]),
        ("/", ["2026-07-30", "2026-07-31", "2026-08-02"]),
        ("/themes/theme-two/", ["2026-07-31"]),
    ],
)
def test_the_timemap_has_the_days_on_which_something_was_published(days, page, expected):
    gate, timemap = (links(days.get(page)["Link"])[rel][0][0] for rel in ("timegate", "timemap"))
    answer = days.get(timemap)
    assert answer["Content-Type"] == "application/link-format"
    told = links(answer.content.decode())
    assert (told["self"][0][0], told["timegate"][0][0]) == (timemap, gate)
    assert [address.partition("as_of=")[2] for address, _ in told["memento"]] == expected
    assert (told["first"], told["last"]) == ([told["memento"][0]], [told["memento"][-1]])
    for address, rest in told["memento"]:
        assert days.get(address)["Memento-Datetime"] == re.search('datetime="([^"]+)"', rest)[1]


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        ("Fri, 31 Jul 2026 22:59:58 GMT", "2026-07-30"),
        ("Fri, 31 Jul 2026 22:59:59 GMT", "2026-07-31"),
        ("Sat, 01 Aug 2026 12:00:00 GMT", "2026-07-31"),
        ("Mon, 01 Jan 2001 00:00:00 GMT", "2026-07-30"),
        ("Tue, 01 Jan 2030 00:00:00 GMT", "2026-08-02"),
        (None, "2026-08-02"),
    ],
)
def test_the_timegate_leads_to_the_state_at_an_instant(days, asked, day):
    answer = days.get("/timegate/", headers={"Accept-Datetime": asked} if asked else {})
    assert (answer.status_code, answer["Location"]) == (302, f"/?as_of={day}")
    assert "Accept-Datetime" in answer["Vary"]
    assert links(answer["Link"])["original"][0][0] == "http://testserver/"
    if asked and asked > "Sat" and "2026" in asked:
        shown = parsedate_to_datetime(days.get(answer["Location"])["Memento-Datetime"])
        assert shown <= parsedate_to_datetime(asked)


def test_what_has_no_days_is_an_error(days):
    kept = memento_links.cache_info().currsize
    for page in ("pledges/none/", "sources/", "admin/", "pledges/one", "themes/none/"):
        assert days.get(f"/timegate/{page}").status_code == 404, page
        assert days.get(f"/timemap/{page}").status_code == 404, page
    assert memento_links.cache_info().currsize == kept, "of addresses that anybody can make up no links are kept"
    assert days.get("/timegate/", headers={"Accept-Datetime": "yesterday"}).status_code == 400


def test_an_empty_tracker_has_no_days(client):
    assert client.get("/timegate/").status_code == 404
    assert client.get("/timemap/").status_code == 200


def test_a_page_may_be_named_by_its_whole_address(days):
    by_path = days.get("/timegate/pledges/one/")
    for start in ("http://testserver", "https:/TestServer"):
        assert days.get(f"/timegate/{start}/pledges/one/").url == by_path.url
        assert days.get(f"/timemap/{start}/pledges/one/").content == days.get("/timemap/pledges/one/").content
    assert days.get("/timegate/http://testserver").url == days.get("/timegate/").url
    assert days.get("/timegate/http://elsewhere.example/pledges/one/").status_code == 404
