"""Write a draft: start, save, give it evidence, submit. Each verb names who does it and is one transaction."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from tracker.desk.accounts.permissions import Ability, may
from tracker.desk.audit_log import record_action
from tracker.desk.draft_entry import check_draft, last_position
from tracker.desk.forms import MARK
from tracker.desk.models import Draft, DraftEvidence, DraftType
from tracker.desk.notices.events import note_step
from tracker.desk.pledge_form import typed_facts
from tracker.desk.sign_off.proposed_question import typed_facts as typed_question
from tracker.desk.workflow import TRANSITIONS, Transition
from tracker.pledges.choices import EvidenceRole
from tracker.pledges.models import Citation, Pledge, Question, RecordEntry
from tracker.pledges.record.publish import Evidence
from tracker.sources.models import Passage
from tracker.text.characters import hidden_character_problem
from tracker.web.markdown import escape_markdown

EDITABLE_FIELDS = ["status", "step", "effective_on", "looked_until", "headline", "explanation", "reason", "facts"]
"""The fields of a draft that a form writes."""


class StaleDraftError(Exception):
    """Somebody saved the draft since the form was made: nothing was written. ``draft`` is what is there now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("Someone else changed the draft while you were editing it.")
        self.draft = draft


def check_ability(user: Any, ability: Ability) -> None:
    """Raise PermissionDenied where a person may not do a thing."""
    if not may(user, ability):
        raise PermissionDenied(f"You may not {ability.label}.")


@transaction.atomic
def start(
    sort: DraftType,
    *,
    by: Any,
    pledge: Pledge | None = None,
    corrects: RecordEntry | None = None,
    question: Question | None = None,
    nothing_new: bool = False,
    withdraw: bool = False,
) -> Draft:
    """Start a draft and return it: for a pledge, or for a new one, or about an entry of the record.

    A correction starts from the words and the evidence of the entry that it corrects. ``nothing_new`` starts from
    those of the pledge's last entry and says that the desk looked again until today. About a question there is one
    open draft at a time: that one is returned. ``withdraw`` starts from its withdrawal.
    Raises PermissionDenied for people who may not propose, ValidationError if the entry is no longer current.
    """
    check_ability(by, Ability.PROPOSE)
    if question is not None and (open_draft := Draft.objects.open().filter(question=question).first()):
        return open_draft
    draft = Draft(sort=sort, pledge=pledge, corrects=corrects, question=question, proposer=by, edited_by=by)
    if question is not None:
        draft.facts = typed_question(question) | ({"withdrawal": [MARK]} if withdraw else {})
    entry = corrects
    if pledge is not None:
        draft.base = last_position(pledge)
        draft.facts = typed_facts(pledge) if sort is DraftType.PLEDGE else draft.facts
    if sort is DraftType.UPDATE:
        last = _keep_status(draft)
        entry = last if nothing_new else None
    if sort in (DraftType.CORRECTION, DraftType.WITHDRAWAL):
        _check_current(entry)
    cited: Iterable[Citation] = []
    if entry is not None and sort is not DraftType.WITHDRAWAL:
        _copy_words(draft, entry)
        cited = entry.citations.all()
    if nothing_new:
        draft.looked_until = timezone.localdate()
        draft.headline, draft.explanation = f"Nothing new found up to {draft.looked_until:%-d %B %Y}", ""
    if sort is DraftType.PLEDGE and pledge is not None:
        cited = pledge.citations.all()
    draft.full_clean(exclude=["facts"])
    draft.save()
    draft.contributors.add(by)
    _tie(draft, cited)
    action = f"started a draft ({draft.get_sort_display().lower()}) on"
    record_action(by, action, draft.about, url=draft.get_absolute_url())
    return draft


@transaction.atomic
def start_pledge(
    facts: Mapping[str, list[str]], evidence: Sequence[Evidence], *, by: Any, writers: Iterable[Any]
) -> Draft:
    """Start the draft of a new pledge with facts and evidence that came together, and return it.

    ``writers`` are all who wrote in what it is made of. The database holds the rules of a draft; it is written once,
    so that hundreds can be made at a time. Raises PermissionDenied for who may not propose.
    """
    check_ability(by, Ability.PROPOSE)
    draft = Draft.objects.create(sort=DraftType.PLEDGE, facts=dict(facts), proposer=by, edited_by=by)
    draft.contributors.add(by, *writers)
    _tie(draft, evidence)
    record_action(by, "started a draft (pledge) on", draft.about, url=draft.get_absolute_url())
    return draft


