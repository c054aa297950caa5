"""The worker goes on, whatever goes wrong in one of its jobs, and says what fails until it works again."""

import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from tracker.ops import health
from tracker.ops.job_failures import JobFailure, job_failures, note_failure, note_success, prepare_state_file
from tracker.ops.management.commands.run_worker import Job

DUE_NOW = """
from django.utils import timezone
from tracker.pledges.models import DailyCounts
DailyCounts.objects.all().delete()
"""
COUNTS = "from tracker.pledges.models import DailyCounts; print(DailyCounts.objects.count())"


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
        wait_for(lambda: int(run(installation, COUNTS)) > 0, log)
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
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        wait_for(lambda: state(installation).strip() == "[]", log)
        assert int(run(installation, COUNTS)) > 0
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
        assert health.jobs().well
        note_failure("send_alerts", OSError("a secret path"))
        note_failure("send_alerts", OSError("again"))
        note_failure("publish_due", ValueError("x"))
        told = health.jobs()
        assert not told.well
        assert "send_alerts (OSError, 2 times since " in told.says
        assert "publish_due (ValueError, 1 times" in told.says
        assert "secret" not in told.says
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
        job, pauses = Job("build_package", 5), []
        assert job.is_due()
        for _ in range(7):
            job.failed()
            assert not job.is_due()
            pauses.append(round(job.due_at - time.monotonic()))
        assert pauses == [10, 20, 40, 80, 120, 120, 120]
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
