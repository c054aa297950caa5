"""Is this installation well? Asked by programs (/health/live, /health/ready) and by its operator (manage.py doctor).

Nothing here says anything about people, settings or secrets: the answers are for anybody.
"""

import contextlib
import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.checks import WARNING, run_checks
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from tracker.core import triggers
from tracker.core.database_wait import is_outage
from tracker.core.files.marker_files import last_verified_on, read_day_marker
from tracker.core.mail import is_mail_set_up
from tracker.core.postgresql.replicas import WATCH, read_rows
from tracker.ops.job_failures import job_failures
from tracker.ops.jobs import WorkerKind
from tracker.pledges.derived.data_versions import data_version, table_versions
from tracker.pledges.record.links import last_link
from tracker.pledges.witness.problems import witness_problems

MIN_FREE_BYTES = 200 * 1024 * 1024
"""Bytes that have to be free where the data are."""
HEARTBEAT = "worker_round"
"""The file of DATA_DIR that workers touch every second."""


def heartbeat_file(kind: WorkerKind | None = None) -> Path:
    """Return the file that every worker touches, or that those of one kind do."""
    return Path(settings.DATA_DIR) / (f"{HEARTBEAT}_{kind}" if kind else HEARTBEAT)


def give_sign_of_life(kind: WorkerKind) -> None:
    """Touch the file of all workers, and that of one kind; a full disk stops no worker."""
    with contextlib.suppress(OSError):
        heartbeat_file().touch()
        heartbeat_file(kind).touch()


@dataclass(frozen=True)
class CheckResult:
    """One thing that was looked at: whether it is well, what was seen, and what to do if it is not."""

    name: str
    ok: bool
    detail: str
    advice: str = ""


_IS_READ_ONLY = {"sqlite": "SELECT 'off'", "postgresql": "SELECT current_setting('transaction_read_only')"}


def database() -> CheckResult:
    """Whether the database answers, and no other process holds the tables that every page reads."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_IS_READ_ONLY[connection.vendor])
            (is_read_only,) = cursor.fetchone()
        _ask_for_a_table()
    except DatabaseError:
        return CheckResult("database", False, "it does not respond", "Is it running, and is DATABASE_URL right?")
    if is_read_only == "on":
        return CheckResult(
            "database", False, "it is read-only", "Let DATABASE_URL lead to the primary, not a standby."
        )
    return CheckResult("database", True, f"{connection.vendor} answers")


def _ask_for_a_table() -> None:
    """Read what every page reads: another process may hold it. Raises DatabaseError where that is so."""
    try:
        table_versions()
    except DatabaseError as error:
        if is_outage(error):
            raise
        # A table that is missing is a migration that is missing.


_IDENTITY = "SELECT pg_postmaster_start_time(), oid FROM pg_database WHERE datname = current_database()"


def pooler() -> CheckResult:
    """Whether a pooler is between, and DATABASE_DIRECT_URL leads past it to the same database."""
    if connection.vendor != "postgresql":
        return CheckResult("pooler", True, "none")
    wrapper: Any = connection  # of tracker/core/postgresql
    try:
        ((process,),) = read_rows("SELECT pg_backend_pid()")
        behind = process != wrapper.connection.info.backend_pid  # a pooler tells clients numbers of its own
        if not wrapper.is_pooled and behind:
            return CheckResult(
                "pooler", False, "DATABASE_URL leads to a pooler", "Set DATABASE_DIRECT_URL: docs/configuration.md."
            )
        if not wrapper.is_pooled:
            return CheckResult("pooler", True, "none")
        here = read_rows(_IDENTITY)
    except DatabaseError:
        return CheckResult("pooler", False, "cannot be known: the database does not respond")
    try:
        past = read_rows(_IDENTITY, database=wrapper.past_pooler())
    except DatabaseError:
        return CheckResult("pooler", False, "DATABASE_DIRECT_URL does not respond", "Is it right?")
    if here != past:
        return CheckResult("pooler", False, "DATABASE_DIRECT_URL is another database", "Correct it.")
    return CheckResult("pooler", True, "both addresses lead to the same database")


def replicas() -> CheckResult:
    """Whether readers are sent to every replica. A process that did not look at them yet does so."""
    if not settings.DATABASE_REPLICAS:
        return CheckResult("replicas", True, "none")
    if not WATCH.is_running:
        WATCH.look_once(data_version)
    states = WATCH.states()
    words = ", ".join(f"{replica}: {state.why_left_out or 'in use'}" for replica, state in states.items())
    if any(state.why_left_out and not state.is_primary for state in states.values()):
        return CheckResult("replicas", False, words, "Readers are sent to the primary. Is DATABASE_REPLICA_URL right?")
    return CheckResult("replicas", True, words)


def migrations() -> CheckResult:
    """Whether the database has the tables of this version."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return CheckResult("migrations", False, "cannot be known: the database does not respond")
    if plan:
        return CheckResult("migrations", False, f"{len(plan)} are not applied", "Run manage.py migrate.")
    return CheckResult("migrations", True, "all applied")


