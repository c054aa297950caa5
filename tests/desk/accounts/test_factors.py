"""What allauth tells only once the database has committed: so these tests really commit."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.desk.conftest import PASSWORD, code_now, log_in
from tracker.desk.models import AuditLogEntry


@pytest.mark.slow
def test_a_change_of_how_one_gets_in_ends_the_other_sessions_and_is_told(committed_db, mary, mailoutbox):
    mary.email = "mary@example.org"
    mary.save()
    first, second = Client(), Client()
    log_in(first, code_now())
    cache.clear()
    log_in(second, code_now())
    first.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for change, told in (
        (lambda: first.post("/accounts/2fa/recovery-codes/generate/"), "recovery codes"),
        (
            lambda: first.post(
                "/accounts/password/change/",
                {"oldpassword": PASSWORD, "password1": "another long sentence", "password2": "another long sentence"},
            ),
            "password",
        ),
    ):
        mailoutbox.clear()
        assert change().status_code == 302
        assert first.get("/desk/").status_code == 200
        assert second.get("/desk/").status_code == 302, told
        assert [one.to for one in mailoutbox] == [["mary@example.org"]]
        assert told in mailoutbox[0].body.lower()
        assert AuditLogEntry.objects.latest("pk").what == "changed how they sign in"
        second = Client()
        cache.clear()
        mary.refresh_from_db()
        second.force_login(mary)
        assert second.get("/desk/").status_code == 200


def test_a_mail_server_that_is_gone_does_not_undo_the_change(committed_db, mary, settings, caplog):
    mary.email = "mary@example.org"
    mary.save()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    client = Client()
    log_in(client, code_now())
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.post("/accounts/2fa/recovery-codes/generate/").status_code == 302
    assert "could not be told" in caplog.text
    assert "mary" not in caplog.text
