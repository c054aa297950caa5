"""Alerts: each entry once to each who asked, also when workers race, mail fails, or a worker dies on the way."""

import contextlib
import datetime as dt
import smtplib

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.factories import BodyFactory, ReviewFactory, ThemeFactory, stated, superuser, update
from tracker.alerts import sending
from tracker.alerts.models import Frequency, Subscription
from tracker.alerts.sending import Sent, send_due
from tracker.alerts.subscriptions import confirm, request_subscription
from tracker.pledges.models import RecordEntry
from tracker.pledges.record.publish import withdraw_text

pytestmark = pytest.mark.django_db


def follower(scope="all", frequency=Frequency.IMMEDIATE, email="reader@example.org") -> Subscription:
    """Somebody who said yes."""
    request_subscription(email=email, scope=scope, frequency=frequency)
    row = Subscription.objects.get(email=email, scope=scope)
    confirm(row.key)
    row.refresh_from_db()
    return row


def test_each_change_is_told_once_in_text_and_html():
    about = stated(title="Do <it>", review=ReviewFactory(help_lines="A line for tests | 0808 800 5000"))
    follower()
    update(about, headline="It began & went on", reason="")
    update(about, headline="Next")
    assert send_due() == Sent(alerts=1)
    assert send_due() == Sent()
    letter = mail.outbox[0]
    assert letter.subject == "The Pledge Record: 2 changes"
    assert "It began & went on" in letter.body
    html, kind = letter.alternatives[0]
    assert kind == "text/html"
    assert "It began &amp; went on" in html
    assert "Do &lt;it&gt;" in html
    for words in (letter.body, html):
        assert about.get_absolute_url() in words
        assert "/end/" in words
        assert "0808 800 5000" in words
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_only_what_was_asked_for_is_told():
    one = stated(slug="one", promised_by=BodyFactory(slug="a"), theme=ThemeFactory(slug="law", name="Law"))
    other = ReviewFactory(slug="other", title="Another Audit", help_lines="Another line | 0808 1")
    data = ThemeFactory(slug="data", name="Data")
    two = stated(slug="two", review=other, promised_by=BodyFactory(slug="b"), theme=data)
    for scope in ("pledge:one", "body:b", "theme:law", "review:other", "all"):
        follower(scope, email=f"{scope.replace(':', '-')}@example.org")
    update(one, headline="News of one")
    update(two, headline="News of two")
    send_due()
    told = {
        message.to[0].split("@")[0]: ("News of one" in message.body, "News of two" in message.body)
        for message in mail.outbox
    }
    assert told == {
        "pledge-one": (True, False),
        "body-b": (False, True),
        "theme-law": (True, False),
        "review-other": (False, True),
        "all": (True, True),
    }
    lines = {message.to[0].split("@")[0] for message in mail.outbox if "Another line" in message.body}
    assert lines == {"review-other"}, "help lines are those of the review that was asked for"


def test_nothing_is_sent_of_before_or_to_who_did_not_say_yes():
    about = stated()
    update(about)
    follower()
    request_subscription(email="other@example.org", scope="all", frequency=Frequency.IMMEDIATE)
    send_due()
    update(about)
    send_due()
    assert [message.to[0] for message in mail.outbox] == ["other@example.org", "reader@example.org"]
    assert "your subscription" in mail.outbox[0].subject


def test_a_week_comes_on_monday_in_one_letter():
    about = stated()
    follower(frequency=Frequency.WEEKLY)  # on Tuesday, 24 November 2026
    update(about, headline="First")
    assert send_due() == Sent()
    with time_machine.travel(dt.datetime(2026, 11, 29, 23, tzinfo=dt.UTC)):
        update(about, headline="Second")
        assert send_due() == Sent()
    with time_machine.travel(dt.datetime(2026, 11, 30, 7, 1, tzinfo=dt.UTC)):
        assert send_due() == Sent(alerts=1)
        update(about, headline="Third")
        assert send_due() == Sent()
    with time_machine.travel(dt.datetime(2026, 12, 7, 7, 1, tzinfo=dt.UTC)):
        assert send_due() == Sent(alerts=1)
    assert [("First" in m.body, "Second" in m.body, "Third" in m.body) for m in mail.outbox] == [
        (True, True, False),
        (False, False, True),
    ]


