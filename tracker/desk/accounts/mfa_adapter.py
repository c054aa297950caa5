"""Second factors: the seeds of authenticator apps and of recovery codes are encrypted in the database."""

import logging
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tracker.core.encryption import DecryptionError, decrypt, encrypt, renew

PURPOSE = "second factors"
SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
"""Which value of a factor is secret. Passkeys have none here: the database has their public keys."""

logger = logging.getLogger(__name__)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What differs from allauth's own ways."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": _("Remove your second factor before you add an email address."),
        "cannot_delete_authenticator": _("You cannot remove this second factor."),
        "cannot_generate_recovery_codes": _("Set up an authenticator app or a key before you get recovery codes."),
        "incorrect_code": _("Enter the code that your app shows now, or an unused recovery code."),
        "unverified_email": _("Confirm your email address before you set up a second factor."),
    }

    def generate_authenticator_name(self, user: Any, type: str) -> str:
        """Return the name that a new key has until its owner gives it one: Key 1, Key 2 and so on."""
        return f"Key {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def encrypt(self, text: str) -> str:
        """Return what the database keeps instead of a seed."""
        return encrypt(text, purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the seed. Where no key fits, one that nobody knows: then no code is right, and nothing fails."""
        try:
            return decrypt(encrypted_text, purpose=PURPOSE)
        except DecryptionError:
            logger.error(
                "A second factor cannot be read. SECRET_KEY may have been replaced: see docs/configuration.md."
            )
            return str(generate_totp_secret())


@transaction.atomic
def renew_all() -> tuple[int, int]:
    """Encrypt every seed under the present SECRET_KEY; return how many, and how many could not be read."""
    renewed = unreadable = 0
    for factor in Authenticator.objects.select_for_update().filter(type__in=SECRETS).order_by("pk"):
        name = SECRETS[factor.type]
        try:
            factor.data[name] = renew(factor.data[name], purpose=PURPOSE)
        except DecryptionError:
            unreadable += 1
            continue
        factor.save(update_fields=["data"])
        renewed += 1
    return renewed, unreadable
