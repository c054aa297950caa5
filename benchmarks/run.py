"""make bench: ratios of the tracker against peers in the same run, on the reader's own machine.

Needs wrk; nginx and datasette (DATASETTE, or on the PATH) are peers where they are there. Fills trackers of 100 and of
BENCH_PLEDGES (10,000) pledges, in SQLite or, with BENCH_POSTGRES=postgres://user@host:port, in PostgreSQL, serves each
with one granian worker, and writes benchmarks/results.md (results-postgresql.md): medians of three runs, with the
spread. BENCH_ONLY=words measures the rows that match, starts only what these need, and prints them without writing
the table: one row takes a minute once the trackers are filled. Ratios say something on any machine, figures only on
this one.
"""

import base64
import csv
import hashlib
import http.client
import json
import os
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parent.parent
MANY = int(os.environ.get("BENCH_PLEDGES", "10000"))
ENTRIES = 10
"""Entries of each pledge (generate.py)."""
SECONDS = int(os.environ.get("BENCH_SECONDS", "3"))
RUNS = 3
ONLY = re.compile(os.environ.get("BENCH_ONLY", ""), re.IGNORECASE)
PORT = 8977
HERE = f"http://127.0.0.1:{PORT}"
NGINX_PORT, DATASETTE_PORT, FEW_PORT, NEWSROOM_PORT, ENTRIES_PORT, LONG_PORT, PICTURES_PORT = range(PORT + 1, PORT + 8)
NEWSROOM = 500
"""Pledges of a tracker as most newsrooms have it."""
LONG = 101
"""Pledges of a tracker of which one, pledge-9, has a thousand entries."""
PICTURES = 2000
RESTORED = 5000
"""Pledges of a tracker that is restored from a backup: 50,000 entries."""
THREE_FILTERS = "status=under-way&theme=theme-1&schedule=overdue"
OFFLINE = ROOT / "tracker" / "public" / "static" / "public" / "verify_record.py"


POSTGRES = os.environ.get("BENCH_POSTGRES", "").rstrip("/")
RESULTS = ROOT / "benchmarks" / ("results-postgresql.md" if POSTGRES else "results.md")


def manage(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the tracker on one installation."""
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment(folder), check=True, capture_output=True, text=True
    )


def environment(folder: Path) -> dict[str, str]:
    """The environment of one installation."""
    own = {"DATABASE_URL": f"{POSTGRES}/pledge_record_bench_{folder.name}"} if POSTGRES else {}
    return {**os.environ, "DATA_DIR": str(folder), "PYTHONPATH": str(ROOT), "LOG_LEVEL": "ERROR", **own}


def installation(pledges: int) -> Path:
    """Return the folder of a tracker with so many pledges, filled first where it is not there yet."""
    top = Path(os.environ.get("BENCH_DIR", Path(tempfile.gettempdir()) / "pledge-record-bench"))
    folder = top / ("postgresql" if POSTGRES else "sqlite") / str(pledges)
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if POSTGRES:
            with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as admin:
                admin.execute(f"DROP DATABASE IF EXISTS pledge_record_bench_{pledges}")
                admin.execute(f"CREATE DATABASE pledge_record_bench_{pledges}")
        manage(folder, "manage.py", "migrate", "-v", "0")
        print(
            f"{pledges} pledges:", manage(folder, "benchmarks/generate.py", "--pledges", str(pledges)).stdout.strip()
        )
        manage(folder, "manage.py", "collectstatic", "--noinput", "-v", "0")
        (folder / "ready").touch()
    return folder


@contextmanager
def running(command: list[str], address: str, **more: Any) -> Iterator[int]:
    """Run a server until it is not needed any more; yields its process once it answers."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    try:
        for _ in range(200):
            if subprocess.run(["curl", "-sfo", "/dev/null", address], check=False).returncode == 0:
                break
            time.sleep(0.1)
        yield server.pid
    finally:
        server.terminate()
        server.wait()


@contextmanager
def served(folder: Path, port: int = PORT, **more: str) -> Iterator[int]:
    """Serve one installation with one worker; ``more`` is of its environment."""
    granian = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--port", str(port),
               "--workers", "1", "--blocking-threads", "2", "--no-log", "benchmarks.wsgi:application"]  # fmt: skip
    with running(granian, f"http://127.0.0.1:{port}/empty/", cwd=ROOT, env=environment(folder) | more) as pid:
        yield pid


