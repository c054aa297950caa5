"""Pages, tables and the API name the entry that says what they show of a source, a name, a conflict, an answer."""

import csv
import datetime as dt
import io

import pytest
import time_machine

from tests.factories import (
    BodyFactory,
    PassageFactory,
    RecommendationFactory,
    ReviewFactory,
    public_question,
    publish_answer,
    stated,
    update,
)
from tracker.desk.actions import drafts, reports, review
from tracker.desk.models import DraftType
from tracker.pledges.choices import QuestionOutcome, ReportOutcome, SubjectName
from tracker.pledges.facts.entries import Signers, begin_facts, record_facts
from tracker.pledges.models import Conflict, FactsEntry, Report
from tracker.sources.models import WantedSource

pytestmark = pytest.mark.django_db
TABLES = {
    "sources": SubjectName.SOURCE,
    "passages": SubjectName.PASSAGE,
    "conflicts": SubjectName.CONFLICT,
    "bodies": SubjectName.BODY,
    "themes": SubjectName.THEME,
    "reviews": SubjectName.REVIEW,
    "recommendations": SubjectName.RECOMMENDATION,
    "wanted": SubjectName.WANTED_SOURCE,
}


@pytest.fixture
def pledge(db, edith, grace):
    """A pledge with one thing of each type that entries of facts are about; nothing is recorded yet."""
    review = ReviewFactory()
    passage = PassageFactory()
    recommendation = RecommendationFactory(review=review, passage=passage)
    pledge = stated(passage, review=review, recommendation=recommendation, response="accepted")
    update(pledge)
    conflict = Conflict.objects.create(pledge=pledge, question="When?")
    conflict.sides.create(passage=passage, says=passage.exact)
    day = dt.date(2026, 1, 1)
    WantedSource.objects.create(slug="wanted", title="A letter", would_show="It", reason="Not found.", looked_on=day)
    public_question(edith, grace, pledge)
    report = Report.objects.create(what="Wrong", page=pledge.get_absolute_url())
    reports.answer(report, version=1, verdict=ReportOutcome.STANDS, text="It is so.", correction=None, by=edith)
    publish_answer(report, by=grace)
    return pledge


def last(name: str) -> int:
    """Return the position of the last entry about the one subject of a type."""
    return FactsEntry.objects.filter(subject_type=name).first().position


def pages(pledge) -> dict[str, str]:
    """Return where each thing is shown."""
    passage = pledge.citations.get().passage
    return {
        SubjectName.SOURCE: passage.source.get_absolute_url(),
        SubjectName.PASSAGE: passage.source.get_absolute_url(),
        SubjectName.WANTED_SOURCE: "/methodology/",
        SubjectName.REVIEW: "/about/",
        SubjectName.RECOMMENDATION: pledge.recommendation.get_absolute_url(),
        SubjectName.BODY: pledge.promised_by.get_absolute_url(),
        SubjectName.THEME: pledge.theme.get_absolute_url(),
        SubjectName.CONFLICT: pledge.get_absolute_url(),
        SubjectName.QUESTION: pledge.get_absolute_url(),
        SubjectName.REPORT: "/corrections/",
    }


def table(client, name: str, **query: str) -> list[dict[str, str]]:
    answer = client.get(f"/data/{name}.csv", query)
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


@pytest.mark.slow
def test_each_page_leads_to_the_proof_of_the_entry_from_the_first_on(client, pledge):
    for page in pages(pledge).values():
        assert "/record/proofs/" not in client.get(page).content.decode().split("Proof of this entry")[-1], page
    begin_facts(signers=Signers("Ada"))
    about = f"/reviews/{pledge.review.slug}/about/"
    for name, page in [*pages(pledge).items(), (SubjectName.REVIEW, about)]:
        proof = f"/record/proofs/{last(name)}.json"
        assert f'href="{proof}"' in client.get(page).content.decode(), (name, page)
        assert client.get(proof).json()["entry"]["subject"]["type"] == name


def test_tables_and_the_api_name_it(client, pledge):
    assert {row["facts_entry"] for name in TABLES for row in table(client, name)} == {""}
    begin_facts(signers=Signers("Ada"))
    for name, subject in TABLES.items():
        [row] = table(client, name)
        assert row["facts_entry"] == str(last(subject)), name
        if name not in ("conflicts", "wanted"):
            [item] = client.get(f"/api/v1/{name}").json()["items"]
            assert item["facts_entry"] == last(subject), name


@pytest.mark.slow
def test_on_a_past_day_it_is_the_last_one_of_that_day(client, pledge):
    begin_facts(signers=Signers("Ada"))
    body, first = pledge.promised_by, last(SubjectName.BODY)
    with time_machine.travel(dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)):
        body.name = "Another name"
        body.save()
        record_facts([body], signers=Signers("Ada"))
        second = last(SubjectName.BODY)
        assert first < second
        for day, entry in (("2026-11-24", first), ("2026-11-26", second)):
            assert [row["facts_entry"] for row in table(client, "bodies", as_of=day)] == [str(entry)]
            assert client.get(f"/api/v1/bodies/{body.slug}?as_of={day}").json()["body"]["facts_entry"] == entry
            page = client.get(f"{body.get_absolute_url()}?as_of={day}").content.decode()
            assert f"/record/proofs/{entry}.json" in page
        assert table(client, "bodies", as_of="2026-11-23")[0]["facts_entry"] == ""


