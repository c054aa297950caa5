"""What the views of the desk have in common: reading a form's version and seat, giving a verb's errors to a form."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest


def version_in(request: HttpRequest) -> int:
    """Return the version of the draft that the form was made from; 0, which none has, where it is malformed."""
    value = request.POST.get("version", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def seat_in(request: HttpRequest) -> uuid.UUID | None:
    """Return the name of the open form, or None."""
    try:
        return uuid.UUID(request.POST.get("seat", ""))
    except ValueError:
        return None


def tell(form: forms.BaseForm, error: ValidationError) -> None:
    """Put each message of a verb next to its field, or above the form where it has no such field."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error.messages)
        return
    for name, messages in error.message_dict.items():
        form.add_error(name if name in form.fields else None, messages)
