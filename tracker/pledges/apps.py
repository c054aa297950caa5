"""Configuration of the pledges package."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate


class PledgesConfig(AppConfig):
    """Pledges and the record."""

    name = "tracker.pledges"
    verbose_name = "Pledges"

    def ready(self) -> None:
        from tracker.core.triggers import register
        from tracker.pledges import checks  # noqa: F401  # registers them
        from tracker.pledges.derived.data_versions import CHANGE_COUNTERS
        from tracker.pledges.record.triggers import TRIGGERS

        register([*TRIGGERS, *CHANGE_COUNTERS])
        post_migrate.connect(_rebuild_outdated_search, sender=self, dispatch_uid="pledges.search")


def _rebuild_outdated_search(*, using: str, plan: Sequence[Any] | None = None, **kwargs: Any) -> None:
    """Receiver of post_migrate: make the search index again where an upgrade brought another language of words.

    A database that was not migrated to the end waits for the next migrate; one that was emptied has nothing to find.
    """
    from tracker.pledges.search.index import rebuild_if_outdated

    if plan is None or using != DEFAULT_DB_ALIAS:
        return
    executor = MigrationExecutor(connections[using])
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        rebuild_if_outdated()
