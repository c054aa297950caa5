"""What the catalogue said before it was changed: each version that ended, kept by the model itself."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from tracker.core.fields import VisibleCharField, VisibleTextField

WITHDRAWN_WORDS = "Withdrawn for legal reasons"
"""What a page of a past day shows in the place of a name that was withdrawn."""


class CatalogueVersion(models.Model):
    """The facts of a review, body or theme as they were until an instant. Written by VersionedModel.save alone.

    The database refuses to change or delete one (pledges/record/triggers.py). Once an entry of facts says that the
    words were withdrawn for legal reasons, they can be taken out of it.
    """

    model = models.CharField(max_length=40, help_text="Such as review.")
    object_pk = models.PositiveBigIntegerField()
    facts = models.JSONField(encoder=DjangoJSONEncoder, help_text="By the name of the field.")
    until = models.DateTimeField(default=timezone.now, help_text="When they stopped being so (UTC).")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["model", "object_pk", "until"], name="pledges_version_of")]

    def __str__(self) -> str:
        return f"{self.model} {self.object_pk} until {self.until:%Y-%m-%d}"

    def facts_without_words(self) -> dict[str, Any]:
        """Return what is left of the facts after a withdrawal for legal reasons; readers see in words that it was one.

        Addresses, colours and a logo are left out: those of today are shown.
        """
        [model] = (model for model in VersionedModel.__subclasses__() if model._meta.model_name == self.model)
        left = {}
        for field in model._meta.concrete_fields:
            if field.name not in self.facts:  # of a release before it
                continue
            if isinstance(field, (VisibleCharField, VisibleTextField)):
                left[field.name] = "" if field.blank else WITHDRAWN_WORDS
            elif field.choices or not isinstance(field, (models.CharField, models.TextField)):
                left[field.name] = self.facts[field.name]
        return left


class VersionedModel(models.Model):
    """A model whose facts a page of a past day shows as they were: ``save`` keeps what it replaces."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep the facts that were stored before where they differ. One transaction."""
        with transaction.atomic():
            if self.pk:
                stored = type(self)._base_manager.filter(pk=self.pk).select_for_update().first()
                if stored is not None and facts_of_version(stored) != facts_of_version(self):
                    CatalogueVersion.objects.create(
                        model=self._meta.model_name or "", object_pk=self.pk, facts=facts_of_version(stored)
                    )
            super().save(*args, **kwargs)


def facts_of_version(row: models.Model) -> dict[str, Any]:
    """Return the facts of an object in the types of JSON, by the name of the field; other objects by their key."""
    facts = {field.name: field.value_from_object(row) for field in row._meta.concrete_fields if not field.primary_key}
    json_facts: dict[str, Any] = json.loads(json.dumps(facts, cls=DjangoJSONEncoder))
    return json_facts
