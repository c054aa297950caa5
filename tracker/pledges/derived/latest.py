"""Where the record has got to: what every page asks after an entry, in one query."""

from typing import Any, NamedTuple

from django.db.models import QuerySet, Subquery

from tracker.pledges.compiled_query import compiled_rows
from tracker.pledges.models import Citation, FactsEntry, Pledge, RecordEntry, StatusPeriod
from tracker.pledges.record.links import Link, last_link

_ENTRY_FIELDS = ["id", "position", "pledge_id", "published_at", "previous", "digest"]


class Latest(NamedTuple):
    """The last entry, with what leads to it, and the keys of the last rows that entries add."""

    entry: RecordEntry | None
    link: Link | None
    """The end of the chain: the last entry, or a later one of facts."""
    period: int | None
    """The key of the last StatusPeriod; None where it was not read, as there is no entry."""
    citation: int | None
    """The same of the last Citation."""


def read_latest() -> Latest:
    """Read it. One query; another where no entry is there, or the last one is of facts."""
    for *values, slug, facts_position, period, citation in compiled_rows("latest", _query):
        entry = RecordEntry.from_db(None, _ENTRY_FIELDS, values)
        entry.pledge = Pledge.from_db(None, ["id", "slug"], [entry.pledge_id, slug])
        is_last = entry.position > (facts_position or 0)
        link = Link(entry.position, entry.previous, entry.digest, entry.published_at) if is_last else last_link()
        return Latest(entry, link, period, citation)
    return Latest(None, last_link(), None, None)


def _query() -> QuerySet[RecordEntry, Any]:
    facts = FactsEntry.objects.order_by("-position").values("position")[:1]
    period = StatusPeriod.objects.filter(pk__gt=0).order_by("-pk").values("pk")[:1]
    citation = Citation.objects.filter(pk__gt=0).order_by("-pk").values("pk")[:1]
    last = RecordEntry.objects.at_the_end().order_by()
    return last.values_list(*_ENTRY_FIELDS, "pledge__slug", Subquery(facts), Subquery(period), Subquery(citation))
