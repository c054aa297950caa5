"""One worker process: it runs the jobs of one kind, each at its own interval, until it is told to stop.

A stop lets what is short end, and cuts off what is not: each job is one that may be killed at any instant.
"""

import contextlib
import datetime as dt
import io
import logging
import os
import signal
import threading
import time
from collections.abc import Sequence
from types import FrameType
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import InterfaceError, OperationalError, close_old_connections, connections
from django.utils import timezone

from tracker.core.job_progress import WorkStoppedError, WorkTimeoutError, listen_to_progress
from tracker.ops.health import give_sign_of_life
from tracker.ops.job_failures import note_failure, note_success
from tracker.ops.job_runs import find_lost, note_end, note_running, take_request
from tracker.ops.jobs import Job, WorkerKind
from tracker.ops.models import JobRun, RunState

logger = logging.getLogger(__name__)

MAX_PAUSE_SECONDS = 120.0
"""A job that keeps failing is tried again after this long at most."""
GRACE_SECONDS = 2.0
"""After a stop, what is being done may end within so long; then it is cut off."""
_NOTED_AFTER_SECONDS = 2.0
"""A run that takes longer is shown as running."""
_NOTE_EVERY_SECONDS = 5.0
_LOOK_FOR_LOST_SECONDS = 30.0


class JobSchedule:
    """A job, and when it is to be run next."""

    def __init__(self, job: Job, seconds: float | None = None) -> None:
        self.job = job
        self.seconds = job.seconds if seconds is None else seconds
        self.failures = 0
        self.has_run = False
        self.due_at = 0.0
        self.left_until: dt.date | None = None
        self.complaints: set[str] = set()
        """What the last run printed as an error: it is not printed again each second."""

    def is_due(self) -> bool:
        """Tell whether it is to be run now."""
        if self.left_until is not None and timezone.localdate() < self.left_until:
            return False
        return time.monotonic() >= self.due_at

    def failed(self) -> None:
        """Wait twice as long as the last time; after the last try until tomorrow."""
        self.failures += 1
        if self.job.max_tries is not None and self.failures % self.job.max_tries == 0:
            self.left_until = timezone.localdate() + dt.timedelta(days=1)
        self.due_at = time.monotonic() + min(self.seconds * 2 ** min(self.failures, 20), MAX_PAUSE_SECONDS)

    def succeeded(self) -> None:
        """Run it again after its usual interval."""
        self.failures, self.has_run, self.left_until = 0, True, None
        self.due_at = time.monotonic() + self.seconds


