"""Entries are signed with the account that published them: one that was put in past the desk is found."""

import base64
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from tests.factories import published, stated, update
from tests.pledges.record.test_hash_chain import offline
from tracker.core import triggers
from tracker.pledges.models import EntrySignature, RecordEntry
from tracker.pledges.record import checkpoints, publish

pytestmark = pytest.mark.django_db


def verified() -> str:
    out = io.StringIO()
    call_command("verify_record", stdout=out)
    return out.getvalue()


def problems() -> str:
    with pytest.raises(CommandError) as caught:
        call_command("verify_record", stdout=io.StringIO())
    return str(caught.value)


@pytest.fixture
def past_the_desk(monkeypatch):
    """Publish without a signature: what somebody does who writes to the database, with good digests."""

    def put(about):
        with monkeypatch.context() as context:
            context.setattr(publish, "add_signature", lambda *args: None)
            return update(about, by="Ada", headline="Put in")

    return put


def test_who_published_is_signed_and_anybody_can_verify_it(client, ada, grace):
    entry = published(ada, grace)
    last = RecordEntry.objects.count()
    assert f"Entries 1 to {last} are signed with the account that published them." in verified()
    rows = [json.loads(line) for line in b"".join(client.get("/record/signatures.ndjson")).splitlines()]
    assert [row["position"] for row in rows] == list(range(1, last + 1))
    assert rows[entry.position - 1]["account"] == grace.pk
    public = base64.b64decode(checkpoints.verifier_key().split("+", 2)[2])[1:]
    for row in rows:
        digest = RecordEntry.objects.get(position=row["position"]).digest
        text = f"pledge-record-entry/1\nentry {row['position']}\n{digest}\naccount {row['account'] or '-'}\n"
        assert offline.verify_ed25519(public, text.encode(), base64.b64decode(row["signature"]))


def test_an_entry_that_was_put_in_past_the_desk_is_found(past_the_desk, capsys):
    about = stated()
    put = past_the_desk(about)
    update(about)
    with pytest.raises(CommandError):
        call_command("verify_record")
    assert "3 of 3 entries hold." in (told := capsys.readouterr().out)
    assert "are signed" not in told
    assert f"Entry {put.position}: it has no signature: it was put into the database past the desk." in problems()


def test_entries_of_before_are_not_signed_and_it_says_so(past_the_desk, monkeypatch):
    with monkeypatch.context() as context:
        context.setattr(publish, "add_signature", lambda *args: None)
        about = stated()
    assert "None is signed" in verified()
    update(about)
    assert "Entries 2 to 2 are signed" in verified()
    assert "Those before, up to 1, are from before entries were." in verified()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE pledges_entrysignature SET account = 7", "DELETE FROM pledges_entrysignature",
     "UPDATE pledges_entrysignature SET signature = 'AAAA'"],
)  # fmt: skip
def test_signatures_that_were_changed_or_deleted_are_found(statement):
    update(stated())
    with transaction.atomic():
        triggers.remove(connection)
        with connection.cursor() as cursor:
            cursor.execute(statement)
        told = problems()
        assert "Entry 1: it" in told
        assert "Entry 2: it" in told
        transaction.set_rollback(True)


def test_a_key_that_was_replaced_is_written_down(settings):
    update(stated())
    before = checkpoints.verifier_key()
    (settings.DATA_DIR / "record_key").write_bytes(bytes(32))
    assert "If record_key was replaced" in problems()
    (settings.DATA_DIR / "earlier_record_keys").write_text(f"{before}\n", encoding="utf-8")
    try:
        assert "Entries 1 to 2 are signed" in verified()
    finally:
        (settings.DATA_DIR / "earlier_record_keys").unlink()


def test_a_key_that_is_none_is_named_without_a_traceback(settings, tmp_path):
    update(stated())
    (settings.DATA_DIR / "earlier_record_keys").write_text("no key\n", encoding="utf-8")
    try:
        assert "A key of entries cannot be read: That is no key" in problems()
    finally:
        (settings.DATA_DIR / "earlier_record_keys").unlink()
    (tmp_path / "record_key").write_bytes(b"short")
    for path in (tmp_path / "record_key", tmp_path / "missing"):
        with pytest.raises(CommandError, match="A key of entries cannot be read"):
            call_command("verify_record", "--record-key", str(path), stdout=io.StringIO())


def test_the_database_keeps_signatures():
    update(stated())
    for change in (lambda rows: rows.update(account=7), lambda rows: rows.delete()):
        with pytest.raises(Exception, match="never changed or deleted"), transaction.atomic():
            change(EntrySignature.objects.all())
