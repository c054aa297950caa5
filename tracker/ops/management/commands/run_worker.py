"""manage.py run_worker: the background worker. It does what is due, again and again, until it is told to stop."""

import contextlib
import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from tracker.ops.health import HEARTBEAT

DUE = [
    *(
        "publish_due",
        "store_counts",
        "read_documents",
        "find_pledges",
        "send_alerts",
        "erase_old_reports",
        "check_links",
    ),
    *("build_package", "export_site --nightly", "verify_record --nightly", "delete_ended_sessions --nightly"),
]
"""What each round runs: commands that do nothing where nothing is due, and that any number of workers may run."""


class Command(BaseCommand):
    """The background worker."""

    help = f"Runs what has its time ({', '.join(DUE)}) again and again. Any number may run. Stops on SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="Pause between rounds.")
        parser.add_argument("--rounds", type=int, default=0, help="Stop after so many; 0: never.")

    def handle(self, *args: Any, every: float, rounds: int, **options: Any) -> None:
        stopped = threading.Event()
        if threading.current_thread() is threading.main_thread():
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, lambda *_: stopped.set())
        done = 0
        while not stopped.is_set():
            for command in DUE:
                self._run(command)
            with contextlib.suppress(OSError):
                (Path(settings.DATA_DIR) / HEARTBEAT).touch()
            done += 1
            if rounds and done >= rounds:
                return
            stopped.wait(every)

    def _run(self, command: str) -> None:
        try:
            call_command(*command.split(), stdout=self.stdout, stderr=self.stderr)
        except DatabaseError as error:
            self.stderr.write(f"The database does not answer, the next round tries again: {error}")
            close_old_connections()
        except CommandError as error:
            self.stderr.write(f"{command}: {error}")
