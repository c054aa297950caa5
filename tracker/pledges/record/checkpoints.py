"""The head of the record, signed: what others keep, so that nobody can rewrite the whole chain unnoticed.

The layout is a C2SP signed note (https://c2sp.org/signed-note) with the body of a checkpoint
(https://c2sp.org/tlog-checkpoint): origin, size, base64 of the digest.

There are two, of two names, so that nobody takes one for the other. That of the chain has the digest of the last entry
as its "root hash". That of the log, whose name ends in /log, has the root of the Merkle tree (tree.py).
"""

import base64
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

from tracker.pledges.record.hash_chain import GENESIS_DIGEST, format_timestamp
from tracker.pledges.record.links import last_link
from tracker.pledges.witness.signed_notes import SIGNATURE, VerifierKey, read_or_create_key

if TYPE_CHECKING:  # a worker that signs nothing is spared the library
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


@dataclass(frozen=True)
class Head:
    """How far the record goes: its last position (0: empty), that entry's digest and instant of publication."""

    position: int
    digest: str
    published_at: str


def current_head() -> Head:
    """Return the head of the record as it is now."""
    last = last_link()
    return (
        Head(last.position, last.digest, format_timestamp(last.published_at)) if last else Head(0, GENESIS_DIGEST, "")
    )


def head_as_json() -> dict[str, Any]:
    """Return the signed head as programs read it, at /.well-known/record-head.json and in the API."""
    now = current_head()
    return {
        "origin": settings.RECORD_ORIGIN,
        "size": now.position,
        "digest": now.digest,
        "published_at": now.published_at or None,
        "checkpoint": checkpoint(now),
        "verifier_key": verifier_key(),
    }


def checkpoint(of: Head) -> str:
    """Return a head as a signed note."""
    return _signed_note(settings.RECORD_ORIGIN, of.position, bytes.fromhex(of.digest))


def verifier_key() -> str:
    """Return the public key in the form of a signed note's verifier: name+hash+key."""
    return str(_verifier_key(settings.RECORD_ORIGIN, _key()))


def log_origin() -> str:
    """Return the name of the log, the Merkle tree over the record, as monitors and witnesses know it."""
    return f"{settings.RECORD_ORIGIN}/log"


def log_checkpoint(size: int, root: bytes) -> str:
    """Return the root of the tree of the first ``size`` entries as a signed note."""
    return _signed_note(log_origin(), size, root)


def log_verifier_key() -> str:
    """Return the log’s public key, in the form of a signed note's verifier."""
    return str(_verifier_key(log_origin(), _key()))


def sign_entry(position: int, digest: str, account: int | None) -> str:
    """Return the signature of an entry together with the account that published it: 64 bytes in base64."""
    return base64.b64encode(_key().sign(entry_message(position, digest, account))).decode()


def entry_message(position: int, digest: str, account: int | None) -> bytes:
    """Return what is signed of an entry. It is no head: the second line of one is a number."""
    return f"pledge-record-entry/1\nentry {position}\n{digest}\naccount {account or '-'}\n".encode()


def record_public_key() -> "Ed25519PublicKey":
    """Return the key with which heads and entries of this installation are verified."""
    return _key().public_key()


def encode_hash(hashed: bytes) -> str:
    """Return a hash as heads and proofs have it: in base64."""
    return base64.b64encode(hashed).decode()


def _signed_note(name: str, size: int, digest: bytes) -> str:
    return _sign_note(_key(), f"{name}\n{size}\n{encode_hash(digest)}\n", name)


@lru_cache(maxsize=64)
def _sign_note(key: "Ed25519PrivateKey", body: str, name: str) -> str:
    """Sign a head. Who signs it again says the same (RFC 8032), so that it is kept."""
    signature = base64.b64encode(_verifier_key(name, key).id + key.sign(body.encode())).decode()
    return f"{body}\n— {name} {signature}\n"


@lru_cache(maxsize=8)
def _verifier_key(name: str, key: "Ed25519PrivateKey") -> VerifierKey:
    return VerifierKey(name, SIGNATURE, key.public_key().public_bytes_raw())


def _key() -> "Ed25519PrivateKey":
    """Return the signing key, made on first use and kept beside the secret key, readable by its owner alone."""
    return read_or_create_key(settings.DATA_DIR / "record_key")
