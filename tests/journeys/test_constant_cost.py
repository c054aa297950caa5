"""A page asks the database the same number of questions whatever there is in it."""

import os

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.generate import fill
from tests.factories import (
    BodyFactory,
    PassageFactory,
    PledgeFactory,
    SourceFactory,
    published,
    stated,
    submitted,
    update,
)
from tracker.desk.actions import drafts, review
from tracker.desk.models import DraftType
from tracker.pledges.choices import EvidenceRole, Status
from tracker.pledges.derived import counts
from tracker.pledges.models import Citation, Conflict, ConflictSide, Pledge
from tracker.sources.models import Passage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _looked_up_once_a_minute():
    """The footer asks for missing guards once a minute: here it knows, however long the test takes."""
    cache.set("guards-missing", False, timeout=None)
    yield
    cache.delete("guards-missing")


def grow(number: int) -> None:
    """Bring the tracker to a number of pledges, all of one source, each with two entries and a conflict."""
    source = Passage.objects.first().source if Passage.objects.exists() else SourceFactory(text="word " * 40)
    passages = list(source.passages.all()) or [
        PassageFactory(source=source, exact="word", start=place, end=place + 4) for place in (0, 5)
    ]
    for _ in range(number - Pledge.objects.count()):
        made = stated(passages[0])
        Citation.objects.create(pledge=made, passage=passages[1], role=EvidenceRole.OFFICIAL_POSITION)
        conflict = Conflict.objects.create(pledge=made, question="How many")
        ConflictSide.objects.create(conflict=conflict, passage=passages[0], says="word")
        update(made, Status.ANNOUNCED)
        update(made, headline="More")


