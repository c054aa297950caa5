"""manage.py erase_old_reports: erase the words of readers' reports that are older than 90 days."""

from typing import Any

from django.core.management.base import BaseCommand

from tracker.pledges.reports import erase_old_reports


class Command(BaseCommand):
    """Erase what is too old to be kept."""

    help = "Deletes the words of readers' reports older than 90 days. Keeps the desk's answers."

    def handle(self, *args: Any, **options: Any) -> None:
        if number := erase_old_reports():
            self.stdout.write(f"Erased the words of {number} report{'' if number == 1 else 's'}.")
