"""Keep several programs running: what ends is started again, after a pause that grows while it keeps ending.

    python -m tracker.ops.supervisor -- manage.py run_worker -- granian …

``make run`` uses it where no systemd, Docker or other supervisor does the same. A program that ends at once when it
is first started, such as a server whose port is taken, ends everything: that is a mistake to be seen, not a fault.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

_FIRST_SECONDS = 3.0
"""A program that fails within so many seconds of its first start was started wrongly."""
_MIN_PAUSE_SECONDS, _MAX_PAUSE_SECONDS = 1.0, 30.0
_STEADY_SECONDS = 60.0
"""After so long, a program counts as having run: the next pause is the shortest again."""
_STOP_SECONDS = 20.0
"""For how long programs may take to stop."""


class _Program:
    """One program and what became of it."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = list(command)
        self.pause = _MIN_PAUSE_SECONDS
        self.starts = 0
        self.due_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; ``ended`` says when it is over."""
        self.starts += 1
        self.started_at = time.monotonic()
        # A process group of its own: what it started ends with it (end_group).
        self.process = subprocess.Popen(self.command, process_group=0)  # noqa: S603 - what the operator asked for

    def ended(self) -> int | None:
        """Return with what code the program has just ended; None where it runs, or has not been started again yet."""
        code = None if self.process is None else self.process.poll()
        if self.process is None or code is None:
            return None
        end_group(self.process)
        self.process = None
        ran = time.monotonic() - self.started_at
        self.pause = _MIN_PAUSE_SECONDS if ran > _STEADY_SECONDS else min(self.pause * 2, _MAX_PAUSE_SECONDS)
        self.due_at = time.monotonic() + self.pause
        return code

    @property
    def was_started_wrongly(self) -> bool:
        """Whether it ended within seconds of its first start: a wrong setting, which no further start mends."""
        return self.starts == 1 and time.monotonic() - self.started_at < _FIRST_SECONDS


def supervise(commands: Sequence[Sequence[str]]) -> int:
    """Run programs until SIGTERM or SIGINT. Return the code with which to exit: 0 where we were told to stop."""
    stopped = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopped.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    programs = [_Program(command) for command in commands]
    code = 0
    try:
        while not stopped.is_set() and not (code := _look_after(programs)):
            stopped.wait(0.2)
    finally:
        _stop([program.process for program in programs if program.process is not None])
    return code


def _look_after(programs: Sequence[_Program]) -> int:
    """Start what is due. Return the code of a program that was started wrongly, else 0."""
    for program in programs:
        code = program.ended()
        if code is not None:
            if code > 0 and program.was_started_wrongly:
                return code
            print(f"{_name(program)} ended ({code}); it is started again in {program.pause:.0f} s.", file=sys.stderr)
        if program.process is None and time.monotonic() >= program.due_at:
            program.start()
    return 0


def _name(program: _Program) -> str:
    return " ".join(Path(word).name for word in program.command[:3])


def end_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill what a program that has ended left behind.

    A server that is killed leaves a worker that goes on answering at the same port, beside the next one: with the
    code, and with the pages, of before.
    """
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _stop(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    for process in processes:
        process.terminate()
    until = time.monotonic() + _STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        end_group(process)


def _commands(words: Sequence[str]) -> list[list[str]]:
    """Return the commands that ``--`` parts."""
    commands: list[list[str]] = [[]]
    for word in words:
        if word == "--":
            commands.append([])
        else:
            commands[-1].append(word)
    return [command for command in commands if command]


if __name__ == "__main__":
    sys.exit(supervise(_commands(sys.argv[1:])))
