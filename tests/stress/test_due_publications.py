"""Publications are on time while a long document is read, the site exported and the record verified."""

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import time

import pytest
from django.conf import settings

from tests.databases import address_of, database, migrated_name, on_postgresql

PUBLICATIONS = int(os.environ.get("DRILL_PUBLICATIONS", "4"))
PLEDGES = int(os.environ.get("DRILL_DUE_PLEDGES", "0"))
"""Made-up pledges with ten entries each, which are exported and verified meanwhile."""
FILLED = os.environ.get("DRILL_DUE_DATA", "")
"""A folder of data with these pledges already in it (SQLite): a million entries take a quarter of an hour to make."""
SECONDS_BETWEEN = 0.5
MOST_SECONDS_LATE = 5
"""Of 99 of 100: the goal itself, so `make drill` needs a machine that does nothing else."""

SCHEDULE = """
import datetime as dt
from django.core.management import call_command
from django.utils import timezone
from tests.factories import BodyFactory, PledgeFactory, SourceFactory, person, stated, submitted
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import review
from tracker.ops.job_runs import request_run
from tracker.ops.jobs import JOBS
from tracker.sources.intake import upload_file
ada, grace = person("Ada Lovelace"), person("Grace Hopper", DeskRole.PUBLISHER)
for factory in (BodyFactory, PledgeFactory, SourceFactory):
    factory.reset_sequence(1_000_000)  # past the names of what benchmarks/generate.py made
made = [submitted(ada, stated()) for _ in range({number})]
pages = "".join(f"<h2>Page {{page}}</h2>" + "<p>Words that were said about it.</p>" * 60 for page in range(400))
for number in range(3):
    upload_file(f"<html><body>{{number}} {{pages}}</body></html>".encode(), name="long.html", by=ada)
for job in JOBS:
    if job.name in ("export_site", "verify_record", "build_package"):
        request_run(job, by="ada")
call_command("record_facts")
begin = timezone.now() + dt.timedelta(seconds={after})
for number, one in enumerate(made):
    review.record_check(one, version=one.version, by=grace)
    at = begin + dt.timedelta(seconds=number * {seconds})
    review.schedule(one, version=one.version, by=grace, at=at)
"""
LOOK = """
import json
from tracker.desk.models import Draft
from tracker.ops.models import JobRun
from tracker.pledges.models import RecordEntry
last = list(RecordEntry.objects.order_by("-position").values_list("published_at", flat=True)[: {number}])[::-1]
due = list(Draft.objects.filter(publish_at__isnull=False).order_by("publish_at").values_list("stage", "publish_at"))
published = [stage == "published" for stage, _ in due]
print(json.dumps([published, [str(at) for _, at in due], [str(at) for at in last],
                  sorted(JobRun.objects.values_list("job", "state", "error", "output"))]))
"""


@pytest.fixture
def environment(filled, migrated, tmp_path, tmp_path_factory, request):
    """The environment of a tracker with many made-up entries, or with the Casey data."""
    if not PLEDGES:
        yield request.getfixturevalue("installation")
        return
    shutil.copytree(FILLED or migrated, tmp_path / "data")
    values = filled | {"DATA_DIR": str(tmp_path / "data")}
    if on_postgresql():
        name = database(f"CREATE DATABASE {{name}} TEMPLATE {migrated_name(tmp_path_factory)}")
        values["DATABASE_URL"] = address_of(name)
    if not FILLED:
        fill = [sys.executable, "benchmarks/generate.py", "--pledges", str(PLEDGES)]
        subprocess.run(fill, cwd=settings.BASE_DIR, env=values, check=True, capture_output=True)
    yield values
    if on_postgresql():
        database(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.skipif("DRILL_KILLS" not in os.environ, reason="is part of `make drill`: it keeps all processors busy")
@pytest.mark.xdist_group("drill")
def test_due_publications_while_everything_else_runs(environment, tmp_path, figure):
    environment = environment | {
        "PYTHONPATH": str(settings.BASE_DIR), "SITE_URL": "http://localhost", "DEBUG": "1",
        "SITE_COPY": str(tmp_path / "copy"),
    }  # fmt: skip

    def shell(program: str) -> str:
        # It looks at the lowest priority: what is measured is not the measuring.
        command = ["nice", "-n", "19", sys.executable, "manage.py", "shell", "-v", "0", "-c", program]
        result = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        return result.stdout

    shell(SCHEDULE.format(number=PUBLICATIONS, seconds=SECONDS_BETWEEN, after=12 + PUBLICATIONS / 10))
    command = [sys.executable, "manage.py", "run_worker"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 120 + PUBLICATIONS * 2
        while True:
            published, due, instants, runs = json.loads(shell(LOOK.format(number=PUBLICATIONS)))
            if len(published) == PUBLICATIONS and all(published):
                break
            assert time.monotonic() < until, (tmp_path / "log").read_text()[-2000:]
            time.sleep(3)
    finally:
        stopped_at = time.monotonic()
        process.terminate()
        assert process.wait(30) == 0
        stop_seconds = time.monotonic() - stopped_at
    pairs = zip(map(dt.datetime.fromisoformat, due), map(dt.datetime.fromisoformat, instants), strict=True)
    late = sorted((published_at - due_at).total_seconds() for due_at, published_at in pairs)
    nearly_all = late[-(-len(late) * 99 // 100) - 1]
    figure(
        "W1",
        f"{PUBLICATIONS} due publications beside {PLEDGES or 'a few'} pledges: median {late[len(late) // 2]:.1f} s "
        f"late, 99 of 100 within {nearly_all:.1f} s, the last {late[-1]:.1f} s; out {stop_seconds:.1f} s after a stop",
    )
    assert nearly_all < MOST_SECONDS_LATE
    assert {job for job, *_ in runs} >= {"export_site", "verify_record"}, "the other work goes on"
    assert [(job, *said) for job, state, *said in runs if state == "failed"] == []
