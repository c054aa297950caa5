"""Subscriptions: asked for, confirmed, ended; and nothing that says whether an address is known."""

import datetime as dt
import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from tests.factories import BodyFactory, stated
from tracker.alerts.models import Frequency, Subscription
from tracker.alerts.sending import send_due
from tracker.alerts.subscriptions import MAX_EMAILS

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _empty_cache():
    from django.core.cache import cache

    cache.clear()


def ask(
    client,
    email="reader@example.org",
    about="all",
    frequency="immediate",
    later=5,
    headers=None,
    address="127.0.0.1",
    **more,
):
    """Open the form, fill it in for so many seconds, send it."""
    sent = timezone.now()
    with time_machine.travel(sent - dt.timedelta(seconds=later), tick=False):
        page = client.get(f"/follow/?about={about}").content.decode()
    token = re.search(r'name="made" value="([^"]+)"', page)[1]
    data = {"email": email, "frequency": frequency, "made": token, "website": ""} | more
    with time_machine.travel(sent, tick=False):
        return client.post(f"/follow/?about={about}", data, headers=headers, REMOTE_ADDR=address)


def link(message, ending="") -> str:
    found = re.search(rf"http://127\.0\.0\.1:8000(/follow/[A-Za-z0-9_-]{{43}}/{ending})\s", message.body)
    assert found, message.body
    return found[1]


def test_ask_confirm_end(client):
    about = stated(slug="about")
    assert ask(client, about="pledge:about")["Location"] == "/follow/asked/"
    assert not mail.outbox, "the web process sends nothing itself"
    assert send_due().letters == 1
    letter = mail.outbox[0]
    assert letter.to == ["reader@example.org"]
    assert about.title in letter.body
    assert about.title not in letter.subject, "a subject line is seen on locked screens"
    address = link(letter)
    assert "Confirm your email updates" in client.get(address).content.decode()
    assert Subscription.objects.get().confirmed_at is None, "opening a link is not saying yes"
    assert "You are subscribed" in client.post(address).content.decode()
    assert Subscription.objects.get().confirmed_at
    end = f"{address}end/"
    assert "We stop these emails and delete your address." in client.get(end).content.decode()
    assert "You are unsubscribed" in client.post(end).content.decode()
    assert not Subscription.objects.exists()
    assert "You are unsubscribed" in client.post(end).content.decode(), "the same for a key that nobody has"
    assert client.post(address).status_code == 404


def test_one_click_ends_it_without_a_cookie_or_a_token(client):
    ask(client)
    send_due()
    letter = mail.outbox[0]
    end = re.fullmatch(r"<(http://127\.0\.0\.1:8000)(/.*)>", letter.extra_headers["List-Unsubscribe"])[2]
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(end, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded").status_code == 200
    assert not Subscription.objects.exists()


def test_an_answer_never_says_whether_an_address_is_known(client):
    first = ask(client)
    again = ask(client)
    send_due()
    client.post(link(mail.outbox[0]))
    known = ask(client)
    new = ask(client, email="new@example.org")
    told = {(answer.status_code, answer["Location"], answer.content) for answer in (first, again, known, new)}
    assert len(told) == 1
    send_due()
    assert {tuple(message.to): message.body[:60] for message in mail.outbox[1:]}.keys() == {
        ("reader@example.org",),
        ("new@example.org",),
    }
    assert "You already get them." in mail.outbox[1].body


def test_asking_costs_the_same_for_a_known_address(client, django_assert_max_num_queries):
    ask(client)
    for email in ("reader@example.org", "new@example.org"):
        with django_assert_max_num_queries(8):
            ask(client, email=email)


def test_nobody_is_pestered(client):
    for _ in range(8):
        ask(client)
        send_due()
    assert len(mail.outbox) == MAX_EMAILS


def test_an_address_that_nobody_confirms_is_forgotten(client):
    ask(client)
    send_due()
    with time_machine.travel(NOON + dt.timedelta(days=8)):
        send_due()
        assert client.post(link(mail.outbox[0])).status_code == 404
    assert not Subscription.objects.exists()


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(client):
    answer = ask(client, email="no address")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="no address"' in page
    assert 'id="id_email_error"' in page
    assert not Subscription.objects.exists()
    for wrong in (
        {"frequency": "hourly"},
        {"email": ""},
        {"email": "a" * 300 + "@example.org"},
        {"email": "a\x00@b.org"},
    ):
        assert ask(client, **wrong).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [{"later": 0}, {"later": 90_000}, {"website": "https://spam.example"}, {"made": "forged"}, {"made": ""}],
    ids=["at once", "after a day", "a trap", "forged", "none"],
)
def test_what_a_program_sends_is_refused_with_a_word_for_people(client, wrong):
    answer = ask(client, **wrong)
    assert answer.status_code == 422
    assert "reader@example.org" in answer.content.decode()
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("about", ["pledge:none", "all:x", "x", "pledge:%00", "user:1"])
def test_there_is_nothing_to_follow_there(client, about):
    assert client.get(f"/follow/?about={about}").status_code == 404


def test_a_body_is_named_on_its_form(client):
    BodyFactory(slug="home-office", name="Home Office")
    assert "Home Office" in client.get("/follow/?about=body:home-office").content.decode()


def test_too_often_is_refused_politely_and_a_forged_address_does_not_help(client):
    assert {client.post("/follow/", {"email": "x"}).status_code for _ in range(12)} == {422}, (
        "only what was taken counts"
    )
    answers = [
        ask(client, email=f"reader{number}@example.org", headers={"X-Forwarded-For": f"10.0.0.{number}"})
        for number in range(12)
    ]
    assert [answer.status_code for answer in answers] == [302] * 10 + [429] * 2
    assert 0 < int(answers[-1]["Retry-After"]) <= 3600
    page = answers[-1].content.decode()
    assert "Try again in" in page
    assert 'value="reader11@example.org"' in page, "what was typed is kept"
    assert Subscription.objects.count() == 10
    other = ask(client, address="192.0.2.7")
    assert other.status_code == 302


def test_behind_our_proxy_clients_are_told_apart(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    answers = [ask(client, headers={"X-Forwarded-For": f"6.6.6.6, 10.0.0.{number}"}) for number in range(12)]
    assert {answer.status_code for answer in answers} == {302}


def test_no_page_sets_a_cookie_and_keys_are_not_leaked(client):
    key = "k" * 43
    for address in ("/follow/", "/follow/asked/", f"/follow/{key}/", f"/follow/{key}/end/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert not answer.cookies
        if key in address:
            assert answer["Referrer-Policy"] == "no-referrer"
            assert "noindex" in answer["X-Robots-Tag"]
            assert "no-store" in answer["Cache-Control"]


def test_frequency_is_that_of_the_last_request_before_it_is_confirmed(client):
    ask(client, frequency="immediate")
    ask(client, frequency="weekly")
    assert Subscription.objects.get().frequency == Frequency.WEEKLY


@pytest.mark.parametrize("backend", ["console", "dummy"])
def test_where_no_email_leaves_the_page_says_so_and_keeps_no_address(client, settings, backend):
    stated(slug="one")
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    for about in ("all", "pledge:one"):
        page = client.get(f"/follow/?about={about}")
        assert page.status_code == 200
        assert "This site cannot send email yet." in page.content.decode()
        assert "<form" not in page.content.decode().split("<main")[1]
    sent = client.post("/follow/", {"email": "reader@example.org", "frequency": "weekly"})
    assert sent.status_code == 503
    assert "This site cannot send email yet." in sent.content.decode()
    assert not Subscription.objects.exists()
    assert client.get("/follow/?about=pledge:none").status_code == 404
