"""In a worker, readers of pages that are kept go first: a thread that makes a page gives way to them.

One thread at a time runs Python. A kept page takes half a millisecond, but needs its turn several times, and would
wait each time for a thread that makes another (docs/decisions/0031-readers-first.md).
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

_NICENESS = 15
"""Of 19: of a thread that makes pages for which nobody waits."""
_WAIT_SECONDS = 0.01
"""For how long a page that is being made waits at a time."""
_MAX_WAIT_SECONDS = 0.05
"""For how long it waits in all: it has to be made under many readers too."""


class _Thread(threading.local):
    """What this thread does."""

    is_answering = False
    may_wait: float | None = None
    """Seconds for which the page that this thread makes may wait still; None where it makes none."""


class _Readers:
    """How many threads of this process answer from what is kept."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._number = 0
        self.none_waits = threading.Event()
        self.none_waits.set()

    def change(self, by: int) -> None:
        with self._guard:
            self._number += by
            if self._number:
                self.none_waits.clear()
            else:
                self.none_waits.set()


_thread = _Thread()
_readers = _Readers()


@contextmanager
def answering() -> Iterator[None]:
    """Let those who make pages give way to this thread, until it makes one itself."""
    _readers.change(1)
    _thread.is_answering = True
    try:
        yield
    finally:
        _thread.is_answering = False
        _readers.change(-1)


@contextmanager
def rendering() -> Iterator[None]:
    """Let this thread give way to those that answer from memory, at each query and each part of a page."""
    was_answering = _thread.is_answering
    if was_answering:
        _thread.is_answering = False
        _readers.change(-1)
    _thread.may_wait = _MAX_WAIT_SECONDS
    try:
        with connection.execute_wrapper(_give_way_before_query):
            yield
    finally:
        _thread.may_wait = None
        if was_answering:
            _thread.is_answering = True
            _readers.change(1)


def give_way() -> None:
    """Wait a moment for those that answer from memory, where this thread makes a page."""
    may_wait = _thread.may_wait
    if may_wait and not _readers.none_waits.is_set():
        start = time.monotonic()
        _readers.none_waits.wait(min(_WAIT_SECONDS, may_wait))
        _thread.may_wait = max(0.0, may_wait - (time.monotonic() - start))


def lower_priority() -> None:
    """Let the processors serve others before this thread. Linux alone has priorities of threads."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def _give_way_before_query(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    give_way()
    return execute(sql, params, many, context)
