"""From the invitation to the desk without a dead end, and without being asked twice who one is."""

import datetime as dt
import re

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.utils import timezone

from tests.desk.conftest import code_for, code_now, log_in, signed_in
from tracker.desk.models import AuditLogEntry

pytestmark = [pytest.mark.django_db, pytest.mark.once]
INVITED = {"name": "Mary Somerville", "email": "mary@example.org", "role": "Editors"}
PASSWORD = {"password1": "a long and quiet sentence", "password2": "a long and quiet sentence"}


def invitation_on(page: str) -> str:
    return re.search(r'id="link" value="([^"]+)"', page)[1].removeprefix("http://testserver")


def test_without_mail_the_page_shows_the_link_and_it_leads_to_the_desk(edith, settings):
    admin = signed_in(edith)
    answer = admin.post("/desk/people/invite/", INVITED)
    assert (answer.status_code, len(mail.outbox)) == (302, 1)
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    mary = get_user_model().objects.get(email="mary@example.org")
    first = invitation_on(admin.post(f"/desk/people/{mary.pk}/invitation/").content.decode())
    assert AuditLogEntry.objects.filter(what="made a new invitation link for").exists()

    client = Client()
    form = client.get(first, follow=True)
    assert "<h1>Choose a password</h1>" in form.content.decode()
    answer = client.post(form.redirect_chain[-1][0], PASSWORD, follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/2fa/"
    assert "One more step before the desk" in answer.content.decode()
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200, "the password was chosen a moment ago"
    secret = page.context["form"].secret
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)}, follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/2fa/recovery-codes/"
    page = answer.content.decode()
    assert "go to the desk" in page
    assert not re.search(r"\bold\b|no longer", page), "there were no codes before"
    assert client.get("/desk/").status_code == 200
    answer = admin.post(f"/desk/people/{mary.pk}/invitation/", follow=True)
    assert "signed in already" in answer.content.decode()


def test_who_signed_in_a_moment_ago_is_not_asked_again(mary):
    client = Client()
    log_in(client, code_now())
    assert client.get("/accounts/2fa/totp/deactivate/").status_code == 200
    assert client.get("/desk/name/").status_code == 200
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        assert "reauthenticate" in client.get("/desk/name/")["Location"]
    other = Client()
    other.force_login(mary)
    assert "reauthenticate" in other.get("/desk/name/")["Location"]
