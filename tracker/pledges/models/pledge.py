"""Pledges: one testable thing that a government said it would do."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from tracker.core.validators import CombinedChecks
from tracker.pledges.choices import Basis, LadderStep, PledgeKind, Response
from tracker.pledges.models.catalogue import Body, Recommendation, Theme
from tracker.pledges.models.review import Review
from tracker.pledges.querysets import (
    PledgeQuerySet,
)
from tracker.text.deadlines import LaterDeadline, edtf_bounds, later_deadlines_from
from tracker.text.typed_days import day_in_words

if TYPE_CHECKING:
    from tracker.pledges.models.conflict import Conflict, ConflictSide
    from tracker.pledges.models.record import Citation


class Pledge(CombinedChecks, models.Model):
    """One testable thing that a government said it would do.

    Its status is no field: it is what the record says (PledgeQuerySet.with_record).
    """

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=300)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="pledges")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="pledges")
    kind = models.CharField(max_length=16, choices=PledgeKind, help_text="Decides the ladder of steps.")
    basis = models.CharField(max_length=32, choices=Basis)
    promised_by = models.ForeignKey(
        Body,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="promises",
        help_text="Who gave the word. Empty if the sources name nobody.",
    )
    bodies = models.ManyToManyField(
        Body,
        blank=True,
        related_name="duties",
        verbose_name="bodies that have to act",
        help_text="Only those that a source names.",
    )
    made_on = models.DateField(help_text="When it was made, or the first day on which it was reported.")
    made_note = models.CharField(max_length=300, blank=True, help_text="How that day is known.")
    recommendation = models.ForeignKey(
        Recommendation, null=True, blank=True, on_delete=models.PROTECT, related_name="pledges"
    )
    response = models.CharField(
        max_length=16,
        choices=Response,
        blank=True,
        help_text="The government's answer, where the pledge answers a recommendation. It is not delivery.",
    )
    done_means = models.TextField(
        blank=True, help_text="What would count as delivered, from the words of the pledge alone."
    )
    unclear = models.TextField(
        blank=True, help_text="Which words are too unclear to judge, if any. Shown with what done means."
    )
    deadline_on = models.DateField(
        null=True,
        blank=True,
        help_text="The first deadline stated, if a date follows from the words. A later one never replaces it.",
    )
    deadline_note = models.CharField(
        max_length=300,
        blank=True,
        help_text="The words about time that give no date, or how the date follows.",
    )
    deadline_edtf = models.CharField(
        "deadline as it is read",
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text="What words about time that are no day say, as EDTF (ISO 8601-2): ../2026-21 is by spring 2026. "
        "The deadline is the last day of it.",
    )
    later_deadlines = models.JSONField(
        "deadlines said later",
        blank=True,
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text="Deadlines that were said after the first, in that order: words, said_on, and edtf, how the words "
        "are read. They never replace the first.",
    )
    note = models.TextField(blank=True)
    replaces = models.ManyToManyField(
        "self",
        blank=True,
        symmetrical=False,
        related_name="replaced_by",
        help_text="The pledges that this one was split from, or merged from. They become “superseded”.",
    )

    objects = PledgeQuerySet.as_manager()
    bodies_as_of: "list[Body] | None" = None
    citations_as_of: "list[Citation] | None" = None
    misread_deadline = False
    """Whether a change of the deadline corrects a reading of ours: set on the object before it is checked."""
    differs: "Sequence[tuple[Conflict, list[ConflictSide]]]" = ()

    class Meta:
        ordering = ["slug"]
        indexes = [models.Index(fields=["review", "made_on"], name="pledges_pledge_made")]
        constraints = [
            models.CheckConstraint(name="pledges_pledge_kind_known", condition=Q(kind__in=PledgeKind.values)),
            models.CheckConstraint(name="pledges_pledge_basis_known", condition=Q(basis__in=Basis.values)),
            models.CheckConstraint(
                name="pledges_pledge_response_known", condition=Q(response__in=["", *Response.values])
            ),
            models.CheckConstraint(
                name="pledges_pledge_recommendation_has_response",
                condition=Q(recommendation__isnull=True) | ~Q(response=""),
                violation_error_message="A pledge that answers a recommendation says what the answer was.",
            ),
            models.CheckConstraint(
                name="pledges_pledge_deadline_after_made",
                condition=Q(deadline_on__isnull=True) | Q(deadline_on__gte=F("made_on")),
                violation_error_message="A deadline cannot be before the day on which the pledge was made.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return pledge_address(self.slug)

    def clean(self) -> None:
        """Refuse another review's recommendation or theme, and another deadline than the one stated first."""
        super().clean()
        if self.recommendation and self.recommendation.review_id != self.review_id:
            raise ValidationError({"recommendation": "This recommendation is another review's."})
        if self.theme_id and self.theme.review_id not in (None, self.review_id):
            raise ValidationError({"theme": "This theme is another review's."})
        if self.recommendation and not self.response:  # the constraint names no field
            raise ValidationError({"response": "Choose the answer to the recommendation, or “None on record”."})
        self._check_deadline()
        self._check_later_deadlines()

    def _check_deadline(self) -> None:
        """Take the last day of what was said for the deadline; refuse a later one in the place of the first."""
        if self.deadline_edtf:
            try:
                last = edtf_bounds(self.deadline_edtf)[1]
            except ValueError as error:
                raise ValidationError({"deadline_edtf": str(error)}) from error
            self.deadline_on = self.deadline_on or last
            if self.deadline_on != last:
                message = f"The last day of this is {day_in_words(last)}." if last else "This has no last day."
                raise ValidationError({"deadline_edtf": message})
        if self.pk and not self.misread_deadline:
            stated = Pledge.objects.filter(pk=self.pk).values_list("deadline_on", flat=True).first()
            if stated and stated != self.deadline_on:
                message = f"The first deadline was {day_in_words(stated)}; a later one never replaces it."
                raise ValidationError({"deadline_on": f"{message} If we misread it, say so below."})

    def _check_later_deadlines(self) -> None:
        """Put the deadlines that were said later in order; refuse one before the pledge, or without a first."""
        try:
            later = later_deadlines_from(self.later_deadlines)
        except ValueError as error:
            raise ValidationError({"later_deadlines": str(error)}) from error
        if later and not (self.deadline_on or self.deadline_note):
            raise ValidationError({"later_deadlines": "Enter the first deadline above: a day, or words about time."})
        if later and self.made_on and later[0].said_on < self.made_on:
            message = "A later deadline cannot be said before the day on which the pledge was made."
            raise ValidationError({"later_deadlines": message})
        self.later_deadlines = [deadline.as_fact() for deadline in later]

    @property
    def deadlines_after_first(self) -> list[LaterDeadline]:
        """The deadlines that were said after the first, in that order."""
        return later_deadlines_from(self.later_deadlines)

    @property
    def ladder(self) -> list[LadderStep]:
        """The steps of its kind, in order."""
        return PledgeKind(self.kind).ladder

    @property
    def responsible_bodies(self) -> "list[Body]":
        """The bodies that have to act; where it was recalled as of a day (read/as_stated.py), those of that day."""
        return list(self.bodies.all()) if self.bodies_as_of is None else self.bodies_as_of


@lru_cache(maxsize=4096)
def pledge_address(slug: str) -> str:
    """Return the address of a pledge's page."""
    return reverse("public:pledge", args=[slug])
