"""PostgreSQL itself is killed while a process publishes: what was acknowledged is there when it is up again."""

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from django.conf import settings

from tests.stress.test_concurrency import acknowledged, published, start, verify

KILLS = int(os.environ.get("DRILL_POSTMASTER_KILLS", "2"))


class Cluster:
    """A PostgreSQL server of its own, with its own files, run by a user that is not root."""

    def __init__(self, folder: Path) -> None:
        self.data, self.as_user = folder / "cluster", []
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
            runuser = shutil.which("runuser", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
            self.as_user = [str(runuser), "-u", "postgres", "--"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "--no-sync")
        self.up()

    def run(self, *command: str) -> None:
        subprocess.run([*self.as_user, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def up(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        start = ["pg_ctl", "-D", str(self.data), "-o", options, "-w", "-t", "180"]
        start += ["-l", str(self.data / "log"), "start"]
        try:
            self.run(*start)
        except subprocess.CalledProcessError:  # on a busy machine another program may hold the port for a moment
            time.sleep(5)
            self.run(*start)

    def kill(self) -> None:
        """Kill the postmaster, and wait until its children, which see it, have ended."""
        lock = self.data / "postmaster.pid"
        pid = int(lock.read_text().split()[0])
        children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while any(_runs(child) for child in children) and time.monotonic() < deadline:
            time.sleep(0.02)
        if not _runs(str(pid)):  # a container may keep the dead process's number: the server would believe in it
            lock.unlink()

    def down(self) -> None:
        self.run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"


def _runs(pid: str) -> bool:
    """Whether a process runs; one that is dead and not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.skipif("os.environ.get('DATABASE_URL', '').split(':')[0] != 'postgres'", reason="PostgreSQL is killed")
@pytest.mark.skipif("shutil.which('initdb') is None or shutil.which('pg_ctl') is None", reason="no initdb, no pg_ctl")
@pytest.mark.xdist_group("drill")
def test_a_killed_server_loses_nothing_that_was_acknowledged(filled, tmp_path_factory):
    folder = Path(tempfile.mkdtemp(prefix="tracker-server-"))  # pytest's own folders let no other user in
    random.seed(20261124)
    cluster = Cluster(folder)
    environment = {
        "PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path_factory.mktemp("site")), "DATABASE_URL": cluster.url,
        "PYTHONPATH": str(settings.BASE_DIR),
    }  # fmt: skip
    shutil.copy(Path(filled["DATA_DIR"]) / "record_key", environment["DATA_DIR"])  # its entries are signed with it
    log = tmp_path_factory.mktemp("acks") / "log"
    log.touch()
    try:
        copy = subprocess.run(["pg_dump", "--no-owner", filled["DATABASE_URL"]], check=True, capture_output=True)
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", cluster.url], input=copy.stdout, check=True,
                       capture_output=True)  # fmt: skip
        for number in range(KILLS):
            before = len(acknowledged(log))
            writer = start(environment, f"server-{number}", 10_000, log)
            deadline = time.monotonic() + 60
            while len(acknowledged(log)) < before + 20 and writer.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
            time.sleep(random.random() * 0.05)
            cluster.kill()
            writer.wait(60)
            cluster.up()
        heard = acknowledged(log)
        assert len(heard) >= 20 * KILLS
        there = published(environment)
        assert set(heard) <= there
        assert len(there) <= len(heard) + KILLS, "at most the one under way was not acknowledged"
        verify(environment)
    finally:
        cluster.down()
        shutil.rmtree(folder)
