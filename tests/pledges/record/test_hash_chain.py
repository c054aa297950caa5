"""The chain: what it commits to, and that every change of it is found by both verifiers, at the right position."""

import copy
import datetime as dt
import hashlib
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
import rfc8785
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import PassageFactory, SourceFactory, pledge, stated, update
from tracker.core import triggers
from tracker.pledges.choices import EntryKind, EvidenceRole, Status
from tracker.pledges.facts.entries import Signers, begin_facts
from tracker.pledges.models import Citation, EntryText, FactsEntry, Pledge, RecordEntry
from tracker.pledges.record import checkpoints
from tracker.pledges.record.export import checked_links, entries
from tracker.pledges.record.hash_chain import GENESIS_DIGEST, entry_digest, statement_text, text_digest
from tracker.pledges.record.publish import Evidence, withdraw_entry, withdraw_text
from tracker.pledges.record.statements import publish_statement
from tracker.pledges.record.verify import Problem, verify_chain, verify_known_head
from tracker.sources.models import Passage

pytestmark = pytest.mark.django_db
VERIFIER = Path(django_settings.BASE_DIR) / "tracker" / "public" / "static" / "public" / "verify_record.py"
spec = importlib.util.spec_from_file_location("verify_record", VERIFIER)
offline = importlib.util.module_from_spec(spec)
spec.loader.exec_module(offline)
ADMIN = "ada"


def lines() -> list[str]:
    """The record as it is downloaded."""
    return [json.dumps(entry, ensure_ascii=False) for entry in entries()]


def first_problem() -> Problem | None:
    return next((step for step in verify_chain() if isinstance(step, Problem)), None)


_VALUES = st.recursive(
    st.text(st.characters(exclude_categories=["Cs"]))
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.booleans()
    | st.none(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="ascii")), inner, max_size=4)
    ),
    max_leaves=20,
)


@pytest.mark.slow
@given(facts=st.dictionaries(st.text(st.characters(codec="ascii")), _VALUES, max_size=6))
def test_what_is_digested_is_rfc_8785_canonical_json(facts):
    """Against an independent implementation; the values are those that the format has."""
    assert statement_text(facts).encode() == rfc8785.dumps(facts)


@pytest.fixture
def record():
    """A record of nine entries: two pledges, one changed, updates, a correction, a withdrawal, a legal withdrawal."""
    about, other = stated(), stated(PassageFactory(source=SourceFactory(title="“Ünïcödé” 𝒜 שלום")), title="“Ü” 𝒜")
    other.note = "It was read again."
    publish_statement(
        other, evidence=[Evidence(other.citations.get().passage, EvidenceRole.PLEDGE)], bodies=[], by="Ada",
        approved_by="Grace", reason="A note was due.",
    )  # fmt: skip
    first = update(about, Status.ANNOUNCED, explanation="Line one.\nLine “two”; e\u0301 𝒜.")
    update(other, headline="Another", approved_by="")
    wrong = update(about, on=dt.date(2025, 8, 1))
    update(about, on=dt.date(2025, 8, 2), corrects=wrong, reason="The day was wrong.")
    withdraw_entry(first, reason="It was about another pledge.", by="Ada", approved_by="Grace")
    withdraw_text(wrong, reason="A court order.", admin=get_user_model().objects.create_superuser(ADMIN), by="ada")


def test_the_published_vectors_hold():
    """docs/record-vectors.json has them, so that anybody can write another verifier."""
    vectors = json.loads((Path(django_settings.BASE_DIR) / "docs" / "record-vectors.json").read_text(encoding="utf-8"))
    assert len(vectors["entries"]) >= 3
    assert offline.problems([json.dumps(entry) for entry in vectors["entries"]]) is None
    for entry in vectors["entries"]:
        fields = {name: value for name, value in entry.items() if name not in offline.APART}
        assert entry_digest(fields) == offline.digest(fields) == entry["digest"]
    for example in vectors["texts"]:
        assert text_digest(example["text"], example["salt"]) == example["digest"]
        assert hashlib.sha256(example["canonical"].encode()).hexdigest() == example["digest"]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_the_two_canonical_forms_are_one(text, salt):
    assert text_digest(text, salt) == offline.digest({"salt": salt, "text": text})


