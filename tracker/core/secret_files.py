"""A secret that is made once and kept in a file which its owner alone can read. Plain Python, used by the settings."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path


def read_or_create_secret(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the content of a file; where there is none, what ``make`` returns, kept there from now on.

    Of several first processes one wins and all return its secret: a link appears whole or not at all.
    Raises OSError where the folder can't be made or written to.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        own = path.with_suffix(f".{os.getpid()}")
        own.touch(mode=0o600)
        own.write_bytes(make())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(own)
        own.unlink()
    return path.read_bytes()