@transaction.atomic
def look_again(pledge: Pledge, *, places: Sequence[str], until: dt.date, by: Any) -> Draft:
    """Submit that one looked again until a day, in these places, and found nothing new; return the draft.

    It cites what the pledge's last entry cites. Raises PermissionDenied for who may not propose,
    ValidationError where the pledge has no entry that gives it a status, and as ``submit``.
    """
    if not RecordEntry.objects.current().filter(pledge=pledge).exists():
        raise ValidationError("Nobody has recorded a status yet. Record an update first.")
    draft = start(DraftType.UPDATE, by=by, pledge=pledge, nothing_new=True)
    words = {"headline": f"Nothing new found up to {until:%-d %B %Y}", "looked_until": until}
    looked = "; ".join(escape_markdown(place) for place in places)
    draft = save(draft, version=draft.version, by=by, fields=words | {"explanation": f"We looked in: {looked}."})
    return submit(draft, version=draft.version, by=by)


def replace_facts(
    draft: Draft, facts: Mapping[str, list[str]], evidence: Sequence[Evidence], *, by: Any, writers: Iterable[Any]
) -> Draft:
    """Give the draft of a new pledge other facts and other evidence, and return it. Raises as ``save``.

    ``writers`` are all who wrote in what they are taken from. Within a transaction: the caller has locked the draft.
    """
    draft = _for_writing(draft, by, draft.version)
    draft.facts = dict(facts)
    draft.contributors.add(*writers)
    draft.evidence.all().delete()
    _tie(draft, evidence)
    return _written(draft, by)


def _tie(draft: Draft, evidence: Iterable[Evidence | Citation]) -> None:
    DraftEvidence.objects.bulk_create(
        DraftEvidence(draft=draft, passage=cited.passage, role=cited.role, note=cited.note) for cited in evidence
    )


def _keep_status(draft: Draft) -> RecordEntry | None:
    """Give an update the status that its pledge has, until another is chosen; return the entry that gives it."""
    last = RecordEntry.objects.current().filter(pledge=draft.pledge).first()
    if last is not None:
        draft.status, draft.step = last.status, last.step
    draft.looked_until = timezone.localdate()
    return last


def _check_current(entry: RecordEntry | None) -> None:
    if entry is None or not RecordEntry.objects.current().filter(pk=entry.pk).exists():
        raise ValidationError("This entry is already corrected or withdrawn.")


def _copy_words(draft: Draft, entry: RecordEntry) -> None:
    draft.status, draft.step = entry.status, entry.step
    draft.effective_on, draft.looked_until = entry.effective_on, entry.looked_until
    draft.headline, draft.explanation = entry.headline, entry.explanation


@transaction.atomic
def save(
    draft: Draft, *, version: int, by: Any, fields: Mapping[str, Any], edit_session: uuid.UUID | None = None,
    is_autosave: bool = False,
) -> Draft:  # fmt: skip
    """Write fields of a draft (EDITABLE_FIELDS) and return it with its next version. They may be incomplete.

    ``edit_session`` names the open form: one that an autosave of its own overtook is not stale. An autosave that is
    older than the draft always is: it may come late, after the form was sent.
    Raises StaleDraftError where the draft is not at ``version`` any more, ValidationError where it cannot be edited
    or a character cannot be kept, PermissionDenied for who may not propose.
    """
    draft = _for_writing(draft, by, version, None if is_autosave else edit_session)
    draft.edited_in = edit_session
    errors: dict[str, list[str]] = {}
    for name, value in fields.items():
        if name not in EDITABLE_FIELDS:
            raise ValueError(f"{name} is not a draft's to write.")
        if isinstance(value, str) and (problem := hidden_character_problem(value)):
            errors[name] = [problem]
        setattr(draft, name, value)
    if errors:
        raise ValidationError(errors)
    return _written(draft, by)


