"""Being a witness for others (C2SP tlog-witness): the head of a log is cosigned where it goes on from the last one."""

import hashlib
import re
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tracker.pledges.models import FollowedLog
from tracker.pledges.record.merkle import EMPTY_ROOT, consistent_roots
from tracker.pledges.witness.signed_notes import (
    COSIGNATURE,
    SIGNATURE,
    NoteError,
    ReadCheckpoint,
    VerifierKey,
    cosign,
    decode_base64,
    find_signature,
    read_checkpoint,
    read_or_create_key,
)

if TYPE_CHECKING:  # a worker that signs nothing is spared the library
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MAX_REQUEST_BYTES = 32_768
"""A proof has 63 hashes at most, and a head with many signatures a few kilobytes."""
_MAX_HASHES = 63


class WitnessRefusalError(Exception):
    """Why a head is not cosigned: the HTTP status of tlog-witness, and words or, for 409, the size that is known."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def is_witness() -> bool:
    """Whether this installation is a witness at all."""
    return bool(settings.WITNESS_NAME)


def witness_key() -> VerifierKey:
    """Return the public key of this witness."""
    return VerifierKey(settings.WITNESS_NAME, COSIGNATURE, _private_key().public_key().public_bytes_raw())


def follow(key_text: str, origin: str = "") -> FollowedLog:
    """Cosign the heads of a log from now on; one that was followed before goes on from the last head of then.

    The origin is the name in its key, if not given. Raises NoteError for what is no key of a log.
    """
    key = VerifierKey.read(key_text)
    if key.kind != SIGNATURE:
        raise NoteError("That is the key of a witness. Enter the key of the log.")
    facts = {"verifier_key": str(key), "is_followed": True}
    log, _ = FollowedLog.objects.update_or_create(origin=origin or key.name, defaults=facts)
    return log


def unfollow(origin: str) -> bool:
    """Cosign no more heads of a log. Return whether it was followed. What was cosigned is kept."""
    return bool(FollowedLog.objects.filter(origin=origin, is_followed=True).update(is_followed=False))


def settle(origin: str) -> bool:
    """Take a head that was refused as looked into. Return whether there was one."""
    refused = FollowedLog.objects.filter(origin=origin, refused_at__isnull=False)
    return bool(refused.update(refused_at=None, refused_note="", refused_beside="", is_fork=False))


def cosign_checkpoint(body: bytes) -> str:
    """Answer a request of add-checkpoint with the line of the cosignature. Raises WitnessRefusalError."""
    try:
        old, path, note = _read_request(body)
        checkpoint = read_checkpoint(note)
    except (NoteError, UnicodeDecodeError) as error:
        raise WitnessRefusalError(400, str(error) if isinstance(error, NoteError) else "It is not UTF-8.") from error
    log = FollowedLog.objects.filter(origin=checkpoint.origin, is_followed=True).first()
    if log is None:
        raise WitnessRefusalError(404, "This witness does not follow a log of that origin.")
    try:
        signature = find_signature(checkpoint.signatures, checkpoint.text, VerifierKey.read(log.verifier_key))
    except NoteError as error:
        raise WitnessRefusalError(403, str(error)) from error
    if signature is None:
        raise WitnessRefusalError(403, "The head has no signature of the key of that log.")
    if old > checkpoint.size:
        raise WitnessRefusalError(400, "The old size is larger than that of the head.")
    with transaction.atomic():
        log = FollowedLog.objects.select_for_update().get(pk=log.pk)
        if old != log.size:
            raise WitnessRefusalError(409, str(log.size))
        problem = _find_problem(log, checkpoint, path)
        if not problem:
            return _note_cosigned(log, checkpoint, signature)
        _note_refused(log, checkpoint, signature)
    raise WitnessRefusalError(422, problem)


def cosigned_note(origin_hash: str) -> str | None:
    """Return the last head of a log that was cosigned; None where there is none.

    ``origin_hash`` is the SHA-256 of its origin, in hexadecimal.
    """
    for log in FollowedLog.objects.exclude(note=""):
        if hashlib.sha256(log.origin.encode()).hexdigest() == origin_hash:
            return log.note
    return None


def _read_request(body: bytes) -> tuple[int, list[bytes], str]:
    """Return old size, proof and head of a request. Raises NoteError, UnicodeDecodeError."""
    proof, separator, note = body.decode("utf-8").partition("\n\n")
    first, *lines = proof.split("\n")
    old = re.fullmatch(r"old (0|[1-9][0-9]{0,17})", first, re.ASCII)
    if not separator or old is None or len(lines) > _MAX_HASHES:
        raise NoteError("Three parts are expected: the old size, a proof of up to 63 hashes, and a head.")
    path = [decode_base64(line) for line in lines]
    if any(len(hashed) != 32 for hashed in path):
        raise NoteError("A hash has not 32 bytes.")
    return int(old[1]), path, note


def _find_problem(log: FollowedLog, checkpoint: ReadCheckpoint, path: list[bytes]) -> str:
    """Return why a head does not go on from the last one that was cosigned; empty where it does."""
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        return "A log without an entry has the root of the empty tree."
    if log.size == 0:
        return "The proof from nothing to a log is empty." if path else ""
    known = bytes.fromhex(log.root)
    if consistent_roots(log.size, checkpoint.size, known, path) != (known, checkpoint.root):
        return f"The head does not go on from the one of {log.size} entries that was cosigned before."
    return ""


def _note_cosigned(log: FollowedLog, checkpoint: ReadCheckpoint, signature: str) -> str:
    line = cosign(checkpoint.text, settings.WITNESS_NAME, _private_key(), int(time.time()))
    log.size, log.root, log.cosigned_at = checkpoint.size, checkpoint.root.hex(), timezone.now()
    log.note = f"{checkpoint.text}\n{signature}\n{line}\n"
    log.save(update_fields=["size", "root", "note", "cosigned_at"])
    return line


def _note_refused(log: FollowedLog, checkpoint: ReadCheckpoint, signature: str) -> None:
    """Keep a refused head beside the one that was cosigned: the first, or the first that proves a rewritten record.

    A head of another size proves nothing by itself: anybody can send a head of the log with a proof that is wrong.
    """
    is_fork = log.size == checkpoint.size and log.size > 0
    if not log.size or (log.refused_at and (log.is_fork or not is_fork)):
        return
    log.refused_at, log.is_fork = timezone.now(), is_fork
    log.refused_note, log.refused_beside = f"{checkpoint.text}\n{signature}\n", log.note
    log.save(update_fields=["refused_at", "is_fork", "refused_note", "refused_beside"])


def _private_key() -> "Ed25519PrivateKey":
    """Return the key of this witness, made on first use.

    It is in no backup: a database that was restored has forgotten heads, and the key must not sign beside them.
    """
    return read_or_create_key(settings.DATA_DIR / "witness_key")
