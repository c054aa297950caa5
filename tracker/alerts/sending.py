"""Send what was published to those who asked: each entry once to each, whatever dies in between.

A worker claims a subscription together with the entries that it will send, sends, and then takes down that it has.
Two workers never claim the same. Where one dies between sending and taking down, the next sends the same entries
again in a letter with the same Message-ID (RFC 5322), which mail systems and programs take for the one they have.
"""

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from tracker.alerts.delivery import (
    Delivery,
    OneLineEmail,
    ascii_host,
    ascii_url,
    count,
    deliver,
    has_failed_too_long,
    pause_after,
)
from tracker.alerts.models import Frequency, Subscription
from tracker.alerts.subscriptions import delete_unconfirmed, help_lines_of, next_look, record_email_sent, subject_of
from tracker.pledges.models import Body, Pledge, RecordEntry
from tracker.pledges.querysets import RecordEntryQuerySet
from tracker.pledges.read.answers import attach_answers

logger = logging.getLogger(__name__)

_LEASE = dt.timedelta(minutes=10)
_MAX_ENTRIES = 100
"""Entries of one letter; it says how many more there are."""


@dataclass(frozen=True)
class Sent:
    """What a round of sending did."""

    letters: int = 0
    alerts: int = 0
    failed: int = 0


def send_due() -> Sent:
    """Send every letter whose time has come, and return how many. Any number of workers may do it at once."""
    delete_unconfirmed()
    letters = alerts = failed = 0
    for row in _claimed(Subscription.objects.filter(letter_due=True), until=None):
        if _send(_email(row), row):
            record_email_sent(row)
            letters += 1
        else:
            failed += 1
        _release_claim(row)
    head = RecordEntry.objects.last_entry()
    position = head.position if head else 0
    behind = Subscription.objects.filter(confirmed_at__isnull=False, sent_until__lt=position)
    for row in _claimed(behind, until=position):
        entries = _new_entries(row)
        if not entries or _send(_alert(row, entries), row):
            alerts += bool(entries)
            _mark_sent(row)
        else:
            failed += 1
            _release_claim(row)
    return Sent(letters, alerts, failed)


def count_due() -> int:
    """Return how many subscriptions have to be looked at now: for a confirmation, or since there are entries."""
    head = RecordEntry.objects.last_entry()
    behind = Q(confirmed_at__isnull=False, sent_until__lt=head.position if head else 0)
    return Subscription.objects.filter(Q(letter_due=True) | behind, next_at__lte=timezone.now()).count()


def _claimed(due: QuerySet[Subscription], *, until: int | None) -> Iterator[Subscription]:
    """Yield the rows whose time has come and that this worker alone now holds.

    A claim that is older than the lease was left by a worker that died: it is taken over, with the entries that it
    was about.
    """
    now = timezone.now()
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - _LEASE)
    for pk in due.filter(free, next_at__lte=now).order_by("pk").values_list("pk", flat=True):
        claim: dict[str, Any] = {"claimed_at": timezone.now()}
        if until is not None:
            claim["claimed_until"] = Coalesce(F("claimed_until"), until)
        if Subscription.objects.filter(free, pk=pk).update(**claim):
            yield Subscription.objects.get(pk=pk)


def _mark_sent(row: Subscription) -> None:
    Subscription.objects.filter(pk=row.pk).update(
        sent_until=row.claimed_until, claimed_until=None, claimed_at=None, attempts=0, next_at=next_look(row)
    )


def _release_claim(row: Subscription) -> None:
    Subscription.objects.filter(pk=row.pk).update(claimed_at=None)


def _send(message: EmailMultiAlternatives, row: Subscription) -> bool:
    """Send an email and return whether it went; else it is tried again later, or the subscription ends."""
    outcome, error = deliver(message)
    if outcome == Delivery.SENT:
        count(sent=1)
        Subscription.objects.filter(pk=row.pk, failing_since__isnull=False).update(failing_since=None)
        return True
    refused = outcome in (Delivery.REFUSED, Delivery.POLICY, Delivery.NO_ADDRESS)
    since = row.failing_since or (timezone.now() if refused else None)
    if outcome == Delivery.NO_ADDRESS or (refused and has_failed_too_long(outcome, since)):
        missing = outcome == Delivery.NO_ADDRESS
        logger.warning("A subscription ended: the mail server refuses its address.")
        Subscription.objects.filter(pk=row.pk).delete()
        count(no_address=int(missing), given_up=int(not missing))
        return False
    logger.warning("An email could not be sent. It will be tried again: %s", type(error).__name__)
    changes: dict[str, Any] = {"attempts": F("attempts") + 1, "next_at": timezone.now() + pause_after(row.attempts)}
    if outcome != Delivery.UNKNOWN:  # it was not sent for certain: the next try tells what is so by then
        changes["claimed_until"] = None
    Subscription.objects.filter(pk=row.pk).update(failing_since=since, **changes)
    count(postponed=1)
    return False


def _new_entries(row: Subscription) -> list[RecordEntry]:
    """Return the entries that a claimed subscription is about to be sent, in order."""
    entries = RecordEntry.objects.filter(position__gt=row.sent_until, position__lte=row.claimed_until or 0)
    rows = list(_about(entries, row.scope).with_words().order_by("position"))
    attach_answers(rows)
    return rows


def _about(entries: RecordEntryQuerySet, scope: str) -> RecordEntryQuerySet:
    kind, _, slug = scope.partition(":")
    if kind == "pledge":
        return entries.filter(pledge__slug=slug)
    if kind == "review":
        return entries.filter(pledge__review__slug=slug)
    if kind == "theme":
        return entries.filter(pledge__theme__slug=slug)
    if kind == "body":
        body = Body.objects.filter(slug=slug).first()
        mine = Pledge.objects.filter(Pledge.objects.of_body(body)) if body else Pledge.objects.none()
        return entries.filter(pledge__in=mine)
    return entries


def _alert(row: Subscription, entries: list[RecordEntry]) -> EmailMultiAlternatives:
    number = len(entries)
    return _message(
        row,
        template="alerts/mail/alert",
        subject=f"{settings.SITE_NAME}: {number} change{'' if number == 1 else 's'}",
        name=f"{row.key[:16]}.{row.sent_until}-{row.claimed_until}",
        context={"entries": entries[:_MAX_ENTRIES], "more": max(0, number - _MAX_ENTRIES)},
    )


def _email(row: Subscription) -> EmailMultiAlternatives:
    kind = "known" if row.confirmed_at else "confirm"
    return _message(
        row,
        template=f"alerts/mail/{kind}",
        subject=f"{settings.SITE_NAME}: your subscription",
        name=f"{row.key[:16]}.{kind}-{row.letters}",
        context={},
    )


def _message(
    row: Subscription, *, template: str, subject: str, name: str, context: dict[str, object]
) -> EmailMultiAlternatives:
    end = settings.SITE_URL + reverse("alerts:end", args=[row.key])
    context = context | {
        "site": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "subject": subject_of(row.scope) or "what you followed",
        "frequency": Frequency(row.frequency),
        "confirm": settings.SITE_URL + reverse("alerts:confirm", args=[row.key]),
        "end": end,
        "helplines": help_lines_of(row.scope),
    }
    message = OneLineEmail(
        subject,
        render_to_string(f"{template}.txt", context),
        to=[row.email],
        headers={
            "Message-ID": f"<{name}@{ascii_host(settings.RECORD_ORIGIN.split('/')[0])}>",
            "List-Unsubscribe": f"<{ascii_url(end)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
            "Auto-Submitted": "auto-generated",  # RFC 3834
        },
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message
