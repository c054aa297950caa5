"""Several people at once: one entry, no lost word, one effect of a form that was sent three times."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

HERE = Path(__file__).parent
EDITORS = int(os.environ.get("DRILL_EDITORS", "3"))
EDITS = int(os.environ.get("DRILL_EDITS", "3"))
SENDS = int(os.environ.get("DRILL_SENDS", "6"))

SCENE = """
import datetime as dt, json
from django.utils import timezone
from tests.factories import person, submitted, draft, stated
from tracker.desk.actions import review as signing_off
from tracker.desk.accounts.permissions import DeskRole
from tracker.pledges.facts.entries import Signers, record_facts
from tracker.pledges.models import Body, Review, Theme
ada = person("Ada Lovelace")
for number in range(8):
    person(f"Worker {number}")
    person(f"Publisher {number}", DeskRole.PUBLISHER)
grace = person("Grace Hopper", DeskRole.PUBLISHER)
one, two = submitted(ada, stated()), submitted(ada, stated())
for made in (one, two):
    signing_off.record_check(made, version=made.version, by=grace)
two = signing_off.schedule(two, version=two.version, by=grace, at=timezone.now() + dt.timedelta(hours=1))
three = draft(ada, stated(), explanation="")
for model in (Review, Theme, Body):
    record_facts(model.objects.all(), signers=Signers("Ada Lovelace"))
print(json.dumps([one.pk, two.pk, three.pk]))
"""


@pytest.fixture
def scene(installation):
    """A desk: drafts to publish, to publish at their time, to edit. Yields their numbers and a way to ask."""
    installation = installation | {"PYTHONPATH": str(settings.BASE_DIR), "ALLOWED_HOSTS": "localhost", "DEBUG": "1"}

    def ask(program: str) -> str:
        command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", program]
        result = subprocess.run(command, cwd=settings.BASE_DIR, env=installation, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        return result.stdout

    return json.loads(ask(SCENE)), ask, installation


def contend(environment, tmp_path, action: str, draft: int, names: list[str], times: int) -> list[str]:
    """Let processes do the same thing at once; return every line that they say."""
    start = tmp_path / "start"
    processes = [
        subprocess.Popen(
            [sys.executable, str(HERE / "edit_process.py"), str(start), action, str(draft), name, str(times)],
            cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in names
    ]  # fmt: skip
    start.touch()
    lines = []
    for process in processes:
        output, errors = process.communicate(timeout=500)
        assert process.returncode == 0, errors
        lines += output.splitlines()
    return lines


@pytest.mark.xdist_group("drill")
def test_a_desk_under_contention(scene, tmp_path, figure):
    (to_publish, to_come, to_edit), ask, environment = scene
    publishers = [f"publisher.{number}" for number in range(4)]
    for action, draft in (("publish", to_publish), ("due", to_come)):
        lines = contend(environment, tmp_path, action, draft, publishers, 1)
        assert sum(line.startswith("entry") for line in lines) == 1, lines
    editors = [f"worker.{number}" for number in range(EDITORS)]
    lines = contend(environment, tmp_path, "edit", to_edit, editors, EDITS)
    assert all(line.startswith("saved") for line in lines), lines
    words = ask(f"from tracker.desk.models import Draft; print(Draft.objects.get(pk={to_edit}).explanation)").split()
    assert Counter(words) == Counter(f"{name}-{number}" for name in editors for number in range(EDITS))
    figure("F5", f"{EDITORS} editors, {EDITORS * EDITS} edits, 0 words lost")
    lines = contend(environment, tmp_path, "send", to_edit, ["worker.0"] * 3, SENDS)
    assert Counter(lines) == {"302": 3 * SENDS}, lines
    assert ask(
        f"from tracker.desk.models import Comment; print(Comment.objects.filter(draft={to_edit}).count())"
    ).split() == [str(SENDS)]
    figure("F6", f"{SENDS} forms sent three times at once: {SENDS} effects")
    command = [sys.executable, "manage.py", "verify_record"]
    verified = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert verified.returncode == 0, verified.stdout + verified.stderr


@pytest.mark.once
@pytest.mark.xdist_group("drill")
def test_the_control_without_the_version_words_are_lost(scene, tmp_path):
    (_, _, to_edit), ask, environment = scene
    contend(environment, tmp_path, "naive", to_edit, ["worker.0", "worker.1", "worker.2"], 4)
    words = ask(f"from tracker.desk.models import Draft; print(Draft.objects.get(pk={to_edit}).explanation)").split()
    assert len(words) < 12
