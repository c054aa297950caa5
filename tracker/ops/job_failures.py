"""Which jobs of the worker fail, since when and how often: a small file of DATA_DIR, for health checks and the doctor.

The file has its size from the start and is written in place, so that it can be kept up on a full disk too.
"""

import contextlib
import datetime as dt
import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from tracker.core.files.file_lock import file_lock

logger = logging.getLogger(__name__)

_FILE_BYTES = 8192
_LOCK_SECONDS = 2.0


@dataclass(frozen=True)
class JobFailure:
    """A job that failed the last time it ran. Nothing of it says anything about people: it is shown to anybody."""

    job: str
    error: str
    """The name of the exception, never its message."""
    since: str
    """The first failure without a success after it (RFC 3339, UTC)."""
    times: int


def state_file() -> Path:
    """Return where failures are noted."""
    return Path(settings.DATA_DIR) / "worker_failures"


def job_failures() -> list[JobFailure]:
    """Return the jobs that failed the last time they ran, on any worker of this DATA_DIR, by name."""
    try:
        rows = json.loads(state_file().read_text(encoding="utf-8") or "[]")
        return [JobFailure(**row) for row in rows]
    except (OSError, ValueError, TypeError):
        return []


def prepare_state_file() -> None:
    """Give the file its size while there is room for it. A worker calls it when it starts."""
    with contextlib.suppress(OSError):
        if not state_file().exists() or state_file().stat().st_size != _FILE_BYTES:
            _write(job_failures())


def note_failure(job: str, error: BaseException) -> None:
    """Note that a job has failed. Without effect where not even that can be written: the log has it."""
    with _changed() as failures:
        before = failures.get(job)
        since = before.since if before else timezone.now().astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        failures[job] = JobFailure(job, type(error).__name__, since, before.times + 1 if before else 1)


def note_success(job: str) -> None:
    """Note that a job works again."""
    if any(failure.job == job for failure in job_failures()):
        with _changed() as failures:
            failures.pop(job, None)


@contextlib.contextmanager
def _changed() -> Iterator[dict[str, JobFailure]]:
    try:
        with file_lock(state_file().with_suffix(".lock"), timeout=_LOCK_SECONDS):
            failures = {failure.job: failure for failure in job_failures()}
            yield failures
            _write(sorted(failures.values(), key=lambda failure: failure.job))
    except OSError as error:
        logger.warning("What the worker's jobs did could not be noted: %s", error)


def _write(failures: list[JobFailure]) -> None:
    text = json.dumps([asdict(failure) for failure in failures])
    if not state_file().exists():
        state_file().touch(mode=0o600)
    with state_file().open("r+b") as file:
        file.write(text.encode("utf-8").ljust(_FILE_BYTES)[:_FILE_BYTES])
