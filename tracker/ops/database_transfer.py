"""Move an installation to another database, from SQLite to PostgreSQL or back: every row of one into an empty other.

Rows are copied as they are, keys and times with them, while the guards are off within the one transaction. It is
committed only if the record that arrived holds.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any

import environ
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

from tracker.core import triggers
from tracker.pledges.models import Body, RecordEntry
from tracker.pledges.record.verify import Problem, verify_chain, verify_derived
from tracker.sources.models import Source

_ALIAS = "moved_from"
_CHUNK = 200
"""Rows that are held in memory at a time: some hold a whole document."""


class DatabaseTransferError(Exception):
    """Why nothing was moved, in words for the operator."""


def copy_database(address: str, *, progress: Callable[[str, int], None]) -> int:
    """Copy every row of the tracker at ``address`` into this one, and return how many there are.

    ``address`` is like DATABASE_URL. It is read as of one moment; where it is SQLite, nobody can write to it
    meanwhile. This one has to be migrated and empty. ``told`` hears the name of each table and its rows once they
    are copied.
    Raises MovingError, with this database as it was.
    """
    with _opened(address) as source:
        try:
            with transaction.atomic(using=_ALIAS), transaction.atomic():
                _refuse(source)
                number = _copy_all(progress)
                _verify()
        except DatabaseError as error:
            raise DatabaseTransferError(f"The copy failed: {error}") from error
    return number


def _migrations_of(database: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    """Return what was applied, without what a later migration replaces: a new database never had that."""
    loader = MigrationLoader(database)
    replaced = {name for migration in loader.disk_migrations.values() for name in migration.replaces}
    return set(loader.applied_migrations) - replaced


def _refuse(source: BaseDatabaseWrapper) -> None:
    """Raise DatabaseTransferError where these rows do not belong into this database."""
    of_source, of_target = _migrations_of(source), _migrations_of(connection)
    if of_source != of_target:
        apart = ", ".join(sorted(".".join(migration) for migration in of_source ^ of_target)[:5])
        raise DatabaseTransferError(
            f"The databases are from different releases. Migrate both with the same version first ({apart})."
        )
    for model in (RecordEntry, Source, Body, get_user_model()):
        if model._base_manager.exists():
            raise DatabaseTransferError(f"This database is not empty: it has {model._meta.verbose_name_plural}.")


def _copy_all(progress: Callable[[str, int], None]) -> int:
    models = [
        model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy
    ]
    triggers.remove(connection)
    # What migrations put in comes again, with the keys that it has there.
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), [model._meta.db_table for model in models]))
    total = 0
    for model in models:
        number = _copy(model)
        progress(model._meta.db_table, number)
        total += number
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    connection.check_constraints()
    triggers.install(connection)
    return total


def _copy(model: type[Model]) -> int:
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    rows = model._base_manager.using(_ALIAS).order_by("pk").iterator(_CHUNK)
    most, number = max(1, min(_CHUNK, connection.ops.bulk_batch_size(fields, range(_CHUNK)))), 0
    while chunk := list(islice(rows, most)):
        # Not bulk_create: a field that sets itself would say that the row is from today.
        model._base_manager._insert(  # type: ignore[attr-defined]  # django-stubs does not know it
            chunk, fields=fields, using=DEFAULT_DB_ALIAS, raw=True
        )
        number += len(chunk)
    return number


def _verify() -> None:
    for problem in chain(verify_chain(), verify_derived()):
        if isinstance(problem, Problem):
            raise DatabaseTransferError(f"The copy failed verification: {problem}")


@contextmanager
def _opened(address: str) -> Iterator[BaseDatabaseWrapper]:
    """A second connection, that sees the database as of one moment. Raises MovingError."""
    values: dict[str, Any] = environ.Env.db_url_config(address)
    vendor = str(values.get("ENGINE", "")).rpartition(".")[2]
    if vendor == "sqlite3":
        if not Path(values["NAME"]).is_file():
            raise DatabaseTransferError(f"There is no database at {values['NAME']}.")
        values["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20}
    elif vendor == "postgresql":
        from psycopg import IsolationLevel

        values["OPTIONS"] = {"isolation_level": IsolationLevel.REPEATABLE_READ}
    else:
        raise DatabaseTransferError(
            "Name a database as DATABASE_URL does: sqlite:////folder/tracker.sqlite3 or postgres://…"
        )
    connections.databases[_ALIAS] = connections.configure_settings({DEFAULT_DB_ALIAS: values})[DEFAULT_DB_ALIAS]
    try:
        yield connections[_ALIAS]
    finally:
        connections[_ALIAS].close()
        del connections[_ALIAS], connections.databases[_ALIAS]
