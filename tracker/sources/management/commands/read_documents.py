"""manage.py read_documents: read what was brought in. The worker runs it in each round."""

from typing import Any

from django.core.management.base import BaseCommand

from tracker.sources import intake
from tracker.sources.choices import IntakeState
from tracker.sources.models import Intake


class Command(BaseCommand):
    """Read every document that waits, and forget those that nobody confirmed."""

    help = "Reads each waiting document. Deletes old documents that nobody confirmed."

    def waiting(self) -> int:
        """Return how many documents nobody reads yet."""
        return Intake.objects.filter(state=IntakeState.WAITING).count()

    def handle(self, *args: Any, **options: Any) -> None:
        while document := intake.read_next():
            self.stdout.write(
                f"{document}: {document.get_state_display()}{f' ({document.problem})' if document.problem else ''}"
            )
        if number := intake.drop_old():
            self.stdout.write(f"{number} documents that nobody confirmed were deleted.")
