"""Two hundred readers at once while the desk publishes every second: errors, times, and what readers see when.

Each reader keeps a connection and asks for a page a second, one of a few, all of which both workers have shown before.
Prints: requests, errors, the median of a page while nobody else asks (as it is kept, and put together anew), the
median and the 99th of a hundred under load, after how long each of the entries was on the page of its pledge, asked
for anew each tenth of a second, and what the processes held after a third of the time, when what they keep is full,
and at the end. ``--pause 0``: no reader waits before asking again. Fills a tracker of its own.
"""

import argparse
import asyncio
import contextlib
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = 8979
PUBLISH = """
import datetime as dt, sys, django
django.setup()
from tracker.pledges.models import Pledge
from tracker.pledges.record.publish import Evidence, publish_entry
print("ready", flush=True)
for line in sys.stdin:
    slug, headline = line.strip().split(" ", 1)
    about = Pledge.objects.get(slug=slug)
    publish_entry(about,
    status="no-action-found", effective_on=dt.date(2026, 11, 1), looked_until=dt.date(2026, 11, 1),
           headline=headline, evidence=[Evidence(about.citations.first().passage)],
           by="Made-up editor", approved_by="Made-up publisher")
    print("done", flush=True)
"""


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, *, client: str = ""
) -> tuple[int, bytes, float]:
    """Ask for a page over an open connection; return its status, its body and the seconds that it took.

    ``client`` is the address that a proxy would have seen.
    """
    start = time.perf_counter()
    header = f"X-Forwarded-For: {client}\r\n" if client else ""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{header}\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    length = next((int(value) for name, value in fields.items() if name.lower() == "content-length"), None)
    if length is not None:
        body = await reader.readexactly(length)
    else:
        body = b""
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
    return int(head.split()[1]), body, time.perf_counter() - start


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Keep a connection to the server to the end of the block."""
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    try:
        yield reader, writer
    finally:
        writer.close()
        await writer.wait_closed()


async def read(paths: list[str], until: float, took: list[float], errors: list[str], pause: float) -> None:
    """Read a page each ``pause`` seconds until an instant."""
    try:
        async with connected() as (reader, writer):
            await asyncio.sleep(random.random() * pause)
            while time.monotonic() < until:
                path = random.choice(paths)
                status, _, seconds = await ask(reader, writer, path)
                took.append(seconds)
                if status != 200:
                    errors.append(f"{path}: {status}")
                await asyncio.sleep(max(0.0, pause - seconds))
    except (OSError, asyncio.IncompleteReadError) as error:
        errors.append(type(error).__name__)


async def start_desk(environment: dict[str, str]) -> asyncio.subprocess.Process:
    """Return the process that publishes, once it is there: its start takes a processor for a second."""
    desk = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PUBLISH, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    if desk.stdout is None or not await desk.stdout.readline():
        raise RuntimeError("The desk did not start.")
    return desk


async def publish_entry(desk: asyncio.subprocess.Process, slug: str, words: str) -> None:
    """Have the desk publish an entry about a pledge. Raises RuntimeError where it cannot."""
    if desk.stdin is None or desk.stdout is None:
        raise RuntimeError("The desk has no pipes.")
    desk.stdin.write(f"{slug} {words}\n".encode())
    if not await desk.stdout.readline():
        raise RuntimeError("The desk could not publish.")


async def publish(desk: asyncio.subprocess.Process, until: float, waited: list[float]) -> None:
    """Publish an entry a second, about one pledge after another, and note after how many seconds a reader saw each."""
    async with connected() as (reader, writer):
        number = 0
        while time.monotonic() < until:
            number += 1
            words, slug = f"Published under load, number {number}.", f"pledge-{number % 100}"
            await publish_entry(desk, slug, words)
            start = time.perf_counter()
            while words.encode() not in (await ask(reader, writer, f"/pledges/{slug}/"))[1]:
                await asyncio.sleep(0.1)
            waited.append(time.perf_counter() - start)
            await asyncio.sleep(1)
    if desk.stdin is not None:
        desk.stdin.close()
    await desk.wait()


PATHS = ["/", "/?status=under-way", "/changes/", "/sources/", "/methodology/", "/pledges/pledge-3/", "/bodies/"]


async def warm() -> None:
    """Open each page over so many connections that both workers keep it."""
    for _ in range(10):
        async with connected() as (reader, writer):
            for path in PATHS:
                await ask(reader, writer, path, client="192.0.2.200")


async def alone(anew: bool) -> float:
    """Return the median of the seconds that a page takes while nobody else asks; ``anew``: no whole page is kept."""
    took: list[float] = []
    async with connected() as (reader, writer):
        for at in range(10 * len(PATHS)):
            path = PATHS[at % len(PATHS)]
            unseen = f"{'&' if '?' in path else '?'}parts={random.random()}" if anew else ""
            took.append((await ask(reader, writer, path + unseen))[2])
    return statistics.median(took)


def megabytes(pid: int) -> float:
    """Return how much memory a server and its workers hold (Linux)."""
    pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    held = [re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{one}/status").read_text()) for one in pids]
    return sum(int(one[1]) for one in held if one) / 1024


async def weigh(server: int, until: float, held: list[float]) -> None:
    """Note what a server holds thirty times until an instant."""
    pause = (until - time.monotonic()) / 30
    while time.monotonic() < until:
        await asyncio.sleep(pause)
        held.append(megabytes(server))


async def measure(
    environment: dict[str, str], server: int, readers: int, seconds: float, pause: float = 1.0
) -> dict[str, float]:
    """Return what was seen of a server, by its process, while so many read and the desk publishes."""
    await warm()
    kept, anew = await alone(anew=False), await alone(anew=True)
    took: list[float] = []
    held: list[float] = []
    errors: list[str] = []
    waited: list[float] = []
    desk = await start_desk(environment)
    await publish_entry(desk, "pledge-100", "Published before anybody reads.")
    await warm()
    until = time.monotonic() + seconds
    await asyncio.gather(
        publish(desk, until, waited),
        weigh(server, until, held),
        *(read(PATHS, until, took, errors, pause) for _ in range(readers)),
    )
    if errors:
        print("errors:", errors[:5], file=sys.stderr)
    thirds = [took[: len(took) // 3], took[-len(took) // 3 :]]
    first, last = (sorted(third)[int(len(third) * 0.99)] for third in thirds)
    took.sort()
    late = took[int(len(took) * 0.99)]
    return {
        "requests": len(took),
        "errors": len(errors),
        "entries published": len(waited),
        "alone, kept, ms": kept * 1000,
        "alone, put together anew, ms": anew * 1000,
        "p50, ms": statistics.median(took) * 1000,
        "p99, ms": late * 1000,
        "p99 / alone, kept": late / kept,
        "p99 / alone, put together anew": late / anew,
        "longest until an entry was seen, s": max(waited),
        "p99 in the first third, ms": first * 1000,
        "p99 in the last third, ms": last * 1000,
        "memory after a third, MB": held[len(held) // 3],
        "memory at the end, MB": held[-1],
        "memory at most, MB": max(held),
        "alone afterwards, kept, ms": await alone(anew=False) * 1000,
    }


@contextmanager
def served(
    pledges: int, *, application: str = "benchmarks.wsgi:application", **more: str
) -> Iterator[tuple[dict[str, str], int]]:
    """Fill a tracker and serve it with two workers; yields its environment and the server's process.

    ``more`` is of its environment. Raises RuntimeError as ``serving``.
    """
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_of(folder, **more)
        for command in (
            ["manage.py", "migrate", "-v", "0"],
            ["benchmarks/generate.py", "--pledges", str(pledges)],
            ["manage.py", "collectstatic", "--noinput", "-v", "0"],
        ):
            subprocess.run(
                [sys.executable, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
            )
        with serving(environment, application) as server:
            yield environment, server


def environment_of(folder: Path | str, **more: str) -> dict[str, str]:
    """Return the environment of a tracker whose data are in a folder."""
    return {**os.environ, "DATA_DIR": str(folder), "PYTHONPATH": str(ROOT), "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "tracker.settings", **more}  # fmt: skip


@contextmanager
def serving(environment: dict[str, str], application: str) -> Iterator[int]:
    """Serve a tracker that is filled with two workers; yields the server's process.

    Raises RuntimeError where the server does not start, or another answers there.
    """
    with contextlib.suppress(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
        raise RuntimeError(f"Another server answers on port {PORT}.")
    environment = {"MALLOC_ARENA_MAX": "2", **environment}  # as under make run
    server = subprocess.Popen(
        [Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--port", str(PORT), "--workers", "2",
         "--blocking-threads", "8", "--no-log", application], cwd=ROOT, env=environment,
        start_new_session=True,
    )  # fmt: skip
    try:
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
                break
            if server.poll() is not None:
                raise RuntimeError("The server did not start.")
            time.sleep(0.1)
        yield server.pid
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:  # a worker that was just starting did not hear it
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def main() -> None:
    """Fill, serve, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pledges", type=int, default=1000)
    parser.add_argument("--pause", type=float, default=1)
    arguments = parser.parse_args()
    with served(arguments.pledges) as (environment, server):
        found = asyncio.run(measure(environment, server, arguments.readers, arguments.seconds, arguments.pause))
    for name, value in found.items():
        print(f"{value:10.1f}  {name}")


if __name__ == "__main__":
    main()
