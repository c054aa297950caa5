"""What is measured on is like what is real: made-up pledges whose record verifies, the same for the same seed."""

from itertools import islice

import pytest
from django.db import connection

from benchmarks.generate import ENTRIES, World, fill
from tracker.core import triggers
from tracker.pledges.models import Pledge, RecordEntry, SearchDocument
from tracker.pledges.record.verify import Problem, verify_chain, verify_passages, verify_pledges
from tracker.pledges.search.index import rebuild_index

pytestmark = pytest.mark.django_db


@pytest.mark.once
@pytest.mark.slow
def test_the_made_up_record_verifies_and_is_that_of_its_seed(client):
    fill(45, seed=7)
    assert Pledge.objects.count() == 45
    assert [one for one in verify_chain() if isinstance(one, Problem)] == []
    assert list(verify_chain())[-1] == 45 * ENTRIES
    assert list(verify_passages()) == []
    assert list(verify_pledges()) == []
    assert not triggers.missing(connection)
    assert RecordEntry.objects.last_entry().digest[:16] == "5af973b8ccab420d"
    for address in ("/", "/?q=fund", "/pledges/pledge-7/", "/sources/source-1/", "/changes/"):
        assert client.get(address).status_code == 200
    found = SearchDocument.objects.count()
    assert rebuild_index() == found


def test_at_any_size_no_entry_is_published_before_the_one_before_it():
    world = World(100_000, seed=1)
    list(world.sources())
    instants = [entry["published_at"] for entry, _, _ in islice(world.entries(), 6000)]
    assert instants == sorted(instants)