def test_withdrawn_words_are_not_sent():
    about = stated()
    follower()
    entry = update(about, headline="A secret word")
    withdraw_text(entry, headline=True, reason="A court said so.", admin=superuser(), by="Edith")
    send_due()
    assert "A secret word" not in mail.outbox[0].body
    assert "Text withdrawn" in mail.outbox[0].body


# --- Faults -------------------------------------------------------------------------------------


def test_mail_that_fails_is_tried_again_after_longer_and_longer(monkeypatch):
    about = stated()
    follower()
    update(about, headline="News")
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", _refuse)
        assert send_due() == Sent(failed=1)
        assert send_due() == Sent()
        waits = []
        for _ in range(14):
            row = Subscription.objects.get()
            waits.append(row.next_at - timezone.now())
            with time_machine.travel(row.next_at + dt.timedelta(seconds=1), tick=False):
                assert send_due() == Sent(failed=1)
    assert waits[0] < waits[3] < waits[-1] <= dt.timedelta(days=20)
    row = Subscription.objects.get()
    update(about, headline="More news")
    with time_machine.travel(row.next_at + dt.timedelta(seconds=1)):
        assert send_due() == Sent(alerts=1)
        assert send_due() == Sent(alerts=1)
    assert ["More news" in message.body for message in mail.outbox] == [False, True]


def _refuse(self, messages):
    raise smtplib.SMTPServerDisconnected("gone")


def test_a_worker_that_dies_after_sending_makes_the_next_send_the_same_letter(monkeypatch):
    about = stated()
    follower()
    update(about, headline="News")

    def die(row):
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(sending, "_mark_sent", die)
        with pytest.raises(KeyboardInterrupt):
            send_due()
    update(about, headline="Later news")
    assert send_due() == Sent(), "another worker leaves it alone while the claim holds"
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=11)):
        assert send_due() == Sent(alerts=1)
        first, again = mail.outbox
        assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"]
        assert first.body == again.body
        assert send_due() == Sent(alerts=1)
    assert "Later news" in mail.outbox[2].body
    assert mail.outbox[2].extra_headers["Message-ID"] != first.extra_headers["Message-ID"]


def test_two_workers_never_hold_the_same():
    stated()
    row = follower()
    update(row and RecordEntry.objects.get().pledge)
    due = Subscription.objects.all()
    mine = list(sending._claimed(due, until=2))
    assert len(mine) == 1
    assert list(sending._claimed(due, until=2)) == []


@given(st.lists(st.sampled_from(["publish", "send", "fail", "die", "later"]), min_size=1, max_size=25))
@hypothesis_settings(max_examples=15)
@pytest.mark.slow
def test_whatever_happens_each_entry_reaches_each_follower_in_one_message(steps):
    from django.db import transaction

    try:
        with transaction.atomic():
            _play(steps)
            raise _UndoError
    except _UndoError:
        pass


class _UndoError(Exception):
    pass


def _play(steps):
    about = stated()
    follower()
    mail.outbox.clear()
    start = RecordEntry.objects.count()
    clock = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
    published = 0
    for step in [*steps, "later", "send", "later", "send", "later", "send"]:
        clock += dt.timedelta(days=2) if step == "later" else dt.timedelta(seconds=1)
        with time_machine.travel(clock, tick=False), pytest.MonkeyPatch.context() as patched:
            if step == "publish":
                published += 1
                update(about, headline=f"Change number {published};")
                continue
            if step == "fail":
                patched.setattr(EmailBackend, "send_messages", _refuse)
            if step == "die":
                patched.setattr(sending, "_mark_sent", _die)
            with contextlib.suppress(KeyboardInterrupt):
                send_due()
    by_name = {message.extra_headers["Message-ID"]: message.body for message in mail.outbox}
    assert all(by_name[m.extra_headers["Message-ID"]] == m.body for m in mail.outbox), "one name, one letter"
    told = [number for body in by_name.values() for number in range(1, published + 1) if f"number {number};" in body]
    assert sorted(told) == list(range(1, published + 1))
    assert Subscription.objects.get().sent_until == start + published


def _die(row):
    raise KeyboardInterrupt


def test_the_worker_sends(capsys):
    about = stated()
    follower()
    update(about)
    call_command("run_worker", rounds=1)
    assert "alerts: 1" in capsys.readouterr().out
    assert len(mail.outbox) == 1
