"""Files that their owner alone can read: keys that are made once, the database. Plain Python, used by the settings."""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


def read_or_create_secret(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the content of a file; where there is none, what ``make`` returns, kept there from now on.

    Of several first processes one wins and all return its secret: a link appears whole or not at all.
    Raises OSError where the folder cannot be made or written to.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        own = path.with_suffix(f".{os.getpid()}")
        own.touch(mode=0o600)
        own.write_bytes(make())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(own)
        own.unlink()
    return path.read_bytes()


SQLITE_SUFFIXES = ("", "-journal", "-wal", "-shm")
"""What SQLite writes beside a database: each has rows of it."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class PrivateConnection(sqlite3.Connection):
    """A connection that makes a new database readable by its owner alone; SQLite gives its journal the same rights."""

    def __init__(self, database: str, *args: Any, **kwargs: Any) -> None:
        if not str(database).startswith((":memory:", "file:")):
            with contextlib.suppress(OSError):  # SQLite itself says what is wrong, such as a disk that is read-only
                os.close(os.open(database, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        super().__init__(database, *args, **kwargs)


def private_paths(folder: Path, database: Path | None) -> list[Path]:
    """Return what of an installation nobody else may read: DATA_DIR, the keys in it, a database of SQLite."""
    keys = [folder / name for name in ("secret_key", "record_key", "witness_key")]
    rows = [database.with_name(f"{database.name}{suffix}") for suffix in SQLITE_SUFFIXES] if database else []
    return [path for path in (folder, *keys, *rows) if path.exists()]


def readable_by_others(paths: Iterable[Path]) -> list[Path]:
    """Return those that somebody beside the owner may read, write or enter."""
    return [path for path in paths if path.stat().st_mode & _OTHERS]


def make_private(path: Path) -> None:
    """Take every right from all but the owner. Raises OSError where the file is somebody else's."""
    path.chmod(path.stat().st_mode & ~_OTHERS & 0o777)
