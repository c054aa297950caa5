"""Verify the record: the whole chain, the words it commits to, and the passages against the held texts."""

import base64
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tracker.pledges.chain import FIRST, committed, entry_digest, instant, statement_text, text_digest
from tracker.pledges.models import EntryText, Pledge, StatusUpdate
from tracker.pledges.stating import FACTS, RELATED, changed_facts, facts_of
from tracker.pledges.statuses import EntryKind
from tracker.sources.matching import mismatch
from tracker.sources.models import Passage

_CHUNK = 500
TEXTS = ("headline", "explanation", "statement")
"""The words that an entry commits to by salted digests."""


@dataclass(frozen=True)
class Problem:
    """What is wrong, and at which position of the record; position 0 is no entry's."""

    position: int
    message: str

    def __str__(self) -> str:
        return f"Entry {self.position}: {self.message}" if self.position else self.message


def exported(entry: StatusUpdate) -> dict[str, Any]:
    """Return an entry as the downloaded record has it: committed fields, digest, and its words with their salts."""
    text = entry.text
    statement = {}
    if entry.kind == EntryKind.PLEDGE:
        statement = {"statement": text.statement, "statement_salt": text.statement_salt or None}
    return statement | {
        **committed(entry, entry.citations.all(), corrects=entry.corrects.position if entry.corrects else None),
        "digest": entry.digest,
        "headline": text.headline if text.headline_salt else None,
        "headline_salt": text.headline_salt or None,
        "explanation": text.explanation if text.explanation_salt else None,
        "explanation_salt": text.explanation_salt or None,
    }


def entries(*, after: int = 0) -> Iterator[StatusUpdate]:
    """Yield the record in order, in chunks by position, so that no read holds a writer up."""
    while chunk := list(StatusUpdate.objects.filter(position__gt=after).in_order()[:_CHUNK]):
        yield from chunk
        after = chunk[-1].position


def exported_lines(*, up_to: int | None = None) -> Iterator[str]:
    """Yield the record as record.ndjson has it, an entry a line; as far as a position, or all of it."""
    for entry in entries():
        if up_to is not None and entry.position > up_to:
            return
        yield json.dumps(exported(entry), ensure_ascii=False) + "\n"


def verify_chain() -> Iterator[Problem | int]:
    """Yield the position of each entry that holds; stop at the first that does not, yielding its Problem.

    Whatever comes after a broken entry proves nothing. An empty record holds.
    """
    position, previous = 0, FIRST
    withdrawals = StatusUpdate.objects.filter(kind=EntryKind.LEGAL_WITHDRAWAL)
    blanked: set[int | None] = set(withdrawals.values_list("corrects__position", flat=True))
    published_at: dt.datetime | None = None
    for entry in entries():
        if message := _broken(entry, position + 1, previous, published_at, blanked):
            yield Problem(position + 1, message)
            return
        position, previous, published_at = entry.position, entry.digest, entry.published_at
        yield position


def _broken(
    entry: StatusUpdate, position: int, previous: str, published_at: dt.datetime | None, blanked: set[int | None]
) -> str:
    if entry.position != position:
        return f"it is missing; the next entry is {entry.position}."
    if entry.previous != previous:
        return "it does not follow the entry before: the digest of that one differs."
    fields = committed(entry, entry.citations.all(), corrects=entry.corrects.position if entry.corrects else None)
    if entry_digest(fields) != entry.digest:
        return "its fields are not those that its digest was made from."
    if published_at and entry.published_at < published_at:
        return f"it was published before the entry before it ({instant(published_at)})."
    try:
        text = entry.text
    except EntryText.DoesNotExist:
        return "its text is missing."
    for name in TEXTS:
        words, salt = getattr(text, name), getattr(text, f"{name}_salt")
        if name == "statement":
            if entry.kind != EntryKind.PLEDGE:
                if words or salt:
                    return "it has a statement that it does not commit to."
                continue
            words = statement_text(words) if words else ""
        if not salt and not words and position in blanked:
            continue  # withdrawn for legal reasons, and the record says so
        if text_digest(words, salt) != getattr(entry, f"{name}_digest"):
            return f"its {name} is not the one that it was published with."
    return ""


def verify_passages() -> Iterator[Problem]:
    """Yield a Problem for each passage whose words do not stand in the held text of its source."""
    for passage in (
        Passage.objects.filter(source__held=True, start__isnull=False).select_related("source").iterator(200)
    ):
        if passage.start is None or passage.end is None:
            continue
        if difference := mismatch(passage.source.text, passage.start, passage.end, passage.exact):
            yield Problem(0, f"Passage {passage.pk} of “{passage.source}”: {difference}")


def verify_pledges() -> Iterator[Problem]:
    """Yield a Problem for each pledge that is not what the record last said of it: somebody went past the record."""
    for pledge in Pledge.objects.select_related(*RELATED).prefetch_related("bodies", "replaces").iterator(200):
        entry = pledge.updates.in_order().filter(kind=EntryKind.PLEDGE).last()
        if entry is None:
            yield Problem(0, f"Pledge “{pledge.slug}” was never stated on the record.")
            continue
        stated = entry.text.statement
        if stated is None:
            continue  # withdrawn for legal reasons
        names = [FACTS[name] for name in changed_facts(stated, facts_of(pledge))]
        if names:
            yield Problem(entry.position, f"pledge “{pledge.slug}” now differs from it in: {', '.join(names)}.")
        cited = {(one.passage_id, one.role, one.note) for one in entry.citations.all()}
        if cited != set(pledge.citations.values_list("passage_id", "role", "note")):
            yield Problem(entry.position, f"pledge “{pledge.slug}” now rests on other passages than it.")


def verify_known_head(checkpoint: str) -> Problem | None:
    """Say whether today's record extends the one of a head that somebody saved (C2SP checkpoint, heads.py).

    Returns None where it does. Its signature is not looked at: who saved it knows where it came from.
    """
    lines = checkpoint.splitlines()
    try:
        position, digest = int(lines[1]), base64.b64decode(lines[2], validate=True).hex()
    except (IndexError, ValueError):
        return Problem(0, "This is no checkpoint: three lines are expected, the origin, the size and the digest.")
    if position == 0:
        return None
    entry = StatusUpdate.objects.filter(position=position).first()
    if entry is None:
        return Problem(position, "the saved head has this entry, the record of today does not reach it.")
    if entry.digest != digest:
        return Problem(position, "the saved head has another digest: the record was rewritten at or before it.")
    return None
