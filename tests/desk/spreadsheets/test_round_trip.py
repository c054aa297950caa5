"""What a tracker publishes comes in again and loses nothing but what is signed."""

import datetime as dt
import io

import pytest

from tests.factories import BodyFactory, RecommendationFactory, ReviewFactory, SourceFactory, ThemeFactory, update
from tracker.desk.actions import imports
from tracker.desk.models import Draft
from tracker.desk.pledge_form import typed_facts
from tracker.desk.spreadsheets.models import RowState
from tracker.opendata import data_package
from tracker.pledges.choices import Basis, EvidenceRole, PledgeKind, Response, Status
from tracker.pledges.models import Citation, Pledge
from tracker.pledges.record.publish import Evidence
from tracker.pledges.record.statements import publish_statement
from tracker.sources.passages import passage_at

pytestmark = pytest.mark.django_db


def published():
    """A pledge with every fact, on two passages, with a status."""
    review, home = ReviewFactory(), BodyFactory(slug="home-office", name="Home Office")
    source = SourceFactory(url="https://example.org/a", text="We will do it. By March.")
    passages = [passage_at(source, source.text.index(words), words) for words in ("We will do it.", "By March.")]
    pledge = Pledge(
        slug="do-it", title="=Do it", review=review, theme=ThemeFactory(), kind=PledgeKind.LAW,
        basis=Basis.MINISTERIAL,
        promised_by=home, made_on=dt.date(2025, 6, 5), made_note="Day of the statement", response=Response.ACCEPTED,
        recommendation=RecommendationFactory(review=review, number=4), done_means="It is done.", unclear="“it”",
        deadline_on=dt.date(2026, 3, 31), deadline_note="By March", note="A note,\nof two lines",
    )  # fmt: skip
    evidence = [Evidence(passages[0], EvidenceRole.PLEDGE), Evidence(passages[1], EvidenceRole.DEADLINE, "When")]
    publish_statement(pledge, evidence=evidence, bodies=[home, BodyFactory()], by="Ada", approved_by="Grace")
    update(pledge, Status.UNDER_WAY)
    return pledge


def bring_in(content, name, by):
    batch = imports.upload(content, name=name, review=ReviewFactory(), by=by)
    imports.bring_in(batch, by=by)
    imports.carry_out(batch)
    row = batch.rows.get()
    assert (row.state, row.problem) == (RowState.MADE, "")
    return row


def test_the_package_comes_in_again_whole(ada):
    pledge = published()
    held = io.BytesIO()
    data_package._write_zip(held)
    row = bring_in(held.getvalue(), "package.zip", ada)
    wanted = {name: value for name, value in typed_facts(pledge).items() if any(value)}
    facts = {name: sorted(value) for name, value in row.draft.facts.items()}
    assert facts == {name: sorted(value) for name, value in wanted.items()} | {"slug": ["do-it-2"]}
    said = {(one.passage.exact, one.passage.source.url, one.role, one.note) for one in row.draft.evidence.all()}
    assert said == {
        (one.passage.exact, one.passage.source.url, one.role, one.note)
        for one in Citation.objects.filter(pledge=pledge)
    }
    assert (row.plan["status"], row.plan["status_on"]) == ("under-way", "2025-07-01")
    assert row.plan["gaps"] == []
    assert Draft.objects.count() == 1


def test_roles_as_they_are_now_and_words_of_a_source_without_address_and_title_come_in(ada):
    review, body = ReviewFactory(), BodyFactory()
    source = SourceFactory(slug="leaflet", url="", title="", publisher="", text="We will do it. We may do it.")
    will, may = (passage_at(source, source.text.index(words), words) for words in ("We will do it.", "We may do it."))
    pledge = Pledge(
        slug="do-it", title="Do it", review=review, theme=ThemeFactory(), kind=PledgeKind.LAW,
        basis=Basis.MINISTERIAL, made_on=dt.date(2025, 6, 5),
    )  # fmt: skip
    for role, reason in ((EvidenceRole.PLEDGE, ""), (EvidenceRole.CONFLICT, "It differs.")):
        evidence = [Evidence(will, EvidenceRole.PLEDGE), Evidence(may, role, f"As {role}")]
        publish_statement(pledge, evidence=evidence, bodies=[body], reason=reason, by="Ada", approved_by="Grace")
    held = io.BytesIO()
    data_package._write_zip(held)
    row = bring_in(held.getvalue(), "package.zip", ada)
    cited = {(one.passage, one.role, one.note) for one in row.draft.evidence.all()}
    assert cited == {(will, EvidenceRole.PLEDGE, ""), (may, EvidenceRole.CONFLICT, "As conflict")}
    assert "the address of its words: they are kept as a note" not in row.plan["gaps"]


@pytest.mark.once
def test_the_table_alone_comes_in_with_its_first_words(ada, client):
    pledge = published()
    answer = client.get("/data/pledges.csv")
    row = bring_in(b"".join(answer.streaming_content) if answer.streaming else answer.content, "pledges.csv", ada)
    assert row.draft.facts["title"] == ["=Do it"]
    assert row.draft.facts["deadline_on"] == ["2026-03-31"]
    assert sorted(row.draft.facts["bodies"]) == sorted(str(body.pk) for body in pledge.bodies.all())
    assert ["Exact words", "We will do it."] in row.plan["notes"]
    assert row.plan["gaps"] == ["the address of its words: they are kept as a note"]
