"""What the desk changes rightly is on the record at once: an entry for each change, and no fault is found after it."""

import json

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.desk.pages import send
from tests.factories import (
    BodyFactory,
    PassageFactory,
    RecommendationFactory,
    SourceFactory,
    asked,
    public_question,
    publish_answer,
    published,
    stated,
    update,
)
from tests.pledges.record.test_hash_chain import lines, offline
from tracker.core import triggers
from tracker.desk.actions import drafts, reports, review, withdrawals
from tracker.desk.actions.sources import give_archived_copy, mark_found_again
from tracker.desk.catalogue.changes import accept, add_facts, change_facts, propose
from tracker.desk.catalogue.facts import facts_of
from tracker.desk.models import DraftType
from tracker.desk.sign_off.public_rows import rows_of_answer, rows_of_change, rows_of_source
from tracker.desk.sign_off.shown import digest_of
from tracker.pledges.choices import FactsKind, ReportOutcome, SubjectName
from tracker.pledges.facts.entries import Signers, begin_facts, record_facts
from tracker.pledges.facts.verify import facts_problems
from tracker.pledges.models import Body, Conflict, FactsEntry, RecordEntry, Report
from tracker.pledges.record.checkpoints import current_head
from tracker.pledges.record.export import exported
from tracker.pledges.record.tree import first_difference, tree_size
from tracker.pledges.record.verify import verify_chain
from tracker.sources.models import Passage, Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(db):
    """A pledge, and all that readers see on the record."""
    about = stated()
    begin_facts(signers=Signers("Ada"))
    return about


def whole() -> None:
    """The record holds for all who verify it, and says what readers see."""
    assert list(facts_problems()) == []
    last = current_head().position
    assert list(verify_chain()) == list(range(1, last + 1))
    assert offline.problems(lines()) is None
    assert tree_size() == last
    assert first_difference() == ""


def since(number: int) -> list[tuple[str, str]]:
    """Return the entries of facts after so many: what each is about, and its kind."""
    rows = FactsEntry.objects.order_by("position").values_list("subject_type", "kind")
    return list(rows)[number:]


def accepted(change, by):
    return accept(change, shown=digest_of(rows_of_change(change)), by=by)


def test_entries_about_pledges_and_of_facts_are_one_chain(about):
    before = FactsEntry.objects.count()
    entry = update(about, passage=PassageFactory())
    assert since(before) == [("source", "facts"), ("passage", "facts")]
    update(about, passage=entry.citations.get().passage)
    assert len(since(before)) == 2, "what is on the record and did not change is not put there again"
    positions = [item["position"] for item in exported()]
    assert positions == list(range(1, current_head().position + 1))
    whole()


def test_a_record_without_facts_has_none_until_they_are_begun(db):
    update(stated())
    assert not FactsEntry.objects.exists()
    assert list(facts_problems()) == []
    call_command("record_facts", verbosity=0)
    assert FactsEntry.objects.exists()
    with pytest.raises(CommandError, match="on the record already"):
        call_command("record_facts", verbosity=0)
    call_command("verify_record")
    whole()


def test_what_readers_do_not_see_is_not_on_the_record(about):
    before = FactsEntry.objects.count()
    passage = PassageFactory()
    assert record_facts([passage, passage.source], signers=Signers("Ada")) == []
    assert FactsEntry.objects.count() == before


