"""Tell people by email what somebody else changed in their account."""

import logging
from collections.abc import Sequence
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from tracker.desk.accounts.permissions import public_name

logger = logging.getLogger(__name__)


def notify(user: Any, *, what: str, by: Any, also: Sequence[str] = ()) -> None:
    """Send a person an email that says what was changed, by whom and when, once the change is committed.

    Nobody is told of what they did themselves. ``by`` is None for the operator. ``also`` are further addresses, such
    as the one that the account had before. A mail server that refuses changes nothing: the activity log has it too.
    """
    if by is not None and by.pk == user.pk:
        return
    context = {
        "name": public_name(user),
        "what": what,
        "by": public_name(by) if by else "The operator of the site",
        "at": timezone.localtime(),
        "site": settings.SITE_NAME,
    }
    text = render_to_string("desk/mail/account_changed.txt", context)
    addresses = list(dict.fromkeys(address for address in (user.email, *also) if address))
    transaction.on_commit(lambda: _send(addresses, text), robust=True)


def _send(addresses: Sequence[str], text: str) -> None:
    for address in addresses:
        try:
            send_mail(f"Your account at {settings.SITE_NAME} was changed", text, None, [address])
        except (OSError, SMTPException) as error:
            logger.warning("A person could not be told that their account was changed: %s", type(error).__name__)
