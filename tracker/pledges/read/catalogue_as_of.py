"""Reviews, bodies and themes as they read before an instant: what was changed since is shown as it was."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from tracker.pledges.models import CatalogueVersion, Pledge
from tracker.pledges.models.versions import VersionedModel


def restore_catalogue(rows: Iterable[VersionedModel], *, until: dt.datetime | None) -> None:
    """Let reviews, bodies or themes, of one kind or of several, read as before an instant.

    They are not to be saved after that. One query, and none for None.
    """
    rows = list(rows)
    if until is None or not rows:
        return
    kinds, keys = {str(row._meta.model_name) for row in rows}, {row.pk for row in rows}
    stored = _ended_since(until, kinds).filter(object_pk__in=keys)
    then = {(version.model, version.object_pk): version.facts for version in stored}
    for row in rows:
        facts = then.get((str(row._meta.model_name), row.pk), {})
        for field in row._meta.concrete_fields:
            if field.name in facts:  # a later release may know more, or less
                setattr(row, field.attname, field.to_python(facts[field.name]))


def restore_names(pledges: Iterable[Pledge], *, until: dt.datetime | None) -> None:
    """Let themes, bodies, and reviews that were read with pledges, have the names that they had before an instant.

    One query, and none for None.
    """
    if until is None:
        return
    rows: list[VersionedModel] = []
    for pledge in pledges:
        rows += pledge.responsible_bodies
        rows += [
            getattr(pledge, name)
            for name in ("theme", "promised_by", "review")
            if pledge._state.fields_cache.get(name) is not None
        ]
    restore_catalogue(rows, until=until)


def names_as_of(until: dt.datetime | None) -> dict[tuple[str, int], str]:
    """Return, by kind and key, what was called otherwise before an instant: themes, bodies, reviews.

    One query, and none for None.
    """
    if until is None:
        return {}
    rows = _ended_since(until, {str(model._meta.model_name) for model in VersionedModel.__subclasses__()})
    return {(row.model, row.object_pk): row.facts.get("name") or row.facts.get("title", "") for row in rows}


def _ended_since(until: dt.datetime, kinds: Iterable[str]) -> QuerySet[CatalogueVersion]:
    """Return the versions that ended after an instant: of each object the one that held then comes last."""
    return CatalogueVersion.objects.filter(model__in=kinds, until__gte=until).order_by("-until", "-pk")


@dataclass(frozen=True)
class EarlierName:
    """What a body or theme was called until a day."""

    name: str
    until: dt.datetime


def earlier_names(row: Any) -> list[EarlierName]:
    """Return what a body or a theme was called before, the latest first. One query."""
    versions = CatalogueVersion.objects.filter(model=row._meta.model_name, object_pk=row.pk).order_by("-until", "-pk")
    names, later = [], row.name
    for version in versions:
        if (name := version.facts["name"]) != later:
            names.append(EarlierName(name, version.until))
        later = name
    return names
