"""manage.py send_notices: tell people at the desk what happened. Run it every minute, or let run_worker do it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tracker.desk.notices import events
from tracker.desk.notices.emails import SentNotices, send_notices


class Command(BaseCommand):
    """Write down what is new, and send what is due."""

    help = (
        "Emails people at the desk what concerns them, at once or once a day as each has chosen, and deletes notices "
        "after 90 days. What could not be sent is tried again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        events.note_reports()
        events.note_due_soon(today=timezone.localdate(now))
        events.delete_old(now=now)
        sent = send_notices(now=now)
        if sent != SentNotices():
            self.stdout.write(f"Emails: {sent.emails}, failed: {sent.failed}.")
