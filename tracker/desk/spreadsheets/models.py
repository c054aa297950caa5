"""Spreadsheets of pledges on their way in. Written by actions/imports.py alone."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from tracker.core.validators import CombinedChecks
from tracker.desk.workflow import DraftState
from tracker.pledges.models import Review


class ImportState(models.TextChoices):
    """Where a spreadsheet is."""

    MATCHING = "matching", "Columns and values are being matched"
    RUNNING = "running", "Rows are being brought in"
    DONE = "done", "Brought in"
    DROPPED = "dropped", "Dropped"


class RowState(models.TextChoices):
    """What became of a row."""

    WAITING = "waiting", "Waits"
    MADE = "made", "A draft was made"
    SAME = "same", "Brought in before"
    CHANGED = "changed", "Changed in the file since it was brought in"
    FAILED = "failed", "Could not be brought in"
    UNDONE = "undone", "Its draft was discarded again"
    REPLACED = "replaced", "Its draft has the words of a later file"


class SpreadsheetImport(models.Model):
    """A file with a list of pledges, how it is read, and where its rows are."""

    name = models.CharField(max_length=200)
    content = models.BinaryField(null=True, help_text="The file, until its rows are brought in.")
    sha256 = models.CharField(max_length=64)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="+")
    mapping = models.JSONField(default=dict, help_text="What becomes of its columns and values.")
    state = models.CharField(max_length=8, choices=ImportState, default=ImportState.MATCHING)
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    contributors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        editable=False,
        related_name="+",
        help_text="Everybody who brought the file in, changed what becomes of its columns, or started it.",
    )
    brought_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="desk_import_state_known", condition=Q(state__in=ImportState.values)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        if self.state == ImportState.MATCHING:
            return reverse("desk:import_columns", args=[self.pk])
        return reverse("desk:import", args=[self.pk])


class ImportedRow(CombinedChecks, models.Model):
    """One row of a file as it was planned, and the draft that was made of it."""

    batch = models.ForeignKey(SpreadsheetImport, on_delete=models.CASCADE, related_name="rows")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(help_text="Its number in the file.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of its cells: the same row is brought in once.")
    reference = models.CharField(max_length=200, blank=True, help_text="What tells rows apart, if a column does.")
    state = models.CharField(max_length=8, choices=RowState, default=RowState.WAITING)
    title = models.CharField(max_length=300, blank=True)
    plan = models.JSONField(default=dict)
    problem = models.CharField(max_length=500, blank=True)
    earlier = models.CharField(max_length=300, blank=True, help_text="Address of the draft that there is already.")
    version = models.PositiveIntegerField(default=0, help_text="The version of its draft when it was made.")
    draft = models.OneToOneField(
        "desk.Draft", null=True, blank=True, on_delete=models.PROTECT, related_name="imported_row"
    )

    class Meta:
        ordering = ["batch", "number", "id"]
        indexes = [
            models.Index(fields=["batch", "state", "id"], name="desk_importedrow_of_batch"),
            models.Index(fields=["review", "reference"], name="desk_importedrow_reference"),
        ]
        constraints = [
            models.CheckConstraint(name="desk_importedrow_state_known", condition=Q(state__in=RowState.values)),
            models.UniqueConstraint(
                name="desk_importedrow_made_once", fields=["review", "digest"], condition=Q(state="made")
            ),
            models.CheckConstraint(
                name="desk_importedrow_made_has_draft", condition=~Q(state="made") | Q(draft__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"Row {self.number}"

    @property
    def is_untouched(self) -> bool:
        """Whether nobody changed or submitted its draft since it was made."""
        draft = self.draft
        return draft is not None and draft.version == self.version and draft.stage == DraftState.DRAFT
