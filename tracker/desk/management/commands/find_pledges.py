"""manage.py find_pledges: look for pledges in sources. The worker runs it in each round."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracker.core.job_progress import report_progress
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

    def waiting(self) -> int:
        """Return how many sources nobody looked through yet."""
        return candidates.not_searched().count()

    def handle(self, *args: Any, source: str | None, **options: Any) -> None:
        sources = Source.objects.filter(slug=source) if source else candidates.not_searched()
        if source and not sources.exists():
            raise CommandError(f"There is no source “{source}”.")
        keys = list(sources.values_list("pk", flat=True))
        for number, key in enumerate(keys):
            report_progress(number, len(keys))
            if row := sources.filter(pk=key).first():  # another worker may have searched it meanwhile
                self.stdout.write(f"{row.slug}: {candidates.search_source(row)} proposed")
