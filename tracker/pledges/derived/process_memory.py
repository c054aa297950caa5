"""When a process may hold what it read of the database, and under which name."""

from django.db import connection


def may_hold() -> bool:
    """Whether what is read now may be held: not in a transaction, which may be rolled back."""
    return not connection.in_atomic_block


def database_name() -> str:
    """Return the name of the database that is read."""
    return str(connection.settings_dict["NAME"])
