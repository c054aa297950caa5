"""Asking witnesses to cosign the head of this record, once it has grown, and showing what they signed.

The worker asks, long after a publication has ended: no witness can delay or prevent one.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from tracker.core.keyset import Key, in_chunks
from tracker.pledges.compiled_query import Parameter, compiled_rows
from tracker.pledges.models import Cosignature, Witness
from tracker.pledges.record import checkpoints, tree
from tracker.pledges.record.checkpoints import encode_hash
from tracker.pledges.witness.signed_notes import (
    COSIGNATURE,
    NoteError,
    VerifierKey,
    find_cosignature,
    read_checkpoint,
)
from tracker.sources.documents.fetch import FetchedDocument, FetchRefusedError, fetch

WITNESS_TIMEOUT_SECONDS = 10
_MAX_ANSWER_BYTES = 16_384
_FIRST_PAUSE = dt.timedelta(seconds=30)
_LONGEST_PAUSE = dt.timedelta(hours=6)
MAX_FAILURES = 5
"""After so many in a row the doctor names a witness: the pauses were fifteen minutes together."""


@dataclass(frozen=True)
class WitnessAddress:
    """Where a witness is asked (its submission prefix), and its key."""

    url: str
    key: VerifierKey

    @classmethod
    def read(cls, text: str) -> "WitnessAddress":
        """Read what the setting has: address|key. Raises NoteError."""
        url, _, key_text = text.partition("|")
        key = VerifierKey.read(key_text.strip())
        if key.kind != COSIGNATURE:
            raise NoteError("That is the key of a log. Enter the key of the witness.")
        if urlsplit(url.strip()).scheme not in ("http", "https"):
            raise NoteError("Enter the address of the witness as https://… before its key.")
        return cls(url.strip().rstrip("/"), key)


class UncosignedError(Exception):
    """Why a witness did not cosign; ``is_contradicted``: it knows another record, or a longer one."""

    def __init__(self, words: str, *, is_contradicted: bool = False) -> None:
        super().__init__(words)
        self.is_contradicted = is_contradicted


def with_cosignatures(note: str, size: int, root: bytes) -> str:
    """Return a signed head of the log with what witnesses signed of it. One query."""

    def lines() -> QuerySet[Cosignature, Any]:
        return Cosignature.objects.filter(size=Parameter("size")).order_by("pk").values_list("root", "line")

    rows = compiled_rows("cosignatures", lines, size=size)
    return note + "".join(f"{line}\n" for of_root, line in rows if of_root == root.hex())


def cosigned_size(*, first: int, last: int) -> int | None:
    """Return the largest size between two that a witness cosigned; None where there is none. One query."""

    def sizes() -> QuerySet[Cosignature, Any]:
        return Cosignature.objects.filter(size__lte=Parameter("last")).order_by("-size").values_list("size")[:1]

    for (size,) in compiled_rows("cosigned size", sizes, last=last):
        return int(size) if size >= first else None
    return None


def wrong_cosignatures() -> Iterator[Cosignature]:
    """Yield each cosignature that its witness did not give to a head of this record."""
    for chunk in in_chunks(Cosignature.objects.select_related("witness"), [Key("pk", holds=int)]):
        yield from (row for row in chunk if not _is_given(row))


def _is_given(row: Cosignature) -> bool:
    try:
        root = tree.tree_root(row.size)
        note = read_checkpoint(checkpoints.log_checkpoint(row.size, root) + f"{row.line}\n")
        cosigned = find_cosignature(note.signatures[1:], note.text, VerifierKey.read(row.witness.verifier_key))
    except (NoteError, tree.TreeError):
        return False
    at = int(row.signed_at.timestamp())
    return row.root == root.hex() and cosigned == (row.line, at)


def ask_witnesses() -> Iterator[str]:
    """Ask each witness whose time has come to cosign today's head; yield what is new, in words for the operator."""
    size = tree.tree_size()
    for text in settings.WITNESSES if size else []:
        address = WitnessAddress.read(text)
        witness, _ = Witness.objects.get_or_create(verifier_key=str(address.key))
        if witness.next_try_at > timezone.now():
            continue
        root = tree.tree_root(size)
        if witness.cosignatures.filter(size=size, root=root.hex()).exists():
            continue
        before = witness.problem
        try:
            _ask(address, witness, size, root)
        except UncosignedError as error:
            _note_failure(witness, error)
            if witness.problem != before:
                yield f"{witness}: {witness.problem}"
        else:
            if before:
                yield f"{witness}: it cosigns again."