def record() -> CheckResult:
    """Whether the database guards the record."""
    try:
        missing = triggers.missing(connection)
    except DatabaseError:
        return CheckResult("record", False, "cannot be known: the database does not respond")
    if missing:
        return CheckResult(
            "record", False, f"{len(missing)} guards are missing: it is read-only", "Run manage.py migrate."
        )
    return CheckResult("record", True, "guarded")


def _free() -> int:
    """Return how many bytes are free where the data are."""
    folder = Path(settings.DATA_DIR)
    return shutil.disk_usage(folder if folder.exists() else folder.parent).free


def disk() -> CheckResult:
    """Whether there is room where the data are."""
    free = _free()
    room = f"{free // 1024 // 1024:,} MB free"
    if free < MIN_FREE_BYTES:
        return CheckResult("disk", False, room, "Make room: nothing can be published on a full disk.")
    return CheckResult("disk", True, room)


def writable() -> CheckResult:
    """Whether a file can be written and is safe where the data are, and SQLite's own can."""
    folders = {Path(settings.DATA_DIR)}
    if connection.vendor == "sqlite" and not connection.is_in_memory_db():  # type: ignore[attr-defined]
        file = Path(str(connection.settings_dict["NAME"]))
        folders.add(file.parent)
        if not os.access(file, os.W_OK):
            return CheckResult("writable", False, "the database cannot be written", _WRITABLE_ADVICE)
    try:
        for folder in folders:
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.write(b"\0" * 4096)
                probe.flush()
                os.fsync(probe.fileno())
    except OSError as error:
        return CheckResult("writable", False, f"the disk cannot be written: {error.strerror}", _WRITABLE_ADVICE)
    return CheckResult("writable", True, "the disk can be written")


_WRITABLE_ADVICE = "Is the disk full, mounted read-only, or owned by another user? Pages are still shown."


def cache_check() -> CheckResult:
    """Whether the cache keeps what it is given, and Redis answers where it is used."""
    advice = "Is Redis running, and is CACHE_URL right? Meanwhile each worker keeps pages in its own memory."
    if not getattr(cache, "responds", lambda: True)():
        return CheckResult("cache", False, "Redis does not respond", advice)
    try:
        cache.set("health", "well", 10)
        is_kept = cache.get("health") == "well"
    except Exception:  # each cache has errors of its own
        is_kept = False
    if not is_kept:
        return CheckResult("cache", False, "it does not store anything", "Is CACHE_URL right?")
    return CheckResult("cache", True, "answers")


def worker() -> CheckResult:
    """Whether a worker of each kind gave a sign of life in the last five minutes."""
    ages = {kind: _age(heartbeat_file(kind)) for kind in WorkerKind}
    if not any(ages.values()) and not _age(heartbeat_file()):
        return CheckResult(
            "worker", False, "it has never run here", "Start manage.py run_worker beside the web server."
        )
    late = {kind: age for kind, age in ages.items() if age is None or age > dt.timedelta(minutes=5)}
    if late:
        words = ", ".join(
            f"{kind} never ran" if age is None else f"{kind} last ran {age.total_seconds() // 60:.0f} minutes ago"
            for kind, age in late.items()
        )
        return CheckResult("worker", False, words, "Restart manage.py run_worker.")
    return CheckResult("worker", True, f"{len(ages)} kinds at work")


