"""Invite people, change their roles, end their access. Each is in the activity log."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from tracker.desk.accounts.permissions import Ability, DeskRole, public_name
from tracker.desk.actions.drafts import check_ability
from tracker.desk.audit_log import record_action
from tracker.desk.models import AuditLogEntry
from tracker.text.characters import refused_characters


@transaction.atomic
def invite(*, name: str, email: str, role: DeskRole, by: Any, site: str) -> Any:
    """Make an account without a password, send its owner a link to choose one, and return it.

    ``site`` is the address that the link starts with, such as https://tracker.example.org. The link holds for
    settings.PASSWORD_RESET_TIMEOUT seconds and once. Raises PermissionDenied for who may not manage,
    ValidationError for a name or an address that is taken.
    """
    check_ability(by, Ability.MANAGE)
    errors = {}
    users = get_user_model().objects
    first, _, last = name.strip().partition(" ")
    if not first or "@" in name or next(refused_characters(name), None):
        errors["name"] = "Give the name under which the record will know them; never an e-mail address."
    elif any(public_name(one) == name.strip() for one in users.filter(first_name=first, last_name=last.strip())):
        errors["name"] = "Somebody has this name already: the record could not tell them apart."
    if users.filter(Q(email__iexact=email) | Q(username__iexact=email)).exists():
        errors["email"] = "Somebody with this address has an account already."
    if errors:
        raise ValidationError(errors)
    user = users.create_user(username=email, email=email, first_name=first[:150], last_name=last.strip()[:150])
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    _give(user, role)
    record_action(by, f"invited as {role.label.lower()}", public_name(user))
    send_sign_in_link(user, site=site)
    return user


def send_sign_in_link(user: Any, *, site: str) -> None:
    """Send a link with which a person chooses a password."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    uid, _, token = key.partition("-")
    link = site + reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    text = render_to_string(
        "desk/mail/invitation.txt",
        {"name": public_name(user), "link": link, "hours": hours, "site": settings.SITE_NAME},
    )
    send_mail(f"Your account at {settings.SITE_NAME}", text, None, [user.email])


@transaction.atomic
def change_role(user: Any, *, role: DeskRole | None, by: Any) -> None:
    """Give a person one role, or with None no access any more. Their open sessions end with their access.

    Raises PermissionDenied for who may not manage, ValidationError for one's own role: somebody else changes that.
    """
    check_ability(by, Ability.MANAGE)
    if user.pk == by.pk:
        raise ValidationError("Nobody changes their own role: ask another admin.")
    _give(user, role)
    record_action(by, f"made {role.label.lower()}" if role else "ended the access of", public_name(user))


def _give(user: Any, role: DeskRole | None) -> None:
    user.groups.set(Group.objects.filter(name=role) if role else [])
    user.is_staff = role is DeskRole.ADMIN
    user.is_active = role is not None
    user.save(update_fields=["is_staff", "is_active"])


def recent_activity(*, who: str = "") -> Any:
    """Return the activity log, newest first; of one person where ``who`` is their user name."""
    rows = AuditLogEntry.objects.select_related("user")
    return rows.filter(user__username=who) if who else rows
