"""Two trackers on one machine, each with its own database, server and key, witness each other."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

PUBLISH = """
import django; django.setup()
from tests.factories import update
from tracker.pledges.models import Pledge
update(Pledge.objects.first(), headline="More")
"""


class Tracker:
    """An installation: its folder, its address, and the environment of its processes."""

    def __init__(self, name: str, values: dict[str, str], folder: Path) -> None:
        shutil.copytree(values["DATA_DIR"], folder)
        (folder / "record_key").unlink(missing_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url, self.port, self.folder = f"http://127.0.0.1:{port}", port, folder
        self.values = os.environ | values | {
            "DATA_DIR": str(folder), "RECORD_ORIGIN": f"{name}.example.org/record", "WITNESS_NAME": f"{name}/witness",
            "WITNESS_PRIVATE_ADDRESSES": "true", "DJANGO_SETTINGS_MODULE": "tracker.settings",
        }  # fmt: skip

    def run(self, *command: str) -> str:
        ended = subprocess.run([sys.executable, *command], cwd=settings.BASE_DIR, env=self.values, text=True,
                               capture_output=True, check=False)  # fmt: skip
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def shell(self, expression: str) -> str:
        program = f"import django; django.setup()\nfrom tracker.pledges.record import checkpoints\n" \
                  f"from tracker.pledges.witness import followed_logs\nprint({expression})"  # fmt: skip
        return self.run("-c", program).strip()

    def read(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path) as answer:
            return answer.read().decode()

    @contextmanager
    def served(self) -> Iterator[None]:
        granian = Path(sys.executable).with_name("granian")
        server = subprocess.Popen([granian, "--interface", "wsgi", "--port", str(self.port), "--no-log",
                                   "tracker.wsgi:application"], cwd=settings.BASE_DIR, env=self.values)  # fmt: skip
        try:
            for _ in range(300):
                try:
                    self.read("/health/live")
                    break
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.1)
            yield
        finally:
            server.terminate()
            server.wait(20)


def test_two_trackers_witness_each_other_and_neither_cosigns_a_rewritten_record(filled, tmp_path):
    if "DATABASE_URL" in filled:
        pytest.skip("two copies of a file of SQLite: on PostgreSQL nothing is another")
    one, two = (Tracker(name, filled, tmp_path / name) for name in ("one", "two"))
    for tracker, other in ((one, two), (two, one)):
        tracker.run("manage.py", "witness", "--add", other.shell("checkpoints.log_verifier_key()"))
        key = other.shell("followed_logs.witness_key()")
        tracker.values["WITNESSES"] = f"{other.url}/witness|{key}"
    with one.served(), two.served():
        for tracker, other in ((one, two), (two, one)):
            assert tracker.run("manage.py", "request_cosignatures") == ""
            (tracker.folder / "proof.json").write_text(tracker.read("/record/proofs/3.json"), encoding="utf-8")
            verifier = str(settings.BASE_DIR / "tracker/public/static/public/verify_record.py")
            key = other.values["WITNESS_NAME"]
            said = tracker.run(
                verifier,
                str(tracker.folder / "proof.json"),
                "--witness",
                tracker.values["WITNESSES"].partition("|")[2],
            )
            assert f"The witness {key} cosigned the head of" in said
        one.run("-c", PUBLISH)
        assert one.run("manage.py", "request_cosignatures") == ""
        size = one.read("/record/log/cosigned").splitlines()[1]
        assert size == one.read("/record/log/checkpoint").splitlines()[1], "the head that grew is cosigned"

        database = sqlite3.connect(one.folder / "tracker.sqlite3")
        # The first entry of each tile: a head whose last entry is not that of the record would not even be signed.
        for row, hashes in database.execute("SELECT id, hashes FROM pledges_recordtile WHERE level = 0").fetchall():
            database.execute("UPDATE pledges_recordtile SET hashes = ? WHERE id = ?", (bytes(32) + hashes[32:], row))
        database.commit()
        one.run("-c", PUBLISH)
        said = one.run("manage.py", "request_cosignatures")
        assert "It cosigned another record before, and refuses this one." in said
        assert "a head was refused" in two.run("manage.py", "witness")