@contextmanager
def by_nginx(page: bytes) -> Iterator[str]:
    """Serve a page as a file with nginx; yields its address."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "index.html").write_bytes(page)
        Path(folder).chmod(0o755)
        configuration = Path(folder, "nginx.conf")
        configuration.write_text(
            f"daemon off; worker_processes 1; pid {folder}/pid; error_log /dev/null; events {{}} http {{ "
            "types { text/html html; } access_log off; "
            f"server {{ listen 127.0.0.1:{NGINX_PORT}; root {folder}; }} }}"
        )
        address = f"http://127.0.0.1:{NGINX_PORT}/"
        with running(["nginx", "-c", str(configuration)], address):
            yield address


@contextmanager
def by_datasette(pledges: int) -> Iterator[str]:
    """Serve so many rows with datasette: status, theme, body, and a title that can be searched; yields the address."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "rows.db")
        with sqlite3.connect(file) as database:
            database.execute("CREATE TABLE pledges (id INTEGER PRIMARY KEY, title, status, theme, body, on_)")
            number = random.Random(1)
            database.executemany(
                "INSERT INTO pledges (title, status, theme, body, on_) VALUES (?, ?, ?, ?, ?)",
                (
                    (f"The made-up {number.choice(_WORDS)} will {number.choice(_WORDS)} {n}", f"status-{n % 5}",
                     f"theme-{n % 8}", f"body-{n % 200}", f"2025-{1 + n % 12:02}-{1 + n % 28:02}")
                    for n in range(pledges)
                ),
            )  # fmt: skip
            for column in ("status", "theme", "body", "on_"):
                database.execute(f"CREATE INDEX i_{column} ON pledges ({column})")
            database.execute("CREATE VIRTUAL TABLE pledges_fts USING fts5(title, content='pledges')")
            database.execute("INSERT INTO pledges_fts (pledges_fts) VALUES ('rebuild')")
        address = f"http://127.0.0.1:{DATASETTE_PORT}/rows/pledges"
        with running([DATASETTE, "serve", "-p", str(DATASETTE_PORT), "--immutable", str(file)], address):
            yield address


_WORDS = ["fund", "office", "register", "report", "inquiry", "officers", "review", "grant"]
DATASETTE = os.environ.get("DATASETTE") or shutil.which("datasette") or ""


