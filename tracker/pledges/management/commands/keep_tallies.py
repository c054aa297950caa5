"""The former name of store_counts; removed in the next release."""

from typing import Any

from tracker.pledges.management.commands import store_counts


class Command(store_counts.Command):
    """store_counts, which says its name."""

    def handle(self, *args: Any, **options: Any) -> None:
        self.stderr.write("Use store_counts: the name keep_tallies will be removed in the next release.")
        super().handle(*args, **options)
