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

    def import_data(self, *args: Any, **kwargs: Any) -> Any:
        """Bring in a table in one turn of the record.

        The lock of a row that is undone ends with it: the next row would take the record while the changes that the
        table proposed are locked, and a person who accepts one of them takes the record first.
        """
        with record_lock():
            return super().import_data(*args, **kwargs)  # type: ignore[misc]

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Save one row of the table; where a second person is needed, undo that and propose it."""
        model, by = type(instance), kwargs["user"]
        with transaction.atomic():
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
