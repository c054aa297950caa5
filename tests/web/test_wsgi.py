"""What the entry point sets for the process that serves."""

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


def run(*arguments: str, folder: str) -> str:
    """Return what a Python process of an installation in a folder prints."""
    values = {"PATH": os.environ["PATH"], "DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "tracker.settings"}
    process = subprocess.run(
        [sys.executable, *arguments], cwd=settings.BASE_DIR, env=values, text=True, capture_output=True, check=True
    )
    return process.stdout


@pytest.mark.once
@pytest.mark.slow
def test_no_full_collection_of_garbage_holds_the_threads_while_a_dear_answer_is_made(tmp_path):
    run("manage.py", "collectstatic", "--noinput", "-v", "0", folder=str(tmp_path))
    assert int(run("-c", PROGRAM.format(entry=""), folder=str(tmp_path))) > 0, "what Python does by default"
    assert int(run("-c", PROGRAM.format(entry="import tracker.wsgi"), folder=str(tmp_path))) == 0
