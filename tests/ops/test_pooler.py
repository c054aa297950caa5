"""Every command and page behind pgbouncer in transaction mode, where no session lasts longer than a transaction."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings

from tests.databases import database
from tests.servers import on_postgresql_alone, pgbouncer, with_pgbouncer

pytestmark = [on_postgresql_alone, with_pgbouncer, pytest.mark.xdist_group("pooler")]

COMMANDS = """
import datetime as dt, sys
from pathlib import Path
from django.core.management import call_command
from django.db import connection
call_command("migrate", "ops", "zero", verbosity=0)
call_command("migrate", verbosity=0)
call_command("check", "--database", "default")
call_command("load_dataset")
call_command("verify_record")
call_command("verify_record", "--processes", "2")
for name in ("rebuild_search", "rebuild_standings", "store_counts", "build_package"):
    call_command(name)
call_command("run_worker", "--rounds=1", "--every=0")
call_command("grant_database_role", sys.argv[-1])
from tracker.ops.health import pooler
print("pooler:", pooler().detail)
"""
PAGES = """
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from tests.factories import pledge, update
from tracker.core.database_wait import set_database_wait
from tracker.pledges.models import Pledge
client = Client()
about = Pledge.objects.order_by("pk").first()
update(about)
for address in ("/", "/changes/", about.get_absolute_url(), "/?q=inquiry", "/data/pledges.csv",
                "/record/record.ndjson", "/api/v1/pledges", "/health/ready", "/accounts/login/"):
    for _ in range(2):
        answer = client.get(address)
        text = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code == 200 and text, (address, answer.status_code)
set_database_wait(0.1)
try:
    connection.cursor().execute("SELECT pg_sleep(20)")
except OperationalError as error:
    print("ended:", str(error).splitlines()[0])
assert list(Pledge.objects.values_list("pk").filter(pk=about.pk)) == [(about.pk,)]
with transaction.atomic():
    try:
        with transaction.atomic():
            Pledge.objects.filter(pk=about.pk).update(slug=None)
    except IntegrityError:
        print("of two, the inner one was undone:", Pledge.objects.filter(pk=about.pk, slug=about.slug).exists())
set_database_wait(None)
connection.cursor().execute("SELECT pg_sleep(0.6)")
"""

LOST_CURSOR = """
import psycopg
from tracker.sources.models import Passage
passages = Passage.objects.iterator(2)
next(passages)
with psycopg.connect(os.environ["DATABASE_URL"], prepare_threshold=None) as another:
    another.execute("SELECT 1")  # it has the session with the cursor until its transaction ends
    list(passages)
"""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a pgbouncer in front of this run's server."""
    with pgbouncer(os.environ["DATABASE_URL"]) as port:
        yield port


@pytest.fixture
def pooled(installation, port) -> dict[str, str]:
    """The environment of an installation behind the pooler."""
    address = installation["DATABASE_URL"]
    behind = re.sub(r"@[^/]*", f"@127.0.0.1:{port}", address)
    return installation | {"DATABASE_URL": behind, "DATABASE_DIRECT_URL": address}


def run(environment: dict[str, str], program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    start = "import django, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'tracker.settings'; django.setup()\n"
    return subprocess.run([sys.executable, "-c", start + program, *arguments], cwd=settings.BASE_DIR, text=True,
                          env=environment | {"ALLOWED_HOSTS": "*"}, capture_output=True)  # fmt: skip


def manage(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, text=True,
                          env=environment, capture_output=True)  # fmt: skip


def test_commands_run_behind_the_pooler(pooled):
    role = database("CREATE ROLE {name}")
    try:
        done = run(pooled, COMMANDS, role)
        assert done.returncode == 0, done.stderr[-3000:]
        assert "pooler: both addresses lead to the same database" in done.stdout
        assert f"“{role}” may read and append to the record" in done.stdout
        assert "failed" not in done.stderr
    finally:
        with psycopg.connect(pooled["DATABASE_DIRECT_URL"], autocommit=True) as server:
            server.execute(f"DROP OWNED BY {role}")
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
            server.execute(f"DROP ROLE {role}")


def test_pages_wait_no_longer_and_leave_no_limit_to_others(pooled, port):
    done = run(pooled, PAGES)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "ended: canceling statement due to statement timeout" in done.stdout
    assert "of two, the inner one was undone: True" in done.stdout
    with psycopg.connect(pooled["DATABASE_URL"], autocommit=True, prepare_threshold=None) as session:
        seen = {session.execute("SELECT pg_backend_pid(), current_setting('lock_timeout'), "
                                "current_setting('statement_timeout'), current_setting('search_path')").fetchone()
                for _ in range(12)}  # fmt: skip
    assert len(seen) > 1, "several sessions were asked"
    assert {limits for _, *limits in map(tuple, seen) for limits in [tuple(limits)]} == {("0", "0", '"$user", public')}


def test_a_backup_is_made_and_restored_past_the_pooler(pooled, tmp_path):
    made = manage(pooled, "backup", str(tmp_path / "backups"))
    assert made.returncode == 0, made.stderr
    folder = made.stdout.split(": ")[0]
    before = re.search(r"/([^/]+)$", pooled["DATABASE_DIRECT_URL"])[1]
    done = manage(pooled, "restore", folder, "--force")
    assert done.returncode == 0, done.stderr
    assert re.search(r"Restored\. (\d+) of \1 entries hold\.", done.stdout)
    assert run(pooled, "from tracker.pledges.models import Pledge\nassert Pledge.objects.exists()").returncode == 0
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        names = [name for (name,) in server.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{before[:30]}_"])]  # fmt: skip
        for name in names:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    assert [name.split("_before_")[0] for name in names] == [before[:30]], "kept beside, and nothing left over"


def test_the_control_without_the_second_address_the_program_says_so(pooled):
    del pooled["DATABASE_DIRECT_URL"]
    read = run(pooled, LOST_CURSOR)
    assert read.returncode != 0, "a cursor outlives its transaction"
    assert "cursor" in read.stderr
    looked = manage(pooled, "doctor")
    assert "ILL   pooler: DATABASE_URL leads to a pooler. Set DATABASE_DIRECT_URL" in looked.stdout