class Worker:
    """Runs jobs one after another and notes what became of them."""

    def __init__(self, jobs: Sequence[Job], *, stdout: Any, stderr: Any, seconds: float | None = None) -> None:
        self.jobs = [JobSchedule(job, seconds) for job in jobs]
        self.stdout, self.stderr = stdout, stderr
        self.stopped = threading.Event()
        self.current: _Run | None = None
        listen_to_progress(self._note_progress)

    def run_once(self) -> None:
        """Run each job that is due."""
        for schedule in self.jobs:
            request = take_request(schedule.job)
            if request is not None:
                self._run(schedule, schedule.job.on_request, request)
            elif schedule.is_due():
                self._run(schedule, schedule.job.command, None)
            if self.stopped.is_set():
                return

    def run_until_stopped(self, kind: WorkerKind) -> None:
        """Run the jobs of a kind until SIGTERM or SIGINT, or until the process that started this one is gone."""
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
            signal.signal(name, self._on_signal)
        ticker = threading.Thread(target=self._tick, args=(kind, os.getppid()), name="ticker", daemon=True)
        ticker.start()
        pause = min(schedule.seconds for schedule in self.jobs)
        looked_at = 0.0
        with contextlib.suppress(WorkStoppedError):
            while not self.stopped.is_set():
                if time.monotonic() - looked_at > _LOOK_FOR_LOST_SECONDS:
                    looked_at = time.monotonic()
                    find_lost([schedule.job for schedule in self.jobs])
                self.run_once()
                close_old_connections()
                self.stopped.wait(min(pause, 2.0))
        signal.setitimer(signal.ITIMER_REAL, 0)
        connections.close_all()

    def _on_signal(self, signum: int, frame: FrameType | None) -> None:
        if signum != signal.SIGALRM:
            self.stopped.set()
            signal.setitimer(signal.ITIMER_REAL, GRACE_SECONDS)
        elif self.stopped.is_set():
            raise WorkStoppedError
        elif self.current is not None and self.current.is_over_time():
            raise WorkTimeoutError

    def _run(self, schedule: JobSchedule, command: str, request: JobRun | None) -> None:
        run = self.current = _Run(schedule.job, request)
        output, complaints = _Tee(self.stdout), _Tee(self.stderr, known=schedule.complaints)
        timed = threading.current_thread() is threading.main_thread() and not self.stopped.is_set()
        if timed and signal.getsignal(signal.SIGALRM) == self._on_signal:
            signal.setitimer(signal.ITIMER_REAL, schedule.job.max_minutes * 60)
        error: BaseException | None = None
        try:
            call_command(*command.split(), stdout=output, stderr=complaints)
        except WorkStoppedError:
            run.end(RunState.STOPPED, output)
            raise
        except CommandError as refused:  # the job itself says what is to be done
            error = refused
            output.lines.append(str(refused))
            self._say(f"{command}: {refused}")
        except (OperationalError, InterfaceError) as outage:
            error = outage
            self._say(f"{command}: the database does not respond; it is tried again: {outage}")
        except (Exception, SystemExit, WorkTimeoutError) as fault:  # of ours, or of the machine
            error = fault
            with contextlib.suppress(OSError):
                logger.exception("%s failed, and is tried again", command)
        finally:
            self.current = None
        schedule.complaints = set(complaints.lines)
        self._note_outcome(schedule, run, output, error)

    def _note_outcome(self, schedule: JobSchedule, run: "_Run", output: "_Tee", error: BaseException | None) -> None:
        if error is not None:
            schedule.failed()
            if not isinstance(error, CommandError):
                close_old_connections()
            note_failure(schedule.job.command, error)
            run.end(RunState.FAILED, output, error=type(error).__name__)
            return
        if schedule.failures or not schedule.has_run:  # it may have failed on the worker before this one
            note_success(schedule.job.command)
        schedule.succeeded()
        if output.lines or run.row is not None:
            run.end(RunState.DONE, output)

    def _say(self, words: str) -> None:
        with contextlib.suppress(OSError):  # where it is written may be what is full
            self.stderr.write(words)

    def _note_progress(self, done: int, total: int) -> None:
        if self.current is not None:
            self.current.progress = done, total

    def _tick(self, kind: WorkerKind, parent: int) -> None:
        """In a thread of its own: give signs of life, and notice when nobody is left to stop this process."""
        while True:
            give_sign_of_life(kind)
            if os.getppid() != parent:
                os.kill(os.getpid(), signal.SIGTERM)
            if self.current is not None:
                self.current.note()
            close_old_connections()
            time.sleep(1)


class _Run:
    """A run that goes on."""

    def __init__(self, job: Job, row: JobRun | None) -> None:
        self.job, self.row = job, row
        self.started_at, self.began = timezone.now(), time.monotonic()
        self.progress = 0, 0
        self._noted_at = self.began - _NOTE_EVERY_SECONDS
        self._guard = threading.Lock()
        self._has_ended = False

    def is_over_time(self) -> bool:
        """Tell whether it takes longer than ``max_minutes`` of its job."""
        return time.monotonic() - self.began >= self.job.max_minutes * 60

    def note(self) -> None:
        """Show it as running, where it takes a while."""
        now = time.monotonic()
        if now - self.began < _NOTED_AFTER_SECONDS or now - self._noted_at < _NOTE_EVERY_SECONDS:
            return
        with self._guard:
            if not self._has_ended:
                self._noted_at = now
                done, total = self.progress
                self.row = note_running(self.job, self.row, started_at=self.started_at, done=done, total=total)

    def end(self, state: RunState, output: "_Tee", *, error: str = "") -> None:
        """Note how it ended, with the last 50 lines of what it printed."""
        with self._guard:
            self._has_ended = True
            note_end(
                self.job, self.row, state, started_at=self.started_at, output="".join(output.lines[-50:]), error=error
            )


class _Tee(io.TextIOBase):
    """Passes on what a job prints, and keeps it; lines that are known are not passed on."""

    def __init__(self, target: Any, *, known: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        self.target, self.known = target, known
        self.lines: list[str] = []

    def write(self, text: str) -> int:
        """Keep the text, and pass it on unless it is known. A closed target stops nothing."""
        if text.strip():
            self.lines.append(text)
            del self.lines[:-1000]
            if text not in self.known:
                with contextlib.suppress(OSError):
                    self.target.write(text)
        return len(text)