class TestDesk:
    @pytest.mark.parametrize("four_eyes", [True, False])
    def test_a_fact_of_the_catalogue(self, about, edith, grace, settings, four_eyes):
        settings.FOUR_EYES = four_eyes
        body, source = Body.objects.first(), Source.objects.first()
        for row, name in ((body, "name"), (source, "title"), (about.theme, "name"), (about.review, "content_note")):
            before, facts = FactsEntry.objects.count(), facts_of(row)
            pending = change_facts(row, facts | {name: "Another"}, seen=facts, by=edith)
            if four_eyes:
                assert FactsEntry.objects.count() == before
                accepted(pending, grace)
            own = [kind for kind, _ in since(before) if kind != SubjectName.EARLIER_FACTS]
            assert len(own) == 1
            entry = FactsEntry.objects.first()
            assert entry.second_review is four_eyes
            assert entry.facts[name] == "Another"
            whole()

    def test_a_conflict_that_is_added_and_deleted(self, about, edith, grace):
        passage = PassageFactory()
        facts = {"pledge": about.pk, "question": "When?", "note": "", "sides": [{"passage": passage.pk, "says": "We"}]}
        accepted(add_facts(Conflict, facts, by=edith), grace)
        whole()
        conflict = Conflict.objects.get()
        change = propose(
            Conflict, object_pk=conflict.pk, title="When?", before=facts_of(conflict), after=None, by=edith
        )
        accepted(change, grace)
        assert FactsEntry.objects.first().facts == {}
        whole()

    def test_a_recommendation_with_words(self, about, edith, grace):
        recommendation = RecommendationFactory()
        record_facts([recommendation], signers=Signers("Ada"))
        before, facts = FactsEntry.objects.count(), facts_of(recommendation)
        passage = PassageFactory()
        accepted(change_facts(recommendation, facts | {"passage": passage.pk}, seen=facts, by=edith), grace)
        assert [name for name, _ in since(before) if name != "earlier-facts"] == [
            "source",
            "passage",
            "recommendation",
        ]
        whole()

    def test_a_draft_with_sources_of_its_own(self, about, ada, grace):
        published(ada, grace, about)
        whole()

    def test_a_question_its_answer_and_its_withdrawal(self, about, ada, grace):
        question = public_question(ada, grace, about)
        whole()
        again = drafts.start(DraftType.QUESTION, by=ada, pledge=about, question=question, withdraw=True)
        again = drafts.save(
            again, version=again.version, by=ada, fields={"reason": "A court order.", "facts": again.facts}
        )
        again = drafts.submit(again, version=again.version, by=ada)
        review.record_check(again, version=again.version, by=grace)
        review.publish(again, version=again.version, by=grace)
        assert list(facts_problems()) == []
        assert asked(ada, about)

    def test_an_answer_to_a_report_and_its_withdrawal(self, about, ada, grace, edith):
        report = Report.objects.create(page="/", what="Wrong.")
        reports.answer(
            report, version=1, verdict=ReportOutcome.STANDS, text="It is right, said X.", correction=None, by=ada
        )
        report = publish_answer(report, by=grace)
        whole()
        withdrawals.withdraw_answer(report, shown=digest_of(rows_of_answer(report)), reason="A court order.", by=edith)
        whole()
        assert FactsEntry.objects.first().kind == FactsKind.WITHDRAWAL
        assert "said X." not in "".join(lines()), "the words are gone from the record"

    def test_a_source_that_is_withdrawn(self, about, edith):
        source = about.citations.get().passage.source
        passage = source.passages.get()
        context = passage.prefix
        assert context
        withdrawals.withdraw(source, shown=digest_of(rows_of_source(source)), reason="A court order.", by=edith)
        entries = [entry for entry in exported(limit=500) if entry["version"] == 2]
        about_passage = [entry for entry in entries if entry["subject"] == {"type": "passage", "id": passage.pk}]
        assert [entry["facts"] is None for entry in about_passage] == [True, False]
        assert context not in json.dumps(entries, ensure_ascii=False)
        whole()

    def test_an_archived_copy_and_words_found_again(self, about, edith, settings):
        settings.FOUR_EYES = False
        passage = about.citations.get().passage
        give_archived_copy(passage.source, url="https://archive.example/1", by=edith)
        whole()
        later = SourceFactory(supersedes=passage.source)
        again = PassageFactory(source=later)
        update(about, passage=again)
        mark_found_again(later, passage, start=again.start, end=again.end, by=edith)
        assert Passage.objects.get(pk=again.pk).again_id == passage.pk
        whole()

    def test_a_change_in_the_admin_at_a_desk_of_one(self, about, edith, client, settings):
        settings.FOUR_EYES = False
        client.force_login(edith)
        body = BodyFactory()
        record_facts([body], signers=Signers("Ada"))
        with transaction.atomic():
            response = client.post(f"/admin/pledges/body/{body.pk}/change/", {"slug": body.slug, "name": "Another"})
        if response.status_code == 302 and Body.objects.get(pk=body.pk).name == "Another":
            whole()
        client.post(f"/admin/pledges/body/{body.pk}/delete/", {"post": "yes"})
        assert list(facts_problems()) == []
        assert send is not None