def rate(path: str, how: str = "", *, headers: dict[str, str] | None = None) -> tuple[float, float]:
    """Return requests a second and the median time of one in milliseconds, by wrk.

    ``how``: empty where the page is kept; ``parts``, where it is not but all parts of it are; ``entry``, as after an
    entry was published; ``anew``, where nothing of it is kept; ``proofs``, of another entry each time.
    """
    command = ["wrk", "-t1", "-c2" if how else "-c8", f"-d{SECONDS}s", "--latency"]
    if how:
        command += ["-s", str(ROOT / "benchmarks" / "fresh.lua")]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    address = path if path.startswith("http") else HERE + path
    if how:  # what a first reader waits for the disk is nobody's rate
        first = f"{address}{'&' if '?' in address else '?'}{how}=first"
        subprocess.run(["curl", "-so", os.devnull, first], check=True)
    told = subprocess.run(
        [*command, address, *(["--", how, str(MANY * ENTRIES)] if how else [])],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    if "Non-2xx" in told and "304" not in str(headers):
        raise SystemExit(f"{path} did not answer as it should:\n{told}")
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    half = re.search(r"50%\s+([0-9.]+)(us|ms|s)", told)
    return float(re.search(r"Requests/sec:\s+([0-9.]+)", told)[1]), float(half[1]) * unit[half[2]]


def rare_word(site: str) -> str:
    """Return a word that one source has, the same at any size: the number in the first pledge's words."""
    page = subprocess.run(["curl", "-s", f"{site}/pledges/pledge-0/"], check=True, capture_output=True, text=True)
    return re.search(r"made up, (\d+)", page.stdout)[1]


def etag(address: str) -> str:
    """Return the entity tag of a page."""
    head = subprocess.run(["curl", "-sD-", "-o", "/dev/null", address], check=True, capture_output=True, text=True)
    return re.search(r"^etag: (.+)$", head.stdout, re.IGNORECASE | re.MULTILINE)[1]


def kilobytes(address: str) -> float:
    """Return how much is sent for an address to who takes it compressed."""
    command = ["curl", "-sfo", os.devnull, "-H", "Accept-Encoding: gzip, br", "-w", "%{size_download}", address]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 1024


def kilobytes_of_first_visit(address: str) -> float:
    """Return the same for a page with its style sheets, scripts and icon."""
    page = subprocess.run(["curl", "-sf", address], check=True, capture_output=True, text=True).stdout
    paths = re.findall(r'<(?:link rel="(?:icon|stylesheet)" href|script src)="(/[^"]+)"', page)
    return kilobytes(address) + sum(kilobytes(f"{HERE}{path}") for path in dict.fromkeys(paths))


def rows_a_second(folder: Path) -> tuple[float, float]:
    """Return how many rows a second the CSV of all entries has, and the same by a bare cursor and csv.writer."""
    shutil.rmtree(folder / "exports", ignore_errors=True)  # it is kept as a file from then on
    start = time.perf_counter()
    subprocess.run(["curl", "-sfo", os.devnull, f"{HERE}/data/updates.csv"], check=True)
    ours = time.perf_counter() - start
    start, number = time.perf_counter(), 0
    with raw(folder) as database, Path(os.devnull).open("w") as out:
        writer = csv.writer(out)
        for row in database.execute(
            "SELECT u.position, u.kind, p.slug, u.status, u.step, u.effective_on, u.looked_until, u.published_at, "
            "t.headline, t.explanation, u.corrects_id, u.reason, u.proposed_by, u.published_by, u.second_review, "
            "u.digest FROM pledges_statusupdate u JOIN pledges_pledge p ON p.id = u.pledge_id "
            "JOIN pledges_entrytext t ON t.update_id = u.id ORDER BY u.position"
        ):
            writer.writerow(row)
            number += 1
    return number / ours, number / (time.perf_counter() - start)


def raw(folder: Path) -> Any:
    """Return a bare connection to the database of an installation."""
    if POSTGRES:
        return psycopg.connect(environment(folder)["DATABASE_URL"])
    return sqlite3.connect(folder / "tracker.sqlite3")


def megabytes(pid: int) -> float:
    """Return how much memory a server and its workers hold at most so far (Linux)."""
    pids = [pid, *map(int, subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split())]
    peaks = [re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{one}/status").read_text()) for one in pids]
    return sum(int(peak[1]) for peak in peaks if peak) / 1024


def empty_place(name: str) -> Path:
    """Return the folder of an installation with nothing in it, and in PostgreSQL with an empty database."""
    folder = installation(100).with_name(name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if POSTGRES:
        with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as admin:
            own = f"pledge_record_bench_{name}"
            before = admin.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{own}%"]).fetchall()
            for (database,) in before:  # what was there before something was restored is kept beside it
                admin.execute(f'DROP DATABASE "{database}"')
            admin.execute(f"CREATE DATABASE {own}")
    return folder


def restored(folder: Path) -> tuple[float, float]:
    """Return seconds until a backup is verified and back, and until the database's own tool has put it back."""
    if not (backups := list(folder.glob("backups/backup-*"))):
        manage(folder, "manage.py", "backup", str(folder / "backups"))
        backups = list(folder.glob("backups/backup-*"))
    place = empty_place("restored")
    start = time.perf_counter()
    manage(place, "manage.py", "restore", str(backups[0]))
    ours = time.perf_counter() - start
    place = empty_place("restored")
    start = time.perf_counter()
    if POSTGRES:
        address = environment(place)["DATABASE_URL"]
        subprocess.run(["pg_restore", "--no-owner", "-d", address, backups[0] / "tracker.dump"], check=True)
    else:
        with closing(sqlite3.connect(backups[0] / "tracker.sqlite3")) as backup, closing(raw(place)) as database:
            backup.backup(database)
    return ours, time.perf_counter() - start


def copied(folder: Path) -> tuple[float, float]:
    """Return rows a second that copy_database copies and verifies, and that the driver copies of the same tables."""
    address = environment(folder).get("DATABASE_URL") or f"sqlite:///{folder / 'tracker.sqlite3'}"
    figures, tables = [], {}
    for bare in (False, True):
        place = empty_place("copied")
        manage(place, "manage.py", "migrate", "-v", "0")
        start = time.perf_counter()
        if bare:
            (copy_by_postgresql if POSTGRES else copy_by_sqlite)(folder, place, list(tables))
        else:
            told = manage(place, "manage.py", "copy_database", address).stdout
            tables = {table: int(rows.replace(",", "")) for rows, table in re.findall(r"([\d,]+)  (\w+)\n", told)}
        figures.append(sum(tables.values()) / (time.perf_counter() - start))
    return figures[0], figures[1]


def copy_by_sqlite(folder: Path, place: Path, tables: list[str]) -> None:
    """Copy tables into a migrated database, whose triggers go: one statement for each table."""
    with closing(raw(folder)) as source, closing(raw(place)) as target:
        for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            target.execute(f'DROP TRIGGER "{name}"')
        for table in tables:
            target.execute(f"DELETE FROM {table}")
            columns = [f'"{row[1]}"' for row in source.execute(f"PRAGMA table_xinfo({table})") if not row[6]]
            rows = source.execute(f"SELECT {', '.join(columns)} FROM {table}")
            places = ", ".join("?" * len(columns))
            target.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)
        target.commit()


def copy_by_postgresql(folder: Path, place: Path, tables: list[str]) -> None:
    """Copy tables into a migrated database, without its triggers: by COPY."""
    with raw(folder) as source, raw(place) as target:
        target.execute("SET session_replication_role = replica")
        target.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        for table in tables:
            rows = source.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
                [table],
            )
            columns = ", ".join(f'"{name}"' for (name,) in rows)
            with (
                source.cursor().copy(f"COPY {table} ({columns}) TO STDOUT (FORMAT BINARY)") as reading,
                target.cursor().copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)") as writing,
            ):
                for block in reading:
                    writing.write(block)


