"""Say where a copy of a source stands in a web archive: a fact that readers see, once the source is public."""

from typing import Any

from django.conf import settings
from django.db import transaction

from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions.drafts import check_ability
from tracker.desk.catalogue.changes import log_change, propose
from tracker.desk.catalogue.facts import facts_of, is_public
from tracker.desk.catalogue.models import PendingChange
from tracker.sources.models import Source


@transaction.atomic
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
    if settings.FOUR_EYES and is_public(source):
        return propose(Source, object_pk=source.pk, title=str(source), before=before, after=after, by=by)
    source.archived_url = url
    source.full_clean()
    source.save()
    source.contributors.add(by)
    log_change(source, before, after, by=by)
    return None
