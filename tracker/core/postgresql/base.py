"""Django's PostgreSQL backend, with connections that wait for others as long as this thread may."""

from typing import Any

from django.db.backends.postgresql import base

_STATEMENT_FACTOR = 5
"""How much longer than for a lock a statement of a reader may take in all."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection. ``wait_seconds`` is for how long it waits for others: tracker/core/database_wait.py sets it."""

    wait_seconds: float | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """As Django's, with the time that this connection waits."""
        connection = super().get_new_connection(conn_params)
        if self.wait_seconds is not None:
            self.apply_wait(connection)
            connection.commit()  # Django makes it one that commits by itself later, and not within a transaction
        return connection

    def apply_wait(self, connection: Any) -> None:
        """Tell the server how long a statement may wait for a lock, and how long it may take."""
        milliseconds = int((self.wait_seconds or 0) * 1000)
        connection.execute(f"SET lock_timeout = {milliseconds}")
        connection.execute(f"SET statement_timeout = {milliseconds * _STATEMENT_FACTOR}")
