"""A theme and bodies that a draft of a pledge names and the tracker does not have yet.

They are typed into the draft, shown with it at sign-off, and added with the pledge: the person who signs off the
pledge is the second person who agrees to them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q
from django.utils.text import slugify

from tracker.pledges.models import Body, Review, Theme
from tracker.sources.slugs import first_free

MAX_NEW_NAME_CHARS = 200
Named = TypeVar("Named", Theme, Body)


@dataclass(frozen=True)
class NewNames:
    """Names as they were typed, without blanks around them; empty where nothing new is named."""

    theme: str = ""
    promised_by: str = ""
    bodies: tuple[str, ...] = ()

    def rows(self) -> list[tuple[str, str]]:
        """Return what a second person is shown, and agrees to."""
        rows = [("New theme", self.theme), ("New body that promised", self.promised_by)]
        return [row for row in [*rows, ("New bodies that have to act", "; ".join(self.bodies))] if row[1]]


def read_new_names(facts: Mapping[str, Sequence[str]]) -> NewNames:
    """Read the names in what was typed: bodies with semicolons between them, each of them once."""

    def typed(name: str) -> str:
        return " ".join("".join(facts.get(name, [])[-1:]).split())

    bodies = (name.strip() for name in typed("new_bodies").split(";"))
    return NewNames(typed("new_theme"), typed("new_promised_by"), tuple(dict.fromkeys(filter(None, bodies))))


def find_named(model: type[Named], name: str, *, review: Review | None = None) -> Named | None:
    """Return the theme or body of a name, in upper or lower case; None where there is none.

    A theme is looked for among those of the review and those for all: another review's may be called the same.
    """
    if not name:
        return None
    rows = model.objects.filter(name__iexact=name)
    if model is Theme:
        rows = rows.filter(Q(review__isnull=True) | Q(review=review))
    return rows.first()


def get_or_add(model: type[Named], name: str, *, review: Review | None = None) -> tuple[Named, bool]:
    """Return the theme or body of a name, and whether it was added now, with a short name of its own.

    Raises ValidationError where its model refuses the name.
    """
    existing = find_named(model, name, review=review)
    if existing is not None:
        return existing, False
    stem = slugify(name)[:60].strip("-") or model._meta.model_name or "name"
    taken = set(model.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    added = model(slug=first_free(stem, taken), name=name)
    added.full_clean()
    added.save()
    return added, True
