"""Change a fact of the catalogue: at once while readers do not see it, else once a second person has accepted it."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model, ProtectedError, Q
from django.utils import timezone

from tracker.desk.accounts.permissions import Ability, public_name
from tracker.desk.actions.drafts import check_ability
from tracker.desk.audit_log import record_action
from tracker.desk.catalogue.facts import Facts, describe_for_log, facts_of, is_public, keys_in, write_facts
from tracker.desk.catalogue.models import ChangeAction, ChangeState, PendingChange
from tracker.desk.catalogue.ties import note_new_ties
from tracker.desk.models import Hold, NoticeType
from tracker.desk.notices.events import note_change
from tracker.desk.sign_off.contributors import (
    passages_named_first_by,
    require_second_person_for,
    sources_named_first_by,
)
from tracker.desk.sign_off.public_rows import rows_of_change
from tracker.desk.sign_off.shown import StaleFormError, require_shown
from tracker.pledges.facts.entries import Signers, record_facts
from tracker.pledges.facts.subjects import facts_subject, subjects_losing
from tracker.pledges.models import Pledge
from tracker.pledges.record.lock import record_lock
from tracker.sources.models import Passage, Source

MAX_REASON_CHARS = 500


def differing(before: Facts, after: Facts) -> tuple[Facts, Facts]:
    """Return, of two states of an object, the facts in which they differ."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before[name] for name in names if name in before}, {
        name: after[name] for name in names if name in after
    }


def log_change(row: Model, before: Facts | None, after: Facts | None, *, by: Any) -> None:
    """Write into the activity log what was added (no ``before``), changed, or deleted (no ``after``).

    What readers see of it is put on the record, but for a deletion: that is recorded once the row is gone.
    """
    verb = "added" if before is None else "deleted" if after is None else "changed"
    record_action(
        by,
        f"{verb} a fact of the catalogue",
        f"{row._meta.verbose_name}: {row}",
        changes=describe_for_log(type(row), before or {}, after or {}),
    )
    note_new_ties(row, before, after, by=by)
    if after is not None:
        record_facts([row], signers=Signers(public_name(by), account=by.pk))


@transaction.atomic
def propose(
    model: type[Model], *, object_pk: int | None, title: str, before: Facts | None, after: Facts | None, by: Any
) -> PendingChange:
    """Keep a change until a second person decides, and return it. Nothing of the object is changed.

    ``title`` is what an object that is added is called. ``before`` is None where it is added, ``after`` where it is
    deleted. A change of the same object that the same person proposed, and nobody decided, is replaced by this one.
    Raises ValidationError where another person's change of the object waits.
    """
    action = ChangeAction.ADD if before is None else ChangeAction.DELETE if after is None else ChangeAction.CHANGE
    old, new = differing(before or {}, after or {})
    waiting = PendingChange.objects.select_for_update().filter(
        model=model._meta.label_lower, object_pk=object_pk, object_pk__isnull=False, state=ChangeState.WAITING
    )
    change = waiting.first() or PendingChange(model=model._meta.label_lower, object_pk=object_pk, by=by, version=0)
    if change.by_id != by.pk:
        raise ValidationError(
            f"A change of this by {public_name(change.by)} is waiting for a second person. Accept or reject it first."
        )
    change.action, change.before, change.after = action, old, new
    change.title = str(change.target or title)[:300]  # as it is called now: another name is part of the change
    change.version, change.at = change.version + 1, timezone.now()
    change.full_clean()
    change.save()
    record_action(
        by,
        f"proposed to {action.value} a fact of the catalogue",
        f"{model._meta.verbose_name}: {change.title}",
        url=change.get_absolute_url(),
        changes=describe_for_log(model, old, new),
    )
    note_change(NoticeType.PROPOSED, change, by=by)
    return change


def needs_second_person(row: Model, *, was_public: bool = False) -> bool:
    """Whether a change of this object waits for somebody else."""
    return settings.FOUR_EYES and (was_public or is_public(row))


