"""Which account a name belongs to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class ClaimKind(models.TextChoices):
    """In which form a name is claimed (text/names.py)."""

    NAME = "name", "As it is shown"
    KEY = "key", "Without regard to case"
    LOOK = "look", "As it looks"


class NameClaim(models.Model):
    """A name belongs to one account for good: three rows for each name that it has or had. Written by names.py.

    The database refuses a change or deletion of a row, and an account whose name has no row (triggers.py). Without an
    account: a name that entered the record before accounts were known by it, such as an imported one.
    """

    kind = models.CharField(max_length=4, choices=ClaimKind)
    text = models.CharField(max_length=600)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="name_claims"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="desk_name_kind_known", condition=Q(kind__in=ClaimKind.values)),
            models.UniqueConstraint(name="desk_name_belongs_to_one_account", fields=["kind", "text"]),
        ]

    def __str__(self) -> str:
        return self.text
