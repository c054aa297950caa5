"""Documents that the record needs and does not hold."""

from django.db import models

from tracker.core.fields import VisibleCharField, VisibleTextField


class WantedSource(models.Model):
    """A document that the record needs and does not hold, with the reason: published, so that the gap is seen."""

    slug = models.SlugField(max_length=80, unique=True)
    title = VisibleCharField(max_length=300)
    publisher = VisibleCharField(max_length=200, blank=True, help_text="Empty if it is not known.")
    url = models.URLField(max_length=1000, blank=True, help_text="Where it should be, if known.")
    would_show = VisibleTextField(help_text="What it would settle.")
    reason = VisibleTextField(help_text="Why it is not held.")
    looked_on = models.DateField(help_text="The day on which it was last looked for.")

    class Meta:
        ordering = ["slug"]
        verbose_name = "source wanted but not held"
        verbose_name_plural = "sources wanted but not held"

    def __str__(self) -> str:
        return self.title
