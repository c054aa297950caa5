"""Runs of jobs in the database: kept for the admin, never needed by the work itself.

A database that is full or away keeps no job from running: what cannot be written is left out, and the log says so.
"""

import contextlib
import datetime as dt
import logging
import os
import socket
from collections.abc import Iterator, Sequence

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from tracker.ops.jobs import Job
from tracker.ops.models import JobRun, RunState

logger = logging.getLogger(__name__)

_LOST_AFTER = dt.timedelta(minutes=1)
"""A run whose worker gave no sign for so long is lost. Workers give one every few seconds."""
_MAX_KEPT = 200
"""Runs of each job that are kept."""
_MAX_OUTPUT_CHARS = 2000
MAX_REQUEST_TRIES = 3
"""How often a run that somebody asked for is begun, where its worker was stopped or killed in the middle."""


def request_run(job: Job, *, by: str) -> bool:
    """Ask for a run of a job as soon as its worker is free. False where one is asked for already."""
    try:
        with transaction.atomic():
            JobRun.objects.create(job=job.name, state=RunState.REQUESTED, requested_by=by[:150])
    except IntegrityError:
        return False
    return True


def take_request(job: Job) -> JobRun | None:
    """Return the run that somebody asked for, which this worker alone now has; None where nobody did."""
    with _noting():
        waiting = JobRun.objects.filter(job=job.name, state=RunState.REQUESTED)
        for key in waiting.values_list("pk", flat=True):
            now = timezone.now()
            if waiting.filter(pk=key).update(
                state=RunState.RUNNING, started_at=now, seen_at=now, worker=_worker(), tries=F("tries") + 1
            ):
                return JobRun.objects.get(pk=key)
    return None


def note_running(job: Job, run: JobRun | None, *, started_at: dt.datetime, done: int, total: int) -> JobRun | None:
    """Note that a run goes on, and how far it is. Return its row, which is made where there was none."""
    now = timezone.now()
    with _noting():
        if run is None:
            return JobRun.objects.create(
                job=job.name, worker=_worker(), started_at=started_at, seen_at=now, done=done, total=total, tries=1
            )
        JobRun.objects.filter(pk=run.pk).update(seen_at=now, done=done, total=total)
    return run


def note_end(
    job: Job, run: JobRun | None, state: RunState, *, started_at: dt.datetime, output: str = "", error: str = ""
) -> None:
    """Note how a run ended. One that somebody asked for and that was stopped is asked for again."""
    now = timezone.now()
    if state == RunState.STOPPED and run is not None and run.requested_by and run.tries < MAX_REQUEST_TRIES:
        state = RunState.REQUESTED
    with _noting():
        key = run.pk if run else JobRun.objects.create(job=job.name, worker=_worker(), started_at=started_at).pk
        JobRun.objects.filter(pk=key).update(
            state=state,
            seen_at=now,
            ended_at=None if state == RunState.REQUESTED else now,
            output=output.strip()[-_MAX_OUTPUT_CHARS:],
            error=error[:100],
        )
        for oldest in JobRun.objects.filter(job=job.name).values_list("pk", flat=True)[_MAX_KEPT : _MAX_KEPT + 1]:
            JobRun.objects.filter(job=job.name, pk__lte=oldest).exclude(state=RunState.REQUESTED).delete()


def find_lost(jobs: Sequence[Job]) -> None:
    """Mark the runs whose workers were killed. One that somebody asked for is asked for again, three times at most."""
    with _noting():
        silent = JobRun.objects.filter(
            job__in={job.name for job in jobs}, state=RunState.RUNNING, seen_at__lt=timezone.now() - _LOST_AFTER
        )
        for run in silent:
            if run.requested_by and run.tries < MAX_REQUEST_TRIES:
                with contextlib.suppress(IntegrityError), transaction.atomic():
                    silent.filter(pk=run.pk).update(state=RunState.REQUESTED)
            silent.filter(pk=run.pk).update(state=RunState.LOST, ended_at=timezone.now())


def _worker() -> str:
    return f"{socket.gethostname()} {os.getpid()}"[:100]


@contextlib.contextmanager
def _noting() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        logger.warning("What a job did could not be noted in the database: %s", type(error).__name__)
