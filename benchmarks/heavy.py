"""Plain pages while ten clients ask for what costs most, each as fast as it is answered, refused or not.

Serves a tracker of 10,000 pledges, which is filled where there is none of that size yet (run.py), with two workers; no
file of exports is there at first. A reader opens a plain page thirty times a second, alone and then beside the ten.
These are a process of their own at the lowest priority: elsewhere they would be on other machines, and what their own
work takes is not the tracker's. Prints the median and the 99th of a hundred of both, the ratio, and what the ten were
answered.
"""

import argparse
import asyncio
import contextlib
import os
import random
import shutil
import statistics
import sys
import time
from collections import Counter
from multiprocessing import Process, Queue
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.load import PATHS, PORT, ask, connected, environment_of, serving, warm
from benchmarks.run import installation

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
    """Open plain pages until an instant; a connection, which is one worker's, is for a second."""
    while time.monotonic() < until:
        async with connected() as (reader, writer):
            for _ in range(30):
                path = random.choice(PATHS)
                status, _, seconds = await ask(reader, writer, path, client="192.0.2.200")
                took.append(seconds)
                if status != 200:
                    errors.append(f"{path}: {status}")
                await asyncio.sleep(1 / 30)


async def press(number: int, answers: Counter[int]) -> None:
    """Ask for what costs most, as one client, until it is cancelled. Who is refused asks again after half a second."""
    while True:
        path = random.choice(HEAVY).format(page=random.randrange(1, 150), day=f"{random.randrange(1, 29):02}")
        status = 0
        with contextlib.suppress(OSError, IndexError):
            status = await discard(path, client=f"198.51.100.{number}")
        answers[status] += 1
        if status in (429, 503):
            await asyncio.sleep(0.5)


async def discard(path: str, *, client: str) -> int:
    """Ask for a page or a file, throw away what comes as fast as it does, and return the status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT, limit=1 << 20)
    try:
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {client}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        status = int((await reader.readline()).split()[1])
        while await reader.read(1 << 20):
            pass
        return status
    finally:
        writer.close()


async def press_together(seconds: float, answers: Counter[int]) -> None:
    """Ask as all of the clients for so long."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.gather(*(press(number, answers) for number in range(CLIENTS)))


def be_pressing(seconds: float, answers: "Queue[Counter[int]]") -> None:
    """Be all of the clients for so long, in a process of its own."""
    os.nice(19)
    counted: Counter[int] = Counter()
    asyncio.run(press_together(seconds, counted))
    answers.put(counted)


def measure(seconds: float) -> dict[str, float]:
    """Return what was seen."""
    errors: list[str] = []
    idle: list[float] = []
    pressed: list[float] = []
    asyncio.run(warm())
    asyncio.run(read(time.monotonic() + seconds / 2, idle, errors))
    answers: Queue[Counter[int]] = Queue()
    clients = Process(target=be_pressing, args=(seconds, answers))
    clients.start()
    asyncio.run(read(time.monotonic() + seconds, pressed, errors))
    answered = answers.get()
    clients.join()
    if errors:
        print("errors:", errors[:5], file=sys.stderr)
    figures = {"errors of plain pages": float(len(errors))}
    for name, took in (("alone", idle), ("beside ten", pressed)):
        took.sort()
        figures[f"plain pages, {name}"] = len(took)
        figures[f"p50 {name}, ms"] = statistics.median(took) * 1000
        figures[f"p99 {name}, ms"] = took[int(len(took) * 0.99)] * 1000
        figures[f"longest {name}, ms"] = took[-1] * 1000
    figures["p99 beside ten / p99 alone"] = figures["p99 beside ten, ms"] / figures["p99 alone, ms"]
    return figures | {f"the ten were answered {status}": float(number) for status, number in sorted(answered.items())}


def main() -> None:
    """Fill, serve, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pledges", type=int, default=10_000)
    arguments = parser.parse_args()
    folder = installation(arguments.pledges)
    shutil.rmtree(folder / "exports", ignore_errors=True)
    with serving(environment_of(folder, TRUSTED_PROXIES="1", LOG_LEVEL="CRITICAL"), "tracker.wsgi:application"):
        figures = measure(arguments.seconds)
    for name, value in figures.items():
        print(f"{value:10.1f}  {name}")


if __name__ == "__main__":
    main()
