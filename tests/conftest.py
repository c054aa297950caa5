"""What every test needs: the settings of a test run, a database that can be emptied, the Casey data set."""

import datetime as dt
import gc
import os
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, Permission
from django.core.cache import caches
from django.core.management.color import no_style
from django.db import connection
from django.test import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.databases import (
    MigratedOnce,
    address_of,
    database,
    drop_shared,
    made_once,
    migrate_in_a_process,
    migrated_file,
    migrated_name,
    name_run,
    on_postgresql,
    shared_name,
)
from tests.factories import person
from tracker.core import triggers
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.models import QuestionTemplate
from tracker.pledges.data.load_dataset import load_dataset
from tracker.pledges.search.index import rebuild_if_outdated

# Playwright keeps an event loop in the worker that drives the browser; other tests of that worker use the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# The gate asks the same examples each time, so that main is red only for what was changed; `make drill` asks new ones.
_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
hypothesis_settings.register_profile("steady", derandomize=True, **_COMMON)
hypothesis_settings.register_profile("exploring", **_COMMON)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

CASEY = Path(django_settings.BASE_DIR) / "fixtures" / "casey"
FIRST_CASEY = Path(__file__).parent / "frozen" / "casey-2026-11-24"
"""The Casey data set of the first release: two texts, ten pledges."""
CASEY_FACTS = 278
"""How many entries of facts a new installation of it has, after 94 about pledges."""
TODAY = dt.date(2026, 11, 24)


SLOW = ("tests/stress/", "tests/browser/")
"""Folders whose tests `make check` leaves out."""
SLOW_FIXTURES = {"filled", "installation", "migrated"}
"""Fixtures whose tests it leaves out: they are for other processes, and each of those starts Django again."""


def fast_first(values: Iterable[Any], number: int) -> list[Any]:
    """Return the values of a `parametrize` of which `make check` takes the first few; `make test` takes all."""
    values = list(values)
    return values[:number] + [pytest.param(value, marks=pytest.mark.slow) for value in values[number:]]


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Pass over modules of which every test is `once` in the pass on PostgreSQL: their imports alone take seconds."""
    if on_postgresql() and collection_path == TEXT:
        return True
    is_module = collection_path.name.startswith("test_") and collection_path.suffix == ".py"
    if is_module and on_postgresql() and ONCE.search(collection_path.read_text(encoding="utf-8")):
        return True
    return None


ONCE = re.compile(r"^pytestmark = .*pytest\.mark\.once\b", re.MULTILINE)
"""The mark of a module."""
TEXT = Path(__file__).parent / "text"
"""Tests of plain Python, which knows no database."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what `make check` leaves out; in the pass on PostgreSQL leave out what says the same on every database."""
    for item in items:
        asked_for = set(getattr(item, "fixturenames", ()))
        if SLOW_FIXTURES & asked_for or item.nodeid.startswith(SLOW):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)  # the longest first
    if connection.vendor == "postgresql":
        again = [item for item in items if not item.get_closest_marker("once")]
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("once")])
        items[:] = again


@pytest.fixture
def figure(request):
    """Note what was measured for a goal of docs/goals.csv: `make drill` prints it (tests/drill.py)."""

    def tell(goal: str, words: str) -> None:
        request.node.user_properties.append((f"goal {goal}", words))

    return tell


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix(request: pytest.FixtureRequest) -> None:
    """Give each process that runs tests a database of its own. SQLite's is in its memory: it has one already."""
    worker = getattr(request.config, "workerinput", {}).get("workerid")
    if worker and connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["NAME"] = f"test_{connection.settings_dict['NAME']}_{worker}"


