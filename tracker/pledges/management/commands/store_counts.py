"""manage.py store_counts: count the pledges for the days that have passed. The worker runs it."""

from typing import Any

from django.core.management.base import BaseCommand

from tracker.pledges.derived.counts import store_due_counts


class Command(BaseCommand):
    """Keep the counts that are due."""

    help = "Keeps the counts of pledges that are due, so that a list of any day costs the same. Does nothing else."

    def handle(self, *args: Any, **options: Any) -> None:
        store_due_counts()
