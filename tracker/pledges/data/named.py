"""Themes and bodies by their names: found, or added with a short name of their own."""

from typing import TypeVar

from django.db.models import Q
from django.utils.text import slugify

from tracker.pledges.models import Body, Review, Theme
from tracker.sources.slugs import first_free

MAX_NEW_NAME_CHARS = 200
Named = TypeVar("Named", Theme, Body)


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
