"""Accounts: nobody signs up, admins invite; who writes has a second factor; log-ins are in the activity log."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from tracker.core.validators import validate_email_domain
from tracker.desk.audit_log import record_action

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What differs from allauth's own ways."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Admins invite (people.py): there is no other way in."""
        return False

    def clean_email(self, email: str) -> str:
        """Return an address, of whatever form of allauth. Raises ValidationError for one without a domain."""
        validate_email_domain(email)
        return str(super().clean_email(email))

    def login(self, request: HttpRequest, user: Any) -> None:
        """Log a person in, and say so in the activity log."""
        super().login(request, user)
        record_action(user, "logged in")

    def logout(self, request: HttpRequest) -> None:
        """Log a person out, and say so in the activity log."""
        user = request.user
        if user.is_authenticated:
            record_action(user, "logged out")
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Say in the log that somebody did not get in, and not who it was meant to be."""
        logger.warning("A log-in failed.")

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """End a person's other sessions and tell them: allauth calls this after each change of how they get in."""
        for session in UserSession.objects.filter(user=user).exclude(session_key=self.request.session.session_key):
            session.end()
        record_action(user, "changed how they get in", template_prefix.rsplit("/", 1)[-1].replace("_", " "))
        try:
            super().send_notification_mail(template_prefix, user, context, email or user.email or None)
        except (OSError, SMTPException) as error:  # the change holds: the activity log has it too
            logger.warning("A person could not be told of a change of how they get in: %s", type(error).__name__)


def has_second_factor(user: Any) -> bool:
    """Whether a person has an authenticator app or a passkey: log-in then asks for it. Kept for the request."""
    if not hasattr(user, "_has_second_factor"):
        types = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        user._has_second_factor = Authenticator.objects.filter(user=user, type__in=types).exists()
    return bool(user._has_second_factor)
