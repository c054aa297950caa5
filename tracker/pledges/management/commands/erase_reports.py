"""The former name of erase_old_reports; removed in the next release."""

from typing import Any

from tracker.pledges.management.commands import erase_old_reports


class Command(erase_old_reports.Command):
    """erase_old_reports, which says its name."""

    def handle(self, *args: Any, **options: Any) -> None:
        self.stderr.write(
            "This command is now called erase_old_reports. The name erase_reports will be removed in the next release."
        )
        super().handle(*args, **options)