def test_texts_that_are_brought_in_later(db, tmp_path):
    text = "The minister said: we will do it by May. Nobody asked."
    held = SourceFactory(text=text)
    source = SourceFactory(text="", sha256=held.sha256, characters=len(text))
    held.delete()
    passage = PassageFactory(source=source, exact="we will do it", start=None, end=None)
    stated(passage)
    begin_facts(signers=Signers("Ada"))
    (tmp_path / "one.txt").write_text(text, encoding="utf-8")
    before = FactsEntry.objects.count()
    call_command("load_texts", str(tmp_path), verbosity=0)
    assert {name for name, _ in since(before)} == {"source", "passage"}
    whole()


def test_a_data_set_that_is_loaded_again_puts_on_the_record_what_it_adds(db, tmp_path):
    call_command("load_dataset", "fixtures/example", verbosity=0)
    assert FactsEntry.objects.exists()
    entries = RecordEntry.objects.count()
    assert RecordEntry.objects.order_by("-position").first().position == entries, "those about pledges come first"
    whole()
    call_command("load_dataset", str(django_settings.BASE_DIR / "fixtures" / "casey"), verbosity=0)
    whole()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pledges_factsentry SET reason = 'x'",
        "UPDATE pledges_factsentry SET facts = NULL, facts_salt = ''",
        "UPDATE pledges_factsentry SET signature = 'AAAA'",
        "UPDATE pledges_factsentry SET others_before = 99",
        "DELETE FROM pledges_factsentry",
        "UPDATE pledges_statusupdate SET reason = 'x'",
    ],
)
def test_the_database_refuses_any_change(about, statement):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_an_entry_that_does_not_follow(about):
    last = FactsEntry.objects.first()
    for position in (last.position, last.position + 2):
        copy = FactsEntry.objects.get(pk=last.pk)
        copy.pk, copy.position, copy.digest, copy.previous = None, position, "a" * 64, last.digest
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save(force_insert=True)
    copy.position, copy.previous = last.position + 1, "b" * 64
    with pytest.raises(IntegrityError, match="follows the last one"), transaction.atomic():
        copy.save(force_insert=True)


def test_facts_are_withdrawn_by_a_later_entry_alone(about):
    with transaction.atomic():
        triggers.remove(connection)
        FactsEntry.objects.filter(position=FactsEntry.objects.last().position).update(facts=None, facts_salt="")
        problem = [step for step in verify_chain() if not isinstance(step, int)]
        assert "its facts are not those" in problem[0].message
        assert offline.problems(lines())[0] == problem[0].position
        transaction.set_rollback(True)


def test_to_publish_costs_the_same_whatever_is_on_the_record(about):
    passage = about.citations.get().passage
    update(about, passage=passage)
    with CaptureQueriesContext(
        connection,
    ) as few:
        update(about, passage=passage)
    for _ in range(20):
        update(about, passage=PassageFactory())
    with CaptureQueriesContext(connection) as many:
        update(about, passage=passage)
    assert len(many) <= len(few)


def test_facts_are_begun_once(about):
    with pytest.raises(ValidationError):
        begin_facts(signers=Signers("Ada"))