def test_an_empty_record_holds(client):
    assert list(verify_chain()) == []
    assert offline.problems([]) is None
    assert checkpoints.current_head() == checkpoints.Head(0, GENESIS_DIGEST, "")


@pytest.mark.usefixtures("record")
class TestRecord:
    def test_it_holds_for_both_verifiers(self):
        assert list(verify_chain()) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
        assert offline.problems(lines()) is None
        call_command("verify_record")

    def test_digests_are_made_anew_from_columns_but_for_words_that_were_withdrawn(self):
        """Else each entry is looked at on its own, which takes twice as long."""
        begin_facts(signers=Signers("Ada", "Grace"))
        links = checked_links(1, 1000)
        assert [position for position, *_, is_right in links if not is_right] == [6]
        assert [link[0] for link in links] == list(range(1, FactsEntry.objects.count() + 10))
        assert EntryText.objects.get(update__position=6).explanation == ""

    def test_an_instant_with_a_time_zone_behind_it_is_found(self):
        """SQLite takes any text for an instant, and pages would show another one."""
        if connection.vendor != "sqlite":
            pytest.skip("other databases have a type for it")
        with transaction.atomic(), connection.cursor() as cursor:
            triggers.remove(connection)
            cursor.execute(
                "UPDATE pledges_statusupdate SET published_at = substr(published_at || '.000000', 1, 26) || '+05:00' "
                "WHERE position = 4"
            )
            assert first_problem().position == 4
            transaction.set_rollback(True)

    def test_the_verifier_is_one_file_that_runs_alone(self, tmp_path):
        update(Pledge.objects.first(), headline="One more")
        record, head = tmp_path / "record.ndjson", tmp_path / "head.txt"
        record.write_text("\n".join(lines()) + "\n", encoding="utf-8")
        head.write_text(checkpoints.checkpoint(checkpoints.current_head()), encoding="utf-8")
        command = [sys.executable, "-I", "-S", str(VERIFIER), str(record), str(head)]
        result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        assert result.returncode == 0, result.stdout + result.stderr
        assert "10 entries hold." in result.stdout
        assert "It extends the saved head of 10 entries." in result.stdout
        record.write_text("\n".join(lines()[:9]) + "\n", encoding="utf-8")
        result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        assert result.returncode == 3
        assert "head is newer than this file" in result.stdout, "a cut tail is only shown by a head that was kept"

    def test_every_column_of_an_entry_is_committed_to_or_named_here_with_its_reason(self):
        """A new column that the digest does not cover must be added to one of the two lists on purpose."""
        not_committed = {
            "id": "a name within one database; the position is the entry's",
            "digest": "it is the digest",
        }
        renamed = {"pledge": "its slug", "corrects": "the position of the entry"}
        columns = {field.name for field in RecordEntry._meta.concrete_fields} - set(not_committed)
        entry = next(one for one in entries() if one["kind"] == EntryKind.PLEDGE)
        assert columns <= set(entry) | set(renamed)
        assert {field.name for field in Citation._meta.concrete_fields} == {
            "id", "passage", "pledge", "update", "role", "note", "source_sha256",
        }  # fmt: skip

    @pytest.mark.slow
    @settings(max_examples=60 if connection.vendor == "sqlite" else 20)
    @given(data=st.data())
    def test_any_change_in_the_database_is_found_at_its_position(self, data):
        """Made with the guards dropped, as somebody could who owns the database."""
        entry = data.draw(st.sampled_from(list(RecordEntry.objects.in_order())))
        letters = st.characters(min_codepoint=0x20, max_codepoint=0x17F)
        with transaction.atomic():
            triggers.remove(connection)
            column = data.draw(
                st.sampled_from(
                    [
                        *(
                            "pledge",
                            "step",
                            "effective_on",
                            "looked_until",
                            "published_at",
                            "reason",
                            "status",
                            "kind",
                        ),
                        *("proposed_by", "published_by", "second_review", "previous", "digest"),
                        *("headline_digest", "explanation_digest", "headline", "headline_salt", "explanation"),
                        *("statement_digest", "statement", "statement_salt"),
                        *("role", "note", "exact", "source"),
                    ]
                )
            )
            found_at = self.change(entry, column, data, letters)
            changed = [json.loads(line) for line in lines()]
            if found_at is None:  # the change was none
                transaction.set_rollback(True)
                return
            problem = first_problem()
            assert problem is not None, f"{column} of entry {entry.position} was changed unseen"
            assert problem.position == found_at
            if column in ("statement", "statement_salt") and entry.kind != EntryKind.PLEDGE:
                assert "statement" not in changed[entry.position - 1], "what is not committed to is not downloaded"
            else:
                assert (offline.problems([json.dumps(one) for one in changed]) or [None])[0] == found_at
            transaction.set_rollback(True)

    def change(self, entry, column, data, letters):
        """Change one thing of an entry; return the position at which it must be found."""
        rows = RecordEntry.objects.filter(pk=entry.pk)
        states = entry.kind == EntryKind.PLEDGE
        if column == "statement":
            EntryText.objects.filter(update=entry).update(
                statement={**(entry.text.statement or {}), "title": "Forged"}
            )
            return entry.position
        if column == "statement_salt" and not entry.text.statement_salt:
            EntryText.objects.filter(update=entry).update(statement_salt="0" * 64)
            return entry.position
        if column in ("status", "step", "statement_digest") and states is (column != "statement_digest"):
            return None  # a constraint refuses it
        if column in ("headline", "headline_salt", "explanation", "statement_salt"):
            old = getattr(entry.text, column)
            new = ("0" if old[:1] != "0" else "1") + old[1:] if column.endswith("_salt") else old + data.draw(letters)
            if entry.text.explanation_salt == "" and column == "explanation":
                return None  # it was withdrawn: what stands there now is no committed text
            EntryText.objects.filter(update=entry).update(**{column: new})
            return entry.position
        if column in ("role", "note", "exact", "source"):
            citation = entry.citations.first()
            if citation is None:
                return None
            if column in ("role", "note"):
                Citation.objects.filter(pk=citation.pk).update(
                    **{column: "scope" if column == "role" else citation.note + data.draw(letters)}
                )
                return entry.position
            if column == "exact":
                passage = Passage.objects.filter(pk=citation.passage_id)
                passage.update(
                    exact=citation.passage.exact + "x", start=None, end=None, snapshot_sha256="", checked_on=None
                )
                users = Citation.objects.filter(passage=citation.passage, update__isnull=False)
                return min(users.values_list("update__position", flat=True))
            Citation.objects.filter(pk=citation.pk).update(source_sha256="f" * 64)
            return entry.position
        if column in ("effective_on", "looked_until"):
            day = getattr(entry, column) + dt.timedelta(days=-1 if column == "effective_on" else 1)
            rows.update(**{column: day})
        elif column == "published_at":
            rows.update(published_at=entry.published_at + dt.timedelta(microseconds=1))
        elif column == "second_review":
            if entry.proposed_by == entry.published_by:
                return None
            rows.update(second_review=not entry.second_review)
        elif column == "pledge":
            rows.update(pledge=Pledge.objects.exclude(pk=entry.pledge_id).first())
        elif column == "status":
            rows.update(status=Status.DROPPED)
        elif column == "kind":
            if states or entry.kind == EntryKind.UPDATE:
                return None  # a constraint refuses it
            rows.update(kind=EntryKind.WITHDRAWAL if entry.kind != EntryKind.WITHDRAWAL else EntryKind.CORRECTION)
            if entry.kind == EntryKind.LEGAL_WITHDRAWAL:
                return entry.corrects.position  # its blank text is not excused any more
        elif column == "step":
            rows.update(step="answered")
        elif column == "reason":
            if entry.kind == EntryKind.UPDATE:
                return None
            rows.update(reason=entry.reason + data.draw(letters))
        elif column in ("proposed_by", "published_by"):
            rows.update(**{column: getattr(entry, column) + "x"})
        else:
            old = getattr(entry, column)
            rows.update(**{column: ("0" if old[0] != "0" else "1") + old[1:]})
        return entry.position

    @pytest.mark.slow
    @pytest.mark.once  # what is changed is the file
    @settings(max_examples=60)
    @given(data=st.data())
    def test_any_deletion_insertion_or_swap_in_a_download_is_found_at_its_position(self, data):
        good = [json.loads(line) for line in lines()]
        at = data.draw(st.integers(0, len(good) - 1))
        kind = data.draw(st.sampled_from(["delete", "insert", "swap", "change"]))
        bad = copy.deepcopy(good)
        if kind == "delete":
            if at == len(good) - 1:
                return  # a cut tail is found by a saved head alone (tested above)
            del bad[at]
        elif kind == "insert":
            bad.insert(at, copy.deepcopy(data.draw(st.sampled_from(good))))
            if at < len(good) and bad[at] == good[at]:
                at += 1  # the copy took its place: what is wrong comes after it
        elif kind == "swap":
            other = data.draw(st.integers(0, len(good) - 1))
            if other == at:
                return
            bad[at], bad[other] = bad[other], bad[at]
            at = min(at, other)
        else:
            name = data.draw(st.sampled_from(sorted(set(bad[at]) - {"headline", "explanation"})))
            if bad[at][name] is None and name == "statement":
                return
            if bad[at][name] is None and name.endswith("_salt"):
                return
            bad[at][name] = "forged" if bad[at][name] != "forged" else "again"
            if name == "kind" and good[at]["kind"] == "legal-withdrawal":
                at = good[at]["corrects"] - 1
            if name == "corrects" and good[at]["kind"] == "legal-withdrawal":
                at = good[at]["corrects"] - 1
        found = offline.problems([json.dumps(entry) for entry in bad])
        assert found is not None
        assert found[0] == at + 1

    def test_the_insider_who_rewrites_everything_is_found_by_a_saved_head_alone(self):
        saved = checkpoints.checkpoint(checkpoints.current_head())
        assert verify_known_head(saved) is None
        last = RecordEntry.objects.in_order().last()
        with transaction.atomic():
            triggers.remove(connection)
            fields = {k: v for k, v in list(entries())[-1].items() if k not in offline.APART}
            RecordEntry.objects.filter(pk=last.pk).update(
                proposed_by="Somebody else",
                second_review=False,
                digest=entry_digest(fields | {"proposed_by": "Somebody else", "second_review": False}),
            )
            assert first_problem() is None, "the chain alone proves nothing against its owner"
            assert verify_known_head(saved).position == 9
            transaction.set_rollback(True)
        assert verify_known_head("nonsense") is not None
        assert "does not reach it" in verify_known_head(saved.replace("\n9\n", "\n90\n", 1)).message

    def test_the_command_names_what_is_wrong_and_fails(self, tmp_path):
        with transaction.atomic():
            triggers.remove(connection)
            EntryText.objects.filter(update__position=2).update(headline="Forged")
            with pytest.raises(CommandError) as caught:
                call_command("verify_record")
            assert "Entry 2: its headline is not the one" in str(caught.value)
            assert "guard pledges_update_no_delete on pledges_statusupdate is missing" in str(caught.value)
            transaction.set_rollback(True)

    def test_the_head_is_signed(self):
        from base64 import b64decode

        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        body, _, signature = checkpoints.checkpoint(checkpoints.current_head()).partition("\n\n")
        name, key_id, key = checkpoints.verifier_key().split("+", 2)
        raw = b64decode(signature.split(" ")[2])
        assert signature.startswith(f"— {name} ")
        assert raw[:4].hex() == key_id
        Ed25519PublicKey.from_public_bytes(b64decode(key)[1:]).verify(raw[4:], f"{body}\n".encode())
        assert body.split("\n")[1] == "9"


