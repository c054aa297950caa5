"""A long record is verified in parts: by several processes, and at night from where the night before ended."""

import contextlib
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from tests.factories import stated, update
from tracker.core import triggers
from tracker.core.files.marker_files import last_verified_on, verified_head
from tracker.pledges.models import EntryText, Pledge, RecordEntry
from tracker.pledges.record import verify_parts

pytestmark = pytest.mark.django_db


class PoolOfThisProcess(contextlib.nullcontext):
    """What a pool of processes does, in this one: the others could not see the database of a test."""

    def __init__(self, *args, **kwargs):
        super().__init__(self)

    def map(self, function, *arguments):
        return map(function, *arguments)

    def shutdown(self, **kwargs):
        pass


@pytest.fixture(autouse=True)
def _short(monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(verify_parts, "WHOLE_EACH_NIGHT", 5)
    monkeypatch.setattr(verify_parts, "_SMALLEST_PART", 3)
    monkeypatch.setattr(verify_parts, "ProcessPoolExecutor", PoolOfThisProcess)
    about = stated()
    for _ in range(11):
        update(about)


def night() -> None:
    last_verified_on().unlink(missing_ok=True)
    call_command("verify_record", nightly=True)


def test_parts_find_what_the_whole_finds():
    assert list(verify_parts.verify_in_parts(1, 12, processes=2)) == [4, 7, 10, 12]
    triggers.remove(connection)
    for position in range(1, 13):
        with transaction.atomic():
            EntryText.objects.filter(update__position=position).update(headline="Forged")
            *_, found = verify_parts.verify_in_parts(1, 12, processes=2)
            assert found.position == position
            transaction.set_rollback(True)
    with transaction.atomic():  # the first of a part, with a digest of its own: it does not follow the part before
        RecordEntry.objects.filter(position=7).update(previous="1" * 64)
        *_, found = verify_parts.verify_in_parts(1, 12, processes=2)
        assert found.position == 7
        transaction.set_rollback(True)


def test_a_night_goes_on_from_the_one_before(capsys):
    night()
    assert verify_parts.first_unverified(12) == 12
    update(Pledge.objects.get())
    night()
    assert verify_parts.first_unverified(13) == 13
    triggers.remove(connection)
    EntryText.objects.filter(update__position=3).update(headline="Forged")
    with transaction.atomic():  # an entry of that very night
        EntryText.objects.filter(update__position=13).update(headline="Forged")
        with pytest.raises(CommandError, match="Entry 13"):
            night()
        transaction.set_rollback(True)
    with pytest.raises(CommandError, match="guard"):  # not entry 3: it was verified before
        night()
    (verify_parts._whole_on()).unlink()
    with pytest.raises(CommandError, match="Entry 3"):
        night()


def test_a_record_that_was_rewritten_since_the_last_night_is_found():
    night()
    kept = verified_head()
    kept.write_text(re.sub(r"\n12\n", "\n11\n", kept.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(CommandError, match="rewritten"):
        night()
    kept.write_text(re.sub(r"\n11\n", "\n90\n", kept.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(CommandError, match="does not reach it"):
        night()
