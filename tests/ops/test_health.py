"""Health: live and ready for programs, the doctor for operators; each says what is wrong."""

import datetime as dt
import os
import re

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tests.factories import stated, update
from tracker.core import triggers
from tracker.ops import health
from tracker.ops.jobs import WorkerKind

pytestmark = pytest.mark.django_db


def test_live_and_ready(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/health/live").content == b"live\n"
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert set(answer.json()["checks"]) == {"database", "migrations", "writable", "record", "disk", "jobs"}
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/health/ready").status_code == 405


def test_without_a_database_it_is_live_and_not_ready(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise DatabaseError("no")

    monkeypatch.setattr(connection, "cursor", refuse)
    assert client.get("/health/live").status_code == 200
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["checks"]["database"]) == (503, "it does not respond")


def test_a_missing_guard_is_told_and_pages_are_served(client):
    with transaction.atomic():
        triggers.remove(connection)
        answer = client.get("/health/ready")
        assert answer.status_code == 200
        assert "guards are missing" in answer.json()["checks"]["record"]
        transaction.set_rollback(True)


def test_the_doctor_names_what_is_ill_and_what_to_do(settings, tmp_path, capsys, monkeypatch):
    settings.DATA_DIR = tmp_path
    with pytest.raises(CommandError, match=r"Look at: settings, worker, verified\."):
        call_command("doctor")
    told = capsys.readouterr().out
    assert "well  database" in told
    assert "Start manage.py run_worker beside the web server." in told
    call_command("verify_record", "--nightly")
    for kind in WorkerKind:
        health.heartbeat_file(kind).touch()
    capsys.readouterr()
    monkeypatch.setattr(health, "ALL_CHECKS", [one for one in health.ALL_CHECKS if one is not health.deployment])
    call_command("doctor")
    assert "ILL" not in capsys.readouterr().out
    os.utime(health.heartbeat_file(WorkerKind.EXPORT), (0, 0))
    monkeypatch.setattr(health, "MIN_FREE_BYTES", 10**18)
    with pytest.raises(CommandError, match="disk, worker"):
        call_command("doctor")


def test_the_worker_leaves_a_sign_of_each_round(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    call_command("run_worker", "--rounds=1", "--every=0")
    assert (tmp_path / health.HEARTBEAT).exists()
    assert health.worker().ok
    health.heartbeat_file(WorkerKind.MAIL).unlink()
    assert "mail never ran" in health.worker().detail


def test_the_clock_and_the_mail_are_looked_at(settings):
    assert health.clock().ok
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        stated()
    assert "is before the last entry" in health.clock().detail
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "printed" in health.mail().detail
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert "cannot connect: ConnectionRefusedError" in health.mail().detail


def test_metrics_are_for_who_has_the_token_alone(client, settings):
    update(stated())
    assert client.get("/health/metrics").status_code == 404
    assert client.get("/health/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = "a token"
    assert client.get("/health/metrics", headers={"Authorization": "Bearer another"}).status_code == 404
    told = client.get("/health/metrics", headers={"Authorization": "Bearer a token"}).content.decode()
    assert 'tracker_well{check="database"} 1' in told
    assert "tracker_record_entries 2\n" in told
    names = set(re.findall(r"^# TYPE (\w+) gauge$", told, re.MULTILINE))
    assert {re.split(r"[{ ]", line)[0] for line in told.splitlines() if not line.startswith("#")} == names
