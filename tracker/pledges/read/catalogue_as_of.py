"""Reviews, bodies and themes as they read before an instant: what was changed since is shown as it was."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from tracker.pledges.models import CatalogueVersion
from tracker.pledges.models.versions import VersionedModel


def versions_as_of(
    model: type[VersionedModel], *, until: dt.datetime, keys: Iterable[int] | None = None
) -> dict[int, dict[str, Any]]:
    """Return, by key, the facts that objects had before an instant, of those that were changed since. One query."""
    rows = CatalogueVersion.objects.filter(model=model._meta.model_name, until__gte=until)
    if keys is not None:
        rows = rows.filter(object_pk__in=list(keys))
    # The earliest of those that ended later is the one that held: it is written last.
    return {row.object_pk: row.facts for row in rows.order_by("-until", "-pk")}


def restore_catalogue(rows: Iterable[VersionedModel], *, until: dt.datetime | None) -> None:
    """Let reviews, bodies or themes, all of one kind, read as before an instant. They are not to be saved after that.

    One query, and none for None.
    """
    rows = list(rows)
    if until is None or not rows:
        return
    then = versions_as_of(type(rows[0]), until=until, keys=[row.pk for row in rows])
    for row in rows:
        facts = then.get(row.pk, {})
        for field in row._meta.concrete_fields:
            if field.name in facts:  # a later release may know more, or less
                setattr(row, field.attname, field.to_python(facts[field.name]))
