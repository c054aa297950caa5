"""A change of a public fact that waits for a second person."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from tracker.core.validators import CombinedChecks


class ChangeAction(models.TextChoices):
    """What a change does."""

    ADD = "add", "Add"
    CHANGE = "change", "Change"
    DELETE = "delete", "Delete"


class ChangeState(models.TextChoices):
    """What became of a change."""

    WAITING = "waiting", "Waiting for a second person"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"


class PendingChange(CombinedChecks, models.Model):
    """A change that one person proposed in the admin or by an import. Written by changes.py alone.

    ``before`` and ``after`` hold the facts that differ, by the name of the field: what the object had when it was
    proposed, and what it would have. ``version`` counts what its author changed in it: who accepts names the version
    that they saw.
    """

    action = models.CharField(max_length=8, choices=ChangeAction)
    model = models.CharField(max_length=60, help_text="Such as pledges.body.")
    object_pk = models.PositiveBigIntegerField(null=True, blank=True, help_text="Empty where it adds something.")
    title = models.CharField(max_length=300, help_text="What the object is called.")
    before = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposed_changes")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=ChangeState, default=ChangeState.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True, help_text="Why it was rejected.")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="desk_change_action_known", condition=Q(action__in=ChangeAction.values)),
            models.CheckConstraint(name="desk_change_state_known", condition=Q(state__in=ChangeState.values)),
            models.CheckConstraint(
                name="desk_change_adds_or_names_an_object",
                condition=Q(action=ChangeAction.ADD, object_pk__isnull=True)
                | (~Q(action=ChangeAction.ADD) & Q(object_pk__isnull=False)),
            ),
            models.CheckConstraint(
                name="desk_change_decided_by_a_person",
                condition=Q(state=ChangeState.WAITING, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state=ChangeState.WAITING) & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.UniqueConstraint(
                name="desk_change_one_waits_for_an_object",
                fields=["model", "object_pk"],
                condition=Q(state=ChangeState.WAITING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.model_name}: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("desk:change", args=[self.pk])

    @property
    def target_model(self) -> type[models.Model]:
        """The class that ``model`` names. Raises LookupError where the program no longer has it."""
        return apps.get_model(self.model)

    @property
    def model_name(self) -> str:
        """What a person calls such an object, such as “body”."""
        return str(self.target_model._meta.verbose_name)

    @property
    def target(self) -> Any:
        """The object as it is now; None where it is added, or was deleted since."""
        if self.object_pk is None:
            return None
        return self.target_model._base_manager.filter(pk=self.object_pk).first()
