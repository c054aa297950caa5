"""What is missing, full, gone or wrong: what a reader and an editor then see, and that nothing is lost or half done.

Killed processes, power cuts, a killed PostgreSQL and letters that a worker dies over have tests of their own
(tests/stress/test_concurrency.py, test_power_cut.py, test_postmaster.py, tests/alerts/test_sending.py).
"""

import datetime as dt
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.cache import cache, caches
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import Client

from tests.conftest import CASEY_FACTS
from tests.databases import server_url
from tests.desk.conftest import signed_in
from tests.factories import FULL, draft, person, stated, update
from tracker.core.caches import fault_tolerant_redis
from tracker.desk.accounts.permissions import DeskRole
from tracker.ops.health import cache_check
from tracker.pledges.choices import Status
from tracker.pledges.models import Citation, EntryText, RecordEntry, StatusPeriod
from tracker.pledges.record.publish import publish_entry
from tracker.pledges.record.verify import Problem, verify_chain, verify_standings

needs_db = pytest.mark.django_db


def whole() -> bool:
    """Whether the record and what follows from it hold."""
    return not [one for one in verify_chain() if isinstance(one, Problem)] and not list(verify_standings())


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (RecordEntry, EntryText, Citation, StatusPeriod))


class Failing:
    """Let the n-th write to the database fail, as on a full disk."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            self.left -= 1
            if self.left == 0:
                raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)


@needs_db
@pytest.mark.parametrize("number", range(1, 12))
def test_whichever_write_of_a_publication_fails_nothing_of_it_is_there(number):
    about = stated()
    update(about)
    before = rows()
    failed = False
    try:
        with transaction.atomic(), connection.execute_wrapper(Failing(number)):
            update(about, Status.DELIVERED if number % 2 else Status.ANNOUNCED)
    except OperationalError:
        failed = True
    assert failed == (rows() == before)
    assert failed or number > 7, "a publication writes at least as much as is tried here"
    assert whole()


@needs_db
def test_the_control_without_a_transaction_half_of_it_is_there(monkeypatch):
    about = stated()
    before = rows()
    monkeypatch.setattr("tests.factories.publish_entry", publish_entry.__wrapped__)
    with pytest.raises(OperationalError), connection.execute_wrapper(Failing(3)):
        update(about)
    transaction.set_rollback(False)  # look at it, as if nobody had undone it
    assert rows() != before


@needs_db
@pytest.mark.parametrize("number", range(1, 6))
def test_an_editor_is_told_that_nothing_was_saved_and_saves_again(number):
    ada = person("Ada", DeskRole.EDITOR)
    made = draft(ada, evidence=False)
    client = signed_in(ada)
    page = client.get(made.get_absolute_url())
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {
        "version": page.context["version"], "edit_session": page.context["edit_session"],
        "do": "save", "headline": "Typed once",
    }  # fmt: skip
    with connection.execute_wrapper(Failing(number)):
        answer = client.post(made.get_absolute_url(), data)
    made.refresh_from_db()
    if answer.status_code == 503:
        assert "Traceback" not in answer.content.decode()
        assert answer["Retry-After"]
        assert made.headline == FULL["headline"]
        client.post(made.get_absolute_url(), data)
        made.refresh_from_db()
    assert made.headline == "Typed once"


@pytest.fixture(scope="module")
def installation(filled, tmp_path_factory):
    """An installation of its own on SQLite, with the Casey data."""
    folder = tmp_path_factory.mktemp("faults") / "installation"
    shutil.copytree(filled["DATA_DIR"], folder)
    static = filled["STATIC_ROOT"]
    return {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), "STATIC_ROOT": static, "LOG_LEVEL": "ERROR"}


def run(environment, program: str) -> subprocess.CompletedProcess[str]:
    start = "import django; django.setup(); from django.test import Client; "
    values = environment | {"DJANGO_SETTINGS_MODULE": "tracker.settings"}
    return subprocess.run([sys.executable, "-c", start + program], cwd=django_settings.BASE_DIR, env=values,
                          capture_output=True, text=True, check=False, timeout=60)  # fmt: skip


READ = "print([Client(headers={'host': 'localhost'}).get(one).status_code for one in ('/', '/changes/', '/record/')])"
WRITE = """
from tracker.pledges.models import Pledge
from tracker.pledges.record.publish import Evidence, publish_entry
import datetime as dt
about = Pledge.objects.get(slug='nca-cold-cases')
publish_entry(about, status='no-action-found', effective_on=dt.date(2026, 1, 1), looked_until=dt.date(2026, 1, 1),
       headline='x' * 200, explanation='y' * 5000, evidence=[Evidence(about.citations.first().passage)], by='Ada')
