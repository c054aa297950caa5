"""manage.py publish_due: publish what is scheduled and due. Run it every minute, or let manage.py run_worker do it."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tracker.desk.actions.review import publish_due
from tracker.desk.models import Draft


class Command(BaseCommand):
    """Publish what is scheduled and due."""

    help = (
        "Publishes each draft whose time has come, once, also when several of these run. A hold, a legal check that "
        "is too old, or a lost role keeps it back, and the queue says so."
    )

    def waiting(self) -> int:
        """Return how many publications are due."""
        return Draft.objects.due(now=timezone.now()).count()

    def due_since(self) -> dt.datetime | None:
        """Return when the earliest publication that is due was due; None where none is."""
        return Draft.objects.due(now=timezone.now()).values_list("publish_at", flat=True).first()

    def handle(self, *args: Any, **options: Any) -> None:
        for draft, result in publish_due():
            if isinstance(result, str):
                self.stderr.write(f"Not published, draft {draft.pk}: {result}")
            else:
                self.stdout.write(f"Published draft {draft.pk}: {result}.")
