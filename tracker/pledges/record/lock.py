"""The lock of the record: one writer at a time, in the order in which they came.

PostgreSQL queues those that wait for a lock. SQLite does not: its waiters poll, and under many writers one of them
can be passed over until its patience ends. A lock on a file beside the database makes a queue of them.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction

from tracker.core.file_lock import file_lock

_LOCK = 0x7265636F7264  # "record": the one advisory lock of the tracker


@contextlib.contextmanager
def record_lock() -> Iterator[None]:
    """Hold the lock that lets one writer append, and a transaction, to the end of the block.

    Within a transaction that was begun before (SQLite's are IMMEDIATE: it has the write lock) nobody is waited for.
    """
    with _queue(), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


@contextlib.contextmanager
def _queue() -> Iterator[None]:
    name = str(connection.settings_dict["NAME"])
    in_file = connection.vendor == "sqlite" and not connection.is_in_memory_db()  # type: ignore[attr-defined]
    if not in_file or connection.in_atomic_block:
        yield
        return
    with file_lock(Path(f"{name}.lock")):
        yield
