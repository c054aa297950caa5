"""What is measured on is like what is real: made-up pledges whose record verifies, the same for the same seed."""

import pytest
from django.db import connection

from benchmarks.generate import ENTRIES, fill
from tracker.pledges.models import Pledge, SearchDocument, StatusUpdate
from tracker.pledges.searching import rebuild
from tracker.pledges.verifying import Problem, verify_chain, verify_passages, verify_pledges
from tracker.sources import guards

pytestmark = pytest.mark.django_db


def test_the_made_up_record_verifies_and_is_that_of_its_seed(client):
    fill(45, seed=7)
    assert Pledge.objects.count() == 45
    assert [one for one in verify_chain() if isinstance(one, Problem)] == []
    assert list(verify_chain())[-1] == 45 * ENTRIES
    assert list(verify_passages()) == []
    assert list(verify_pledges()) == []
    assert not guards.missing(connection)
    assert StatusUpdate.objects.last_entry().digest[:16] == "301c3e61ea431bda"
    for address in ("/", "/?q=fund", "/pledges/pledge-7/", "/sources/source-1/", "/changes/"):
        assert client.get(address).status_code == 200
    found = SearchDocument.objects.count()
    assert rebuild() == found
