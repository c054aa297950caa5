"""Django's SQLite backend, but those who write queue for it in the order in which they came.

SQLite lets those who wait for its write lock look again at growing intervals, and under many writers one of them can
be passed over until its time is over ("database is locked"). So every transaction, which IMMEDIATE makes a writing
one, and every statement that writes outside of one first takes a lock on a file beside the database.
"""

from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from tracker.core.files.file_lock import FileLock, LockTimeoutError

_WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection. ``wait_seconds`` is for how long it waits for others: tracker/core/database_wait.py sets it."""

    wait_seconds: float | None = None
    _lock: FileLock | None = None

    @property
    def timeout(self) -> float:
        """For how many seconds a query waits at most for another connection."""
        if self.wait_seconds is not None:
            return self.wait_seconds
        return float(self.settings_dict.get("OPTIONS", {}).get("timeout", 5.0))

    def get_connection_params(self) -> dict[str, Any]:
        """As Django's, with the time that this connection waits."""
        params: dict[str, Any] = super().get_connection_params()
        return params | {"timeout": self.timeout}

    def apply_wait(self, connection: Any) -> None:
        """Tell the library how long a statement may wait for a lock."""
        connection.execute(f"PRAGMA busy_timeout = {int(self.timeout * 1000)}")

    def take_turn(self) -> bool:
        """Wait until nobody else writes. False where this connection has its turn already. Raises OperationalError."""
        if self._lock is not None or self.is_in_memory_db():
            return False
        lock = FileLock(Path(f"{self.settings_dict['NAME']}.lock"))
        try:
            lock.acquire(timeout=self.timeout)
        except LockTimeoutError as error:
            raise OperationalError("database is locked") from error
        except OSError:  # the folder cannot be written, so neither can the database: it says so itself
            return False
        self._lock = lock
        return True

    def end_turn(self) -> None:
        """Let the next one write."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()

    def create_cursor(self, name: Any = None) -> Any:
        """As Django's; what writes outside of a transaction waits for its turn."""
        return self.connection.cursor(factory=lambda raw: QueuedCursor(raw, self))

    def _start_transaction_under_autocommit(self) -> None:
        self.take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # django-stubs does not know it
        except BaseException:
            self.end_turn()
            raise

    def _commit(self) -> None:
        # Where it fails, the transaction is open still, and is rolled back.
        super()._commit()  # type: ignore[misc]  # django-stubs does not know it
        self.end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # django-stubs does not know it
        finally:
            self.end_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # django-stubs does not know it
        finally:
            self.end_turn()


class QueuedCursor(base.SQLiteCursorWrapper):
    def __init__(self, raw: Any, wrapper: DatabaseWrapper) -> None:
        super().__init__(raw)
        self.wrapper = wrapper

    def execute(self, query: str, params: Any = None) -> Any:
        """Run a statement, in turn where it writes and no transaction is open."""
        with self._turn(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        """Run a statement for each of many parameters, the same way."""
        with self._turn(query):
            return super().executemany(query, param_list)

    def _turn(self, query: str) -> "_Turn":
        writes = query.startswith(_WRITING) and not self.connection.in_transaction
        return _Turn(self.wrapper if writes else None)


class _Turn:
    """The turn for one statement."""

    def __init__(self, wrapper: DatabaseWrapper | None) -> None:
        self.wrapper = wrapper
        self.taken = False

    def __enter__(self) -> None:
        if self.wrapper is not None:
            self.taken = self.wrapper.take_turn()

    def __exit__(self, *_: object) -> None:
        if self.wrapper is not None and self.taken:
            self.wrapper.end_turn()
