"""The activity log of the desk: one line for each thing that somebody did."""

from collections.abc import Sequence
from typing import Any

from tracker.desk.accounts.permissions import public_name
from tracker.desk.models import AuditLogEntry


def record_action(
    user: Any,
    what: str,
    about: Any = "",
    *,
    url: str = "",
    changes: Sequence[Sequence[str]] = (),
    who: str = "Somebody",
) -> AuditLogEntry:
    """Append a line and return it. Called in the transaction of what it tells of, so both happen or neither.

    ``user`` is a person, or None for ``who``: somebody who could not be identified, or a timer. ``changes`` are rows
    of label, old value and new value. Nothing private is written: no email address,
    no client address, no words of a draft: they may have to be withdrawn, and this log is never changed.
    """
    if not url and hasattr(about, "get_absolute_url"):
        url = about.get_absolute_url()
    return AuditLogEntry.objects.create(
        who=public_name(user)[:150] if user else who,
        user=user,
        what=what[:60],
        about=str(getattr(about, "logged_as", about))[:300],
        url=url[:300],
        changes=[list(row) for row in changes],
    )
