"""manage.py run_worker: the background workers, a process for each kind, until they are told to stop.

Whatever goes wrong in one job (a full disk, an error of ours, a killed process), the others run. A job that fails is
tried again after a pause that grows; health checks, the doctor and the admin name it. The jobs: tracker/ops/jobs.py.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tracker.ops.health import give_sign_of_life
from tracker.ops.job_failures import prepare_state_file
from tracker.ops.jobs import JOBS, WorkerKind
from tracker.ops.worker import Worker
from tracker.ops.worker_processes import run_kinds


class Command(BaseCommand):
    """The background workers."""

    help = (
        f"Runs the scheduled jobs ({', '.join(job.command for job in JOBS)}) until it gets SIGTERM: a process for "
        "each kind of job. You can run several workers."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--every", type=float, metavar="SECONDS", help="Pause between runs of a job. Default: each job's own."
        )
        parser.add_argument(
            "--rounds", type=int, default=0, help="Run every job so often in this process, then stop. 0 means never."
        )
        parser.add_argument(
            "--only",
            choices=[str(kind) for kind in WorkerKind],
            action="append",
            help="Kinds of worker. Default: all.",
        )

    def handle(self, *args: Any, every: float | None, rounds: int, only: list[str] | None, **options: Any) -> None:
        prepare_state_file()
        kinds = [kind for kind in WorkerKind if not only or kind in only]
        if not rounds:
            run_kinds(kinds, seconds=every, stdout=self.stdout, stderr=self.stderr)
            return
        worker = Worker(
            [job for job in JOBS if job.kind in kinds], seconds=every, stdout=self.stdout, stderr=self.stderr
        )
        for _ in range(rounds):
            worker.run_once()
            for kind in kinds:
                give_sign_of_life(kind)
