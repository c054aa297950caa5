"""What a draft would publish: its entry, its evidence, and whether it could be published."""

from collections.abc import Sequence
from copy import copy

from django.core.exceptions import ValidationError
from django.utils import timezone

from tracker.desk.accounts.permissions import public_name
from tracker.desk.models import Draft, DraftType
from tracker.desk.pledge_form import pledge_of
from tracker.desk.sign_off.proposed_question import question_of
from tracker.pledges.choices import EntryKind, EvidenceRole
from tracker.pledges.models import EntryText, Pledge, RecordEntry
from tracker.pledges.record.links import last_link
from tracker.pledges.record.publish import Evidence, check_entry


def last_position(pledge: Pledge) -> int:
    """Return the position of a pledge's last entry, 0 for none."""
    return (
        RecordEntry.objects.filter(pledge=pledge).order_by("-position").values_list("position", flat=True).first() or 0
    )


def newer_entries(draft: Draft) -> list[RecordEntry]:
    """Return what was published about the pledge since the proposer last saw its record, oldest first."""
    if draft.pledge is None:
        return []
    entries = RecordEntry.objects.filter(pledge=draft.pledge, position__gt=draft.base)
    return list(entries.select_related("text").order_by("position"))


def evidence_of(draft: Draft) -> Sequence[Evidence]:
    """Return what a draft cites, as the verbs of the record take it."""
    ties = draft.evidence.select_related("passage__source").defer("passage__source__text")
    return [Evidence(tie.passage, EvidenceRole(tie.role), tie.note) for tie in ties]


def proposed_entry(draft: Draft, *, by: str = "", approved_by: str = "") -> EntryText:
    """Return the entry that a draft would publish, with its words, not written anywhere.

    Raises ValidationError for a day that is missing.
    """
    missing = {
        name: ["Enter a date, for example 26 February 2025."]
        for name in ("effective_on", "looked_until")
        if getattr(draft, name) is None
    }
    if not draft.status:
        missing["status"] = ["Choose a status."]
    if missing:
        raise ValidationError(missing)
    update = RecordEntry(
        kind=EntryKind.CORRECTION if draft.corrects else EntryKind.UPDATE,
        pledge=draft.pledge,
        status=draft.status,
        step=draft.step,
        effective_on=draft.effective_on,  # type: ignore[misc]  # looked at above
        looked_until=draft.looked_until,
        corrects=draft.corrects,
        reason=draft.reason,
        proposed_by=by,
        published_by=approved_by,
        second_review=bool(approved_by),
    )
    return EntryText(update=update, headline=draft.headline, explanation=explanation_of(draft))


def explanation_of(draft: Draft) -> str:
    """Return the explanation as it would be published: with a second editor's disagreement, if there is one."""
    if not draft.disagreement or draft.disagrees is None:
        return draft.explanation
    return f"{draft.explanation}\n\n**{public_name(draft.disagrees)} disagrees:** {draft.disagreement}".strip()


def check_draft(draft: Draft) -> None:
    """Raise ValidationError, with a message for each field, where a draft could not be published as it is."""
    if draft.sort == DraftType.PLEDGE:
        pledge_of(draft).check(evidence_of(draft))
        if statement := next((entry for entry in newer_entries(draft) if entry.kind == EntryKind.PLEDGE), None):
            raise ValidationError(
                f"The pledge was changed by entry {statement.position} since this draft was started. "
                f"Compare both versions first."
            )
        return
    if draft.sort == DraftType.QUESTION:
        question_of(draft).check()
        return
    if draft.sort == DraftType.WITHDRAWAL:
        if not draft.reason.strip():
            raise ValidationError({"reason": ["Enter a reason. It will be public."]})
        return
    check_entry(proposed_entry(draft), evidence_of(draft))


def ended_entry(draft: Draft) -> RecordEntry | None:
    """Return the entry that a correction or a withdrawal ends, as readers would see it then; None for other drafts."""
    if draft.corrects is None or not draft.is_open:
        return None
    kind = EntryKind.CORRECTION if draft.sort == DraftType.CORRECTION else EntryKind.WITHDRAWAL
    last, entry = last_link(), copy(draft.corrects)
    position = last.position + 1 if last else 1
    answer = RecordEntry(kind=kind, position=position, reason=draft.reason or "…", published_at=timezone.now())
    entry.answers = [answer]
    return entry
