"""manage.py run_worker: the background worker. It does what is due, again and again, until it is told to stop.

Whatever goes wrong in one job (a full disk, an error of ours), the others run and the worker goes on. A job that fails
is tried again after a pause that grows; health checks and the doctor name it (tracker/ops/job_failures.py).
"""

import contextlib
import logging
import signal
import threading
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from tracker.ops.health import HEARTBEAT
from tracker.ops.job_failures import note_failure, note_success, prepare_state_file

logger = logging.getLogger(__name__)

DUE = [
    *(
        "rebuild_search --if-outdated",
        "publish_due",
        "store_counts",
        "read_documents",
        "find_pledges",
        "import_pledges --waiting",
        "send_alerts",
        "erase_old_reports",
        "check_links",
    ),
    *("build_package", "export_site --nightly", "verify_record --nightly", "delete_ended_sessions --nightly"),
]
"""What each round runs: commands that do nothing where nothing is due, and that any number of workers may run."""


MAX_PAUSE_SECONDS = 120.0
"""A job that keeps failing is tried again after this long at most."""


class Command(BaseCommand):
    """The background worker."""

    help = f"Runs the scheduled jobs ({', '.join(DUE)}) until it gets SIGTERM. You can run several workers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="Pause between rounds.")
        parser.add_argument("--rounds", type=int, default=0, help="Stop after this many rounds. 0 means never.")

    def handle(self, *args: Any, every: float, rounds: int, **options: Any) -> None:
        stopped = threading.Event()
        if threading.current_thread() is threading.main_thread():
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, lambda *_: stopped.set())
        prepare_state_file()
        jobs = [Job(command, every) for command in DUE]
        done = 0
        while not stopped.is_set():
            for job in jobs:
                if job.is_due():
                    self._run(job)
            with contextlib.suppress(OSError):
                (Path(settings.DATA_DIR) / HEARTBEAT).touch()
            done += 1
            if rounds and done >= rounds:
                return
            stopped.wait(every)

    def _run(self, job: "Job") -> None:
        """Run a job, and note whether it could."""
        try:
            call_command(*job.command.split(), stdout=self.stdout, stderr=self.stderr)
        except CommandError as error:  # the job itself says what is to be done
            self._say(f"{job.command}: {error}")
            self._failed(job, error)
        except DatabaseError as error:
            self._say(f"{job.command}: the database does not respond; it is tried again: {error}")
            self._failed(job, error)
        except (Exception, SystemExit) as error:  # an error of ours, or of the machine: the other jobs go on
            with contextlib.suppress(OSError):
                logger.exception("%s failed, and is tried again", job.command)
            self._failed(job, error)
        else:
            if job.failures or not job.has_run:  # it may have failed on the worker before this one
                note_success(job.command)
            job.succeeded()

    def _failed(self, job: "Job", error: BaseException) -> None:
        job.failed()
        close_old_connections()
        note_failure(job.command, error)

    def _say(self, words: str) -> None:
        with contextlib.suppress(OSError):  # where it is written may be what is full
            self.stderr.write(words)


class Job:
    """One command, and when it is to be tried again after it failed."""

    def __init__(self, command: str, every: float) -> None:
        self.command, self.every = command, every
        self.failures = 0
        self.has_run = False
        self.due_at = 0.0

    def is_due(self) -> bool:
        return time.monotonic() >= self.due_at

    def failed(self) -> None:
        """Wait twice as long as the last time."""
        self.failures += 1
        self.due_at = time.monotonic() + min(self.every * 2 ** min(self.failures, 20), MAX_PAUSE_SECONDS)

    def succeeded(self) -> None:
        self.failures, self.has_run, self.due_at = 0, True, 0.0
