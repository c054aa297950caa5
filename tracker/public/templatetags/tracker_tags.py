"""Template tags of the public pages: words and shapes for values, and the head of the record."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import template
from django.core.cache import cache
from django.db import DatabaseError, connection

from tracker.pledges.markdown import to_html
from tracker.pledges.models import StatusUpdate
from tracker.pledges.statuses import Schedule, Status
from tracker.sources import guards
from tracker.sources.models import CheckState

register = template.Library()


@register.inclusion_tag("components/status.html")
def status(value: str | None, size: str = "") -> dict[str, Any]:
    """The glyph and the word of a status; for None, that the record has no entry yet."""
    return {"status": Status(value) if value else None, "size": size}


@register.filter
def markdown(text: str) -> str:
    """An editor's explanation as safe HTML (pledges/markdown.py)."""
    return to_html(text)


@register.inclusion_tag("components/clock.html")
def clock(pledge: Any, today: dt.date) -> dict[str, Any]:
    """How a pledge (PledgeQuerySet.with_answers) stands against its first deadline."""
    late = pledge.schedule == Schedule.OVERDUE
    until = pledge.status_on if pledge.status == Status.DELIVERED else today
    return {
        "pledge": pledge,
        "late_by": (until - pledge.deadline_on).days if late else None,
        "delivered": pledge.status == Status.DELIVERED,
    }


@register.inclusion_tag("components/check.html")
def check(passage: Any) -> dict[str, Any]:
    """How far the program has checked a passage, in words."""
    return {"passage": passage, "state": CheckState(passage.check_state)}


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value of a mapping at a key, or None."""
    return mapping.get(key)


@register.filter
def days_until(start: dt.date, end: dt.date) -> int:
    """Days from one day to another; never below 0."""
    return max(0, (end - start).days)


@register.inclusion_tag("components/head_line.html")
def head_line() -> dict[str, Any]:
    """How far the record goes, for the footer of every page; nothing where the database does not answer."""
    try:
        lost = cache.get_or_set("guards-missing", lambda: bool(guards.missing(connection)), timeout=60)
        return {"last": StatusUpdate.objects.last_entry(), "read_only": lost}
    except DatabaseError:
        return {}
