"""Django's PostgreSQL backend, with connections that wait for others as long as this thread may, and that work behind
pgbouncer in transaction mode.

There the next transaction may have another session of the server: what is set for a session reaches somebody else, and
a cursor that outlives its transaction is lost. ``settings_dict["DIRECT"]``, the address without the pooler, says that
there is one (docs/decisions/0024-pooler.md).
"""

from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from psycopg.pq import TransactionStatus

_STATEMENT_FACTOR = 5
"""How much longer than for a lock a statement of a reader may take in all."""


_Cursor: Any = base.Cursor  # django-stubs has that of psycopg2


class LimitedCursor(_Cursor):  # type: ignore[misc]
    """A cursor whose statements bring the time that they may wait with them: the limit ends with their transaction."""

    limits = ""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "LimitedCursor":
        """As psycopg's. What is limited is one message to the server, and so one transaction.

        After an error the server takes nothing but the end of the transaction or of its savepoint.
        """
        is_broken = self.connection.info.transaction_status == TransactionStatus.INERROR
        if not self.limits or is_broken or not isinstance(query, str):
            super().execute(query, params, **options)
            return self
        super().execute(self.limits + query, params, **options)
        while self.nextset():  # the limits have results too: none
            pass
        return self


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection. ``wait_seconds`` is for how long it waits for others: tracker/core/database_wait.py sets it."""

    wait_seconds: float | None = None

    @property
    def is_pooled(self) -> bool:
        """Whether a pooler is between this connection and the server."""
        return bool(self.settings_dict.get("DIRECT"))

    def get_connection_params(self) -> dict[str, Any]:
        """As Django's; behind a pooler with cursors that bring their limits."""
        params: dict[str, Any] = super().get_connection_params()
        if self.is_pooled:
            params |= {"cursor_factory": LimitedCursor, "prepare_threshold": None}
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """As Django's, with the time that this connection waits."""
        connection = super().get_new_connection(conn_params)
        if self.wait_seconds is not None and not self.is_pooled:
            self.apply_wait(connection)
            connection.commit()  # Django makes it one that commits by itself later, and not within a transaction
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        """As Django's; behind a pooler with the limits of this moment."""
        cursor = super().create_cursor(name)
        if self.is_pooled and self.wait_seconds is not None and isinstance(cursor, LimitedCursor):
            cursor.limits = "".join(f"SET LOCAL {limit}; " for limit in self._limits())
        return cursor

    def chunked_cursor(self) -> Any:
        """As Django's, for results that are read in chunks. Outside a transaction a pooler would lose the rest of
        them: they are read past it, by a connection that is closed with the cursor.
        """
        if self.is_pooled and not self.in_atomic_block:
            return self.past_pooler().chunked_cursor()
        return super().chunked_cursor()

    def past_pooler(self) -> "DatabaseWrapper":
        """Return a new connection to the same database without the pooler, for one cursor."""
        direct: dict[str, Any] = self.settings_dict["DIRECT"]
        options = self.settings_dict["OPTIONS"] | direct.get("OPTIONS", {})
        return _DirectConnection(self.settings_dict | direct | {"OPTIONS": options}, self.alias)

    def apply_wait(self, connection: Any) -> None:
        """Tell the server how long a statement may wait for a lock, and how long it may take; but not a pooler."""
        if not self.is_pooled:
            for limit in self._limits():
                connection.execute(f"SET {limit}")

    def _limits(self) -> tuple[str, str]:
        milliseconds = int((self.wait_seconds or 0) * 1000)
        return f"lock_timeout = {milliseconds}", f"statement_timeout = {milliseconds * _STATEMENT_FACTOR}"


class _DirectConnection(DatabaseWrapper):
    """A connection past the pooler, for one cursor."""

    is_pooled = False

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        """As Django's; who closes the cursor closes the connection."""
        return _OnlyCursor(cursor, self)


class _OnlyCursor(CursorWrapper):
    """The one cursor of a connection."""

    def close(self) -> None:
        try:
            self.cursor.close()
        finally:
            self.db.close()
