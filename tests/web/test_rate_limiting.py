"""Who asks too often is told when to go on, and nobody else is held up."""

import pytest
import time_machine
from django.core.cache import cache
from django.test import RequestFactory

from tests.factories import stated
from tracker.web.rate_limiting import client_key as digest

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NOW = "2026-11-24T12:00:30Z"


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.READ_LIMITS = {"search": 3, "download": 3, "package": 3, "api": 3}
    cache.clear()


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("/?q=taxi", False),
        ("/pictures/?status=delivered", False),
        ("/compare/?a=one", False),
        ("/themes/theme/?happened_by=2026-11-01", False),
        ("/reviews/?happened_by=2026-11-01", False),
        ("/changes/?happened_by=2026-11-01", False),
        ("/data/pledges.csv", True),
        ("/data/package.zip", True),
        ("/api/v1/pledges", True),
    ],
)
def test_the_fourth_in_a_minute_is_told_when_to_go_on(client, address, plain):
    stated()
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(3):
            answer = client.get(address)
            assert answer.status_code == 200
            answer.close()
        refused = client.get(address)
        assert refused.status_code == 429
        assert refused["Retry-After"] == "30"
        assert refused["Cache-Control"] == "no-store"
        assert refused["Content-Type"].startswith("text/plain" if plain else "text/html")
        assert "30 s" in refused.content.decode()
        other = client.get(address, REMOTE_ADDR="192.0.2.9")
        clock.shift(30)
        later = client.get(address)
        assert (other.status_code, later.status_code) == (200, 200), "another client is not held up, nor this one"
        other.close()
        later.close()


def test_reading_pages_is_never_counted(client):
    about = stated()
    for address in ("/", about.get_absolute_url(), "/changes/", "/?q=&status=delivered", "/data/"):
        assert {client.get(address).status_code for _ in range(8)} == {200}, address


def test_an_answer_that_somebody_has_already_costs_nothing(client, settings):
    stated()
    first = client.get("/data/pledges.csv")
    for _ in range(9):
        assert client.get("/data/pledges.csv", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_a_limit_of_nothing_is_no_limit(client, settings):
    settings.READ_LIMITS = {"search": 0}
    assert {client.get("/?q=taxi").status_code for _ in range(8)} == {200}


def test_the_package_is_not_counted_among_the_tables(client):
    stated()
    assert [client.get("/data/pledges.csv").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert client.get("/data/package.zip").status_code == 200


def test_a_forged_header_makes_no_new_client_and_an_ipv6_network_is_one(settings):
    ask = RequestFactory().get
    assert digest(ask("/", HTTP_X_FORWARDED_FOR="198.51.100.7")) == digest(ask("/"))
    one, other = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")
    assert digest(ask("/", REMOTE_ADDR=one)) == digest(ask("/", REMOTE_ADDR=other))
    assert digest(ask("/", REMOTE_ADDR=one)) != digest(ask("/", REMOTE_ADDR="2001:db8:1:3::1"))
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = ask("/", HTTP_X_FORWARDED_FOR="203.0.113.5, 198.51.100.7")
    assert digest(forged) == digest(ask("/", HTTP_X_FORWARDED_FOR="198.51.100.7"))


def test_no_address_is_kept(client, settings):
    seen = []
    original = cache.add
    cache.add = lambda key, *more, **other: (seen.append(key), original(key, *more, **other))[1]
    try:
        client.get("/?q=taxi", REMOTE_ADDR="192.0.2.77")
    finally:
        del cache.add
    assert seen
    assert not any("192.0.2.77" in key for key in seen)
