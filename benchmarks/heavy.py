"""Plain pages while ten clients ask for what costs most, each as fast as it is answered, refused or not.

Fills a tracker of 10,000 pledges and serves it with two workers. A reader opens a plain page thirty times a second,
alone and then beside the ten; prints the median and the 99th of a hundred of both, the ratio, and what the ten were
answered.
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.load import PATHS, ask, connected, served

CLIENTS = 10
HEAVY = [
    "/?q=made", "/?q=fund&page={page}", "/?check=checked&page={page}",
    "/changes/?since=2025-06-17&pledges_page={page}",
    "/pictures/?q=fund", "/compare/?a=body-{page}&b=body-2", "/data/pledges.csv?status=delivered", "/data/updates.csv",
    "/data/package.zip", "/record/record.ndjson", "/data/updates.csv?since=2025-06-17", "/deadlines.ics",
    "/api/v1/pledges?limit=200&q=made", "/api/v1/changes?limit=1000&since={page}", "/feed.atom?q=made",
    "/?as_of=2026-01-{day}&q=made",
]  # fmt: skip


async def read(until: float, took: list[float], errors: list[str]) -> None:
    """Open plain pages until an instant."""
    async with connected() as (reader, writer):
        while time.monotonic() < until:
            path = random.choice(PATHS)
            status, _, seconds = await ask(reader, writer, path, client="192.0.2.200")
            took.append(seconds)
            if status != 200:
                errors.append(f"{path}: {status}")
            await asyncio.sleep(1 / 30)


async def press(number: int, until: float, answers: Counter[int]) -> None:
    """Ask for what costs most until an instant, as one client. Who is refused asks again after half a second."""
    while time.monotonic() < until:
        try:
            async with connected() as (reader, writer):
                while time.monotonic() < until:
                    path = random.choice(HEAVY).format(
                        page=random.randrange(1, 150), day=f"{random.randrange(1, 29):02}"
                    )
                    status, _, _ = await ask(reader, writer, path, client=f"198.51.100.{number}")
                    answers[status] += 1
                    if status in (429, 503):
                        await asyncio.sleep(0.5)
        except (OSError, asyncio.IncompleteReadError):
            answers[0] += 1


async def measure(seconds: float) -> dict[str, float]:
    """Return what was seen."""
    answers: Counter[int] = Counter()
    errors: list[str] = []
    idle: list[float] = []
    pressed: list[float] = []
    await read(time.monotonic() + 5, [], errors)
    await read(time.monotonic() + seconds / 2, idle, errors)
    until = time.monotonic() + seconds
    await asyncio.gather(*(press(number, until, answers) for number in range(CLIENTS)), read(until, pressed, errors))
    if errors:
        print("errors:", errors[:5], file=sys.stderr)
    found = {"errors of plain pages": float(len(errors))}
    for name, took in (("alone", idle), ("beside ten", pressed)):
        took.sort()
        found[f"plain pages, {name}"] = len(took)
        found[f"p50 {name}, ms"] = statistics.median(took) * 1000
        found[f"p99 {name}, ms"] = took[int(len(took) * 0.99)] * 1000
    found["p99 beside ten / p99 alone"] = found["p99 beside ten, ms"] / found["p99 alone, ms"]
    return found | {f"the ten were answered {status}": float(number) for status, number in sorted(answers.items())}


def main() -> None:
    """Fill, serve, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pledges", type=int, default=10_000)
    arguments = parser.parse_args()
    with served(arguments.pledges, application="tracker.wsgi:application", TRUSTED_PROXIES="1"):
        found = asyncio.run(measure(arguments.seconds))
    for name, value in found.items():
        print(f"{value:10.1f}  {name}")


if __name__ == "__main__":
    main()