@pytest.fixture(scope="session", autouse=True)
def _settings_of_all_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Set once in a run what all tests have: Django tells each change of a setting to all who keep something of it."""
    folder = tmp_path_factory.getbasetemp()
    with override_settings(
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        DATA_DIR=folder / "data",
        STATIC_ROOT=folder / "static",
        # A page that is kept would hide what a page costs: tests/web/test_page_cache.py keeps them.
        CACHES={**django_settings.CACHES, "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
        # Tests travel in time, the database and the disk do not: tests/pledges/record/test_clock.py has the clocks.
        MAX_CLOCK_DIFFERENCE_MINUTES=0,
        MAX_HOURS_BETWEEN_ENTRIES=0,
        READ_LIMITS={},  # tests/web/test_rate_limiting.py has them
        CLIENT_BUDGET=0,
        TOTAL_BUDGET=0,
        HEAVY_REQUESTS=0,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(autouse=True)
def _data_of_a_test(settings) -> None:
    """Give a test the folders and the key of an installation, and nothing that an earlier one left there."""
    settings.DATA_DIR.mkdir(exist_ok=True)  # an installation has one: its keys are there
    settings.STATIC_ROOT.mkdir(exist_ok=True)  # each client lists what is in it
    key = settings.DATA_DIR / "record_key"  # of all processes: rows that are made once are signed by it
    key.touch(mode=0o600)
    key.write_bytes(bytes(range(32)))
    (settings.DATA_DIR / "signed_from").unlink(missing_ok=True)  # a record that was rolled back
    for name in ("parts", "fragments"):
        caches[name].clear()  # a key that was rolled back comes again
    shutil.rmtree(settings.DATA_DIR / "exports", ignore_errors=True)  # kept by versions that come again as well


@pytest.fixture
def _roles_again(request, django_db_setup, django_db_blocker) -> Iterator[None]:
    """Bring back what a migration put in, once a test that really commits has been flushed away."""
    if request.node.get_closest_marker("django_db"):
        pytest.fail("Take the mark django_db off: it empties the database after the roles were brought back.")
    with django_db_blocker.unblock():
        roles = {
            group.name: list(group.permissions.values_list("content_type__app_label", "codename"))
            for group in Group.objects.all()
        }
        templates = list(QuestionTemplate.objects.all())
    yield
    with django_db_blocker.unblock():
        for name, permissions in roles.items():
            group, _ = Group.objects.get_or_create(name=name)
            for label, codename in permissions:
                group.permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))
        if not QuestionTemplate.objects.exists():
            QuestionTemplate.objects.bulk_create(templates)
        rebuild_if_outdated()


@pytest.fixture
def committed_db(_roles_again, transactional_db) -> Iterator[None]:
    """A database whose transactions really commit. The guards refuse to empty it: they step aside for that
    alone, after the test, and the flush's own post_migrate puts them back."""
    yield
    triggers.remove(connection)


@pytest.fixture
def casey(db, tmp_path_factory, _casey_statements) -> None:
    """The Casey data set, as a new installation has it: loaded once in a run, its rows put back for each test."""
    if not _casey_statements:
        with made_once(tmp_path_factory, f"casey-{connection.vendor}") as (folder, first):
            if first:
                before = {model: model._base_manager.count() for model in _models()}
                load_dataset(CASEY)
                rows = [
                    list(model._base_manager.order_by("pk"))
                    for model in _models()
                    if model._base_manager.count() > before[model]
                ]
                (folder / "rows.pickle").write_bytes(pickle.dumps(rows))
                return
            rows = pickle.loads((folder / "rows.pickle").read_bytes())
        with connection.execute_wrapper(_noting(_casey_statements)), connection.cursor() as cursor:
            for made in rows:
                type(made[0])._base_manager.bulk_create(made)
            for statement in connection.ops.sequence_reset_sql(no_style(), [type(made[0]) for made in rows]):
                cursor.execute(statement)
        return
    with connection.cursor() as cursor:
        for statement, values in _casey_statements:
            cursor.execute(statement, values)


@pytest.fixture(scope="session")
def _casey_statements() -> list[tuple[str, Any]]:
    """The statements that put the rows in, with their values: the next test sends them as they are."""
    return []


def _noting(statements: list[tuple[str, Any]]) -> Callable[..., Any]:
    """Return a wrapper of `execute` that notes each statement and its values."""

    def note(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: dict[str, Any]) -> Any:
        statements.append((sql, values))
        return execute(sql, values, many, context)

    return note


