"""What a mail server says ends an address or not, and the bytes that it gets."""

import datetime as dt
import email
import email.policy
from collections import Counter

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from tests.alerts.smtp_server import smtp_server
from tests.alerts.test_sending import follower
from tests.factories import person, stated, superuser, update
from tracker.alerts.models import DeliveryCount, Frequency, Subscription
from tracker.alerts.sending import Sent, send_due
from tracker.desk.accounts.permissions import DeskRole

pytestmark = pytest.mark.django_db
ANSWERS = {
    "gone@example.org": "550 5.1.1 No such user",
    "old@example.org": "550 No such user here",
    "full@example.org": "452 4.2.2 Mailbox full",
    "odd@example.org": "554 5.7.1 Relay access denied",
    "down@example.org": "421 4.3.2 Come back later",
    "well@example.org": "250 2.1.5 Ok",
}
LEFT_AFTER = {0.1: {"full", "odd", "down", "well"}, 60: {"down", "well"}}
"""Days, and whose subscriptions there are still."""


@pytest.fixture
def server(settings):
    with smtp_server(settings) as running:
        yield running


def days_of_sending(days: float) -> None:
    """Let the worker look every time that something is due, for so many days."""
    until = timezone.now() + dt.timedelta(days=days)
    while True:
        due = Subscription.objects.exclude(email="well@example.org").order_by("next_at").first()
        if due is None or due.next_at > until:
            return
        with time_machine.travel(due.next_at + dt.timedelta(seconds=1), tick=False):
            send_due()


def left() -> set[str]:
    return {row.email.partition("@")[0] for row in Subscription.objects.all()}


@pytest.mark.slow
def test_an_address_that_is_refused_ends_and_trouble_of_the_server_ends_none(server, client):
    about = stated()
    for address in ANSWERS:
        follower(email=address)
    server.answers = ANSWERS
    update(about, headline="News")
    for days, names in LEFT_AFTER.items():
        days_of_sending(days)
        assert left() == names
    tries = Counter(name.partition("@")[0] for name in server.tried)
    assert (tries["gone"], tries["old"], tries["well"]) == (1, 1, 1)
    assert 8 < tries["full"] < 20, "for three days, with pauses that grow"
    assert len(server.taken) == 1
    total = Counter()
    for row in DeliveryCount.objects.all():
        total += Counter(sent=row.sent, no_address=row.no_address, given_up=row.given_up)
    assert total == {"sent": 1, "no_address": 2, "given_up": 2}
    client.force_login(superuser("ada"))
    page = client.get(reverse("admin:alerts_deliverycount_changelist")).content.decode()
    assert "@example.org" not in page
    client.force_login(person("Jean Bartik", DeskRole.EDITOR))
    assert client.get(reverse("admin:alerts_deliverycount_changelist")).status_code in (302, 403)


@pytest.mark.slow
def test_no_server_ends_nothing_and_all_are_sent_when_it_is_back(server, settings):
    about = stated()
    follower()
    update(about, headline="News")
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    days_of_sending(30)
    settings.EMAIL_PORT = port
    update(about, headline="More")
    with time_machine.travel(Subscription.objects.get().next_at + dt.timedelta(seconds=1)):
        assert send_due() == Sent(alerts=1)
    (taken,) = server.taken
    assert b"News" in taken
    assert b"More" in taken, "what was certainly not sent tells what is so on the day that it is sent"


@pytest.mark.parametrize(
    "site",
    [
        "https://" + "a-very-long-name." * 9 + "example.org/" + "under/" * 12,
        "https://zusagen-für-übermorgen.example/ä",
    ],
)
def test_one_click_headers_are_one_line_of_ascii(server, settings, site):
    settings.SITE_URL = site.rstrip("/")
    settings.RECORD_ORIGIN = site.split("/")[2] + "/record"
    about = stated()
    key = follower().key
    update(about, headline="News with ü")
    assert send_due() == Sent(alerts=1)
    head = server.taken[0].partition(b"\r\n\r\n")[0]
    assert head.isascii()
    lines = {line.partition(b": ")[0]: line for line in head.split(b"\r\n")}
    link = lines[b"List-Unsubscribe"]
    assert link.startswith(b"List-Unsubscribe: <https://")
    assert link.endswith(f"/follow/{key}/end/>".encode())
    assert lines[b"List-Unsubscribe-Post"] == b"List-Unsubscribe-Post: List-Unsubscribe=One-Click"
    assert lines[b"Message-ID"].endswith(b">")
    message = email.message_from_bytes(server.taken[0], policy=email.policy.default)
    assert "News with ü" in message.get_body(("plain",)).get_content()


def test_a_weekly_letter_tells_what_is_so_on_the_day_it_is_sent(server):
    about = stated()
    follower(frequency=Frequency.WEEKLY)
    wrong = update(about, headline="It is in force")
    update(about, headline="It is not in force yet", corrects=wrong, reason="A wrong day.")
    with time_machine.travel(dt.datetime(2026, 11, 30, 7, 1, tzinfo=dt.UTC)):
        assert send_due() == Sent(alerts=1)
    message = email.message_from_bytes(server.taken[0], policy=email.policy.default)
    words = message.get_body(("plain",)).get_content()
    assert "It is not in force yet" in words
    assert f"This entry was corrected by entry {wrong.position + 1} of the record." in words
    assert words.count("Happened on") == 1
