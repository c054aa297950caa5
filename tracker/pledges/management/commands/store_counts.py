"""manage.py store_counts: count the pledges for the days that have passed. The worker runs it."""

from typing import Any

from django.core.management.base import BaseCommand

from tracker.pledges.derived.counts import store_due_counts


class Command(BaseCommand):
    """Keep the counts that are due."""

    help = "Stores the counts of pledges that are due, so that lists of past days stay fast."

    def handle(self, *args: Any, **options: Any) -> None:
        store_due_counts()
