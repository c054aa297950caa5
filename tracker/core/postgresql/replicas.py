"""Read replicas: which of them readers may be sent to, and the connection that this thread asks meanwhile.

The connection of this thread is exchanged, not the name of a database given to each query: what asks ``connection``
(the search, the data version, what is kept by a process) and what goes through models then see one state
(docs/decisions/0027-replicas.md). Threads of their own look at the primary and at each replica once a second: no
reader waits for that. Without DATABASE_REPLICA_URL nothing here runs.
"""

import contextlib
import logging
import os
import random
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.core.cache import cache as shared_cache
from django.core.cache import caches
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections

from tracker.core.database_wait import set_database_wait

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""Seconds between two looks at a database."""
_LOOK_WAIT_SECONDS = 1.0
_STALE_SECONDS = 5.0
"""What was seen longer ago says nothing: a look hangs, as where a machine is gone."""
_POSITIONS = 900
"""Looks at the primary that are remembered: how long ago it was where a replica is now."""
_NEWEST_KEY = "replicas-newest-version"
_TIMELINE_KEY = "replicas-timeline"

_PRIMARY = """
SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END - '0/0'::pg_lsn,
CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END,
pg_postmaster_start_time()
"""
"""Where its log is, and which timeline: each promotion begins another. When it started tells it from other servers."""
_REPLICA = "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() - '0/0'::pg_lsn, pg_postmaster_start_time()"


class Replica:
    """A replica, with a connection for each thread."""

    def __init__(self, number: int, values: dict[str, Any]) -> None:
        self.number, self.values = number, values
        self._threads = threading.local()
        self._guard = threading.Lock()
        self._asked: set[Any] = set()

    def __str__(self) -> str:
        return f"replica {self.number}"

    def connection(self) -> Any:
        """Return this thread's connection."""
        if not hasattr(self._threads, "connection"):
            own = {**connections.settings[DEFAULT_DB_ALIAS], **self.values}
            self._threads.connection = type(connections[DEFAULT_DB_ALIAS])(own, DEFAULT_DB_ALIAS)
        return self._threads.connection

    @contextlib.contextmanager
    def asked_by(self, own: Any) -> Iterator[None]:
        """Note that a thread asks by its connection, to the end of the block."""
        with self._guard:
            self._asked.add(own)
        try:
            yield
        finally:
            with self._guard:
                self._asked.discard(own)

    def cut(self) -> None:
        """Let every thread that waits for an answer get an OperationalError.

        Nothing else would: statement_timeout is kept by the server, and a kernel acknowledges what a server that hangs
        never reads.
        """
        with self._guard:
            for own in self._asked:
                with contextlib.suppress(Exception):  # it is closed, or not made yet
                    _shut_down(own.connection.fileno())


@cache
def configured_replicas() -> tuple[Replica, ...]:
    """Return the replicas of DATABASE_REPLICA_URL, in its order."""
    return tuple(Replica(number, values) for number, values in enumerate(settings.DATABASE_REPLICAS, 1))


@contextlib.contextmanager
def ask_replica(replica: Replica | None, *, goes_on: bool = False) -> Iterator[None]:
    """Let this thread ask a replica, to the end of the block; None: the database that it asks anyway.

    ``goes_on`` is for what another block began: the connection stays whatever its age.
    """
    if replica is None:
        yield
        return
    before, own = connections[DEFAULT_DB_ALIAS], replica.connection()
    with replica.asked_by(own):
        if not goes_on:
            own.close_if_unusable_or_obsolete()  # Django does so for connections that it knows
        connections[DEFAULT_DB_ALIAS] = own
        try:
            yield
        finally:
            connections[DEFAULT_DB_ALIAS] = before


@dataclass(frozen=True)
class ReplicaState:
    """What was seen last of a replica. ``problem`` says why no reader is sent there; empty: they are."""

    problem: str
    lag_seconds: float | None = None
    """For how long it has not had what the primary has. None: not known."""
    is_primary: bool = False
    """Whether DATABASE_URL leads to it now: where addresses name every server, one of them does."""
    seen_at: float = field(default_factory=time.monotonic)

    @property
    def is_stale(self) -> bool:
        """Whether it was seen too long ago to say anything: a look hangs."""
        return time.monotonic() - self.seen_at > _STALE_SECONDS

    @property
    def why_left_out(self) -> str:
        """Why no reader is sent there now; empty: they are."""
        return self.problem or ("it does not respond" if self.is_stale else "")


