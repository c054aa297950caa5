"""When a process may hold what it read of the database, and under which name."""

from django.db import connection

from tracker.core.postgresql.replicas import WATCH


def may_hold() -> bool:
    """Whether what is read now may be held: not in a transaction, which may be rolled back."""
    return not connection.in_atomic_block


def database_name() -> str:
    """Return the name of the database that is read, and where it is: a replica may be behind, and another server
    without the last transactions take the primary's place.
    """
    values = connection.settings_dict
    return f"{values['HOST']}:{values['PORT']}/{values['NAME']} {WATCH.failovers}"
