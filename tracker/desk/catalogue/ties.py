"""Who tied a recommendation to an earlier one: kept with each tie that a change makes."""

from typing import Any

from django.db.models import Model
from django.utils import timezone

from tracker.desk.accounts.permissions import public_name
from tracker.desk.catalogue.facts import Facts
from tracker.pledges.models import Recommendation, RepeatTie


def note_new_ties(row: Model, before: Facts | None, after: Facts | None, *, by: Any, checked_by: Any = None) -> None:
    """Keep by whom ties were made that a change of a recommendation brings, and who accepted it as a second person.

    Called within the transaction of the change.
    """
    if not isinstance(row, Recommendation):
        return
    new = set((after or {}).get("repeats", [])) - set((before or {}).get("repeats", []))
    for earlier in sorted(new):
        names = {"tied_by": public_name(by), "checked_by": public_name(checked_by) if checked_by else ""}
        RepeatTie.objects.update_or_create(
            recommendation=row, earlier_id=earlier, defaults={**names, "tied_at": timezone.now()}
        )
