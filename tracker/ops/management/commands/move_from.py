"""The former name of copy_database; it will be removed in the next release."""

from typing import Any

from tracker.ops.management.commands import copy_database


class Command(copy_database.Command):
    """copy_database, which says its name."""

    def handle(self, *args: Any, **options: Any) -> None:
        self.stderr.write("Use copy_database: the name move_from will be removed in the next release.")
        super().handle(*args, **options)
