"""Facts of sources and passages that are given at the desk: they wait for a second person once readers see them."""

from typing import Any

from django.conf import settings
from django.db import transaction

from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions.drafts import check_ability
from tracker.desk.audit_log import record_action
from tracker.desk.catalogue.changes import log_change, propose, write_or_propose
from tracker.desk.catalogue.facts import facts_of, is_public
from tracker.desk.catalogue.models import PendingChange
from tracker.pledges.record.lock import record_lock
from tracker.sources import snapshots
from tracker.sources.models import Passage, Source


@transaction.atomic
def store_pasted(source: Source, text: str, *, by: Any, supersedes: Source | None = None) -> Source:
    """Store a source with a text that was pasted, and return it. ``supersedes`` is the snapshot that it follows.

    Raises PermissionDenied for who may not propose, ValidationError where it breaks a rule of Source.
    """
    check_ability(by, Ability.PROPOSE)
    source.text, source.supersedes = text, supersedes
    source.full_clean()
    source.save()
    source.contributors.add(by)
    record_action(by, "brought in a source", source)
    return source


@record_lock()
def give_archived_copy(source: Source, *, url: str, by: Any) -> PendingChange | None:
    """Give a source the address of an archived copy, and return None; or the change that waits for a second person.

    It waits where readers see the source already (FOUR_EYES). Otherwise ``by`` has contributed to the source, and does
    not sign off what makes it public. Raises PermissionDenied for who may not propose, ValidationError for an address
    that breaks a rule of Source, or where another person's change of the source waits.
    """
    check_ability(by, Ability.PROPOSE)
    source = Source.objects.select_for_update().get(pk=source.pk)
    before = facts_of(source)
    after = before | {"archived_url": url}
    if before == after:
        return None
    return write_or_propose(source, before, after, by=by)


@record_lock()
def mark_found_again(source: Source, passage: Passage, *, start: int, end: int, by: Any) -> PendingChange | None:
    """Mark a span of a new snapshot as a passage of the snapshot before, and return None; or the change that waits.

    It waits where readers see the passage at that place already (FOUR_EYES). Otherwise ``by`` has contributed to it.
    Raises PermissionDenied for who may not propose, and ValidationError as snapshots.check_carried, or where another
    person's change of the passage waits.
    """
    check_ability(by, Ability.PROPOSE)
    snapshots.check_carried(source, passage, start=start, end=end)
    existing = source.passages.select_for_update().filter(start=start, end=end).first()
    before = facts_of(existing) if existing is not None else None
    if existing is not None and before is not None and settings.FOUR_EYES and is_public(existing):
        if existing.again_id == passage.pk:
            return None
        after = before | {"again": passage.pk}
        return propose(Passage, object_pk=existing.pk, title=str(existing), before=before, after=after, by=by)
    carried = snapshots.confirm_carried(source, passage, start=start, end=end, by=by)
    if (after := facts_of(carried)) != before:
        log_change(carried, before, after, by=by)
    return None
