"""Every address, every form and every command: the same answers behind a pooler, and with a replica, as on the primary
alone."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tests.databases import address_of, database
from tests.servers import (
    PostgresServer,
    on_postgresql_alone,
    pgbouncer,
    server_folder,
    with_pgbouncer,
    with_server_programs,
)

pytestmark = [
    on_postgresql_alone,
    pytest.mark.slow,
    pytest.mark.xdist_group("topologies"),
    pytest.mark.skipif("DRILL_TOPOLOGIES" not in os.environ, reason="In make drill alone: it takes five minutes"),
]
PROCESS = Path(__file__).with_name("topology_process.py")
Answers = dict[str, list[Any]]


class World:
    """A database with one of each thing, copied for each way to reach it."""

    def __init__(self, filled: dict[str, str], folder: Path) -> None:
        self.folder, self.names = folder, []
        self.environment = filled | {
            "DATA_DIR": str(folder / "built"), "ALLOWED_HOSTS": "*", "EMAIL_URL": "memorymail://", "PAGE_GRACE": "0",
            "CLIENT_BUDGET": "0", "TOTAL_BUDGET": "0", "HEAVY_REQUESTS": "0", "LOG_LEVEL": "CRITICAL",
            "MAX_CLOCK_DIFFERENCE_MINUTES": "0", "MAX_HOURS_BETWEEN_ENTRIES": "0",
        } | {name: "1" for name in ("DRILL_KILLS",) if name in os.environ}  # fmt: skip
        shutil.copytree(filled["DATA_DIR"], folder / "built")
        self.url = self.copy(filled["DATABASE_URL"])
        self.run(self.environment | {"DATABASE_URL": self.url}, "build", str(folder / "addresses"))

    def copy(self, url: str) -> str:
        """Copy a database of this run's server; return the address of the copy."""
        self.names.append(database(f"CREATE DATABASE {{name}} TEMPLATE {url.rpartition('/')[2]}"))
        return address_of(self.names[-1])

    def ask(self, name: str, **environment: str) -> Answers:
        """Return what an installation answers to everything, by what was asked."""
        data = self.folder / name
        shutil.copytree(self.folder / "built", data)
        (data / "outside").mkdir()
        environment = self.environment | {"DATA_DIR": str(data)} | environment
        lines = self.run(environment, "ask", str(self.folder / "addresses"), str(data / "outside"))
        return {what: answer for what, *answer in map(json.loads, lines.splitlines())}

    def run(self, environment: dict[str, str], *arguments: str) -> str:
        """Run the process that asks; return what it printed."""
        done = subprocess.run([sys.executable, str(PROCESS), *arguments], cwd=settings.BASE_DIR, env=environment,
                              capture_output=True, text=True)  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def drop(self) -> None:
        """Drop its databases."""
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
            for name in self.names:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def world(filled, tmp_path_factory) -> Iterator[World]:
    made = World.__new__(World)
    made.names = []
    try:
        made.__init__(filled, tmp_path_factory.mktemp("topologies"))
        yield made
    finally:
        made.drop()


@pytest.fixture(scope="module")
def alone(world) -> Answers:
    """What the primary alone answers."""
    answers = world.ask("alone", DATABASE_URL=world.copy(world.url))
    assert len(answers) > 400
    assert {what: answer[:2] for what, answer in answers.items() if answer[0] >= 500 and "oembed" not in what} == {}
    assert sum(answer[0] in (302, 303) for what, answer in answers.items() if " sends " in what) > 20, (
        "forms are taken"
    )
    return answers


def differences(answers: Answers, alone: Answers) -> dict[str, tuple[Any, Any]]:
    """Return what was answered otherwise, but for which database answered; of a text what differs first."""
    different: dict[str, tuple[Any, Any]] = dict.fromkeys(answers.keys() ^ alone.keys(), ("one", "alone"))
    for what in answers.keys() & alone.keys():
        here, there = answers[what], alone[what]
        if here[:2] != there[:2]:
            different[what] = here[:2], there[:2]
        elif here[2] != there[2]:
            pairs = enumerate(zip_longest(here[2], there[2]))
            first = max(0, next(at for at, (one, other) in pairs if one != other) - 80)
            different[what] = here[2][first : first + 160], there[2][first : first + 160]
    return different


@with_pgbouncer
def test_behind_a_pooler_all_is_answered_as_without(world, alone):
    direct = world.copy(world.url)
    with pgbouncer(direct) as port:
        behind = re.sub(r"@[^/]*", f"@127.0.0.1:{port}", direct)
        answers = world.ask("pooled", DATABASE_URL=behind, DATABASE_DIRECT_URL=direct)
    assert differences(answers, alone) == {}


@with_server_programs
def test_with_a_replica_all_is_answered_as_without(world, alone):
    with server_folder() as folder:
        primary, standby = (PostgresServer(folder, name, "-c fsync=off") for name in ("primary", "standby"))
        try:
            primary.create(from_url=world.url)
            standby.create_standby(primary)
            answers = world.ask("replicated", DATABASE_URL=primary.url, DATABASE_REPLICA_URL=standby.url)
        finally:
            for server in (standby, primary):
                if (server.data / "postmaster.pid").exists():
                    server.down()
    assert differences(answers, alone) == {}
    by_replica = [what for what, answer in answers.items() if answer[3]]
    assert len(by_replica) > 80, "readers were sent there"
    assert [what for what in by_replica if not what.startswith("a reader")] == []


def test_the_control_another_answer_is_seen(alone):
    what = "a reader reads / "
    other = alone | {what: [200, alone[what][1], alone[what][2].replace("pledge", "promise"), True]}
    assert set(differences(other, alone)) == {what}
