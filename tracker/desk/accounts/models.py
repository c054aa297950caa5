"""Which account a name belongs to, and whose address somebody else changed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
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


class AddressChange(models.Model):
    """An account's email address that somebody else changed. Written by actions/people.py.

    Anyone with the mailbox can choose a password, so the account has no access until another admin than
    the one who changed the address gives it back: ``confirmed_by``.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="address_changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="desk_address_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by=F("by")),
            ),
        ]

    def __str__(self) -> str:
        return f"Address of {self.user_id}, changed by {self.by_id}"
