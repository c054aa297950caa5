"""Accounts: nobody signs up, admins invite; who writes has a second factor; sign-ins are in the activity log."""

import logging
import time
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tracker.core.validators import validate_email_domain
from tracker.desk.audit_log import record_action

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What differs from allauth's own ways."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Ask an admin to open it again."),
        "cannot_remove_primary_email": _("You cannot remove your main email address."),
        "duplicate_email": _("Your account already has this email address."),
        "email_password_mismatch": _("The email address or the password is wrong."),
        "email_taken": _("Another account already has this email address."),
        "enter_current_password": _("Enter your current password."),
        "incorrect_code": _("Enter the code that your app shows now, or an unused recovery code."),
        "incorrect_password": _("The password is wrong."),
        "invalid_or_expired_key": _("This link does not work. Ask for a new one."),
        "invalid_login": _("Check what you entered and try again."),
        "invalid_password_reset": _("This link does not work. Ask for a new one."),
        "max_email_addresses": _("You can have at most %d email addresses."),
        "too_many_login_attempts": _("You tried too many times. Wait a few minutes, then try again."),
        "unknown_email": _("No account has this email address."),
        "unverified_primary_email": _("Confirm your main email address first."),
        "username_password_mismatch": _("The username or the password is wrong."),
        "select_only_one": _("Choose only one."),
        "same_as_current": _("Enter a different value from the current one."),
        "rate_limited": _("You sent too many requests. Wait a minute, then try again."),
    }

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways in which a person can confirm who they are, in our words."""
        labels = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey or security key"),
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": labels.get(method["id"], method["description"])} for method in methods]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether a person shows again who they are: not where they signed in a moment ago.

        allauth counts only what was shown after the sign-in (65.21), so that it asks twice within seconds.
        """
        shown_at = [record["at"] for record in get_authentication_records(self.request, self.request.user)]
        if shown_at and time.time() - max(shown_at) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Admins invite (people.py): there is no other way in."""
        return False

    def clean_email(self, email: str) -> str:
        """Return an address, of whatever form of allauth. Raises ValidationError for one without a domain."""
        validate_email_domain(email)
        return str(super().clean_email(email))

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign a person in, and say so in the activity log."""
        super().login(request, user)
        record_action(user, "signed in")

    def logout(self, request: HttpRequest) -> None:
        """Sign a person out, and say so in the activity log."""
        user = request.user
        if user.is_authenticated:
            record_action(user, "signed out")
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Say in the log that somebody did not get in, and not who it was meant to be."""
        logger.warning("A sign-in failed.")

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """End a person's other sessions and tell them: allauth calls this after each change of how they get in."""
        for session in UserSession.objects.filter(user=user).exclude(session_key=self.request.session.session_key):
            session.end()
        record_action(user, "changed how they sign in", template_prefix.rsplit("/", 1)[-1].replace("_", " "))
        try:
            super().send_notification_mail(template_prefix, user, context, email or user.email or None)
        except (OSError, SMTPException) as error:  # the change holds: the activity log has it too
            logger.warning("A person could not be told that how they sign in was changed: %s", type(error).__name__)


def has_second_factor(user: Any) -> bool:
    """Whether a person has an authenticator app or a passkey: signing in then asks for it. Kept for the request."""
    if not hasattr(user, "_has_second_factor"):
        types = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        user._has_second_factor = Authenticator.objects.filter(user=user, type__in=types).exists()
    return bool(user._has_second_factor)
