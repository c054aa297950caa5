"""The former name of run_worker; removed in the next release."""

from typing import Any

from tracker.ops.management.commands import run_worker


class Command(run_worker.Command):
    """run_worker, which says its name."""

    def handle(self, *args: Any, **options: Any) -> None:
        self.stderr.write("Use run_worker: the name work will be removed in the next release.")
        super().handle(*args, **options)