def publishing(folder: Path) -> float:
    """Return the median time of publishing one entry, in milliseconds."""
    return float(manage(folder, "benchmarks/publish.py").stdout)


def seconds_after_entries(folder: Path, path: str, port: int, number: int = 30) -> tuple[float, float]:
    """Return the median seconds of an empty answer, and of a page right after an entry was published.

    The entries are real, each about another pledge, and change its status; a reader asks over one open connection. The
    server has to show no page of before (PAGE_GRACE=0).
    """
    publisher = subprocess.Popen(
        [sys.executable, "benchmarks/publish.py", "--each"], cwd=ROOT, env=environment(folder), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    reader = http.client.HTTPConnection("127.0.0.1", port)

    def seconds(address: str) -> float:
        start = time.perf_counter()
        reader.request("GET", address)
        answer = reader.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise SystemExit(f"{address} did not answer as it should: {answer.status}")
        return time.perf_counter() - start

    took: dict[str, list[float]] = {"/empty/": [], path: []}
    with publisher:
        for _ in range(number):
            publisher.stdin.write("\n")
            publisher.stdin.flush()
            publisher.stdout.readline()
            for address, times in took.items():
                times.append(seconds(address))
        publisher.stdin.close()
    return statistics.median(took["/empty/"]), statistics.median(took[path])


CHAIN = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
import django
django.setup()
from tracker.pledges.record.verify import verify_chain
print(sum(1 for _ in verify_chain()), "of all")
"""


@cache
def record(folder: Path) -> tuple[bytes, float]:
    """Return the record of an installation as it is downloaded, and how many entries a second a bare loop digests.

    The loop makes the digests that an entry commits to, its own and those of its words, of objects in memory.
    """
    lines = subprocess.run(["curl", "-s", f"{HERE}/record/record.ndjson"], check=True, capture_output=True).stdout
    entries = [json.loads(line) for line in lines.splitlines()]
    encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
    rates = []
    for _ in range(RUNS):
        start = time.perf_counter()
        for entry in entries:
            for value in (
                entry,
                {"salt": entry["headline_salt"], "text": entry["headline"]},
                {"salt": entry["explanation_salt"], "text": entry["explanation"]},
            ):
                hashlib.sha256(encode(value).encode()).digest()
        rates.append(len(entries) / (time.perf_counter() - start))
    return lines, statistics.median(rates)


def entries_a_second(folder: Path, *command: str) -> tuple[float, float]:
    """Return how many entries a second a command checks, and a bare loop. FILE stands for the record as a file."""
    lines, bare = record(folder)
    with tempfile.NamedTemporaryFile(suffix=".ndjson") as file:
        file.write(lines)
        file.flush()
        start = time.perf_counter()
        told = manage(folder, *(file.name if part == "FILE" else part for part in command)).stdout
        took = time.perf_counter() - start
    return int(re.search(r"(\d+) (?:of|entries)", told)[1]) / took, bare


def nightly(folder: Path, new: int = 1000) -> tuple[float, float]:
    """Return seconds that a nightly verification takes after which so many entries came, and that of all."""
    lines, _ = record(folder)
    *_, last = (json.loads(line) for line in lines.splitlines()[-new - 1 : -new])
    digest = base64.b64encode(bytes.fromhex(last["digest"])).decode()
    (folder / "verified_head").write_text(f"made up\n{last['position']}\n{digest}\n")
    (folder / "verified_whole").touch()
    (folder / "verified_on").unlink(missing_ok=True)

    def seconds(*options: str) -> float:
        start = time.perf_counter()
        manage(folder, "manage.py", "verify_record", *options)
        return time.perf_counter() - start

    return seconds("--nightly"), seconds("--processes", "1")


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
        f"`make bench`: {MANY:,} pledges with ten entries each, {'PostgreSQL' if POSTGRES else 'SQLite'}, one granian "
        f"worker, {RUNS} runs of {SECONDS} s, {os.cpu_count()} cores shared with wrk. "
        "Ratios against peers in the same run.", "",
        "| what | goal | median | spread |", "|---|---|---|---|",
        *(
            f"| {what} | {goal} | {value:.{2 if value >= 0.1 else 4}f} | ±{spread:.0%} |"
            for what, goal, value, spread in rows
        ),
    ]  # fmt: skip
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Measure, print and write the table."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is needed to measure: on Debian and Ubuntu, apt install wrk.")
    rows: list[tuple[str, str, float, float]] = []

    def row(what: str, goal: str, measure: Callable[[], float]) -> None:
        if not ONLY.search(what):
            return
        value, spread = median(measure)
        rows.append((what, goal, value, spread))
        if not ONLY.pattern:
            write(rows)
        print(f"{value:8.3f}  ±{spread:4.0%}  {what} (goal {goal})", flush=True)

    with Peers() as peers:
        measure_pages(row, peers)
        measure_peers(row, peers)
        measure_entries(row, peers)
        measure_record(row, peers)
    measure_processes(row)


def ratio(measure: Callable[[], tuple[float, float]]) -> Callable[[], float]:
    """Return what divides the first of two figures by the second."""

    def divided() -> float:
        ours, theirs = measure()
        return ours / theirs

    return divided


def against(peer: Callable[[], str], path: Callable[[], str], how: str = "", **more: Any) -> Callable[[], float]:
    """Return what divides the requests a second of a page by those of a peer."""
    return ratio(lambda: (rate(path(), how, **more)[0], rate(peer())[0]))


class Peers(ExitStack):
    """The servers that are compared, each started when a row needs it first, and stopped at the end."""

    @cached_property
    def many(self) -> int:
        """The process of the tracker that is measured."""
        return self.enter_context(served(installation(MANY)))

    @cached_property
    def few(self) -> str:
        """The start of the addresses of a tracker with 100 pledges."""
        self.enter_context(served(installation(100), FEW_PORT))
        return f"http://127.0.0.1:{FEW_PORT}"

    @cached_property
    def newsroom(self) -> str:
        """The start of the addresses of a tracker with 500 pledges."""
        self.enter_context(served(installation(NEWSROOM), NEWSROOM_PORT))
        return f"http://127.0.0.1:{NEWSROOM_PORT}"

    @cached_property
    def long(self) -> str:
        """The start of the addresses of a tracker with a pledge of a thousand entries."""
        folder = installation(LONG)
        if not (folder / "long").exists():
            manage(folder, "benchmarks/publish.py", "--about", "pledge-9", "990")
            (folder / "long").touch()
        self.enter_context(served(folder, LONG_PORT))
        return f"http://127.0.0.1:{LONG_PORT}"

    @cached_property
    def pictures(self) -> str:
        """The start of the addresses of a tracker with 2,000 pledges."""
        self.enter_context(served(installation(PICTURES), PICTURES_PORT))
        return f"http://127.0.0.1:{PICTURES_PORT}"

    @cached_property
    def nginx(self) -> str:
        """The address of the dashboard as a file."""
        page = subprocess.run(["curl", "-s", self.page("/")()], check=True, capture_output=True).stdout
        return self.enter_context(by_nginx(page))

    @cached_property
    def datasette(self) -> str:
        """The address of the same number of rows in Datasette."""
        return self.enter_context(by_datasette(MANY))

    @cached_property
    def rare(self) -> str:
        """A search for a word that one source has."""
        return f"/?q={rare_word(self.page('')())}"

    def page(self, path: str) -> Callable[[], str]:
        """Return what starts the tracker where it does not run yet, and returns the whole address of a page."""

        def address() -> str:
            if not self.many:
                raise SystemExit("The tracker does not run.")
            return HERE + path

        return address

    def slower(self, path: str, other: str, how: str) -> Callable[[], float]:
        """Return what divides the median time of one page by that of another."""
        return ratio(lambda: (rate(self.page(path)(), how)[1], rate(self.page(other)(), how)[1]))

    def larger(self, path: Callable[[], str], how: str) -> Callable[[], float]:
        """Return what divides the median time of a page of many pledges by that of 100."""
        return ratio(lambda: (rate(self.page(path())(), how)[1], rate(self.few + path(), how)[1]))


_Row = Callable[[str, str, Callable[[], float]], None]


def measure_pages(row: _Row, peers: Peers) -> None:
    """Measure pages against an empty view and against a small tracker."""
    empty, page = peers.page("/empty/"), peers.page
    row("cached dashboard, requests a second / empty view", "≥ 1.1", against(empty, page("/")))

    def unchanged() -> float:
        known = {"If-None-Match": etag(page("/")()), "X-304": "304"}
        return against(empty, page("/"), headers=known)()

    row("304 answer / empty view", "≥ 1.5", unchanged)
    for coding in ("gzip", "br"):
        packed = against(page("/"), page("/"), headers={"Accept-Encoding": coding})
        row(f"cached dashboard in {coding} / the same without", "≥ 1.0", packed)
    row("first visit of the dashboard as it is sent, KB", "≤ 25", lambda: kilobytes_of_first_visit(page("/")()))
    long = lambda: f"{peers.long}/pledges/pledge-9/"  # noqa: E731
    row("pledge with 1,000 entries as it is sent, KB", "≤ 60", lambda: kilobytes(long()))
    row(
        "pledge with 1,000 entries p50 / pledge with ten, nothing kept", "≤ 2",
        ratio(lambda: (rate(long(), "anew")[1], rate(f"{peers.long}/pledges/pledge-7/", "anew")[1])),
    )  # fmt: skip
    row(
        f"pictures of {PICTURES} pledges, nothing kept p50 / dashboard", "≤ 3",
        ratio(lambda: (rate(f"{peers.pictures}/pictures/", "anew")[1], rate(f"{peers.pictures}/", "anew")[1])),
    )  # fmt: skip
    for what, path in (("dashboard", "/?"), ("search", "/?q=fund&"), ("pictures", "/pictures/?")):
        filtered = peers.larger(lambda path=path: f"{path}{THREE_FILTERS}", "anew")
        row(f"{what} with three filters, nothing kept p50, {MANY} / 100", "≤ 2", filtered)
    for what, goals, path in (
        ("dashboard", ("≥ 0.20", "≥ 0.20"), "/"),
        ("pledge page", ("≥ 0.05", "for scale"), "/pledges/pledge-7/"),
        ("source page", ("≥ 0.08", "for scale"), "/sources/source-3/"),
    ):
        row(f"{what}, put together from kept parts / empty view", goals[0], against(empty, page(path), "parts"))
        row(f"{what}, after an entry / empty view", goals[1], against(empty, page(path), "entry"))
        row(f"{what}, nothing of it kept / empty view", "for scale", against(empty, page(path), "anew"))
    row(
        f"dashboard, after an entry / empty view, at {NEWSROOM} pledges", "≥ 0.25",
        against(lambda: f"{peers.newsroom}/empty/", lambda: f"{peers.newsroom}/", "entry"),
    )  # fmt: skip
    front = peers.larger(lambda: "/", "entry")
    row(f"dashboard after an entry p50, {MANY} / 100 pledges", "≤ 1.3", front)
    anew = peers.larger(lambda: "/", "anew")
    row(f"dashboard of which nothing is kept p50, {MANY} / 100 pledges", "for scale", anew)
    for where, number in (("middle", MANY // 50), ("last", MANY // 25)):
        far = peers.slower(f"/?page={number}", "/", "entry")
        row(f"{where} page p50 / first page p50, after an entry", "≤ 1.3", far)
    rare = peers.larger(lambda: peers.rare, "entry")
    row(f"search for a rare word after an entry p50, {MANY} / 100", "≤ 4", rare)
    often = peers.larger(lambda: SEARCH, "entry")
    row(f"search for a word of every fourth pledge, the same, {MANY} / 100", "≤ 2", often)
    then = peers.slower("/?as_of=2025-12-01", "/", "entry")
    row("as of a day p50 / dashboard p50, after an entry", "≤ 1.5", then)


def measure_peers(row: _Row, peers: Peers) -> None:
    """Measure pages against nginx and Datasette, where they are there."""
    if shutil.which("nginx"):
        whole = against(lambda: peers.nginx, peers.page("/"))
        row("cached dashboard / the same page as a file by nginx", "for scale", whole)
    if not DATASETTE:
        return
    facets = "?_size=25&_sort_desc=on_&_facet=status&_facet=theme&_facet=body"
    words = "?_size=25&_search=fund&_facet=status"
    for told, how, goals in (
        ("from kept parts", "parts", ("≥ 20", "≥ 10")),
        ("after an entry", "entry", ("≥ 25", "≥ 5")),
    ):
        front = against(lambda: peers.datasette + facets, peers.page("/"), how)
        row(f"dashboard {told} / datasette with the same facets", goals[0], front)
        found = against(lambda: peers.datasette + words, peers.page(SEARCH), how)
        row(f"search {told} / datasette’s search with a facet", goals[1], found)


def measure_entries(row: _Row, peers: Peers) -> None:
    """Measure pages right after real entries, each asked for once."""
    folder, port = installation(MANY), ENTRIES_PORT
    for what, path in (
        ("dashboard", "/"),
        ("filtered dashboard", "/?status=under-way"),
        ("pledge page", "/pledges/pledge-7/"),
    ):

        def after(path: str = path) -> float:
            with served(folder, port, PAGE_GRACE="0"):
                return ratio(lambda: seconds_after_entries(folder, path, port))()

        row(f"{what} after a real entry, empty view p50 / page p50", "for scale", after)


def measure_record(row: _Row, peers: Peers) -> None:
    """Measure the downloads of the record and its verification."""
    many = installation(MANY)
    grown: list[float] = []

    def rows() -> tuple[float, float]:
        before = megabytes(peers.many)
        figures = rows_a_second(many)
        grown.append(megabytes(peers.many) - before)
        return figures

    row("CSV rows a second / bare cursor", "≥ 0.60", ratio(rows))
    if grown:
        row(f"memory that {MANY * 10} rows as CSV took, MB", "< 50", lambda: max(*grown, 0.01))
    proof, empty = peers.page("/record/proofs/1.json"), peers.page("/empty/")
    proof, empty = peers.page("/record/proofs/1.json"), peers.page("/empty/")
    row("inclusion proof, each another, requests a second / empty view", "≥ 0.3", against(empty, proof, "proofs"))
    packed = peers.page("/record/proofs/1.json.gz")
    row("the same, packed", "≥ 0.3", against(empty, packed, "proofs"))
    whole = ("manage.py", "verify_record", "--processes")
    for what, goal, command in (
        ("verify_record.py, offline, entries a second / bare loop", "≥ 0.5", (str(OFFLINE), "FILE")),
        ("the chain and its words in the database, the same", "≥ 0.5", ("-c", CHAIN)),
        ("manage.py verify_record, with all that readers see, the same", "≥ 0.8", (*whole, "1")),
        ("the same in two processes", "≥ 1.5", (*whole, "2")),
    ):
        checked = lambda command=command: peers.many and entries_a_second(many, *command)  # noqa: E731
        row(what, goal, ratio(checked))
    row("verify_record at night, 1000 new entries / all", "≤ 0.01", ratio(lambda: peers.many and nightly(many)))


def measure_processes(row: _Row) -> None:
    """Measure what commands take."""
    row("cold start / empty Django project", "≤ 2.5", ratio(lambda: cold_start(installation(MANY))))
    row(
        f"publish p50, {MANY * 10} / 1000 entries", "≤ 1.2",
        ratio(lambda: (publishing(installation(MANY)), publishing(installation(100)))),
    )  # fmt: skip
    tool, bare = ("pg_restore", "COPY") if POSTGRES else ("SQLite’s own backup", "executemany")
    row(
        f"restore of {RESTORED * ENTRIES:,} entries, verified, seconds / {tool}", "≤ 2",
        ratio(lambda: restored(installation(RESTORED))),
    )  # fmt: skip
    row(
        f"copy_database of {NEWSROOM * ENTRIES:,} entries, verified, rows a second / {bare}", "≥ 0.3",
        ratio(lambda: copied(installation(NEWSROOM))),
    )  # fmt: skip


SEARCH = "/?q=fund"


if __name__ == "__main__":
    main()
