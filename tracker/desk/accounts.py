"""Accounts: nobody signs up, admins invite; who writes has a second factor; log-ins are in the activity log."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from tracker.desk.activity import log


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What differs from allauth's own ways."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Admins invite (people.py): there is no other way in."""
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """Log a person in, and say so in the activity log."""
        super().login(request, user)
        log(user, "logged in")

    def logout(self, request: HttpRequest) -> None:
        """Log a person out, and say so in the activity log."""
        user = request.user
        if user.is_authenticated:
            log(user, "logged out")
        super().logout(request)


def has_second_factor(user: Any) -> bool:
    """Whether a person has an authenticator app or a passkey: log-in then asks for it. Kept for the request."""
    if not hasattr(user, "_has_second_factor"):
        types = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        user._has_second_factor = Authenticator.objects.filter(user=user, type__in=types).exists()
    return bool(user._has_second_factor)
