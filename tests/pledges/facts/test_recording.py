"""What the desk changes rightly is on the record at once: an entry for each change, and no fault is found after it."""

import datetime as dt
import json

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.desk.conftest import signed_in
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
from tracker.desk.catalogue.models import PendingChange
from tracker.desk.models import DraftType
from tracker.desk.sign_off.public_rows import rows_of_answer, rows_of_change, rows_of_source
from tracker.desk.sign_off.shown import digest_of
from tracker.pledges.choices import EvidenceRole, FactsKind, ReportOutcome, SubjectName
from tracker.pledges.facts import verify
from tracker.pledges.facts.entries import Signers, begin_facts, record_facts
from tracker.pledges.facts.verify import facts_problems
from tracker.pledges.models import (
    Body,
    CatalogueVersion,
    Conflict,
    FactsEntry,
    Recommendation,
    RecordEntry,
    Report,
    Review,
)
from tracker.pledges.record import export
from tracker.pledges.record.checkpoints import current_head
from tracker.pledges.record.export import exported
from tracker.pledges.record.publish import Evidence
from tracker.pledges.record.statements import publish_statement
from tracker.pledges.record.tree import first_difference, tree_size
from tracker.pledges.record.verify import verify_chain, verify_pledges
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


def test_the_foot_of_each_page_has_the_head_of_all_entries(db, client):
    body, page = BodyFactory(), "/methodology/"
    update(stated())
    for _ in range(3):  # a new record, one with facts, one to which facts alone were added
        head, shown = current_head(), client.get(page).content.decode()
        assert f"The record has {head.position} entries." in shown
        assert f"<code>{head.digest[:16]}</code>" in shown
        if FactsEntry.objects.exists():
            body.name += " (renamed)"
            body.save()
            record_facts([body], signers=Signers("Ada"))
        else:
            begin_facts(signers=Signers("Ada"))


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


def test_what_the_desk_changes_between_two_reads_of_a_verification_is_no_fault(about, monkeypatch):
    keys_of, facts_read_by, changes = verify._keys, verify.read_facts, []

    def keys_before_one_is_added(rows, name):
        keys = list(keys_of(rows, name))
        if name == "subject_id" and not Body.objects.filter(slug="added").exists():
            record_facts([BodyFactory(slug="added")], signers=Signers("Ada"))
        return iter(keys)

    def facts_after_a_change(name, keys):
        if name == SubjectName.BODY and not changes:
            body = Body.objects.first()
            body.name += " (renamed)"
            body.save()
            changes.extend(record_facts([body], signers=Signers("Ada")))
        return facts_read_by(name, keys)

    monkeypatch.setattr(verify, "_keys", keys_before_one_is_added)
    monkeypatch.setattr(verify, "read_facts", facts_after_a_change)
    assert list(facts_problems()) == []
    assert [entry.subject_type for entry in changes] == [SubjectName.EARLIER_FACTS, SubjectName.BODY]
    Body.objects.filter(slug="added").update(name="Past the desk")
    assert len(list(facts_problems())) == 1, "and what was changed past it still is"


def test_what_is_withdrawn_during_a_verification_is_no_fault(about, edith, monkeypatch):
    monkeypatch.setattr(export, "_CHUNK", 1)
    steps = verify_chain()
    assert next(steps) == 1
    source = about.citations.get().passage.source
    withdrawals.withdraw(source, shown=digest_of(rows_of_source(source)), reason="A court order.", by=edith)
    assert FactsEntry.objects.filter(facts__isnull=True).count() == 2
    assert [step for step in steps if not isinstance(step, int)] == []


