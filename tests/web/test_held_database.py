"""A database that another process holds: kept pages are shown and say so, others are refused soon."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

HOLD_SQLITE = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
"""
HOLD_POSTGRESQL = """
import psycopg, sys
database = psycopg.connect(sys.argv[1])
database.execute("LOCK TABLE pledges_edition, pledges_pledge IN ACCESS EXCLUSIVE MODE")
print("held", flush=True)
sys.stdin.readline()
"""
SOON = 8.0
"""Seconds: the wait of readers (2 s), on a machine that has much else to do. Without a bound it was 41 s."""


@pytest.fixture
def server(installation) -> Iterator[tuple[dict[str, str], int]]:
    """A server of an installation of its own; yields its environment and its port."""
    environment = installation | {"LOG_LEVEL": "CRITICAL"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    granian = Path(sys.executable).with_name("granian")
    process = subprocess.Popen(
        [granian, "--interface", "wsgi", "--port", str(port), "--blocking-threads", "4", "--no-log",
         "tracker.wsgi:application"], cwd=settings.BASE_DIR, env=environment, start_new_session=True,
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while True:
            try:
                ask(port, "/health/live")
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.1)
        yield environment, port
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], str, float]:
    """Return status, headers, text and how many seconds it took."""
    start = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text, time.monotonic() - start


class Holder:
    """A process that is stopped in the middle of a write."""

    def __init__(self, environment: dict[str, str]) -> None:
        url = environment.get("DATABASE_URL", "")
        program, target = (
            (HOLD_POSTGRESQL, url) if url else (HOLD_SQLITE, str(Path(environment["DATA_DIR"]) / "tracker.sqlite3"))
        )
        self.process = subprocess.Popen([sys.executable, "-c", program, target], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
        assert self.process.stdout.readline() == "held\n"
        self.process.send_signal(signal.SIGSTOP)

    def let_go(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.communicate("\n", timeout=30)


@pytest.mark.xdist_group("disk")
def test_a_stopped_writer_keeps_no_reader_waiting(server):
    environment, port = server
    before = ask(port, "/")
    assert before[0] == 200
    assert "The database is not answering" not in before[2]
    holder = Holder(environment)
    try:
        kept = [ask(port, "/") for _ in range(3)]
        for status, headers, text, seconds in kept:
            assert (status, headers["cache-control"]) == (200, "no-store")
            assert "The database is not answering. This page is as it was at" in text
            assert headers["warning"].startswith("110")
            assert int(headers["age"]) >= 0
            assert "etag" not in headers
            assert seconds < SOON
        assert kept[-1][3] < 1, "once it is known, nobody waits at all"
        status, headers, text, seconds = ask(port, "/methodology/")
        assert (status, headers["retry-after"]) == (503, "30")
        assert "does not answer" in text
        assert seconds < SOON
        known = [ask(port, "/changes/", Cookie="sessionid=nobody") for _ in range(3)]
        assert min(answer[3] for answer in known) < 1, "nor who says to be signed in"
        assert max(answer[3] for answer in known) < 2 * SOON, "the one who tries"
        live = ask(port, "/health/live")
        assert (live[0], live[2]) == (200, "live\n")
        assert live[3] < 1
        ready = ask(port, "/health/ready")
        assert ready[0] == 503
        assert ready[3] < SOON
    finally:
        holder.let_go()
    time.sleep(1.5)
    after = ask(port, "/")
    assert (after[0], after[2]) == (200, before[2]), "current again, and without the notice"


@pytest.mark.xdist_group("disk")
def test_the_control_what_programs_read_is_refused_rather_than_old(server):
    environment, port = server
    assert ask(port, "/feed.atom")[0] == 200
    holder = Holder(environment)
    try:
        status, headers, _, seconds = ask(port, "/feed.atom")
        assert status == 503
        assert "retry-after" in headers
        assert seconds < SOON
    finally:
        holder.let_go()
