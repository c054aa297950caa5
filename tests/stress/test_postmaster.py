"""PostgreSQL itself is killed while a process publishes: what was acknowledged is there when it is up again."""

import os
import random
import shutil
import time
from pathlib import Path

import pytest
from django.conf import settings

from tests.servers import PostgresServer, on_postgresql_alone, server_folder, with_server_programs
from tests.stress.test_concurrency import acknowledged, published, start, verify

KILLS = int(os.environ.get("DRILL_POSTMASTER_KILLS", "2"))


@on_postgresql_alone
@with_server_programs
@pytest.mark.xdist_group("drill")
def test_a_killed_server_loses_nothing_that_was_acknowledged(filled, tmp_path_factory):
    random.seed(20261124)
    with server_folder() as folder:
        server = PostgresServer(folder, "server")
        environment = {
            "PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path_factory.mktemp("site")), "DATABASE_URL": server.url,
            "PYTHONPATH": str(settings.BASE_DIR),
        }  # fmt: skip
        shutil.copy(Path(filled["DATA_DIR"]) / "record_key", environment["DATA_DIR"])  # its entries are signed with it
        log = tmp_path_factory.mktemp("acks") / "log"
        log.touch()
        try:
            server.create(from_url=filled["DATABASE_URL"])
            for number in range(KILLS):
                before = len(acknowledged(log))
                writer = start(environment, f"server-{number}", 10_000, log)
                deadline = time.monotonic() + 60
                while len(acknowledged(log)) < before + 20 and writer.poll() is None and time.monotonic() < deadline:
                    time.sleep(0.005)
                time.sleep(random.random() * 0.05)
                server.kill()
                writer.wait(60)
                server.up()
            heard = acknowledged(log)
            assert len(heard) >= 20 * KILLS
            there = published(environment)
            assert set(heard) <= there
            assert len(there) <= len(heard) + KILLS, "at most the one under way was not acknowledged"
            verify(environment)
        finally:
            server.down()
