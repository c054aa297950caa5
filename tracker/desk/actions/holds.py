"""Put a hold on a pledge, a draft or a source, and release it: persons only, never a timer, a job or an import."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions.drafts import check_ability
from tracker.desk.audit_log import record_action
from tracker.desk.models import Draft, Hold
from tracker.desk.sign_off.public_rows import rows_of_hold
from tracker.desk.sign_off.shown import require_shown
from tracker.pledges.models import Pledge
from tracker.sources.models import Source
from tracker.text.characters import hidden_character_problem


@transaction.atomic
def place_hold(target: Pledge | Draft | Source, *, by: Any, reason: str = "") -> Hold:
    """Hold something back from publication and return the hold; one that is there already is returned.

    Raises PermissionDenied for who may not propose, ValidationError for a reason that cannot be kept.
    """
    check_ability(by, Ability.PROPOSE)
    if problem := hidden_character_problem(reason):
        raise ValidationError({"reason": problem})
    name = {Pledge: "pledge", Draft: "draft", Source: "source"}[type(target)]
    existing = Hold.objects.active().filter(**{name: target}).first()
    if existing:
        return existing
    hold = Hold(placed_by=by, reason=reason, **{name: target})
    hold.full_clean()
    hold.save()
    record_action(by, "put a hold on", target)
    return hold


@transaction.atomic
def release_hold(hold: Hold, *, shown: str, by: Any) -> Hold:
    """Release a hold, and return it; released once is enough.

    ``shown`` is the digest of what the person looked at (public_rows.rows_of_hold). Raises PermissionDenied for who
    may not publish, StaleFormError where that has changed.
    """
    check_ability(by, Ability.PUBLISH)
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    if hold.released_at is None:
        require_shown(rows_of_hold(hold), shown)
        hold.released_by, hold.released_at = by, max(timezone.now(), hold.placed_at)
        hold.save()
        record_action(by, "released the hold on", hold.pledge or hold.draft or hold.source)
    return hold
