"""Hand an email to the mail server, and say what came of it: is it the address that is wrong, or the server?

An address ends where the server says that it does not exist, and where it refused it for three days. Trouble of the
server itself (no connection, a refused sign-in, a policy against all our mail) ends none, however long it lasts.
"""

import datetime as dt
import re
import smtplib
from enum import Enum
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.utils import timezone

from tracker.alerts.models import DeliveryCount

MAX_FAILING = dt.timedelta(days=3)
"""For how long an address that is refused for the time being is tried."""

_MAX_PAUSE = dt.timedelta(hours=12)
_NO_SUCH_ADDRESS = re.compile(rb"^\s*5\.(1\.[1236]|1\.10|2\.1)\b")
"""Enhanced status codes (RFC 3463) of an address that does not exist, moved away or is disabled."""
_ENHANCED_CODE = re.compile(rb"^\s*[245]\.(\d+)\.\d+\b")
_OF_THE_SERVER = {b"3", b"4"}
"""Subjects of enhanced codes: the mail system, and the network."""
_SAYS_POLICY = re.compile(rb"relay|policy|authenticat|blocked|black ?list|spam", re.IGNORECASE)
_CLOSING = 421
_MAILBOX_CODES = {550, 551, 553}
"""What servers without enhanced codes say of an address that they do not have (RFC 5321)."""


class Delivery(Enum):
    """What came of handing an email over."""

    SENT = "sent"
    SERVER_FAILED = "server failed"
    """The server did not take it, which says nothing about the address. It was not sent."""
    UNKNOWN = "unknown"
    """The connection broke: it may have been sent."""
    REFUSED = "refused"
    """The server does not take mail to this address at the moment. It was not sent."""
    POLICY = "policy"
    """The server does not take this mail from us. It was not sent."""
    NO_ADDRESS = "no address"
    """The server says that the address does not exist. It was not sent."""


def deliver(message: EmailMultiAlternatives) -> tuple[Delivery, BaseException | None]:
    """Send an email to its one recipient; return what came of it, with the error if there was one."""
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        return _outcome_of(error), error
    return Delivery.SENT, None


def _outcome_of(error: BaseException) -> Delivery:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return _outcome_of_recipient(code, answer if isinstance(answer, bytes) else str(answer).encode())
    if isinstance(error, smtplib.SMTPDataError):
        return Delivery.POLICY
    if isinstance(error, smtplib.SMTPServerDisconnected | TimeoutError | BrokenPipeError | ConnectionResetError):
        return Delivery.UNKNOWN
    return Delivery.SERVER_FAILED


def _outcome_of_recipient(code: int, answer: bytes) -> Delivery:
    enhanced = _ENHANCED_CODE.match(answer)
    if code == _CLOSING or (enhanced and enhanced[1] in _OF_THE_SERVER):
        return Delivery.SERVER_FAILED
    if (enhanced and enhanced[1] == b"7") or _SAYS_POLICY.search(answer):  # such as a relay that does not know us
        return Delivery.POLICY
    if code in _MAILBOX_CODES and (enhanced is None or _NO_SUCH_ADDRESS.match(answer)):
        return Delivery.NO_ADDRESS
    return Delivery.REFUSED


def pause_after(attempts: int) -> dt.timedelta:
    """Return how long to wait after so many failures in a row: a minute, then twice as long each time."""
    return min(dt.timedelta(minutes=2 ** min(attempts, 11)), _MAX_PAUSE)


def has_failed_too_long(outcome: Delivery, failing_since: dt.datetime | None) -> bool:
    """Whether an address has been refused for three days; by a policy: in which the server took mail to others."""
    if failing_since is None or timezone.now() - failing_since < MAX_FAILING:
        return False
    return (
        outcome == Delivery.REFUSED
        or DeliveryCount.objects.filter(day__gte=timezone.localdate(failing_since), sent__gt=0).exists()
    )


def count(**numbers: int) -> None:
    """Add to today's numbers. No address is in them."""
    row, _ = DeliveryCount.objects.get_or_create(day=timezone.localdate())
    changes: dict[str, Any] = {name: F(name) + number for name, number in numbers.items() if number}
    if changes:
        DeliveryCount.objects.filter(pk=row.pk).update(**changes)


class OneLineEmail(EmailMultiAlternatives):
    """An email whose headers are not folded: mail programs look for one-click links within a line (RFC 8058)."""

    def message(self, *args: Any, **options: Any) -> Any:
        """As Django's, with each header in one line."""
        message = super().message(*args, **options)
        message.policy = message.policy.clone(max_line_length=None)
        return message


def ascii_host(name: str) -> str:
    """Return the name of a host in ASCII, as headers need it: letters of any script in their IDNA form (RFC 5891)."""
    return name if name.isascii() else name.encode("idna").decode("ascii")


def ascii_url(url: str) -> str:
    """Return an address in ASCII, as headers need it."""
    split = urlsplit(url)
    host = ascii_host(split.hostname or "")
    if split.port:
        host = f"{host}:{split.port}"
    safe = "/%:@!$&'()*+,;=~-._"
    return urlunsplit((split.scheme, host, quote(split.path, safe=safe), quote(split.query, safe=safe + "?"), ""))
