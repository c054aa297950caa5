"""Verify a long record in parts: several processes at once, and at night only what came since the night before.

No check depends on another one. Each process is a fork with connections of its own, and ends with the check that it
was made for.
"""

import datetime as dt
import functools
import itertools
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import connection as pipes
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from tracker.core.files.marker_files import verified_head
from tracker.pledges.record.checkpoints import Head, checkpoint
from tracker.pledges.record.links import link_at
from tracker.pledges.record.verify import DERIVED, Problem, VerificationError, verify_chain, verify_signatures

WHOLE_EACH_NIGHT = 50_000
"""A record of up to so many entries is verified as a whole each night: that takes less than a minute."""

_WHOLE_AFTER = dt.timedelta(days=6.5)
_SMALLEST_PART = 5_000
_MIN_FOR_PROCESSES = 2_000
"""Entries below which one process is as fast as several."""
_PROGRESS_STEP = 500
_LONGEST = ("verify_search", "verify_standings")
"""Checks that several processes begin with: one that ends last keeps the others waiting."""


@dataclass(frozen=True)
class _Check:
    """What one process does: it yields positions that hold, for progress, and Problems."""

    name: str
    run: Callable[[], Iterator[Problem | int]]


@dataclass
class Findings:
    """``held``: up to which position the chain holds. The problems are in the order of the checks."""

    held: int
    problems: list[Problem] = field(default_factory=list)
    is_signed: bool = True


_Report = Callable[[int], object]
"""Is told the last position that holds, now and then."""


def verify_all(
    first: int, last: int, *, processes: int, key_file: Path | None = None, on_progress: _Report = lambda done: None
) -> Findings:
    """Verify the entries from one position to another and their signatures; from the first on also what is derived.

    ``on_progress`` is told how many entries hold so far. Raises VerificationError where a check does not come to its
    end: a key cannot be read, a process was killed.
    """
    processes = processes if may_fork(last - first + 1) else 1
    parts = _parts_between(first, last, processes)
    chain = [_Check(f"entries {start} to {end}", functools.partial(verify_chain, first=start, last=end))
             for start, end in parts]  # fmt: skip
    signatures = functools.partial(verify_signatures, after=first - 1, key_file=key_file)
    derived = [_Check(check.__name__, check) for check in DERIVED] if first == 1 else []
    checks = [*chain, _Check("signatures", signatures), *derived]

    before = [first - 1, *(start for start, _ in parts[1:])]
    reported = first - 1

    def report(done: Sequence[int]) -> None:
        nonlocal reported
        now = first - 1 + sum(max(position - start, 0) for position, start in zip(done, before, strict=False))
        if now > reported:
            on_progress(now)
        reported = now

    results = _run_checks(checks, processes, report)
    of_chain, of_rest = results[: len(parts)], results[len(parts) :]
    findings = _join_chain(first, parts, of_chain)
    findings.is_signed = not of_rest[0].problems
    findings.problems += itertools.chain.from_iterable(result.problems for result in of_rest)
    return findings


def may_fork(entries: int) -> bool:
    """Whether other processes would see the same database, and it is worth it."""
    if entries < _MIN_FOR_PROCESSES or connection.in_atomic_block or threading.active_count() > 1:
        return False
    in_memory = connection.vendor == "sqlite" and connection.is_in_memory_db()  # type: ignore[attr-defined]
    return not in_memory and "fork" in multiprocessing.get_all_start_methods()


