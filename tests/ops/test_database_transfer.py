"""All of an installation arrives in another database, as it was, or nothing of it does."""

import shutil
import sqlite3

import pytest

from tests.conftest import CASEY_FACTS
from tests.core.test_migrations import on_postgres
from tests.ops.test_backups import manage

DESK = """
import datetime as dt
from tests.factories import person, submitted
from tracker.pledges.models import Pledge
from tracker.desk.models import Comment, Draft
from tracker.desk.accounts.permissions import DeskRole
ada, grace = person("Ada Lovelace"), person("Grace Hopper", DeskRole.PUBLISHER)
mine = submitted(ada, Pledge.objects.get(slug="taxi-licensing"), headline="Wörter, “quoted”")
Comment.objects.create(draft=mine, by=grace, text="Look again.")
Draft.objects.update(created_at=dt.datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=dt.UTC))
"""
GOES_ON = """
from tests.factories import person, published
from tracker.desk.accounts.permissions import DeskRole
from tracker.pledges.models import Pledge
from tracker.pledges.search.language import read_query
from tracker.pledges.search.query import search_record
about = Pledge.objects.get(slug="mandatory-rape-charge")
published(person("Mary Somerville"), person("Edith Clarke", DeskRole.PUBLISHER), about, headline="Unforeseeable news")
assert [one.number for one in search_record(read_query("unforeseeable"))] == [1]
assert search_record(read_query("inquiry"))
"""
TOLD = """
import hashlib, json
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
told = {}
for model in apps.get_models(include_auto_created=True):
    found = model._base_manager.order_by("pk").values_list(*[one.attname for one in model._meta.concrete_fields])
    rows = [[repr(bytes(one)) if isinstance(one, bytes | memoryview) else one for one in row] for row in found]
    told[model._meta.label] = [len(rows), hashlib.sha256(json.dumps(rows, cls=DjangoJSONEncoder).encode()).hexdigest()]
print(json.dumps(told))
"""
"""Prints how many rows each table has, and a digest of all that stands in them."""


def run(environment: dict[str, str], program: str) -> str:
    done = manage(environment, "shell", "-v", "0", "-c", program)
    assert done.returncode == 0, done.stderr
    return done.stdout


def address(environment: dict[str, str]) -> str:
    return environment.get("DATABASE_URL") or f"sqlite:///{environment['DATA_DIR']}/tracker.sqlite3"


@pytest.fixture
def empty(installation, migrated, tmp_path):
    """The environment of an installation with another, migrated database; on PostgreSQL one from SQLite."""
    shutil.copy(migrated / "tracker.sqlite3", tmp_path / "moved.sqlite3")
    return installation | {"DATABASE_URL": f"sqlite:///{tmp_path}/moved.sqlite3"}


@pytest.mark.slow
def test_everything_arrives_as_it_was_and_the_desk_goes_on(installation, empty):
    run(installation, DESK)
    before = run(installation, TOLD)
    moved = manage(empty, "copy_database", address(installation))
    assert moved.returncode == 0, moved.stderr
    assert "94  pledges_statusupdate" in moved.stdout
    assert "the record holds. The old database is as it was." in moved.stdout
    assert run(empty, TOLD) == before == run(installation, TOLD)
    run(empty, GOES_ON)
    assert f"{95 + CASEY_FACTS} of {95 + CASEY_FACTS} entries hold." in manage(empty, "verify_record").stdout
    again = manage(empty, "copy_database", address(installation))
    assert again.returncode == 1
    assert "This database is not empty" in again.stderr


@pytest.mark.skipif(
    "not os.environ.get('DATABASE_URL', '').startswith('postgres')", reason="from SQLite to PostgreSQL"
)
@pytest.mark.slow
def test_and_back_to_postgresql(installation, empty):
    run(installation, DESK)
    assert manage(empty, "copy_database", address(installation)).returncode == 0
    before = run(empty, TOLD)
    with on_postgres() as named:
        there = installation | {"DATABASE_URL": named}
        assert manage(there, "migrate", "-v", "0").returncode == 0
        moved = manage(there, "copy_database", address(empty))
        assert moved.returncode == 0, moved.stderr
        assert run(there, TOLD) == before
        run(there, GOES_ON)
        assert f"{95 + CASEY_FACTS} of {95 + CASEY_FACTS} entries hold." in manage(there, "verify_record").stdout


@pytest.mark.once
@pytest.mark.slow
def test_a_record_that_does_not_hold_is_not_moved(installation, empty):
    before = run(empty, TOLD)
    with sqlite3.connect(f"{installation['DATA_DIR']}/tracker.sqlite3") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE pledges_statusupdate SET reason = 'Because.' WHERE position = 7")
    refused = manage(empty, "copy_database", address(installation))
    assert refused.returncode == 1
    assert "failed verification" in refused.stderr
    assert "Entry 7" in refused.stderr
    assert run(empty, TOLD) == before
    assert manage(empty, "check", "--database", "default", "--fail-level", "WARNING").returncode == 0, "guards stand"


@pytest.mark.once
@pytest.mark.slow
def test_what_is_no_database_of_this_release_is_named(installation, empty):
    for named, said in {
        "sqlite:////nowhere/at-all.sqlite3": "There is no database at /nowhere/at-all.sqlite3.",
        "mysql://root@localhost/tracker": "Name a database as DATABASE_URL does",
        "nonsense": "Name a database as DATABASE_URL does",
        "postgres://nobody@127.0.0.1:1/none": "The copy failed: connection",
    }.items():
        refused = manage(empty, "copy_database", named)
        assert refused.returncode == 1
        assert said in refused.stderr
        assert "Traceback" not in refused.stderr
    bare = empty | {"DATABASE_URL": f"{empty['DATABASE_URL']}-without-tables"}
    assert "Migrate both with the same version first" in manage(bare, "copy_database", address(installation)).stderr
    assert manage(installation, "migrate", "-v", "0", "alerts", "zero").returncode == 0
    refused = manage(empty, "copy_database", address(installation))
    assert refused.returncode == 1
    assert "from different releases" in refused.stderr
    assert "alerts.0001_squashed_0005_refused_addresses" in refused.stderr
