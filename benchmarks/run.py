"""make bench: ratios of the tracker against peers in the same run, on the reader's own machine.

Needs wrk. Fills trackers of 100 pledges and of BENCH_PLEDGES (10,000) if they are not there yet, serves each with one
granian worker, and writes benchmarks/results.md: medians of three runs, with the spread. Ratios say something on any
machine, figures only on this one.
"""

import csv
import hashlib
import json
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANY = int(os.environ.get("BENCH_PLEDGES", "10000"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "3"))
RUNS = 3
PORT = 8977
HERE = f"http://127.0.0.1:{PORT}"


def manage(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the tracker on one installation."""
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment(folder), check=True, capture_output=True, text=True
    )


def environment(folder: Path) -> dict[str, str]:
    """The environment of one installation."""
    return {**os.environ, "DATA_DIR": str(folder), "PYTHONPATH": str(ROOT), "LOG_LEVEL": "ERROR"}


def installation(pledges: int) -> Path:
    """Return the folder of a tracker with so many pledges, filled first where it is not there yet."""
    folder = Path(os.environ.get("BENCH_DIR", Path(tempfile.gettempdir()) / "pledge-record-bench")) / str(pledges)
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        manage(folder, "manage.py", "migrate", "-v", "0")
        print(
            f"{pledges} pledges:", manage(folder, "benchmarks/generate.py", "--pledges", str(pledges)).stdout.strip()
        )
        manage(folder, "manage.py", "collectstatic", "--noinput", "-v", "0")
        (folder / "ready").touch()
    return folder


@contextmanager
def served(folder: Path) -> Iterator[None]:
    """Serve one installation with one worker."""
    server = subprocess.Popen(
        [Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--port", str(PORT), "--workers", "1",
         "--blocking-threads", "2", "--no-log", "benchmarks.wsgi:application"],
        cwd=ROOT, env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(100):
            if subprocess.run(["curl", "-sfo", "/dev/null", f"{HERE}/empty/"], check=False).returncode == 0:
                break
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait()


def rate(path: str, *, fresh: bool = False, headers: dict[str, str] | None = None) -> tuple[float, float]:
    """Return requests a second and the median time of one in milliseconds, by wrk."""
    command = ["wrk", "-t1", "-c2" if fresh else "-c8", f"-d{SECONDS}s", "--latency"]
    if fresh:
        command += ["-s", str(ROOT / "benchmarks" / "fresh.lua")]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    told = subprocess.run([*command, HERE + path], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in told and "304" not in str(headers):
        raise SystemExit(f"{path} did not answer as it should:\n{told}")
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    half = re.search(r"50%\s+([0-9.]+)(us|ms|s)", told)
    return float(re.search(r"Requests/sec:\s+([0-9.]+)", told)[1]), float(half[1]) * unit[half[2]]


def etag(path: str) -> str:
    """Return the entity tag of a page."""
    head = subprocess.run(["curl", "-sD-", "-o", "/dev/null", HERE + path], check=True, capture_output=True, text=True)
    return re.search(r"^etag: (.+)$", head.stdout, re.IGNORECASE | re.MULTILINE)[1]


def rows_a_second(folder: Path) -> tuple[float, float]:
    """Return how many rows a second the CSV of all entries has, and the same by a bare cursor and csv.writer."""
    start = time.perf_counter()
    path = f"{HERE}/data/updates.csv?x={time.time()}"
    text = subprocess.run(["curl", "-s", path], check=True, capture_output=True).stdout
    ours = text.count(b"\r\n") / (time.perf_counter() - start)
    start, number = time.perf_counter(), 0
    with sqlite3.connect(folder / "tracker.sqlite3") as database, Path(os.devnull).open("w") as out:
        writer = csv.writer(out)
        for row in database.execute(
            "SELECT u.position, u.kind, p.slug, u.status, u.step, u.effective_on, u.looked_until, u.published_at, "
            "t.headline, t.explanation, u.corrects_id, u.reason, u.proposed_by, u.published_by, u.second_review, "
            "u.digest FROM pledges_statusupdate u JOIN pledges_pledge p ON p.id = u.pledge_id "
            "JOIN pledges_entrytext t ON t.update_id = u.id ORDER BY u.position"
        ):
            writer.writerow(row)
            number += 1
    return ours, number / (time.perf_counter() - start)


def entries_a_second(folder: Path) -> tuple[float, float]:
    """Return how many entries a second verify_record checks, and a bare loop of canonical JSON and SHA-256.

    The loop makes the digests that an entry commits to, its own and those of its words, of objects in memory.
    """
    start = time.perf_counter()
    told = manage(folder, "manage.py", "verify_record").stdout
    number = int(re.search(r"(\d+) of", told)[1])
    ours = number / (time.perf_counter() - start)
    lines = subprocess.run(["curl", "-s", f"{HERE}/record/record.ndjson"], check=True, capture_output=True).stdout
    entries = [json.loads(line) for line in lines.splitlines()]
    encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
    start = time.perf_counter()
    for entry in entries:
        for value in (
            entry,
            {"salt": entry["headline_salt"], "text": entry["headline"]},
            {"salt": entry["explanation_salt"], "text": entry["explanation"]},
        ):
            hashlib.sha256(encode(value).encode()).digest()
    return ours, len(entries) / (time.perf_counter() - start)


def cold_start(folder: Path) -> tuple[float, float]:
    """Return seconds until the application is there, and until an empty Django project is."""

    def seconds(program: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment(folder), check=True)
        return time.perf_counter() - start

    bare = "import django; from django.conf import settings; settings.configure(); django.setup()"
    return seconds("import benchmarks.wsgi"), seconds(bare)


def median(measure: Callable[[], float]) -> tuple[float, float]:
    """Return the median of three runs, and half the spread as a part of it."""
    found = [measure() for _ in range(RUNS)]
    middle = statistics.median(found)
    return middle, (max(found) - min(found)) / 2 / middle


def write(rows: list[tuple[str, str, float, float]]) -> None:
    """Write what was measured so far: a run that is stopped leaves that."""
    lines = [
        f"# Measured on {time.strftime('%-d %B %Y')}", "",
        f"`make bench`: {MANY} pledges with ten entries each, SQLite, one granian worker, {RUNS} runs of {SECONDS} s, "
        f"{os.cpu_count()} cores shared with wrk. Ratios against peers in the same run.", "",
        "| what | goal | median | spread |", "|---|---|---|---|",
        *(f"| {what} | {goal} | {value:.2f} | ±{spread:.0%} |" for what, goal, value, spread in rows),
    ]  # fmt: skip
    (ROOT / "benchmarks" / "results.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Measure, print and write the table."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is needed to measure: on Debian and Ubuntu, apt install wrk.")
    few, many = installation(100), installation(MANY)
    rows: list[tuple[str, str, float, float]] = []

    def row(what: str, goal: str, measure: Callable[[], float]) -> None:
        value, spread = median(measure)
        rows.append((what, goal, value, spread))
        write(rows)
        print(f"{value:8.2f}  ±{spread:4.0%}  {what} (goal {goal})", flush=True)

    half: dict[str, float] = {}
    with served(few):
        for path in ("/", "/?q=fund"):
            half[path] = statistics.median(rate(path, fresh=True)[1] for _ in range(RUNS))
    with served(many):
        known = {"If-None-Match": etag("/"), "X-304": "304"}

        def against_empty(path: str, **more: object) -> Callable[[], float]:
            return lambda: rate(path, **more)[0] / rate("/empty/")[0]  # type: ignore[arg-type]

        row("cached dashboard, requests a second / empty view", "≥ 1.1", against_empty("/"))
        row("304 answer / empty view", "≥ 1.5", against_empty("/", headers=known))
        row("pledge page, uncached / empty view", "≥ 0.05", against_empty("/pledges/pledge-7/", fresh=True))
        row("source page, uncached / empty view", "≥ 0.08", against_empty("/sources/source-3/", fresh=True))
        row("dashboard, uncached / empty view", "≥ 0.20 warm", against_empty("/", fresh=True))
        row(f"dashboard uncached p50, {MANY} / 100 pledges", "≤ 1.3", lambda: rate("/", fresh=True)[1] / half["/"])
        row(f"search p50, {MANY} / 100", "≤ 4", lambda: rate("/?q=fund", fresh=True)[1] / half["/?q=fund"])
        row(
            "dashboard as of a day p50 / dashboard p50", "≤ 1.5",
            lambda: rate("/?as_of=2025-12-01", fresh=True)[1] / rate("/", fresh=True)[1],
        )  # fmt: skip
        row("CSV rows a second / bare cursor", "≥ 0.60", lambda: (lambda a, b: a / b)(*rows_a_second(many)))
        row(
            "verify_record entries a second / bare loop",
            "≥ 0.5",
            lambda: (lambda a, b: a / b)(*entries_a_second(many)),
        )
    row("cold start / empty Django project", "≤ 2.5", lambda: (lambda a, b: a / b)(*cold_start(many)))


if __name__ == "__main__":
    main()
