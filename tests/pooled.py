"""make pooled: `pytest -p tests.pooled` runs the tests on PostgreSQL through a pgbouncer in transaction mode.

DATABASE_URL is the server; what tests do to whole databases, and other processes that they start, go past the pooler.
"""

import atexit
import contextlib
import os
import re
import sys

from tests.databases import POOLED, on_postgresql
from tests.servers import PGBOUNCER, pgbouncer

if POOLED not in os.environ:  # not in a worker: those inherit it
    if not on_postgresql() or PGBOUNCER is None:
        sys.exit("DATABASE_URL has to be a PostgreSQL server, and pgbouncer installed: apt install pgbouncer")
    _running = contextlib.ExitStack()
    atexit.register(_running.close)
    _server = os.environ["DATABASE_URL"]
    _port = _running.enter_context(pgbouncer(_server))
    os.environ |= {
        POOLED: "1", "DATABASE_DIRECT_URL": _server, "DATABASE_URL": re.sub(r"@[^/]*", f"@127.0.0.1:{_port}", _server),
    }  # fmt: skip
