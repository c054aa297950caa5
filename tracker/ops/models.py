"""What the background worker did: for the page of jobs in the admin."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    """What became of a run of a job."""

    REQUESTED = "requested", _("Requested")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Stopped")
    LOST = "lost", _("Lost: its worker ended")


class JobRun(models.Model):
    """A run that took a while, did something, failed, or was asked for. Runs that found nothing to do leave none."""

    job = models.CharField(max_length=60)
    state = models.CharField(max_length=16, choices=RunState, default=RunState.RUNNING)
    requested_by = models.CharField(max_length=150, blank=True, help_text="Who asked for it. Empty: its time came.")
    tries = models.PositiveSmallIntegerField(default=0, help_text="How often a worker has begun it.")
    worker = models.CharField(max_length=100, blank=True, help_text="The machine and the process.")
    requested_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When its worker last gave a sign of life.")
    ended_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0, help_text="How much there is to do. 0 means not known.")
    output = models.TextField(blank=True, help_text="The end of what it said.")
    error = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = _("run of a job")
        verbose_name_plural = _("background jobs")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["job", "state"], name="ops_jobrun_of_job")]
        constraints = [
            models.CheckConstraint(name="ops_jobrun_state_known", condition=Q(state__in=RunState.values)),
            models.UniqueConstraint(
                name="ops_jobrun_requested_once", fields=["job"], condition=Q(state=RunState.REQUESTED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} ({self.get_state_display()})"

    @property
    def progress(self) -> str:
        """How far it is, in words; empty where that is not known."""
        return f"{self.done:,} of {self.total:,}" if self.total else ""
