"""Many processes publish at once, and are killed at random: no gap, one chain, nothing acknowledged is lost."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import CASEY_FACTS
from tests.databases import rows_of

ROOT = settings.BASE_DIR
WRITER = Path(__file__).with_name("publish_process.py")
PROCESSES = int(os.environ.get("DRILL_PROCESSES", "8"))
ENTRIES = int(os.environ.get("DRILL_ENTRIES", "10"))
KILLS = int(os.environ.get("DRILL_KILLS", "10"))
CLIENTS = int(os.environ.get("DRILL_CLIENTS", "1"))
ACKNOWLEDGED = int(os.environ.get("DRILL_ACKNOWLEDGED", "1"))


def start(installation, name: str, entries: int, log: Path, *control: str) -> subprocess.Popen[bytes]:
    """A process that publishes entries and notes each one outside of the database once it is acknowledged."""
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, str(WRITER), name, str(entries), *control],
            cwd=ROOT, env=installation, stdout=file, stderr=file,
        )  # fmt: skip


def verify(installation) -> str:
    result = subprocess.run(
        [sys.executable, "manage.py", "verify_record"], cwd=ROOT, env=installation, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def published(installation) -> set[str]:
    """The headlines that are on the record."""
    rows = rows_of(installation, "SELECT headline FROM pledges_entrytext WHERE headline LIKE 'Drill%'")
    return {headline for (headline,) in rows}


def acknowledged(log: Path) -> list[str]:
    return [line for line in log.read_text().splitlines() if line.startswith("Drill")]


@pytest.mark.xdist_group("drill")
def test_many_processes_publish_at_once(installation, tmp_path):
    logs = [tmp_path / f"log-{number}" for number in range(PROCESSES)]
    writers = [start(installation, f"{number}", ENTRIES, log) for number, log in enumerate(logs)]
    codes = [writer.wait(300) for writer in writers]
    errors = [line for log in logs for line in log.read_text().splitlines() if not line.startswith("Drill")]
    assert (codes, errors) == ([0] * PROCESSES, [])
    heard = [line for log in logs for line in acknowledged(log)]
    assert len(heard) == len(set(heard)) == PROCESSES * ENTRIES
    assert published(installation) == set(heard)
    total = PROCESSES * ENTRIES + 94 + CASEY_FACTS
    assert f"{total} of {total} entries hold." in verify(installation)


@pytest.mark.xdist_group("drill")
def test_killed_at_random_points_nothing_acknowledged_is_lost(installation, tmp_path, figure):
    heard, there = killed(installation, tmp_path, KILLS)
    assert len(heard) == len(set(heard)) >= KILLS * ACKNOWLEDGED
    assert set(heard) <= there, "every acknowledged entry is there"
    assert len(there) <= len(heard) + KILLS * CLIENTS, "at most the one under way was not acknowledged"
    verify(installation)
    figure("F1", f"{KILLS} kills of {CLIENTS} at once, {len(heard):,} acknowledged, 0 lost, 0 twice")


@pytest.mark.once
@pytest.mark.xdist_group("drill")
def test_the_control_a_writer_that_acknowledges_too_early_is_seen(installation, tmp_path):
    heard, there = killed(installation, tmp_path, 4, "early")
    assert set(heard) - there, "an entry that was said to be there and is not"


def killed(installation, tmp_path, kills: int, *control: str) -> tuple[list[str], set[str]]:
    """Kill writers at random points; return what they acknowledged, and what is on the record."""
    random.seed(20261124)
    logs = [tmp_path / f"log-{number}" for number in range(CLIENTS)]
    for log in logs:
        log.touch()
    for number in range(kills):
        before = sum(len(acknowledged(log)) for log in logs)
        writers = [start(installation, f"kill-{number}-{client}", 10_000, log, *control)
                   for client, log in enumerate(logs)]  # fmt: skip
        deadline = time.monotonic() + 120
        try:
            while sum(len(acknowledged(log)) for log in logs) < before + ACKNOWLEDGED:
                assert time.monotonic() < deadline, f"too busy a machine: {ACKNOWLEDGED} entries took two minutes"
                time.sleep(0.005)
            time.sleep(random.random() * 0.05)
        finally:
            for writer in writers:
                writer.send_signal(signal.SIGKILL)
        for writer, log in zip(writers, logs, strict=True):
            assert writer.wait() == -signal.SIGKILL, log.read_text()[-800:]
    return [line for log in logs for line in acknowledged(log)], published(installation)
