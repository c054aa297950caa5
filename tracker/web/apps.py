"""Configuration of the web package."""

from typing import Any

from django import forms
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

REQUIRED: dict[Any, Any] = {
    forms.Field: _("Fill in this box."),
    forms.BooleanField: _("Tick this box."),
    forms.ChoiceField: _("Choose one of these."),
    forms.ModelChoiceField: _("Choose one of these."),
    forms.FileField: _("Choose a file."),
}
"""What a form without words of its own says beside a required field that is empty, by kind of field."""


class WebConfig(AppConfig):
    """What all screens share."""

    name = "tracker.web"
    verbose_name = "Web"

    def __init__(self, app_name: str, app_module: Any) -> None:
        """Let every form say what to do: Django's own words, “This field is required.”, do not.

        This is done before any form is defined, as a field takes its words then.
        """
        super().__init__(app_name, app_module)
        for field, words in REQUIRED.items():
            field.default_error_messages = {**field.default_error_messages, "required": words}
