"""Two versions of the code on one database: readers read on while it is upgraded, and each sees what the other writes.

The older version is DRILL_OLD_VERSION, or the one before the newest migration.
"""

import http.client
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings

from tests.databases import address_of, database, on_postgresql
from tests.servers import free_port, wait_for

ROOT = Path(settings.BASE_DIR)
PAGES = [
    "/", "/?status=none-found", "/?q=inquiry", "/?as_of=2025-09-01", "/changes/", "/sources/", "/record/",
    "/pictures/", "/data/pledges.csv", "/api/v1/pledges", "/feed.atom", "/report/", "/accounts/login/",
    "/record/log/checkpoint",
]  # fmt: skip
PUBLISH = """
import datetime as dt, sys, django
django.setup()
from tracker.pledges.models import Pledge
from tracker.pledges.record.publish import Evidence, publish_entry
about = Pledge.objects.order_by("slug").first()
publish_entry(about, status="no-action-found", effective_on=dt.date(2026, 11, 1), looked_until=dt.date(2026, 11, 1),
              headline=sys.argv[1], evidence=[Evidence(about.citations.first().passage)], by="A", approved_by="B")
print(about.get_absolute_url())
"""


class Version:
    """One version of the code, on the database that both share."""

    def __init__(self, code: Path, environment: dict[str, str], stack: ExitStack) -> None:
        self.code, self.port, self.stack = code, free_port(), stack
        self.environment = environment | {"PYTHONPATH": str(code), "STATIC_ROOT": str(code / "build" / "static")}

    def run(self, *command: str) -> str:
        done = subprocess.run([sys.executable, *command], cwd=self.code, env=self.environment, capture_output=True,
                              text=True)  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.strip()

    def serve(self) -> None:
        self.run("manage.py", "collectstatic", "--noinput", "-v", "0")
        command = [Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--port", str(self.port),
                   "--blocking-threads", "4", "--no-log", "tracker.wsgi:application"]  # fmt: skip
        server = subprocess.Popen(command, cwd=self.code, env=self.environment, start_new_session=True)
        self.stack.callback(lambda: (server.terminate(), server.wait(30)))
        wait_for(lambda: self.get("/health/live")[0] == 200, 60)

    def get(self, path: str, method: str = "GET", body: str = "", **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            connection.close()

    def report(self, words: str) -> int:
        """Send the form that reports an error; return what was answered."""
        made = re.search(r'name="made" value="([^"]+)"', self.get("/report/")[1])[1]
        time.sleep(2.1)  # nobody fills it in faster
        headers = {
            "Origin": f"http://127.0.0.1:{self.port}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        fields = urlencode({"made": made, "what": words, "website": "", "page": "/"})
        return self.get("/report/", "POST", fields, **headers)[0]


@contextmanager
def older_code(folder: Path) -> Iterator[Path]:
    """Check out the older version into a folder."""
    version = os.environ.get("DRILL_OLD_VERSION", "")
    if not version:
        newest = ["git", "log", "-1", "--format=%H", "--diff-filter=A", "--", ":(glob)tracker/*/migrations/*.py"]
        version = subprocess.run(newest, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip() + "^"
    add = ["git", "worktree", "add", "--quiet", "--detach", str(folder), version]
    subprocess.run(add, cwd=ROOT, check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", str(folder)], cwd=ROOT, check=True)


def read_on(version: Version, stopped: threading.Event, answers: Counter[str]) -> None:
    """Read one page after another until it is stopped, and note what was answered."""
    for turn in range(1_000_000):
        if stopped.wait(0.05):
            return
        path = PAGES[turn % len(PAGES)]
        status = version.get(path)[0]
        answers["a page" if status == 200 else f"{path} {status}"] += 1


@pytest.mark.skipif(
    "DRILL_KILLS" not in os.environ, reason="is part of `make drill`: it needs the history of the code"
)
@pytest.mark.xdist_group("drill")
def test_readers_read_on_while_two_versions_serve_one_database(tmp_path, figure):
    environment = {
        "PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data"), "LOG_LEVEL": "ERROR", "SEARCH_LIMIT": "0",
        "CLIENT_BUDGET": "0", "DJANGO_SETTINGS_MODULE": "tracker.settings", "API_LIMIT": "0", "DOWNLOAD_LIMIT": "0",
    }  # fmt: skip
    with ExitStack() as stack:
        if on_postgresql():
            name = database("CREATE DATABASE {name}")
            stack.callback(database, f"DROP DATABASE {name} WITH (FORCE)")
            environment["DATABASE_URL"] = address_of(name)
        code = stack.enter_context(older_code(tmp_path / "older"))
        old, new = Version(code, environment, stack), Version(ROOT, environment, stack)
        new.environment["STATIC_ROOT"] = str(tmp_path / "static")
        old.run("manage.py", "migrate", "-v", "0")
        old.run("manage.py", "load_dataset")
        old.serve()
        stopped, answers = threading.Event(), Counter()
        reader = threading.Thread(target=read_on, args=(old, stopped, answers))
        reader.start()
        try:
            plan = new.run("manage.py", "migrate", "--plan").splitlines()
            new.run("manage.py", "migrate", "-v", "0")
            new.serve()
            for writer in (old, new):
                headline = f"Written by {'the older' if writer is old else 'the newer'} version"
                page = writer.run("-c", PUBLISH, headline)
                for version in (old, new):
                    wait_for(lambda page=page, headline=headline, version=version: headline in version.get(page)[1])
                assert writer.report("What is there is wrong, and this is why.") == 302
            assert {path: status for path in PAGES if (status := new.get(path)[0]) != 200} == {}
        finally:
            stopped.set()
            reader.join()
        assert "entries hold" in new.run("manage.py", "verify_record")
    pages = answers.pop("a page")
    assert dict(answers) == {}, f"beside {pages} pages"
    changes = sum(line.startswith("    ") for line in plan)
    figure("W4", f"{changes} changes of tables under {pages:,} pages of the older version: no page failed")
