"""What the entry point sets for the process that serves, and what it loads."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

PROGRAM = """
import gc
{entry}
before = gc.get_stats()[2]["collections"]
kept = [[number] for number in range(300_000)]
print(gc.get_stats()[2]["collections"] - before)
"""


PAGES = """
import sys
from tracker.wsgi import application
from django.test import RequestFactory
from tracker.desk.models import Draft
for path in sys.argv[1:]:
    response = application(RequestFactory().get(path, headers={"Host": "localhost"}).environ, lambda *started: None)
    print(response.status_code, sorted(
        {"allauth.account.views", "allauth.mfa.base.views", "cryptography", "django.contrib.auth.admin", "fido2",
         "import_export.admin", "rapidfuzz", "redis", "tracker.desk.admin", "tracker.desk.queue",
         "tracker.desk.views.queue", "tracker.sources.admin"} & set(sys.modules)
    ))
"""


def run(*arguments: str, **values: str) -> str:
    """Return what a Python process of an installation prints. ``values`` are of its environment."""
    values = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "tracker.settings"} | values
    process = subprocess.run(
        [sys.executable, *arguments], cwd=settings.BASE_DIR, env=values, text=True, capture_output=True, check=True
    )
    return process.stdout


@pytest.mark.once
@pytest.mark.slow
def test_a_worker_that_shows_pages_to_readers_is_spared_what_the_desk_needs(installation):
    """A quarter of its memory, and of its start. The last two are the controls."""
    asked = ("/", "/?q=police", "/changes/", "/admin/", "/accounts/login/", "/desk/")
    lines = run("-c", PAGES, *asked, **installation).splitlines()
    assert lines[:3] == ["200 []"] * 3
    assert "tracker.desk.admin" in lines[3]
    assert lines[4].startswith("200 ")
    assert "allauth.account.views" in lines[4]
    assert lines[5].startswith("302 ")
    assert "tracker.desk.views.queue" in lines[5]


@pytest.mark.once
@pytest.mark.slow
def test_no_full_collection_of_garbage_holds_the_threads_while_a_dear_answer_is_made(tmp_path):
    run("manage.py", "collectstatic", "--noinput", "-v", "0", DATA_DIR=str(tmp_path))
    assert int(run("-c", PROGRAM.format(entry=""), DATA_DIR=str(tmp_path))) > 0, "what Python does by default"
    assert int(run("-c", PROGRAM.format(entry="import tracker.wsgi"), DATA_DIR=str(tmp_path))) == 0
