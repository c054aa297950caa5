"""Read a document in a child process that has no network, no secrets, and bounded memory, time and file size.

Parsers of documents have had holes, and will have. What a hostile document can do to the child ends with it.
"""

import contextlib
import ctypes
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast

from tracker.sources.documents.result import IN_PARTS, Block, DocumentError, Extract, Proposal

MAX_MEMORY_BYTES = 512 * 1024 * 1024
"""Bytes of address space of the child."""
CPU_SECONDS = 20
WALL_SECONDS = 40
_MAX_ANSWER_BYTES = 64 * 1024 * 1024
_ROOT = Path(__file__).resolve().parents[3]
_CHILD = "from tracker.sources.documents import sandbox, MODULE; sandbox.apply_limits(); MODULE.main()"


def apply_limits() -> None:
    """Bound this process: called in the child, before a byte of the document is read."""
    import resource

    for bound, limit in (
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, _MAX_ANSWER_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        with contextlib.suppress(ValueError, OSError):  # a system that knows no such bound has the others
            resource.setrlimit(bound, (limit, limit))
    # Linux compares processes of one session by their nice values, and sessions by their own: this has a new one.
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(os.nice(0)), encoding="ascii")
    _leave_the_network()


def _leave_the_network() -> None:
    """Refuse every socket; where the kernel allows it, also leave the network itself (Linux namespaces)."""

    def refuse(event: str, arguments: object) -> None:
        if event.startswith(("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")):
            raise PermissionError(f"{event} is not allowed here")

    sys.addaudithook(refuse)
    clone_newuser, clone_newnet = 0x10000000, 0x40000000
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        for flags in (clone_newnet, clone_newuser | clone_newnet):
            if libc.unshare(flags) == 0:
                break


def extract_in_sandbox(
    content: bytes,
    *,
    name: str = "",
    content_type: str = "",
    on_progress: Callable[[int, int], None] = lambda done, of: None,
) -> Extract:
    """Return the text of a document, read in a child process.

    ``on_progress`` is told the pages that are done and their number, at least once a second (0 of 0 before the first);
    what it raises ends the child and comes through.

    Raises DocumentError, also where the child took more than it may or died.
    """
    answer = run_in_sandbox(
        "extract", content, about={"name": name, "content_type": content_type}, on_progress=on_progress
    )
    answer["proposals"] = {key: Proposal(**value) for key, value in answer["proposals"].items()}
    answer["blocks"] = [Block(*block) for block in answer["blocks"]]
    return Extract(**answer)


def run_in_sandbox(
    module: str,
    content: bytes,
    *,
    about: dict[str, str],
    on_progress: Callable[[int, int], None] = lambda done, of: None,
) -> dict[str, Any]:
    """Run ``main`` of a module of this package in a child process, and return what it answered.

    The child reads a line of JSON (``about``) and the content. Raises DocumentError as extract_in_sandbox does.
    """
    with tempfile.TemporaryFile() as sent, tempfile.TemporaryFile() as answered:
        sent.write(json.dumps(about).encode() + b"\n")
        sent.write(content)
        sent.seek(0)
        child = subprocess.Popen(  # noqa: S603 (our own program)
            [sys.executable, "-c", _CHILD.replace("MODULE", module)],
            stdin=sent,
            stdout=answered,
            stderr=subprocess.PIPE,
            cwd="/",
            env={"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        try:
            late = _follow(child, on_progress)
        finally:
            if child.poll() is None:
                child.kill()
            child.wait()
        if late or child.returncode == -signal.SIGXCPU:
            raise DocumentError(f"Reading it took longer than {CPU_SECONDS} seconds, so we stopped. {IN_PARTS}")
        answered.seek(0)
        try:
            answer: dict[str, Any] = json.loads(answered.read())
        except ValueError:
            raise DocumentError(f"Reading it failed: it needs too much memory, or is damaged. {IN_PARTS}") from None
    if "unreadable" in answer:
        raise DocumentError(answer["unreadable"])
    return answer


def _follow(child: "subprocess.Popen[bytes]", on_progress: Callable[[int, int], None]) -> bool:
    """Pass the child's progress on until it ends; return whether it took too long."""
    deadline, left, last = time.monotonic() + WALL_SECONDS, b"", (0, 0)
    progress = cast("IO[bytes]", child.stderr)
    with selectors.DefaultSelector() as ready, progress:
        ready.register(progress, selectors.EVENT_READ)
        while (rest := deadline - time.monotonic()) > 0:
            if not ready.select(timeout=min(rest, 1.0)):
                on_progress(*last)
                continue
            if not (piece := os.read(progress.fileno(), 65_536)):
                return False
            *lines, left = (left + piece).split(b"\n")
            left = left[-100:]
            for line in lines[-1:]:
                done, slash, of = line.partition(b"/")
                if slash and done.isdigit() and of.isdigit():
                    last = int(done), int(of)
                    on_progress(*last)
    return True
