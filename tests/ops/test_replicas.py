"""Readers on a real standby: the same answers, never an earlier one, and pages while a server is away."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
import yaml
from django.conf import settings

from tests.servers import (
    PROGRAMS,
    SOON,
    PostgresServer,
    free_port,
    on_postgresql_alone,
    server_folder,
    wait_for,
    with_server_programs,
)

pytestmark = [on_postgresql_alone, with_server_programs, pytest.mark.xdist_group("replicas")]
MAX_LAG = 2
SERVER_OPTIONS = "-c fsync=off -c log_statement=all"
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


class Site:
    """A primary, its standby, a server of pages that knows both, and a desk that publishes."""

    def __init__(self, folder: Path, environment: dict[str, str], *, desk: list[str] | None = None) -> None:
        """Start all of it. ``desk`` is the command that publishes, if not one entry for each line that it is sent."""
        self.folder, self.started = folder, []
        self.primary = PostgresServer(folder, "primary", SERVER_OPTIONS)
        self.standby = PostgresServer(folder, "standby", SERVER_OPTIONS)
        self.primary.create(from_url=environment["DATABASE_URL"])
        self.standby.create_standby(self.primary)
        both = f"127.0.0.1:{self.primary.port},127.0.0.1:{self.standby.port}"
        self.environment = environment | {
            "DATABASE_URL": f"postgres://postgres@{both}/postgres?target_session_attrs=read-write",
            "DATABASE_REPLICA_URL": self.replica_urls, "REPLICA_MAX_LAG": str(MAX_LAG), "LOG_LEVEL": "ERROR",
            "EMAIL_URL": "smtp://127.0.0.1:9",  # else nobody is asked for an address
            "SEARCH_LIMIT": "0", "CLIENT_BUDGET": "0", "DATA_DIR": str(folder / "site"),
        }  # fmt: skip
        shutil.copytree(environment["DATA_DIR"], folder / "site")
        self.port = free_port()
        granian = Path(sys.executable).with_name("granian")
        self.start([str(granian), "--interface", "wsgi", "--port", str(self.port), "--blocking-threads", "4",
                    "--no-log", "tracker.wsgi:application"])  # fmt: skip
        command = desk or [sys.executable, "-c", PUBLISH]
        self.desk = self.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.page = self.desk.stdout.readline().strip()
        wait_for(self.answers)
        wait_for(lambda: self.replica_is("in use"))

    @property
    def replica_urls(self) -> str:
        return self.standby.url

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


@pytest.fixture(scope="module")
def site(filled) -> Iterator[Site]:
    with server_folder() as folder:
        made = Site.__new__(Site)
        made.started, made.folder = [], folder
        try:
            made.__init__(folder, filled)
            yield made
        finally:
            made.end()


def asked_pages(server: PostgresServer) -> int:
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
    site.standby.promote()
    wait_for(lambda: site.replica_is("it is the primary"))
    wait_for(lambda: site.get("/health/ready")[0] == 200)
    later = [site.publish(f"Later one, {number}") for number in range(40)]
    assert not set(later) & set(lost)
    for path in (site.page, "/changes/"):
        wait_for(lambda path=path: "Later one" in site.get(path)[1], 8, path)
    for path in (site.page, "/", "/changes/", "/?q=later", "/?q=lost"):
        assert "Lost one" not in site.get(path)[1], path


def answers(server: PostgresServer) -> bool:
    """Whether a server takes questions."""
    try:
        return bool(server.ask("SELECT 1"))
    except psycopg.OperationalError:
        return False


def test_the_standby_of_the_compose_file_begins_in_a_volume_that_lets_everybody_in():
    """Docker makes a volume with the mode of the image's folder, 1777: PostgreSQL refuses to run in it."""
    text = (settings.BASE_DIR / "deploy" / "compose-scaled.yml").read_text(encoding="utf-8")
    script = yaml.safe_load(text)["services"]["standby"]["command"][2].replace("$$", "$")
    with server_folder() as folder:
        primary, standby = PostgresServer(folder, "primary", "-c fsync=off"), PostgresServer(folder, "standby")
        primary.create()
        standby.data.mkdir()
        standby.data.chmod(0o1777)
        if os.geteuid() == 0:
            shutil.chown(standby.data, "postgres")
        script = script.replace("-h db -U tracker", f"-h 127.0.0.1 -p {primary.port} -U postgres")
        script += f" -p {standby.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        command = [*standby.as_user, "env", f"PGDATA={standby.data}", f"PATH={PROGRAMS}", "sh", "-c", script]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            wait_for(lambda: answers(standby) or process.poll() is not None, 60)
            assert process.poll() is None, (folder / "log").read_text()
            assert standby.ask("SELECT pg_is_in_recovery()") == [(True,)]
            standby.down()
        finally:
            process.kill()
            process.wait()
            primary.down()
