"""The worker goes on, whatever goes wrong in one of its jobs, and says what fails until it works again."""

import contextlib
import datetime as dt
import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default as default_policy
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from tests.databases import rows_of
from tests.factories import person, superuser
from tracker.core.job_progress import WorkStoppedError, WorkTimeoutError
from tracker.desk.accounts.permissions import DeskRole
from tracker.ops import health
from tracker.ops.job_failures import JobFailure, job_failures, note_failure, note_success, prepare_state_file
from tracker.ops.job_runs import find_lost, note_end, note_running, request_run, take_request
from tracker.ops.jobs import JOBS, Job, WorkerKind
from tracker.ops.management.commands import run_worker
from tracker.ops.models import JobRun, RunState
from tracker.ops.worker import JobSchedule

DUE_NOW = """
from django.utils import timezone
from tracker.pledges.models import DailyCounts
DailyCounts.objects.all().delete()
"""


def has_counts(environment: dict[str, str]) -> bool:
    """Whether the worker has stored counts of a day."""
    return rows_of(environment, "SELECT count(*) FROM pledges_daytally") != [(0,)]


def run(environment: dict[str, str], program: str) -> str:
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", program]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True,
                          text=True).stdout.strip()  # fmt: skip


@contextmanager
def worker(environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker whose rounds follow one another at once."""
    with log.open("wb") as file:
        process = subprocess.Popen([sys.executable, "manage.py", "run_worker", "--every=0.2"], cwd=settings.BASE_DIR,
                                   env=environment, stdout=file, stderr=file)  # fmt: skip
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(condition: Callable[[], bool], log: Path, seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, log.read_text()[-2000:]
        time.sleep(0.2)


def children(number: int) -> list[int]:
    """The processes that a process has started: a worker of each kind."""
    return [int(word) for word in Path(f"/proc/{number}/task/{number}/children").read_text().split()]


def state(environment: dict[str, str]) -> str:
    file = Path(environment["DATA_DIR"]) / "worker_failures"
    return file.read_text() if file.exists() else ""


@pytest.mark.once
@pytest.mark.xdist_group("disk")
def test_an_error_that_is_not_the_databases_ends_neither_the_worker_nor_the_other_jobs(installation, tmp_path):
    folder, log = Path(installation["DATA_DIR"]), tmp_path / "log"
    (folder / "exports").write_text("a file where a folder has to be")
    run(installation, DUE_NOW)
    with worker(installation, log) as process:
        wait_for(lambda: "build_package" in state(installation), log)
        wait_for(lambda: has_counts(installation), log)
        assert process.poll() is None
        assert "build_package failed" in log.read_text()
        (folder / "exports").unlink()
        wait_for(lambda: list(folder.glob("exports/package-*.zip")) != [], log)
        wait_for(lambda: "build_package" not in state(installation), log)
    assert process.returncode == 0


@pytest.mark.once
@pytest.mark.xdist_group("disk")
def test_a_full_disk_ends_nothing_and_with_room_again_all_is_done(installation, tmp_path):
    log = tmp_path / "log"
    run(installation, DUE_NOW)
    program = (
        "import os, resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (8192, resource.RLIM_INFINITY))\n"
        "os.execv(sys.executable, [sys.executable, 'manage.py', 'run_worker', '--every=0.2'])\n"
    )
    # The log goes through a pipe: a file would be as full.
    # And Python keeps no compiled modules: it would leave them cut off beside the code, for every later test.
    values = installation | {"PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen([sys.executable, "-c", program], cwd=settings.BASE_DIR, env=values,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    log.touch()
    try:
        wait_for(lambda: "store_counts" in state(installation) and "build_package" in state(installation), log)
        assert process.poll() is None
        for number in (process.pid, *children(process.pid)):
            resource.prlimit(number, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        wait_for(lambda: state(installation).strip() == "[]", log)
        assert has_counts(installation)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


@pytest.mark.django_db
@pytest.mark.once
class TestTold:
    @pytest.fixture(autouse=True)
    def _folder(self, settings, tmp_path):
        settings.DATA_DIR = tmp_path

    def test_what_fails_is_named_until_it_works(self, client, settings):
        assert health.jobs().ok
        note_failure("send_alerts", OSError("a secret path"))
        note_failure("send_alerts", OSError("again"))
        note_failure("publish_due", ValueError("x"))
        told = health.jobs()
        assert not told.ok
        assert "send_alerts (OSError, 2 times since " in told.detail
        assert "publish_due (ValueError, 1 times" in told.detail
        assert "secret" not in told.detail
        answer = client.get("/health/ready")
        assert (answer.status_code, "send_alerts" in answer.json()["checks"]["jobs"]) == (200, True)
        settings.METRICS_TOKEN = "a token"
        metrics = client.get("/health/metrics", headers={"Authorization": "Bearer a token"}).content.decode()
        assert 'tracker_well{check="jobs"} 0' in metrics
        note_success("send_alerts")
        assert [one.job for one in job_failures()] == ["publish_due"]

    def test_it_is_noted_in_a_file_that_has_its_size_already(self, tmp_path):
        prepare_state_file()
        before = (tmp_path / "worker_failures").stat().st_size
        note_failure("publish_due", ValueError("x"))
        assert (tmp_path / "worker_failures").stat().st_size == before
        assert isinstance(job_failures()[0], JobFailure)

    def test_a_job_that_fails_is_tried_less_and_less_often(self):
        job, pauses = JobSchedule(Job("publish_due", WorkerKind.PUBLISHING, seconds=5)), []
        assert job.is_due()
        for _ in range(7):
            job.failed()
            assert not job.is_due()
            pauses.append(round(job.due_at - time.monotonic()))
        assert pauses == [10, 20, 40, 80, 120, 120, 120]

    def test_a_job_with_a_limit_of_tries_waits_for_the_next_day(self):
        job = JobSchedule(Job("export_site", WorkerKind.EXPORT, seconds=0, max_tries=3))
        tried = 0
        while job.is_due():
            job.failed()
            tried += 1
        assert tried == 3
        with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
            assert job.is_due()
            job.succeeded()
        assert job.is_due()


@pytest.mark.once
@pytest.mark.django_db
def test_a_disk_that_cannot_be_written_is_not_ready(client, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "gone"
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert "cannot be written" in answer.json()["checks"]["writable"]
    settings.DATA_DIR = tmp_path
    assert client.get("/health/ready").status_code == 200
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"
    settings.DATA_DIR = Path("/proc/self")  # nothing can be made there, by root neither
    assert client.get("/health/ready").status_code == 503


def test_the_state_file_is_nobody_elses(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    prepare_state_file()
    assert (tmp_path / "worker_failures").stat().st_mode & 0o077 == 0


# --- Each kind of worker by itself ---------------------------------------------------------------

KILLS = int(os.environ.get("DRILL_WORKER_KILLS", "1"))
"""How often a worker of each kind is killed."""
SLOW_DOCUMENT = """
import time
from tracker.sources import intake
real = intake.extract_in_sandbox
def slow(content, *, on_progress, **options):
    for page in range(400):
        on_progress(page, 400)
        time.sleep({pause})
    return real(content, on_progress=on_progress, **options)
intake.extract_in_sandbox = slow
from django.core.management import call_command
from tracker.ops import worker_processes
worker_processes._STOP_SECONDS = 60  # a busy machine may take longer than what a stop may take
call_command("run_worker")
"""
DOCUMENT = """
from tracker.sources.intake import upload_file
from django.contrib.auth import get_user_model
user, _ = get_user_model().objects.get_or_create(username="ada")
upload_file(b"A page of words that were said.", name="words.txt", by=user)
"""


def intake_of(environment: dict[str, str]) -> list[tuple[str, int]]:
    """Return the state of each document that was brought in, and how often it was tried."""
    return rows_of(environment, "SELECT state, tries FROM sources_intake")


@contextmanager
def slow_worker(environment: dict[str, str], log: Path, pause: float) -> Iterator[subprocess.Popen[bytes]]:
    """The workers, with a document of 400 pages that takes long to be read."""
    with log.open("ab") as file:
        command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", SLOW_DOCUMENT.format(pause=pause)]
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=file, stderr=file)
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(90) == 0, log.read_text()[-2000:]


@pytest.mark.xdist_group("disk")
def test_a_stop_is_heeded_in_the_middle_of_a_document_and_the_next_worker_takes_it_up(installation, tmp_path):
    log = tmp_path / "log"
    run(installation, DOCUMENT)
    with slow_worker(installation, log, pause=1):
        wait_for(lambda: intake_of(installation) == [("working", 1)], log)
    assert intake_of(installation) == [("waiting", 0)], "it ended by itself: no try, as one that is killed is"
    with slow_worker(installation, log, pause=0):
        wait_for(lambda: intake_of(installation) == [("ready", 1)], log)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite's queries run in the process, to their end")
@pytest.mark.django_db
@pytest.mark.parametrize("error", [WorkStoppedError, WorkTimeoutError])
def test_a_signal_in_the_middle_of_a_query_leaves_a_connection_that_can_be_used(error):
    """How the job ended is written to it next: a document stayed "working" for five minutes, until its lease ended."""

    def interrupt(*args):
        raise error

    before, of_its_own = signal.signal(signal.SIGALRM, interrupt), connection.copy()
    try:
        with of_its_own.cursor() as cursor:
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            with pytest.raises(error):
                cursor.execute("SELECT pg_sleep(30)")
            cursor.execute("SELECT count(*) FROM sources_intake")
            assert cursor.fetchone() == (0,)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        of_its_own.close()


DUE_AND_FOLLOWED = """
import datetime as dt
from django.utils import timezone
from tests.factories import person, stated, submitted
from tracker.alerts.models import Subscription
from tracker.alerts.subscriptions import confirm, request_subscription
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import review
from tracker.sources.intake import upload_file
ada, grace = person("Ada Lovelace"), person("Grace Hopper", DeskRole.PUBLISHER)
request_subscription(email="reader@example.org", scope="all", frequency="immediate")
confirm(Subscription.objects.get().key)
for number in range({number}):
    upload_file(f"Document {{number}}: words that were said.".encode(), name="words.txt", by=ada)
    made = submitted(ada, stated(slug=f"due-{{number}}"), headline=f"Due entry {{number}} of them")
    review.record_check(made, version=made.version, by=grace)
    at = timezone.now() + dt.timedelta(seconds=2 + number * {seconds})
    review.schedule(made, version=made.version, by=grace, at=at)
"""
DONE = """
from collections import Counter
from tracker.desk.models import Draft
from tracker.pledges.models import EntryText
from tracker.sources.models import Intake
print(Counter(Draft.objects.filter(headline__startswith="Due entry").values_list("stage", flat=True)))
print(Counter(Intake.objects.values_list("state", flat=True)))
print(sorted(EntryText.objects.filter(headline__startswith="Due entry").values_list("headline", flat=True)))
"""
LEASE_IS_OVER = "from tracker.alerts.models import Subscription; Subscription.objects.update(claimed_at=None)"
# A document whose worker was killed is taken up again when its lease of five minutes is over.
DOCUMENTS_LEASE_IS_OVER = """
import datetime as dt
from django.db.models import F
from tracker.sources.models import Intake
Intake.objects.filter(claimed_at__isnull=False).update(claimed_at=F("claimed_at") - dt.timedelta(minutes=5))
"""
FOLLOWED = """
from tracker.alerts.models import Subscription
from tracker.pledges.models import RecordEntry
print(Subscription.objects.get().sent_until == RecordEntry.objects.last_entry().position)
"""


def entries_sent(folder: Path) -> list[str]:
    """Return which entries were sent to the follower, in emails of one Message-ID once: so mail programs show them."""
    emails: dict[str, str] = {}
    for file in sorted(folder.iterdir()):
        email = message_from_bytes(file.read_bytes(), policy=default_policy)
        text = email.get_body(("plain",))
        whole = text.get_content() if text is not None else ""
        emails[email["Message-ID"]] = max(emails.get(email["Message-ID"], ""), whole, key=len)
    return sorted(found for text in emails.values() for found in set(re.findall(r"Due entry \d+ of them", text)))


# On PostgreSQL in the drill alone: which process ends when does not depend on the database.
@(pytest.mark.slow if "DRILL_WORKER_KILLS" in os.environ else pytest.mark.once)
@pytest.mark.xdist_group("disk")
def test_a_killed_worker_of_any_kind_starts_again_and_the_others_go_on(installation, tmp_path, figure):
    """Meanwhile entries fall due, documents wait and somebody follows: nothing is lost, and nothing is done twice."""
    log, number, emails = tmp_path / "log", KILLS + 1, tmp_path / "emails"
    environment = installation | {
        "PYTHONPATH": str(settings.BASE_DIR), "EMAIL_URL": f"filemail:///{emails}", "SITE_URL": "http://127.0.0.1",
    }  # fmt: skip
    emails.mkdir()
    run(environment, DUE_AND_FOLLOWED.format(number=number, seconds=2))
    with worker(environment, log) as process:
        wait_for(lambda: len(children(process.pid)) == len(WorkerKind), log)
        for _ in range(KILLS):
            before = set(children(process.pid))
            time.sleep(random.random() * 2)
            for child in before:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            wait_for(lambda: len(set(children(process.pid)) - before) == len(WorkerKind), log)  # noqa: B023
        run(environment, DOCUMENTS_LEASE_IS_OVER)
        headlines = sorted(f"Due entry {one} of them" for one in range(number))
        whole = [f"Counter({{'published': {number}}})", f"Counter({{'ready': {number}}})", str(headlines)]
        wait_for(lambda: run(environment, DONE).splitlines() == whole, log)
        run(environment, LEASE_IS_OVER)
        wait_for(lambda: run(environment, FOLLOWED) == "True", log)
    assert process.returncode == 0
    assert entries_sent(emails) == headlines
    figure(
        "W2",
        f"{KILLS} kills of each of {len(WorkerKind)} kinds of worker: each started again; {number} due entries, "
        f"{number} documents and the emails of a follower: 0 lost, 0 twice",
    )


@pytest.mark.django_db
class TestRuns:
    JOB = next(job for job in JOBS if job.name == "verify_record")

    def test_of_two_workers_one_takes_what_was_asked_for_and_it_is_asked_for_once(self):
        assert request_run(self.JOB, by="ada")
        assert not request_run(self.JOB, by="grace")
        run = take_request(self.JOB)
        assert (run.state, run.tries) == (RunState.RUNNING, 1)
        assert take_request(self.JOB) is None
        note_end(self.JOB, run, RunState.STOPPED, started_at=timezone.now())
        assert take_request(self.JOB).tries == 2, "a stop takes nothing away"

    def test_a_run_whose_worker_was_killed_is_lost_and_what_was_asked_for_is_begun_three_times_at_most(self):
        at = timezone.now()
        note_running(self.JOB, None, started_at=at, done=3, total=10)
        request_run(self.JOB, by="ada")
        states = []
        for minute in range(1, 6):
            take_request(self.JOB)
            JobRun.objects.filter(state=RunState.RUNNING).update(seen_at=at - dt.timedelta(minutes=minute))
            find_lost([self.JOB])
            states.append(sorted(JobRun.objects.values_list("state", flat=True)))
        assert states == [["lost", "requested"], ["lost", "requested"], ["lost", "lost"], *[["lost", "lost"]] * 2]

    def test_the_admin_shows_what_runs_waits_and_failed_and_asks_for_a_run(self, client, settings, tmp_path):
        settings.DATA_DIR = tmp_path
        client.force_login(superuser("ada"))
        note_failure("send_alerts", OSError("secret"))
        note_running(self.JOB, None, started_at=timezone.now(), done=1200, total=5000)
        page = reverse("admin:ops_jobrun_changelist")
        shown = client.get(page).content.decode()
        assert "Running 1,200 of 5,000" in shown
        assert "OSError, 1 times since" in shown
        assert client.get(reverse("admin:ops_jobrun_request", args=["verify_record"])).status_code == 404
        assert client.post(reverse("admin:ops_jobrun_request", args=["nothing"])).status_code == 404
        answer = client.post(reverse("admin:ops_jobrun_request", args=["build_package"]), follow=True)
        assert (
            "A run of build_package is requested. It begins as soon as its worker is free." in answer.content.decode()
        )
        assert JobRun.objects.get(job="build_package").requested_by == "ada"
        client.force_login(person("grace", DeskRole.EDITOR))
        assert client.post(reverse("admin:ops_jobrun_request", args=["publish_due"])).status_code in (302, 403)
        assert not JobRun.objects.filter(job="publish_due").exists()


@pytest.mark.django_db
def test_a_job_is_added_in_one_place(monkeypatch, capsys, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    calls = []
    jobs = [Job("first", WorkerKind.DESK), Job("second --nightly", WorkerKind.DESK)]
    monkeypatch.setattr(run_worker, "JOBS", jobs)

    def call(name, *options, **outputs):
        calls.append((name, *options))
        if name == "first":
            raise ValueError("an error that nobody foresaw")

    monkeypatch.setattr("tracker.ops.worker.call_command", call)
    # The transaction of this test is on the connection.
    monkeypatch.setattr("tracker.ops.worker.close_old_connections", lambda: None)
    request_run(jobs[1], by="ada")
    call_command("run_worker", rounds=1, every=0)
    assert calls == [("first",), ("second",)], "one that fails keeps no other from running"
    assert dict(JobRun.objects.values_list("job", "state")) == {"first": "failed", "second": "done"}
    assert job_failures()[0].error == "ValueError"