def test_facts_have_the_instant_of_the_entry_that_shows_them(about):
    """A data set brings the instants of its entries: what they show does not move the next ones."""
    at = FactsEntry.objects.first().published_at + dt.timedelta(microseconds=1)
    entry = update(about, passage=PassageFactory(), published_at=at)
    shown = FactsEntry.objects.filter(position__gt=entry.position)
    assert [each.published_at for each in shown] == [at, at]
    later = at + dt.timedelta(microseconds=1)
    assert update(about, passage=PassageFactory(), published_at=later).published_at == later
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

    def test_a_recommendation_that_others_repeat_is_deleted(self, about, edith, grace):
        earlier, later = RecommendationFactory(), RecommendationFactory()
        record_facts([earlier, later], signers=Signers("Ada"))
        facts = facts_of(later)
        accepted(change_facts(later, facts | {"repeats": [earlier.pk]}, seen=facts, by=edith), grace)
        assert FactsEntry.objects.first().facts["repeats"] == [earlier.pk]
        change = propose(
            Recommendation, object_pk=earlier.pk, title="Number 1", before=facts_of(earlier), after=None, by=edith
        )
        before = FactsEntry.objects.count()
        accepted(change, grace)
        about_earlier = FactsEntry.objects.filter(subject_type=SubjectName.RECOMMENDATION, subject_id=earlier.pk)
        assert about_earlier.first().facts == {}
        assert len(since(before)) == 2, "the later one repeats nothing now, and its entry says so"
        whole()

    @pytest.mark.parametrize("four_eyes", [True, False])
    def test_a_body_that_has_to_act_stays(self, edith, grace, settings, four_eyes):
        settings.FOUR_EYES = four_eyes
        body = BodyFactory()
        about = stated()
        publish_statement(
            about, evidence=[Evidence(PassageFactory(), EvidenceRole.PLEDGE)], bodies=[body], by="Ada", reason="Said."
        )
        send(signed_in(edith), f"/admin/pledges/body/{body.pk}/delete/")
        if four_eyes:
            change = PendingChange.objects.get()
            with pytest.raises(ValidationError, match="It has to act on a pledge"):
                accepted(change, grace)
        assert list(about.bodies.all()) == [body]
        assert list(verify_pledges()) == []

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

    def test_words_that_are_withdrawn_at_the_terminal(self, about, edith, grace):
        sides = [{"passage": about.citations.get().passage_id, "says": "We"}]
        facts = {"pledge": about.pk, "question": "When?", "note": "It was X.", "sides": sides}
        accepted(add_facts(Conflict, facts, by=edith), grace)
        conflict = Conflict.objects.get()
        facts = facts_of(conflict)
        accepted(change_facts(conflict, facts | {"note": ""}, seen=facts, by=edith), grace)
        assert "It was X." in "".join(lines())
        with pytest.raises(CommandError, match="Give a reason"):
            call_command("withdraw_facts", "conflict", str(conflict.pk), "--reason", " ")
        with pytest.raises(CommandError, match="no entry of facts about conflict 999"):
            call_command("withdraw_facts", "conflict", "999", "--reason", "A court order.")
        call_command("withdraw_facts", "conflict", str(conflict.pk), "--reason", "A court order.", verbosity=0)
        assert "It was X." not in "".join(lines())
        last = FactsEntry.objects.first()
        assert (last.kind, last.reason, last.facts["question"]) == (FactsKind.WITHDRAWAL, "A court order.", "When?")
        whole()

    @pytest.mark.parametrize("kind", ["body", "earlier-facts"])
    def test_a_name_of_a_past_day_that_is_withdrawn(self, about, edith, client, settings, capsys, kind):
        settings.FOUR_EYES = False
        body = about.promised_by
        body.name = "Said X"
        with time_machine.travel(dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC)):
            change_facts(body, facts_of(body), seen=facts_of(Body.objects.get(pk=body.pk)), by=edith)
        with time_machine.travel(dt.datetime(2026, 11, 26, 13, tzinfo=dt.UTC)):
            facts = facts_of(body)
            change_facts(body, facts | {"name": "Another"}, seen=facts, by=edith)
            page = f"{body.get_absolute_url()}?as_of=2026-11-24"
            filtered = f"/?body={body.slug}&as_of=2026-11-24"
            assert "Said X" in client.get(page).content.decode()
            assert "Said X" in client.get(filtered).content.decode()
            [*_, version] = CatalogueVersion.objects.all()
            with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
                CatalogueVersion.objects.filter(pk=version.pk).update(facts={})
            number = body.pk if kind == "body" else version.pk
            call_command("withdraw_facts", kind, str(number), "--reason", "A court order.", verbosity=0)
            on_record = "".join(lines())
            told = capsys.readouterr().out
            if kind == "body":
                assert "Said X" not in on_record
                assert "Earlier entries have no words any more." in told
            else:
                assert "Said X" in on_record
                assert f"Entries about body {body.pk} itself still have theirs: withdraw_facts body {body.pk}" in told
            shown = client.get(page).content.decode()
            assert "<h1>Withdrawn for legal reasons</h1>" in shown
            assert "Said X" not in shown
            assert "Said X" not in client.get(filtered).content.decode(), "nor as a choice of the filters"
            assert "<h1>Another</h1>" in client.get(body.get_absolute_url()).content.decode()
            assert "Said X" not in str(list(CatalogueVersion.objects.values_list("facts", flat=True)))
            with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
                CatalogueVersion.objects.filter(pk=version.pk).update(object_pk=0)
            whole()
            CatalogueVersion.objects.filter(pk=version.pk).update(facts={"name": "Never said"})
            assert len(list(facts_problems())) == 1, "and words that are put in their place are found"

    @pytest.mark.slow
    def test_words_of_a_review_that_are_withdrawn_are_on_no_page_of_a_past_day(self, about, edith, client, settings):
        settings.FOUR_EYES = False
        review = about.review
        words = {"title": "Of X", "about": "X said", "help_lines": "Help for X | 0808 800 5000"}
        with time_machine.travel(dt.datetime(2026, 11, 23, 13, tzinfo=dt.UTC)):
            change_facts(review, facts_of(review) | words, seen=facts_of(review), by=edith)
        with time_machine.travel(dt.datetime(2026, 11, 27, 13, tzinfo=dt.UTC)):
            review = Review.objects.get()
            now = {"title": "An Audit", "about": "", "help_lines": ""}
            change_facts(review, facts_of(review) | now, seen=facts_of(review), by=edith)
            home = review.get_absolute_url()
            addresses = ["/", home, f"{home}about/", f"{home}changes/", about.get_absolute_url()]
            addresses = [f"{address}?as_of=2026-11-24" for address in addresses]
            addresses.append(f"/?theme={about.theme.slug}&as_of=2026-11-24")
            before = [client.get(address).content.decode() for address in addresses]
            assert [a for a, page in zip(addresses, before, strict=True) if "Help for X" not in page] == [], (
                "they are kept"
            )
            assert "Of X" in before[0]
            assert "X said" in before[2]
            call_command("withdraw_facts", "review", str(review.pk), "--reason", "A court order.", verbosity=0)
            for address in addresses:
                page = client.get(address).content.decode()
                assert not [shown for shown in ("Of X", "X said", "Help for X") if shown in page], address

    def test_what_is_left_of_a_review_on_a_past_day_has_no_words_of_it(self, about, edith, settings):
        settings.FOUR_EYES = False
        facts = facts_of(about.review)
        changed = change_facts(about.review, facts | {"about": "X said", "title": "Of X"}, seen=facts, by=edith)
        change_facts(about.review, facts, seen=facts_of(Review.objects.get()), by=edith)
        assert changed is None
        left = CatalogueVersion.objects.filter(model="review").last().facts_without_words()
        assert (left["title"], left["about"], left["published_on"]) == (
            "Withdrawn for legal reasons",
            "",
            "2025-06-16",
        )
        assert not {"slug", "logo", "accent"} & set(left)
        assert "X" not in str(left)

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

    def test_a_change_in_the_admin_at_a_desk_of_one(self, about, edith, settings):
        settings.FOUR_EYES = False
        client, body = signed_in(edith), BodyFactory()
        record_facts([body], signers=Signers("Ada"))
        send(client, f"/admin/pledges/body/{body.pk}/change/", name="Another")
        assert FactsEntry.objects.first().facts["name"] == "Another"
        whole()
        send(client, f"/admin/pledges/body/{body.pk}/delete/")
        assert FactsEntry.objects.first().facts == {}
        whole()


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


@pytest.mark.slow
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


@pytest.mark.slow
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
