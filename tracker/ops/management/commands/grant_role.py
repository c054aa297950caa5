"""The former name of grant_database_role; it will be removed in the next release."""

from typing import Any

from tracker.ops.management.commands import grant_database_role


class Command(grant_database_role.Command):
    """grant_database_role, which says its name."""

    def handle(self, *args: Any, **options: Any) -> None:
        self.stderr.write(
            "This command is now called grant_database_role. The name grant_role will be removed in the next release."
        )
        super().handle(*args, **options)
