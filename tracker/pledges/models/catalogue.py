"""What pledges are filed under: the recommendations of reviews, bodies and themes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import ProtectedError, Q
from django.urls import reverse
from django.utils import timezone

from tracker.core.fields import VisibleCharField
from tracker.core.validators import CombinedChecks
from tracker.pledges.choices import Response
from tracker.pledges.models.review import Review
from tracker.pledges.models.versions import VersionedModel
from tracker.pledges.querysets import (
    BodyQuerySet,
    ThemeQuerySet,
)
from tracker.sources.models import Passage


class Recommendation(CombinedChecks, VersionedModel):
    """A numbered recommendation of a review, and what was answered; pledges may follow from it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="recommendations")
    number = models.PositiveSmallIntegerField()
    passage = models.ForeignKey(
        Passage,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recommendations",
        help_text="Its exact words, where a source with them is known.",
    )
    repeats = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="repeated_by",
        help_text="Recommendations of earlier reviews that asked for the same.",
    )
    response = models.CharField(
        "answer",
        max_length=16,
        choices=Response,
        blank=True,
        default="",
        db_default="",
        help_text="What the government answered, where no pledge that follows says it, as for a rejected one.",
    )
    response_passage = models.ForeignKey(
        Passage,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="answered_recommendations",
        verbose_name="words of the answer",
    )
    answered_on = models.DateField(null=True, blank=True, help_text="The day of the answer.")
    looked_until = models.DateField(
        null=True, blank=True, help_text="Until which day the desk has looked for an answer and found none."
    )
    repeats_looked_until = models.DateField(
        "looked for earlier ones until",
        null=True,
        blank=True,
        help_text="Until which day the desk has looked whether this was recommended before.",
    )
    repeats_looked_in = VisibleCharField(
        "looked for earlier ones in",
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text="In which reviews, where none was found.",
    )

    class Meta:
        ordering = ["review", "number"]
        constraints = [
            models.UniqueConstraint(name="pledges_recommendation_number_once", fields=["review", "number"]),
            models.CheckConstraint(name="pledges_recommendation_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="pledges_recommendation_response_known", condition=Q(response__in=["", *Response.values])
            ),
            models.CheckConstraint(
                name="pledges_recommendation_answered_with_an_answer",
                condition=Q(answered_on__isnull=True, response_passage__isnull=True)
                | (~Q(response="") & ~Q(response=Response.NONE)),
                violation_error_message="An answer that has a day or words is one of the answers.",
            ),
        ]

    def __str__(self) -> str:
        return f"Recommendation {self.number}"

    def clean(self) -> None:
        """Refuse days to come: nobody has looked until then, and nothing was answered."""
        super().clean()
        days = {name: getattr(self, name) for name in ("answered_on", "looked_until", "repeats_looked_until")}
        if late := [name for name, day in days.items() if day and day > timezone.localdate()]:
            raise ValidationError(dict.fromkeys(late, "Enter a date on or before today."))

    def get_absolute_url(self) -> str:
        return reverse("public:recommendation", args=[self.review.slug, self.number])


class Body(VersionedModel):
    """Who promised or has to act: a government, an office, a department, an agency."""

    slug = models.SlugField(max_length=80, unique=True)
    name = VisibleCharField(max_length=200, unique=True)

    objects = BodyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("public:body", args=[self.slug])

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete it. Raises ProtectedError where it has to act on a pledge: a statement alone changes that."""
        duties: set[models.Model] = set(self.duties.all())
        if duties:
            raise ProtectedError("It has to act on a pledge. Change the pledge first.", duties)
        return super().delete(*args, **kwargs)


class Theme(VersionedModel):
    """What a pledge is about. It belongs to one review, or to all."""

    slug = models.SlugField(max_length=80, unique=True)
    name = VisibleCharField(max_length=200)
    review = models.ForeignKey(
        Review,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="themes",
        help_text="The one review whose pledges it is for. Empty: it is for all reviews.",
    )

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["name", "slug"]
        constraints = [
            models.UniqueConstraint(name="pledges_theme_name_once_in_a_review", fields=["review", "name"]),
            models.UniqueConstraint(
                name="pledges_theme_name_once_for_all", fields=["name"], condition=Q(review__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("public:theme", args=[self.slug])


class SearchSynonym(models.Model):
    """Words that readers use for the same thing: who looks for one of them finds the others."""

    words = VisibleCharField(
        max_length=300,
        unique=True,
        help_text="Two or more, with commas between: bridge, flyover, overpass.",
    )

    class Meta:
        ordering = ["words"]
        verbose_name = "search synonym"

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        """Refuse a row that has not two different words, each with a letter or a digit."""
        different = {alternative.lower() for alternative in self.alternatives}
        if len(different) < 2 or not all(any(letter.isalnum() for letter in words) for words in different):
            raise ValidationError(
                {"words": "Enter two or more words, with a comma between them, such as: bridge, flyover, overpass."}
            )

    @property
    def alternatives(self) -> list[str]:
        """Each of the words, or groups of words."""
        return [alternative for part in self.words.split(",") if (alternative := part.strip())]
