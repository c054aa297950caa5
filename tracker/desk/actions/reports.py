"""Answer what readers report. One person writes the answer, another publishes it."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tracker.desk.accounts.permissions import Ability, public_name
from tracker.desk.actions.drafts import check_ability
from tracker.desk.audit_log import record_action
from tracker.desk.models import NoticeType
from tracker.desk.notices.events import note_answer
from tracker.desk.sign_off.contributors import contributors_to_answer, require_publisher_of_answer
from tracker.desk.sign_off.public_rows import rows_of_answer
from tracker.desk.sign_off.shown import StaleFormError, require_shown
from tracker.pledges.choices import SUPERSEDING_KINDS, EntryKind, ReportOutcome
from tracker.pledges.facts.entries import Signers, record_facts
from tracker.pledges.models import RecordEntry, Report
from tracker.pledges.record.lock import record_lock
from tracker.text.characters import hidden_character_problem


@transaction.atomic
def answer(
    report: Report, *, version: int, verdict: ReportOutcome, text: str, correction: int | None, by: Any
) -> Report:
    """Keep what came of a report, not yet public, and return it.

    ``version`` is that of the answer that was overwritten knowingly, ``correction`` the position of the entry that
    puts it right. Raises PermissionDenied, StaleFormError, and ValidationError with a message for each field.
    """
    check_ability(by, Ability.PROPOSE)
    report = Report.objects.select_for_update().get(pk=report.pk)
    errors: dict[str, list[str]] = {}
    if report.published_at:
        raise ValidationError("This answer is public, so you cannot change it.")
    if report.version != version:
        raise StaleFormError("Someone saved another answer while you were writing.")
    entry = RecordEntry.objects.filter(position=correction).first() if correction else None
    if verdict == ReportOutcome.CORRECTED and (entry is None or entry.kind not in {*SUPERSEDING_KINDS, *_PUTS_RIGHT}):
        errors["correction"] = ["Enter the number of the entry that corrects the record."]
    if verdict != ReportOutcome.CORRECTED and correction:
        errors["correction"] = ["Leave this empty unless the report led to a correction."]
    if verdict.is_answer and not text.strip():
        errors["answer"] = ["Enter the answer. It will be public."]
    if problem := hidden_character_problem(text):
        errors["answer"] = [problem]
    if errors:
        raise ValidationError(errors)
    report.verdict, report.answer, report.correction = verdict, text.strip(), entry
    report.answered_by = public_name(by) if verdict != ReportOutcome.WAITING else ""
    report.version += 1
    report.full_clean()
    report.save()
    report.contributors.add(by)
    record_action(
        by, f"answered a report: {verdict.label.lower()}", report, url=reverse("desk:report", args=[report.pk])
    )
    note_answer(NoticeType.ANSWER_WRITTEN, report, by=by)
    return report


_PUTS_RIGHT = [EntryKind.PLEDGE, EntryKind.LEGAL_WITHDRAWAL]


def problem_of(report: Report, *, by: Any) -> str:
    """Return, in words, why this person may not publish the answer as it is; nothing if they may."""
    try:
        require_publisher_of_answer(report, by=by)
    except PermissionDenied as error:
        return str(error)
    return ""


@record_lock()
def publish_answer(report: Report, *, shown: str, by: Any) -> Report:
    """Put an answer on the public page of corrections, and return the report.

    ``shown`` is the digest of the rows that the person looked at (public_rows.rows_of_answer). Raises
    PermissionDenied for who may not publish or wrote in it (FOUR_EYES), StaleFormError where it changed since,
    ValidationError where there is none, or it is public.
    """
    check_ability(by, Ability.PUBLISH)
    report = Report.objects.select_for_update().get(pk=report.pk)
    require_publisher_of_answer(report, by=by)
    if report.published_at:
        raise ValidationError("The answer is already public.")
    if not ReportOutcome(report.verdict).is_answer:
        raise ValidationError("There is no answer to publish yet.")
    require_shown(rows_of_answer(report), shown)
    report.second_review = by.pk not in contributors_to_answer(report)
    report.published_by, report.published_at, report.signed_off_by = public_name(by), timezone.now(), by
    report.full_clean()
    report.save()
    people = (report.answered_by, public_name(by)) if report.second_review else (public_name(by), "")
    record_facts([report], signers=Signers(*people, by.pk))
    record_action(by, "published the answer to a report", report, url=reverse("desk:report", args=[report.pk]))
    note_answer(NoticeType.ANSWER_PUBLISHED, report, by=by)
    return report
