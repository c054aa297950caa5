"""The form field of a day, for every form of the desk and of the public pages."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.text.typed_days import day_in_words, parse_day

EXAMPLE = "26 February 2025"


class DayInput(forms.DateInput):
    """A box for a day, shown in words. With scripts, a button beside it opens the browser's own calendar (site.js)."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"data-day": "", "autocomplete": "off"} | (attrs or {}))

    def format_value(self, value: Any) -> str:
        """Return a day in words; what was typed and is not a day stays as it was typed."""
        if isinstance(value, str):
            try:
                return day_in_words(dt.date.fromisoformat(value))
            except ValueError:
                return value
        return day_in_words(value) if isinstance(value, dt.date) else ""


class DayField(forms.DateField):
    """A day typed as people write it: 26 February 2025, 26/2/2025, 26 Feb 2025 or 2025-02-26.

    With ``is_past`` of what has happened: a day to come is a slip, mostly in the year.
    """

    widget = DayInput
    default_error_messages = {
        "required": _("Enter a date, for example 26 February 2025."),
        "invalid": _("Enter a date, for example 26 February 2025."),
        "no_such_day": _("Enter a date that exists, for example 26 February 2025."),
        "to_come": _("Enter a date up to today, %(today)s."),
    }

    def __init__(self, *args: Any, is_past: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_past = is_past

    def validate(self, value: dt.date | None) -> None:
        """Refuse a day to come where only one that has been is meant."""
        super().validate(value)
        today = timezone.localdate()
        if self.is_past and value and value > today:
            message = self.error_messages["to_come"]
            raise ValidationError(message, code="to_come", params={"today": day_in_words(today)})

    def to_python(self, value: Any) -> dt.date | None:
        """Return the day, or None for an empty box. Raises ValidationError for anything that is not a day."""
        if value in self.empty_values:
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        try:
            day = parse_day(str(value).strip())
        except ValueError:
            raise ValidationError(self.error_messages["no_such_day"], code="no_such_day") from None
        if day is None or not 1900 <= day.year <= 9000:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day
