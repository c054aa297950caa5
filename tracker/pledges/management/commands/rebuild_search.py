"""manage.py rebuild_search: make the search index again from the record."""

from typing import Any

from django.core.management.base import BaseCommand

from tracker.pledges.search.index import rebuild_index


class Command(BaseCommand):
    """Make the search index again."""

    help = "Rebuilds the search index from the record. Readers use the old index until this finishes."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild_index()} things can be found.")
