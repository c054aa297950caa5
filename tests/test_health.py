"""Health: live and ready for programs, the doctor for operators; each says what is wrong."""

import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from tracker import health
from tracker.sources import guards

pytestmark = pytest.mark.django_db


def test_live_and_ready(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/health/live").content == b"live\n"
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert set(answer.json()["checks"]) == {"database", "migrations", "record", "disk"}
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/health/ready").status_code == 405


def test_without_a_database_it_is_live_and_not_ready(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise DatabaseError("no")

    monkeypatch.setattr(connection, "cursor", refuse)
    assert client.get("/health/live").status_code == 200
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["checks"]["database"]) == (503, "it does not answer")


def test_a_missing_guard_is_told_and_pages_are_served(client):
    with transaction.atomic():
        guards.remove(connection)
        answer = client.get("/health/ready")
        assert answer.status_code == 200
        assert "guards are missing" in answer.json()["checks"]["record"]
        transaction.set_rollback(True)


def test_the_doctor_names_what_is_ill_and_what_to_do(settings, tmp_path, capsys, monkeypatch):
    settings.DATA_DIR = tmp_path
    with pytest.raises(CommandError, match=r"Look at: worker, verified\."):
        call_command("doctor")
    told = capsys.readouterr().out
    assert "well  database" in told
    assert "Start manage.py work beside the web server." in told
    call_command("verify_record", "--nightly")
    (Path(tmp_path) / health.HEARTBEAT).touch()
    capsys.readouterr()
    call_command("doctor")
    assert "ILL" not in capsys.readouterr().out
    os.utime(Path(tmp_path) / health.HEARTBEAT, (0, 0))
    monkeypatch.setattr(health, "LEAST_DISK", 10**18)
    with pytest.raises(CommandError, match="disk, worker"):
        call_command("doctor")


def test_the_worker_leaves_a_sign_of_each_round(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    call_command("work", "--rounds=1", "--every=0")
    assert (tmp_path / health.HEARTBEAT).exists()
