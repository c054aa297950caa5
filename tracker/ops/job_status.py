"""The state of each job: what waits for it, whether it runs, when it last ran, and whether it fails."""

import datetime as dt
from dataclasses import dataclass

from django.core.management import get_commands, load_command_class
from django.utils import timezone

from tracker.ops.job_failures import JobFailure, job_failures
from tracker.ops.jobs import JOBS, Job
from tracker.ops.models import JobRun, RunState


@dataclass(frozen=True)
class JobStatus:
    """One job, as the admin shows it."""

    job: Job
    waiting: int | None
    """How many things wait for it; None where it does not count them."""
    running: JobRun | None
    requested: JobRun | None
    last: JobRun | None
    """Its last run that ended and did something."""
    failure: JobFailure | None


def job_statuses() -> list[JobStatus]:
    """Return the state of each job, in the order of the table of jobs."""
    failures = {failure.job: failure for failure in job_failures()}
    active = {(run.job, run.state): run for run in JobRun.objects.filter(state__in=_ACTIVE)}
    return [
        JobStatus(
            job,
            count_waiting(job),
            active.get((job.name, RunState.RUNNING)),
            active.get((job.name, RunState.REQUESTED)),
            JobRun.objects.filter(job=job.name).exclude(state__in=_ACTIVE).first(),
            failures.get(job.command),
        )
        for job in JOBS
    ]


_ACTIVE = [RunState.RUNNING, RunState.REQUESTED]


def count_waiting(job: Job) -> int | None:
    """Return how many things wait for a job; None where its command does not count them."""
    command = load_command_class(get_commands()[job.name], job.name)
    count = getattr(command, "waiting", None)
    return int(count()) if count else None


def publication_lag() -> dt.timedelta:
    """Return for how long the earliest publication has been due that is not published; zero where none is."""
    command = load_command_class(get_commands()["publish_due"], "publish_due")
    due_since = command.due_since()  # type: ignore[attr-defined]
    return max(timezone.now() - due_since, dt.timedelta()) if due_since else dt.timedelta()
