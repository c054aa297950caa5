"""What the views of the desk share: a form's version and edit session, and an action's errors beside its fields."""

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest

from tracker.core.numbers import read_number


def read_version(request: HttpRequest) -> int:
    """Return the version of the draft that the form was made from; 0, which none has, where it is malformed."""
    return read_number(request.POST.get("version", "")) or 0


def edit_session_id(request: HttpRequest) -> uuid.UUID | None:
    """Return the name of the open form, or None."""
    try:
        return uuid.UUID(request.POST.get("edit_session", ""))
    except ValueError:
        return None


def add_form_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Put each message of a verb next to its field, or above the form where it has no such field.

    What the form says there already is not said twice.
    """
    problems = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, messages in problems.items():
        place = name if name in form.fields else NON_FIELD_ERRORS
        new = [message for message in messages if message not in form.errors.get(place, [])]
        if new:
            form.add_error(place if place in form.fields else None, new)


@dataclass(frozen=True)
class Stretch:
    """Words of a document: of its text, or furniture such as a menu or the head of a page."""

    text: str
    is_furniture: bool


def text_stretches(text: str, layout: dict[str, Any]) -> list[Stretch]:
    """Return the beginning of a text in stretches; ``layout`` is what an Intake has (furniture: start, end)."""
    stretches, at = [], 0
    for start, end in sorted(layout.get("furniture", [])):
        if start >= len(text):
            break
        stretches += [Stretch(text[at:start].strip("\n"), False), Stretch(text[start:end], True)]
        at = end
    stretches.append(Stretch(text[at:].strip("\n"), False))
    return [stretch for stretch in stretches if stretch.text.strip()]
