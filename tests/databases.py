"""Databases of a test run. What takes seconds to make is made once, by the first worker that needs it; each worker and
each test then has a copy of its own. Copies have the same rows, indexes and triggers: SQLite's backup and PostgreSQL's
TEMPLATE copy pages, not statements."""

import fcntl
import hashlib
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import allauth
import django
import psycopg
import pytest
from django.conf import settings
from django.db import connection

RUN = "TEST_RUN"
"""The variable of the environment that all workers of a run share: a name for this run."""


def name_run() -> None:
    """Give this run a name; workers inherit it."""
    os.environ[RUN] = f"{os.getpid()}_{random.randrange(10**6)}"  # a run that was killed may have left its databases


POOLED = "TEST_POOLED"
"""The variable that says that the tests of this run ask through a pooler (tests/pooled.py)."""


def on_postgresql() -> bool:
    """Whether this run is on PostgreSQL."""
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def server_url() -> str:
    """Return the address of the server of this run, past a pooler."""
    return os.environ["DATABASE_DIRECT_URL" if POOLED in os.environ else "DATABASE_URL"]


def address_of(name: str) -> str:
    """Return the DATABASE_URL of another database on the server of this run."""
    return re.sub(r"/[^/]*$", f"/{name}", server_url())


def database(command: str) -> str:
    """Do something to a database of the server of this run, if it is one; return the name it is done to."""
    name = f"tracker_drill_{os.getpid()}_{random.randrange(10**6)}"
    with psycopg.connect(server_url(), autocommit=True) as server:
        server.execute(command.format(name=name))
    return name


def rows_of(environment: dict[str, str], sql: str) -> list[tuple[Any, ...]]:
    """Return the rows that a query of the database of another process gives. Starting Django there to ask takes a
    processor over a second, and some tests ask again and again until something has happened."""
    if url := environment.get("DATABASE_URL"):
        with psycopg.connect(url, autocommit=True) as server:
            return server.execute(sql).fetchall()
    with closing(sqlite3.connect(Path(environment["DATA_DIR"]) / "tracker.sqlite3", timeout=60)) as file:
        return file.execute(sql).fetchall()


def drop_shared() -> None:
    """Drop what the workers of this run shared on the server."""
    with psycopg.connect(server_url(), autocommit=True) as server:
        names = server.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"tracker_run_{os.environ[RUN]}_"]
        ).fetchall()
        for (name,) in names:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def shared_name(what: str) -> str:
    """Return the name of a database on the server that all workers of this run share."""
    return f"tracker_run_{os.environ[RUN]}_{what}"


@contextmanager
def made_once(tmp_path_factory: pytest.TempPathFactory, what: str) -> Iterator[tuple[Path, bool]]:
    """Yield a folder that all workers of this run share, and whether it is to be filled yet. One worker at a time."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / f"shared-{what}"
    with (shared / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "done"
        if done.exists():
            yield folder, False
            return
        folder.mkdir(exist_ok=True)
        yield folder, True
        done.touch()


def kept_file() -> Path:
    """Return where the migrated SQLite database is kept for the next run, whose first worker else migrates for as long
    as all others wait. A change of a migration, a trigger, Python or a library with migrations gives another name;
    for the rest `migrate` runs on each copy, as it does on an installation.
    """
    base = Path(settings.BASE_DIR)
    digest = hashlib.sha256(
        f"{sys.version} {sqlite3.sqlite_version} {django.__version__} {allauth.__version__}".encode()
    )
    for path in sorted([*base.glob("tracker/**/migrations/*.py"), *base.glob("tracker/**/triggers.py")]):
        digest.update(f"\0{path.relative_to(base)}\0".encode() + path.read_bytes())
    return base / ".pytest_cache" / "d" / "migrated" / f"{digest.hexdigest()[:16]}.sqlite3"


def take_kept(folder: Path) -> bool:
    """Copy what an earlier run kept to where the workers of this one copy it from. Return whether there was one."""
    kept = kept_file()
    if kept.exists():
        shutil.copy(kept, folder / "migrated.sqlite3")  # as private as it is
    return kept.exists()


def keep(folder: Path) -> None:
    """Keep the migrated database for the next run, in place of what earlier ones kept."""
    kept = kept_file()
    kept.parent.mkdir(parents=True, exist_ok=True)
    for older in kept.parent.iterdir():
        older.unlink(missing_ok=True)
    part = kept.with_suffix(f".{os.getpid()}")
    shutil.copy(folder / "migrated.sqlite3", part)
    part.replace(kept)


def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of the migrated SQLite database that the workers of this run copy. MigratedOnce made it, if any
    test of the run has a database of its own."""
    with made_once(tmp_path_factory, "migrated-sqlite") as (folder, first):
        if first and not take_kept(folder):
            migrate_in_a_process({"DATA_DIR": str(folder)})
            (folder / "tracker.sqlite3").rename(folder / "migrated.sqlite3")
            keep(folder)
    return folder / "migrated.sqlite3"


