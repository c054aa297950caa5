"""Who asked to be told of what. An address is kept only as long as its owner wants mail."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    """How often mail is sent."""

    IMMEDIATE = "immediate", _("As soon as we publish something")
    WEEKLY = "weekly", _("Weekly, on Mondays")


class Subscription(models.Model):
    """One address that follows one thing. Deleted, with the address, when its owner ends it."""

    email = models.EmailField(max_length=254)
    scope = models.CharField(
        max_length=100, help_text="“all”, or what is followed: pledge:slug, body:slug, theme:slug."
    )
    frequency = models.CharField(max_length=16, choices=Frequency)
    key = models.CharField(max_length=43, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    letters = models.PositiveSmallIntegerField(default=0, help_text="Confirmation emails sent.")
    letter_due = models.BooleanField(default=True, help_text="Whether a confirmation email is due.")
    sent_until = models.PositiveBigIntegerField(default=0, help_text="Position of the last entry that was sent.")
    next_at = models.DateTimeField(default=timezone.now, help_text="When to look again whether there is news.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Failed tries to send, since the last success.")
    failing_since = models.DateTimeField(
        null=True, blank=True, help_text="Since when the mail server refuses the address. Empty: it does not."
    )
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="When a worker began to send.")
    claimed_until = models.PositiveBigIntegerField(null=True, blank=True, help_text="The last entry of what it sends.")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="alerts_subscription_once", fields=["email", "scope"]),
            models.CheckConstraint(name="alerts_frequency_known", condition=Q(frequency__in=Frequency.values)),
        ]
        indexes = [models.Index(fields=["next_at"], name="alerts_next")]

    def __str__(self) -> str:
        return f"A subscription to {self.scope}"


class DeliveryCount(models.Model):
    """What became of the emails of one day, in numbers. No address is kept of those that ended."""

    day = models.DateField(unique=True)
    sent = models.PositiveIntegerField(default=0)
    postponed = models.PositiveIntegerField(default=0, help_text="Emails that will be tried again.")
    no_address = models.PositiveIntegerField(
        default=0, help_text="Subscriptions that ended: the mail server said that there is no such address."
    )
    given_up = models.PositiveIntegerField(
        default=0, help_text="Subscriptions that ended: the mail server refused the address for three days."
    )

    class Meta:
        ordering = ["-day"]
        verbose_name = "emails of a day"
        verbose_name_plural = "emails by day"

    def __str__(self) -> str:
        return f"Emails of {self.day}"
