"""manage.py renew_encryption: encrypt the seeds of second factors under the present SECRET_KEY."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracker.desk.accounts.mfa_adapter import renew_all


class Command(BaseCommand):
    """The second step of another SECRET_KEY (docs/configuration.md)."""

    help = (
        "Encrypts second factors with the current key, so that you can remove old keys from "
        "SECRET_KEY_FALLBACKS. Safe to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        renewed, unreadable = renew_all()
        self.stdout.write(f"Encrypted with the current key: {renewed}.")
        if unreadable:
            raise CommandError(
                f"{unreadable} second factors cannot be read with any key. Add the earlier key to "
                "SECRET_KEY_FALLBACKS and run this again; if it is lost, end them with end_factors."
            )
