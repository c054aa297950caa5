"""A verification keeps nobody from publishing, and what is published meanwhile is no fault that it finds."""

import subprocess
import sys

import pytest
from django.conf import settings

from tests.databases import on_postgresql
from tests.factories import PassageFactory, stated, superuser, update
from tracker.pledges.choices import EvidenceRole
from tracker.pledges.derived import status_periods
from tracker.pledges.facts import verify as facts_verify
from tracker.pledges.facts.entries import Signers, begin_facts, record_facts, withdraw_facts
from tracker.pledges.record import export, tree, verify
from tracker.pledges.record.lock import record_lock
from tracker.pledges.record.publish import Evidence, withdraw_text
from tracker.pledges.record.statements import publish_statement
from tracker.pledges.search import index_check
from tracker.sources.models import Source

READS = """
import sqlite3
from django.db import connection
from tracker.core.keyset import in_short_reads
from tracker.pledges.facts import verify as facts_verify
from tracker.pledges.models import RecordEntry
from tracker.pledges.record import tree, verify
from tracker.pledges.search import index
from tracker.sources.models import Passage

def is_free():
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        other.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return False
    finally:
        other.close()
    return True

verify.mismatch = facts_verify.sha256_of = lambda *words: "made up"
tree._CHUNK = verify._CHUNK = 2
reads = {
    "search": index.expected_documents(), "tree": tree._digests(90), "chain": verify.verify_chain(),
    "passages": verify.verify_passages(), "texts": facts_verify._other_texts(),
    "control": Passage.objects.order_by("pk").iterator(2),
}
print({name: (next(rows) is not None, is_free()) for name, rows in reads.items()})
"""


@pytest.mark.skipif(on_postgresql(), reason="PostgreSQL's readers keep nobody from writing")
def test_between_two_rows_of_a_verification_others_can_write(installation):
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", READS]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=installation, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    others = dict.fromkeys(("search", "tree", "chain", "passages", "texts"), (True, True))
    assert done.stdout.strip() == str(others | {"control": (True, False)})


def test_what_is_published_meanwhile_is_no_difference(committed_db, monkeypatch):
    about = stated()
    update(about)
    newest, tiles_over, published = index_check._newest, tree.tiles_over, []

    def publish(*arguments):
        if len(published) < 3:
            published.append(update(about, headline=f"Published meanwhile, {len(published)}"))

    def newest_before():
        row = newest()
        publish()
        return row

    def tiles_later(leaves):
        publish()
        return tiles_over(leaves)

    monkeypatch.setattr(index_check, "_newest", newest_before)
    assert list(index_check.differences()) == []
    assert len(published) == 3
    published.clear()
    monkeypatch.setattr(tree, "tiles_over", tiles_later)
    assert tree.first_difference() == ""
    assert len(published) == 1


SIGNERS = Signers("Ada", "Grace")


def test_words_that_are_withdrawn_meanwhile_are_no_problem(committed_db, monkeypatch):
    monkeypatch.setattr(export, "_CHUNK", 1)
    monkeypatch.setattr(verify, "_CHUNK", 1)
    about = stated()
    entry = update(about)
    begin_facts(signers=SIGNERS)
    steps = verify.verify_chain()
    assert next(steps) == 1
    withdraw_text(entry, reason="A court.", admin=superuser(), by="Edith")
    withdraw_facts([about.citations.first().passage.source], signers=SIGNERS, reason="A court.")
    assert [step for step in steps if not isinstance(step, int)] == []


def correct(about):
    entry = about.updates.current().first()
    return update(about, headline="Another", corrects=entry, reason="It was wrong.")


def restate(about):
    about.note = "Clearer."
    evidence = [Evidence(PassageFactory(), EvidenceRole.PLEDGE)]
    return publish_statement(about, evidence=evidence, bodies=[], by="Ada", approved_by="Grace", reason="Clearer.")


def cite(about):
    return update(about, passage=PassageFactory())


def rename(about):
    source = about.citations.first().passage.source
    with record_lock():
        Source.objects.filter(pk=source.pk).update(title="Renamed")
        return record_facts([source], signers=SIGNERS)


@pytest.mark.parametrize(
    ("module", "name", "publish", "problems"),
    [
        (index_check, "documents_of_kind", correct, index_check.differences),
        (status_periods, "_wrong_among", update, status_periods.wrong_periods),
        (verify, "_cited", restate, verify.verify_pledges),
        (facts_verify, "_keys", cite, facts_verify.facts_problems),
        (facts_verify, "read_facts", rename, facts_verify.facts_problems),
    ],
    ids=["search", "lists", "pledges", "new facts", "changed facts"],
)
def test_what_is_published_between_two_reads_is_no_problem(committed_db, monkeypatch, module, name, publish, problems):
    about = stated()
    update(about)
    begin_facts(signers=SIGNERS)
    read, published = getattr(module, name), []

    def read_late(*arguments, **named):
        """Publish once between two reads: of a sequence, after it was read."""
        rows = list(read(*arguments)) if name in ("documents_of_kind", "_keys") else None
        if not published:
            published.append(publish(about))
        return read(*arguments, **named) if rows is None else rows

    monkeypatch.setattr(module, name, read_late)
    assert list(problems()) == []
    assert published
