"""Whoever makes a page gives way to readers of pages that are kept, but not for ever."""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tracker.core.caches import render_priority
from tracker.core.caches.render_priority import answering, give_way, lower_priority, rendering

LONG = 20.0
"""Seconds that no test takes."""


@pytest.fixture
def patient(monkeypatch):
    """Pages wait as long as they have to."""
    monkeypatch.setattr(render_priority, "_WAIT_SECONDS", LONG)
    monkeypatch.setattr(render_priority, "_MAX_WAIT_SECONDS", LONG)


class Page:
    """A page that another thread makes."""

    def __init__(self, step=give_way):
        self.began, self.is_made = threading.Event(), threading.Event()
        self._step = step
        self._thread = threading.Thread(target=self._make)

    def _make(self):
        with rendering():
            self.began.set()
            self._step()
        self.is_made.set()

    def __enter__(self):
        self._thread.start()
        assert self.began.wait(LONG)
        return self

    def __exit__(self, *_):
        self._thread.join(LONG)


def test_a_page_waits_until_the_reader_is_answered(patient):
    with answering(), Page() as page:
        assert not page.is_made.wait(0.05)
        with rendering():  # from here on this reader waits for a page too
            assert page.is_made.wait(LONG)


def test_it_waits_before_each_query(patient, committed_db):
    def ask():
        try:
            connection.cursor().execute("SELECT 1")
        finally:
            connection.close()

    with Page(ask) as page:
        assert page.is_made.wait(LONG)
    with answering(), Page(ask) as page:
        assert not page.is_made.wait(0.05)
        with rendering():
            assert page.is_made.wait(LONG)


def test_among_many_readers_a_page_is_made_all_the_same():
    def steps():
        for _ in range(1000):
            give_way()

    with answering(), Page(steps) as page:
        assert page.is_made.wait(LONG)


def test_who_makes_no_page_waits_for_nobody(patient):
    with answering(), ThreadPoolExecutor(1) as threads:
        threads.submit(give_way).result(LONG)


def test_a_page_that_fails_keeps_nobody_waiting_afterwards(patient):
    with pytest.raises(ZeroDivisionError), answering(), rendering():
        1 / 0  # noqa: B018
    with Page() as page:
        assert page.is_made.wait(LONG)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no priorities of threads")
def test_the_thread_alone_has_the_lower_priority():
    def niceness():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = niceness()
    with ThreadPoolExecutor(1, initializer=lower_priority) as threads:
        assert threads.submit(niceness).result(LONG) == 15
    assert niceness() == before