def _age(file: Path) -> dt.timedelta | None:
    """Return how long ago a file was touched; None where there is none."""
    try:
        return timezone.now() - dt.datetime.fromtimestamp(file.stat().st_mtime, tz=dt.UTC)
    except OSError:
        return None


def jobs() -> CheckResult:
    """Whether the worker's jobs did what they had to the last time they ran."""
    failures = job_failures()
    if failures:
        words = ", ".join(
            f"{failure.job} ({failure.error}, {failure.times} times since {failure.since})" for failure in failures
        )
        return CheckResult("jobs", False, f"failing: {words}", "The worker's log says why. It tries again by itself.")
    return CheckResult("jobs", True, "no job of the worker is failing")


def verified() -> CheckResult:
    """Whether the record was verified in the last two days."""
    day = read_day_marker(last_verified_on())
    if day is None:
        return CheckResult(
            "verified", False, "never, here", "Run manage.py verify_record, or let the worker do it each night."
        )
    if (timezone.localdate() - day).days > 2:
        return CheckResult(
            "verified", False, f"last on {day}", "Run manage.py verify_record: the worker should have run it."
        )
    return CheckResult("verified", True, f"on {day}")


def witnesses() -> CheckResult:
    """Whether the witnesses of this record cosign it, and no log that is followed here showed two records."""
    try:
        problems = witness_problems()
    except DatabaseError:
        return CheckResult("witnesses", False, "cannot be known: the database does not respond")
    if problems:
        return CheckResult(
            "witnesses", False, "; ".join(problems), "docs/deployment.md, “Witnesses”, says what to do."
        )
    return CheckResult("witnesses", True, f"{len(settings.WITNESSES)} asked, none has a problem")


def mail() -> CheckResult:
    """Whether the mail server lets us in; nothing is sent."""
    if not is_mail_set_up():
        return CheckResult("mail", False, "emails are printed, not sent", "Set EMAIL_URL before you invite anyone.")
    try:
        connected = get_connection(fail_silently=False, timeout=5)
        connected.open()
        connected.close()
    except (OSError, SMTPException) as error:
        return CheckResult(
            "mail", False, f"cannot connect: {type(error).__name__}", "Is EMAIL_URL right? Emails wait until then."
        )
    return CheckResult("mail", True, "the server accepts our connection")


def clock() -> CheckResult:
    """Whether the clock has not gone back behind the record, whose instants never do."""
    try:
        last = last_link()
    except DatabaseError:
        return CheckResult("clock", False, "cannot be known: the database does not respond")
    now = timezone.now()
    if last and last.published_at > now + dt.timedelta(minutes=1):
        gap = f"{now:%Y-%m-%d %H:%M} UTC is before the last entry, of {last.published_at:%Y-%m-%d %H:%M} UTC"
        advice = "Set it right (NTP). Until then entries get the instant of the last one, never an earlier one."
        return CheckResult("clock", False, gap, advice)
    return CheckResult("clock", True, f"{now:%Y-%m-%d %H:%M} UTC")


def deployment() -> CheckResult:
    """Whether the settings are those of a site that the public reads."""
    problems = [problem for problem in run_checks(include_deployment_checks=True) if problem.level >= WARNING]
    if problems:
        names = ", ".join(sorted({problem.id or problem.msg for problem in problems}))
        advice = "manage.py check --deploy says what each means; on a machine of your own it does not matter."
        return CheckResult("settings", False, names, advice)
    return CheckResult("settings", True, "right for a public site")


READINESS_CHECKS: list[Callable[[], CheckResult]] = [database, migrations, writable]
"""What a page and a publication need."""
ALL_CHECKS: list[Callable[[], CheckResult]] = [
    *READINESS_CHECKS,
    deployment,
    pooler,
    replicas,
    record,
    disk,
    cache_check,
    mail,
    clock,
    worker,
    jobs,
    verified,
    witnesses,
]
