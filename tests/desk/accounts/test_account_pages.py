"""The pages and emails of the log-in library speak as the rest of the site does."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.test import Client

from tests.desk.conftest import PASSWORD, code_now, log_in, signed_in

LIBRARY = Path(allauth.__file__).parent / "templates"
OURS = Path(settings.BASE_DIR) / "templates"
APPS = ("account", "mfa", "usersessions")
_STRING = re.compile(r"{%-? (?:trans|translate) [\"'](.*?)[\"']|{% blocktrans[^%]*%}(.*?){%", re.S)
pytestmark = pytest.mark.once


def strings(path: Path) -> list[str]:
    """The words of a template of the library that a person would read."""
    found = (one or other for one, other in _STRING.findall(path.read_text(encoding="utf-8")))
    return [words for words in (" ".join(text.split()) for text in found) if words]


OUR_WORDS = " ".join(path.read_text(encoding="utf-8") for app in APPS for path in (OURS / app).rglob("*.*"))
STOCK = {
    words
    for app in APPS
    for path in (LIBRARY / app).rglob("*.*")
    for words in strings(path)
    if len(words.split()) > 1 and words not in OUR_WORDS
}
"""Phrases of the library that none of our templates has."""


def check(answer, *, status: int = 200) -> str:
    """Assert that a page has no phrase of the library and no template of it that has words; return its heading."""
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == status
    assert not [words for words in STOCK if words in page]
    for template in answer.templates:
        source = Path(str(template.origin))
        assert not source.is_relative_to(LIBRARY) or not strings(source), template.name
    assert "<title>Your account ·" not in page, "each page has a title of its own"
    assert "placeholder=" not in page
    return re.sub(r"<[^>]*>", "", re.search(r"<h1[^>]*>(.*?)</h1>", page)[1]).strip()


def test_there_is_something_to_find():
    assert {"Confirm Access", "Change Password", "Please reauthenticate to safeguard your account."} <= STOCK


def test_pages_before_a_person_has_signed_in(mary):
    client = Client()
    assert check(client.get("/accounts/login/")) == "Sign in to the desk"
    assert check(client.post("/accounts/login/", {"login": "mary", "password": "wrong"})) == "Sign in to the desk"
    assert check(client.get("/accounts/signup/")) == "Accounts are by invitation"
    assert check(client.get("/accounts/inactive/")) == "This account is closed"
    assert check(client.get("/accounts/password/reset/")) == "Reset your password"
    assert check(client.get("/accounts/password/reset/done/")) == "Check your email"
    assert check(client.get("/accounts/password/reset/key/done/")) == "Your password is saved"
    assert check(client.get("/accounts/password/reset/key/1-wrong/")) == "This link does not work"
    assert check(client.get("/accounts/confirm-email/")) == "Check your email"
    assert check(client.get("/accounts/confirm-email/wrong/")) == "This link does not work"


def test_the_first_password_is_chosen_and_a_later_one_is_new(mary):
    first = ("Choose a password", "Password")
    for last_login, (heading, label) in ((None, first), (mary.date_joined, ("Choose a new password", "New password"))):
        mary.last_login = last_login
        mary.save()
        path = f"/accounts/password/reset/key/{user_pk_to_url_str(mary)}-{default_token_generator.make_token(mary)}/"
        page = Client().get(path, follow=True)
        assert check(page) == heading
        assert [field.label for field in page.context["form"]] == [label, f"{label} again"]


def test_the_code_is_asked_for_at_sign_in(mary):
    client = Client()
    client.post("/accounts/login/", {"login": "mary.somerville", "password": PASSWORD})
    assert check(client.get("/accounts/2fa/authenticate/")) == "Enter your code"
    page = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert check(page) == "Enter your code"
    assert "Enter the code that your app shows now" in page.content.decode()


def test_confirming_who_one_is(mary):
    key = {"name": "Phone", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
    client = Client()
    client.force_login(mary)
    assert check(client.get("/accounts/reauthenticate/")) == "Confirm it is you"
    assert check(client.get("/accounts/2fa/reauthenticate/")) == "Confirm it is you"
    Authenticator.objects.create(user=mary, type="webauthn", data=key)
    assert "passkey" in client.get("/accounts/reauthenticate/").content.decode()


def test_pages_of_an_account(mary):
    client = signed_in(mary)
    RecoveryCodes.activate(mary)
    key = Authenticator.objects.create(
        user=mary, type="webauthn", data={"name": "Phone", "credential": {"clientExtensionResults": {}}}
    )
    own = EmailAddress.objects.create(user=mary, email="mary@example.org", verified=True, primary=True)
    other = EmailAddress.objects.create(user=mary, email="other@example.org")
    headings = {
        "2fa/": "Second factor",
        "2fa/totp/deactivate/": "Turn off the authenticator app",
        "2fa/recovery-codes/": "Recovery codes",
        "2fa/recovery-codes/generate/": "Get new recovery codes",
        "2fa/webauthn/": "Passkeys and security keys",
        f"2fa/webauthn/keys/{key.pk}/edit/": "Rename this key",
        f"2fa/webauthn/keys/{key.pk}/remove/": "Remove “Phone”",
        "sessions/": "Where you are signed in",
        "email/": "Email addresses",
        "password/change/": "Change your password",
        "logout/": "Sign out",
        f"confirm-email/{EmailConfirmationHMAC(other).key}/": "Confirm your email address",
    }
    for path, heading in headings.items():
        assert check(client.get(f"/accounts/{path}")) == heading, path
    assert own.primary


def test_pages_of_a_new_account(mary):
    Authenticator.objects.all().delete()
    client = signed_in(mary)
    assert check(client.get("/accounts/2fa/")) == "Second factor"
    assert check(client.get("/accounts/2fa/totp/activate/")) == "Set up an authenticator app"
    assert check(client.get("/accounts/2fa/webauthn/")) == "Passkeys and security keys"
    assert check(client.get("/accounts/2fa/webauthn/add/")) == "Add a passkey or security key"
    assert check(client.get("/accounts/email/")) == "Email addresses"
    mary.set_unusable_password()
    mary.save()
    assert check(signed_in(mary).get("/accounts/password/set/")) == "Choose a password"


def test_emails_about_an_account(mary, mailoutbox):
    mary.email = "mary@example.org"
    mary.save()
    EmailAddress.objects.create(user=mary, email=mary.email, verified=True, primary=True)
    Client().post("/accounts/password/reset/", {"email": mary.email})
    Client().post("/accounts/password/reset/", {"email": "nobody@example.org"})
    client = Client()
    log_in(client, code_now())
    data = {"oldpassword": PASSWORD, "password1": "another long sentence", "password2": "another long sentence"}
    client.post("/accounts/password/change/", data)
    assert {message.subject for message in mail.outbox} == {
        "Reset your password",
        "There is no account with this address",
        "Your password was changed",
    }
    for message in mail.outbox:
        words = " ".join(f"{message.subject} {message.body}".split())
        assert not [phrase for phrase in STOCK if phrase in words]


def test_every_template_of_the_library_that_has_words_has_one_of_ours():
    never_shown = re.compile(
        r"phone|signup|login_code|confirm_code|reset_code|trust|email_change\.|snippets/|verification_code"
    )
    missing = [
        path.relative_to(LIBRARY).as_posix()
        for app in APPS
        for path in (LIBRARY / app).rglob("*.*")
        if strings(path) and not (OURS / path.relative_to(LIBRARY)).exists()
    ]
    assert not [name for name in missing if not never_shown.search(name)], (
        "not asked for here: settings.ACCOUNT_*, MFA_*"
    )


@pytest.mark.django_db
def test_where_no_email_leaves_nobody_is_asked_for_an_address_to_send_a_link_to(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    page = client.get("/accounts/password/reset/").content.decode()
    assert "This site cannot send email. Ask an admin for a link" in page
    assert "Send the link" not in page
