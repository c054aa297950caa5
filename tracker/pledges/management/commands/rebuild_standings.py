"""manage.py rebuild_standings: derive what lists and past days read from the record again."""

from typing import Any

from django.core.management.base import BaseCommand

from tracker.pledges.derived.counts import keep
from tracker.pledges.derived.status_periods import rebuild


class Command(BaseCommand):
    """Derive again what lists and past days read."""

    help = "Derives what lists, counts and past days read from the record again, and says how many rows there are."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = rebuild()
        self.stdout.write(f"{rows} rows, {keep()} kept counts.")
