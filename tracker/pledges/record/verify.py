"""Verify the record: the whole chain, the words it commits to, and the passages against the held texts."""

import base64
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from django.db.models import Q

from tracker.core.keyset import Key, in_chunks, key_spans
from tracker.pledges.choices import EntryKind, FactsKind
from tracker.pledges.derived import count_checks, status_periods
from tracker.pledges.facts.verify import facts_problems
from tracker.pledges.models import Citation, EntryText, FactsEntry, Pledge, RecordEntry
from tracker.pledges.record.export import checked_links, commitments
from tracker.pledges.record.hash_chain import (
    FACTS_VERSION,
    GENESIS_DIGEST,
    entry_digest,
    statement_text,
    text_digest,
)
from tracker.pledges.record.links import last_link, link_at
from tracker.pledges.record.lock import record_lock
from tracker.pledges.record.signatures import unsigned_entries
from tracker.pledges.record.statements import FACTS, changed_facts, facts_between
from tracker.pledges.record.tree import first_difference
from tracker.pledges.search import index, index_check
from tracker.pledges.witness.cosignatures import wrong_cosignatures
from tracker.sources.models import Passage, Source
from tracker.text.matching import mismatch

TEXTS = ("headline", "explanation", "statement")
"""The words that an entry commits to by salted digests."""
_CHUNK = 2_000
"""Entries of one read: a long one would keep others from publishing."""
_PLEDGES_SPAN = 500
_PASSAGES_CHUNK = 100


@dataclass(frozen=True)
class Problem:
    """What is wrong, and at which position of the record; position 0 is no entry's."""

    position: int
    message: str

    def __str__(self) -> str:
        return f"Entry {self.position}: {self.message}" if self.position else self.message


class VerificationError(Exception):
    """A check did not come to its end: nothing can be said about what it would have looked at."""


def verify_chain(*, first: int = 1, last: int | None = None) -> Iterator[Problem | int]:
    """Yield the position of each entry that holds; stop at the first that does not, yielding its Problem.

    Whatever comes after a broken entry proves nothing. An empty record holds. Of the entry ``first`` it is not looked
    at whether it follows the one before.
    """
    end = last_link()
    end_position = min(end.position if end else 0, last or 2**63)
    held = _Held(first - 1, GENESIS_DIGEST, "")
    if first > 1 and (link := link_at(first)):
        held = held._replace(digest=link.previous)
    while held.position < end_position:
        upto = min(held.position + _CHUNK, end_position)
        if after := _end_of_right_span(held, upto):
            yield from range(held.position + 1, upto + 1)
            held = after
            continue
        for step in _verify_each(held, end_position):
            if isinstance(step, Problem):
                yield step
                return
            held = step
            yield held.position
            if held.position >= upto:
                break
        if held.position < upto:  # there are no more
            return


class _Held(NamedTuple):
    """The last entry that holds."""

    position: int
    digest: str
    published_at: str


def _end_of_right_span(held: _Held, upto: int) -> _Held | None:
    """Return the last of the next entries up to a position if each of them has the right digests; else None."""
    for position, previous, digest, published_at, is_right in checked_links(held.position + 1, upto):
        follows = position == held.position + 1 and previous == held.digest and published_at >= held.published_at
        if not (follows and is_right):
            return None
        held = _Held(position, digest, published_at)
    return held if held.position == upto else None


def _verify_each(held: _Held, last: int) -> Iterator[Problem | _Held]:
    """Look at each entry on its own, to say what is wrong with one, or that its words were withdrawn."""
    withdrawals = RecordEntry.objects.filter(kind=EntryKind.LEGAL_WITHDRAWAL)
    blanked: set[int | None] = set(withdrawals.values_list("corrects__position", flat=True))
    strange: set[int | None] = set()
    withdrawn = _last_withdrawals()
    for number, (entry, fields) in enumerate(commitments(after=held.position, up_to=last)):
        if number % _CHUNK == 0:
            strange = _uncommitted_statements(held.position + 1, held.position + _CHUNK)
        message = _link_problems(entry, fields, held)
        if fields["version"] == FACTS_VERSION:
            message = message or _facts_problems(entry, fields, withdrawn)
        else:
            message = message or _text_problems(entry, fields, blanked)
        if not message and held.position + 1 in strange:
            message = "it has a statement that it does not commit to."
        if message:
            yield Problem(held.position + 1, message)
            return
        held = _Held(entry.position, entry.digest, entry.published_at)
        yield held


