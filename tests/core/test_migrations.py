"""The database of every release, migrated by today's code: the same rows, the same head, all guards, down and up."""

import base64
import hashlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from tests.databases import address_of, database, migrated_file, migrated_name, rows_of

ROOT = settings.BASE_DIR
FROZEN = sorted((ROOT / "tests" / "frozen").glob("*.sql"))
POSTGRES = os.environ.get("DATABASE_URL", "")
RECORD = ["pledges_statusupdate", "pledges_entrytext", "pledges_citation", "sources_passage", "sources_source"]
STATE_OF = {"0.1.0": {"sources": "0001", "pledges": "0001"}}
"""The newest migration of each app in a release."""


@contextmanager
def on_postgres() -> Iterator[str]:
    """The address of an empty database on the server of this run."""
    name = database("CREATE DATABASE {name}")
    try:
        yield re.sub(r"/[^/]*$", f"/{name}", POSTGRES)
    finally:
        database(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty(tmp_path):
    """The environment of an installation whose database, of the kind that this run tests, has no table yet."""
    values = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "LOG_LEVEL": "ERROR"}
    if not POSTGRES.startswith("postgres"):
        yield values
        return
    with on_postgres() as address:
        yield values | {"DATABASE_URL": address}


@pytest.fixture(params=FROZEN, ids=lambda path: path.stem)
def frozen(request, tmp_path):
    """A release's database in a database of the kind that this run tests; yields (environment, release, SQLite)."""
    original = sqlite3.connect(tmp_path / "original.sqlite3")
    original.executescript(request.param.read_text(encoding="utf-8"))
    values = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}
    release = request.param.stem
    if not POSTGRES.startswith("postgres"):
        (tmp_path / "original.sqlite3").rename(tmp_path / "tracker.sqlite3")
        yield values, release, original
        return
    with on_postgres() as address:
        values["DATABASE_URL"] = address
        state = [*((app,) for app in ("contenttypes", "auth", "sessions", "admin")), *STATE_OF[release].items()]
        program("; ".join(f"call_command('migrate', *{target!r}, verbosity=0)" for target in state), values)
        with psycopg.connect(values["DATABASE_URL"]) as database:
            copy(original, database)
        yield values, release, original


def copy(original: sqlite3.Connection, database) -> None:
    """Copy every row from SQLite to PostgreSQL, guards and foreign keys aside."""
    database.execute("SET session_replication_role = replica")
    for (table,) in original.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if not table.startswith(("sources_", "pledges_", "auth_user")):
            continue
        types = dict(
            database.execute(
                "SELECT column_name, data_type FROM information_schema.columns "
                "WHERE table_name = %s AND is_generated = 'NEVER'", [table],
            ).fetchall()
        )  # fmt: skip
        names = [row[1] for row in original.execute(f"PRAGMA table_info({table})") if row[1] in types]
        for row in original.execute(f"SELECT {', '.join(names)} FROM {table}"):
            values = [
                bool(value) if types[name] == "boolean" and value is not None else value
                for name, value in zip(names, row, strict=True)
            ]
            database.execute(
                sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                    sql.Identifier(table),
                    sql.SQL(", ").join(map(sql.Identifier, names)),
                    sql.SQL(", ").join([sql.Placeholder()] * len(names)),
                ),
                values,
            )
        if "id" in names:
            database.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT COALESCE(MAX(id), 1) FROM {table}))"
            )


