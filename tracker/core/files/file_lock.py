"""An exclusive lock on a file, for one process or thread at a time, given in the order in which they asked.

The kernel's own lock (flock) says who has it, so a process that dies leaves nothing behind; but it wakes all who wait
at once, and one of many can be passed over again and again. So each one who waits holds one byte of the same file,
at the place of the instant at which it came, and takes the lock only when no earlier byte is held.
"""

import contextlib
import os
import random
import struct
import time
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # a system without flock has no queue
    fcntl = None  # type: ignore[assignment]

_POLL_SECONDS = 0.003
"""About how long one who waits sleeps before looking again."""
_FLOCK = "hhqqi"
"""struct flock of Linux on 64 bits: type, whence, start, length, process."""
_HAS_TICKETS = fcntl is not None and hasattr(fcntl, "F_OFD_GETLK") and struct.calcsize("P") == 8


class LockTimeoutError(OSError):
    """The lock was not released in time."""


class FileLock:
    """A lock that is held from ``acquire`` to ``release``, or until the process ends. Not to be entered twice."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def acquire(self, *, timeout: float) -> None:
        """Wait for the lock at most ``timeout`` seconds. Raises LockTimeoutError; OSError where it has no file."""
        if fcntl is None:
            return
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _wait(file, time.monotonic() + timeout)
        except BaseException:
            os.close(file)
            raise
        self._file = file

    def release(self) -> None:
        """Give the lock back; without effect where it is not held."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def __del__(self) -> None:
        self.release()


@contextlib.contextmanager
def file_lock(path: Path, *, timeout: float) -> Iterator[None]:
    """Hold the lock of a file to the end of the block. Raises LockTimeoutError."""
    lock = FileLock(path)
    lock.acquire(timeout=timeout)
    try:
        yield
    finally:
        lock.release()


def _wait(file: int, until: float) -> None:
    ticket = _take_ticket(file) if _HAS_TICKETS else 0
    while not (_is_first(file, ticket) and _is_taken(file)):
        if time.monotonic() > until:
            raise LockTimeoutError("The lock was not released in time.")
        time.sleep(_POLL_SECONDS * (0.5 + random.random()))  # noqa: S311 - waiters must not look all at once
    if ticket:
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack(_FLOCK, fcntl.F_UNLCK, os.SEEK_SET, ticket, 1, 0))


def _take_ticket(file: int) -> int:
    """Hold the byte that says since when we wait, and return its place: nanoseconds of a clock that all share."""
    ticket = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    while True:
        try:
            fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, ticket, 1, 0))
            return ticket
        except BlockingIOError:  # another came in the same nanosecond
            ticket += 1


def _is_first(file: int, ticket: int) -> bool:
    """Whether nobody waits who came earlier."""
    if not ticket:
        return True
    query = struct.pack(_FLOCK, fcntl.F_RDLCK, os.SEEK_SET, 0, ticket, 0)
    return bool(struct.unpack(_FLOCK, fcntl.fcntl(file, fcntl.F_OFD_GETLK, query))[0] == fcntl.F_UNLCK)


def _is_taken(file: int) -> bool:
    """Take the lock; False where another has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
