"""Sessions and factors: each code once, a new session at log-in, gone at once with the log-out."""

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
from tracker.desk.models import Activity

pytestmark = pytest.mark.django_db
PASSWORD = "a long and quiet sentence"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_now() -> str:
    """The six digits of RFC 6238 for now."""
    digest = hmac.new(base64.b32decode(SECRET), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


@pytest.fixture
def mary():
    cache.clear()  # which codes were used, by the key of a person: another test's person may have had the same
    user = person("Mary Somerville", second_factor=False)
    user.set_password(PASSWORD)
    user.save()
    TOTP.activate(user, SECRET)
    return user


def log_in(client: Client, code: str):
    client.post("/accounts/login/", {"login": "mary.somerville", "password": PASSWORD})
    return client.post("/accounts/2fa/authenticate/", {"code": code})


def test_a_password_alone_opens_nothing(mary):
    client = Client()
    answer = client.post("/accounts/login/", {"login": "mary.somerville", "password": PASSWORD})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/desk/")["Location"].startswith("/accounts/login/")


def test_each_code_is_taken_once(mary):
    code = code_now()
    assert log_in(Client(), code)["Location"] == "/desk/"
    second = Client()
    answer = log_in(second, code)
    assert answer.status_code == 200, "the form comes back"
    assert second.get("/desk/").status_code == 302


def test_a_log_in_has_a_new_session_and_a_log_out_ends_it(mary):
    client = Client()
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": "mary.somerville", "password": PASSWORD})
    before = client.session.session_key
    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    after = client.session.session_key
    assert before != after
    thief = Client()
    thief.cookies["sessionid"] = after
    assert thief.get("/desk/").status_code == 200
    client.post("/accounts/logout/")
    assert thief.get("/desk/").status_code == 302
    assert [one.what for one in Activity.objects.order_by("pk")] == ["logged in", "logged out"]


def test_other_sessions_are_listed_and_ended(mary):
    first, second = Client(), Client()
    log_in(first, code_now())
    cache.clear()  # as if half a minute had gone by
    log_in(second, code_now())
    assert second.get("/desk/").status_code == 200
    page = first.get("/accounts/sessions/")
    assert page.status_code == 200
    first.post("/accounts/sessions/")
    assert first.get("/desk/").status_code == 200
    assert second.get("/desk/").status_code == 302
