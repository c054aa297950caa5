"""Send notices by email: at once, though not more often than MIN_PAUSE, or once a day.

A worker claims a person, sends, and then takes down up to which notice they were told. Where it dies in between,
another takes the claim over and sends the same again: told twice rather than never.
"""

import datetime as dt
import logging
from dataclasses import dataclass
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db.models import Max, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from tracker.core.mail import is_mail_set_up
from tracker.desk.accounts.permissions import Ability, may, public_name
from tracker.desk.models import EmailFrequency, Notice, NoticeSettings
from tracker.desk.notices.audience import notices_for, settings_of, still_concerns

logger = logging.getLogger(__name__)

MIN_PAUSE = dt.timedelta(minutes=10)
"""From one email to a person to the next."""

DAILY_HOUR = 7
"""From this hour on, local time, the email of a day is sent."""

MAX_NOTICES = 50
"""Notices of one email; it says how many more there are."""

_SETTLED = dt.timedelta(seconds=5)
"""Numbers are given out before a transaction ends: younger notices wait for those before them."""

_LEASE = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class SentNotices:
    """What a round of sending did."""

    emails: int = 0
    failed: int = 0


def send_notices(*, now: dt.datetime | None = None) -> SentNotices:
    """Send each person the notices that are due; nothing where no mail server is set up.

    Any number of workers may do it at once.
    """
    if not is_mail_set_up():
        return SentNotices()
    now = now or timezone.now()
    last = Notice.objects.filter(at__lte=now - _SETTLED).aggregate(last=Max("pk"))["last"]
    if last is None:
        return SentNotices()
    emails = failed = 0
    people = get_user_model().objects.filter(is_active=True).exclude(email="")
    behind = Q(notice_settings__isnull=True) | Q(notice_settings__sent_until__lt=last)
    for user in people.filter(behind).select_related("notice_settings").prefetch_related("groups").order_by("pk"):
        if not may(user, Ability.SEE):
            continue
        chosen = settings_of(user)
        if chosen.frequency == EmailFrequency.NEVER:
            _mark(chosen, last)
            continue
        if not _is_due(chosen, now) or not _claim(chosen, now):
            continue
        sent = _send(user, chosen, last)
        if sent is False:
            failed += 1
            continue
        emails += bool(sent)
        _mark(chosen, last, at=now if sent else None)
    return SentNotices(emails, failed)


def _is_due(chosen: NoticeSettings, now: dt.datetime) -> bool:
    if chosen.frequency == EmailFrequency.AT_ONCE:
        return chosen.sent_at is None or now - chosen.sent_at >= MIN_PAUSE
    local = timezone.localtime(now)
    sent_today = chosen.sent_at is not None and timezone.localtime(chosen.sent_at).date() == local.date()
    return local.hour >= DAILY_HOUR and not sent_today


def _claim(chosen: NoticeSettings, now: dt.datetime) -> bool:
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - _LEASE)
    same = NoticeSettings.objects.filter(pk=chosen.pk, sent_until=chosen.sent_until)
    return bool(same.filter(free).update(claimed_at=now))


def _mark(chosen: NoticeSettings, last: int, *, at: dt.datetime | None = None) -> None:
    sent: dict[str, Any] = {"sent_at": at} if at else {}
    NoticeSettings.objects.filter(pk=chosen.pk).update(sent_until=last, claimed_at=None, **sent)


def _send(user: Any, chosen: NoticeSettings, last: int) -> bool | None:
    """Send a person what is new to them: True where it was sent, None where there was nothing, False where refused.

    A claim that failed stays until its lease ends: a mail server that is away is not asked at each round.
    """
    rows = list(notices_for(user).filter(pk__gt=chosen.sent_until, pk__lte=last).order_by("pk"))
    rows = [row for row in rows if still_concerns(row)]
    if not rows:
        return None
    context = {
        "name": public_name(user),
        "notices": rows[:MAX_NOTICES],
        "more": len(rows[MAX_NOTICES:]),
        "site": settings.SITE_NAME,
        "url": settings.SITE_URL,
        "choose": settings.SITE_URL + reverse("desk:notices"),
    }
    subject = str(rows[0]) if len(rows) == 1 else f"{len(rows)} notices from the desk"
    text = render_to_string("desk/mail/notices.txt", context)
    email = EmailMessage(f"{subject[:120]} · {settings.SITE_NAME}", text, None, [user.email])
    try:
        return bool(email.send())
    except (OSError, SMTPException) as error:
        logger.warning("Notices could not be sent, and are tried again: %s", type(error).__name__)
        return False
