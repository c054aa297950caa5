"""A verification keeps nobody from publishing, and what is published meanwhile is no fault that it finds."""

import subprocess
import sys

import pytest
from django.conf import settings

from tests.databases import on_postgresql
from tests.factories import stated, update
from tracker.pledges.record import tree
from tracker.pledges.search import index

READS = """
import sqlite3
from django.db import connection
from tracker.core.keyset import in_short_reads
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

verify.mismatch = lambda *words: "made up"
index._AT_ONCE = tree._CHUNK = verify._CHUNK = 2
reads = {
    "search": index.expected_documents(), "tree": tree._digests(90), "chain": verify.verify_chain(),
    "passages": verify.verify_passages(), "control": Passage.objects.order_by("pk").iterator(2),
}
print({name: (next(rows) is not None, is_free()) for name, rows in reads.items()})
"""


@pytest.mark.skipif(on_postgresql(), reason="PostgreSQL's readers keep nobody from writing")
def test_between_two_rows_of_a_verification_others_can_write(installation):
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", READS]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=installation, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    others = dict.fromkeys(("search", "tree", "chain", "passages"), (True, True))
    assert done.stdout.strip() == str(others | {"control": (True, False)})


def test_what_is_published_meanwhile_is_no_difference(committed_db, monkeypatch):
    about = stated()
    update(about)
    differs, tiles_over, published = index._differs, tree.tiles_over, []

    def publish(*arguments):
        if len(published) < 3:
            published.append(update(about, headline=f"Published meanwhile, {len(published)}"))

    def differs_later(document, there):
        publish()
        return differs(document, there)

    def tiles_later(leaves):
        publish()
        return tiles_over(leaves)

    monkeypatch.setattr(index, "_differs", differs_later)
    assert list(index.differences()) == []
    assert len(published) == 3
    published.clear()
    monkeypatch.setattr(tree, "tiles_over", tiles_later)
    assert tree.first_difference() == ""
    assert len(published) == 1
