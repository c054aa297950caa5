"""Append an entry to the record: the only writer of StatusUpdate."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from tracker.pledges.models import Citation, Pledge, StatusUpdate
from tracker.pledges.statuses import Role, Status
from tracker.sources.matching import refused_characters
from tracker.sources.models import Passage, SourceKind


@dataclass(frozen=True)
class Evidence:
    """A passage that an entry rests on, and what it does for it."""

    passage: Passage
    role: Role = Role.PROGRESS
    note: str = ""


@transaction.atomic
def append(
    pledge: Pledge,
    *,
    status: Status,
    effective_on: dt.date,
    looked_until: dt.date,
    headline: str,
    evidence: Sequence[Evidence],
    by: str,
    approved_by: str = "",
    step: str = "",
    explanation: str = "",
    published_at: dt.datetime | None = None,
) -> StatusUpdate:
    """Publish one entry with its evidence, in one transaction, and return it.

    ``by`` names who proposed it; ``approved_by`` the second person, or nobody: then the entry says that it
    was published without a second review. Dates are days in Europe/London; ``published_at`` is an instant
    (now, if not given).

    Raises ValidationError, with a message for each field, where the entry breaks a published rule:
    evidence always; what done means before any status but “no action found”; a step of the pledge's ladder
    for each status on it; never “delivered” by press reports alone; no day later than its publication.
    """
    update = StatusUpdate(
        pledge=pledge,
        status=status,
        step=step,
        effective_on=effective_on,
        looked_until=looked_until,
        published_at=published_at or timezone.now(),
        headline=headline,
        explanation=explanation,
        proposed_by=by,
        published_by=approved_by or by,
        second_review=bool(approved_by),
    )
    errors = _broken_rules(update, evidence)
    if errors:
        raise ValidationError(errors)
    update.full_clean()
    update.save(force_insert=True)
    for item in evidence:
        citation = Citation(update=update, passage=item.passage, role=item.role, note=item.note)
        citation.full_clean()
        citation.save(force_insert=True)
    return update


def _broken_rules(update: StatusUpdate, evidence: Sequence[Evidence]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}

    def refuse(name: str, message: str) -> None:
        errors.setdefault(name, []).append(message)

    pledge, status = update.pledge, Status(update.status)
    for name in ("headline", "explanation"):
        if refused := next(refused_characters(getattr(update, name)), None):
            refuse(name, f"{refused} may not stand here.")
    if not evidence:
        refuse("evidence", "An entry needs at least one passage as evidence.")
    published_on = timezone.localdate(update.published_at)
    if max(update.effective_on, update.looked_until) > published_on:
        refuse("effective_on", "An entry can't tell of a day after its publication.")
    if update.effective_on < pledge.made_on:
        refuse("effective_on", f"The pledge was made later, on {pledge.made_on:%-d %B %Y}.")
    if status is not Status.NONE_FOUND and not pledge.done_means:
        refuse("status", "Write what would count as delivered before the first status.")
    if status is Status.UNRATED and not pledge.unclear:
        refuse("status", "Say in the pledge which words are too unclear to judge.")
    if status is Status.DELIVERED and all(item.passage.source.kind == SourceKind.PRESS for item in evidence):
        refuse("evidence", "Press reports alone never support “delivered”.")
    steps = [rung.value for rung in pledge.ladder]
    if update.step and update.step not in steps:
        refuse("step", f"The ladder of this pledge has these steps: {', '.join(steps)}.")
    if not update.step and status.is_on_ladder and status is not Status.NONE_FOUND:
        refuse("step", "Name the step of the ladder that the evidence shows.")
    if status in (Status.UNDER_WAY, Status.PART, Status.DELIVERED) and update.step == "announced":
        refuse("step", "An announcement shows no step beyond itself: the status would be “announced”.")
    return errors
