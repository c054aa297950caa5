"""Desk users, and ways to be one of them."""

import base64
import hashlib
import hmac
import struct
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client

from tests.factories import person


def signed_in(user) -> Client:
    """A client of somebody who has just shown who they are."""
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


PASSWORD = "a long and quiet sentence"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_now() -> str:
    """The six digits of RFC 6238 for now."""
    return code_for(SECRET)


def code_for(secret: str) -> str:
    """The six digits that an app with this secret shows now."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


@pytest.fixture
def mary(db):
    """Somebody with a password and an authenticator app."""
    cache.clear()  # which codes were used, by the key of a person: another test's person may have had the same
    user = person("Mary Somerville", second_factor=False)
    user.set_password(PASSWORD)
    user.save()
    TOTP.activate(user, SECRET)
    return user


def log_in(client: Client, code: str):
    client.post("/accounts/login/", {"login": "mary.somerville", "password": PASSWORD})
    return client.post("/accounts/2fa/authenticate/", {"code": code})
