"""System checks of the database: run by `manage.py check --database default` and by migrate."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from tracker.core import triggers
from tracker.core.files.secret_files import private_paths, readable_by_others


@register(Tags.database)
def check_guards(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Name each trigger that the database has lost.

    A warning, not an error: migrate itself asks this, and it is what puts them back. Until then the record is
    read-only.
    """
    return [
        checks.Warning(
            f"The guard {guard.name} on {guard.table} is missing from the database “{alias}”.",
            hint="Run `manage.py migrate`: it restores every guard.",
            id="tracker.W001",
        )
        for alias in databases or []
        for guard in triggers.missing(connections[alias])
    ]


@register(Tags.database)
def check_sqlite(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse write-ahead logging on SQLite, and a journal that a power cut can tear.

    SQLite before 3.51.3 can corrupt a WAL database; docs/decisions/0003-sqlite-journal.md.
    """
    messages: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor != "sqlite" or connection.is_in_memory_db():  # type: ignore[attr-defined]
            continue
        with connection.cursor() as cursor:
            (journal,) = cursor.execute("PRAGMA journal_mode").fetchone()
            (synchronous,) = cursor.execute("PRAGMA synchronous").fetchone()
        if journal != "truncate" or synchronous < 2:
            messages.append(
                Error(
                    f"The SQLite database “{alias}” runs with journal_mode={journal}, synchronous={synchronous}.",
                    hint="Stop the server, then set it once: `PRAGMA journal_mode=TRUNCATE`. "
                    "The tracker's settings ask for TRUNCATE and FULL (2).",
                    id="tracker.E002",
                )
            )
    return messages


def sqlite_file() -> Path | None:
    """Return the file of the database; None where it is no file of this machine."""
    database = settings.DATABASES["default"]
    name = str(database["NAME"])
    if not database["ENGINE"].endswith(("sqlite3", "sqlite")) or name.startswith((":memory:", "file:")):
        return None
    return Path(name)


@register(Tags.security)
def check_private_files(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Name each file with rows or keys of this installation that other users of the machine may read."""
    paths = private_paths(Path(settings.DATA_DIR), sqlite_file())
    return [
        checks.Warning(
            f"{path} can be read by other users of this machine.",
            hint="Run `manage.py secure_files` as its owner. A unit of systemd has UMask=0077.",
            id="tracker.W003",
        )
        for path in readable_by_others(paths)
    ]
