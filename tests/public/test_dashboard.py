"""The dashboard: every filter state is an address, with and without htmx, and nothing asked breaks it."""

import datetime as dt
import re
from itertools import product

import pytest
from django.core.paginator import EmptyPage
from django.db import connection
from django.http import QueryDict
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import BodyFactory, ReviewFactory, ThemeFactory, stated, update
from tracker.pledges.choices import Status
from tracker.pledges.models import Pledge
from tracker.pledges.read.filters import SORTS, PledgeFilter
from tracker.public.pages.paginators import BidirectionalPaginator

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def titles(response) -> list[str]:
    return [Pledge.objects.get(pk=pk).title for pk, _ in response.context["results"].context["listing"].page]


def get(client, **query):
    return client.get(reverse("public:dashboard"), query)


@pytest.mark.usefixtures("casey")
class TestCasey:
    def test_the_answer_in_one_sentence_and_the_counts(self, client):
        page = get(client).content.decode()
        assert "None of the 22 pledges is delivered." in page
        assert "The first was made 17 months ago, the last 14 months ago." in page
        assert (
            "8 are under way, 4 are only announced and for 10 we have found no action up to the day we looked." in page
        )
        assert "17 passages checked against a snapshot" in page
        assert "98 passages checked against the held text" in page
        assert "36 quoted, not yet checked" in page
        assert page.count('<li class="row">') == 22

    @pytest.mark.parametrize(
        ("query", "number"),
        [
            ({"status": "under-way"}, 8),
            ({"status": "delivered"}, 0),
            ({"theme": "policing"}, 3),
            ({"body": "home-secretary"}, 3),
            ({"body": "national-crime-agency"}, 1),
            ({"basis": "accepted-collectively"}, 8),
            ({"review": "casey-audit-2025"}, 22),
            ({"schedule": "no-deadline"}, 22),
            ({"schedule": "overdue"}, 0),
            ({"quiet": "yes"}, 20),
            ({"quiet": "no"}, 2),
            ({"conflict": "yes"}, 6),
            ({"conflict": "no"}, 16),
            ({"check": "unchecked"}, 14),
            ({"check": "snapshot"}, 10),
            ({"check": "checked"}, 22),
            ({"status": "under-way", "conflict": "no"}, 4),
            ({"status": "", "theme": ""}, 22),
        ],
    )
    def test_each_filter_by_address_alone(self, client, query, number):
        response = get(client, **query)
        assert len(titles(response)) == number
        full = response.content.decode()
        fragment = client.get(reverse("public:dashboard"), query, headers=HTMX).content.decode()
        assert "<html" not in fragment
        start, end = full.index('<section id="results"'), full.index("</section>", full.index('<section id="results"'))
        assert full[start:end] in fragment, "the page includes the very fragment that htmx swaps"
        assert 'id="live" hx-swap-oob' in fragment
        assert f"{number} pledge{'' if number == 1 else 's'}" in fragment

    def test_an_empty_list_says_so_and_offers_a_way_back(self, client):
        page = " ".join(get(client, status="dropped", theme="data").content.decode().split())
        assert "No pledge matches these filters." in page
        remove = 'rel="nofollow"><span class="hidden">Remove the filter</span>'
        assert f'<a href="?theme=data" {remove} Status: Dropped' in page
        assert f'<a href="?status=dropped" {remove} Theme: Data' in page
        assert '<a href="/">Clear all filters</a>' in page

    def test_a_row_shows_words_sources_and_what_differs(self, client):
        page = " ".join(get(client, theme="policing").content.decode().split())
        assert "a new national policing operation to get more perpetrators behind bars" in page
        assert "Sources differ: “more than 1,000” or “more than 800”" in page
        assert "last update 352 days ago" in page

    def test_history_restore_gets_the_whole_page(self, client):
        headers = HTMX | {"HX-History-Restore-Request": "true"}
        assert "<html" in client.get("/", headers=headers).content.decode()
        assert "HX-Request" in client.get("/")["Vary"]


