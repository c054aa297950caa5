"""Who published an entry, signed with the key of this installation: one that was put in past the desk has none.

The signatures are beside the record, outside of format 1: digests and heads do not depend on them. Where signing began
is kept in a file of DATA_DIR, out of reach of anyone who can only write to the database.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db.models import Min

from tracker.core.files.secret_files import read_or_create_secret
from tracker.pledges.models import EntrySignature, FactsEntry, RecordEntry
from tracker.pledges.record.checkpoints import entry_message, record_public_key, sign_entry
from tracker.pledges.record.links import last_link
from tracker.pledges.witness.signed_notes import VerifierKey

if TYPE_CHECKING:  # a worker that signs nothing is spared the library
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_CHUNK = 2_000
_MAX_PROBLEMS = 10


def add_signature(entry: RecordEntry, account: int | None) -> None:
    """Sign an entry that was just written. Called with each, within its transaction."""
    read_or_create_secret(_first_signed(), lambda: str(entry.position).encode())
    signature = sign_entry(entry.position, entry.digest, account)
    EntrySignature(update=entry, account=account, signature=signature).save(force_insert=True)


def sign_facts(entry: FactsEntry) -> None:
    """Sign an entry of facts that is about to be written."""
    read_or_create_secret(_first_signed(), lambda: str(entry.position).encode())
    entry.signature = sign_entry(entry.position, entry.digest, entry.account)


def first_signed() -> int | None:
    """Return from which position on entries are signed; None: none is."""
    rows = (EntrySignature.objects.aggregate(first=Min("update__position"))["first"],
            FactsEntry.objects.aggregate(first=Min("position"))["first"])  # fmt: skip
    row: int | None = min((first for first in rows if first), default=None)
    try:
        noted = int(_first_signed().read_text(encoding="ascii"))
    except (OSError, ValueError):
        return row
    return noted if row is None else min(noted, row)


def describe_signed(last: int) -> str:
    """Return, in a sentence, which entries up to a position are signed by who published them."""
    first = first_signed()
    if first is None or first > last:
        return "None is signed: they are from before entries were."
    before = f" Those before, up to {first - 1}, are from before entries were." if first > 1 else ""
    return f"Entries {first} to {last} are signed with the account that published them.{before}"


def signature_lines(*, up_to: int | None = None) -> Iterator[str]:
    """Yield what signatures.ndjson has, a line for each entry that is signed (docs/record-format.md)."""
    for row in signed_rows():
        if up_to is not None and row.position > up_to:
            return
        if row.signature is not None:
            yield json.dumps({"position": row.position, "account": row.account, "signature": row.signature}) + "\n"


class SignedRow(NamedTuple):
    """An entry with who published it; ``signature`` is None where it has none."""

    position: int
    digest: str
    account: int | None
    signature: str | None


def signed_rows(*, after: int = 0) -> Iterator[SignedRow]:
    """Yield each entry from the first that is signed."""
    first = first_signed()
    if first is None:
        return
    after, last = max(after, first - 1), last_link()
    while last and after < last.position:
        span = {"position__range": (after + 1, after + _CHUNK)}
        about_pledges = RecordEntry.objects.filter(**span).values_list(
            "position", "digest", "signature__account", "signature__signature"
        )
        of_facts = FactsEntry.objects.filter(**span).values_list(*SignedRow._fields)
        yield from sorted(map(SignedRow._make, [*about_pledges, *of_facts]))
        after += _CHUNK


def unsigned_entries(*, after: int = 0, key_file: Path | None = None) -> Iterator[tuple[int, str]]:
    """Yield the position of each entry that is not signed as it should be, and what is wrong, in words.

    After ten it ends: a key that was replaced makes all of them wrong. ``key_file`` is the record_key of a backup:
    entries may be signed with that too. Raises OSError where it cannot be read.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    keys = [record_public_key(), *_earlier_keys()]
    if key_file:
        keys.append(Ed25519PrivateKey.from_private_bytes(key_file.read_bytes()).public_key())
    reported = 0
    for row in signed_rows(after=after):
        if message := _problem_of(row, keys):
            yield row.position, message
            reported += 1
        if reported == _MAX_PROBLEMS:
            return


def _problem_of(row: SignedRow, keys: "list[Ed25519PublicKey]") -> str:
    from cryptography.exceptions import InvalidSignature

    if row.signature is None:
        return "it has no signature: it was put into the database past the desk."
    # Who signs it again says the same (RFC 8032), in a third of the time that it takes to verify it.
    if row.signature == sign_entry(row.position, row.digest, row.account):
        return ""
    message = entry_message(row.position, row.digest, row.account)
    for key in keys:
        try:
            key.verify(base64.b64decode(row.signature, validate=True), message)
        except (InvalidSignature, ValueError):
            continue
        return ""
    return (
        "its signature is not that of this installation for that account. If record_key was replaced or is another "
        f"on this machine, write the verifier’s key of the other into {_earlier_keys_file()}."
    )


def _earlier_keys_file() -> Path:
    return Path(settings.DATA_DIR) / "earlier_record_keys"


def _earlier_keys() -> "list[Ed25519PublicKey]":
    """Return the keys of before that the operator wrote down, a verifier’s key a line. Raises NoteError."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        lines = _earlier_keys_file().read_text(encoding="utf-8").split()
    except OSError:
        return []
    return [Ed25519PublicKey.from_public_bytes(VerifierKey.read(line).public) for line in lines]


def _first_signed() -> Path:
    return Path(settings.DATA_DIR) / "signed_from"
