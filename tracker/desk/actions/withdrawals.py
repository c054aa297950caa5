"""Withdraw words for legal reasons everywhere the tracker has them: the record, the draft they came from, a source,
the search index, what was found in it."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tracker.desk.accounts.permissions import public_name
from tracker.desk.audit_log import record_action
from tracker.desk.models import Draft
from tracker.desk.sign_off.public_rows import rows_of_answer, rows_of_entry, rows_of_source
from tracker.desk.sign_off.shown import require_shown
from tracker.pledges.facts.entries import Signers, withdraw_facts
from tracker.pledges.facts.subjects import facts_subject
from tracker.pledges.models import RecordEntry, Report
from tracker.pledges.record.lock import record_lock
from tracker.pledges.record.publish import withdraw_text
from tracker.pledges.search.index import purge_deleted_terms, reindex_source
from tracker.sources.models import Source, SourceWithdrawal
from tracker.sources.withdrawals import withdraw_source
from tracker.text.characters import hidden_character_problem


@transaction.atomic
def withdraw_words(entry: RecordEntry, *, shown: str, reason: str, by: Any, headline: bool = False) -> RecordEntry:
    """Withdraw an entry's explanation, and with ``headline`` its headline, and return the withdrawal; all or nothing.

    ``shown`` is the digest of the words that the person looked at (public_rows.rows_of_entry). The draft that was
    published as the entry loses the same words, a disagreement in it too. Raises StaleFormError where they changed
    since, and as record.publish.withdraw_text does.
    """
    entry.text.refresh_from_db()
    require_shown(rows_of_entry(entry), shown)
    withdrawal = withdraw_text(entry, reason=reason, admin=by, by=public_name(by), headline=headline)
    blank: dict[str, Any] = {"explanation": "", "disagreement": "", "facts": {}} | (
        {"headline": ""} if headline else {}
    )
    Draft.objects.filter(published_as=entry).update(**blank)
    record_action(by, "withdrew the text of", f"entry {entry.position}", url=entry.get_absolute_url())
    return withdrawal


@record_lock()
def withdraw(source: Source, *, shown: str, reason: str, by: Any) -> SourceWithdrawal:
    """Withdraw a source and return its withdrawal; all of it or nothing.

    ``shown`` is the digest of what the person looked at (public_rows.rows_of_source). Raises StaleFormError where it
    changed since, and as sources.withdrawals does.
    """
    source.refresh_from_db()
    require_shown(rows_of_source(source), shown)
    about = [subject for subject in map(facts_subject, [source, *source.passages.all()]) if subject]
    withdrawal = withdraw_source(source, reason=reason, admin=by, by=public_name(by))
    source.candidates.all().delete()
    withdraw_facts(about, signers=Signers(public_name(by), account=by.pk), reason=withdrawal.reason)
    reindex_source(source)
    purge_deleted_terms()
    record_action(by, "withdrew the source", source)
    return withdrawal


@record_lock()
def withdraw_answer(report: Report, *, shown: str, reason: str, by: Any) -> Report:
    """Delete the words of the public answer to a report, and return it: readers see that it went, when, why, by whom.

    ``shown`` is the digest of what the person looked at (public_rows.rows_of_answer). One person is enough: it is
    urgent, and it is public. Raises PermissionDenied without the permission pledges.withdraw_text, StaleFormError
    where the answer changed since, ValidationError where none is public, and without a reason.
    """
    if not by.has_perm("pledges.withdraw_text"):
        raise PermissionDenied("Only an admin can withdraw an answer for legal reasons.")
    report = Report.objects.select_for_update().get(pk=report.pk)
    if report.published_at is None or report.withdrawn_at is not None:
        raise ValidationError("This answer is not public, or is already withdrawn.")
    require_shown(rows_of_answer(report), shown)
    reason = reason.strip()
    if problem := hidden_character_problem(reason) or ("" if reason else "Enter a reason. It will be public."):
        raise ValidationError({"reason": problem})
    report.answer, report.withdrawal_reason = "", reason
    report.withdrawn_at, report.withdrawn_by = timezone.now(), public_name(by)
    report.version += 1
    report.full_clean()
    report.save()
    withdraw_facts([report], signers=Signers(public_name(by), account=by.pk), reason=reason)
    record_action(by, "withdrew the answer to", report, url=reverse("desk:report", args=[report.pk]))
    return report
