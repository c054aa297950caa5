"""Verify a long record in parts: several processes at once, and at night only what came since the night before."""

import datetime as dt
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path

import django
from django.conf import settings
from django.utils import timezone

from tracker.core.files.marker_files import verified_head
from tracker.pledges.record.checkpoints import Head, checkpoint
from tracker.pledges.record.links import link_at
from tracker.pledges.record.verify import Problem, verify_chain

WHOLE_EACH_NIGHT = 50_000
"""A record of up to so many entries is verified as a whole each night: that takes less than a minute."""

_WHOLE_AFTER = dt.timedelta(days=6.5)
_SMALLEST_PART = 5_000


def verify_in_parts(first: int, last: int, *, processes: int) -> Iterator[Problem | int]:
    """Yield the position of entries that hold, from the first to the last, and the first Problem.

    With one process the positions are all; with more they are the ends of parts.
    """
    length = max(_SMALLEST_PART, -(-(last - first + 1) // (processes * 4)))
    ends = [*range(first, last, length), last]
    if processes < 2 or len(ends) < 3:
        yield from verify_chain(first=first, last=last)
        return
    # Each part begins with the last entry of the one before: so it is seen to follow.
    parts = list(pairwise(ends))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=django.setup) as pool:
        for step in pool.map(_verify_part, *zip(*parts, strict=True)):
            yield step
            if isinstance(step, Problem):
                pool.shutdown(cancel_futures=True)
                return


def _verify_part(first: int, last: int) -> Problem | int:
    steps: list[Problem | int] = [first]
    steps.extend(verify_chain(first=first, last=last))
    step = steps[-1]
    if isinstance(step, int) and step != last:
        return Problem(step + 1, "it is missing.")
    return step


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
