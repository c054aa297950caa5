"""A power cut loses no acknowledged entry: every write that was not synced is undone, again and again.

`kill -9` proves nothing about that: the page cache survives it. With synchronous=OFF the same test must fail.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from tests.stress.test_concurrency import WRITER, acknowledged, published, verify

CUTS = int(os.environ.get("DRILL_CUTS", "8"))
HERE = Path(__file__).parent


@pytest.fixture
def shim(tmp_path) -> Path:
    """The compiled powercut.c. Skipped without a compiler, unless REQUIRE_CC is set."""
    if not (compiler := shutil.which("cc")):
        (pytest.fail if os.environ.get("REQUIRE_CC") else pytest.skip)("There is no C compiler (cc).")
    library = tmp_path / "powercut.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(library), str(HERE / "powercut.c"), "-ldl"], check=True)
    return library


@pytest.fixture
def environment(filled, tmp_path):
    shutil.copytree(filled["DATA_DIR"], tmp_path / "data")
    return filled | {"DATA_DIR": str(tmp_path / "data")}


def cut(environment, shim: Path, log: Path, name: str, *options: str) -> None:
    """Write until a random moment, kill the writer, and leave on disk what had been synced."""
    data = Path(environment["DATA_DIR"])
    before = len(acknowledged(log))
    with log.open("ab") as file:
        writer = subprocess.Popen(
            [sys.executable, str(WRITER), name, "10000", *options],
            cwd=settings.BASE_DIR,
            env=environment | {"LD_PRELOAD": str(shim), "POWERCUT_DIR": str(data)},
            stdout=file,
            stderr=file,
        )
    deadline = time.monotonic() + 60
    while len(acknowledged(log)) < before + 3 and writer.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(random.random() * 0.05)
    writer.send_signal(signal.SIGKILL)
    assert writer.wait() == -signal.SIGKILL, log.read_text()[-800:]
    for aside in data.glob("*.synced"):
        shutil.copyfile(aside, aside.with_suffix(""))  # the copy stays: it is what the disk has from now on
    for fresh in data.glob("*.fresh"):
        fresh.unlink()


@pytest.mark.skipif("'sqlite' not in settings.DATABASES['default']['ENGINE']", reason="SQLite's files are simulated")
class TestPowerCut:
    def test_no_acknowledged_entry_is_lost(self, environment, shim, tmp_path, figure):
        random.seed(20261124)
        log = tmp_path / "log"
        log.touch()
        for number in range(CUTS):
            cut(environment, shim, log, f"cut-{number}")
            assert set(acknowledged(log)) <= published(environment), f"lost by cut {number}"
        verify(environment)
        figure("F2", f"{CUTS} cuts, {len(acknowledged(log)):,} acknowledged, 0 lost")

    def test_the_control_without_syncing_loses_entries(self, environment, shim, tmp_path):
        log = tmp_path / "log"
        log.touch()
        cut(environment, shim, log, "synced")  # so that there is a synced state to fall back to
        cut(environment, shim, log, "control", "OFF")
        data = Path(environment["DATA_DIR"])
        assert data.exists()
        assert not set(acknowledged(log)) <= published(environment), "synchronous=OFF must lose what it acknowledged"