def migrated_name(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the name of the migrated PostgreSQL database that the workers of this run copy, in the same way."""
    with made_once(tmp_path_factory, "migrated-postgresql") as (folder, first):
        if first:
            database(f"CREATE DATABASE {shared_name('migrated')}")
            migrate_in_a_process({"DATA_DIR": str(folder), "DATABASE_URL": address_of(shared_name("migrated"))})
    return shared_name("migrated")


def migrate_in_a_process(environment: dict[str, str]) -> None:
    """Migrate the database that these variables name, in a process of its own."""
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=settings.BASE_DIR, check=True,
                   env={"PATH": os.environ["PATH"], **environment}, capture_output=True)  # fmt: skip


class MigratedOnce:
    """Makes the test database of a worker: migrated by the first of an earlier run or of this, copied by the others.

    `migrate` runs on the copy too: it finds nothing to do, or does it.
    """

    def __init__(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        self.tmp_path_factory = tmp_path_factory
        self.connected: sqlite3.Connection | None = None
        self.creation: Any = connection.creation
        self.create = self.creation.create_test_db
        self.create_empty = self.creation._create_test_db
        self.creation.create_test_db = self.create_test_db
        if POOLED in os.environ:
            self.creation._destroy_test_db = self.destroy

    def create_test_db(self, *args: Any, **kwargs: Any) -> str:
        """Create the database as Django does, out of the shared one if that is there."""
        with made_once(self.tmp_path_factory, f"migrated-{connection.vendor}") as (folder, first):
            if first and not (connection.vendor == "sqlite" and take_kept(folder)):
                name: str = self.create(*args, **kwargs)
                self.share(folder)
                self.lead_past_pooler()
                return name
        self.creation._create_test_db = lambda *a, **k: self.copy(folder, *a, **k)
        name = self.create(*args, **kwargs)
        if self.connected is not None:
            self.connected.close()  # Django is connected by now
        self.lead_past_pooler()
        return name

    def lead_past_pooler(self) -> None:
        """Let what goes past a pooler lead to the database of the tests too."""
        if POOLED in os.environ:
            connection.settings_dict["DIRECT"]["NAME"] = connection.settings_dict["NAME"]

    def destroy(self, name: str, verbosity: int) -> None:
        """Drop a database to which a pooler keeps sessions open."""
        database(f"DROP DATABASE {name} WITH (FORCE)")

    def share(self, folder: Path) -> None:
        if connection.vendor == "postgresql":
            name = connection.settings_dict["NAME"]
            connection.close()
            if POOLED in os.environ:  # it keeps sessions open, and none may be there
                ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
                database(ended)
            database(f"CREATE DATABASE {shared_name('migrated')} TEMPLATE {name}")
            return
        target_file = folder / "migrated.sqlite3"
        target_file.touch(0o600)  # as the tracker itself makes it
        with sqlite3.connect(target_file) as target:
            connection.connection.backup(target)
        target.close()
        keep(folder)

    def copy(self, folder: Path, *args: Any, **kwargs: Any) -> str:
        if connection.vendor == "postgresql":
            connection.settings_dict["TEST"]["TEMPLATE"] = shared_name("migrated")
            return str(self.create_empty(*args, **kwargs))
        name = str(self.create_empty(*args, **kwargs))
        # A database in memory is there as long as somebody is connected to it: this one until Django is.
        self.connected = sqlite3.connect(name, uri=name.startswith("file:"))
        with sqlite3.connect(folder / "migrated.sqlite3") as source:
            source.backup(self.connected)
        source.close()
        return name
