"""The processes of the background workers: one for each kind, started again when it ends, all stopped together."""

import contextlib
import gc
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

from django.db import connections

from tracker.ops.jobs import JOBS, LONG_KINDS, WorkerKind
from tracker.ops.worker import Worker

logger = logging.getLogger(__name__)

_STOP_SECONDS = 4.5
"""For how long the processes may take to stop: then they are killed, which each job withstands."""
_MIN_PAUSE_SECONDS, _MAX_PAUSE_SECONDS = 1.0, 30.0
_STEADY_SECONDS = 60.0
"""After so long, a process counts as having run: the next pause is the shortest again."""


class _KindProcess:
    """The process of one kind of worker, and when it is to be started again."""

    def __init__(self, kind: WorkerKind, arguments: dict[str, Any]) -> None:
        self.kind, self.arguments = kind, arguments
        self.process: BaseProcess | None = None
        self.pause, self.due_at, self.started_at = _MIN_PAUSE_SECONDS, 0.0, 0.0

    def look_after(self) -> None:
        """Start it where it does not run and its pause is over."""
        now = time.monotonic()
        if self.process is not None and not self.process.is_alive():
            steady = now - self.started_at > _STEADY_SECONDS
            self.pause = _MIN_PAUSE_SECONDS if steady else min(self.pause * 2, _MAX_PAUSE_SECONDS)
            self.due_at = now + self.pause
            logger.warning("The worker of kind %s ended (%s). It starts again.", self.kind, self.process.exitcode)
            self.process = None
        if self.process is None and now >= self.due_at:
            # A copy of this process: it shares what was imported, which is most of what a worker needs.
            self.process = multiprocessing.get_context("fork").Process(
                target=_work, args=(self.kind,), kwargs=self.arguments, name=f"worker-{self.kind}"
            )
            self.process.start()
            self.started_at = now


def run_kinds(kinds: Sequence[WorkerKind], *, seconds: float | None, stdout: Any, stderr: Any) -> None:
    """Keep a process for each kind of worker running until SIGTERM or SIGINT; then out within five seconds."""
    stopped = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopped.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    connections.close_all()  # no connection may be shared by two processes
    gc.freeze()
    arguments = {"seconds": seconds, "stdout": stdout, "stderr": stderr}
    processes = [_KindProcess(kind, arguments) for kind in kinds]
    try:
        while not stopped.is_set():
            for process in processes:
                process.look_after()
            stopped.wait(0.2)
    finally:
        _stop([process.process for process in processes if process.process is not None])


def _work(kind: WorkerKind, *, seconds: float | None, stdout: Any, stderr: Any) -> None:
    if kind in LONG_KINDS:
        with contextlib.suppress(OSError):
            os.nice(10)
    jobs = [job for job in JOBS if job.kind == kind]
    Worker(jobs, seconds=seconds, stdout=stdout, stderr=stderr).run_until_stopped(kind)


def _stop(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        process.terminate()
    until = time.monotonic() + _STOP_SECONDS
    for process in processes:
        process.join(max(0.0, until - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()
