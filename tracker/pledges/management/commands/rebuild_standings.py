"""manage.py rebuild_standings: derive what lists and past days read from the record again."""

from typing import Any

from django.core.management.base import BaseCommand

from tracker.pledges.derived.counts import store_due_counts
from tracker.pledges.derived.status_periods import rebuild_periods


class Command(BaseCommand):
    """Derive again what lists and past days read."""

    help = "Rebuilds the tables behind lists, counts and past days from the record, and prints the number of rows."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = rebuild_periods()
        self.stdout.write(f"{rows} rows, {store_due_counts()} kept counts.")
