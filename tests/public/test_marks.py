"""What was corrected or withdrawn says so on pages, in emails and in feeds: what it was and what it is."""

import datetime as dt
import re

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from tests.alerts.test_sending import follower
from tests.factories import stated, update
from tracker.alerts.models import Frequency
from tracker.alerts.sending import send_due
from tracker.pledges.choices import Status
from tracker.pledges.record.publish import withdraw_entry

pytestmark = pytest.mark.django_db


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def row(page: str, position: int) -> str:
    return words_of(page.split(f'id="entry-{position}"')[1].split("</li>")[0])


def test_a_correction_and_a_withdrawal_say_what_was_said_before(client):
    monday = timezone.localtime().replace(hour=12) + dt.timedelta(days=7 - timezone.localdate().weekday())
    with time_machine.travel(monday):
        follower(frequency=Frequency.WEEKLY)
    with time_machine.travel(monday + dt.timedelta(days=1)):
        about = stated(slug="about")
        first = update(about, status=Status.DELIVERED, headline="It was done")
        again = client.get("/changes/").content.decode()
        assert "since" not in row(again, first.position), "a row that is kept rendered, before it is corrected"
        fixed = update(about, status=Status.UNDER_WAY, headline="It was begun", corrects=first, reason="Misread.")
        other = update(stated(slug="other"), status=Status.DELIVERED, headline="All of it")
        gone = withdraw_entry(other, reason="Of another pledge.", by="Ada", approved_by="Grace")
        page = client.get("/changes/").content.decode()
        for position, words in (
            (first.position, f"entry {fixed.position} )"), (first.position, "It said Delivered"),
            (first.position, "It says now Under way"), (fixed.position, "It said Delivered"),
            (other.position, "Withdrawn since"), (gone.position, "It no longer counts. The pledge stays."),
        ):  # fmt: skip
            assert words.replace(" )", "") in row(page, position), words
        box = words_of(client.get("/pledges/other/").content.decode())
        assert f"Entry {other.position} was withdrawn on" in box
        assert "The pledge was not." in box
        feed = client.get("/feed.atom").content.decode()
        assert "Update (withdrawn since): All of it" in feed
        assert "Update (corrected since): It was done" in feed
    with time_machine.travel(monday + dt.timedelta(days=7)):
        send_due()
    letter = mail.outbox[-1]
    for text in (" ".join(letter.body.split()), words_of(letter.alternatives[0][0])):
        assert f"This entry was corrected by entry {fixed.position} of the record." in text
        assert f"Entry {first.position} said “Delivered”. This entry takes its place." in text
        assert f"This entry was withdrawn by entry {gone.position} of the record." in text
        assert f"Entry {other.position} said “Delivered”. It no longer counts. The pledge stays on the record." in text
        assert "Delivered. Happened" not in text
