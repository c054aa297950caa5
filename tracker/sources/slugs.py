"""Addresses of sources."""

from django.utils.text import slugify

from tracker.sources.models import Source


def free_slug(title: str) -> str:
    """Return an address that no source has yet, made from a title."""
    stem = slugify(title)[:60] or "source"
    taken = set(Source.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)