def _last_withdrawals() -> dict[tuple[str, int], int]:
    """Return, by subject, the position of the last withdrawal for legal reasons: earlier words of it may be gone."""
    rows = FactsEntry.objects.filter(kind=FactsKind.WITHDRAWAL).order_by("position")
    return {(name, key): at for name, key, at in rows.values_list("subject_type", "subject_id", "position")}


def _uncommitted_statements(first: int, last: int) -> set[int | None]:
    """Return the positions, between two, of entries that state no pledge and have a statement all the same."""
    others = EntryText.objects.filter(update__position__range=(first, last)).exclude(update__kind=EntryKind.PLEDGE)
    has_one = Q(statement__isnull=False) | ~Q(statement_salt="")
    return set(others.filter(has_one).values_list("update__position", flat=True))


def _link_problems(entry: Any, fields: dict[str, Any], held: _Held) -> str:
    if entry.position != held.position + 1:
        return f"it is missing; the next entry is {entry.position}."
    if entry.previous != held.digest:
        return "it does not follow the entry before: the digest of that one differs."
    if entry_digest(fields) != entry.digest:
        return "its fields are not those that its digest was made from."
    if entry.published_at < held.published_at:
        return f"it was published before the entry before it ({held.published_at})."
    return ""


def _facts_problems(entry: Any, fields: dict[str, Any], withdrawn: dict[tuple[str, int], int]) -> str:
    if entry.facts is None and not entry.facts_salt:
        about = {"subject_type": entry.subject_type, "subject_id": entry.subject_id}
        since = FactsEntry.objects.filter(kind=FactsKind.WITHDRAWAL, position__gt=entry.position, **about)
        # It may have been withdrawn since the withdrawals were read.
        if withdrawn.get((entry.subject_type, entry.subject_id), 0) > entry.position or since.exists():
            return ""
    elif entry.facts is not None and text_digest(statement_text(entry.facts), entry.facts_salt) == entry.facts_digest:
        return ""
    return "its facts are not those that it was published with."


def _text_problems(entry: Any, fields: dict[str, Any], blanked: set[int | None]) -> str:
    for name in TEXTS:
        if name == "statement" and entry.kind != EntryKind.PLEDGE:
            continue  # only an entry that states a pledge has one
        words, salt = getattr(entry, name), getattr(entry, f"{name}_salt")
        if not words and not salt and (entry.position in blanked or _is_withdrawn(entry.position)):
            continue  # withdrawn for legal reasons, and the record says so
        if name == "statement" and words is not None:
            words = statement_text(words)
        if text_digest(words or "", salt or "") != fields.get(f"{name}_digest"):
            return f"its {name} is not the one that it was published with."
    return ""


def _is_withdrawn(position: int) -> bool:
    """Whether the words of an entry were withdrawn, maybe since the withdrawals were read. One query."""
    return RecordEntry.objects.filter(kind=EntryKind.LEGAL_WITHDRAWAL, corrects__position=position).exists()


def verify_facts() -> Iterator[Problem]:
    """Yield a Problem for whatever readers see otherwise than the last entry about it says (facts/verify.py)."""
    for position, message in facts_problems():
        yield Problem(position, message)


def verify_signatures(*, after: int = 0, key_file: Path | None = None) -> Iterator[Problem]:
    """Yield a Problem for each entry, since entries are signed, that this installation did not sign.

    Raises VerificationError where a key cannot be read.
    """
    try:
        for position, message in unsigned_entries(after=after, key_file=key_file):
            yield Problem(position, message)
    except (OSError, ValueError) as error:
        raise VerificationError(f"A key of entries cannot be read: {error}") from error


def verify_tree() -> Iterator[Problem]:
    """Yield a Problem where the kept tree is not the one over the entries of the record."""
    if difference := first_difference():
        yield Problem(0, f"The tree of the record does not follow from it: {difference}. Run rebuild_tree.")


def verify_cosignatures() -> Iterator[Problem]:
    """Yield a Problem for each kept cosignature that its witness did not give to a head of this record."""
    for row in wrong_cosignatures():
        yield Problem(0, f"The cosignature of {row.witness} over {row.size} entries does not hold for this record.")


def verify_passages() -> Iterator[Problem]:
    """Yield a Problem for each passage whose words are not in the held text of its source."""
    passages = Passage.objects.filter(source__held=True, start__isnull=False)
    for chunk in in_chunks(passages, [Key("pk", holds=int)], size=_PASSAGES_CHUNK):
        # Each text once: a long one has hundreds of passages.
        sources = Source.objects.in_bulk({passage.source_id for passage in chunk})
        for passage in chunk:
            source = sources.get(passage.source_id)
            if source is None or not source.held or passage.start is None or passage.end is None:
                continue  # its text was withdrawn since the passages were read
            if difference := mismatch(source.text, passage.start, passage.end, passage.exact):
                yield Problem(0, f"Passage {passage.pk} of “{source}”: {difference}")