class ReplicaWatch:
    """What this process knows of the replicas and of the newest version of the data."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._process = 0
        self._states: dict[Replica, ReplicaState] = {}
        self._positions: deque[tuple[float, float]] = deque(maxlen=_POSITIONS)
        self._primary_looked_at = threading.Event()
        self._newest, self._newest_at = 0, 0.0
        self._timeline = ""
        self._primary_started_at: Any = None
        self.failovers = 0
        """How often another server took the primary's place, as far as this process has seen."""

    def start(self, read_version: Callable[[], int]) -> None:
        """Begin to look, if this process does not yet. ``read_version`` reads the version of the data."""
        if self.is_running:
            return
        with self._guard:
            if self.is_running:
                return
            self._process = os.getpid()
        looks: list[Callable[[], None]] = [lambda: self.look_at_primary(read_version)]
        looks += [lambda replica=replica: self.look_at(replica) for replica in configured_replicas()]  # type: ignore[misc]
        looks.append(self.cut_hanging)
        for look in looks:
            threading.Thread(target=_repeat, args=(look,), name="replicas", daemon=True).start()

    @property
    def is_running(self) -> bool:
        """Whether this process looks."""
        return self._process == os.getpid()

    def states(self) -> dict[Replica, ReplicaState]:
        """Return what was seen of each replica."""
        unseen = ReplicaState("not looked at yet")
        return {replica: self._states.get(replica, unseen) for replica in configured_replicas()}

    def choose(self) -> Replica | None:
        """Return one of the replicas to which readers may be sent; None where there is none. Asks nothing."""
        usable = [replica for replica, state in self.states().items() if not state.why_left_out]
        return random.choice(usable) if usable else None  # noqa: S311 (any will do)

    def leave_out(self, replica: Replica, problem: str) -> None:
        """Send nobody there until the next look."""
        logger.warning("The %s is left out: %s", replica, problem)
        self._states[replica] = ReplicaState(problem)

    def is_behind(self, version: int) -> bool:
        """Return whether somebody has seen a newer version of the data than this."""
        return version < max(self._newest, shared_cache.get(_NEWEST_KEY) or 0)

    def note_version(self, version: int) -> None:
        """Note a version before anybody is shown it: nobody is shown an earlier one from then on.

        Processes that share a cache (CACHE_URL) know it at once, others with their next look.
        """
        if version > self._newest:
            with self._guard:
                self._newest, self._newest_at = max(version, self._newest), time.monotonic()
            _share_version(version)

    def look_at_primary(self, read_version: Callable[[], int]) -> None:
        """Note where the primary is, and the version of its data. Two queries."""
        at = time.monotonic()
        try:
            set_database_wait(_LOOK_WAIT_SECONDS)
            ((position, timeline, self._primary_started_at),) = read_rows(_PRIMARY)
            version = read_version()
        finally:
            self._primary_looked_at.set()
        if timeline and timeline != self._timeline:
            self._begin(timeline)
        with self._guard:
            self._positions.append((at, float(position)))
            is_newer = version > self._newest
            # Also where it is lower: what was lost with a primary is no version of the data any more.
            self._newest = version if self._newest_at < at else max(version, self._newest)
        if is_newer:  # who is shown it by this process is shown no less by another
            _share_version(version)

    def _begin(self, timeline: str) -> None:
        """Forget what was kept of another timeline: its last transactions may be lost, and their keys come again.

        A shared cache says of which one the kept parts are, for a process that began after the failover.
        """
        before = self._timeline or shared_cache.get(_TIMELINE_KEY)
        if before and before != timeline:
            for name in ("pages", "parts", "fragments"):
                caches[name].clear()  # where the cache does not answer it raises, and the next look tries again
            logger.warning("Another server is the primary now. What was kept is forgotten.")
            self.failovers += 1
            self._positions.clear()
        self._timeline = timeline
        shared_cache.set(_TIMELINE_KEY, timeline, None)

    def look_once(self, read_version: Callable[[], int]) -> None:
        """Look at the primary, and for a few seconds at each replica that may be behind: for a command, which has no
        threads that look on.
        """
        with contextlib.suppress(DatabaseError):
            self.look_at_primary(read_version)
        for replica in configured_replicas():
            self.look_at(replica)
            until = time.monotonic() + _STALE_SECONDS
            while not self._states[replica].problem and self._states[replica].lag_seconds and time.monotonic() < until:
                time.sleep(LOOK_SECONDS / 4)
                self.look_at(replica)

    def look_at(self, replica: Replica) -> None:
        """Note how a replica is. One query."""
        self._primary_looked_at.wait(_STALE_SECONDS)
        try:
            with ask_replica(replica):
                set_database_wait(_LOOK_WAIT_SECONDS)
                ((is_replica, position, started_at),) = read_rows(_REPLICA)
        except DatabaseError:
            self._states[replica] = ReplicaState("it does not respond")
            return
        if not is_replica:
            is_primary = started_at == self._primary_started_at
            problem = "it is the primary" if is_primary else "it is no replica any more"
            self._states[replica] = ReplicaState(problem, is_primary=is_primary)
            return
        lag = self._lag(float(position or 0))
        late = lag is not None and lag > settings.REPLICA_MAX_LAG
        self._states[replica] = ReplicaState(f"{lag:.0f} s behind" if late else "", lag)

    def cut_hanging(self) -> None:
        """End what waits for a replica at which a look hangs. Asks nothing."""
        for replica, state in self.states().items():
            if state.is_stale:
                replica.cut()

    def _lag(self, position: float) -> float | None:
        """Return for how many seconds the primary has been past a position of its log."""
        with self._guard:
            if not self._positions:
                return None
            passed = next((at for at, reached in self._positions if reached > position), None)
        return 0.0 if passed is None else time.monotonic() - passed


WATCH = ReplicaWatch()
"""What this process knows of the replicas."""


def _share_version(version: int) -> None:
    """Tell the processes that share a cache, unless one of them has told of a newer version."""
    if version > (shared_cache.get(_NEWEST_KEY) or 0):
        shared_cache.set(_NEWEST_KEY, version, _STALE_SECONDS)


def _shut_down(descriptor: int) -> None:
    with socket.socket(fileno=os.dup(descriptor)) as line:
        line.shutdown(socket.SHUT_RDWR)


def _repeat(look: Callable[[], None]) -> None:
    while True:
        try:
            look()
        except DatabaseError:
            connections[DEFAULT_DB_ALIAS].close_if_unusable_or_obsolete()
        except Exception:
            logger.exception("A look at the databases failed")
        time.sleep(LOOK_SECONDS)


def read_rows(sql: str, *, database: Any = connection) -> list[tuple[Any, ...]]:
    """Return the rows of a query; ``database`` is the connection, if not this thread's. One query."""
    with database.cursor() as cursor:
        cursor.execute(sql)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
