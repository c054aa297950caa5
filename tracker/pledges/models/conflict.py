"""Passages that give different figures or scope for the same pledge."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from tracker.core.fields import VisibleCharField, VisibleTextField
from tracker.pledges.models.pledge import Pledge
from tracker.sources.models import Passage


class Conflict(models.Model):
    """A point on which passages about one pledge differ. Shown side by side, never averaged."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="conflicts")
    question = VisibleCharField(
        "point on which sources differ", max_length=200, help_text="The point, such as “How many cases”."
    )
    note = VisibleTextField(blank=True)
    published_at = models.DateTimeField(default=timezone.now, help_text="When it was made public (UTC).")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(name="pledges_conflict_question_once", fields=["pledge", "question"])]

    def __str__(self) -> str:
        return self.question


class ConflictSide(models.Model):
    """What one passage says on the point: some of its own words."""

    conflict = models.ForeignKey(Conflict, on_delete=models.CASCADE, related_name="sides")
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="conflict_sides")
    says = VisibleCharField(max_length=200, help_text="Words of the passage, exactly.")

    class Meta:
        verbose_name_plural = "what each passage says"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="pledges_conflict_side_once", fields=["conflict", "passage"]),
            models.CheckConstraint(name="pledges_conflict_side_says", condition=~Q(says="")),
        ]

    def __str__(self) -> str:
        return self.says

    def clean(self) -> None:
        """Refuse words that the passage does not have."""
        super().clean()
        if self.passage_id and self.says not in self.passage.exact:
            raise ValidationError({"says": "The passage does not have these words."})
