"""Subscribe, confirm, end. What is answered never says whether an address is known.

Asking writes a row and nothing else; every letter is sent by the worker (sending.py), so that an answer takes the
same time for any address.
"""

import datetime as dt
import secrets

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from tracker.alerts.models import Frequency, Subscription
from tracker.core.validators import validate_email_domain
from tracker.pledges.models import Body, Pledge, RecordEntry, Review, Theme
from tracker.pledges.visibility import visible_reviews

MAX_EMAILS = 3
"""Emails that ask one address to confirm one subscription, however often somebody asks: nobody can be pestered."""

KEEP_UNCONFIRMED = dt.timedelta(days=7)
"""For how long an address is kept that nobody has confirmed."""

_KINDS = {"pledge": Pledge, "body": Body, "theme": Theme, "review": Review}


def subject_of(scope: str) -> str | None:
    """Return in words what a scope follows, such as a pledge's title; None if it does not exist."""
    if scope == "all":
        return gettext("every pledge")
    kind, _, slug = scope.partition(":")
    if kind not in _KINDS or "\x00" in slug:
        return None
    row = _KINDS[kind]._default_manager.filter(slug=slug).first()
    return str(row) if row else None


def help_lines_of(scope: str) -> list[tuple[str, str]]:
    """Return the help lines of the review that a scope is of, or of the only one; of several those of the site."""
    kind, _, slug = scope.partition(":")
    reviews = visible_reviews()
    if kind == "review":
        reviews = reviews.filter(slug=slug)
    elif kind == "pledge":
        reviews = reviews.filter(pledges__slug=slug)
    elif kind == "theme" and reviews.filter(themes__slug=slug).exists():
        reviews = reviews.filter(themes__slug=slug)
    matching = list(reviews[:2])
    return matching[0].help_line_pairs if len(matching) == 1 else list(settings.HELPLINES)


def new_link_key() -> str:
    """Return 43 random characters that identify a subscription in its links."""
    return secrets.token_urlsafe(32)


@transaction.atomic
def request_subscription(*, email: str, scope: str, frequency: Frequency) -> None:
    """Take down that an address wants to follow something; a letter then asks its owner. Safe to repeat.

    An address that follows it already gets a letter that says so, if that was not sent just now.
    Raises ValidationError for an address without a domain (validate_email_domain).
    """
    validate_email_domain(email)
    local, _, domain = email.strip().rpartition("@")
    row, created = Subscription.objects.get_or_create(
        email=f"{local}@{domain.lower()}", scope=scope, defaults={"frequency": frequency, "key": new_link_key()}
    )
    if created:
        return
    if row.confirmed_at is None:
        row.frequency = frequency
    row.letter_due = row.letter_due or row.letters < MAX_EMAILS
    row.save(update_fields=["frequency", "letter_due"])


def confirm(key: str) -> Subscription | None:
    """Begin to send to an address whose owner has the key; None where there is none. Entries from now on are sent."""
    row = Subscription.objects.filter(key=key).first()
    if row is None:
        return None
    head = RecordEntry.objects.last_entry()
    Subscription.objects.filter(pk=row.pk, confirmed_at__isnull=True).update(
        confirmed_at=timezone.now(),
        letters=0,
        letter_due=False,
        sent_until=head.position if head else 0,
        next_at=next_look(row),
    )
    return row


def next_look(row: Subscription) -> dt.datetime:
    """Return when to look for news: at once, or on the next Monday at seven in the morning in Europe/London."""
    now = timezone.localtime()
    if row.frequency == Frequency.IMMEDIATE:
        return now
    monday = now.date() + dt.timedelta(days=7 - now.weekday())
    return timezone.make_aware(dt.datetime.combine(monday, dt.time(7)))


def end(key: str) -> None:
    """Delete a subscription and its address. Nothing happens where there is none."""
    Subscription.objects.filter(key=key).delete()


def delete_unconfirmed() -> int:
    """Delete the addresses that nobody confirmed in time; return how many."""
    return Subscription.objects.filter(
        confirmed_at__isnull=True, created_at__lt=timezone.now() - KEEP_UNCONFIRMED
    ).delete()[0]


def record_email_sent(row: Subscription) -> None:
    """Note that a confirmation email was sent."""
    Subscription.objects.filter(pk=row.pk).update(letter_due=False, letters=F("letters") + 1, attempts=0)


def describe_emailed_copies(entry: RecordEntry) -> str:
    """Return, in a sentence, to how many of today’s followers an entry was emailed. Those who ended are not known."""
    had = Subscription.objects.filter(confirmed_at__lt=entry.published_at, sent_until__gte=entry.position)
    number = had.filter(scope__in=_scopes_about(entry.pledge)).count()
    return ngettext(
        "%(n)d follower of today had them by email. Nobody knows of followers who ended since.",
        "%(n)d followers of today had them by email. Nobody knows of followers who ended since.",
        number,
    ) % {"n": number}


def _scopes_about(pledge: Pledge) -> list[str]:
    """Return each thing that can be followed and that a pledge is part of."""
    bodies = Body.objects.filter(Q(promises=pledge) | Q(duties=pledge)).values_list("slug", flat=True)
    return [
        "all",
        f"pledge:{pledge.slug}",
        f"review:{pledge.review.slug}",
        f"theme:{pledge.theme.slug}",
        *(f"body:{slug}" for slug in bodies.distinct()),
    ]
