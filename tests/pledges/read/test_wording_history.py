"""The words from recommendation to clause, side by side."""

import datetime as dt

import pytest

from tests.factories import PassageFactory, ReviewFactory, SourceFactory, stated
from tracker.pledges.choices import EvidenceRole
from tracker.pledges.models import Recommendation
from tracker.pledges.read.wording_history import wording_history
from tracker.pledges.record.publish import Evidence
from tracker.pledges.record.statements import publish_statement

pytestmark = pytest.mark.django_db


def cited(words: str, role: EvidenceRole, day: str = "2025-06-16") -> Evidence:
    source = SourceFactory(text=words, published_on=dt.date.fromisoformat(day))
    return Evidence(PassageFactory(source=source, exact=words), role)


def test_stages_stand_in_order_with_what_drifted(client):
    about = stated(slug="about")
    evidence = [
        cited("We will bring a standard for drivers into law when time allows.", EvidenceRole.PLEDGE, "2025-07-01"),
        cited("The Department should bring a rigorous standard for drivers into law.", EvidenceRole.RECOMMENDATION),
        cited("Section 12: licensing.", EvidenceRole.CLAUSE, "2026-01-01"),
        cited("We accept this.", EvidenceRole.RESPONSE, "2025-06-20"),
        cited("Some 500 drivers.", EvidenceRole.BASELINE),
    ]
    publish_statement(about, evidence=evidence, bodies=[], by="Ada", approved_by="Grace", reason="Tied.")
    stages = wording_history(list(about.citations.all()))
    assert [stage.citation.role for stage in stages] == ["recommendation", "response", "pledge", "clause"]
    assert [bool(stage.drift) for stage in stages] == [False, False, False, False], "each in other words altogether"
    page = client.get("/pledges/about/").content.decode()
    assert "How the words changed" in page
    assert page.index("We accept this.") > page.index("The recommendation behind it")
    other = page[page.index("Other passages about this pledge") :]
    assert "Some 500 drivers." in other
    assert "We accept this." not in other


def test_a_word_that_was_left_out_shows(client):
    about = stated(slug="about")
    evidence = [
        cited("The law should have a rigorous statutory standard for drivers.", EvidenceRole.RECOMMENDATION),
        cited("The law will have a statutory standard for drivers.", EvidenceRole.PLEDGE),
    ]
    publish_statement(about, evidence=evidence, bodies=[], by="Ada", approved_by="Grace", reason="Tied.")
    page = client.get("/pledges/about/").content.decode()
    assert "<del>should</del><ins>will</ins>" in page
    assert "<del>rigorous </del>" in page or "<del> rigorous</del>" in page


def test_one_stage_is_no_lineage(client):
    about = stated(slug="about")
    assert wording_history(list(about.citations.all())) == []
    assert "How the words changed" not in client.get("/pledges/about/").content.decode()


def test_what_was_recommended_before_is_named(client):
    about = stated(slug="about")
    earlier = ReviewFactory(slug="earlier", title="An Earlier Inquiry", published_on=dt.date(2014, 1, 1))
    words = PassageFactory(
        source=SourceFactory(text="There should be a standard."), exact="There should be a standard."
    )
    old = Recommendation.objects.create(review=earlier, number=4, passage=words)
    about.recommendation = Recommendation.objects.create(review=about.review, number=1)
    about.response = "accepted"
    about.recommendation.repeats.add(old)
    publish_statement(
        about, evidence=[Evidence(about.citations.get().passage, EvidenceRole.PLEDGE)], bodies=[], by="Ada",
        approved_by="Grace", reason="It answers a recommendation.",
    )  # fmt: skip
    page = client.get("/pledges/about/").content.decode()
    assert "Recommended before" in page
    assert "An Earlier Inquiry, 1 January 2014, recommendation 4" in page
    assert "There should be a standard." in page
    assert client.get(words.get_absolute_url()).status_code == 200
