"""manage.py send_alerts: send each email that is due. Run it every minute, or let run_worker do it."""

from typing import Any

from django.core.management.base import BaseCommand

from tracker.alerts.sending import count_due, send_due


class Command(BaseCommand):
    """Send what is due."""

    help = (
        "Sends confirmation emails and alerts that are due, each once, also when several of these run. What could "
        "not be sent is tried again later."
    )

    def waiting(self) -> int:
        """Return how many emails are due."""
        return count_due()

    def handle(self, *args: Any, **options: Any) -> None:
        sent = send_due()
        if sent != type(sent)():
            self.stdout.write(f"Confirmations: {sent.letters}, alerts: {sent.alerts}, failed: {sent.failed}.")