@transaction.atomic
def add_evidence(
    draft: Draft, passage: Passage, *, by: Any, role: EvidenceRole = EvidenceRole.PROGRESS, note: str = ""
) -> DraftEvidence:
    """Rest a draft on a passage, and return the tie; one that is there already is returned.

    Raises ValidationError where the draft cannot be edited, PermissionDenied for who may not propose.
    """
    draft = _for_writing(draft, by, None)
    tie, created = DraftEvidence.objects.get_or_create(
        draft=draft, passage=passage, role=role, defaults={"note": note}
    )
    if created:
        _written(draft, by)
    return tie


@transaction.atomic
def remove_evidence(tie: DraftEvidence, *, by: Any) -> Draft:
    """Take a passage off a draft, and return the draft. The passage itself stays with its source."""
    draft = _for_writing(tie.draft, by, None)
    tie.delete()
    return _written(draft, by)


@transaction.atomic
def acknowledge_newer_entries(draft: Draft, *, by: Any) -> Draft:
    """Say that what was published since the draft was begun has been seen, and keep the draft as it is."""
    draft = _for_writing(draft, by, None)
    if draft.pledge is not None:
        draft.base = last_position(draft.pledge)
    return _written(draft, by)


@transaction.atomic
def submit(draft: Draft, *, version: int, by: Any, edit_session: uuid.UUID | None = None) -> Draft:
    """Hand a draft to a second person, and return it.

    Raises ValidationError with a message for each field that breaks a rule of the record (record/publish.py,
    record/statements.py), StaleDraftError, PermissionDenied.
    """
    draft = _for_writing(draft, by, version, edit_session)
    check_draft(draft)
    draft.submitted_at, draft.unscheduled_because = timezone.now(), ""
    return change_state(draft, Transition.SUBMIT, by=by)


@transaction.atomic
def recall_submission(draft: Draft, *, by: Any) -> Draft:
    """Take back one's own draft before it is signed off. Raises PermissionDenied for anybody but who wrote in it."""
    check_ability(by, Ability.PROPOSE)
    draft = lock_draft(draft)
    if not draft.contributors.filter(pk=by.pk).exists():
        raise PermissionDenied("Only someone who wrote in this draft can recall it. A reviewer can return it.")
    return change_state(draft, Transition.TAKE_BACK, by=by)


@transaction.atomic
def discard(draft: Draft, *, by: Any) -> Draft:
    """Put a draft away for good; it stays readable at the desk. Raises PermissionDenied unless the proposer does."""
    check_ability(by, Ability.PROPOSE)
    draft = lock_draft(draft)
    if draft.proposer_id != by.pk:
        raise PermissionDenied("Only the person who started a draft can discard it.")
    return change_state(draft, Transition.DISCARD, by=by)


def change_state(draft: Draft, step: Transition, *, by: Any) -> Draft:
    """Move a draft that is locked along the table of stages, log it, and tell whom it concerns.

    Raises ValidationError off the table.
    """
    sources, target = TRANSITIONS[step]
    if draft.stage not in sources:
        raise ValidationError(f"A draft that is {draft.get_stage_display().lower()} cannot be {step.label}.")
    draft.stage = target
    draft.version += 1
    draft.save()
    record_action(by, f"{step.label} a draft on", draft.about, url=draft.get_absolute_url(), who="The timer")
    note_step(draft, step, by=by)
    return draft


def lock_draft(draft: Draft) -> Draft:
    """Return the draft as it is in the database, for the rest of the transaction nobody else's to write."""
    return Draft.objects.select_for_update().get(pk=draft.pk)


def is_stale(draft: Draft, version: int, edit_session: uuid.UUID | None) -> bool:
    """Whether a form of this version is older than the draft, and not by its own saving: it names the open form."""
    return draft.version != version and (edit_session is None or draft.edited_in != edit_session)


def _for_writing(draft: Draft, by: Any, version: int | None, edit_session: uuid.UUID | None = None) -> Draft:
    check_ability(by, Ability.PROPOSE)
    draft = lock_draft(draft)
    if version is not None and is_stale(draft, version, edit_session):
        raise StaleDraftError(draft)
    if not draft.is_editable:
        raise ValidationError(f"A draft that is {draft.get_stage_display().lower()} cannot be changed.")
    return draft


def _written(draft: Draft, by: Any) -> Draft:
    draft.version += 1
    draft.edited_by, draft.edited_at = by, timezone.now()
    draft.save()
    draft.contributors.add(by)
    return draft
