"""What every answer tells a browser, whoever asks and whatever comes of it."""

import base64
import datetime as dt
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from csp.utils import build_policy
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.desk.conftest import signed_in
from tests.factories import person, stated
from tracker.core import middleware
from tracker.core.middleware import HEADERS
from tracker.desk.accounts.permissions import DeskRole

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PAGES = ["/", "/sources/", "/no-such-page/", "/report/", "/accounts/login/", "/desk/", "/admin/", "/robots.txt",
         "/changes/?month=bad", "/static/public/site.css", "/health/live"]  # fmt: skip
FOR_OTHERS = ["/data/pledges.csv", "/api/v1/pledges", "/feed.atom", "/embed/pledges/about.svg"]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_gives_no_feature_away_and_is_nobodys_resource(client, address):
    stated(slug="about")
    answer = client.get(address)
    for name, value in HEADERS.items():
        assert answer[name] == value, name
    assert answer["X-Content-Type-Options"] == "nosniff"
    if not address.startswith("/static/"):  # files of ours, which no directive of a page applies to
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["X-Frame-Options"] == "DENY"
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("address", FOR_OTHERS)
def test_what_is_for_other_sites_says_so(client, address):
    stated(slug="about")
    assert client.get(address)["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_policy_of_pages_is_that_of_django_csp_and_put_together_once(client, monkeypatch, settings):
    made = []
    monkeypatch.setattr(middleware, "build_policy", lambda: made.append(build_policy()) or made[-1])
    answers = [client.get("/robots.txt")["Content-Security-Policy"] for _ in range(3)]
    assert answers == [build_policy()] * 3
    assert len(made) == 1
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"default-src": ["https://example.org"]}}
    assert "https://example.org" in client.get("/robots.txt")["Content-Security-Policy"]


def test_embeds_alone_may_be_framed(client):
    about = stated(slug="about")
    embed = client.get(f"/embed{about.get_absolute_url()}")
    assert "frame-ancestors *" in embed["Content-Security-Policy"]
    assert "X-Frame-Options" not in embed


def test_with_https_cookies_and_the_browser_are_told(settings, client):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    assert client.get("/").status_code == 301
    assert "includeSubDomains" in client.get("/", secure=True)["Strict-Transport-Security"]
    page = client.get(reverse("account_login"), secure=True)
    assert page.cookies["csrftoken"]["secure"]
    assert page.cookies["csrftoken"]["samesite"] == "Lax"


def test_the_session_is_out_of_reach_of_scripts_and_pages_of_the_desk_are_kept_by_nobody(settings):
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    assert signed_in(person("Ada", DeskRole.EDITOR)).get("/desk/")["Cache-Control"] == "no-store"


def test_a_reader_gets_no_cookie(client):
    stated(slug="about")
    for address in ("/", "/pledges/about/", "/?q=taxi", "/report/", "/data/pledges.csv", "/no-such-page/"):
        assert not client.get(address).cookies, address


def test_who_finds_a_fault_is_told_where_to_go(client, settings):
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    told = client.get("/.well-known/security.txt")
    assert told["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in told.content.decode().splitlines())
    assert fields["Contact"] == "mailto:security@example.org"
    expires = dt.datetime.fromisoformat(fields["Expires"])
    assert dt.timedelta(0) < expires - timezone.now() < dt.timedelta(days=366)
    assert fields["Canonical"].endswith("/.well-known/security.txt")


@pytest.mark.parametrize(
    "address",
    ["/.git/config", "/.env", "/manage.py", "/var/secret_key", "/static/", "/static/../manage.py", "/fixtures/",
     "/tracker/settings.py", "/static/public/", "/..%2fmanage.py"],
)  # fmt: skip
def test_nothing_but_pages_and_files_of_ours_is_served(client, address):
    assert client.get(address).status_code in (404, 400)


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "DELETE", "PUT", "PATCH"])
def test_other_methods_are_refused(client, method):
    stated(slug="about")
    for address in ("/", "/pledges/about/", "/sources/", "/data/pledges.csv", "/api/v1/pledges", "/health/live"):
        answer = client.generic(method, address, headers={"Authorization": "a secret"})
        assert answer.status_code == 405, address
        assert b"a secret" not in answer.content


@pytest.mark.slow
def test_cookies_are_of_this_host_alone(tmp_path):
    """A browser takes a cookie named __Host- only whole, Secure, without Domain and for /."""
    program = (
        "import django; django.setup(); from django.conf import settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_DOMAIN, s.SESSION_COOKIE_PATH, "
        "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    )
    values = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tracker.settings"}
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=django_settings.BASE_DIR, env=values | {"HTTPS": "true"},
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert told.split() == ["__Host-sessionid", "__Host-csrftoken", "None", "/", "True", "True"]


def test_a_form_of_another_site_is_refused():
    ada = person("Ada", DeskRole.EDITOR)
    about = stated()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ada)
    address = reverse("desk:hold_pledge", args=[about.slug])
    assert strict.post(address, {"reason": "Forged"}).status_code == 403
    assert strict.post(address, {"reason": "Forged"}, headers={"Origin": "https://evil.example"}).status_code == 403
    for open_form in ("/report/", "/follow/"):  # these know nobody, so there is nothing to forge
        assert strict.post(open_form, {}).status_code in (200, 422)
    assert not about.holds.exists()


def test_each_script_says_which_bytes_it_is(client):
    """A browser refuses a script that is another: so the digest on the page has to be that of the file."""
    stated()
    page = client.get("/").content.decode()
    scripts = re.findall(r'(?:<script src|content)="/static/([^"]+)" (?:data-)?integrity="sha384-([^"]+)"', page)
    assert page.count("<script src=") == 1
    assert [path for path, _ in scripts] == ["django_htmx/htmx-2.min.js", "public/site.js"], "the first, on demand"
    for path, digest in scripts:
        content = Path(str(finders.find(path))).read_bytes()
        assert base64.b64encode(hashlib.sha384(content).digest()).decode() == digest