def queries(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("many", [int(os.environ.get("DRILL_MANY", "40"))])
@pytest.mark.slow
def test_pages_cost_the_same_with_ten_and_with_many_pledges(client, settings, many):
    # Nothing is kept: what a page costs at most.
    nothing = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    settings.CACHES = {**settings.CACHES, "parts": nothing, "fragments": nothing}
    grow(10)
    first = Pledge.objects.first()
    urls = [
        "/",
        "/?status=under-way&conflict=yes&check=checked&sort=title",
        "/?happened_by=2026-06-01",
        f"{first.get_absolute_url()}?happened_by=2026-06-01",
        f"{first.theme.get_absolute_url()}?happened_by=2026-06-01&as_of=2026-11-24",
        "/changes/?happened_by=2026-06-01",
        "/api/v1/pledges?happened_by=2026-06-01&include=latest",
        first.get_absolute_url(),
        Passage.objects.first().source.get_absolute_url(),
        first.theme.get_absolute_url(),
        first.promised_by.get_absolute_url(),
        "/sources/",
        "/bodies/",
        "/checks/",
        "/methodology/",
        "/corrections/",
        "/data/",
        "/feed.atom",
        "/deadlines.ics",
        f"/embed{first.get_absolute_url()}",
        "/api/v1/pledges",
        f"/api/v1{first.get_absolute_url()[:-1]}",
        "/api/v1/passages",
    ]
    before = {url: queries(client, url) for url in urls}
    grow(many)
    assert {url: queries(client, url) for url in urls} == before
    by_both = before.pop(f"{first.theme.get_absolute_url()}?happened_by=2026-06-01&as_of=2026-11-24")
    assert by_both <= 24
    assert max(before.values()) <= 15, "on when the pledges of the review were made there is a query too"
    assert before[first.get_absolute_url()] <= 12, "the reviews are read once, for what is on each of their pages"
    assert before[Passage.objects.first().source.get_absolute_url()] <= 12


@pytest.mark.slow
def test_a_list_is_put_together_from_rows_that_are_kept(client):
    grow(30)
    for address in ("/", "/?as_of=2026-11-24", "/?status=under-way", "/?page=2"):
        client.get(address)
        # In what the two clocks differ on a past day is asked each time, and when the record began.
        assert queries(client, address) <= (5 if "as_of" in address else 2), address
    update(Pledge.objects.first(), headline="Just now")
    assert queries(client, "/") <= 12
    assert queries(client, "/") == 2, "the versions, and where the record has got to"


def test_a_page_is_put_together_from_parts_that_are_kept(client):
    grow(3)
    mine, other = Pledge.objects.order_by("pk")[:2]
    source = mine.citations.first().passage.source
    for page, cost in ((mine, 2), (source, 3), (mine.theme, 3), (mine.promised_by, 2)):
        client.get(page.get_absolute_url())
        assert queries(client, page.get_absolute_url()) == cost, page
    # An entry about another pledge leaves the page of this one as it is: only the record's head is read again.
    update(other, headline="Just now")
    assert queries(client, mine.get_absolute_url()) == 3
    update(mine, headline="Just now")
    assert 4 < queries(client, mine.get_absolute_url()) <= 11


def test_a_source_with_many_passages_costs_the_same(client):
    source = SourceFactory(text="word " * 100)
    first = PassageFactory(source=source, exact="word", start=0, end=4)
    made = stated(first)
    client.get("/about/")  # the record's head, which every page shows, is kept
    before = queries(client, source.get_absolute_url())
    for number in range(1, 40):
        more = PassageFactory(source=source, exact="word", start=number * 5, end=number * 5 + 4)
        Citation.objects.create(pledge=made, passage=more, role=EvidenceRole.SCOPE)
    assert queries(client, source.get_absolute_url()) == before


@pytest.mark.slow
def test_a_pledge_with_a_long_record_costs_the_same(client):
    grow(1)
    made = Pledge.objects.get()
    client.get("/about/")  # what every page shows is kept, but for the record's head, which each entry makes anew

    def lengthen(by: int) -> int:
        for number in range(by):
            update(made, headline=f"Entry {number}")
            made.citations.create(passage=PassageFactory(), role=EvidenceRole.SCOPE)
        return queries(client, made.get_absolute_url())

    short, middle = lengthen(1), lengthen(9)
    assert short == middle
    long = lengthen(20)
    assert long <= short + 3, "of a long record it asks how much is left out"
    assert lengthen(20) == long


SMALL = {"pledges_edition", "pledges_review", "pledges_theme", "pledges_body", "pledges_report", "subquery"}
"""Tables that a page may read whole: what is named, and what people write one by one."""


@pytest.mark.once  # PostgreSQL reads what is small whole, whichever index there is
@pytest.mark.slow
def test_no_page_goes_through_a_table_that_grows(client):
    fill(600, seed=3)
    counts.store_due_counts()
    assert client.get("/").status_code == 200  # counts that are kept for a day
    update(Pledge.objects.get(slug="pledge-9"), headline="Just now")
    for address in (
        "/", "/?page=20", "/?as_of=2025-12-01", "/themes/theme-1/", "/pledges/pledge-7/",
        "/pledges/pledge-7/?as_of=2025-12-01", "/sources/source-3/", "/changes/", "/changes/?since=2025-12-01",
        "/record/", "/pledges/pledge-7/feed.atom", "/api/v1/pledges/pledge-7", "/api/v1/updates",
        "/embed/pledges/pledge-7/", "/bodies/", "/corrections/", "/feed.atom", "/changes/feed.atom", "/checks/",
        "/methodology/",
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).getvalue()
        for query in captured.captured_queries:
            read = {step.split()[1] for step in scans(query["sql"]) if "USING" not in step}
            assert read <= SMALL, (address, query["sql"])


def scans(sql: str) -> list[str]:
    """Return the steps of a query's plan that go through a whole table, or an index of it."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall() if row[3].startswith("SCAN")]


OF_A_DESK = SMALL | {"CONSTANT", "sqlite_master", "auth_user", "desk_hold", "desk_draft", "desk_draft_contributors"}
"""Tables that an action of the desk may read whole: as many rows as there are people and unpublished work."""


@pytest.mark.once
@pytest.mark.slow
def test_no_publication_goes_through_a_table_that_grows(ada, grace, monkeypatch):
    monkeypatch.setattr("benchmarks.generate.PER_SOURCE", 1)  # a table of a few rows is read whole, whatever it is
    fill(600, seed=3)
    for factory in (BodyFactory, PledgeFactory, SourceFactory):
        factory.reset_sequence(1_000_000)
    about = stated()
    entry = published(ada, grace, about)
    for kind in (DraftType.UPDATE, DraftType.CORRECTION, DraftType.WITHDRAWAL):
        if kind == DraftType.UPDATE:
            made = submitted(ada, about)
        else:
            made = drafts.start(kind, by=ada, corrects=entry, pledge=about)
            made = drafts.save(
                made, version=made.version, by=ada, fields={"headline": f"As {kind}", "reason": "It was clause 45."}
            )
            made = drafts.submit(made, version=made.version, by=ada)
        review.record_check(made, version=made.version, by=grace)
        with CaptureQueriesContext(connection) as captured:
            entry = review.publish(made, version=made.version, by=grace)
        for query in captured.captured_queries:
            sql = query["sql"]
            if sql.startswith(("SELECT", "UPDATE", "DELETE")) and not sql.endswith("LIMIT 1"):
                assert {step.split()[1] for step in scans(sql)} <= OF_A_DESK, (kind, scans(sql), sql)


@pytest.mark.once
def test_the_control_what_no_index_has_is_seen():
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN SELECT id FROM pledges_statusupdate WHERE reason = 'x'")
        assert [row[3] for row in cursor.fetchall()] == ["SCAN pledges_statusupdate"]
