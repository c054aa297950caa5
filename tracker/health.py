"""Is this installation well? Asked by programs (/health/live, /health/ready) and by its operator (manage.py doctor).

Nothing here says anything about people, settings or secrets: the answers are for anybody.
"""

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tracker.nightly import day_of, verified_on
from tracker.sources import guards

LEAST_DISK = 200 * 1024 * 1024
"""Bytes that have to be free where the data are."""
HEARTBEAT = "worker_round"
"""The file of DATA_DIR that the worker touches in each round."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: whether it is well, what was seen, and what to do if it is not."""

    name: str
    well: bool
    says: str
    advice: str = ""


def database() -> Check:
    """Whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Check("database", False, "it does not answer", "Is it running, and is DATABASE_URL right?")
    return Check("database", True, f"{connection.vendor} answers")


def migrations() -> Check:
    """Whether the database has the tables of this version."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return Check("migrations", False, "can't be known: the database does not answer")
    if plan:
        return Check("migrations", False, f"{len(plan)} are not applied", "Run manage.py migrate.")
    return Check("migrations", True, "all applied")


def record() -> Check:
    """Whether the database guards the record."""
    try:
        missing = guards.missing(connection)
    except DatabaseError:
        return Check("record", False, "can't be known: the database does not answer")
    if missing:
        return Check("record", False, f"{len(missing)} guards are missing: it is read-only", "Run manage.py migrate.")
    return Check("record", True, "guarded")


def disk() -> Check:
    """Whether there is room where the data are."""
    folder = Path(settings.DATA_DIR)
    free = shutil.disk_usage(folder if folder.exists() else folder.parent).free
    told = f"{free // 1024 // 1024:,} MB free"
    if free < LEAST_DISK:
        return Check("disk", False, told, "Make room: nothing can be published on a full disk.")
    return Check("disk", True, told)


def kept() -> Check:
    """Whether the cache keeps what it is given."""
    try:
        cache.set("health", "well", 10)
        well = cache.get("health") == "well"
    except Exception:  # each cache has errors of its own
        well = False
    if not well:
        return Check(
            "cache", False, "it keeps nothing", "Is Redis running, and is CACHE_URL right? Pages are served without."
        )
    return Check("cache", True, "answers")


def worker() -> Check:
    """Whether the worker did a round in the last five minutes."""
    try:
        at = (Path(settings.DATA_DIR) / HEARTBEAT).stat().st_mtime
    except OSError:
        return Check("worker", False, "no round was ever done here", "Start manage.py work beside the web server.")
    ago = timezone.now() - dt.datetime.fromtimestamp(at, tz=dt.UTC)
    if ago > dt.timedelta(minutes=5):
        return Check(
            "worker", False, f"its last round was {ago.total_seconds() // 60:.0f} minutes ago", "Start it again."
        )
    return Check("worker", True, "at work")


def verified() -> Check:
    """Whether the record was verified in the last two days."""
    day = day_of(verified_on())
    if day is None:
        return Check(
            "verified", False, "never, here", "Run manage.py verify_record, or let the worker do it each night."
        )
    if (timezone.localdate() - day).days > 2:
        return Check("verified", False, f"last on {day}", "Run manage.py verify_record: why did the worker not?")
    return Check("verified", True, f"on {day}")


NEEDED: list[Callable[[], Check]] = [database, migrations]
"""What a page needs."""
ALL: list[Callable[[], Check]] = [*NEEDED, record, disk, kept, worker, verified]


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Whether this process answers at all; nothing else is asked."""
    return HttpResponse("live\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether pages can be served (200) or not (503), with the reasons."""
    checks = [check() for check in NEEDED]
    if checks[0].well:
        checks += [record(), disk()]
    well = all(check.well for check in checks[: len(NEEDED)])
    answer = {"ready": well, "checks": {check.name: check.says for check in checks}}
    return JsonResponse(answer, status=200 if well else 503)