def _models() -> list[Any]:
    """Return the models that have tables, but for the one in which triggers count."""
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and model._meta.db_table != "pledges_edition"]


@pytest.fixture(autouse=True)
def _no_clock_drift(request) -> Iterator[None]:
    """Pages speak of today: every test runs on 24 November 2026, with a data set on the day of its last entry."""
    if "browser" in request.keywords:
        yield
        return
    import time_machine

    day = 27 if {"casey", "example"} & set(request.fixturenames) else 24
    with time_machine.travel(dt.datetime(2026, 11, day, 12, tzinfo=dt.UTC), tick=True):
        yield


@pytest.fixture
def ada(db):
    """An editor."""
    return person("Ada Lovelace", DeskRole.EDITOR)


@pytest.fixture
def grace(db):
    """A publisher."""
    return person("Grace Hopper", DeskRole.PUBLISHER)


@pytest.fixture
def edith(db):
    """An admin."""
    return person("Edith Clarke", DeskRole.ADMIN)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory) -> None:
    """The database of the tests is migrated once in a run; every worker has a copy (tests/databases.py)."""
    MigratedOnce(tmp_path_factory)


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a name that its workers inherit, and look for garbage as seldom as the process that serves does."""
    gc.set_threshold(10_000, 10, 1_000)  # tracker/wsgi.py says why
    if not hasattr(config, "workerinput"):
        name_run()


def pytest_collection_finish() -> None:
    """Leave all tests and what they import out of each look for garbage: it took an eighth of a run's time."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Drop, at the very end, what the workers shared."""
    if not hasattr(config, "workerinput") and on_postgresql():
        drop_shared()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory, django_db_setup) -> Path:
    """A folder with the file of a migrated SQLite database and nothing in it, made once in a run: copy it."""
    with made_once(tmp_path_factory, "migrated-file") as (folder, first):
        data = folder / "data"
        if first and connection.vendor == "sqlite":
            data.mkdir(0o700)
            shutil.copy(migrated_file(tmp_path_factory), data / "tracker.sqlite3")  # as private as it is
        elif first:
            migrate_in_a_process({"DATA_DIR": str(data)})
    return data


FILL = """
from django.core.management import call_command
call_command("load_dataset")
call_command("collectstatic", interactive=False, verbosity=0)
"""


@pytest.fixture(scope="session")
def filled(tmp_path_factory, django_db_setup):
    """The environment of a tracker with the Casey data and its static files, made once in a run: copy its data."""
    values = {"PATH": os.environ["PATH"], "PYTHONPATH": str(django_settings.BASE_DIR)}
    with made_once(tmp_path_factory, f"filled-{connection.vendor}") as (folder, first):
        data = folder / "data"
        values["DATA_DIR"] = str(data)
        values["STATIC_ROOT"] = str(folder / "static")  # of all servers and clients: to collect it takes over a second
        if on_postgresql():
            values["DATABASE_URL"] = address_of(shared_name("filled"))
        if first:
            if on_postgresql():
                database(f"CREATE DATABASE {shared_name('filled')} TEMPLATE {migrated_name(tmp_path_factory)}")
            else:
                data.mkdir(0o700)
                shutil.copy(migrated_file(tmp_path_factory), data / "tracker.sqlite3")
            subprocess.run([sys.executable, "manage.py", "shell", "-v", "0", "-c", FILL], cwd=django_settings.BASE_DIR,
                           env=values, check=True, capture_output=True)  # fmt: skip
    return values


@pytest.fixture
def installation(filled, tmp_path):
    """The environment of a tracker of its own, with the Casey data, for other processes; on this run's database."""
    shutil.copytree(filled["DATA_DIR"], tmp_path, dirs_exist_ok=True)
    values = filled | {"DATA_DIR": str(tmp_path)}
    if "DATABASE_URL" not in values:
        yield values
        return
    original = filled["DATABASE_URL"].rpartition("/")[2]
    name = database(f"CREATE DATABASE {{name}} TEMPLATE {original}")
    yield values | {"DATABASE_URL": address_of(name)}
    database(f"DROP DATABASE {name} WITH (FORCE)")
