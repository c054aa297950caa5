"""The second person: comment, return, publish now or at a set time. The only way from a draft to the record."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from tracker.desk.accounts.permissions import Ability, may, public_name
from tracker.desk.actions.drafts import StaleDraftError, change_state, check_ability, lock_draft
from tracker.desk.audit_log import record_action
from tracker.desk.draft_entry import check_draft, evidence_of, explanation_of
from tracker.desk.models import Comment, Draft, DraftType, Hold, LegalCheck
from tracker.desk.pledge_form import pledge_of
from tracker.desk.workflow import OPEN, Transition
from tracker.pledges.choices import Status
from tracker.pledges.models import RecordEntry
from tracker.pledges.record.lock import record_lock
from tracker.pledges.record.publish import publish_entry, withdraw_entry
from tracker.pledges.record.statements import publish_statement
from tracker.text.characters import hidden_character_problem


@transaction.atomic
def comment(draft: Draft, *, by: Any, text: str) -> Comment:
    """Say something about a draft, and return the comment. Raises ValidationError for an empty or unkeepable one."""
    check_ability(by, Ability.SEE)
    _check_text("text", text)
    note = Comment.objects.create(draft=draft, by=by, text=text)
    record_action(by, "commented on", draft)
    return note


@transaction.atomic
def disagree(draft: Draft, *, by: Any, text: str) -> Draft:
    """Have a disagreement published with the entry; an empty text takes one's own back.

    Raises PermissionDenied for who wrote in the draft, ValidationError where the draft is not open any more.
    """
    check_ability(by, Ability.PROPOSE)
    draft = lock_draft(draft)
    if draft.stage not in OPEN:
        raise ValidationError("This draft is not open any more.")
    if draft.contributors.filter(pk=by.pk).exists():
        raise PermissionDenied("Who wrote in a draft changes the draft itself.")
    if draft.disagrees and draft.disagrees != by:
        raise ValidationError({"disagreement": "Another editor’s disagreement stands there already."})
    if text.strip():
        _check_text("disagreement", text)
    draft.disagreement, draft.disagrees = text.strip(), by if text.strip() else None
    draft.version += 1
    draft.save()
    record_action(by, "recorded a disagreement with", draft)
    return draft


@transaction.atomic
def return_to_author(draft: Draft, *, by: Any, reason: str) -> Draft:
    """Return a draft to its proposer, with a reason. Raises ValidationError without one, PermissionDenied."""
    check_ability(by, Ability.PUBLISH)
    _check_text("reason", reason)
    draft = lock_draft(draft)
    Comment.objects.create(draft=draft, by=by, text=reason, returns=True)
    draft.publish_at, draft.signed_off_by = None, None
    return change_state(draft, Transition.RETURN, by=by)


@transaction.atomic
def record_check(draft: Draft, *, version: int, by: Any, note: str = "") -> LegalCheck:
    """Record that this version puts no active proceedings at risk and identifies nobody; return the dated check."""
    check_ability(by, Ability.PUBLISH)
    if note:
        _check_text("note", note)
    found = LegalCheck.objects.create(draft=draft, version=version, by=by, note=note)
    record_action(by, "checked proceedings and identification of", draft)
    return found


def publish(draft: Draft, *, version: int, by: Any) -> RecordEntry:
    """Put a draft on the record, once, and return the entry.

    ``version`` is the one that was reviewed. Raises PermissionDenied for who may not publish and for who wrote in
    the draft (while the desk works by four eyes); StaleDraftError where the draft changed since; ValidationError where
    a     hold is on it, the legal check is missing or too old, it was published already, or the record refuses it.
    """
    with record_lock():
        draft = lock_draft(draft)
        _may_sign_off(draft, by)
        if draft.version != version:
            raise StaleDraftError(draft)
        return _publish(draft, by)


def schedule(draft: Draft, *, version: int, by: Any, at: dt.datetime) -> Draft:
    """Have a draft published at an instant (UTC), and return it. Raises as ``publish``, and for a past instant."""
    with record_lock():
        draft = lock_draft(draft)
        _may_sign_off(draft, by)
        if draft.version != version:
            raise StaleDraftError(draft)
        if at <= timezone.now():
            raise ValidationError({"publish_at": ["This time has passed."]})
        _ready(draft, version)
        check_draft(draft)
        draft.publish_at, draft.signed_off_by = at, by
        moved = change_state(draft, Transition.SCHEDULE, by=by)
        LegalCheck.objects.filter(draft=draft, version=version).update(version=moved.version)
        return moved


@transaction.atomic
def unschedule(draft: Draft, *, by: Any) -> Draft:
    """Take a draft off the schedule: it waits for sign-off again."""
    check_ability(by, Ability.PUBLISH)
    draft = lock_draft(draft)
    draft.publish_at, draft.signed_off_by = None, None
    return change_state(draft, Transition.UNSCHEDULE, by=by)


def publish_due(*, now: dt.datetime | None = None) -> list[tuple[Draft, RecordEntry | str]]:
    """Publish what is scheduled and due; return each draft with its entry, or with why it was not published.

    Two of these at once publish each draft once. A hold always wins over the clock; so does a legal check that has
    become too old, and a role that the person who signed off has lost.
    """
    results: list[tuple[Draft, RecordEntry | str]] = []
    for due in Draft.objects.due(now=now or timezone.now()):
        try:
            with record_lock():
                draft = Draft.objects.select_for_update().due(now=now or timezone.now()).filter(pk=due.pk).first()
                if draft is None or draft.signed_off_by is None:
                    continue  # another worker was faster, or it was taken off the schedule
                _may_sign_off(draft, draft.signed_off_by)
                results.append((draft, _publish(draft, draft.signed_off_by)))
        except (ValidationError, PermissionDenied) as error:
            messages = error.messages if isinstance(error, ValidationError) else [str(error)]
            results.append((due, " ".join(messages)))
    return results


def problems_of(draft: Draft, *, by: Any) -> list[str]:
    """Return, in words, what keeps this person from publishing a draft as it is now; nothing if all is well.

    The legal check is not among them: the form of publishing asks for it.
    """
    problems = []
    try:
        _may_sign_off(draft, by)
        check_draft(draft)
    except PermissionDenied as error:
        problems.append(str(error))
    except ValidationError as error:
        problems.extend(error.messages)
    problems.extend(_holds(draft))
    return problems


def _publish(draft: Draft, by: Any) -> RecordEntry:
    _ready(draft, draft.version)
    names = [public_name(person) for person in draft.contributors.order_by("pk")]
    proposers = ", ".join(
        [public_name(draft.proposer), *(name for name in names if name != public_name(draft.proposer))]
    )
    second = not draft.contributors.filter(pk=by.pk).exists()
    signed: dict[str, Any] = {"by": proposers[:150], "approved_by": public_name(by) if second else ""}
    check_draft(draft)
    if draft.sort == DraftType.PLEDGE:
        proposed = pledge_of(draft)
        pledge = proposed.form.instance
        entry = publish_statement(
            pledge,
            evidence=evidence_of(draft),
            bodies=proposed.bodies,
            replaces=proposed.replaces,
            reason=draft.reason,
            **signed,
        )
        draft.pledge = pledge
    elif draft.sort == DraftType.WITHDRAWAL and draft.corrects is not None:
        entry = withdraw_entry(draft.corrects, reason=draft.reason, **signed)
    elif draft.pledge is not None and draft.effective_on and draft.looked_until:
        entry = publish_entry(
            draft.pledge,
            status=Status(draft.status),
            step=draft.step,
            effective_on=draft.effective_on,
            looked_until=draft.looked_until,
            headline=draft.headline,
            explanation=explanation_of(draft),
            evidence=evidence_of(draft),
            corrects=draft.corrects,
            reason=draft.reason,
            **signed,
        )
    else:
        raise ValidationError("This draft is not complete.")
    draft.published_as, draft.signed_off_by = entry, by
    change_state(draft, Transition.PUBLISH, by=by)
    return entry


def _may_sign_off(draft: Draft, by: Any) -> None:
    if not may(by, Ability.PUBLISH):
        raise PermissionDenied("You may not publish.")
    wrote = draft.proposer_id == by.pk or draft.contributors.filter(pk=by.pk).exists()
    if wrote and settings.FOUR_EYES:
        raise PermissionDenied("You wrote in this draft: another person has to sign it off.")


def _ready(draft: Draft, version: int) -> None:
    if problems := _holds(draft):
        raise ValidationError(problems)
    oldest = timezone.now() - dt.timedelta(days=settings.LEGAL_CHECK_DAYS)
    if not LegalCheck.objects.filter(draft=draft, version=version, at__gte=oldest).exists():
        raise ValidationError(
            "Confirm that no active proceedings are put at risk and that nobody can be identified: this version has "
            f"no such check of the last {settings.LEGAL_CHECK_DAYS} days."
        )


def _holds(draft: Draft) -> list[str]:
    return [
        f"A hold is on {hold.pledge or hold.draft or hold.source}, put by {public_name(hold.placed_by)} on "
        f"{timezone.localtime(hold.placed_at):%-d %B %Y}. A person has to release it first."
        for hold in Hold.objects.on_draft(draft).select_related("pledge", "draft", "source", "placed_by")
    ]


def _check_text(name: str, text: str) -> None:
    if not text.strip():
        raise ValidationError({name: ["Write something."]})
    if len(text) > 10_000:
        raise ValidationError({name: ["At most 10,000 characters."]})
    if problem := hidden_character_problem(text):
        raise ValidationError({name: [problem]})
