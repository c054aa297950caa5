"""Readers on a real standby: the same answers, never an earlier one, and pages while a server is away."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from django.conf import settings

from tests.databases import on_postgresql

PROGRAMS = os.pathsep.join([os.environ["PATH"], *map(str, Path("/usr/lib/postgresql").glob("*/bin"))])
pytestmark = [
    pytest.mark.skipif(not on_postgresql(), reason="replicas are PostgreSQL's"),
    pytest.mark.skipif(
        not all(shutil.which(name, path=PROGRAMS) for name in ("initdb", "pg_ctl", "pg_basebackup")),
        reason="no initdb, pg_ctl or pg_basebackup",
    ),
    pytest.mark.xdist_group("replicas"),
]
MAX_LAG = 2
SOON = 15.0
"""Seconds within which something is to be seen, on a machine that has much else to do."""
ADDRESSES = (
    "/", "/?status=none-found", "/?q=inquiry", "/changes/", "/sources/", "/checks/", "/bodies/", "/corrections/",
    "/record/", "/pictures/", "/methodology/", "/reviews/", "/recommended-before/", "/sitemap.xml", "/feed.atom",
    "/data/", "/data/pledges.csv", "/data/updates.json", "/record/record.ndjson", "/record/log/checkpoint",
    "/api/v1/pledges", "/deadlines.ics", "/?as_of=2025-09-01",
)  # fmt: skip
PUBLISH = """
import django, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
django.setup()
from django.db import close_old_connections
from tests.factories import update
from tracker.pledges.derived.data_versions import data_version
from tracker.pledges.models import Pledge
about = Pledge.objects.order_by("slug").first()
print(about.get_absolute_url(), flush=True)
for line in sys.stdin:
    close_old_connections()
    update(about, headline=line.strip())
    print(data_version(), flush=True)
