"""Invite people, change their roles, end their access. Each is in the activity log."""

from dataclasses import dataclass
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from tracker.desk.accounts.names import check_name, give_name
from tracker.desk.accounts.notices import notify
from tracker.desk.accounts.permissions import ABILITIES, Ability, DeskRole, abilities, public_name
from tracker.desk.actions.drafts import check_ability
from tracker.desk.audit_log import record_action
from tracker.desk.models import AddressChange, AuditLogEntry


@transaction.atomic
def invite(*, name: str, email: str, role: DeskRole, by: Any, site: str) -> tuple[Any, str]:
    """Make an account without a password, send its owner a link to choose one, and return both.

    ``site`` is the address that the link starts with, such as https://tracker.example.org. The link holds for
    settings.PASSWORD_RESET_TIMEOUT seconds and once. Raises PermissionDenied for who may not manage,
    ValidationError for a name or an address that is taken.
    """
    check_ability(by, Ability.MANAGE)
    _check_grant(role, by=by)
    errors: dict[str, Any] = {}
    users = get_user_model().objects
    try:
        check_name(name, user=None)
    except ValidationError as error:
        errors |= error.message_dict
    if users.filter(Q(email__iexact=email) | Q(username__iexact=email)).exists():
        errors["email"] = ["An account with this email address already exists."]
    if errors:
        raise ValidationError(errors)
    user = users.create_user(username=email, email=email)
    give_name(user, name=name, by=by)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    _give(user, role)
    record_action(by, f"invited as {role.label.lower()}", public_name(user))
    return user, send_sign_in_link(user, site=site)


def renew_invitation(user: Any, *, by: Any, site: str) -> str:
    """Send a person who never signed in a new link, and return it: the one before may have expired.

    Raises PermissionDenied for who may not manage or ranks lower, ValidationError for who signed in already.
    """
    check_ability(by, Ability.MANAGE)
    check_rank(user, by=by)
    if user.last_login is not None or not user.is_active:
        raise ValidationError("This person signed in already. They can reset their password themselves.")
    record_action(by, "made a new invitation link for", public_name(user))
    return send_sign_in_link(user, site=site)


