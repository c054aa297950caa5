"""A backup that was taken while others write comes back as a valid record with all that was acknowledged before."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import environ
import psycopg
import pytest

from tests.stress.test_concurrency import ROOT, acknowledged, published, start, verify
from tracker.ops import backups


def manage(environment, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def back_up(environment, folder: Path, *options: str) -> Path:
    done = manage(environment, "backup", str(folder), *options)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.split(": ")[0])


@pytest.fixture
def elsewhere(installation, tmp_path):
    """The environment of an installation that is not there yet, on this run's database."""
    values = installation | {"DATA_DIR": str(tmp_path / "elsewhere")}
    if "DATABASE_URL" not in values:
        yield values
        return
    admin, name = installation["DATABASE_URL"], re.search(r"/([^/]+)$", installation["DATABASE_URL"])[1] + "_b"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield values | {"DATABASE_URL": re.sub(r"/[^/]*$", f"/{name}", admin)}
    with psycopg.connect(admin, autocommit=True) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{name[:30]}%"])
        for (made,) in rows.fetchall():
            if made != re.search(r"/([^/]+)$", admin)[1]:
                connection.execute(f'DROP DATABASE "{made}" WITH (FORCE)')


@pytest.mark.xdist_group("drill")
@pytest.mark.slow
def test_taken_in_the_middle_of_publishing_it_holds_all_that_was_acknowledged_before(
    installation, elsewhere, tmp_path
):
    logs = [tmp_path / f"log-{number}" for number in range(2)]
    writers = [start(installation, f"b{number}", 500, log, "slowly") for number, log in enumerate(logs)]
    try:
        while not all(log.exists() and len(acknowledged(log)) > 5 for log in logs):
            time.sleep(0.05)
        before = {line for log in logs for line in acknowledged(log)}
        made = back_up(installation, tmp_path / "backups")
        assert any(writer.poll() is None for writer in writers), "they were still writing"
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
    done = manage(elsewhere, "restore", str(made))
    assert done.returncode == 0, done.stderr
    assert re.search(r"Restored\. (\d+) of \1 entries hold\.", done.stdout)
    verify(elsewhere)
    assert before <= published(elsewhere) <= published(installation)
    assert (Path(elsewhere["DATA_DIR"]) / "secret_key").read_bytes() == (
        Path(installation["DATA_DIR"]) / "secret_key"
    ).read_bytes()

    key = Path(elsewhere["DATA_DIR"]) / "witness_key"
    key.write_bytes(bytes(32))
    again = manage(elsewhere, "restore", str(made))
    assert again.returncode != 0
    assert "A database already exists" in again.stderr
    assert key.exists(), "nothing was restored"
    forced = manage(elsewhere, "restore", str(made), "--force")
    assert forced.returncode == 0
    assert "The key of this witness is now witness_key." in forced.stdout
    assert not key.exists(), "the database has forgotten what it cosigned"
    assert [one.read_bytes() for one in key.parent.glob("witness_key.*.before")] == [bytes(32)]
    verify(elsewhere)

    # What was tampered with is refused, and the installation stays as it was.
    manifest = json.loads((made / "manifest.json").read_text())
    name = next(one for one in manifest["files"] if one.startswith("tracker."))
    content = bytearray((made / name).read_bytes())
    content[len(content) // 2] ^= 1
    (made / name).write_bytes(content)
    refused = manage(elsewhere, "restore", str(made), "--force")
    assert refused.returncode != 0
    assert "its SHA-256 differs" in refused.stderr
    (made / name).unlink()
    assert "is missing" in manage(elsewhere, "restore", str(made), "--force").stderr
    assert "is not a backup" in manage(elsewhere, "restore", str(tmp_path), "--force").stderr
    verify(elsewhere)


@pytest.mark.slow
def test_old_ones_go_and_a_place_that_cannot_be_written_is_told(installation, tmp_path):
    folder = tmp_path / "backups"
    for number in range(3):
        (folder / f"backup-2026010{number + 1}T000000Z").mkdir(parents=True)
    made = back_up(installation, folder, "--keep", "2")
    assert sorted(one.name for one in folder.iterdir()) == ["backup-20260103T000000Z", made.name]
    assert {one.name for one in made.iterdir()} >= {"manifest.json", "secret_key"}
    (tmp_path / "file").write_text("no folder")
    done = manage(installation, "backup", str(tmp_path / "file"))
    assert done.returncode != 0
    assert "could not be written" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("host", "port", "servers"),
    [
        ("db1,db2", "", "db1,db2"),
        ("db1,db2", 5433, "db1:5433,db2:5433"),
        ("db1,db2", "1,2", "db1:1,db2:2"),
        ("db1", "", "db1"),
    ],
)
def test_of_several_servers_the_tools_take_the_one_that_can_be_written(settings, monkeypatch, host, port, servers):
    """Restoring took the first of them, which after a failover is a standby."""
    options = {"connect_timeout": 5, "target_session_attrs": "read-write"}
    address = {"NAME": "tracker", "USER": "app", "PASSWORD": "", "HOST": host, "PORT": port, "OPTIONS": options}
    monkeypatch.setitem(settings.DATABASES, "default", address)
    given: list[dict[str, str]] = []
    monkeypatch.setattr(backups.subprocess, "run", lambda *args, **kwargs: given.append(kwargs["env"]))
    backups._postgres_tool("createdb", "beside")
    assert given[0]["PGTARGETSESSIONATTRS"] == "read-write"
    url = backups._url("beside")
    assert url == f"postgres://app@{servers}/beside?target_session_attrs=read-write"
    read = environ.Env.db_url_config(url)
    assert (read["HOST"], read["OPTIONS"]) == (host, {"target_session_attrs": "read-write"})
