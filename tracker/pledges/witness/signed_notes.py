"""Signed notes of others: C2SP signed-note, tlog-checkpoint and tlog-cosignature. No database is read here."""

import base64
import hashlib
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.core.files.secret_files import read_or_create_secret

if TYPE_CHECKING:  # a worker that signs nothing is spared the library
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGNATURE, COSIGNATURE = 1, 4
"""What a key of Ed25519 signs, by the first byte of a verifier key: a note, or that it was seen at an instant."""

_DIGITS = r"0|[1-9][0-9]{0,17}"
_NAME = r"[^\s+]+"


class NoteError(ValueError):
    """What is wrong with a signed note or a key."""


@dataclass(frozen=True)
class VerifierKey:
    """A public key with the name of who signs with it."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def read(cls, text: str) -> "VerifierKey":
        """Read a key in the form name+id+key. Raises NoteError."""
        parts = re.fullmatch(rf"({_NAME})\+([0-9a-f]{{8}})\+(\S+)", text)
        raw = decode_base64(parts[3]) if parts else b""
        if parts is None or len(raw) != 33 or raw[0] not in (SIGNATURE, COSIGNATURE):
            raise NoteError("That is no key: name+id+key is expected, for Ed25519.")
        key = cls(parts[1], raw[0], raw[1:])
        if key.id.hex() != parts[2]:
            raise NoteError("The key is not whole: its id is that of another.")
        return key

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"


@dataclass(frozen=True)
class ReadCheckpoint:
    """The head of a log as it came: what was signed, and the lines of signatures."""

    text: str
    origin: str
    size: int
    root: bytes
    signatures: tuple[str, ...]


def read_checkpoint(note: str) -> ReadCheckpoint:
    """Read a signed head, without a look at its signatures. Raises NoteError."""
    text, separator, rest = note.rpartition("\n\n")
    lines, signatures = text.split("\n"), rest.split("\n")
    if not separator or signatures.pop() or not signatures or re.search("[\x00-\x09\x0b-\x1f\x7f]", note):
        raise NoteError("That is no signed note.")
    if len(lines) < 3 or "" in lines or not re.fullmatch(_DIGITS, lines[1], re.ASCII):
        raise NoteError("That is no checkpoint: three lines are expected, the origin, the size and the root hash.")
    root = decode_base64(lines[2])
    if len(root) != 32:
        raise NoteError("The root hash has not 32 bytes.")
    if not all(re.fullmatch(rf"— {_NAME} \S+", line) for line in signatures):
        raise NoteError("A line of a signature is malformed.")
    return ReadCheckpoint(f"{text}\n", lines[0], int(lines[1]), root, tuple(signatures))


def find_signature(signatures: tuple[str, ...], text: str, key: VerifierKey) -> str | None:
    """Return the line with which a key signed a text, or None where there is none.

    Raises NoteError where a line that names the key does not hold.
    """
    for line, raw in _lines_of(signatures, key):
        if not _is_signed(key, text, raw):
            raise NoteError(f"The signature of {key.name} does not hold.")
        return line
    return None


def find_cosignature(signatures: tuple[str, ...], text: str, key: VerifierKey) -> tuple[str, int] | None:
    """Return the line with which a witness cosigned a head and when (seconds since 1970), or None.

    Raises NoteError where a line that names its key does not hold.
    """
    for line, raw in _lines_of(signatures, key):
        seconds = int.from_bytes(raw[:8], "big")
        if not 0 < seconds < 2**63 or not _is_signed(key, _cosigned_text(text, seconds), raw[8:]):
            raise NoteError(f"The cosignature of {key.name} does not hold.")
        return line, seconds
    return None


def cosign(text: str, name: str, key: "Ed25519PrivateKey", seconds: int) -> str:
    """Return the line with which a witness says that it saw a head at an instant (seconds since 1970)."""
    signed = struct.pack(">Q", seconds) + key.sign(_cosigned_text(text, seconds).encode())
    public = VerifierKey(name, COSIGNATURE, key.public_key().public_bytes_raw())
    return f"— {name} {base64.b64encode(public.id + signed).decode()}"


def read_or_create_key(file: Path) -> "Ed25519PrivateKey":
    """Return the private key in a file, made on first use and readable by its owner alone. Raises OSError."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    raw = read_or_create_secret(file, lambda: Ed25519PrivateKey.generate().private_bytes_raw())
    return _private_key(raw)


@lru_cache(maxsize=8)
def _private_key(raw: bytes) -> "Ed25519PrivateKey":
    """Return the key that was read: the same object for the same bytes, which is what signed notes are kept by."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(raw)


def decode_base64(text: str) -> bytes:
    """Return what base64 says. Raises NoteError where it could be written in another way."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise NoteError("That is no base64.") from error
    if base64.b64encode(raw).decode() != text:
        raise NoteError("The base64 can be written in another way.")
    return raw


def _lines_of(signatures: tuple[str, ...], key: VerifierKey) -> Iterator[tuple[str, bytes]]:
    """Yield each line that names a key, with what is signed in it."""
    for line in signatures:
        _, name, signed = line.split(" ")
        raw = decode_base64(signed)
        if name == key.name and raw[:4] == key.id:
            yield line, raw[4:]


def _cosigned_text(text: str, seconds: int) -> str:
    return f"cosignature/v1\ntime {seconds}\n{text}"


def _is_signed(key: VerifierKey, text: str, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