"""


class Server:
    """A PostgreSQL server with its own files, run by a user that is not root."""

    def __init__(self, folder: Path, name: str) -> None:
        self.data = folder / name
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def run(self, *command: str) -> None:
        done = subprocess.run([*self.as_user, shutil.which(command[0], path=PROGRAMS), *command[1:]],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)  # fmt: skip
        assert done.returncode == 0, done.stderr

    def up(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        options += " -c fsync=off -c log_statement=all"
        self.run("pg_ctl", "-D", str(self.data), "-o", options, "-w", "-l", f"{self.data}.log", "start")

    def down(self) -> None:
        self.run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the server and each process that it has."""
        main = (self.data / "postmaster.pid").read_text().split()[0]
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        for process in (main, *children):
            os.kill(int(process), number)

    def ask(self, sql: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"


class Site:
    """A primary, its standby, a server of pages that knows both, and a desk that publishes."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.started = folder, []
        self.primary, self.standby = Server(folder, "primary"), Server(folder, "standby")
        self.primary.run("initdb", "-D", str(self.primary.data), "-U", "postgres", "-A", "trust", "--no-sync")
        with (self.primary.data / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write("host replication all 127.0.0.1/32 trust\n")
        self.primary.up()
        copy = subprocess.run(["pg_dump", "--no-owner", environment["DATABASE_URL"]], check=True, capture_output=True)
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", self.primary.url], input=copy.stdout, check=True,
                       capture_output=True)  # fmt: skip
        self.standby.run("pg_basebackup", "-d", self.primary.url, "-D", str(self.standby.data), "-R", "-X", "stream",
                         "--checkpoint=fast", "--no-sync")  # fmt: skip
        self.standby.up()
        both = f"127.0.0.1:{self.primary.port},127.0.0.1:{self.standby.port}"
        self.environment = environment | {
            "DATABASE_URL": f"postgres://postgres@{both}/postgres?target_session_attrs=read-write",
            "DATABASE_REPLICA_URL": self.standby.url, "REPLICA_MAX_LAG": str(MAX_LAG), "LOG_LEVEL": "ERROR",
            "SEARCH_LIMIT": "0", "CLIENT_BUDGET": "0", "DATA_DIR": str(folder / "site"),
        }  # fmt: skip
        shutil.copytree(environment["DATA_DIR"], folder / "site")
        subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"],
                       cwd=settings.BASE_DIR, env=self.environment, check=True)  # fmt: skip
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        granian = Path(sys.executable).with_name("granian")
        self.start([str(granian), "--interface", "wsgi", "--port", str(self.port), "--blocking-threads", "4",
                    "--no-log", "tracker.wsgi:application"])  # fmt: skip
        self.desk = self.start([sys.executable, "-c", PUBLISH], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.page = self.desk.stdout.readline().strip()
        wait_for(self.answers)
        wait_for(lambda: self.replica_is("in use"))

    def start(self, command: list[str], **options: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=self.environment, text=True,
                                   start_new_session=True, **options)  # fmt: skip
        self.started.append(process)
        return process

    def answers(self) -> bool:
        try:
            return self.get("/health/live")[0] == 200
        except OSError:
            return False

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        return self.send("GET", path, "", **headers)

    def send(self, method: str, path: str, body: str, **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        origin = f"http://127.0.0.1:{self.port}"
        kind = "application/x-www-form-urlencoded"
        return self.send("POST", path, urlencode(fields), Origin=origin, **{"Content-Type": kind})

    def replica_is(self, words: str) -> bool:
        return f"replica 1: {words}" in self.ready()

    def ready(self) -> str:
        return self.get("/health/ready")[1]

    def publish(self, headline: str) -> int:
        """Return the version of the data with it."""
        self.desk.stdin.write(f"{headline}\n")
        self.desk.stdin.flush()
        return int(self.desk.stdout.readline())

    def end(self) -> None:
        for process in self.started:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()  # and closes what leads to it
        for server in (self.standby, self.primary):
            if (server.data / "postmaster.pid").exists():
                server.down()
        shutil.rmtree(self.folder)


def wait_for(condition: Callable[[], object], seconds: float = SOON, what: str = "") -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.05)


@pytest.fixture(scope="module")
def site(filled) -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="tracker-replicas-"))  # pytest's own folders let no other user in
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    made = Site.__new__(Site)
    made.started, made.folder = [], folder
    try:
        made.__init__(folder, filled)
        yield made
    finally:
        made.end()


def asked_pages(server: Server) -> int:
    """Return how often rows of pages were read from a server."""
    log = Path(f"{server.data}.log").read_text(encoding="utf-8", errors="replace")
    return len(re.findall(r'FROM "(?:pledges_pledge|pledges_statusupdate|sources_source)"', log))


def test_readers_ask_the_replica_and_get_the_same(site):
    """The control: who says to be signed in gets every page from the primary."""
    before = asked_pages(site.primary), asked_pages(site.standby)
    answers = {path: site.get(path) for path in (*ADDRESSES, site.page)}
    assert asked_pages(site.standby) > before[1]
    assert asked_pages(site.primary) == before[0]
    for path, (status, text) in answers.items():
        assert status == 200, path
        assert (status, text) == site.get(path, Cookie="sessionid=nobody-is-signed-in"), path
    assert asked_pages(site.primary) > before[0]


def test_nobody_is_shown_an_earlier_page_while_the_replica_is_behind(site):
    site.standby.ask("SELECT pg_wal_replay_pause()")
    try:
        site.publish("Paused one")
        wait_for(lambda: "Paused one" in site.get(site.page)[1], 8)
        for _ in range(20):
            assert "Paused one" in site.get(site.page)[1]
            assert "Paused one" in site.get(f"{site.page}?again={_}")[1]
        status, _ = site.post("/report/", what="x")
        assert status == 422
        wait_for(lambda: re.search(r"replica 1: \d+ s behind", site.ready()))
        doctor = subprocess.run([sys.executable, "manage.py", "doctor"], cwd=settings.BASE_DIR, text=True,
                                env=site.environment, capture_output=True)  # fmt: skip
        assert "ILL   replicas" in doctor.stdout, doctor.stdout
    finally:
        site.standby.ask("SELECT pg_wal_replay_resume()")
    wait_for(lambda: site.replica_is("in use"))
    assert "Paused one" in site.get(site.page)[1]


def test_no_page_is_lost_with_a_replica(site):
    wait_for(lambda: site.replica_is("in use"))
    site.standby.down()
    try:
        for number in range(10):
            assert site.get(f"/?q=inquiry+{number}")[0] == 200
        wait_for(lambda: site.replica_is("it does not respond"))
        assert site.get("/health/ready")[0] == 200
    finally:
        site.standby.up()
    wait_for(lambda: site.replica_is("in use"))


def test_a_replica_that_hangs_holds_no_reader_for_long(site):
    """Its kernel still acknowledges what is sent, so no limit of a connection ends."""
    wait_for(lambda: site.replica_is("in use"))
    with ThreadPoolExecutor(8) as pool:  # so that each thread of the site has a connection: to make one has a limit
        assert {status for status, _ in pool.map(site.get, [f"/changes/?page={number}" for number in range(40)])} == {
            200
        }
    site.standby.signal(signal.SIGSTOP)
    try:
        start = time.monotonic()
        for number in range(8):
            assert site.get(f"/?q=hanging+{number}")[0] == 200
        assert time.monotonic() - start < SOON
        wait_for(lambda: site.replica_is("it does not respond"))
    finally:
        site.standby.signal(signal.SIGCONT)
    wait_for(lambda: site.replica_is("in use"))


def test_without_the_primary_pages_are_shown_and_a_form_gives_the_words_back(site):
    wait_for(lambda: site.replica_is("in use"))
    made = re.search(r'name="made" value="([^"]+)"', site.get("/report/")[1])[1]
    time.sleep(2.1)  # nobody fills it in faster
    site.primary.down()
    try:
        for number in range(5):
            assert site.get(f"/?q=statement+{number}")[0] == 200, "made anew by the replica"
        status, text = site.post("/report/", made=made, what="What I saw on that page was wrong.", website="")
        assert status == 503
        assert "What I saw on that page was wrong." in text
        assert "Send it again" in text
        assert "csrfmiddlewaretoken" not in text, "a guest form sets no cookie"
        status, text = site.post("/follow/", made=made, email="reader@example.org", frequency="weekly", website="")
        assert status == 503
        assert 'value="reader@example.org"' in text
        status, text = site.post("/accounts/login/", login="ada", password="a long secret phrase")
        assert status in (403, 503)
        assert "a long secret phrase" not in text
        for path in ("/desk/", "/admin/", "/changes/"):
            assert site.get(path, Cookie="sessionid=nobody-is-signed-in")[0] == 503, path
        assert site.get("/health/ready")[0] == 503
    finally:
        site.primary.up()
    wait_for(lambda: site.get("/health/ready")[0] == 200)
    site.publish("After the outage")
    wait_for(lambda: "After the outage" in site.get(site.page)[1], 8)
    wait_for(lambda: site.replica_is("in use"))


def test_what_was_lost_with_a_primary_is_never_shown_under_the_version_of_what_came_after(site):
    wait_for(lambda: site.replica_is("in use"))
    site.standby.ask("ALTER SYSTEM SET primary_conninfo = ''")
    site.standby.ask("SELECT pg_reload_conf()")
    wait_for(lambda: site.standby.ask("SELECT count(*) FROM pg_stat_wal_receiver") == [(0,)])
    lost = [site.publish(f"Lost one, {number}") for number in range(40)]  # past the keys that a standby leaves out
    site.get("/?q=lost")
    for path in (site.page, "/changes/"):
        wait_for(lambda path=path: "Lost one" in site.get(path)[1], 8, path)
    site.primary.down()
    site.standby.run("pg_ctl", "-D", str(site.standby.data), "-w", "promote")
    wait_for(lambda: site.replica_is("it is the primary"))
    wait_for(lambda: site.get("/health/ready")[0] == 200)
    later = [site.publish(f"Later one, {number}") for number in range(40)]
    assert not set(later) & set(lost)
    for path in (site.page, "/changes/"):
        wait_for(lambda path=path: "Later one" in site.get(path)[1], 8, path)
    for path in (site.page, "/", "/changes/", "/?q=later", "/?q=lost"):
        assert "Lost one" not in site.get(path)[1], path
