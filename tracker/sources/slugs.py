"""Short names in addresses: the first that is free."""

from collections.abc import Collection
from itertools import count

from django.utils.text import slugify

from tracker.sources.models import Source


def free_slug(title: str) -> str:
    """Return an address that no source has yet, made from a title."""
    stem = slugify(title)[:60] or "source"
    taken = set(Source.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return first_free(stem, taken)


def first_free(stem: str, taken: Collection[str]) -> str:
    """Return the stem of at most 80 characters, or the first of stem-2, stem-3 … that is not taken."""
    if stem not in taken:
        return stem
    return next(slug for number in count(2) if (slug := f"{stem[:70]}-{number}") not in taken)
