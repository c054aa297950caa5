"""A long record is verified in parts: by several processes, and at night from where the night before ended."""

import json
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from tests.factories import stated, update
from tracker.core import triggers
from tracker.core.files.marker_files import last_verified_on, verified_head
from tracker.pledges.models import EntryText, Pledge, RecordEntry
from tracker.pledges.record import verify_parts

pytestmark = pytest.mark.django_db


@pytest.fixture
def short(monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(verify_parts, "WHOLE_EACH_NIGHT", 5)
    monkeypatch.setattr(verify_parts, "_SMALLEST_PART", 3)
    about = stated()
    for _ in range(11):
        update(about)


def night() -> None:
    last_verified_on().unlink(missing_ok=True)
    call_command("verify_record", nightly=True)


@pytest.mark.slow
def test_parts_find_what_the_whole_finds(short, monkeypatch):
    run_checks = verify_parts._run_checks
    monkeypatch.setattr(verify_parts, "may_fork", lambda entries: True)
    # Another process would not see what this test has not committed.
    monkeypatch.setattr(verify_parts, "_run_checks", lambda checks, processes, report: run_checks(checks, 1, report))
    assert verify_parts._parts_between(1, 12, 2) == [(1, 4), (4, 7), (7, 10), (10, 12)]
    progress: list[int] = []
    findings = verify_parts.verify_all(1, 12, processes=2, on_progress=progress.append)
    assert (findings.held, findings.problems, progress) == (12, [], [4, 7, 10, 12])
    triggers.remove(connection)
    for position in range(1, 13):
        with transaction.atomic():
            EntryText.objects.filter(update__position=position).update(headline="Forged")
            findings = verify_parts.verify_all(1, 12, processes=2)
            assert (findings.held, findings.problems[0].position) == (position - 1, position)
            transaction.set_rollback(True)
    with transaction.atomic():  # the first of a part, with a digest of its own: it does not follow the part before
        RecordEntry.objects.filter(position=7).update(previous="1" * 64)
        assert verify_parts.verify_all(1, 12, processes=2).problems[0].position == 7
        transaction.set_rollback(True)


def test_what_is_not_committed_is_verified_in_this_process(short, monkeypatch):
    monkeypatch.setattr(verify_parts, "_MIN_FOR_PROCESSES", 1)
    assert not verify_parts.may_fork(12), "a test is a transaction"


PROCESSES = """
import io, json, os, signal, time
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from tracker.core import job_progress, triggers
from tracker.pledges.models import EntryText, Pledge, RecordTile, SearchDocument, StatusPeriod
from tracker.pledges.record import verify_parts
from tracker.pledges.record.links import last_link
from tracker.sources.models import Source

verify_parts._MIN_FOR_PROCESSES, verify_parts._SMALLEST_PART = 1, 20
mine, told = os.getpid(), {}

def verify(processes, derived=None):
    if derived:
        verify_parts.DERIVED = (derived, *all_checks)
    out = io.StringIO()
    try:
        call_command("verify_record", processes=processes, stdout=out)
    except CommandError as error:
        return [out.getvalue(), error.returncode, str(error)]
    return [out.getvalue(), 0, ""]

def note_process():
    open(f"{os.environ['DATA_DIR']}/process-{os.getpid()}", "w").close()
    return iter(())

def end():
    os.kill(os.getpid(), signal.SIGKILL)
    yield

def fail():
    raise RuntimeError("made up")
    yield

def wait():
    open(f"{os.environ['DATA_DIR']}/waits-{os.getpid()}", "w").close()
    time.sleep(60)
    yield

all_checks = verify_parts.DERIVED
progress = []
job_progress.listen_to_progress(lambda done, total: progress.append((done, total)))
told["whole"] = []
for processes in (1, 2):
    progress.clear()
    told["whole"].append(verify(processes, note_process))
    told[f"progress of {processes}"] = progress == sorted(progress) and progress[-1] == (last_link().position,) * 2
processes = [int(name[8:]) for name in os.listdir(os.environ["DATA_DIR"]) if name.startswith("process-")]
told["beside"] = [len(processes), mine in processes]

told["killed"] = verify(2, end)
try:
    verify(2, fail)
except RuntimeError as error:
    told["failed"] = str(error)

def stop(*arguments):
    raise KeyboardInterrupt

signal.signal(signal.SIGALRM, stop)
signal.setitimer(signal.ITIMER_REAL, 2)
try:
    verify(2, wait)
except KeyboardInterrupt:
    waiting = [int(name[6:]) for name in os.listdir(os.environ["DATA_DIR"]) if name.startswith("waits-")]
    told["stopped"] = [len(waiting), [pid for pid in waiting if os.path.exists(f"/proc/{pid}")]]

verify_parts.DERIVED = all_checks
triggers.remove(connection)
EntryText.objects.filter(update__position=50).update(headline="Forged")
EntryText.objects.filter(update__position=70).update(headline="Forged as well")
RecordTile.objects.filter(level=0, number=0).update(hashes=b"1" * 32)
Pledge.objects.filter(pk=Pledge.objects.last().pk).update(title="Forged")
StatusPeriod.objects.filter(pk=StatusPeriod.objects.first().pk).update(title="Forged")
SearchDocument.objects.filter(kind="source").update(body="Forged")
Source.objects.filter(pk=Source.objects.exclude(text="").first().pk).update(publisher="Forged")
told["forged"] = [verify(processes) for processes in (1, 2, 3)]
with transaction.atomic():
    told["in a transaction"] = verify_parts.may_fork(10**6)
told["outside of one"] = verify_parts.may_fork(10**6)
print(json.dumps(told))
"""


def test_processes_find_the_same_and_none_of_them_is_missed(installation):
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", PROCESSES]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=installation, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    alone, beside = told["whole"]
    assert alone == beside
    assert alone[1:] == [0, ""]
    assert told["progress of 1"] is told["progress of 2"] is True
    assert told["beside"] == [2, True], "one of this process, and one of another"
    assert told["killed"][0::2] == [
        "",
        "The check of end ended before its end (exit code -9): nothing is known of what it looks at. Run "
        "verify_record again; with --processes 1 if memory is short.",
    ]
    assert told["killed"][1] == 1
    assert told["failed"] == "made up"
    assert told["stopped"] == [1, []]
    alone, beside, beside_three = told["forged"]
    assert alone == beside == beside_three
    assert alone[0].startswith("49 of ")
    assert alone[1] == 1
    problems = alone[2].splitlines()
    first = next(line for line in problems if not line.startswith("The guard"))
    assert first.startswith("Entry 50: its headline")
    for words in ("tree of the record", "now differs from it in: title", "Lists do not show", "Search has /sources/",
                  "sources_source.publisher"):  # fmt: skip
        assert any(words in line for line in problems), (words, problems)
    assert (told["in a transaction"], told["outside of one"]) == (False, True)


@pytest.mark.slow
def test_a_night_goes_on_from_the_one_before(short, capsys):
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


def test_a_record_that_was_rewritten_since_the_last_night_is_found(short):
    night()
    kept = verified_head()
    kept.write_text(re.sub(r"\n12\n", "\n11\n", kept.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(CommandError, match="rewritten"):
        night()
    kept.write_text(re.sub(r"\n11\n", "\n90\n", kept.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(CommandError, match="does not reach it"):
        night()
