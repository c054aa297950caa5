"""Template tags of the desk.

Django imports the tags of all parts of the site for its first page. What these need beyond that they import
themselves: a worker that shows no page of the desk is spared it.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tracker.desk.accounts import permissions
from tracker.desk.models import Draft, Hold, PendingChange
from tracker.sources.models import Source

if TYPE_CHECKING:
    from tracker.desk.sign_off.shown import Row

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_needs(context: dict[str, Any]) -> dict[str, Any]:
    """How much waits for this person, their name, and whether they manage the desk: for the bar of every page."""
    from tracker.desk import queue
    from tracker.desk.notices.audience import unseen_number
    from tracker.desk.setup.code import is_setting_up

    user = context["request"].user
    waiting = queue.needs(user, kinds=context.get("kinds"))
    return {
        "all": waiting["sign_off"] + waiting["returned"],
        "notices": unseen_number(user),
        "manages": permissions.may(user, permissions.Ability.MANAGE),
        "sets_up": is_setting_up(user),
        "name": permissions.public_name(user),
    }


@register.simple_tag
def form_key() -> SafeString:
    """A key of its own for a form that does something: sent twice, it has one effect (desk/idempotency.py)."""
    from tracker.desk.idempotency import new_form_key

    return format_html('<input type="hidden" name="key" value="{}">', new_form_key())


@register.simple_tag
def shown(rows: "list[Row]") -> SafeString:
    """What a form of publishing shows, to be sent back with it (sign_off/shown.py)."""
    return _hidden_input(rows)


@register.simple_tag
def shown_draft(draft: Draft, rows: "list[Row]") -> SafeString:
    """What a list of sign-off shows of one draft, to be sent back with it."""
    return _hidden_input(rows, f"-{draft.pk}")


@register.simple_tag
def shown_change(change: PendingChange, rows: "list[Row]") -> SafeString:
    """What a list of changes shows of one, to be sent back with it."""
    return _hidden_input(rows, f"-{change.pk}")


@register.simple_tag
def shown_source(source: Source, rows: "list[Row]") -> SafeString:
    """What a list of sign-off shows of a source that becomes public, to be sent back with it."""
    return _hidden_input(rows, f"-source-{source.slug}")


@register.filter
def rows_of_hold(hold: Hold) -> "list[Row]":
    """What a hold keeps back, and why, row by row."""
    from tracker.desk.sign_off import public_rows

    return public_rows.rows_of_hold(hold)


@register.filter
def public_name(user: Any) -> str:
    """The name under which the record knows a person."""
    return permissions.public_name(user)


@register.filter
def as_day(value: str) -> str:
    """A day such as 2025-06-05 as people read it: 5 June 2025."""
    return f"{dt.date.fromisoformat(value):%-d %B %Y}"


def _hidden_input(rows: "list[Row]", suffix: str = "") -> SafeString:
    from tracker.desk.sign_off.shown import hidden_input

    return hidden_input(rows, suffix)
