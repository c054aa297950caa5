"""manage.py rebuild_search: make the search index again from the record."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tracker.pledges.search.index import is_outdated, rebuild_index


class Command(BaseCommand):
    """Make the search index again."""

    help = "Rebuilds the search index from the record. Readers use the old index until this finishes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-outdated", action="store_true", help="Only if another version of the program made the index."
        )

    def handle(self, *args: Any, if_outdated: bool, **options: Any) -> None:
        if not if_outdated or is_outdated():
            self.stdout.write(f"{rebuild_index()} things can be found.")
