"""Servers that tests start for themselves: PostgreSQL with its own files, a standby of it, pgbouncer in front."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.databases import POOLED, on_postgresql

PROGRAMS = os.pathsep.join([os.environ["PATH"], *map(str, Path("/usr/lib/postgresql").glob("*/bin"))])
PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
SOON = 15.0
"""Seconds within which something is to be seen, on a machine that has much else to do."""

on_postgresql_alone = pytest.mark.skipif(not on_postgresql(), reason="says something of PostgreSQL alone")
with_server_programs = pytest.mark.skipif(
    not all(shutil.which(name, path=PROGRAMS) for name in ("initdb", "pg_ctl", "pg_basebackup")),
    reason="no initdb, pg_ctl or pg_basebackup",
)
with_pgbouncer = pytest.mark.skipif(
    PGBOUNCER is None or POOLED in os.environ,
    reason="pgbouncer is not installed (apt install pgbouncer), or this run is through it",
)


def free_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(condition: Callable[[], object], seconds: float = SOON, what: str = "") -> None:
    """Wait until a condition holds; fail after so many seconds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.05)


@contextmanager
def server_folder() -> Iterator[Path]:
    """Make a folder that the user of PostgreSQL may write: pytest's own let no other user in."""
    folder = Path(tempfile.mkdtemp(prefix="tracker-server-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


class PostgresServer:
    """A PostgreSQL server with its own files, run by a user that is not root. ``options`` are of its command line."""

    def __init__(self, folder: Path, name: str, options: str = "") -> None:
        self.data, self.options = folder / name, options
        runuser = shutil.which("runuser", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
        self.as_user = [str(runuser), "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.port = free_port()

    @property
    def url(self) -> str:
        """The address of its first database."""
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def run(self, *command: str) -> None:
        """Run one of PostgreSQL's own programs as its user."""
        program = shutil.which(command[0], path=PROGRAMS)
        done = subprocess.run([*self.as_user, str(program), *command[1:]], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)  # fmt: skip
        assert done.returncode == 0, done.stderr

    def create(self, *, from_url: str = "") -> None:
        """Make its files, start it, and copy a database into it."""
        self.run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "--no-sync")
        with (self.data / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write("host replication all 127.0.0.1/32 trust\n")
        self.up()
        if from_url:
            copy = subprocess.run(["pg_dump", "--no-owner", from_url], check=True, capture_output=True)
            subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", self.url], input=copy.stdout, check=True,
                           capture_output=True)  # fmt: skip

    def create_standby(self, of: "PostgresServer", name: str = "") -> None:
        """Make its files as a streaming standby of a server, and start it."""
        conninfo = of.url + (f"?application_name={name}" if name else "")
        self.run("pg_basebackup", "-d", conninfo, "-D", str(self.data), "-R", "-X", "stream", "--checkpoint=fast",
                 "--no-sync")  # fmt: skip
        self.up()

    def up(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {self.options}"
        start = ["pg_ctl", "-D", str(self.data), "-o", options, "-w", "-t", "180", "-l", f"{self.data}.log", "start"]
        try:
            self.run(*start)
        except AssertionError:  # on a busy machine another program may hold the port for a moment
            time.sleep(5)
            self.run(*start)

    def down(self) -> None:
        """Stop it at once, as a machine that loses its power."""
        self.run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")

    def promote(self) -> None:
        """Make a standby a primary."""
        self.run("pg_ctl", "-D", str(self.data), "-w", "promote")

    def kill(self) -> None:
        """Kill the postmaster, and wait until its children, which see it, have ended."""
        lock = self.data / "postmaster.pid"
        pid = int(lock.read_text().split()[0])
        children = _children(pid)
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while any(_runs(child) for child in children) and time.monotonic() < deadline:
            time.sleep(0.02)
        if not _runs(pid):  # a container may keep the dead process's number: the server would believe in it
            lock.unlink()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the server and each process that it has."""
        main = int((self.data / "postmaster.pid").read_text().split()[0])
        for process in (main, *_children(main)):
            os.kill(process, number)

    def ask(self, sql: str, *values: object) -> list[tuple]:
        """Return the rows of a query."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _runs(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


@contextmanager
def pgbouncer(server: str) -> Iterator[int]:
    """Run pgbouncer in transaction mode before the server of an address, and yield its port.

    Each transaction gets the session that rested longest, so that two in a row rarely have the same.
    """
    parts, port = urlsplit(server), free_port()
    folder = Path(tempfile.mkdtemp(prefix="tracker-pooler-"))
    folder.chmod(0o755)
    login = f"user={parts.username}" + (f" password={parts.password}" if parts.password else "")
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host={parts.hostname} port={parts.port or 5432} {login}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
        "pool_mode = transaction\ndefault_pool_size = 4\nmin_pool_size = 3\nserver_round_robin = 1\n"
        "max_client_conn = 400\n",
        encoding="utf-8",
    )
    user = ["-u", "postgres"] if os.geteuid() == 0 else []
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([str(PGBOUNCER), *user, str(folder / "pgbouncer.ini")], stdout=log, stderr=log)
    try:
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < until, (folder / "log").read_text()
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder)
