"""The record as it is downloaded and verified: each entry as one object, as docs/record-format.md has it.

Read in chunks by position, so that no read holds a writer up, and from values rather than model instances: the whole
record is read often (verified each night, offered as a file), and instances cost four times as much.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tracker.pledges.chain import cited, committed
from tracker.pledges.models import Citation, StatusUpdate
from tracker.pledges.querysets import StatusUpdateQuerySet
from tracker.pledges.statuses import EntryKind

_CHUNK = 2_000
_FIELDS = (
    *("pk", "position", "previous", "kind", "pledge__slug", "status", "step", "effective_on", "looked_until"),
    *("published_at", "headline_digest", "explanation_digest", "statement_digest", "proposed_by", "published_by"),
    *("second_review", "corrects__position", "reason", "digest", "text__headline", "text__headline_salt"),
    *("text__explanation", "text__explanation_salt", "text__statement", "text__statement_salt"),
)
_EVIDENCE = ("role", "passage__exact", "note", "passage__source__slug", "source_sha256")


def exported(found: StatusUpdateQuerySet) -> list[dict[str, Any]]:
    """Return entries as the download has them: committed fields, digest, and words with their salts.

    ``found`` is in order by position. Takes two queries for however many entries. Words that were withdrawn, and
    their salts, are None.
    """
    rows = list(found.values_list(*_FIELDS, named=True))
    rests_on = defaultdict(list)
    if rows:
        # By the span of positions: SQLite bounds how many keys a query may name.
        span = (rows[0].position, rows[-1].position)
        citations = Citation.objects.filter(update__position__range=span).order_by("pk")
        for key, *values in citations.values_list("update_id", *_EVIDENCE):
            rests_on[key].append(cited(*values))
    return [_exported(row, rests_on[row.pk]) for row in rows]


def _exported(row: Any, rests_on: list[dict[str, str]]) -> dict[str, Any]:
    statement = {}
    if row.kind == EntryKind.PLEDGE:
        statement = {"statement": row.text__statement, "statement_salt": row.text__statement_salt or None}
    return {
        **statement,
        **committed(row, rests_on, pledge=row.pledge__slug, corrects=row.corrects__position),
        "digest": row.digest,
        "headline": row.text__headline if row.text__headline_salt else row.text__headline or None,
        "headline_salt": row.text__headline_salt or None,
        "explanation": row.text__explanation if row.text__explanation_salt else row.text__explanation or None,
        "explanation_salt": row.text__explanation_salt or None,
    }


def entries(*, up_to: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the record in order, as far as a position or all of it."""
    found, after = StatusUpdate.objects.all(), 0
    if up_to is not None:
        found = found.filter(position__lte=up_to)
    while chunk := exported(found.filter(position__gt=after).order_by("position")[:_CHUNK]):
        yield from chunk
        after = chunk[-1]["position"]


def exported_lines(*, up_to: int | None = None) -> Iterator[str]:
    """Yield the record as record.ndjson has it, an entry a line, as far as a position or all of it."""
    for entry in entries(up_to=up_to):
        yield json.dumps(entry, ensure_ascii=False) + "\n"
