"""Append entries to the record: the only writer of RecordEntry, EntryText and the citations of entries.

Each verb is one transaction, and two of them never interleave (record/lock.py). So positions have no gap, and the
chain has one end.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from tracker.pledges.choices import SUPERSEDING_KINDS, EntryKind, EvidenceRole, Status
from tracker.pledges.derived.status_periods import update_periods_for
from tracker.pledges.facts.entries import Signers, record_facts
from tracker.pledges.models import Citation, EntryText, Pledge, RecordEntry
from tracker.pledges.record.hash_chain import (
    committed_fields,
    entry_digest,
    evidence_fields,
    new_salt,
    statement_text,
    text_digest,
)
from tracker.pledges.record.links import next_place
from tracker.pledges.record.lock import record_lock
from tracker.pledges.record.signatures import add_signature
from tracker.pledges.record.tree import extend_tree
from tracker.pledges.search.index import index_entry, purge_deleted_terms
from tracker.sources.choices import SourceKind
from tracker.sources.models import Passage
from tracker.text.characters import hidden_character_problem

EVIDENCE_MISSING = "Add at least one passage as evidence."


@dataclass(frozen=True)
class Evidence:
    """A passage that an entry cites, and its role."""

    passage: Passage
    role: EvidenceRole = EvidenceRole.PROGRESS
    note: str = ""


@record_lock()
def publish_entry(
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
    corrects: RecordEntry | None = None,
    reason: str = "",
    account: int | None = None,
) -> RecordEntry:
    """Publish one entry with its evidence and return it; with ``corrects``, a correction of that entry.

    ``by`` names who proposed it; ``approved_by`` the second person, or nobody: then the entry says that it
    was published without a second review. ``account`` is the id of who published it, None: a command.
    Dates are days in Europe/London; ``published_at`` is an instant (now, if not given), and never before that of the
    entry before: then it becomes the same.

    Raises ValidationError, with a message for each field, where the entry breaks a published rule:
    evidence always; what done means before any status but “no action found”; a step of the pledge's ladder
    for each status on it; never “delivered” by press reports alone; no day later than its publication; a reason
    for a correction, and only of an entry of the same pledge that is still current.
    """
    update = RecordEntry(
        pledge=pledge,
        status=status,
        step=step,
        effective_on=effective_on,
        looked_until=looked_until,
        corrects=corrects,
        reason=reason,
        proposed_by=by,
        published_by=approved_by or by,
        second_review=bool(approved_by),
    )
    text = EntryText(update=update, headline=headline, explanation=explanation)
    assign_position(update, published_at)
    check_entry(text, evidence)
    return save_entry(update, text, evidence, account=account)


def check_entry(text: EntryText, evidence: Sequence[Evidence]) -> None:
    """Raise ValidationError where an entry, not yet written, breaks a published rule; see ``append``.

    ``text.update`` is the entry. One without an instant of publication is looked at as if published now.
    """
    update = text.update
    update.kind = EntryKind.CORRECTION if update.corrects else EntryKind.UPDATE
    update.published_at = update.published_at or timezone.now()
    if errors := _broken_rules(update, text, evidence) | _broken_reference(update):
        raise ValidationError(errors)


def withdraw_entry(
    entry: RecordEntry, *, reason: str, by: str, approved_by: str = "", account: int | None = None
) -> RecordEntry:
    """Withdraw an entry: it stays on the record, struck, and no longer gives the pledge its status.

    Returns the withdrawal. Raises ValidationError without a reason, or if the entry is no longer current.
    """
    return _publish_withdrawal(
        entry, EntryKind.WITHDRAWAL, f"Entry {entry.position} withdrawn", reason, (by, approved_by, account)
    )


@record_lock()
def withdraw_text(
    entry: RecordEntry, *, reason: str, admin: PermissionsMixin, by: str, headline: bool = False
) -> RecordEntry:
    """Blank an entry's explanation, and with ``headline`` its headline, for legal reasons; return the withdrawal.

    The entry keeps its status, dates, evidence and digests: the chain still verifies and says “text withdrawn”.
    ``by`` is the name under which the record knows the admin. One person is enough: it is urgent, and it is public.
    Raises PermissionDenied without the permission pledges.withdraw_text, ValidationError without a reason.
    """
    if not admin.has_perm("pledges.withdraw_text"):
        raise PermissionDenied("Only an admin can withdraw text for legal reasons.")
    words = f"Text of entry {entry.position} withdrawn"
    withdrawal = _publish_withdrawal(entry, EntryKind.LEGAL_WITHDRAWAL, words, reason, (by, "", admin.pk))
    blank: dict[str, Any] = {"explanation": "", "explanation_salt": ""}
    if headline:
        blank |= {"headline": "", "headline_salt": ""}
    if entry.kind == EntryKind.PLEDGE:
        blank |= {"statement": None, "statement_salt": ""}
    EntryText.objects.filter(update=entry).update(**blank)
    entry.text.refresh_from_db()
    index_entry(entry)
    purge_deleted_terms()
    update_periods_for(withdrawal)
    return withdrawal


@record_lock()
def _publish_withdrawal(
    entry: RecordEntry, kind: EntryKind, words: str, reason: str, people: tuple[str, str, int | None]
) -> RecordEntry:
    by, approved_by, account = people
    update = RecordEntry(
        kind=kind,
        pledge=entry.pledge,
        status=entry.status or Status.NONE_FOUND,
        step=entry.step,
        effective_on=entry.effective_on,
        looked_until=entry.looked_until,
        corrects=entry,
        reason=reason,
        proposed_by=by,
        published_by=approved_by or by,
        second_review=bool(approved_by),
    )
    assign_position(update, None)
    if errors := _broken_reference(update):
        raise ValidationError(errors)
    return save_entry(update, EntryText(update=update, headline=words), [], account=account)


def assign_position(update: RecordEntry, published_at: dt.datetime | None) -> None:
    """Give the entry its place, the one after the last. Called within a turn, by the verbs of the record alone.

    Raises ValidationError while a guard of the database is missing, or where a clock is wrong (clock.py).
    """
    update.position, update.previous, update.published_at = next_place(published_at)


def save_entry(
    update: RecordEntry, text: EntryText, evidence: Sequence[Evidence], *, account: int | None
) -> RecordEntry:
    """Commit to the words and the evidence of a placed entry, write all three, sign it and return it.

    Called within a turn, by the verbs of the record alone. Raises ValidationError where a row is not valid.
    """
    text.headline_salt, text.explanation_salt = new_salt(), new_salt()
    update.headline_digest = text_digest(text.headline, text.headline_salt)
    update.explanation_digest = text_digest(text.explanation, text.explanation_salt)
    if text.statement is not None:
        text.statement_salt = new_salt()
        update.statement_digest = text_digest(statement_text(text.statement), text.statement_salt)
    citations = [
        Citation(
            update=update,
            passage=item.passage,
            role=item.role,
            note=item.note,
            source_sha256=item.passage.source.sha256,
        )
        for item in evidence
    ]
    rests_on = [
        evidence_fields(cited.role, cited.passage.exact, cited.note, cited.passage.source.slug, cited.source_sha256)
        for cited in citations
    ]
    corrects = update.corrects.position if update.corrects else None
    update.digest = entry_digest(committed_fields(update, rests_on, pledge=update.pledge.slug, corrects=corrects))
    update.full_clean()
    text.full_clean(exclude=["update"])
    update.save(force_insert=True)
    text.update = update
    text.save(force_insert=True)
    for citation in citations:
        citation.update = update
        citation.full_clean()
        citation.save(force_insert=True)
    add_signature(update, account)
    index_entry(update)
    update_periods_for(update)
    extend_tree()
    approved_by = update.published_by if update.second_review else ""
    record_facts(
        (item.passage for item in evidence),
        signers=Signers(update.proposed_by, approved_by, account),
        published_at=update.published_at,
    )
    return update


def _broken_reference(update: RecordEntry) -> dict[str, list[str]]:
    entry = update.corrects
    if entry is None:
        return {"reason": ["Only give a reason for a correction."]} if update.reason else {}
    errors: dict[str, list[str]] = {}
    if not update.reason.strip():
        errors["reason"] = ["Enter a reason. It will be public."]
    elif problem := hidden_character_problem(update.reason):
        errors["reason"] = [problem]
    if entry.pledge_id != update.pledge_id:
        errors["corrects"] = ["The entry belongs to another pledge."]
    elif entry.kind == EntryKind.PLEDGE and update.kind in SUPERSEDING_KINDS:
        errors["corrects"] = ["To change a pledge, publish its new facts. You cannot correct the entry."]
    elif entry.kind not in (EntryKind.UPDATE, EntryKind.CORRECTION, EntryKind.PLEDGE):
        errors["corrects"] = ["A withdrawal cannot be corrected or withdrawn: publish a new entry."]
    elif update.kind in SUPERSEDING_KINDS and entry.corrections.filter(kind__in=SUPERSEDING_KINDS).exists():
        errors["corrects"] = [f"Entry {entry.position} is already corrected or withdrawn."]
    return errors


def _broken_rules(update: RecordEntry, text: EntryText, evidence: Sequence[Evidence]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}

    def refuse(name: str, message: str) -> None:
        errors.setdefault(name, []).append(message)

    pledge, status = update.pledge, Status(update.status)
    for name in ("headline", "explanation"):
        if problem := hidden_character_problem(getattr(text, name)):
            refuse(name, problem)
    if not text.headline.strip():
        refuse("headline", "Enter one line that says what happened.")
    if not evidence:
        refuse("evidence", EVIDENCE_MISSING)
    published_on = timezone.localdate(update.published_at)
    for name in ("effective_on", "looked_until"):
        if getattr(update, name) > published_on:
            refuse(name, "Enter a date on or before the day of publication.")
    if update.looked_until < update.effective_on:
        refuse("looked_until", "Enter a “looked until” date on or after the date it happened.")
    if update.effective_on < pledge.made_on:
        refuse("effective_on", f"Enter a date after the pledge was made, on {pledge.made_on:%-d %B %Y}.")
    if status is not Status.NONE_FOUND and not pledge.done_means:
        refuse("status", "Before the first status, enter what would count as delivered.")
    if status is Status.UNRATED and not pledge.unclear:
        refuse("status", "In the pledge, enter which words are too unclear to judge.")
    if status is Status.DELIVERED and all(item.passage.source.kind == SourceKind.PRESS for item in evidence):
        refuse("evidence", "Add evidence other than press reports: they cannot support “delivered” alone.")
    steps = [rung.value for rung in pledge.ladder]
    if update.step and update.step not in steps:
        refuse("step", f"Choose one of the steps of this pledge: {', '.join(steps)}.")
    if not update.step and status.is_on_ladder and status is not Status.NONE_FOUND:
        refuse("step", "Choose the delivery step that the evidence shows.")
    if status in (Status.UNDER_WAY, Status.PART, Status.DELIVERED) and update.step == "announced":
        refuse("step", "An announcement alone does not show progress. Choose “announced”.")
    return errors