def send_sign_in_link(user: Any, *, site: str) -> str:
    """Send a link with which a person chooses a password, and return it."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    uid, _, token = key.partition("-")
    link = site + reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    text = render_to_string(
        "desk/mail/invitation.txt",
        {"name": public_name(user), "link": link, "hours": hours, "site": settings.SITE_NAME},
    )
    send_mail(f"Your account at {settings.SITE_NAME}", text, None, [user.email])
    return link


@transaction.atomic
def change_role(user: Any, *, role: DeskRole | None, by: Any) -> None:
    """Give a person one role, or with None no access any more. Their open sessions end with their access.

    Raises PermissionDenied for who may not manage, who lacks what the role allows, and for a superuser's account where
    they are none; ValidationError for one's own role, and for access to an account whose address one changed: another
    admin gives these.
    """
    check_ability(by, Ability.MANAGE)
    if user.pk == by.pk:
        raise ValidationError("You cannot change your own role. Ask another admin.")
    check_rank(user, by=by)
    _check_grant(role, by=by)
    before = AccountState.of(user)
    if role is not None:
        _confirm_address(user, by=by)
    _give(user, role)
    record_action(by, f"made {role.label.lower()}" if role else "ended the access of", public_name(user))
    tell_of_changes(user, before, by=by)


def _give(user: Any, role: DeskRole | None) -> None:
    user.groups.set(Group.objects.filter(name=role) if role else [])
    user.is_staff = role is DeskRole.ADMIN
    user.is_active = role is not None
    user.save(update_fields=["is_staff", "is_active"])


def check_rank(user: Any, *, by: Any) -> None:
    """Raise PermissionDenied where somebody without all rights would change an account that has them."""
    if user.is_superuser and not by.is_superuser:
        raise PermissionDenied("Only a superuser can change the account of a superuser.")


@dataclass(frozen=True)
class AccountState:
    """What somebody else may change in an account, in words."""

    name: str
    email: str
    active: bool
    staff: bool
    superuser: bool
    roles: tuple[str, ...]

    @classmethod
    def of(cls, user: Any) -> "AccountState":
        """Return the state of an account as it is in the database."""
        stored = get_user_model()._base_manager.get(pk=user.pk)
        roles = tuple(stored.groups.order_by("name").values_list("name", flat=True))
        return cls(stored.get_full_name(), stored.email, stored.is_active, stored.is_staff, stored.is_superuser, roles)

    def changes_to(self, after: "AccountState") -> list[list[str]]:
        """Return label, before and after of what differs. No address: the log is kept for good."""
        rows = [
            ["name", self.name, after.name],
            ["email address", "", "another"] if self.email != after.email else ["", "", ""],
            ["access", _yes(self.active), _yes(after.active)],
            ["works in the admin", _yes(self.staff), _yes(after.staff)],
            ["superuser", _yes(self.superuser), _yes(after.superuser)],
            ["role", ", ".join(self.roles), ", ".join(after.roles)],
        ]
        return [row for row in rows if row[1] != row[2]]


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def tell_of_changes(user: Any, before: AccountState, *, by: Any) -> None:
    """Log what differs from an earlier state of an account, and tell its owner, at the address of before too."""
    changes = before.changes_to(AccountState.of(user))
    if not changes:
        return
    record_action(by, "changed the account of", public_name(user), changes=changes)
    change = "; ".join(f"{label}: {old or '–'} → {new or '–'}" for label, old, new in changes)
    notify(user, what=change, by=by, also=[before.email])


def _check_grant(role: DeskRole | None, *, by: Any) -> None:
    """Raise PermissionDenied where somebody would give more than they have."""
    if role is not None and not ABILITIES[role] <= abilities(by):
        raise PermissionDenied("You cannot give someone a role with more access than yours.")


@transaction.atomic
def change_email(user: Any, *, email: str, by: Any) -> None:
    """Make another address that of an account, for signing in and for emails. The caller logs and tells of it.

    Anyone with the new mailbox can choose a password, and would be a second person. If somebody else changes an
    address, the account has no access until another admin gives it a role (FOUR_EYES).
    """
    EmailAddress.objects.filter(user=user).delete()
    if email:
        EmailAddress.objects.create(user=user, email=email, verified=False, primary=True)
    user.email = email
    user.save(update_fields=["email"])
    if settings.FOUR_EYES and by.pk != user.pk:
        AddressChange.objects.create(user=user, by=by)
        _give(user, None)
        for session in UserSession.objects.filter(user=user):
            session.end()


def has_unconfirmed_address(user: Any) -> bool:
    """Whether an account waits for another admin, since somebody else changed its address."""
    return AddressChange.objects.filter(user=user, confirmed_by__isnull=True).exists()


def _confirm_address(user: Any, *, by: Any) -> None:
    """Raise ValidationError where ``by`` changed the address that would be confirmed by giving access again."""
    changes = AddressChange.objects.select_for_update().filter(user=user, confirmed_by__isnull=True)
    if settings.FOUR_EYES and changes.filter(by=by).exists():
        raise ValidationError("You changed the address of this account. Another admin must give its access back.")
    changes.exclude(by=by).update(confirmed_by=by, confirmed_at=timezone.now())


@transaction.atomic
def end_factor(factor: Authenticator, *, by: Any) -> None:
    """End somebody's second factor, and with the last of them their recovery codes; end what is open, and tell them.

    ``by`` is None for a command of the operator. Raises PermissionDenied for the factor of a superuser.
    """
    user = factor.user
    if by is not None:
        check_rank(user, by=by)
    change = f"second factor ended: {factor.get_type_display()}"
    factor.delete()
    others = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    if not others.exists():
        Authenticator.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    record_action(by, "ended a second factor of", public_name(user))
    notify(user, what=change, by=by)


def recent_activity(*, who: str = "") -> Any:
    """Return the activity log, newest first; of one person where ``who`` is their user name."""
    rows = AuditLogEntry.objects.select_related("user")
    return rows.filter(user__username=who) if who else rows
