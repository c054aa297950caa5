"""The way of a draft from first word to publication: one table, which code, constraint, test and diagram share."""

from django.db import models


class Stage(models.TextChoices):
    """Where a draft is."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waiting for sign-off"
    RETURNED = "returned", "Returned"
    SCHEDULED = "scheduled", "Scheduled"
    PUBLISHED = "published", "Published"
    DISCARDED = "discarded", "Discarded"


class Step(models.TextChoices):
    """What moves a draft from one stage to another."""

    SUBMIT = "submit", "submitted"
    TAKE_BACK = "take-back", "taken back"
    RETURN = "return", "returned"
    SCHEDULE = "schedule", "scheduled"
    UNSCHEDULE = "unschedule", "taken off the schedule"
    PUBLISH = "publish", "published"
    DISCARD = "discard", "discarded"


TRANSITIONS: dict[Step, tuple[frozenset[Stage], Stage]] = {
    Step.SUBMIT: (frozenset({Stage.DRAFT, Stage.RETURNED}), Stage.SUBMITTED),
    Step.TAKE_BACK: (frozenset({Stage.SUBMITTED}), Stage.DRAFT),
    Step.RETURN: (frozenset({Stage.SUBMITTED, Stage.SCHEDULED}), Stage.RETURNED),
    Step.SCHEDULE: (frozenset({Stage.SUBMITTED}), Stage.SCHEDULED),
    Step.UNSCHEDULE: (frozenset({Stage.SCHEDULED}), Stage.SUBMITTED),
    Step.PUBLISH: (frozenset({Stage.SUBMITTED, Stage.SCHEDULED}), Stage.PUBLISHED),
    Step.DISCARD: (frozenset({Stage.DRAFT, Stage.RETURNED}), Stage.DISCARDED),
}

EDITABLE = [Stage.DRAFT, Stage.RETURNED]
"""Stages in which the words of a draft can be changed."""

WAITING = [Stage.SUBMITTED, Stage.SCHEDULED]
"""Stages in which a draft waits for a second person, or for its time."""

OPEN = [*EDITABLE, *WAITING]
"""Stages from which a draft can still be published."""
