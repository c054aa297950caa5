"""The database, the keys and DATA_DIR are their owner's alone, from the first command on."""

import stat
import subprocess
import sys

import pytest
from django.conf import settings as django_settings

pytestmark = pytest.mark.once


def manage(folder, *command):
    values = {"PATH": "/usr/bin:/bin", "DATA_DIR": str(folder), "PYTHONPATH": str(django_settings.BASE_DIR)}
    return subprocess.run(
        [sys.executable, "manage.py", *command], cwd=django_settings.BASE_DIR, env=values, capture_output=True,
        text=True, umask=0o022,
    )  # fmt: skip


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.slow
def test_what_is_made_is_private_and_what_was_open_is_told_and_closed(tmp_path):
    folder = tmp_path / "data"
    assert manage(folder, "migrate", "-v", "0").returncode == 0
    assert mode(folder) == 0o700
    made = {path.name: mode(path) for path in folder.iterdir()}
    assert made["tracker.sqlite3"] == made["secret_key"] == 0o600
    assert not any(rights & 0o077 for name, rights in made.items()), made
    assert "tracker.W003" not in manage(folder, "check").stderr

    folder.chmod(0o755)
    (folder / "tracker.sqlite3").chmod(0o644)
    told = manage(folder, "check", "--fail-level", "WARNING")
    assert told.returncode == 1
    assert told.stderr.count("tracker.W003") == 2
    assert "secure_files" in told.stderr
    assert manage(folder, "secure_files").returncode == 0
    assert (mode(folder), mode(folder / "tracker.sqlite3")) == (0o700, 0o600)
    assert "tracker.W003" not in manage(folder, "check").stderr