MALFORMED = [
    {"status": "kept"},
    {"status": "x" * 100_000},
    {"status": "\x00"},
    {"theme": "'; DROP TABLE pledges_pledge; --"},
    {"body": "\x00"},
    {"body": "nobody"},
    {"review": "💥"},
    {"quiet": "maybe"},
    {"conflict": "1"},
    {"check": "checked' OR 1=1"},
    {"sort": "password"},
    {"page": "two"},
    {"page": "0"},
    {"page": "-5"},
    {"page": "999"},
    {"page": "9" * 5_000},
    {"page": "\x00"},
    {"page": "٣"},
]


@pytest.mark.parametrize("query", MALFORMED, ids=lambda query: str(query)[:40])
def test_a_malformed_value_gives_the_list_with_a_message(client, query):
    made = stated()
    response = get(client, **query)
    assert response.status_code == 200
    assert titles(response) == [made.title]
    if query != {"page": "٣"}:
        assert response.context["results"].context["listing"].problems
    assert 'class="caution" role="alert"' in response.content.decode()


def test_a_wrong_filter_is_named_next_to_its_control_and_the_rest_applies(client):
    stated(title="Mine", theme=ThemeFactory(slug="other", name="Other"))
    stated(title="Not mine")
    response = get(client, status="kept", theme="other")
    assert titles(response) == ["Mine"]
    page = response.content.decode()
    assert 'id="id_status_error">We ignored the Status filter because that value does not exist.' in page
    assert 'aria-invalid="true"' in page


@pytest.mark.slow
@settings(max_examples=60)
@given(
    query=st.dictionaries(
        st.sampled_from(
            ["status", "theme", "body", "basis", "review", "schedule", "quiet", "conflict", "check", "sort"]
        )
        | st.sampled_from(["page", "q", "other"]),
        st.text(max_size=30) | st.sampled_from(["yes", "delivered", "title", "1", "2", "overdue"]),
    ),
    htmx=st.booleans(),
)
def test_no_query_is_an_error(client, query, htmx):
    response = client.get("/", query, headers=HTMX if htmx else {})
    assert response.status_code == 200


def test_paging_keeps_the_filters_and_counts_everything(client, settings):
    settings.PLEDGES_PER_PAGE = 2
    for number in range(5):
        stated(title=f"Pledge {number}")
    page = get(client, sort="title", basis="ministerial-pledge", page=2)
    assert titles(page) == ["Pledge 2", "Pledge 3"]
    body = page.content.decode()
    assert "5 pledges match" in body
    assert 'rel="next" href="?basis=ministerial-pledge&amp;sort=title&amp;page=3"' in body
    assert 'rel="prev" href="?basis=ministerial-pledge&amp;sort=title&amp;page=1"' in body


def test_titles_are_sorted_as_a_person_expects_on_every_database(client):
    in_order = ["Ábaco", "abacus", "“Able” tests", "New York", "“Newark”", "Rule 2", "rule 10", "Zoë", "Zoom"]
    for title in reversed(in_order):
        stated(title=title)
    assert titles(get(client, sort="title")) == in_order
    if connection.vendor == "postgresql":  # by bytes, whatever the locale of the database is
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT collation_name FROM information_schema.columns "
                "WHERE table_name = 'pledges_standing' AND column_name = 'title_key'"
            )
            assert cursor.fetchone() == ("C",)


def test_every_sort_order_is_total_and_as_it_says(client):
    first = stated(title="B", deadline_on=dt.date(2026, 1, 1))
    update(first, Status.UNDER_WAY, on=dt.date(2025, 9, 1))
    second = stated(title="A", deadline_on=dt.date(2025, 12, 1))
    update(second, Status.DELIVERED, on=dt.date(2025, 8, 1), step="in-use")
    stated(title="C")
    orders = {sort: titles(get(client, sort=sort)) for sort, _ in SORTS}
    assert orders == {
        "moved": ["B", "A", "C"],
        "match": ["B", "A", "C"],  # no words were typed
        "status": ["A", "B", "C"],
        "deadline": ["A", "B", "C"],
        "quiet": ["A", "B", "C"],
        "title": ["A", "B", "C"],
    }
    assert titles(get(client)) == orders["moved"]