def verify_pledges() -> Iterator[Problem]:
    """Yield a Problem for each pledge that is not what the record last said of it: somebody went past the record."""
    for span in key_spans(Pledge.objects.all(), size=_PLEDGES_SPAN):
        if any(True for _ in _pledge_problems(*span)):
            # One of them may have been stated again between two reads: under the lock nobody writes.
            with record_lock():
                problems = list(_pledge_problems(*span))
            yield from problems


def _pledge_problems(first: int, last: int) -> Iterator[Problem]:
    pledges = list(facts_between(first, last))
    statements = RecordEntry.objects.filter(kind=EntryKind.PLEDGE, pledge__pk__range=(first, last))
    rows = statements.order_by("position").values_list("pledge", "pk", "position", "text__statement", named=True)
    stated = {row.pledge: row for row in rows}
    then = _cited("update", [row.pk for row in stated.values()])
    now = _cited("pledge", [key for key, _, _ in pledges])
    for key, slug, facts in pledges:
        if key not in stated:
            yield Problem(0, f"Pledge “{slug}” was never stated on the record.")
            continue
        entry = stated[key]
        if entry.text__statement is None:
            continue  # withdrawn for legal reasons
        if names := [FACTS[name] for name in changed_facts(entry.text__statement, facts)]:
            yield Problem(entry.position, f"pledge “{slug}” now differs from it in: {', '.join(names)}.")
        if now[key] != then[entry.pk]:
            yield Problem(entry.position, f"pledge “{slug}” now cites other passages than it.")


def verify_standings() -> Iterator[Problem]:
    """Yield a Problem for each pledge that lists show otherwise than the record says, and each count that is wrong."""
    strange = list(status_periods.wrong_periods())
    for pledge in Pledge.objects.filter(pk__in=strange).order_by("slug"):
        yield Problem(0, f"Lists do not show pledge “{pledge.slug}” as the record has it: run rebuild_standings.")
    for wrong in count_checks.wrong_counts():
        yield Problem(
            0, f"The pledges of {wrong} are counted otherwise than the record has it: run rebuild_standings."
        )


def verify_search() -> Iterator[Problem]:
    """Yield a Problem where search finds something else than the record says, or by other words."""
    if index.is_outdated():
        yield Problem(0, "The search index was made by another version of the program: run rebuild_search.")
        return
    for address in index_check.differences():
        yield Problem(0, f"Search has {address} otherwise than the record says: run rebuild_search.")


DERIVED = (
    verify_tree,
    verify_cosignatures,
    verify_pledges,
    verify_standings,
    verify_search,
    verify_passages,
    verify_facts,
)
"""The checks of what is beside the chain. None depends on another one."""


def verify_derived() -> Iterator[Problem]:
    """Yield a Problem for each row beside the chain that does not follow from it or from the held texts."""
    return chain.from_iterable(check() for check in DERIVED)


def _cited(claim: str, keys: list[int]) -> dict[int, set[tuple[int, str, str]]]:
    """Return the citations of each claim, a pledge or an update: passage, role and note."""
    citations: dict[int, set[tuple[int, str, str]]] = defaultdict(set)
    rows = Citation.objects.filter(**{f"{claim}__in": keys}).values_list(claim, "passage", "role", "note")
    for key, passage, role, note in rows:
        citations[key].add((passage, role, note))
    return citations


def verify_known_head(checkpoint: str) -> Problem | None:
    """Check that today's record extends the one of a saved head (C2SP checkpoint, record/checkpoints.py).

    Returns None if it does. The signature is not checked: the person who saved it knows where it came from.
    """
    lines = checkpoint.splitlines()
    try:
        position, digest = int(lines[1]), base64.b64decode(lines[2], validate=True).hex()
    except (IndexError, ValueError):
        return Problem(0, "This is no checkpoint: three lines are expected, the origin, the size and the digest.")
    if position == 0:
        return None
    entry = link_at(position)
    if entry is None:
        return Problem(position, "the saved head has this entry, the record of today does not reach it.")
    if entry.digest != digest:
        return Problem(position, "the saved head has another digest: the record was rewritten at or before it.")
    return None
