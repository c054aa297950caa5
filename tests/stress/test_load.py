"""Many readers while the desk publishes: no error, each entry is seen, and afterwards all is as before.

200 readers for 60 s in make drill (DRILL_READERS, DRILL_SECONDS), half as many for half an hour (DRILL_SOAK). How long
pages take is measured and noted, and never asserted: benchmarks/load.py prints the same.
"""

import asyncio
import os
import subprocess
import sys

import pytest

from benchmarks import load

# The gate has no time for it: it measures nothing that the other tests of the suite would not find broken.
pytestmark = [
    pytest.mark.once,
    pytest.mark.xdist_group("load"),
    pytest.mark.skipif("DRILL_READERS" not in os.environ, reason="part of make drill"),
]
READERS = int(os.environ.get("DRILL_READERS", "40"))
SECONDS = float(os.environ.get("DRILL_SECONDS", "4"))
SOAK = float(os.environ.get("DRILL_SOAK", "30"))
SEEN_WITHIN = 2.0
"""Seconds in which a reader has to see what was published (issue 9)."""
MEMORY = 300
"""Megabytes that the server and its two workers may hold."""


@pytest.fixture(scope="module")
def server():
    """A tracker with made-up pledges that two workers serve: its environment, and the server's process."""
    with load.served(100 if SECONDS < 10 else 1000) as there:
        yield there


def test_readers_while_the_desk_publishes_meet_no_error_and_see_each_entry(server, figure):
    found = asyncio.run(load.measure(*server, READERS, SECONDS))
    assert found["errors"] == 0
    assert found["requests"] >= READERS
    assert found["entries published"] >= SECONDS / 3
    assert found["longest until an entry was seen, s"] <= SEEN_WITHIN
    figure(
        "L2",
        f"{READERS} readers, {found['requests']:,} requests, {found['entries published']} entries: no error, each "
        f"seen within {found['longest until an entry was seen, s']:.1f} s; p99 {found['p99, ms']:.0f} ms, alone "
        f"{found['alone, kept, ms']:.1f} ms as kept, {found['alone, put together anew, ms']:.1f} ms put together anew",
    )


def test_readers_who_never_pause_are_all_answered_and_afterwards_it_is_as_before(server, figure):
    first = asyncio.run(load.measure(*server, READERS, SECONDS, 0))
    again = asyncio.run(load.measure(*server, READERS, SECONDS, 0))
    assert first["errors"] == again["errors"] == 0
    assert again["longest until an entry was seen, s"] < 30
    figure(
        "L5",
        f"{READERS} readers without a pause: {again['requests'] / SECONDS:,.0f} answers a second, no error; alone "
        f"{again['alone, kept, ms']:.1f} ms before and {again['alone afterwards, kept, ms']:.1f} ms afterwards",
    )


def test_in_a_long_time_memory_does_not_grow(server, figure):
    found = asyncio.run(load.measure(*server, READERS // 2, SOAK))
    assert found["errors"] == 0
    if SOAK >= 600:  # before, what is kept fills
        assert found["memory at the end, MB"] < 1.05 * found["memory after a third, MB"]
    assert found["memory at most, MB"] <= MEMORY
    figure(
        "L4",
        f"{READERS // 2} readers for {SOAK / 60:.0f} min, {found['entries published']} entries: "
        f"{found['memory after a third, MB']:.0f} MB after a third of it, {found['memory at the end, MB']:.0f} MB at "
        f"the end; p99 {found['p99 in the first third, ms']:.0f} ms, then {found['p99 in the last third, ms']:.0f} ms",
    )


def test_the_control_a_server_that_is_gone_is_seen(server, monkeypatch):
    monkeypatch.setattr(load, "PORT", load.PORT + 1)
    took: list[float] = []
    errors: list[str] = []
    asyncio.run(load.read(load.PATHS, load.time.monotonic() + 1, took, errors, 0))
    assert errors == ["ConnectionRefusedError"]
    assert took == []


def test_the_control_memory_that_a_worker_takes_is_seen():
    worker = "import sys\nheld = []\nfor _ in sys.stdin: held.append(b'a' * 60_000_000); print(flush=True)"
    server = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {worker!r}])"
    with subprocess.Popen([sys.executable, "-c", server], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        seen = []
        for _ in range(2):
            process.stdin.write(b"\n")
            process.stdin.flush()
            process.stdout.readline()
            seen.append(load.megabytes(process.pid))
        process.stdin.close()
    assert 50 < seen[1] - seen[0] < 70