@record_lock()
def change_facts(row: Model, after: Facts, *, seen: Facts, by: Any) -> PendingChange | None:
    """Give an object of the catalogue these facts, or keep them as a proposal, which is returned.

    ``seen`` are the facts that the person started from. Who changes a source that readers do not see yet has
    contributed to it. Raises PermissionDenied for who may not propose, and at a desk of one for who may not publish;
    ValidationError where nothing differs, where the object was changed since, or where a rule of its model is broken.
    """
    _check_proposer(by)
    stored = type(row)._base_manager.select_for_update().get(pk=row.pk)
    before = facts_of(stored)
    if before != seen:
        raise ValidationError("Someone changed this after you opened the page. Open it again to see the change.")
    if not differing(before, before | after)[1]:
        raise ValidationError("Nothing was changed.")
    return write_or_propose(stored, before, after, by=by)


def write_or_propose(stored: Model, before: Facts, after: Facts, *, by: Any) -> PendingChange | None:
    """Give an object that is locked other facts, or keep them as a proposal, which is returned, where readers see it.

    ``before`` are its facts as they are. Raises ValidationError where a rule of its model is broken, or where another
    person's change of it waits.
    """
    if needs_second_person(stored):
        after = _facts_once_written(stored, after)
        return propose(type(stored), object_pk=stored.pk, title=str(stored), before=before, after=after, by=by)
    write_facts(stored, after)
    if isinstance(stored, Source):
        stored.contributors.add(by)
    log_change(stored, before, facts_of(stored), by=by)
    return None


@record_lock()
def add_facts(model: type[Model], facts: Facts, *, by: Any) -> PendingChange | None:
    """Add an object of the catalogue, or keep it as a proposal, which is returned. Raises as ``change_facts``."""
    _check_proposer(by)
    row = model()
    if settings.FOUR_EYES:
        after = _facts_once_written(row, facts)
        return propose(model, object_pk=None, title=str(row), before=None, after=after, by=by)
    write_facts(row, facts)
    log_change(row, None, facts_of(row), by=by)
    return None


def _check_proposer(by: Any) -> None:
    check_ability(by, Ability.PROPOSE if settings.FOUR_EYES else Ability.PUBLISH)


def _facts_once_written(row: Model, facts: Facts) -> Facts:
    """Return the facts that an object would have: every rule of its model is asked, and nothing is kept."""
    with transaction.atomic():
        write_facts(row, facts)
        after = facts_of(row)
        transaction.set_rollback(True)
    return after


def problem_with(change: PendingChange, *, by: Any) -> str:
    """Return, in words, why this person may not accept a change as it is now; nothing if they may."""
    try:
        require_second_person_for(change, by=by)
        present = _present(change.target)
        require_old_values(change, present)
        require_no_hold(change, present)
    except PermissionDenied as error:
        return str(error)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@record_lock()
def accept(change: PendingChange, *, shown: str, by: Any) -> PendingChange:
    """Make a change, and return it.

    ``shown`` is the digest of the rows that the person looked at (public_rows.rows_of_change). Raises PermissionDenied
    for who may not publish, and for who proposed it or contributed to what becomes public by it (FOUR_EYES);
    StaleFormError where anything of that changed since; ValidationError where it was decided meanwhile, where the
    object no longer has the old values, where a hold is on what it names, or where a rule refuses it.
    """
    check_ability(by, Ability.PUBLISH)
    change = _locked(change)
    row = change.target_model._base_manager.select_for_update().filter(pk=change.object_pk).first()
    for named in (sources_named_first_by(change), passages_named_first_by(change)):
        keys = list(named.values_list("pk", flat=True))
        list(named.model.objects.filter(pk__in=keys).order_by("pk").select_for_update().values_list("pk"))
    require_second_person_for(change, by=by)
    require_shown(rows_of_change(change), shown)
    present = _present(row)
    require_old_values(change, present)
    require_no_hold(change, present)
    subject = facts_subject(row) if row is not None else None
    losing = []
    try:
        if change.action == ChangeAction.DELETE and row is not None:
            losing = subjects_losing(row)
            row.delete()
        else:
            row = row or change.target_model()
            write_facts(row, change.after)
            note_new_ties(
                row, change.before, change.after, by=change.by, checked_by=by if by.pk != change.by_id else None
            )
    except (ProtectedError, IntegrityError) as error:
        raise ValidationError(f"The database refused this change: {error.args[0]}") from error
    _decide(change, ChangeState.ACCEPTED, by)
    second = public_name(by) if by.pk != change.by_id else ""
    changed = [item for item in (*losing, subject or row) if item is not None]
    record_facts(changed, signers=Signers(public_name(change.by), second, by.pk))
    record_action(
        by,
        f"accepted to {change.action} a fact of the catalogue",
        f"{change.model_name}: {change.title}",
        url=change.get_absolute_url(),
        changes=describe_for_log(change.target_model, change.before, change.after),
    )
    note_change(NoticeType.ACCEPTED, change, by=by)
    return change