"""


@pytest.mark.once
@pytest.mark.xdist_group("disk")
class TestDisk:
    def test_a_full_disk_refuses_to_publish_serves_pages_and_loses_nothing(self, installation):
        full = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        full += "resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))\n"
        # Python keeps no compiled modules meanwhile: it would leave them cut off beside the code.
        refused = run(installation | {"PYTHONDONTWRITEBYTECODE": "1"}, full + WRITE)
        assert refused.returncode != 0
        assert "OperationalError" in refused.stderr
        assert run(installation, READ).stdout.strip() == "[200, 200, 200]"
        held = run(installation, "from django.core.management import call_command; call_command('verify_record')")
        assert re.search(r"(\d+) of \1 entries hold\.", held.stdout), held.stderr
        assert run(installation, WRITE).returncode == 0, "with room again it is published"

    def test_a_file_that_can_only_be_read_serves_pages_and_refuses_to_publish(self, installation):
        file = Path(installation["DATA_DIR"]) / "tracker.sqlite3"
        with sqlite3.connect(file) as database:
            before = database.execute("SELECT count(*) FROM pledges_statusupdate").fetchone()
        for part in (file, file.parent):
            part.chmod(0o555 if part.is_dir() else 0o444)
        drop = "import os; os.getuid() or (os.setgid(65534), os.setuid(65534))\n" if os.getuid() == 0 else ""
        for part in (file.parent, file.parent.parent, file.parent.parent.parent):
            part.chmod(part.stat().st_mode | 0o055)
        try:
            refused = run(installation, drop + WRITE)
            assert refused.returncode != 0
            assert "readonly" in refused.stderr or "unable to open" in refused.stderr or "Permission" in refused.stderr
        finally:
            file.parent.chmod(0o755)
            file.chmod(0o644)
        with sqlite3.connect(file) as database:
            assert database.execute("SELECT count(*) FROM pledges_statusupdate").fetchone() == before
        assert run(installation, READ).stdout.strip() == "[200, 200, 200]"


HOLD = """
import sys, time
from django.db import transaction
with transaction.atomic():
    from tracker.pledges.models import Body
    Body.objects.create(slug='held', name='Held')
    print('in the middle', flush=True)
    sys.stdin.readline()
