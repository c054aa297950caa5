"""The project as an operator meets it: settings from the environment, checks, lock files."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tracker.sources.choices import Licence

ROOT = Path(settings.BASE_DIR)
# What docs/deployment.md tells an operator to set.
PRODUCTION = {
    "RECORD_ORIGIN": "tracker.example.org/record",
    "HTTPS": "true",
    "BEHIND_PROXY": "true",
    "ALLOWED_HOSTS": "tracker.example.org",
    "CSRF_TRUSTED_ORIGINS": "https://tracker.example.org",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONWARNINGS": "ignore", **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.slow
def test_check_deploy_has_no_warning_in_production(tmp_path):
    result = manage("check", "--deploy", "--fail-level", "WARNING", DATA_DIR=str(tmp_path), **PRODUCTION)
    assert result.returncode == 0, result.stderr
    assert "no issues (0 silenced)" in result.stdout


def test_the_documented_production_environment_is_the_one_that_is_tested():
    text = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    for name, value in PRODUCTION.items():
        assert f"{name}={value}" in text


@pytest.mark.slow
def test_check_deploy_does_warn_without_it(tmp_path):
    result = manage("check", "--deploy", "--fail-level", "WARNING", DATA_DIR=str(tmp_path))
    assert result.returncode != 0
    assert "security.W008" in result.stderr


def test_every_variable_that_the_settings_read_is_documented():
    source = (ROOT / "tracker" / "settings.py").read_text(encoding="utf-8")
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    names = re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source)
    assert len(names) > 12
    assert [name for name in names if f"`{name}`" not in text] == []


@pytest.mark.slow
def test_the_secret_key_is_made_once_kept_private_and_outside_git(tmp_path):
    show = ["shell", "-v", "0", "-c", "from django.conf import settings; print(settings.SECRET_KEY)"]
    first, second = manage(*show, DATA_DIR=str(tmp_path)), manage(*show, DATA_DIR=str(tmp_path))
    assert first.stdout == second.stdout
    assert len(first.stdout.strip()) > 60
    path = tmp_path / "secret_key"
    assert path.stat().st_mode & 0o077 == 0
    assert list(tmp_path.glob("secret_key*")) == [path]
    assert manage(*show, DATA_DIR=str(tmp_path), SECRET_KEY="given").stdout.strip() == "given"
    assert "/var/" in (ROOT / ".gitignore").read_text(encoding="utf-8")


def test_debug_is_off_and_sqlite_is_durable_by_default(tmp_path):
    program = (
        "from django.conf import settings; from django.db import connection as c; x = c.cursor();"
        "print(settings.DEBUG, x.execute('PRAGMA journal_mode').fetchone(),"
        "x.execute('PRAGMA synchronous').fetchone(),"
        "x.execute('PRAGMA foreign_keys').fetchone(), c.transaction_mode)"
    )
    result = manage("shell", "-v", "0", "-c", program, DATA_DIR=str(tmp_path))
    assert result.stdout.strip() == "False ('truncate',) (2,) (1,) IMMEDIATE", result.stderr


@pytest.mark.slow
@pytest.mark.once
def test_a_database_in_wal_mode_is_named_by_the_check(tmp_path):
    import sqlite3

    manage("migrate", "-v", "0", DATA_DIR=str(tmp_path))
    assert manage("check", "--database", "default", DATA_DIR=str(tmp_path)).returncode == 0
    connection = sqlite3.connect(tmp_path / "tracker.sqlite3")
    connection.execute("PRAGMA journal_mode=WAL")
    held = connection.execute("BEGIN")  # a second connection can't leave WAL while this one holds it
    connection.execute("SELECT count(*) FROM django_migrations").fetchone()
    result = manage("check", "--database", "default", DATA_DIR=str(tmp_path))
    del held
    connection.close()
    assert result.returncode != 0
    assert "tracker.E002" in result.stderr or "locked" in result.stderr


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_pins_by_hash_and_names_no_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    pinned = re.findall(r"^[a-z0-9][^\s]*==", text, re.M)
    assert len(pinned) > 8
    assert len(re.findall(r"^[a-z0-9][^\n]*\\\n    --hash=sha256:", text, re.M)) == len(pinned)


def test_no_whole_article_is_in_the_repository():
    """Of texts that may not be republished the passages alone, each a short one."""
    for path in (ROOT / "fixtures").rglob("*.json"):
        assert '"text":' not in path.read_text("utf-8")
    for path in (ROOT / "fixtures").rglob("sources.json"):
        for source in json.loads(path.read_text("utf-8"))["sources"]:
            if not Licence(source["licence"]).is_open:
                assert "text_file" not in source, source["slug"]
                assert max((len(passage["exact"]) for passage in source.get("passages", [])), default=0) < 400


_WRITES = re.compile(
    r"(RecordEntry|EntryText|Citation|Passage)\.objects\b[^#\n]*"
    r"\.(update|bulk_update|bulk_create|delete|raw|update_or_create)\("
    r"|(\b(RecordEntry|EntryText)\()"
)


def test_the_control_a_second_writer_is_seen():
    for line in ("RecordEntry.objects.filter(pk=1).update(status='delivered')", "    EntryText(update=entry).save()"):
        assert _WRITES.search(line), line
    assert not _WRITES.search("RecordEntry.objects.filter(pk=1).count()")


def test_nothing_writes_the_record_but_its_verbs():
    """R6: what could change a published row past the verbs is in record/publish.py and statements.py alone."""
    found = {
        path.name
        for path in (ROOT / "tracker").rglob("*.py")
        if "migrations" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if _WRITES.search(line) and not line.lstrip().startswith(("class ", "#"))
    }
    assert found == {"publish.py", "statements.py", "draft_entry.py"}, (
        "draft_entry.py makes one to look at, and writes none"
    )
