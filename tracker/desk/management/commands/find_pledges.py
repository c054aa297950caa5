"""manage.py find_pledges: look for pledges in sources. The worker runs it in each round."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracker.desk.actions import candidates
from tracker.sources.models import Source


class Command(BaseCommand):
    """Look through the sources that nobody looked through yet, or through one."""

    help = (
        "Searches sources for pledges and prints how many it found. Searches all sources that were not "
        "searched yet, or one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--source", metavar="SLUG", help="Search only this source, even if it was searched before."
        )

    def handle(self, *args: Any, source: str | None, **options: Any) -> None:
        sources = Source.objects.filter(slug=source) if source else candidates.not_searched()
        if source and not sources.exists():
            raise CommandError(f"There is no source “{source}”.")
        for row in sources.iterator(5):
            self.stdout.write(f"{row.slug}: {candidates.search_source(row)} proposed")
