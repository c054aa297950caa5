"""What processes that share a cache tell each other of replicas. Real standbys are in tests/ops/test_replicas.py."""

import os
import time
from contextlib import nullcontext

import psycopg
import pytest
from django.core.cache import cache, caches
from django.core.cache.backends.redis import RedisCache
from django.db import OperationalError
from django.test import RequestFactory
from redis.exceptions import RedisError

from tracker.core.postgresql import replicas
from tracker.core.postgresql.replicas import Replica, ReplicaState, ReplicaWatch
from tracker.ops import health
from tracker.web.middleware import _is_for_any_reader, answer_outage


@pytest.fixture
def primary(monkeypatch):
    """What the primary says of itself: position and timeline. Returns the answer, to be changed."""
    said = [1000, "00000001", "when it started"]
    monkeypatch.setattr(replicas, "read_rows", lambda sql: [tuple(said)])
    monkeypatch.setattr(replicas, "set_database_wait", lambda seconds: None)
    cache.clear()
    yield said
    cache.clear()


def test_what_one_process_saw_on_the_primary_no_other_is_behind_of(primary):
    one, other = ReplicaWatch(), ReplicaWatch()
    other.look_at_primary(lambda: 5)
    assert not other.is_behind(5)
    one.look_at_primary(lambda: 6)
    one.note_version(6)
    assert other.is_behind(5), "a reader was shown 6 by the one"
    other.look_at_primary(lambda: 5)
    assert other.is_behind(5), "nor does a look that was slower take it back"
    other.note_version(5)
    assert one.is_behind(5)


def test_a_process_that_begins_after_a_failover_forgets_what_is_kept_of_before(primary):
    ReplicaWatch().look_at_primary(lambda: 5)
    caches["parts"].set("entry-7", "what was lost")
    ReplicaWatch().look_at_primary(lambda: 5)
    assert caches["parts"].get("entry-7") == "what was lost", "the control: the same timeline"
    primary[1] = "00000002"
    later = ReplicaWatch()
    later.look_at_primary(lambda: 4)
    assert caches["parts"].get("entry-7") is None
    assert later.failovers == 1


def test_what_a_silent_redis_keeps_is_forgotten_when_it_answers_again(primary, settings, monkeypatch):
    gone = {
        "BACKEND": "tracker.core.caches.fault_tolerant_redis.FaultTolerantRedisCache",
        "LOCATION": "redis://127.0.0.1:1/1",
    }
    watch = ReplicaWatch()
    watch.look_at_primary(lambda: 5)
    settings.CACHES = settings.CACHES | {name: gone | {"KEY_PREFIX": name} for name in ("pages", "parts", "fragments")}
    caches["parts"].set("entry-7", "what was lost")
    assert caches["parts"].get("entry-7") == "what was lost", "kept in this process while Redis is gone"
    primary[1] = "00000002"
    for _ in range(2):  # each look tries again
        with pytest.raises(RedisError):
            watch.look_at_primary(lambda: 4)
        assert watch.failovers == 0
    monkeypatch.setattr(RedisCache, "clear", lambda self: None)
    watch.look_at_primary(lambda: 4)
    assert watch.failovers == 1
    assert caches["parts"].get("entry-7") is None


@pytest.mark.parametrize(
    ("started_at", "is_well"),
    [("when it started", True), ("at another time", False)],
    ids=["the primary", "another server"],
)
def test_a_server_that_is_the_primary_now_is_no_fault_among_the_replicas(
    primary, monkeypatch, settings, started_at, is_well
):
    replica, watch = Replica(1, {}), ReplicaWatch()
    settings.DATABASE_REPLICAS = [{}]
    monkeypatch.setattr(replicas, "configured_replicas", lambda: (replica,))
    monkeypatch.setattr(replicas, "ask_replica", lambda replica: nullcontext())
    monkeypatch.setattr(health, "WATCH", watch)
    watch._process = os.getpid()
    watch.look_at_primary(lambda: 5)
    monkeypatch.setattr(replicas, "read_rows", lambda sql: [(False, 1000, started_at)])
    watch.look_at(replica)
    assert watch.choose() is None
    assert health.replicas().ok == is_well


def test_a_command_does_not_wait_for_a_replica_without_end(primary, monkeypatch, settings):
    settings.REPLICA_MAX_LAG = 3600.0
    behind = object()
    watch = ReplicaWatch()
    monkeypatch.setattr(replicas, "configured_replicas", lambda: (behind,))
    monkeypatch.setattr(replicas, "_STALE_SECONDS", 0.5)
    monkeypatch.setattr(watch, "look_at", lambda one: watch._states.update({one: ReplicaState("", 60.0)}))
    start = time.monotonic()
    watch.look_once(lambda: 5)
    assert time.monotonic() - start < 2


@pytest.mark.parametrize(
    ("path", "any_reader"),
    [(f"/witness/{'0' * 64}/checkpoint", False), ("/report/", False), ("/record/log/checkpoint", True), ("/", True)],
)
def test_what_may_not_go_back_is_asked_of_the_primary(path, any_reader):
    assert _is_for_any_reader(RequestFactory().get(path)) == any_reader


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cause", "is_left_out"),
    [(psycopg.errors.QueryCanceled(), False), (psycopg.errors.AdminShutdown(), True), (None, True)],
)
def test_a_replica_is_not_left_out_for_a_search_that_takes_too_long(cause, is_left_out):
    """The reader is told so at once: the primary would take as long again."""
    error = OperationalError("canceling statement due to statement timeout")
    error.__cause__ = cause
    request = RequestFactory().get("/?q=a")
    request.META["tracker.replica"] = "replica 1"
    assert answer_outage(request, error).status_code == 503
    assert ("tracker.replica_failed" in request.META) == is_left_out