def test_what_reads_as_today_on_a_past_day_names_the_entry_of_today(client, pledge):
    begin_facts(signers=Signers("Ada"))
    source, conflict = pledge.citations.get().passage.source, pledge.conflicts.get()
    passage, wanted = source.passages.get(), WantedSource.objects.get()
    with time_machine.travel("2026-11-26T12:00Z", tick=False):
        source.note, passage.checked_on = "Another note", dt.date(2026, 11, 26)
        conflict.question, wanted.title = "Another question?", "Another title"
        for row in (source, passage, conflict, wanted):
            row.save()
        record_facts([source, passage, conflict, wanted], signers=Signers("Ada"))
    with time_machine.travel("2026-11-28T12:00Z", tick=False):
        for name, words in (("sources", "Another note"), ("passages", "2026-11-26"),
                            ("conflicts", "Another question?"), ("wanted", "Another title")):  # fmt: skip
            [row] = table(client, name, as_of="2026-11-24")
            assert words in row.values()
            assert row["facts_entry"] == str(last(TABLES[name])), name
        page = client.get(f"{pledge.get_absolute_url()}?as_of=2026-11-24").content.decode()
        assert "These sources differ: another question?" in page
        assert f"/record/proofs/{last(SubjectName.CONFLICT)}.json" in page


def change(question, ada, grace, reason: str = "", **typed: str) -> None:
    """Sign off a change of a public question, or with a reason its withdrawal."""
    about = drafts.start(DraftType.QUESTION, by=ada, pledge=question.pledge, question=question, withdraw=bool(reason))
    facts = about.facts | {name: [value] for name, value in typed.items()}
    about = drafts.save(about, version=about.version, by=ada, fields={"facts": facts, "reason": reason})
    about = drafts.submit(about, version=about.version, by=ada)
    review.record_check(about, version=about.version, by=grace)
    review.publish(about, version=about.version, by=grace)


@pytest.mark.parametrize("outcome", ["silence", "refused"])
@pytest.mark.slow
def test_a_question_has_on_a_past_day_the_outcome_that_its_entry_says(client, ada, grace, outcome):
    with time_machine.travel("2026-11-23T12:00Z", tick=False):
        about = stated(slug="one")
        begin_facts(signers=Signers("Ada"))
        question = public_question(ada, grace, about)
        first = last(SubjectName.QUESTION)
    with time_machine.travel("2026-11-26T12:00Z", tick=False):
        day = {"answered_on": "2026-11-24"} if outcome == "refused" else {}
        change(question, ada, grace, outcome=outcome, **day)
        second = last(SubjectName.QUESTION)
    with time_machine.travel("2026-11-27T12:00Z", tick=False):
        change(question, ada, grace, reason="It was sent twice.", withdrawal="mark")
    with time_machine.travel("2026-11-28T12:00Z", tick=False):
        label = str(QuestionOutcome(outcome).label)
        for day, entry, waiting in (("2026-11-24", first, True), ("2026-11-26", second, False)):
            page = client.get(f"/pledges/one/?as_of={day}").content.decode()
            assert f"/record/proofs/{entry}.json" in page
            assert ("No answer yet after 23 days." in page) is waiting
            assert (label in page) is not waiting
            assert "It was sent twice." not in page
        assert "It was sent twice." in client.get("/pledges/one/").content.decode()
        known_later = client.get("/pledges/one/?as_of=2026-11-24").content.decode()
        assert "give the same for this page" not in known_later


def test_the_words_of_a_question_that_were_deleted_for_legal_reasons_are_gone_on_past_days(client, ada, grace):
    with time_machine.travel("2026-11-23T12:00Z", tick=False):
        about = stated(slug="one")
        begin_facts(signers=Signers("Ada"))
        question = public_question(ada, grace, about)
    with time_machine.travel("2026-11-27T12:00Z", tick=False):
        change(question, ada, grace, reason="A court order.", withdrawal="blank")
    with time_machine.travel("2026-11-28T12:00Z", tick=False):
        page = client.get("/pledges/one/?as_of=2026-11-24").content.decode()
        assert "What has been done?" not in page
        assert "Its words were deleted for legal reasons." in page
        assert "A court order." in page


def test_it_costs_no_query_more_for_more_rows(client, pledge, django_assert_max_num_queries):
    begin_facts(signers=Signers("Ada"))
    with django_assert_max_num_queries(99) as few:
        client.get("/api/v1/bodies")
    record_facts([BodyFactory() for _ in range(9)], signers=Signers("Ada"))
    with django_assert_max_num_queries(len(few)):
        items = client.get("/api/v1/bodies?limit=20").json()["items"]
    assert len({item["facts_entry"] for item in items}) == len(items) == 10
