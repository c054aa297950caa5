"""manage.py request_cosignatures: ask the witnesses of the settings to cosign the head of the record."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracker.pledges.record.tree import TreeError
from tracker.pledges.witness.cosignatures import ask_witnesses


class Command(BaseCommand):
    """Ask each witness that has not cosigned today's head, unless it failed a short time ago."""

    help = "Asks the witnesses in WITNESSES to cosign the head of the record, where it has grown. The worker runs it."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for line in ask_witnesses():
                self.stdout.write(line)
        except TreeError as error:
            raise CommandError(f"No witness was asked. {error}") from error
