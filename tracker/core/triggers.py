"""Triggers: the rules that the database itself keeps, no matter who writes to it.

A guard is declared once here or in another package's triggers.py and installed on SQLite and PostgreSQL
after every migrate. Django's SQLite schema editor rebuilds a table to alter it and silently loses its
triggers, and a trigger that names a table stops that table from being rebuilt; so ``before_migrate``
takes them away and ``after_migrate`` puts them back (connected in apps.py), and a system check
(checks.py) names any that is missing.

What breaks a guard is refused with django.db.IntegrityError, through the ORM and through raw SQL alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class ConstraintTrigger:
    """One trigger: ``when`` (SQL over NEW and OLD) decides which rows ``event`` may not touch.

    ``event`` is INSERT, UPDATE, DELETE or TRUNCATE. ``vendors`` names the databases that need it: SQLite has
    no TRUNCATE, PostgreSQL no INSERT OR REPLACE. ``reads`` names the other tables that ``when`` looks into.
    """

    name: str
    table: str
    event: str
    when: str
    message: str
    vendors: Sequence[str] = ("sqlite", "postgresql")
    reads: Sequence[str] = ()

    def create_sql(self, vendor: str) -> list[str]:
        """Return the statements, to be run in order. ``vendor`` is “sqlite” or “postgresql”."""
        message = self.message.replace("'", "''")
        if vendor == "sqlite":
            condition = f"WHEN {self.when} " if self.when else ""
            return [
                f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} "
                f"FOR EACH ROW {condition}BEGIN SELECT RAISE(ABORT, '{message}'); END"
            ]
        raise_error = (
            f"RAISE EXCEPTION '{message.replace('%', '%%')}' USING ERRCODE = 'integrity_constraint_violation'"
        )
        body = f"IF {self.when} THEN {raise_error}; END IF;" if self.when else f"{raise_error};"
        level = "STATEMENT" if self.event == "TRUNCATE" else "ROW"
        result = "NULL" if level == "STATEMENT" else "OLD" if self.event == "DELETE" else "NEW"
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ "
            f"BEGIN {body} RETURN {result}; END $guard$",
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} "
            f"FOR EACH {level} EXECUTE FUNCTION {self.name}()",
        ]

    def drop_sql(self, vendor: str) -> list[str]:
        """Return the statements that take the trigger away, present or not; its table must exist."""
        return _drop_sql(self.name, self.table, vendor)


def _drop_sql(name: str, table: str, vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}"]
    return [f"DROP TRIGGER IF EXISTS {name} ON {table}", f"DROP FUNCTION IF EXISTS {name}()"]


@dataclass(frozen=True)
class ChangeCounterTrigger:
    """A trigger that counts each change of a table, no matter who makes it: ``counter`` has a row for each table.

    ``counts`` is the name of the row, where it is not that of the table.

    A row of ``counter`` is a table's name (``name``) and a number that each change raises, by a random step: where a
    backup was restored and other changes were made, it does not come back to a number that it had.
    """

    name: str
    table: str
    event: str
    counter: str
    vendors: Sequence[str] = ("sqlite", "postgresql")
    counts: str = ""

    @property
    def reads(self) -> Sequence[str]:
        """The table that it writes to has to be there too."""
        return (self.counter,)

    def create_sql(self, vendor: str) -> list[str]:
        """Return the statements, to be run in order. ``vendor`` is “sqlite” or “postgresql”."""
        step = {
            "sqlite": "1 + abs(random() % 1000000000)",
            "postgresql": "1 + floor(random() * 1000000000)::bigint",
        }[vendor]
        count = (
            f"INSERT INTO {self.counter} (name, number) VALUES ('{self.counts or self.table}', {step}) "
            f"ON CONFLICT (name) DO UPDATE SET number = {self.counter}.number + excluded.number"
        )
        if vendor == "sqlite":
            return [f"CREATE TRIGGER {self.name} AFTER {self.event} ON {self.table} FOR EACH ROW BEGIN {count}; END"]
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $tick$ "
            f"BEGIN {count}; RETURN NULL; END $tick$",
            f"CREATE TRIGGER {self.name} AFTER {self.event} ON {self.table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {self.name}()",
        ]

    def drop_sql(self, vendor: str) -> list[str]:
        """Return the statements that take the trigger away, present or not; its table must exist."""
        return _drop_sql(self.name, self.table, vendor)


_registered: dict[str, ConstraintTrigger | ChangeCounterTrigger] = {}


def register(guards: Iterable[ConstraintTrigger | ChangeCounterTrigger]) -> None:
    """Add guards to those that the tracker installs and checks. Called once by each package's AppConfig."""
    _registered.update({guard.name: guard for guard in guards})


def expected(connection: BaseDatabaseWrapper) -> list[ConstraintTrigger | ChangeCounterTrigger]:
    """Return the guards that this database should have now: those of its vendor whose tables exist."""
    return _with_tables(_of_vendor(connection), connection)


def missing(connection: BaseDatabaseWrapper) -> list[ConstraintTrigger | ChangeCounterTrigger]:
    """Return the guards that this database should have and has not, or has switched off."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": (
            "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT tgisinternal AND tgenabled <> 'D' AND c.relnamespace = current_schema()::regnamespace"
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    lost = [guard for guard in _of_vendor(connection) if guard.name not in present]
    # Each entry of the record is asked for this: which tables there are is asked where one is not there.
    return _with_tables(lost, connection) if lost else []


def _of_vendor(connection: BaseDatabaseWrapper) -> list[ConstraintTrigger | ChangeCounterTrigger]:
    return [guard for guard in _registered.values() if connection.vendor in guard.vendors]


def _with_tables(
    guards: list[ConstraintTrigger | ChangeCounterTrigger], connection: BaseDatabaseWrapper
) -> list[ConstraintTrigger | ChangeCounterTrigger]:
    tables = set(connection.introspection.table_names())
    return [guard for guard in guards if tables.issuperset([guard.table, *guard.reads])]


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every guard away, in one transaction.

    Those too that read a table which is not there yet: an earlier release may have had them without it.
    """
    tables = set(connection.introspection.table_names())
    guards = [guard for guard in _registered.values() if connection.vendor in guard.vendors and guard.table in tables]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for guard in guards:
            for statement in guard.drop_sql(connection.vendor):
                cursor.execute(statement)


def install(connection: BaseDatabaseWrapper) -> None:
    """Create every guard again as it is declared now, in one transaction, so that none is ever missing."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        remove(connection)
        for guard in expected(connection):
            for statement in guard.create_sql(connection.vendor):
                cursor.execute(statement)


def before_migrate(*, using: str = DEFAULT_DB_ALIAS, plan: Sequence[Any] = (), **kwargs: Any) -> None:
    """Receiver of pre_migrate: take the guards away where a table is about to change."""
    if plan:
        remove(connections[using])


def after_migrate(*, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Receiver of post_migrate: put the guards back."""
    install(connections[using])
