"""Fields of the admin: a choice of rows that refuses what is not a key, and dates typed as people write them.

Django 5.2 looks for whatever an address or a form names: words where the key is a number, or a number larger than a
database holds, end as errors of the server.
"""

from typing import Any

from django import forms
from django.contrib.admin.widgets import (
    AdminDateWidget,
    AutocompleteMixin,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from tracker.core.day_field import DayField, DayInput
from tracker.core.numbers import read_number


def _is_key(word: Any) -> bool:
    return read_number(str(word)) is not None


class _Keys(AutocompleteMixin):
    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [key for key in value if _is_key(key)], attr)


class _ChooseOne(_Keys, AutocompleteSelect):
    pass


class _ChooseSeveral(_Keys, AutocompleteSelectMultiple):
    pass


class _Rows(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # at run time it has none
    def clean(self, value: Any) -> Any:
        """Return the rows. Raises ValidationError, as for a key of no row."""
        for key in value or []:
            if not _is_key(key):
                raise ValidationError(self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": key})
        return super().clean(value)


class ChooseByKeyMixin:
    """A ModelAdmin, or a part of one, whose fields choose rows."""

    autocomplete_fields: Any
    admin_site: Any

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = _ChooseOne(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = _ChooseSeveral(db_field, self.admin_site)
        return super().formfield_for_manytomany(  # type: ignore[misc]
            db_field, request, **{"form_class": _Rows, **kwargs}
        )


class _DayInput(DayInput, AdminDateWidget):
    """The date box of the admin, with its calendar, shown in words and wide enough for them."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"size": "20"} | (attrs or {}))


class TypedDaysMixin:
    """A ModelAdmin whose dates are typed as people write them, as everywhere on the site."""

    formfield_overrides = {models.DateField: {"form_class": DayField, "widget": _DayInput}}