class TestCorrections:
    def test_a_correction_takes_the_place_of_what_it_corrects(self, client):
        about = pledge()
        wrong = update(about, Status.UNDER_WAY, headline="Wrong")
        right = update(about, Status.ANNOUNCED, headline="Right", corrects=wrong, reason="It was only announced.")
        assert Pledge.objects.with_record().get().status == Status.ANNOUNCED
        body = client.get(about.get_absolute_url()).content.decode()
        assert "<s>Wrong</s>" in body
        assert "Corrected on" in body
        assert f'href="#{right.anchor}"' in body
        assert "It was only announced." in body

    def test_a_withdrawal_takes_an_entry_out_and_leaves_it_visible(self, client):
        about = pledge()
        update(about, Status.ANNOUNCED, headline="First")
        second = update(about, on=dt.date(2025, 9, 1), headline="Second")
        withdraw_entry(second, reason="The source was a hoax.", by="Ada", approved_by="Grace")
        assert Pledge.objects.with_record().get().headline == "First"
        body = client.get(about.get_absolute_url()).content.decode()
        assert "<s>Second</s>" in body
        assert "Withdrawn on" in body
        assert "The source was a hoax." in body

    def test_legal_withdrawal_blanks_the_words_and_the_chain_still_holds(self, client):
        admin = get_user_model().objects.create_superuser(ADMIN)
        entry = update(pledge(), headline="Secret headline", explanation="Secret explanation")
        withdraw_text(entry, reason="A court order.", admin=admin, by="ada")
        assert (entry.headline, entry.explanation) == ("Secret headline", "")
        withdraw_text(entry, reason="A second order.", admin=admin, by="ada", headline=True)
        assert first_problem() is None
        for url in (entry.pledge.get_absolute_url(), "/changes/", "/"):
            body = client.get(url).content.decode()
            assert "Secret" not in body
        body = client.get(entry.pledge.get_absolute_url()).content.decode()
        assert "Text withdrawn" in body
        assert "A court order." in body
        assert "Secret" not in "".join(lines())
        assert Pledge.objects.with_record().get().status == Status.UNDER_WAY, "the words go, the fact stays"

    def test_only_an_admin_and_only_with_a_reason(self):
        entry = update(pledge())
        user = get_user_model().objects.create_user("editor")
        with pytest.raises(PermissionDenied):
            withdraw_text(entry, reason="Because", admin=user, by="ada")
        user.is_superuser = True
        for reason in ("", "  ", "a\u202eb"):
            with pytest.raises(ValidationError):
                withdraw_text(entry, reason=reason, admin=user, by="ada")
        assert RecordEntry.objects.count() == 1

    def test_what_can_not_be_corrected(self):
        about = pledge()
        entry = update(about)
        done = withdraw_entry(entry, reason="Wrong.", by="Ada")
        for target in (entry, done):
            with pytest.raises(ValidationError, match=r"already|cannot be corrected"):
                withdraw_entry(target, reason="Again.", by="Ada")
        with pytest.raises(ValidationError, match="another pledge"):
            update(pledge(), corrects=update(about), reason="Mixed up.")
        with pytest.raises(ValidationError, match="Only give a reason for a correction"):
            update(about, reason="No entry is named.")

    def test_blanking_without_a_withdrawal_is_refused_by_the_database(self):
        entry = update(pledge(), explanation="Words")
        with pytest.raises(IntegrityError), transaction.atomic():
            EntryText.objects.filter(update=entry).update(explanation="")


def test_an_entry_never_goes_before_the_one_before_it():
    about = pledge()
    first = update(about, published_at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC))
    second = update(about, published_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC), headline="Clock went back")
    assert second.published_at == first.published_at


def test_without_its_guards_the_record_is_read_only_and_says_so(client):
    from django.core.cache import cache

    about = pledge()
    with transaction.atomic():
        triggers.remove(connection)
        cache.clear()
        assert "The record is read-only" in client.get("/").content.decode()
        with pytest.raises(ValidationError, match="read-only"):
            update(about)
        transaction.set_rollback(True)
    cache.clear()
    assert "The record is read-only" not in client.get("/").content.decode()
