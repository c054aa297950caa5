"""Sessions and factors: each code once, a new session at log-in, gone at once with the log-out."""

import datetime as dt

import pytest
import time_machine
from django.conf import global_settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from tests.desk.conftest import PASSWORD, code_now, log_in
from tests.factories import person
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.models import AuditLogEntry

pytestmark = [pytest.mark.django_db, pytest.mark.once]


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
    assert [one.what for one in AuditLogEntry.objects.order_by("pk")] == ["signed in", "signed out"]


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


def test_how_one_gets_in_is_changed_only_after_asking_again(mary):
    client = Client()
    log_in(client, code_now())
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        for address in ("/accounts/2fa/recovery-codes/generate/", "/accounts/2fa/totp/deactivate/"):
            answer = client.post(address)
            assert "/reauthenticate/" in answer["Location"], address


def test_a_log_in_lasts_a_working_day(mary):
    client = Client()
    log_in(client, code_now())
    assert client.session.get_expire_at_browser_close()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=11)):
        assert client.get("/desk/").status_code == 200
    with time_machine.travel(timezone.now() + dt.timedelta(hours=13)):
        assert client.get("/desk/").status_code == 302


def test_a_log_out_clears_what_the_browser_keeps(mary):
    client = Client()
    log_in(client, code_now())
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache", "storage"'


def test_what_fails_is_logged_without_who_it_was(mary, caplog):
    Client().post("/accounts/login/", {"login": "mary.somerville", "password": "wrong"})
    assert "A sign-in failed." in caplog.text
    assert "mary" not in caplog.text
    editor = Client()
    editor.force_login(person("Ada", DeskRole.EDITOR))
    editor.get("/desk/people/")
    assert "Forbidden" in caplog.text


@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("Pledge-Record-2026!", False),
        ("casey-audit-12345", False),
        ("the pledge that nobody kept in May", True),
        ("12 shorts", False),
        ("password1234", False),
        ("x" * 64 + " and words", True),
        ("ünïcode Zeichen sind gut", True),
        ("mary.somerville1", False),
    ],
)
def test_which_passwords_are_taken(mary, password, taken):
    try:
        validate_password(password, mary)
    except ValidationError:
        assert not taken
    else:
        assert taken


@pytest.mark.slow
def test_a_password_is_kept_by_a_slow_digest_exactly_as_it_was_typed(settings):
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # the suite has a fast one
    kept = make_password("  Two blanks, Ünïcode, CASE  ")
    assert kept.startswith("pbkdf2_sha256$")
    assert int(kept.split("$")[1]) >= 600_000
    assert check_password("  Two blanks, Ünïcode, CASE  ", kept)
    assert not check_password("Two blanks, Ünïcode, CASE", kept)
    assert not check_password("  two blanks, ünïcode, case  ", kept)


def test_no_log_in_leads_to_another_site(mary):
    for target in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", "https:evil"):
        client = Client()
        client.post(
            f"/accounts/login/?next={target}", {"login": "mary.somerville", "password": PASSWORD, "next": target}
        )
        cache.clear()
        answer = client.post("/accounts/2fa/authenticate/", {"code": code_now()})
        assert answer["Location"].startswith("/desk/"), target


def test_a_session_can_not_be_guessed(mary):
    keys = set()
    for _ in range(20):
        client = Client()
        client.force_login(mary)
        keys.add(client.session.session_key)
    assert len(keys) == 20
    assert {len(key) for key in keys} == {32}
    assert len(set("".join(keys))) == 36, "more than 160 bits"


def test_who_guesses_is_told_to_wait(mary):
    cache.clear()
    client = Client()
    answers = [client.post("/accounts/login/", {"login": "mary.somerville", "password": "wrong"}) for _ in range(40)]
    refused = [one for one in answers if one.status_code == 429]
    assert refused, "in the end"
    assert "Try again in a few minutes" in refused[0].content.decode()
    assert refused[0]["Retry-After"] == "300"
    assert client.get("/").status_code == 200
    cache.clear()
    assert log_in(client, code_now())["Location"] == "/desk/", "nobody is locked out"
