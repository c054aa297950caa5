"""The reference implementation reads the log: Go's sumdb/note and sumdb/tlog, where they are installed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.factories import stated, update
from tracker.pledges.record import checkpoints

GO = shutil.which("go")
MODULES = Path("/usr/share/gocode")
PAIRS = int(os.environ.get("DRILL_PAIRS", "100"))


@pytest.fixture(scope="module")
def monitor(tmp_path_factory):
    """The program of tests/stress/tlog."""
    if "DRILL_PAIRS" not in os.environ:
        pytest.skip("is part of `make drill`: its server's database is emptied afterwards")
    if GO is None or not (MODULES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("needs Go and its sumdb: apt-get install golang-go golang-golang-x-mod-dev")
    built = tmp_path_factory.mktemp("go") / "monitor"
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(MODULES), "GOCACHE": str(built.parent)}
    source = Path(__file__).parent / "tlog" / "main.go"
    subprocess.run([GO, "build", "-o", built, source], check=True, env=environment)
    return built


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:No directory at")  # nothing is collected: no page is asked for
@pytest.mark.usefixtures("committed_db")
def test_the_reference_implementation_follows_the_log(monitor, live_server, settings, record_property):
    settings.RECORD_ORIGIN = "tracker.example.org/record"
    about = stated()
    for _ in range(299):
        update(about)
    command = [monitor, f"{live_server.url}/record/log", checkpoints.log_verifier_key(), str(PAIRS)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.stdout == f"{PAIRS} pairs hold in a log of 300 entries\n", result.stdout + result.stderr
    record_property("goal R4", result.stdout.strip())
    settings.RECORD_ORIGIN = "another.example.org/record"
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 1, "the control: signed under another name"