def test_clocks_late_early_and_delivered(client):
    late = stated(title="Late", deadline_on=dt.date(2026, 11, 23))
    done_late = stated(title="Done late", deadline_on=dt.date(2025, 7, 1))
    update(done_late, Status.DELIVERED, on=dt.date(2025, 7, 3), step="in-use")
    done = stated(title="Done", deadline_on=dt.date(2025, 7, 1))
    update(done, Status.DELIVERED, on=dt.date(2025, 7, 1), step="in-use")
    due = stated(title="Due", deadline_on=dt.date(2026, 11, 24))
    page = get(client).content.decode()
    for words in ("Overdue by 1 day", "Delivered 2 days late", "Delivered by its deadline", "24 November 2026"):
        assert words in page
    assert sorted(titles(get(client, schedule="overdue"))) == ["Done late", "Late"]
    assert sorted(titles(get(client, schedule="on-time"))) == ["Done", "Due"]
    assert {late, due} <= set(Pledge.objects.all())


def test_a_tracker_with_nothing_in_it_says_so(client):
    page = get(client).content.decode()
    assert "No pledge is on the record yet." in page
    assert '<svg class="unit-bar"' not in page


def test_two_reviews_are_told_apart_by_the_filter(client):
    stated(title="One")
    stated(title="Two", review=ReviewFactory(slug="second", title="Second"))
    response = get(client, review="second")
    assert (response.status_code, response["Location"]) == (302, "/reviews/second/")
    assert titles(client.get(response["Location"])) == ["Two"]
    front = get(client).content.decode()
    assert "2 reviews. Each has its own count." in front
    assert "2 pledges" not in front, "no total over both"


def test_what_people_write_is_shown_as_text(client):
    evil = "<script>alert(1)</script>\"'>"
    made = stated(title=evil, theme=ThemeFactory(slug="evil", name=evil), promised_by=BodyFactory(name=evil))
    update(made, headline=evil, explanation=evil)
    for url in ("/", made.get_absolute_url(), made.theme.get_absolute_url(), "/bodies/"):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_only_reading_is_allowed(client):
    assert client.post("/").status_code == 405


def test_the_filterset_offers_what_the_form_shows():
    assert list(PledgeFilter.base_filters) == [
        "q", "status", "theme", "body", "review", "basis", "schedule", "quiet", "conflict", "check", "sort",
    ]  # fmt: skip


@pytest.mark.usefixtures("casey")
@pytest.mark.parametrize(
    "query", [{}, {"status": "under-way"}, {"theme": "policing", "status": "under-way"}, {"q": "inquiry"}]
)
def test_facet_counts_are_what_following_them_leaves(client, query):
    listing = client.get("/", query).context["results"].context["listing"]
    assert [facet.label for facet in listing.facets] == ["Status", "Theme", "Deadline", "Basis"]
    for facet in listing.facets:
        assert facet.choices
        for choice in facet.choices:
            left = client.get(f"/?{choice.query}").context["results"].context["listing"].page.paginator.count
            assert left == choice.number > 0, (facet.label, choice)


@pytest.mark.usefixtures("casey")
def test_each_filter_offers_any_once(client):
    body = client.get("/").content.decode()
    for control in re.findall(r"<select.*?</select>", body, re.S):
        values = re.findall(r'<option value="([^"]*)"', control)
        assert len(values) == len(set(values)), control[:60]


@pytest.mark.usefixtures("casey")
def test_pages_one_after_the_other_are_the_whole_list_from_whichever_end_they_are_read():
    for (sort, _), size in product(SORTS, (1, 3, 4, 25)):
        found = PledgeFilter(QueryDict(f"sort={sort}"), queryset=Pledge.objects.for_list(today=dt.date(2026, 11, 24)))
        keys = found.qs.values_list("pk", "status_period")
        pages = BidirectionalPaginator(keys, size, count=found.count())
        assert [key for number in pages.page_range for key in pages.page(number).object_list] == list(keys)
        with pytest.raises(EmptyPage):
            pages.page(pages.num_pages + 1)
