"""The form field of the deadlines of a pledge that were said after the first: a row of three boxes for each.

All boxes have the name of the field, so that a draft keeps what was typed as one list, three texts to a row.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from tracker.core.day_field import DayField
from tracker.text.deadlines import LaterDeadline, later_deadlines_from, read_later_deadline
from tracker.text.typed_days import day_in_words

_BOXES = 3


def typed_rows(facts: Sequence[Any]) -> list[str]:
    """Return later deadlines, as a pledge keeps them, as somebody would have typed them into the boxes."""
    texts: list[str] = []
    for later in later_deadlines_from(list(facts)):
        texts += [later.words, day_in_words(later.said_on), later.edtf or "none"]
    return texts


class LaterDeadlinesInput(forms.Widget):
    """A row of boxes for each deadline that is there, and an empty row."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Return what was sent, box by box."""
        return list(data.getlist(name)) if hasattr(data, "getlist") else list(data.get(name) or [])

    def id_for_label(self, id_: str) -> str:
        """Return the first box: the label of the whole leads to it."""
        return f"{id_}_0" if id_ else ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the rows as HTML; rows without a word are left out but for the last."""
        texts = typed_rows(value) if value and isinstance(value[0], dict) else list(value or [])
        rows = [row for row in _in_rows(texts) if any(text.strip() for text in row)]
        attrs = attrs or {}
        context = {
            "name": name,
            "id": attrs.get("id", f"id_{name}"),
            "rows": [*rows, [""] * _BOXES],
            "described": attrs.get("aria-describedby", ""),
            "invalid": attrs.get("aria-invalid") == "true",
        }
        return mark_safe(render_to_string("desk/later_deadlines.html", context))  # noqa: S308  # it escapes


class LaterDeadlinesField(forms.Field):
    """Reads the rows into what a pledge keeps. The message of each problem names its row."""

    widget = LaterDeadlinesInput

    def to_python(self, value: Any) -> list[dict[str, str]]:
        """Return the deadlines in the order in which they were said; a row without anything is none."""
        later, problems = [], []
        for number, row in enumerate(_in_rows(list(value or [])), 1):
            if not any(text.strip() for text in row):
                continue
            try:
                later.append(_read_row(row))
            except ValidationError as error:
                problems += [f"Row {number}: {message}" for message in error.messages]
        if problems:
            raise ValidationError(problems)
        facts = [deadline.as_fact() for deadline in later]
        try:
            return [deadline.as_fact() for deadline in later_deadlines_from(facts)]
        except ValueError as error:
            raise ValidationError(str(error)) from error


def _in_rows(texts: Sequence[str]) -> Iterable[list[str]]:
    padded = [*texts, *[""] * (-len(texts) % _BOXES)]
    return [padded[start : start + _BOXES] for start in range(0, len(padded), _BOXES)]


def _read_row(row: Sequence[str]) -> LaterDeadline:
    words, said, reading = (text.strip() for text in row)
    if not words:
        raise ValidationError("Enter the words of the deadline.")
    said_on = DayField(error_messages={"required": "Enter the date on which it was said."}).clean(said)
    try:
        return LaterDeadline(words, said_on, read_later_deadline(words, said_on=said_on, typed=reading))
    except ValueError as error:
        raise ValidationError(str(error)) from error
