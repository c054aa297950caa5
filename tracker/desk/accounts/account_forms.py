"""Forms of the sign-in library with our labels: settings.ACCOUNT_FORMS and MFA_FORMS name them."""

# mypy: disable-error-code="misc"

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as factors
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.utils.translation import gettext_lazy as _

LABELS = {
    "login": _("Email address or username"),
    "password": _("Password"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password again"),
    "email": _("Email address"),
    "code": _("Code"),
    "name": _("Name of the key"),
    "passwordless": _("Sign in with this key alone (passkey)"),
}
FIRST_PASSWORD_LABELS = {"password1": _("Password"), "password2": _("Password again")}
HELP_TEXTS = {
    "password1": _("Use at least 12 characters. Avoid your name, common passwords and words from this site."),
    "passwordless": _("Your device then asks for a fingerprint, face or PIN."),
}


class _PlainLabels:
    """Gives the fields our labels, and removes placeholders, which repeat them."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = HELP_TEXTS.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)


def _label_first_password(fields: dict[str, Any]) -> None:
    for name, label in FIRST_PASSWORD_LABELS.items():
        fields[name].label = label


class LoginForm(_PlainLabels, account.LoginForm):
    pass


class ReauthenticateForm(_PlainLabels, account.ReauthenticateForm):
    pass


class AddEmailForm(_PlainLabels, account.AddEmailForm):
    """Add an email address."""


class ChangePasswordForm(_PlainLabels, account.ChangePasswordForm):
    pass


class SetPasswordForm(_PlainLabels, account.SetPasswordForm):
    """Choose a password where there is none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label_first_password(self.fields)


class ResetPasswordForm(_PlainLabels, account.ResetPasswordForm):
    """Ask for a link to reset the password."""


class ResetPasswordKeyForm(_PlainLabels, account.ResetPasswordKeyForm):
    """Choose a password from a link: the first one from that of an invitation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_first = self.user is not None and self.user.last_login is None
        if self.is_first:
            _label_first_password(self.fields)


class CodeForm(_PlainLabels, factors.AuthenticateForm):
    """Sign in with a code."""


class CodeAgainForm(_PlainLabels, factors.ReauthenticateForm):
    """Confirm with a code."""


class ActivateAppForm(_PlainLabels, totp.ActivateTOTPForm):
    """Set up an authenticator app."""


class AddKeyForm(_PlainLabels, webauthn.AddWebAuthnForm):
    """Add a passkey or security key."""


class EditKeyForm(_PlainLabels, webauthn.EditWebAuthnForm):
    """Rename a passkey or security key."""
