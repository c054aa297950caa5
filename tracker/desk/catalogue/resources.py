"""Tables of the catalogue go the way of every other change: logged, with a second person for what readers see."""

from typing import Any

from django.db import transaction

from tracker.desk.catalogue.changes import log_change, needs_second_person, propose
from tracker.desk.catalogue.facts import facts_of, is_public
from tracker.pledges.record.lock import record_lock


class SecondPersonResourceMixin:
    """A table whose rows are saved and logged, or kept as proposals.

    ``import_data`` is given ``user``, who imports, and ``proposed``, a list that gets each change that waits.
    """

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Save one row of the table; where a second person is needed, undo that and propose it."""
        model, by = type(instance), kwargs["user"]
        # The record before the row, as when a change is accepted: else each could wait for the other.
        with record_lock():
            stored = None if is_create else model._base_manager.select_for_update().get(pk=instance.pk)
            before = facts_of(stored) if stored else None
            was_public = stored is not None and is_public(stored)
            super().save_instance(instance, is_create, row, **kwargs)  # type: ignore[misc]
            saved = model._base_manager.get(pk=instance.pk)
            after, waits = facts_of(saved), needs_second_person(saved, was_public=was_public)
            if waits:
                transaction.set_rollback(True)
        if not waits:
            log_change(saved, before, after, by=by)
            return
        change = propose(
            model, object_pk=stored.pk if stored else None, title=str(saved), before=before, after=after, by=by
        )
        kwargs["proposed"].append(change)
