"""Publications are on time while a long document is read, the site exported and the record verified."""

import datetime as dt
import json
import os
import subprocess
import sys
import time

import pytest
from django.conf import settings

PUBLICATIONS = int(os.environ.get("DRILL_PUBLICATIONS", "4"))
SECONDS_BETWEEN = 0.5

SCHEDULE = """
import datetime as dt
from django.utils import timezone
from tests.factories import person, stated, submitted
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import review
from tracker.ops.job_runs import request_run
from tracker.ops.jobs import JOBS
from tracker.sources.intake import upload_file
ada, grace = person("Ada Lovelace"), person("Grace Hopper", DeskRole.PUBLISHER)
made = [submitted(ada, stated()) for _ in range({number})]
pages = "".join(f"<h2>Page {{page}}</h2>" + "<p>Words that were said about it.</p>" * 60 for page in range(400))
upload_file(f"<html><body>{{pages}}</body></html>".encode(), name="long.html", by=ada)
for job in JOBS:
    if job.name in ("export_site", "verify_record", "build_package"):
        request_run(job, by="ada")
begin = timezone.now() + dt.timedelta(seconds=12)
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
                  sorted(JobRun.objects.values_list("job", "state"))]))
"""


@pytest.mark.skipif("DRILL_KILLS" not in os.environ, reason="is part of `make drill`: it keeps all processors busy")
@pytest.mark.xdist_group("drill")
def test_due_publications_while_everything_else_runs(installation, tmp_path, figure):
    environment = installation | {
        "PYTHONPATH": str(settings.BASE_DIR), "ALLOWED_HOSTS": "localhost", "DEBUG": "1",
        "SITE_COPY": str(tmp_path / "copy"),
    }  # fmt: skip

    def shell(program: str) -> str:
        command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", program]
        result = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        return result.stdout

    shell(SCHEDULE.format(number=PUBLICATIONS, seconds=SECONDS_BETWEEN))
    command = [sys.executable, "manage.py", "run_worker"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 120 + PUBLICATIONS
        while True:
            published, due, instants, runs = json.loads(shell(LOOK.format(number=PUBLICATIONS)))
            if len(published) == PUBLICATIONS and all(published):
                break
            assert time.monotonic() < until, (tmp_path / "log").read_text()[-2000:]
            time.sleep(1)
    finally:
        process.terminate()
        assert process.wait(30) == 0
    assert {job for job, _ in runs} >= {"export_site", "verify_record"}, "the other work goes on"
    assert "failed" not in {state for _, state in runs}, (tmp_path / "log").read_text()[-2000:]
    pairs = zip(map(dt.datetime.fromisoformat, due), map(dt.datetime.fromisoformat, instants), strict=True)
    late = sorted((published_at - due_at).total_seconds() for due_at, published_at in pairs)
    figure(
        "W1", f"{PUBLICATIONS} due publications: median {late[len(late) // 2]:.1f} s late, the last {late[-1]:.1f} s"
    )
    print(f"late: {late}")
