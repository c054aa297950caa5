"""Encrypt what the database keeps and nobody may read there. The key follows from SECRET_KEY.

Fernet (AES-128-CBC with HMAC-SHA-256) under a key that HKDF (RFC 5869) makes of SECRET_KEY, one for each purpose. What
was encrypted under a key of SECRET_KEY_FALLBACKS is still read; ``renew`` encrypts it under the present one.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class DecryptionError(Exception):
    """The text is not encrypted under any key of this installation."""


def encrypt(text: str, *, purpose: str) -> str:
    """Return a text, encrypted and authenticated, as ASCII."""
    return _keys(purpose).encrypt(text.encode()).decode("ascii")


def decrypt(token: str, *, purpose: str) -> str:
    """Return the text of a token. Raises DecryptionError where no key of this installation fits."""
    try:
        return _keys(purpose).decrypt(token.encode()).decode()
    except (InvalidToken, UnicodeError) as error:
        raise DecryptionError("No key of this installation fits: see SECRET_KEY_FALLBACKS.") from error


def renew(token: str, *, purpose: str) -> str:
    """Return a token with the same text, encrypted under the present key. Raises DecryptionError."""
    return encrypt(decrypt(token, purpose=purpose), purpose=purpose)


def _keys(purpose: str) -> MultiFernet:
    return MultiFernet([_key(secret, purpose) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str, purpose: str) -> Fernet:
    key = HKDF(SHA256(), length=32, salt=None, info=f"tracker {purpose}".encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
