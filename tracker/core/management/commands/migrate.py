"""Django's `migrate`, in which each migration and the note that it was applied are one transaction.

Django notes a migration only after the transaction that applied it, where the schema editor had deferred statements
(ticket 32374): a process that is killed in between leaves tables that the next run would make again, and fails over.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.commands import migrate
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState
from django.db.transaction import atomic


class Executor(MigrationExecutor):
    """Applies and unapplies migrations, each together with its note."""

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        """Apply one in the same transaction as the note that it was applied, so that a kill leaves both or neither."""
        with _together(self.connection, migration):
            return super().apply_migration(state, migration, fake, fake_initial)

    def unapply_migration(self, state: ProjectState, migration: Migration, fake: bool = False) -> ProjectState:
        """Take one back, in the same way."""
        with _together(self.connection, migration):
            return super().unapply_migration(state, migration, fake)


@contextmanager
def _together(connection: BaseDatabaseWrapper, migration: Migration) -> Iterator[None]:
    """One transaction for all that is done within, unless `migration` says that it cannot be in one."""
    if not migration.atomic:
        yield
        return
    # SQLite alters tables only while it checks no foreign keys, and cannot be told so within a transaction.
    with connection.constraint_checks_disabled(), atomic(connection.alias):
        yield


class Command(migrate.Command):
    """Migrate the database; may be killed at any moment and run again."""

    def handle(self, *args: object, **options: object) -> None:
        # The command of Django has no other place to say which.
        migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]
        super().handle(*args, **options)