@transaction.atomic
def reject(change: PendingChange, *, version: int, by: Any, reason: str) -> PendingChange:
    """Leave the object as it is, and return the change. Its author may take it back in the same way.

    ``version`` is the one that was looked at. Raises PermissionDenied for who is neither its author nor may publish,
    StaleFormError where its author changed it since, ValidationError where it was decided, and without a reason.
    """
    if change.by_id != by.pk:
        check_ability(by, Ability.PUBLISH)
    change = _locked(change)
    if change.version != version:
        raise StaleFormError("The author changed this after you opened the page. Check it again.")
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError({"reason": "Enter a reason, so that the author knows what to do."})
    if len(reason) > MAX_REASON_CHARS:
        raise ValidationError({"reason": f"Use at most {MAX_REASON_CHARS} characters."})
    change.reason = reason
    _decide(change, ChangeState.REJECTED, by)
    record_action(
        by,
        f"rejected to {change.action} a fact of the catalogue",
        f"{change.model_name}: {change.title}",
        url=change.get_absolute_url(),
    )
    note_change(NoticeType.REJECTED, change, by=by)
    return change


def require_old_values(change: PendingChange, present: Facts) -> None:
    """Raise ValidationError where an object, whose facts now are ``present``, has not what a change found there."""
    if change.action == ChangeAction.ADD:
        return
    if not present or any(present.get(name) != value for name, value in change.before.items()):
        raise ValidationError(
            "The values have changed since this change was proposed. Reject it. Its author can propose it again."
        )


def require_no_hold(change: PendingChange, present: Facts) -> None:
    """Raise ValidationError where a hold is on what a change is about: a pledge, a source, or a draft whose words it
    would publish first. ``present`` are the facts of its object now. To delete something publishes nothing.
    """
    if change.action == ChangeAction.DELETE:
        return
    model, facts = change.target_model, {**present, **change.after}
    own: set[Any] = {change.object_pk} if model is Source else keys_in(model, facts, Source)
    kept_back = Q(pledge__in=keys_in(model, facts, Pledge)) | Q(source__in=own)
    kept_back |= Q(source__passages__in=keys_in(model, facts, Passage))
    kept_back |= Q(draft__evidence__passage__in=passages_named_first_by(change).values("pk"))
    if problems := Hold.objects.active().filter(kept_back).distinct().described():
        raise ValidationError(problems)


def _present(row: Model | None) -> Facts:
    return facts_of(row) if row is not None else {}


def _locked(change: PendingChange) -> PendingChange:
    change = PendingChange.objects.select_for_update().get(pk=change.pk)
    if change.state != ChangeState.WAITING:
        raise ValidationError(f"This change is already decided: {change.get_state_display().lower()}.")
    return change


def _decide(change: PendingChange, state: ChangeState, by: Any) -> None:
    change.state, change.decided_by, change.decided_at = state, by, timezone.now()
    change.full_clean()
    change.save()
