"""Fields whose words a reader sees. To migrations they are Django's own: what they add is checked here, not stored."""

from typing import TYPE_CHECKING, Any

from django.db import models

from tracker.core.validators import validate_visible_text

if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
    _TextField = models.TextField[str, str]
else:
    _CharField, _TextField = models.CharField, models.TextField


class VisibleCharField(_CharField):
    """A CharField that refuses characters nobody sees (validate_visible_text)."""

    default_validators = [validate_visible_text]

    def deconstruct(self) -> Any:
        """Return what migrations write down: a CharField."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class VisibleTextField(_TextField):
    """A TextField that refuses characters nobody sees (validate_visible_text)."""

    default_validators = [validate_visible_text]

    def deconstruct(self) -> Any:
        """Return what migrations write down: a TextField."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs
