"""Who said that a recommendation had been made before."""

from django.db import models

from tracker.core.validators import CombinedChecks
from tracker.pledges.models.catalogue import Recommendation


class RepeatTie(CombinedChecks, models.Model):
    """By whom, and when, a recommendation was tied to an earlier one (Recommendation.repeats): no likeness of words.

    A tie that was made before this was kept has none. Readers see it for as long as the tie is there.
    """

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="ties")
    earlier = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="later_ties")
    tied_by = models.CharField(max_length=150, help_text="The name of the person as it is public.")
    checked_by = models.CharField(
        max_length=150, blank=True, help_text="The second person; empty where there was none."
    )
    tied_at = models.DateTimeField(help_text="When readers saw it first (UTC).")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="pledges_repeat_tie_once", fields=["recommendation", "earlier"]),
            models.CheckConstraint(name="pledges_repeat_tie_has_name", condition=~models.Q(tied_by="")),
            models.CheckConstraint(
                name="pledges_repeat_tie_two_people",
                condition=~models.Q(tied_by=models.F("checked_by")),
                violation_error_message="The person who tied it cannot be the second person who checks it.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation} repeats {self.earlier}"
