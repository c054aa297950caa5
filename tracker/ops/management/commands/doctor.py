"""manage.py doctor: is this installation well, and what is to be done?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracker.ops import health


class Command(BaseCommand):
    """Look at everything, and give plain advice."""

    help = (
        "Checks the database, migrations, guards, disk, cache, worker and last verification. Says how to fix problems."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        checks = [check() for check in health.ALL_CHECKS]
        for check in checks:
            advice = f" {check.advice}" if check.advice else ""
            self.stdout.write(f"{'well' if check.ok else 'ILL '}  {check.name}: {check.detail}.{advice}")
        if ill := [check.name for check in checks if not check.ok]:
            raise CommandError(f"Look at: {', '.join(ill)}.")
