"""Finding at the desk: each state of the filters is an address, each value has its number, and cost is constant."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from tests.desk.conftest import signed_in
from tests.factories import BodyFactory, SourceFactory, draft, stated, update

pytestmark = pytest.mark.django_db
PLEDGES, SOURCES = "/desk/pledges/", "/desk/sources/"


def rows(page: str) -> list[str]:
    """The titles of the rows of a list, in any order."""
    return sorted(re.findall(r"<h2><a[^>]*>([^<]*)</a></h2>", page))


def chips(page: str) -> dict[str, tuple[str, int]]:
    """The address and the number of each value of a filter, by its label."""
    found = re.findall(r'<a href="(\?[^"]*)"[^>]*>([^<]*?) (\d+)\s*</a>', page)
    return {" ".join(label.split()): (address.replace("&amp;", "&"), int(number)) for address, label, number in found}


@pytest.fixture
def world(ada, grace):
    """Three pledges: one moved lately and is due soon, one moved long ago, one has no status."""
    today, office = localdate(), BodyFactory(slug="office", name="Home Office")
    soon = stated(slug="soon", title="Soon", promised_by=office, deadline_on=today + dt.timedelta(days=20))
    soon.bodies.add(office)
    old = stated(slug="old", title="Old", promised_by=office)
    stated(slug="new", title="New")
    update(soon, on=today - dt.timedelta(days=5))
    update(old, on=today - dt.timedelta(days=200))
    draft(ada, soon)
    draft(grace, old)
    draft(ada, old, headline="Another")


@pytest.mark.parametrize(
    ("label", "titles"),
    [
        ("In the next 30 days", ["Soon"]),
        ("90 days or more", ["Old"]),
        ("30 days or more", ["Old"]),
        ("Home Office", ["Old", "Soon"]),
        ("Ada Lovelace", ["Old", "Soon"]),
        ("Grace Hopper", ["Old"]),
        ("Under way", ["Old", "Soon"]),
    ],
)
def test_each_value_leads_to_as_many_pledges_as_it_says(world, ada, label, titles):
    client = signed_in(ada)
    found = chips(client.get(PLEDGES).content.decode())
    address, number = found[label]
    page = client.get(f"{PLEDGES}{address}").content.decode()
    assert rows(page) == titles
    assert number == len(titles)
    assert f"{number} pledge" in page


def test_filters_go_together_and_are_taken_away_one_by_one(world, ada):
    client = signed_in(ada)
    page = client.get(f"{PLEDGES}?body=office&days=90").content.decode()
    assert rows(page) == ["Old"]
    assert chips(page)["Ada Lovelace"][0] == f"?body=office&days=90&who={ada.pk}"
    assert 'href="?body=office">' in page, "without the days"
    assert 'href="?days=90">' in page, "without the body"
    nothing = client.get(f"{PLEDGES}?body=office&due=14").content.decode()
    assert rows(nothing) == []
    assert "No pledge matches." in nothing
    assert "No pledge is on the record yet." not in nothing


@pytest.mark.parametrize("query", ["days=x", "due=-1", "who=9999999", "who=x", "body=none", "days=90&days=x"])
def test_a_value_that_does_not_exist_is_told_and_left_out(world, ada, query):
    answer = signed_in(ada).get(f"{PLEDGES}?{query}")
    assert answer.status_code == 200
    assert "We ignored the" in answer.content.decode()


def test_an_empty_desk_says_so(ada):
    client = signed_in(ada)
    assert "No pledge is on the record yet." in client.get(PLEDGES).content.decode()
    assert "No source is stored yet." in client.get(SOURCES).content.decode()


@pytest.fixture
def sources(ada, grace):
    for number, (kind, person) in enumerate([("press", ada), ("press", grace), ("court", ada)]):
        source = SourceFactory(slug=f"s{number}", title=f"Source {number}", kind=kind, publisher=f"P{number}",
                               published_on=dt.date(2026, number + 1, 1))  # fmt: skip
        source.contributors.add(person)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("kind=press", ["Source 0", "Source 1"]),
        ("since=1+February+2026", ["Source 1", "Source 2"]),
        ("since=2026-02-01&until=2026-02-28", ["Source 1"]),
        ("q=P2", ["Source 2"]),
        ("q=P2&kind=press", []),
        ("since=nonsense", ["Source 0", "Source 1", "Source 2"]),
    ],
)
def test_sources_are_told_apart(sources, ada, query, titles):
    page = signed_in(ada).get(f"{SOURCES}?{query}").content.decode()
    assert rows(page) == titles
    assert ("No source matches." in page) == (titles == [])
    assert ("Enter a date" in page) == ("nonsense" in query)


def test_kinds_and_people_of_sources_have_their_numbers(sources, ada):
    client = signed_in(ada)
    found = chips(client.get(f"{SOURCES}?since=2026-01-15").content.decode())
    assert found["Ada Lovelace"] == (f"?since=2026-01-15&who={ada.pk}", 1)
    assert rows(client.get(f"{SOURCES}{found['Grace Hopper'][0]}").content.decode()) == ["Source 1"]
    made = draft(ada, stated())
    for address, _ in chips(client.get(f"{SOURCES}?draft={made.pk}").content.decode()).values():
        assert f"draft={made.pk}" in address, "it is still a source for the draft"


@pytest.mark.slow
def test_lists_cost_the_same_whatever_they_hold(ada, grace):
    client, costs = signed_in(ada), []
    addresses = [PLEDGES, f"{PLEDGES}?days=30&due=90&who={ada.pk}", SOURCES, f"{SOURCES}?q=do&who={ada.pk}"]
    for number in (1, 6):
        for place in range(number):
            one = stated(deadline_on=localdate() + dt.timedelta(days=9), promised_by=BodyFactory())
            update(one, on=localdate() - dt.timedelta(days=40))
            draft(ada, one, headline=str(place))
            draft(grace, one)
            one.citations.get().passage.source.contributors.add(ada)
        for address in addresses:
            client.get(address)
        costs.append([])
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            costs[-1].append(len(queries))
    assert costs[0] == costs[1]


def test_what_is_discarded_leads_back_to_its_pledge_and_can_be_read(ada):
    client, about = signed_in(ada), stated(slug="about")
    address = client.post("/desk/pledges/about/ask/", {"kind": "letter"})["Location"]
    answer = client.post(f"{address}discard/", follow=True)
    assert answer.redirect_chain[-1][0] == "/desk/pledges/about/"
    page = answer.content.decode()
    assert f'Discarded. <a href="{address}">You can still read it</a>.' in page
    assert f"/desk/questions/{about.questions.get().pk}/" not in page, "it was dropped before it was sent"
