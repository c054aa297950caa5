"""manage.py check_links: do the addresses of sources still lead where they led? The worker runs it in each round."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from tracker.sources.link_checks import BATCH_SIZE, check_due


class Command(BaseCommand):
    """Look at the addresses that are due."""

    help = "Checks the links to sources that are due, one per host. Does nothing unless CHECK_LINKS is on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=BATCH_SIZE, help="Addresses in one run.")

    def handle(self, *args: Any, limit: int, **options: Any) -> None:
        if not settings.CHECK_LINKS:
            return
        for check in check_due(limit=limit):
            self.stdout.write(f"{check.url}: {check.get_state_display()} ({check.says})")
