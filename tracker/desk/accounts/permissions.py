"""Who may do what at the desk: roles are Django groups, made by a migration. What each may do is in this module."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models


class DeskRole(models.TextChoices):
    """A role is the group of this name."""

    VIEWER = "Viewers of drafts", "Viewer of drafts"
    EDITOR = "Editors", "Editor"
    PUBLISHER = "Publishers", "Publisher"
    ADMIN = "Admins", "Admin"

    @property
    def definition(self) -> str:
        """What the role may do, in words for the page of people."""
        return {
            DeskRole.VIEWER: "Reads drafts and comments on them.",
            DeskRole.EDITOR: "Also writes and submits drafts, adds sources, asks questions and puts drafts on hold.",
            DeskRole.PUBLISHER: "Also signs off what others wrote and releases holds.",
            DeskRole.ADMIN: "Also invites people, changes roles, reads the activity log and uses the admin.",
        }[self]


class Ability(models.TextChoices):
    """One thing that a role allows."""

    SEE = "see", "see drafts"
    PROPOSE = "propose", "write and submit drafts"
    PUBLISH = "publish", "publish what others wrote"
    MANAGE = "manage", "manage people and the site"


ABILITIES: dict[str, frozenset[Ability]] = {
    DeskRole.VIEWER: frozenset({Ability.SEE}),
    DeskRole.EDITOR: frozenset({Ability.SEE, Ability.PROPOSE}),
    DeskRole.PUBLISHER: frozenset({Ability.SEE, Ability.PROPOSE, Ability.PUBLISH}),
    DeskRole.ADMIN: frozenset(Ability),
}


def abilities(user: AbstractBaseUser | AnonymousUser) -> frozenset[Ability]:
    """Return what a person may do at the desk: the sum of their roles; all of it for a superuser.

    One query for each person and request: the answer is kept on the object.
    """
    person: Any = user
    if not person.is_active:
        return frozenset()
    if not hasattr(person, "_abilities"):
        if getattr(person, "is_superuser", False):
            granted = frozenset(Ability)
        elif person.is_authenticated:
            names = [group.name for group in person.groups.all()]  # a list of people may have fetched them
            granted = frozenset(ability for name in names for ability in ABILITIES.get(name, frozenset()))
        else:
            granted = frozenset()
        person._abilities = granted
    abilities_held: frozenset[Ability] = person._abilities
    return abilities_held


def may(user: AbstractBaseUser | AnonymousUser, ability: Ability) -> bool:
    """Whether a person may do one thing."""
    return ability in abilities(user)


def public_name(user: Any) -> str:
    """Return the name under which the record knows a person: the one that belongs to their account (names.py).

    An account that has no name yet, such as one that createsuperuser made, is known by its number.
    """
    return str(user.get_full_name()).strip() or f"Editor {user.pk}"
