"""What two people wrote into one draft at a time: field by field, in words, and only where they differ."""

import datetime as dt
from contextlib import suppress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from tracker.desk.form_fields.later_deadlines import LaterDeadlinesField
from tracker.desk.preview import ChangedField
from tracker.text.deadlines import later_deadlines_from
from tracker.text.diff import compare_words
from tracker.text.typed_days import day_in_words


def differences_between(theirs: forms.BaseForm, mine: forms.BaseForm) -> list[ChangedField]:
    """Return the fields of two forms of one draft that differ; ``before`` is what they wrote, ``after`` what I did."""
    rows = [(str(field.label), _words(theirs[field.name]), _words(field)) for field in mine]
    return [ChangedField(*row, compare_words(*row[1:])) for row in rows if row[1] != row[2]]


def _words(bound: forms.BoundField) -> str:
    """Return what is in a field as a person reads it: names for keys, a day in words; as typed where it is wrong."""
    field, value = bound.field, bound.value()
    with suppress(ValidationError):
        value = field.clean(value)
    if isinstance(value, QuerySet):
        return "; ".join(sorted(str(row) for row in value))
    if isinstance(field, LaterDeadlinesField) and value and isinstance(value[0], dict):
        return "; ".join(str(deadline) for deadline in later_deadlines_from(value))
    if isinstance(value, list):
        return "; ".join(filter(None, value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dt.date):
        return day_in_words(value)
    if isinstance(field, forms.ChoiceField) and not isinstance(value, Model):
        choices: dict[Any, Any] = dict(field.choices)  # type: ignore[arg-type]
        return str(choices.get(value, value or ""))
    return "" if value is None else str(value)
