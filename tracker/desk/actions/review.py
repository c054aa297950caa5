"""The second person: comment, return, publish now or at a set time. The only way from a draft to what readers see.

A sign-off belongs to what was shown: to the version of the draft, and to the digest of everything that it would
publish (sign_off/public_rows.py). Whatever is refused leaves nothing behind.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from tracker.desk.accounts.permissions import Ability, may, public_name
from tracker.desk.actions.drafts import StaleDraftError, change_state, check_ability, lock_draft
from tracker.desk.actions.questions import publish_question
from tracker.desk.audit_log import record_action
from tracker.desk.catalogue.changes import log_change
from tracker.desk.catalogue.facts import facts_of
from tracker.desk.catalogue.new_names import NewNames
from tracker.desk.draft_entry import check_draft, evidence_of, explanation_of
from tracker.desk.models import Comment, Draft, DraftType, Hold, LegalCheck
from tracker.desk.notices.events import note_comment, note_kept_back
from tracker.desk.pledge_form import pledge_of
from tracker.desk.querysets import oldest_legal_check
from tracker.desk.sign_off.contributors import contributors_to, require_publisher_of
from tracker.desk.sign_off.public_rows import digest_of_draft
from tracker.desk.workflow import OPEN, DraftState, Transition
from tracker.pledges.choices import Status
from tracker.pledges.data.named import Named, get_or_add
from tracker.pledges.models import Body, Pledge, Question, RecordEntry, Theme
from tracker.pledges.record.lock import record_lock
from tracker.pledges.record.publish import publish_entry, withdraw_entry
from tracker.pledges.record.statements import publish_statement
from tracker.text.characters import hidden_character_problem

_CHANGED = "What it would publish has changed since sign-off"


@transaction.atomic
def comment(draft: Draft, *, by: Any, text: str) -> Comment:
    """Say something about a draft, and return the comment. Raises ValidationError for an empty or unkeepable one."""
    check_ability(by, Ability.SEE)
    _check_text("text", text)
    note = Comment.objects.create(draft=draft, by=by, text=text)
    record_action(by, "commented on", draft)
    note_comment(note)
    return note


@transaction.atomic
def disagree(draft: Draft, *, by: Any, text: str) -> Draft:
    """Have a disagreement published with the entry; an empty text takes one's own back.

    Its author may then not sign the draft off, and a draft that was scheduled waits for sign-off again.
    Raises PermissionDenied for who wrote in the draft, ValidationError where the draft is not open any more, or is no
    update and no correction.
    """
    check_ability(by, Ability.PROPOSE)
    draft = lock_draft(draft)
    if draft.stage not in OPEN:
        raise ValidationError("This draft is closed.")
    if draft.sort not in (DraftType.UPDATE, DraftType.CORRECTION):
        raise ValidationError("You can only record a disagreement with an update or a correction.")
    if draft.contributors.filter(pk=by.pk).exists():
        raise PermissionDenied("You wrote in this draft. Change the draft instead.")
    if draft.disagrees and draft.disagrees != by:
        raise ValidationError({"disagreement": "This draft already has another editor’s disagreement."})
    if text.strip():
        _check_text("disagreement", text)
    draft.disagreement, draft.disagrees = text.strip(), by if text.strip() else None
    record_action(by, "recorded a disagreement with", draft)
    if draft.stage == DraftState.SCHEDULED:
        return _take_off_schedule(draft, by=by, because=f"{public_name(by)} recorded a disagreement")
    draft.version += 1
    draft.save()
    return draft


@transaction.atomic
def return_to_author(draft: Draft, *, by: Any, reason: str) -> Draft:
    """Return a draft to its proposer, with a reason. Raises ValidationError without one, PermissionDenied."""
    check_ability(by, Ability.PUBLISH)
    _check_text("reason", reason)
    draft = lock_draft(draft)
    Comment.objects.create(draft=draft, by=by, text=reason, returns=True)
    draft.publish_at, draft.signed_off_by, draft.signed_off_digest = None, None, ""
    draft.unscheduled_because = ""
    return change_state(draft, Transition.RETURN, by=by)


@transaction.atomic
def record_check(draft: Draft, *, version: int, by: Any, note: str = "") -> LegalCheck:
    """Record that this version puts no active proceedings at risk and identifies nobody; return the dated check.

    Raises PermissionDenied for who may not sign the draft off, StaleDraftError where it is at another version.
    """
    if note:
        _check_text("note", note)
    draft = _locked_to_sign_off(draft, version=version, by=by)
    legal_check = LegalCheck.objects.create(
        draft=draft, version=version, digest=digest_of_draft(draft), by=by, note=note
    )
    record_action(by, "checked proceedings and identification of", draft)
    return legal_check


def sign_off(
    draft: Draft, *, version: int, shown: str, by: Any, note: str = "", at: dt.datetime | None = None
) -> RecordEntry | Question | Draft:
    """Record the dated legal check of a draft and publish it now, or at an instant (UTC): all of it or nothing.

    ``version`` and ``shown``, the digest of its rows (public_rows.digest_of_draft), are of what the person looked at.
    Returns what was published, or the scheduled draft. Raises as ``publish``, and for an instant that has passed.
    """
    with record_lock():
        draft = _locked_to_sign_off(draft, version=version, by=by)
        if digest_of_draft(draft) != shown:
            raise StaleDraftError(draft)
        record_check(draft, version=version, by=by, note=note)
        if at is None:
            return publish(draft, version=version, by=by)
        return schedule(draft, version=version, by=by, at=at)


def publish(draft: Draft, *, version: int, by: Any) -> RecordEntry | Question:
    """Make public what a draft proposes, once, and return the entry of the record, or the question.

    ``version`` is the one that was reviewed. Raises PermissionDenied for who may not publish and for who contributed
    to the draft (while the desk works by four eyes); StaleDraftError where the draft changed since; ValidationError
    where a hold is on it, the legal check is missing or too old, it was published already, or the record refuses it.
    """
    with record_lock():
        return _publish(_locked_to_sign_off(draft, version=version, by=by), by)


def schedule(draft: Draft, *, version: int, by: Any, at: dt.datetime) -> Draft:
    """Have a draft published at an instant (UTC), and return it. Raises as ``publish``, and for a past instant."""
    with record_lock():
        draft = _locked_to_sign_off(draft, version=version, by=by)
        if at <= timezone.now():
            raise ValidationError({"publish_at": ["Enter a time in the future."]})
        digest = digest_of_draft(draft)
        _require_ready(draft, digest)
        check_draft(draft)
        draft.publish_at, draft.signed_off_by, draft.signed_off_digest = at, by, digest
        draft.unscheduled_because = ""
        return change_state(draft, Transition.SCHEDULE, by=by)


@transaction.atomic
def unschedule(draft: Draft, *, by: Any) -> Draft:
    """Take a draft off the schedule: it needs sign-off again."""
    check_ability(by, Ability.PUBLISH)
    return _take_off_schedule(lock_draft(draft), by=by, because=f"{public_name(by)} unscheduled it")


def publish_due(*, now: dt.datetime | None = None) -> list[tuple[Draft, RecordEntry | Question | str]]:
    """Publish what is scheduled and due; return each draft with what was published, or with why it was not.

    Two of these at once publish each draft once. A hold always wins over the clock; so does a legal check that has
    become too old, and a role that the person who signed off has lost. Where anything that would be published changed
    since it was signed off, the draft is taken off the schedule.
    """
    results: list[tuple[Draft, RecordEntry | Question | str]] = []
    for due in Draft.objects.due(now=now or timezone.now()):
        try:
            with record_lock():
                draft = Draft.objects.select_for_update().due(now=now or timezone.now()).filter(pk=due.pk).first()
                if draft is None or draft.signed_off_by is None:
                    continue  # another worker was faster, or it was taken off the schedule
                if digest_of_draft(draft) != draft.signed_off_digest:
                    _take_off_schedule(draft, by=None, because=_CHANGED)
                    results.append((draft, f"{_CHANGED}: it needs sign-off again."))
                    continue
                require_publisher_of(draft, by=draft.signed_off_by)
                results.append((draft, _publish(draft, draft.signed_off_by)))
        except (ValidationError, PermissionDenied) as error:
            messages = error.messages if isinstance(error, ValidationError) else [str(error)]
            note_kept_back(due)
            results.append((due, " ".join(messages)))
    return results


def problems_of(draft: Draft, *, by: Any) -> list[str]:
    """Return, in words, what keeps this person from publishing a draft as it is now; nothing if all is well.

    The legal check is not among them: the form of publishing asks for it.
    """
    problems = []
    try:
        require_publisher_of(draft, by=by)
        check_draft(draft)
    except PermissionDenied as error:
        problems.append(str(error))
    except ValidationError as error:
        problems.extend(error.messages)
    problems.extend(Hold.objects.on_draft(draft).described())
    return problems


def reasons_kept_back(draft: Draft) -> list[str]:
    """Return, in words, why a scheduled draft would not be published when its time comes, and what can be done.

    ``draft`` is one of DraftQuerySet.with_schedule: no query but for the holds.
    """
    person = draft.signed_off_by
    if draft.stage != DraftState.SCHEDULED or person is None:
        return []
    reasons, remedy = [], " Unschedule it; another publisher can then sign it off."
    if not person.is_active:
        reasons.append(f"{public_name(person)}, who signed it off, no longer has access.{remedy}")
    elif not may(person, Ability.PUBLISH):
        reasons.append(f"{public_name(person)}, who signed it off, is no longer a publisher.{remedy}")
    if draft.checked_at is None or draft.checked_at < oldest_legal_check():  # type: ignore[attr-defined]
        reasons.append(f"Its legal check is more than {settings.LEGAL_CHECK_DAYS} days old.{remedy}")
    if draft.held:  # type: ignore[attr-defined]
        reasons.append("It is on hold. A publisher has to release the hold.")
    return reasons


def _locked_to_sign_off(draft: Draft, *, version: int, by: Any) -> Draft:
    draft = lock_draft(draft)
    require_publisher_of(draft, by=by)
    if draft.version != version:
        raise StaleDraftError(draft)
    return draft


def _take_off_schedule(draft: Draft, *, by: Any, because: str) -> Draft:
    draft.publish_at, draft.signed_off_by, draft.signed_off_digest = None, None, ""
    draft.unscheduled_because = because[:300]
    return change_state(draft, Transition.UNSCHEDULE, by=by)


def _publish(draft: Draft, by: Any) -> RecordEntry | Question:
    _require_ready(draft, digest_of_draft(draft))
    check_draft(draft)
    draft.signed_off_by, draft.unscheduled_because = by, ""
    second = by.pk not in contributors_to(draft)
    if draft.sort == DraftType.QUESTION:
        return publish_question(draft, by=by, second_review=second)
    entry = _published_entry(draft, by, second)
    draft.published_as = entry
    change_state(draft, Transition.PUBLISH, by=by)
    return entry


def _published_entry(draft: Draft, by: Any, second: bool) -> RecordEntry:
    names = [public_name(person) for person in draft.contributors.order_by("pk")]
    proposers = ", ".join(
        [public_name(draft.proposer), *(name for name in names if name != public_name(draft.proposer))]
    )
    signed: dict[str, Any] = {
        "by": proposers[:150],
        "approved_by": public_name(by) if second else "",
        "account": by.pk,
    }
    if draft.sort == DraftType.PLEDGE:
        proposed = pledge_of(draft)
        draft.pledge = proposed.form.instance
        return publish_statement(
            draft.pledge,
            evidence=evidence_of(draft),
            bodies=[*proposed.bodies, *_add_new_names(draft.pledge, proposed.new_names, by)],
            replaces=proposed.replaces,
            reason=draft.reason,
            **signed,
        )
    if draft.sort == DraftType.WITHDRAWAL and draft.corrects is not None:
        return withdraw_entry(draft.corrects, reason=draft.reason, **signed)
    if draft.pledge is not None and draft.effective_on and draft.looked_until:
        return publish_entry(
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
    raise ValidationError("This draft is not complete.")


def _add_new_names(pledge: Pledge, new: NewNames, by: Any) -> list[Body]:
    """Add the names that a draft of a pledge brings with it, and return the bodies among them that have to act."""

    def added(model: type[Named], name: str) -> Named:
        row, is_new = get_or_add(model, name, review=pledge.review)
        if is_new:
            log_change(row, None, facts_of(row), by=by)
        return row

    if new.theme:
        pledge.theme = added(Theme, new.theme)
    if new.promised_by:
        pledge.promised_by = added(Body, new.promised_by)
    return [added(Body, name) for name in new.bodies]


def _require_ready(draft: Draft, digest: str) -> None:
    """Raise ValidationError where a hold is on a draft, or what it would publish has no recent legal check.

    The check of somebody who contributed to it does not count while the desk works by four eyes.
    """
    if problems := Hold.objects.on_draft(draft).described():
        raise ValidationError(problems)
    checks = LegalCheck.objects.recent().filter(draft=draft, digest=digest)
    if settings.FOUR_EYES:
        checks = checks.exclude(by__in=list(contributors_to(draft)))
    if not checks.exists():
        raise ValidationError(
            "Confirm that no active proceedings are put at risk and that nobody can be identified: this version has "
            f"no such check of the last {settings.LEGAL_CHECK_DAYS} days."
        )


def _check_text(name: str, text: str) -> None:
    if not text.strip():
        raise ValidationError({name: ["Write something."]})
    if len(text) > 10_000:
        raise ValidationError({name: ["At most 10,000 characters."]})
    if problem := hidden_character_problem(text):
        raise ValidationError({name: [problem]})