"""
VERIFY = "from django.core.management import call_command; call_command('verify_record')"


@pytest.mark.once
@pytest.mark.xdist_group("disk")
class TestLimits:
    def test_an_editor_who_is_stopped_in_the_middle_holds_no_reader_and_the_next_is_told(self, installation):
        values = installation | {"DJANGO_SETTINGS_MODULE": "tracker.settings"}
        held = subprocess.Popen([sys.executable, "-c", "import django; django.setup()" + HOLD],
                                cwd=django_settings.BASE_DIR, env=values, text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
        assert held.stdout.readline() == "in the middle\n"
        held.send_signal(signal.SIGSTOP)
        assert run(installation, READ).stdout.strip() == "[200, 200, 200]"
        refused = run(installation, WRITE)
        assert "database is locked" in refused.stderr
        held.send_signal(signal.SIGCONT)
        held.communicate("go on\n", timeout=30)
        assert held.returncode == 0, "it goes on as if nothing had been"
        assert run(installation, WRITE).returncode == 0
        assert "entries hold." in run(installation, VERIFY).stdout

    def test_no_more_files_may_be_opened(self, installation):
        program = (
            "import resource, time, tracker.wsgi; from django.db import connection\n"
            "client = Client(headers={'host': 'localhost'})\n"
            "def read(*paths):\n"
            "    print([client.get(one).status_code for one in paths])\n"
            "    connection.close()\n"
            "read('/', '/changes/', '/record/'); hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
            "resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))\n"
            "read('/'); read('/bodies/', '/checks/', '/pledges/taxi-licensing/')\n"
            "resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard)); time.sleep(1.5)\n"
            "read('/', '/bodies/', '/checks/')\n"
        )
        assert run(installation, program).stdout.splitlines() == [
            "[200, 200, 200]", "[200]", "[503, 503, 503]", "[200, 200, 200]",
        ], "what is kept is shown, as it was"  # fmt: skip

    def test_no_more_memory_may_be_taken(self, installation):
        program = (
            "import resource; from pathlib import Path\n"
            "used = int(Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()\n"
            "resource.setrlimit(resource.RLIMIT_AS, (used + (6 << 20), resource.RLIM_INFINITY))\n"
            "try:\n    bytes(64 << 20)\nexcept MemoryError:\n    print('limited')\n"
            "client = Client(headers={'host': 'localhost'}, raise_request_exception=False)\n"
            "for one in ('/', '/changes/', '/record/', '/data/package.zip'):\n"
            "    answer = client.get(one); print(answer.status_code)\n"
            "    print('Traceback' in (b'' if answer.streaming else answer.content).decode())\n"
        )
        limited, *lines = run(installation, program + WRITE).stdout.splitlines()
        assert limited == "limited"
        assert set(lines[::2]) <= {"200", "500", "503"}, lines
        assert set(lines[1::2]) <= {"False"}
        assert "entries hold." in run(installation, VERIFY).stdout
        assert run(installation, WRITE).returncode == 0

    def test_a_database_that_was_moved_away_is_not_made_anew_in_its_place(self, installation):
        file = Path(installation["DATA_DIR"]) / "tracker.sqlite3"
        aside = file.rename(file.with_name("aside"))
        try:
            assert run(installation, READ).stdout.strip() == "[503, 503, 503]"
            assert run(installation, WRITE).returncode != 0
        finally:
            file.unlink(missing_ok=True)
            aside.rename(file)
        assert run(installation, READ).stdout.strip() == "[200, 200, 200]"

    @pytest.mark.skipif("DRILL_READERS" not in os.environ, reason="part of make drill")
    def test_two_that_start_at_once_make_one_tracker(self, tmp_path):
        environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "LOG_LEVEL": "ERROR"}
        start = "python manage.py migrate -v 0 && python manage.py load_dataset --if-empty"
        start = start.replace("python", sys.executable)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        both = [subprocess.Popen(["sh", "-c", start], cwd=django_settings.BASE_DIR, env=environment, **pipes)
                for _ in range(2)]  # fmt: skip
        told = [one.communicate(timeout=120) for one in both]
        assert 0 in [one.returncode for one in both], told
        subprocess.run(["sh", "-c", start], cwd=django_settings.BASE_DIR, env=environment, check=True)
        assert f"{94 + CASEY_FACTS} of {94 + CASEY_FACTS} entries hold." in run(environment, VERIFY).stdout


@needs_db
def test_a_template_that_is_missing_is_our_error_without_a_trace_and_other_pages_go_on(client, settings, tmp_path):
    shutil.copytree(django_settings.BASE_DIR / "templates", tmp_path / "templates")
    (tmp_path / "templates" / "public" / "about.html").unlink()
    settings.TEMPLATES = [{**django_settings.TEMPLATES[0], "DIRS": [tmp_path / "templates"]}]
    client.raise_request_exception = False
    answer = client.get("/about/")
    assert answer.status_code == 500
    assert "about.html" not in answer.content.decode()
    assert client.get("/methodology/").status_code == 200


def dead_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@needs_db
def test_without_redis_pages_are_served_and_forms_work(client, settings, caplog):
    about = stated(slug="about")
    gone = {
        "BACKEND": "tracker.core.caches.fault_tolerant_redis.FaultTolerantRedisCache",
        "LOCATION": f"redis://127.0.0.1:{dead_port()}/1",
    }
    settings.CACHES = dict.fromkeys(("default", "pages", "parts", "fragments"), gone)
    settings.READ_LIMITS = {"search": 1}
    began = time.monotonic()
    for address in ("/", about.get_absolute_url(), "/?q=pledge", "/?q=pledge", "/report/", "/accounts/login/"):
        assert client.get(address).status_code == 200, address
    assert signed_in(person("Edna Editor", DeskRole.EDITOR)).get("/desk/").status_code == 200
    assert time.monotonic() - began < 10, "nobody waits for what is gone"
    assert caplog.text.count("The cache does not respond: ConnectionError") == 1, "it is not asked for each page"
    assert cache.get("x", "nothing") == "nothing"
    assert cache.get_many(["x"]) == {}
    assert cache.add("x", 0)
    assert cache.incr("x") == 1
    assert not cache_check().ok


@needs_db
def test_without_redis_a_worker_keeps_pages_itself_and_redis_is_asked_again(
    client, settings, django_assert_num_queries, monkeypatch
):
    stated(slug="about")
    port = dead_port()
    gone = {
        "BACKEND": "tracker.core.caches.fault_tolerant_redis.FaultTolerantRedisCache",
        "LOCATION": f"redis://127.0.0.1:{port}/1",
    }
    settings.CACHES = {name: gone | {"KEY_PREFIX": name} for name in ("default", "pages", "parts", "fragments")}
    first = client.get("/")
    assert caches["pages"].get(first["ETag"]) is not None
    with django_assert_num_queries(1):
        assert client.get("/").content == first.content
    silent_from = time.monotonic()
    with socket.create_server(("127.0.0.1", port)) as server:
        server.settimeout(0)
        for seconds, is_asked in (
            (fault_tolerant_redis.RETRY_SECONDS - 2, False),
            (fault_tolerant_redis.RETRY_SECONDS + 2, True),
        ):
            monkeypatch.setattr(fault_tolerant_redis, "monotonic", lambda seconds=seconds: silent_from + seconds)
            caches["pages"].get("x")
            with nullcontext() if is_asked else pytest.raises(BlockingIOError):
                server.accept()[0].close()


@needs_db
def test_several_addresses_of_redis_are_one_cache(client, settings):
    gone = {
        "BACKEND": "tracker.core.caches.fault_tolerant_redis.FaultTolerantRedisCache",
        "LOCATION": [f"redis://127.0.0.1:{dead_port()}/1", f"redis://127.0.0.1:{dead_port()}/1"],
    }
    settings.CACHES = dict.fromkeys(("default", "pages", "parts", "fragments"), gone)
    assert client.get("/about/").status_code == 200


def redis_answers() -> bool:
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", 6379)) == 0


@needs_db
@pytest.mark.once
def test_with_redis_pages_are_shared_by_workers(client, settings):
    if not redis_answers():
        pytest.skip("Redis is not running here")
    there = {"BACKEND": "tracker.core.caches.fault_tolerant_redis.FaultTolerantRedisCache", "LOCATION": "redis://127.0.0.1:6379/9",
             "KEY_PREFIX": f"test-{os.getpid()}"}  # fmt: skip
    settings.CACHES = {name: there | {"KEY_PREFIX": f"test-{os.getpid()}-{name}"}
                       for name in ("default", "pages", "parts", "fragments")}  # fmt: skip
    about = stated(slug="about")
    first = client.get("/")
    assert caches["pages"].get(first["ETag"]) is not None
    assert Client().get("/").content == first.content
    update(about, headline="Just published")
    assert "Just published" in client.get("/pledges/about/").content.decode()
    for name in settings.CACHES:
        caches[name].clear()


@needs_db
def test_a_clock_that_goes_back_never_takes_the_record_with_it():
    about = stated()
    with time_machine.travel("2026-11-26T12:00:00Z"):
        later = update(about)
    with time_machine.travel("2026-11-25T12:00:00Z"):
        back = update(about, Status.ANNOUNCED, on=dt.date(2026, 11, 20))
    assert back.published_at == later.published_at
    assert whole()


def test_a_connection_that_was_lost_between_two_requests_is_made_anew(committed_about):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connection that could be lost")
    client = Client(raise_request_exception=False)
    assert client.get("/").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    import psycopg

    with psycopg.connect(server_url(), autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s)", [pid])
    # Each of them asks for the edition first, which shows that the connection is gone.
    assert client.get("/sources/").status_code == 200
    assert client.get("/changes/").status_code == 200


@pytest.fixture
def committed_about(committed_db):
    """A pledge that another connection sees too."""
    return stated()


@needs_db
def test_a_database_error_of_any_kind_leaves_no_trace_in_an_answer(monkeypatch):
    stated()
    client = Client(raise_request_exception=False)

    def broken(*_, **__):
        raise DatabaseError("secret words of the database")

    monkeypatch.setattr("tracker.pledges.derived.counts.count_pledges", broken)
    answer = client.get("/")
    assert answer.status_code in (500, 503)
    assert "secret words" not in answer.content.decode()
