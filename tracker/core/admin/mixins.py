"""What admin classes of several apps share."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpRequest

MAX_KEY_DIGITS = 18
"""Digits of a key that every database takes."""


class ReadOnlyMixin:
    """Permissions of what may be looked at and no more."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return nothing for a number that is no key: Django fails on one where the key is another table's."""
        if len(object_id) > MAX_KEY_DIGITS and object_id.isdecimal():
            return None
        return super().get_object(request, object_id, from_field)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PermanentSlugMixin:
    """For what has a public address: proposed from the name when it is added, kept ever after."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else super().get_prepopulated_fields(request, obj)


class LoggedDeletionMixin:
    """For what may only be deleted: each by itself, and with a line in the activity log, in the same transaction."""

    deletion: str
    """What the line says was done."""
    record_action: ClassVar[Callable[..., Any]]
    """Appends the line; given by the desk, which keeps the log and which no package beside it imports."""

    def get_actions(self, request: HttpRequest) -> Any:
        """Return none: each row is deleted, and logged, by itself."""
        return {}

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.record_action(request.user, self.deletion, obj)
        super().delete_model(request, obj)
