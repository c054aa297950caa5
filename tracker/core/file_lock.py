"""One process at a time, through a lock on a file."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # a system without flock
    fcntl = None  # type: ignore[assignment]


@contextlib.contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold the lock on a file, which is made, to the end of the block. Others wait, in the order in which they came.

    The system lets go of it when the file is closed, also by a process that dies. Without flock(2) nobody waits.
    """
    with path.open("w") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