SCHEMA = {
    "sqlite": ["SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"],
    "postgresql": [
        "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, "
        "column_default, generation_expression, collation_name, is_identity FROM information_schema.columns "
        "WHERE table_schema = 'public'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace",
        "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    ],
}
GRANTS = [
    "SELECT app_label, model, codename, name FROM auth_permission "
    "JOIN django_content_type ON django_content_type.id = content_type_id",
    "SELECT auth_group.name, codename FROM auth_group JOIN auth_group_permissions ON group_id = auth_group.id "
    "JOIN auth_permission ON auth_permission.id = permission_id",
    "SELECT kind, text FROM desk_lettertemplate",
]


def description(environment: dict[str, str]) -> list[str]:
    """Tables, columns, constraints, indexes, triggers and functions; and what migrations put in:
    permissions, groups and letters."""
    vendor = "postgresql" if "DATABASE_URL" in environment else "sqlite"
    return [
        " | ".join(map(str, row))
        for query in [*SCHEMA[vendor], *GRANTS]
        for row in sorted(rows_of(environment, query), key=str)
    ]


def manage(environment, *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def program(text: str, environment: dict[str, str]) -> str:
    """Run several commands in one process: to start one takes longer than most of what it does."""
    text = f"from django.core.management import call_command; {text}"
    return manage(environment, "shell", "-v", "0", "-c", text)


def hashes(environment, columns: dict[str, list[str]]) -> dict[str, str]:
    """A digest of the record's rows, in the columns that the release had, as the database has them."""
    found = {}
    url = environment.get("DATABASE_URL")
    connection = psycopg.connect(url) if url else sqlite3.connect(Path(environment["DATA_DIR"]) / "tracker.sqlite3")
    with connection:
        for table, names in columns.items():
            key = "update_id" if table == "pledges_entrytext" else "id"
            quoted = ", ".join(f'"{name}"' for name in names)
            rows = connection.execute(f"SELECT {quoted} FROM {table} ORDER BY {key}").fetchall()
            assert rows
            found[table] = hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
    connection.close()
    return found


STEP_BY_STEP = """
from django.core.management import call_command
from django.db import connection
from tracker.core import triggers
from tracker.core.management.commands.migrate import Executor
class Stepwise(Executor):
    def apply_migration(self, state, migration, *arguments, **options):
        triggers.before_migrate(plan=[migration])
        state = super().apply_migration(state, migration, *arguments, **options)
        triggers.after_migrate()
        if migration.app_label in ("sources", "pledges", "desk"):
            print(migration.app_label, migration.name, triggers.missing(connection))
        return state
executor = Stepwise(connection)
executor.migrate(executor.loader.graph.leaf_nodes())
call_command("migrate", verbosity=0)
"""
"""Each migration, the guards taken away before and put back after it as `migrate` does, and which are missing then."""

MISSING = "from django.db import connection; from tracker.core import triggers; print(triggers.missing(connection))"


def test_every_release_has_its_state_written_down():
    assert {path.stem for path in FROZEN} == set(STATE_OF)


@pytest.mark.slow
def test_a_release_migrates_and_verifies_to_the_same_head(frozen, new_database, tmp_path):
    environment, release, original = frozen
    columns = {table: [row[1] for row in original.execute(f"PRAGMA table_info({table})")] for table in RECORD}
    head = original.execute(
        "SELECT position, digest FROM pledges_statusupdate ORDER BY position DESC LIMIT 1"
    ).fetchone()
    original.close()
    before = hashes(environment, columns)
    told = manage(environment, "shell", "-v", "0", "-c", STEP_BY_STEP).splitlines()
    assert len(told) > 3
    assert [line for line in told if not line.endswith(" []")] == [], "no guard is missing after any of them"
    assert hashes(environment, columns) == before, "none of them changed a row of the record"
    down = [f"call_command('migrate', {app!r}, {newest!r}, verbosity=0)" for app, newest in STATE_OF[release].items()]
    program("; ".join(reversed(down)), environment)
    assert hashes(environment, columns) == before, "down again with the data"
    manage(environment, "migrate", "-v", "0")
    assert hashes(environment, columns) == before, "and up"
    saved = tmp_path / "head.txt"
    saved.write_text(f"localhost/record\n{head[0]}\n{base64.b64encode(bytes.fromhex(head[1])).decode()}\n")
    verify = f"call_command('load_dataset'); call_command('verify_record', '--known-head', {str(saved)!r})"
    told = program(f"{verify}; {MISSING}", environment)  # the first release had no pledges on the record
    assert "The record extends the saved head." in told
    assert told.endswith("[]\n"), "no guard is missing"
    assert description(environment) == description(new_database), "the same as in a new database"


@pytest.fixture
def new_database(tmp_path_factory) -> dict[str, str]:
    """The environment of a database that today's migrations made, and that nobody changes."""
    if POSTGRES.startswith("postgres"):
        return {"DATABASE_URL": address_of(migrated_name(tmp_path_factory))}
    folder = tmp_path_factory.mktemp("new")
    shutil.copy(migrated_file(tmp_path_factory), folder / "tracker.sqlite3")
    return {"DATA_DIR": str(folder)}


KILLED = """
import os, signal, sys, django
django.setup()
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db.migrations.recorder import MigrationRecorder
plain, noting, reached = sys.argv[1] == "plain", MigrationRecorder.record_applied, sys.argv[2].split(".")
def killed(recorder, *migration):
    if list(migration) == reached:
        os.kill(os.getpid(), signal.SIGKILL)
    noting(recorder, *migration)
MigrationRecorder.record_applied = killed
call_command(migrate.Command() if plain else "migrate", verbosity=0)
"""
"""Migrates, and is killed when a migration has done all but be noted."""


def killed_at(environment: dict[str, str], migration: str, command: str) -> None:
    values = environment | {"DJANGO_SETTINGS_MODULE": "tracker.settings"}
    process = subprocess.run([sys.executable, "-c", KILLED, command, migration], cwd=ROOT, env=values)
    assert process.returncode == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.once
def test_a_migration_that_was_killed_before_it_was_noted_is_taken_up_again(empty):
    reached = [
        "account.0001_initial",
        "alerts.0001_subscriptions",  # the first that is noted of those that the squashed one replaces
        "sources.0001_initial",
        "pledges.0001_initial",
    ]
    for migration in reached:
        killed_at(empty, migration, "ours")
    told = program(
        "call_command('migrate', verbosity=0); call_command('check', databases=['default'], fail_level='WARNING'); "
        "call_command('load_dataset'); call_command('verify_record')",
        empty,
    )
    assert "entries hold." in told


@pytest.mark.slow
@pytest.mark.once
def test_with_the_command_of_django_it_is_not(empty):
    killed_at(empty, "account.0001_initial", "plain")
    again = subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"],
                           cwd=ROOT, env=empty, capture_output=True, text=True)  # fmt: skip
    assert "account_emailaddress" in again.stderr
    assert "already exists" in again.stderr
