"""The page of today is read by SQL that is kept: it shows what the querysets do, and what came since."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import (
    BodyFactory,
    PassageFactory,
    RecommendationFactory,
    ReviewFactory,
    person,
    public_question,
    stated,
    update,
)
from tracker.desk.accounts.permissions import DeskRole
from tracker.pledges.models import Pledge
from tracker.pledges.read import pledge_detail, pledge_record
from tracker.pledges.read.pledge_detail import get_pledge_detail

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 24)
QUERIES, QUERIES_OF_LONG_RECORD = 6, 9


def shown(detail):
    """What a page shows, of each object so much that another one, or one read otherwise, would differ."""
    pledge = detail.pledge

    def cited(citations):
        return [
            (row.pk, row.passage.exact, str(row.passage.source), row.passage.get_deferred_fields())
            for row in citations
        ]

    return {
        "pledge": (pledge.pk, pledge.status, pledge.schedule, pledge.quiet, pledge.headline, pledge.in_conflict),
        "names": (str(pledge.theme), str(pledge.review), [str(body) for body in pledge.responsible_bodies]),
        "updates": [(row.pk, row.text.headline, row.answers, cited(row.evidence)) for row in detail.updates],
        "older": [(line.pk, line.position, line.published_at, line.effective_on) for line in detail.older],
        "current": detail.current,
        "endings": [row.pk for row in detail.recent_endings],
        "statements": [(row.pk, row.text.statement) for row in detail.statements],
        "citations": cited(detail.citations),
        "replaced": (detail.replaces, detail.replaced_by),
        "questions": [(row.pk, row.text, row.facts_entry, row.answer) for row in detail.questions],
        "before": [(row.pk, str(row.review), row.passage) for row in detail.recommended_before],
    }  # fmt: skip


def read(pledge, **when):
    return shown(get_pledge_detail(pledge.slug, today=TODAY, **when))


def as_the_querysets_read(pledge):
    """The same as of an instant to come: for that the SQL is made anew."""
    return read(pledge, until=timezone.now() + dt.timedelta(days=1))


@pytest.fixture
def pledge():
    recommendation = RecommendationFactory(passage=PassageFactory())
    earlier = RecommendationFactory(review=ReviewFactory(slug="earlier"), passage=PassageFactory())
    recommendation.repeats.add(earlier)
    made = stated(review=recommendation.review, recommendation=recommendation, response="accepted")
    made.bodies.set([BodyFactory(name="Zebra Council"), BodyFactory(name="Aardvark Board")])
    made.replaces.add(stated())
    stated().replaces.add(made)
    wrong = update(made, passage=PassageFactory())
    update(made, headline="As it was", corrects=wrong, reason="A wrong day.")
    public_question(person("joan"), person("mary", DeskRole.PUBLISHER), made)
    return made


@pytest.fixture
def _long_from_three_entries(monkeypatch):
    monkeypatch.setattr(pledge_record, "MAX_ENTRIES", 2)
    for module in (pledge_record, pledge_detail):
        monkeypatch.setattr(module, "LATEST_ENTRIES", 1)


def test_a_page_shows_what_the_querysets_read(pledge):
    other = stated()
    for _ in range(2):
        assert read(pledge) == as_the_querysets_read(pledge)
        assert read(other) == as_the_querysets_read(other)
    page = read(pledge)
    assert page["names"][-1] == ["Aardvark Board", "Zebra Council"]
    empty = {name for name, value in page.items() if not value}
    assert empty == {"older"}
    with CaptureQueriesContext(connection) as queries:
        read(other)
    assert len(queries) == QUERIES


@pytest.mark.usefixtures("_long_from_three_entries")
def test_the_page_of_a_long_record_does_too(pledge):
    for _ in range(2):
        page = read(pledge)
        assert page == as_the_querysets_read(pledge)
        assert page["older"]
        update(pledge)
    other = stated()
    for _ in range(3):
        update(other)
    with CaptureQueriesContext(connection) as queries:
        read(other)
    assert len(queries) == QUERIES_OF_LONG_RECORD


def test_a_page_shows_what_came_since_its_sql_was_made(pledge):
    before = read(pledge)
    update(pledge, headline="It came since")
    pledge.bodies.clear()
    after = read(pledge)
    assert after == as_the_querysets_read(pledge) != before
    assert after["pledge"][4] == "It came since"


def test_what_is_not_on_the_record_has_no_page():
    with pytest.raises(Pledge.DoesNotExist):
        get_pledge_detail("no-such-pledge", today=TODAY)
