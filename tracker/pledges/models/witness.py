"""Witnesses that this installation asks to cosign its head, what they cosigned, and the logs that it is one for."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Witness(models.Model):
    """A witness that is asked (setting WITNESSES), and how the asking goes. Kept by witness/cosignatures.py."""

    verifier_key = models.CharField(max_length=300, unique=True, help_text="Name, id and key, as it publishes them.")
    known_size = models.PositiveBigIntegerField(default=0, help_text="How many entries it has cosigned, as it says.")
    failures = models.PositiveIntegerField(default=0, help_text="How often in a row it did not cosign.")
    next_try_at = models.DateTimeField(default=timezone.now, help_text="Before it is not asked again (UTC).")
    problem = models.CharField(max_length=300, blank=True, help_text="Why it did not cosign the last time.")
    is_contradicted = models.BooleanField(
        default=False, help_text="Whether it knows another record, or more entries than this one has."
    )

    class Meta:
        verbose_name = "witness of this record"
        verbose_name_plural = "witnesses of this record"
        ordering = ["verifier_key"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in its key."""
        return self.verifier_key.partition("+")[0]


class Cosignature(models.Model):
    """What a witness signed: that it saw the record grow to a size and a root. Never changed."""

    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="cosignatures")
    size = models.PositiveBigIntegerField(db_index=True)
    root = models.CharField(max_length=64)
    line = models.CharField(max_length=500, help_text="The line of a signed note.")
    signed_at = models.DateTimeField(help_text="When, by its own clock (UTC).")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="pledges_cosigned_once", fields=["witness", "size", "root"])]

    def __str__(self) -> str:
        return f"{self.witness}: {self.size}"


class FollowedLog(models.Model):
    """A log that this installation is a witness for: the last head that it cosigned, and one that it refused.

    Kept by witness/followed_logs.py. A row is never deleted, since the head that was cosigned is what shows a fork.
    """

    origin = models.CharField(max_length=200, unique=True, help_text="The first line of its checkpoints.")
    verifier_key = models.CharField(max_length=300, help_text="Name, id and key, as it publishes them.")
    is_followed = models.BooleanField(default=True, help_text="Whether its heads are cosigned.")
    size = models.PositiveBigIntegerField(default=0, help_text="Of the last head that was cosigned.")
    root = models.CharField(max_length=64, blank=True)
    note = models.TextField(blank=True, help_text="That head with the log’s signature and the cosignature.")
    cosigned_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_note = models.TextField(blank=True, help_text="The first signed head that was refused.")
    refused_beside = models.TextField(blank=True, help_text="The head that was the last to be cosigned then.")
    is_fork = models.BooleanField(
        default=False, help_text="Whether both have one size and two roots: that alone proves a rewritten record."
    )

    class Meta:
        verbose_name = "log of others"
        verbose_name_plural = "logs of others"
        ordering = ["origin"]
        constraints = [
            models.CheckConstraint(
                name="pledges_followed_refusal_whole",
                condition=Q(refused_at__isnull=True, refused_note="", is_fork=False)
                | Q(refused_at__isnull=False) & ~Q(refused_note=""),
            )
        ]

    def __str__(self) -> str:
        return self.origin
