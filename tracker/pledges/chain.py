"""The form in which an entry commits to its words: docs/record-format.md, version 1. No database is read here.

An entry's digest is the SHA-256 of the RFC 8785 canonical JSON of its committed fields, which hold the digest of
the entry before. Headline and explanation stand in it as salted digests, so that words can be withdrawn for legal
reasons and the chain still verifies.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import rfc8785

if TYPE_CHECKING:
    from tracker.pledges.models import Citation, StatusUpdate

VERSION = 1
FIRST = "0" * 64
"""What the first entry has in the place of the digest of the entry before."""


def new_salt() -> str:
    """Return 32 random bytes as 64 hexadecimal digits."""
    return secrets.token_hex(32)


def text_digest(text: str, salt: str) -> str:
    """Return the salted SHA-256 of a text, as 64 hexadecimal digits."""
    return _digest({"salt": salt, "text": text})


def statement_text(facts: dict[str, Any]) -> str:
    """Return the facts of a pledge as the text that an entry commits to: their RFC 8785 canonical JSON."""
    return rfc8785.dumps(facts).decode("utf-8")


def instant(value: dt.datetime) -> str:
    """Return an instant as RFC 3339 in UTC with microseconds: 2026-11-24T09:00:00.000000Z."""
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def committed(entry: "StatusUpdate", citations: Iterable["Citation"], *, corrects: int | None) -> dict[str, Any]:
    """Return the committed fields of an entry. ``corrects`` is the position of the entry that it points at."""
    statement = {"statement_digest": entry.statement_digest} if entry.statement_digest else {}
    return statement | {
        "version": VERSION,
        "position": entry.position,
        "previous": entry.previous,
        "kind": str(entry.kind),
        "pledge": entry.pledge.slug,
        "status": str(entry.status),
        "step": entry.step,
        "effective_on": entry.effective_on.isoformat(),
        "looked_until": entry.looked_until.isoformat(),
        "published_at": instant(entry.published_at),
        "headline_digest": entry.headline_digest,
        "explanation_digest": entry.explanation_digest,
        "evidence": [
            {
                "role": str(citation.role),
                "exact": citation.passage.exact,
                "note": citation.note,
                "source": citation.passage.source.slug,
                "source_sha256": citation.source_sha256,
            }
            for citation in citations
        ],
        "proposed_by": entry.proposed_by,
        "published_by": entry.published_by,
        "second_review": entry.second_review,
        "corrects": corrects,
        "reason": entry.reason,
    }


def entry_digest(fields: dict[str, Any]) -> str:
    """Return the digest of an entry's committed fields, as 64 hexadecimal digits."""
    return _digest(fields)


def _digest(value: dict[str, Any]) -> str:
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()
