"""What every form says beside a box in which something is wrong: what to do, in place of Django's own words.

Fields and validators without words of their own take these; fields take them when a form is defined.
"""

from typing import Any

from django import forms
from django.core import validators
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

_CHOOSE = _("Choose one of these.")
_DAY = _("Enter a date, for example 26 February 2025.")
_ADDRESS = _("Enter a web address, for example https://example.org/page.")
_LETTERS = _("Use only letters without accents, numbers, hyphens and underscores.")

FIELD_MESSAGES: dict[Any, dict[str, Any]] = {
    forms.Field: {"required": _("Fill in this box.")},
    forms.BooleanField: {"required": _("Tick this box.")},
    forms.ChoiceField: {"required": _CHOOSE, "invalid_choice": _CHOOSE},
    forms.MultipleChoiceField: {"required": _CHOOSE, "invalid_choice": _CHOOSE, "invalid_list": _CHOOSE},
    forms.ModelChoiceField: {"required": _CHOOSE, "invalid_choice": _CHOOSE},
    forms.ModelMultipleChoiceField: {"invalid_list": _CHOOSE, "invalid_choice": _CHOOSE, "invalid_pk_value": _CHOOSE},
    forms.DateField: {"invalid": _DAY},
    forms.TimeField: {"invalid": _("Enter a time, for example 09:30.")},
    forms.DateTimeField: {"invalid": _("Enter a date and time, for example 2025-02-26 09:30.")},
    forms.SplitDateTimeField: {"invalid_date": _DAY, "invalid_time": _("Enter a time, for example 09:30.")},
    forms.URLField: {"invalid": _ADDRESS},
    forms.FileField: {
        "required": _("Choose a file."),
        "invalid": _("Choose a file."),
        "missing": _("Choose a file."),
        "empty": _("This file is empty. Choose another."),
        "max_length": ngettext_lazy(
            "Choose a file whose name has %(max)d character.",
            "Choose a file whose name has %(max)d characters or fewer.",
            "max",
        ),
        "contradiction": _("Choose a file or tick the box, not both."),
    },
    forms.ImageField: {"invalid_image": _("Choose a picture. This file cannot be read as one.")},
    forms.UUIDField: {"invalid": _("Enter the whole identifier, with its hyphens.")},
    forms.JSONField: {"invalid": _("Enter this as JSON.")},
    forms.MultiValueField: {"invalid": _("Fill in each box."), "incomplete": _("Fill in each box.")},
    models.Field: {
        # Also of a data set or a spreadsheet, where nobody sees the choices.
        "invalid_choice": _("“%(value)s” is not one of the choices."),
        "null": _("Fill in this box."),
        "blank": _("Fill in this box."),
        "unique": _("There is one with this already. Enter another."),
    },
}
"""The words for each mistake, by kind of field."""

VALIDATOR_MESSAGES: list[tuple[Any, Any]] = [
    (
        validators.MaxLengthValidator,
        ngettext_lazy(
            "Use %(limit_value)d character. You entered %(show_value)d.",
            "Use %(limit_value)d characters or fewer. You entered %(show_value)d.",
            "limit_value",
        ),
    ),
    (
        validators.MinLengthValidator,
        ngettext_lazy(
            "Use %(limit_value)d character or more. You entered %(show_value)d.",
            "Use %(limit_value)d characters or more. You entered %(show_value)d.",
            "limit_value",
        ),
    ),
    (validators.MaxValueValidator, _("Enter %(limit_value)s or less.")),
    (validators.MinValueValidator, _("Enter %(limit_value)s or more.")),
    (validators.StepValueValidator, _("Enter a multiple of %(limit_value)s.")),
    (validators.EmailValidator, _("Enter an email address, for example name@example.org.")),
    (validators.URLValidator, _ADDRESS),
    (validators.DomainNameValidator, _("Enter the name of a domain, for example example.org.")),
    (validators.FileExtensionValidator, _("Choose a file of one of these kinds: %(allowed_extensions)s.")),
    (validators.ProhibitNullCharactersValidator, _("Remove the hidden character U+0000.")),
    (validators.RegexValidator, _("Change these words: they do not have the form that is needed.")),
    (validators.validate_integer, _("Enter a whole number.")),
    (validators.validate_slug, _LETTERS),
    (validators.validate_unicode_slug, _("Use only letters, numbers, hyphens and underscores.")),
]
"""The words of validators that fields have in common: of a class of them, or of one."""


def use_our_messages() -> None:
    """Give Django's fields and validators the words above. Call it before any form or model is defined."""
    for field, messages in FIELD_MESSAGES.items():
        field.default_error_messages = {**field.default_error_messages, **messages}
    for validator, words in VALIDATOR_MESSAGES:
        validator.message = words
