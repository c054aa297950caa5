"""Back an installation up while it runs, and bring it back: the database and its keys, with digests of each file.

A backup is a folder of its own, written beside and renamed into place when it is whole. What is restored is verified
first, the whole chain, and takes over only then; what was there before is kept beside it.
"""

import contextlib
import datetime as dt
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection, connections

from tracker.core.files.marker_files import verified_head

KEYS = ["secret_key", "record_key"]
"""Files of DATA_DIR without which sessions end and the head is signed by another hand."""
_STAMP = "%Y%m%dT%H%M%SZ"
_LIBPQ_VARIABLES = {
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}
"""Options of DATABASE_URL that say which server is taken, and how: the variables that PostgreSQL's tools read."""
_OTHER_ADDRESSES = ("DATABASE_DIRECT_URL", "DATABASE_REPLICA_URL")
"""Variables that name the database of DATABASE_URL once more."""


class BackupError(Exception):
    """Why nothing was backed up or restored, in words for the operator."""


@dataclass(frozen=True)
class Backup:
    """A backup: its folder, and what its manifest says."""

    folder: Path
    manifest: Mapping[str, Any]


def back_up(into: Path, *, keep: int, now: dt.datetime) -> Backup:
    """Write a backup of the running installation into a folder of its own, and return it.

    The database is copied as of one moment, while others go on writing. Of older backups in the same place the newest
    ``keep - 1`` stay. Raises BackupError, with nothing left behind.
    """
    name = f"backup-{now.astimezone(dt.UTC):{_STAMP}}"
    whole, part = into / name, into / f".{name}.part"
    try:
        into.mkdir(parents=True, exist_ok=True)
        part.mkdir()
        part.chmod(0o700)
        copied = _copy_sqlite(part) if connection.vendor == "sqlite" else _dump_postgresql(part)
        for key in KEYS:
            if (source := Path(settings.DATA_DIR) / key).exists():
                shutil.copyfile(source, part / key)
        manifest = {
            "version": 1,
            "made_at": now.astimezone(dt.UTC).isoformat(),
            "program": settings.VERSION,
            "database": copied,
            "files": {file.name: _digest(file) for file in sorted(part.iterdir())},
        }
        (part / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        for file in [*part.iterdir(), part]:
            _sync(file)
        part.rename(whole)
        _sync(into)
    except (OSError, sqlite3.Error) as error:
        shutil.rmtree(part, ignore_errors=True)
        raise BackupError(f"The backup could not be written: {error}") from error
    except BackupError:
        shutil.rmtree(part, ignore_errors=True)
        raise
    for old in sorted(into.glob("backup-*T*Z"))[: -max(1, keep)]:
        shutil.rmtree(old, ignore_errors=True)
    return Backup(whole, manifest)


def read_backup(folder: Path) -> Backup:
    """Return a backup whose files are those that its manifest names. Raises BackupError."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        files = dict(manifest["files"])
        manifest["database"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{folder} is not a backup: its manifest.json is missing or cannot be read.") from error
    for name, digest in files.items():
        path = folder / Path(name).name
        if not path.exists():
            raise BackupError(f"{name} is missing from the backup.")
        if _digest(path) != digest:
            raise BackupError(f"{name} is not the file that was backed up because its SHA-256 differs.")
    return Backup(folder, manifest)


def restore(backup: Backup, *, force: bool, now: dt.datetime) -> str:
    """Bring a backup back and return what verify_record said of it.

    It is verified apart from the installation, and takes its place only if it holds. An installation that has a
    database already is replaced only with ``force``, and then kept beside under a name with the time.
    Raises BackupError, with the installation as it was.
    """
    if backup.manifest["database"] != connection.vendor:
        raise BackupError(
            f"The backup is of {backup.manifest['database']}, this installation uses {connection.vendor}."
        )
    fresh = not _has_tables()
    if not force and not fresh:
        raise BackupError("A database already exists. Use --force to replace it and keep a copy.")
    stamp = f"{now.astimezone(dt.UTC):{_STAMP}}"
    message = _restore_sqlite(backup, stamp) if connection.vendor == "sqlite" else _restore_postgresql(backup, stamp)
    for key in KEYS:
        saved, target = backup.folder / key, Path(settings.DATA_DIR) / key
        if key in backup.manifest["files"] and (force or fresh or not target.exists()):
            target.parent.mkdir(parents=True, exist_ok=True)
            own = target.with_suffix(f".{stamp}")
            own.touch(mode=0o600)
            own.write_bytes(saved.read_bytes())
            own.replace(target)
    verified_head().unlink(missing_ok=True)  # what was verified last may be longer
    return f"{message}{_put_witness_key_aside(stamp)}"


def _put_witness_key_aside(stamp: str) -> str:
    """Let this witness begin with another key, and say so: the database has forgotten what this one cosigned since."""
    key = Path(settings.DATA_DIR) / "witness_key"
    if not key.exists():
        return ""
    aside = key.with_suffix(f".{stamp}.before")
    key.rename(aside)
    return (
        f"\nThe key of this witness is now {aside.name}: it may have cosigned heads that the backup does not know. "
        "Run manage.py witness, and give its new key to who has the old one."
    )


# --- SQLite --------------------------------------------------------------------------------------


def _copy_sqlite(part: Path) -> str:
    """Copy the file as of one moment: in one step, so that no writer comes between (SQLite's backup API).

    VACUUM INTO would leave erased words out, but fails on a table with a generated column in its middle (3.40).
    """
    source = str(settings.DATABASES["default"]["NAME"])
    if not Path(source).exists():
        raise BackupError("There is no database to back up.")
    with (
        contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=60)) as reader,
        contextlib.closing(sqlite3.connect(part / "tracker.sqlite3")) as copy,
    ):
        reader.backup(copy)
    return "sqlite"


def _restore_sqlite(backup: Backup, stamp: str) -> str:
    target = Path(str(settings.DATABASES["default"]["NAME"]))
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.{stamp}.restoring")
    try:
        shutil.copyfile(backup.folder / "tracker.sqlite3", beside)
        message = _verified({"DATABASE_URL": f"sqlite:///{beside}"}, backup.folder / "record_key")
        connections.close_all()
        _sync(beside)
        if target.exists():
            os.link(target, target.with_name(f"{target.name}.{stamp}.before"))
        beside.replace(target)
        _sync(target.parent)
    except OSError as error:
        raise BackupError(f"It could not be restored: {error}") from error
    finally:
        beside.unlink(missing_ok=True)
        beside.with_name(f"{beside.name}-journal").unlink(missing_ok=True)
    # A journal of the file that was there would be played into the one that is there now.
    target.with_name(f"{target.name}-journal").unlink(missing_ok=True)
    return message


# --- PostgreSQL ----------------------------------------------------------------------------------


def _dump_postgresql(part: Path) -> str:
    _postgres_tool("pg_dump", "--format=custom", "--no-owner", "--file", str(part / "tracker.dump"), _name())
    return "postgresql"


def _restore_postgresql(backup: Backup, stamp: str) -> str:
    name, beside = _name(), f"{_name()[:30]}_restoring_{stamp.lower()}"
    before = f"{name[:30]}_before_{stamp.lower()}"
    connections.close_all()
    _postgres_tool("createdb", beside)
    try:
        _postgres_tool(
            "pg_restore", "--no-owner", "--exit-on-error", "--dbname", beside, str(backup.folder / "tracker.dump")
        )
        message = _verified({"DATABASE_URL": _url(beside)}, backup.folder / "record_key")
        swap = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "  # noqa: S608 (names of our own settings)
            f"WHERE datname IN ('{name}', '{beside}') AND pid <> pg_backend_pid()",
            f'ALTER DATABASE "{name}" RENAME TO "{before}"',
            f'ALTER DATABASE "{beside}" RENAME TO "{name}"',
        )
        _postgres_tool(
            "psql", "--quiet", "-v", "ON_ERROR_STOP=1", *(f"--command={statement}" for statement in swap), "postgres"
        )
    except BackupError:
        with contextlib.suppress(BackupError):
            _postgres_tool("dropdb", "--if-exists", beside)
        raise
    return message


def _postgres_tool(program: str, *arguments: str) -> None:
    server = _server()
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "PGHOST": str(server.get("HOST") or ""),
        "PGPORT": str(server.get("PORT") or ""),
        "PGUSER": str(server.get("USER") or ""),
        "PGPASSWORD": str(server.get("PASSWORD") or ""),
    }
    environment |= {_LIBPQ_VARIABLES[option]: value for option, value in _server_options().items()}
    try:
        subprocess.run(  # noqa: S603 (PostgreSQL's own tools)
            [program, *arguments],
            env={key: value for key, value in environment.items() if value},
            check=True,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError as error:
        raise BackupError(f"{program} is needed and is not on the PATH: install PostgreSQL's client tools.") from error
    except subprocess.CalledProcessError as error:
        raise BackupError(f"{program}: {error.stderr.strip()[:500]}") from error


def _name() -> str:
    return str(_server()["NAME"])


def _server() -> dict[str, Any]:
    """Return how the database is reached, past a pooler: pg_dump leaves its session without a search path."""
    database = settings.DATABASES["default"]
    return {**database, **database.get("DIRECT", {})}


def _url(name: str) -> str:
    server = _server()
    who = quote(str(server.get("USER") or ""), safe="")
    password = f":{quote(str(server['PASSWORD']), safe='')}" if server.get("PASSWORD") else ""
    hosts, ports = (server.get("HOST") or "localhost").split(","), str(server.get("PORT") or "").split(",")
    ports = ports * len(hosts) if len(ports) == 1 else ports
    servers = ",".join(f"{host}:{port}" if port else host for host, port in zip(hosts, ports, strict=True))
    options = urlencode(_server_options())
    return f"postgres://{who}{password}@{servers}/{name}{'?' if options else ''}{options}"


def _server_options() -> dict[str, str]:
    options = _server().get("OPTIONS", {})
    return {option: str(options[option]) for option in _LIBPQ_VARIABLES if option in options}


# --- Shared --------------------------------------------------------------------------------------


def _has_tables() -> bool:
    if connection.vendor == "sqlite" and not Path(_name()).exists():
        return False
    return bool(connection.introspection.table_names())


def _verified(environment: dict[str, str], record_key: Path) -> str:
    """Migrate a database and verify its record, in a process of its own; return what was said. Raises BackupError.

    ``record_key`` is the key in the backup: the entries are signed with that, not with one that was made here since.
    """
    key = ["--record-key", str(record_key)] if record_key.exists() else []
    message = ""
    # Nothing may ask the installation's own database meanwhile.
    inherited = {name: value for name, value in os.environ.items() if name not in _OTHER_ADDRESSES}
    for command in (["migrate", "--verbosity", "0"], ["verify_record", *key]):
        done = subprocess.run(  # noqa: S603 (our own program)
            [sys.executable, str(settings.BASE_DIR / "manage.py"), *command],
            env=inherited | environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise BackupError(f"The backup failed verification: {(done.stderr or done.stdout).strip()[-500:]}")
        message = done.stdout.strip()
    return message


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