def _parts_between(first: int, last: int, processes: int) -> list[tuple[int, int]]:
    """Return the parts of a span. Each begins with the last entry of the one before: so it is seen to follow."""
    length = max(_SMALLEST_PART, -(-(last - first + 1) // (processes * 4)))
    ends = [*range(first, last, length), last]
    return [(first, last)] if processes < 2 or len(ends) < 3 else list(itertools.pairwise(ends))


def _join_chain(first: int, parts: Sequence[tuple[int, int]], results: Sequence[Findings]) -> Findings:
    """Return what the parts say together: nothing after the first entry that does not hold."""
    last = first - 1
    for (_, end), result in zip(parts, results, strict=True):
        last = max(last, result.held)
        if result.problems:
            return Findings(last, result.problems)
        if last < end:
            return Findings(last, [Problem(last + 1, "it is missing.")])
    return Findings(last)


def _run(check: _Check, report: _Report) -> Findings:
    result = Findings(0)
    for number, step in enumerate(check.run(), start=1):
        if isinstance(step, Problem):
            result.problems.append(step)
            continue
        result.held = step
        if number % _PROGRESS_STEP == 0:
            report(step)
    report(result.held)
    return result


# --- In several processes -------------------------------------------------------------------------


def _run_checks(checks: Sequence[_Check], processes: int, report: Callable[[Sequence[int]], None]) -> list[Findings]:
    """Run checks, so many at a time, and return what they found, in their order.

    ``report`` is told the last position that each has come to.
    """
    done = [0] * len(checks)

    def note(number: int, position: int) -> None:
        done[number] = position
        report(done)

    if processes < 2:
        return [_run(check, functools.partial(note, number)) for number, check in enumerate(checks)]
    connections.close_all()  # no connection may be shared by two processes
    results: dict[int, Findings] = {}
    waiting = sorted(range(len(checks)), key=lambda number: checks[number].name not in _LONGEST)
    with ExitStack() as at_end:
        running: dict[Any, tuple[int, BaseProcess]] = {}
        while waiting or running:
            while waiting and len(running) < processes:
                number = waiting.pop(0)
                pipe, process = _start(checks[number])
                at_end.callback(_end, process)
                running[pipe] = number, process
            ready: list[Any] = list(pipes.wait(list(running)))
            for pipe in ready:
                number, process = running[pipe]
                message = _read(pipe, checks[number], process)
                if isinstance(message, Findings):
                    results[number] = message
                    del running[pipe]
                    pipe.close()
                    process.join()
                else:
                    note(number, message)
    return [results[number] for number in range(len(checks))]


def _start(check: _Check) -> tuple[Any, BaseProcess]:
    """Start a process for a check, and return the pipe from which to read what it says, and the process."""
    context = multiprocessing.get_context("fork")
    reader, writer = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(check, writer), name=check.name)
    process.start()
    writer.close()
    return reader, process


def _end(process: BaseProcess) -> None:
    """End a process, where this one is stopped or another one failed."""
    if process.is_alive():
        process.kill()
    process.join()


def _read(pipe: Any, check: _Check, process: BaseProcess) -> Findings | int:
    try:
        message = pipe.recv()
    except EOFError:
        process.join()
        raise VerificationError(
            f"The check of {check.name} ended before its end (exit code {process.exitcode}): nothing is known of what "
            "it looks at. Run verify_record again; with --processes 1 if memory is short."
        ) from None
    if isinstance(message, Exception):
        raise message
    return message  # type: ignore[no-any-return]


def _work(check: _Check, pipe: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        pipe.send(_run(check, pipe.send))
    except Exception as error:
        try:
            pipe.send(error)
        except Exception:  # it cannot be sent
            pipe.send(VerificationError(f"The check of {check.name} failed: {error!r}"))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


# --- At night -------------------------------------------------------------------------------------


def first_unverified(last: int) -> int:
    """Return from which entry on a nightly verification looks: the last one that was verified, or 1 for all."""
    path = verified_head()
    if last <= WHOLE_EACH_NIGHT or not path.exists() or not _is_whole_recent():
        return 1
    try:
        position = int(path.read_text(encoding="utf-8").splitlines()[1])
    except (OSError, ValueError, IndexError):
        return 1
    return position if 0 < position <= last and link_at(position) else 1


def note_verified(head: Head, *, whole: bool) -> None:
    """Keep the head of a record that held, as a signed note; ``whole`` says that all of it was looked at."""
    verified_head().write_text(checkpoint(head), encoding="utf-8")
    if whole:
        _whole_on().touch()


def _whole_on() -> Path:
    return Path(settings.DATA_DIR) / "verified_whole"


def _is_whole_recent() -> bool:
    if not _whole_on().exists():
        return False
    verified_at = dt.datetime.fromtimestamp(_whole_on().stat().st_mtime, dt.UTC)
    return timezone.now() - verified_at < _WHOLE_AFTER
