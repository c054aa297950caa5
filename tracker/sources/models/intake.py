"""Documents on their way in, and addresses that are looked at again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from tracker.core.validators import CombinedChecks
from tracker.sources.choices import IntakeState, LinkState
from tracker.sources.models.source import Source


class Intake(CombinedChecks, models.Model):
    """A document on its way to become a source: brought in by a person, read by the worker, confirmed by a person.

    Written by intake.py alone.
    """

    state = models.CharField(max_length=8, choices=IntakeState, default=IntakeState.WAITING)
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="intakes"
    )
    brought_at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    content_type = models.CharField(max_length=200, blank=True)
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict, blank=True, help_text="What the person typed about it.")
    supersedes = models.ForeignKey(
        Source, null=True, blank=True, on_delete=models.PROTECT, related_name="intakes_after"
    )
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True)
    form = models.CharField(max_length=8, blank=True)
    text = models.TextField(blank=True)
    pages = models.JSONField(default=list, blank=True)
    page_labels = models.JSONField(default=list, blank=True)
    layout = models.JSONField(default=dict, blank=True)
    proposals = models.JSONField(default=dict, blank=True)
    notes = models.JSONField(default=list, blank=True)
    source = models.OneToOneField(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="intake")

    class Meta:
        verbose_name = "document on its way"
        verbose_name_plural = "documents on their way"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="sources_intake_state")]
        constraints = [
            models.CheckConstraint(name="sources_intake_state_known", condition=Q(state__in=IntakeState.values)),
            models.CheckConstraint(
                name="sources_intake_stored_as_source",
                condition=Q(state=IntakeState.STORED, source__isnull=False)
                | (~Q(state=IntakeState.STORED) & Q(source__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.url or f"Document {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("desk:intake", args=[self.pk])

    @property
    def is_under_way(self) -> bool:
        """Whether the worker still has to do with it."""
        return self.state in (IntakeState.WAITING, IntakeState.WORKING)


class LinkCheck(models.Model):
    """What the last look at a source's address showed. Written by sources/link_checks.py alone."""

    source = models.OneToOneField(Source, primary_key=True, on_delete=models.CASCADE, related_name="link")
    url = models.URLField(max_length=1000, help_text="The address that was looked at.")
    state = models.CharField(max_length=12, choices=LinkState)
    says = models.CharField(max_length=200, blank=True, help_text="What the server said.")
    leads_to = models.URLField(max_length=1000, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField()
    next_at = models.DateTimeField()
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When a person looked at it and left it as it is."
    )
    settled_as = models.CharField(max_length=12, blank=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="sources_link_next")]
        constraints = [
            models.CheckConstraint(name="sources_link_state_known", condition=Q(state__in=LinkState.values)),
        ]

    def __str__(self) -> str:
        return f"{self.url}: {self.get_state_display()}"
