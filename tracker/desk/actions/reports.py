"""Answer what readers report. One person writes the answer, another publishes it."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tracker.desk.accounts.names import names_of
from tracker.desk.accounts.permissions import Ability, may, public_name
from tracker.desk.actions.drafts import check_ability
from tracker.desk.audit_log import record_action
from tracker.pledges.choices import SUPERSEDING_KINDS, EntryKind, ReportOutcome
from tracker.pledges.models import RecordEntry, Report
from tracker.text.characters import hidden_character_problem


@transaction.atomic
def answer(report: Report, *, verdict: ReportOutcome, text: str, correction: int | None, by: Any) -> Report:
    """Keep what came of a report, not yet public, and return it.

    ``correction`` is the position of the entry that puts it right. Raises PermissionDenied, and ValidationError with
    a message for each field.
    """
    check_ability(by, Ability.PROPOSE)
    report = Report.objects.select_for_update().get(pk=report.pk)
    errors: dict[str, list[str]] = {}
    if report.published_at:
        raise ValidationError("The answer is public: it stays as it is.")
    entry = RecordEntry.objects.filter(position=correction).first() if correction else None
    if verdict == ReportOutcome.CORRECTED and (entry is None or entry.kind not in {*SUPERSEDING_KINDS, *_PUTS_RIGHT}):
        errors["correction"] = ["Give the position of the entry of the record that puts it right."]
    if verdict != ReportOutcome.CORRECTED and correction:
        errors["correction"] = ["Only a report that led to a correction names one."]
    if verdict.is_answer and not text.strip():
        errors["answer"] = ["Write the answer: it will be public."]
    if problem := hidden_character_problem(text):
        errors["answer"] = [problem]
    if errors:
        raise ValidationError(errors)
    report.verdict, report.answer, report.correction = verdict, text.strip(), entry
    report.answered_by = public_name(by) if verdict != ReportOutcome.WAITING else ""
    report.full_clean()
    report.save()
    record_action(
        by, f"answered a report: {verdict.label.lower()}", report, url=reverse("desk:report", args=[report.pk])
    )
    return report


_PUTS_RIGHT = [EntryKind.PLEDGE, EntryKind.LEGAL_WITHDRAWAL]


def may_publish(report: Report, by: Any) -> bool:
    """Whether a person may put this answer before readers: not who wrote it (FOUR_EYES)."""
    # A name belongs to one account for good: whoever has changed theirs is still known by the one they wrote under.
    wrote = report.answered_by in {public_name(by), *names_of(by)}
    return may(by, Ability.PUBLISH) and not (wrote and settings.FOUR_EYES)


@transaction.atomic
def publish_answer(report: Report, *, by: Any) -> Report:
    """Put an answer on the public page of corrections, and return the report.

    Raises PermissionDenied for who may not publish or wrote it (FOUR_EYES), ValidationError where there is none.
    """
    check_ability(by, Ability.PUBLISH)
    report = Report.objects.select_for_update().get(pk=report.pk)
    if not ReportOutcome(report.verdict).is_answer:
        raise ValidationError("There is no answer to publish yet.")
    if report.published_at:
        raise ValidationError("The answer is public already.")
    if not may_publish(report, by):
        raise PermissionDenied("Who wrote an answer never publishes it.")
    report.published_by, report.published_at = public_name(by), timezone.now()
    report.full_clean()
    report.save()
    record_action(by, "published the answer to a report", report, url=reverse("desk:report", args=[report.pk]))
    return report