def _ask(address: WitnessAddress, witness: Witness, size: int, root: bytes) -> None:
    """Ask a witness, a second time where it knows another size than we thought. Raises UncosignedError."""
    # What it said of more entries than there are may be wrong, or settled since: from nothing it says its size again.
    known = witness.known_size if witness.known_size <= size else 0
    answer = _send(address, known, size, root)
    if answer.status == 409:
        witness.known_size = _read_size(answer)
        answer = _send(address, witness.known_size, size, root)
    if answer.status == 422:
        raise UncosignedError("It cosigned another record before, and refuses this one.", is_contradicted=True)
    if answer.status != 200:
        words = {403: "It has another key of this log.", 404: "It does not follow this log."}
        raise UncosignedError(words.get(answer.status, f"It answered with status {answer.status}."))
    try:
        note = read_checkpoint(checkpoints.log_checkpoint(size, root) + answer.content.decode("utf-8"))
        cosigned = find_cosignature(note.signatures, note.text, address.key)
        signed_at = dt.datetime.fromtimestamp(cosigned[1], dt.UTC) if cosigned else None
    except (NoteError, UnicodeDecodeError, OverflowError, ValueError, OSError) as error:
        raise UncosignedError("Its cosignature does not hold.") from error
    if cosigned is None or signed_at is None:
        raise UncosignedError("It answered without a cosignature of its key.")
    Cosignature.objects.get_or_create(
        witness=witness, size=size, root=root.hex(), defaults={"line": cosigned[0], "signed_at": signed_at}
    )
    witness.known_size, witness.failures, witness.problem, witness.is_contradicted = size, 0, "", False
    witness.save()


def _send(address: WitnessAddress, old: int, size: int, root: bytes) -> FetchedDocument:
    if old > size:
        words = f"It cosigned {old} entries, and the record has {size}: entries are missing here."
        raise UncosignedError(words, is_contradicted=True)
    path = tree.consistency_proof(old, size)[2]
    lines = [f"old {old}", *map(encode_hash, path), ""]
    body = "\n".join(lines) + "\n" + checkpoints.log_checkpoint(size, root)
    try:
        return fetch(
            f"{address.url}/add-checkpoint",
            method="POST",
            content=body.encode(),
            max_bytes=_MAX_ANSWER_BYTES,
            seconds=WITNESS_TIMEOUT_SECONDS,
            is_private_allowed=settings.WITNESS_PRIVATE_ADDRESSES,
        )
    except FetchRefusedError as error:
        raise UncosignedError(str(error)) from error


def _read_size(answer: FetchedDocument) -> int:
    size = re.fullmatch(rb"(0|[1-9][0-9]{0,17})\n", answer.content)
    if size is None or answer.content_type.partition(";")[0].strip() != "text/x.tlog.size":
        raise UncosignedError("It knows another size and does not say which.")
    return int(size[1])


def _note_failure(witness: Witness, error: UncosignedError) -> None:
    """Wait twice as long as the last time, six hours at most."""
    pause = min(_FIRST_PAUSE * 2 ** min(witness.failures, 20), _LONGEST_PAUSE)
    witness.failures += 1
    witness.next_try_at = timezone.now() + pause
    witness.problem, witness.is_contradicted = str(error)[:300], error.is_contradicted
    witness.save()
