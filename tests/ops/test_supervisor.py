"""``make run`` keeps the server and the worker running: what ends is started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.once
STEADY = "import os, pathlib, time; pathlib.Path('{file}').open('a').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
"""A program that notes each of its starts."""


WITH_CHILD = (
    "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    "import os, pathlib; pathlib.Path('{file}').open('a').write(f'{{os.getpid()}} {{child.pid}}\\n'); child.wait()"
)
"""A program that starts another, as a server starts its workers, and notes both."""


def supervise(*programs: str) -> subprocess.Popen[str]:
    words = [word for program in programs for word in ("--", sys.executable, "-c", program)]
    command = [sys.executable, "-m", "tracker.ops.supervisor", *words]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, stderr=subprocess.PIPE, text=True)


def starts(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_what_is_killed_is_started_again_and_the_other_is_left_alone(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    supervisor = supervise(STEADY.format(file=first), STEADY.format(file=second))
    try:
        wait_for(lambda: len(starts(first)) == len(starts(second)) == 1)
        os.kill(starts(first)[0], signal.SIGKILL)
        wait_for(lambda: len(starts(first)) == 2)
        assert len(starts(second)) == 1
        assert alive(starts(second)[0])
    finally:
        supervisor.terminate()
        _, said = supervisor.communicate(timeout=30)
    assert supervisor.returncode == 0, said
    assert "started again in 2 s" in said
    assert not any(alive(pid) for pid in starts(first) + starts(second)), "nothing is left behind"


def test_what_a_killed_program_had_started_ends_too(tmp_path):
    """A worker of a killed server would answer at the same port beside the next one, with pages of before."""
    file = tmp_path / "server"
    supervisor = supervise(WITH_CHILD.format(file=file))
    try:
        wait_for(lambda: len(starts(file)) == 2)
        program, child = starts(file)
        os.kill(program, signal.SIGKILL)
        wait_for(lambda: len(starts(file)) == 4)
        assert not alive(child)
    finally:
        supervisor.terminate()
        supervisor.communicate(timeout=30)
    assert not any(alive(pid) for pid in starts(file)), "nor is anything left behind by a stop"


def test_a_program_that_cannot_start_ends_everything_with_its_code(tmp_path):
    """A server whose port is taken is a mistake to be seen at once, not one to be repeated for ever."""
    other = tmp_path / "other"
    supervisor = supervise(STEADY.format(file=other), "raise SystemExit(7)")
    supervisor.communicate(timeout=30)
    assert supervisor.returncode == 7
    assert not any(alive(pid) for pid in starts(other))
