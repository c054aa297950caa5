"""What pledges are filed under: reviews, their recommendations, bodies and themes."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from tracker.core.fields import VisibleCharField
from tracker.pledges.querysets import (
    BodyQuerySet,
    ThemeQuerySet,
)
from tracker.sources.models import Passage


class Review(models.Model):
    """The audit or inquiry that prompted pledges. An installation may track several."""

    slug = models.SlugField(max_length=80, unique=True)
    title = VisibleCharField(max_length=300)
    author = VisibleCharField(max_length=200)
    government = VisibleCharField(max_length=200, help_text="Whose pledges are tracked.")
    published_on = models.DateField()

    class Meta:
        ordering = ["-published_on", "slug"]

    def __str__(self) -> str:
        return self.title


class Recommendation(models.Model):
    """A numbered recommendation of a review; a pledge may answer one."""

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

    class Meta:
        ordering = ["review", "number"]
        constraints = [
            models.UniqueConstraint(name="pledges_recommendation_number_once", fields=["review", "number"]),
            models.CheckConstraint(name="pledges_recommendation_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"Recommendation {self.number}"


class Body(models.Model):
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


class Theme(models.Model):
    """What a pledge is about."""

    slug = models.SlugField(max_length=80, unique=True)
    name = VisibleCharField(max_length=200, unique=True)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("public:theme", args=[self.slug])
