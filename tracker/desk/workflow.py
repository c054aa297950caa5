"""The way of a draft from first word to publication: one table, which code, constraint, test and diagram share."""

from django.db import models


class DraftState(models.TextChoices):
    """Where a draft is."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waiting for sign-off"
    RETURNED = "returned", "Returned"
    SCHEDULED = "scheduled", "Scheduled"
    PUBLISHED = "published", "Published"
    DISCARDED = "discarded", "Discarded"


class Transition(models.TextChoices):
    """What moves a draft from one stage to another."""

    SUBMIT = "submit", "submitted"
    TAKE_BACK = "take-back", "taken back"
    RETURN = "return", "returned"
    SCHEDULE = "schedule", "scheduled"
    UNSCHEDULE = "unschedule", "taken off the schedule"
    PUBLISH = "publish", "published"
    DISCARD = "discard", "discarded"


TRANSITIONS: dict[Transition, tuple[frozenset[DraftState], DraftState]] = {
    Transition.SUBMIT: (frozenset({DraftState.DRAFT, DraftState.RETURNED}), DraftState.SUBMITTED),
    Transition.TAKE_BACK: (frozenset({DraftState.SUBMITTED}), DraftState.DRAFT),
    Transition.RETURN: (frozenset({DraftState.SUBMITTED, DraftState.SCHEDULED}), DraftState.RETURNED),
    Transition.SCHEDULE: (frozenset({DraftState.SUBMITTED}), DraftState.SCHEDULED),
    Transition.UNSCHEDULE: (frozenset({DraftState.SCHEDULED}), DraftState.SUBMITTED),
    Transition.PUBLISH: (frozenset({DraftState.SUBMITTED, DraftState.SCHEDULED}), DraftState.PUBLISHED),
    Transition.DISCARD: (frozenset({DraftState.DRAFT, DraftState.RETURNED}), DraftState.DISCARDED),
}

EDITABLE = [DraftState.DRAFT, DraftState.RETURNED]
"""Stages in which the words of a draft can be changed."""

WAITING = [DraftState.SUBMITTED, DraftState.SCHEDULED]
"""Stages in which a draft waits for a second person, or for its time."""

OPEN = [*EDITABLE, *WAITING]
"""Stages from which a draft can still be published."""
