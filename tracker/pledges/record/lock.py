"""The lock of the record: one writer at a time, in the order in which they came.

PostgreSQL queues those that wait for a lock; on SQLite every transaction queues (tracker/core/sqlite).
"""

import contextlib
from collections.abc import Iterator

from django.db import connection, transaction
from django.urls import reverse

_LOCK = 0x7265636F7264  # "record": the one advisory lock of the tracker


@contextlib.contextmanager
def record_lock() -> Iterator[None]:
    """Hold the lock that lets one writer append, and a transaction, to the end of the block."""
    # An entry has an address. A process that made none yet first loads the views of all of them, which takes a quarter
    # of a second: nobody else waits for that.
    reverse("public:record")
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield
