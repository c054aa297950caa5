"""For how long this thread's queries wait for other connections, and what an error says of it."""

from typing import Any

from django.db import Error, connection

_LOCK_NOT_AVAILABLE, _QUERY_CANCELED, _READ_ONLY = "55P03", "57014", "25006"
_SQLITE_OUTAGES = ("locked", "unable to open", "disk I/O error")


def set_database_wait(seconds: float | None) -> None:
    """Let each query of this thread wait at most so many seconds for others, until it is set again.

    None: as the settings of the database say. On PostgreSQL a query may take five times as long in all. Does not
    connect: a connection that is made later waits as long. Raises DatabaseError.
    """
    wrapper: Any = connection  # of tracker/core/sqlite or tracker/core/postgresql
    if wrapper.wait_seconds == seconds:
        return
    wrapper.wait_seconds = seconds
    if wrapper.connection is not None and not wrapper.in_atomic_block:
        with wrapper.wrap_database_errors:
            wrapper.apply_wait(wrapper.connection)


def took_too_long(error: BaseException) -> bool:
    """Return whether the server ended a query at the limit of its time: it answers, and so does every other."""
    return getattr(error.__cause__, "sqlstate", None) == _QUERY_CANCELED


def is_outage(error: Error) -> bool:
    """Return whether a database error says that nobody is answered now, rather than that this question was wrong.

    Nor is who writes to a standby, as after a failover.
    """
    if connection.vendor == "sqlite":
        return any(words in str(error) for words in _SQLITE_OUTAGES)
    state = getattr(error.__cause__, "sqlstate", None)
    if state is None:  # no server said it: the connection is gone, or could not be made
        return True
    if state in (_LOCK_NOT_AVAILABLE, _READ_ONLY):
        return True
    return bool(state[:2] in ("08", "53", "57") and state != _QUERY_CANCELED)
