"""Pages that monitors ask: is the process alive, is it ready, and its figures."""

import contextlib
import secrets
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tracker.core.database_wait import set_database_wait
from tracker.core.files.marker_files import last_verified_on
from tracker.core.postgresql.replicas import WATCH
from tracker.ops.health import (
    HEARTBEAT,
    READINESS_CHECKS,
    CheckResult,
    _free,
    cache_check,
    clock,
    database,
    disk,
    heartbeat_file,
    jobs,
    record,
    replicas,
    verified,
    worker,
)
from tracker.ops.job_status import count_waiting, publication_lag
from tracker.ops.jobs import JOBS, WorkerKind
from tracker.pledges.record.links import last_link


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Whether this process answers at all; nothing else is asked."""
    return HttpResponse("live\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether pages can be served and something can be published (200) or not (503), with the reasons."""
    with contextlib.suppress(DatabaseError):
        set_database_wait(settings.READER_WAIT)
    checks = [database()]
    if checks[0].ok:  # where it does not respond nobody waits for it again
        checks += [check() for check in READINESS_CHECKS[1:]]
    well = all(check.ok for check in checks)
    if checks[0].ok:  # told as well: pages are served all the same
        checks += [record(), disk(), jobs()]
    if settings.DATABASE_REPLICAS:
        checks.append(replicas())
    answer = {"ready": well, "checks": {check.name: check.detail for check in checks}}
    return JsonResponse(answer, status=200 if well else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The checks and what the record holds, as Prometheus reads it; for who has METRICS_TOKEN, and 404 for others."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not secrets.compare_digest(token.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    lines = ["# TYPE tracker_well gauge"]
    lines += [f'tracker_well{{check="{check.name}"}} {int(check.ok)}' for check in (measure() for measure in MEASURED)]
    last = last_link()
    folder = Path(settings.DATA_DIR)
    ages = {"worker_round": folder / HEARTBEAT, "verified": last_verified_on()}
    numbers: dict[str, float] = {
        "record_entries": last.position if last else 0,
        "last_entry_timestamp_seconds": last.published_at.timestamp() if last else 0,
        "free_disk_bytes": _free(),
        "publication_lag_seconds": publication_lag().total_seconds(),
        **{f"{name}_timestamp_seconds": file.stat().st_mtime for name, file in ages.items() if file.exists()},
    }
    for name, number in numbers.items():
        lines += [f"# TYPE tracker_{name} gauge", f"tracker_{name} {number:.0f}"]
    lines += _worker_metrics() + _replica_metrics()
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _worker_metrics() -> list[str]:
    """Return what waits for each job, and when a worker of each kind last gave a sign of life."""
    lines = ["# TYPE tracker_jobs_waiting gauge"]
    waiting = {job.name: count_waiting(job) for job in JOBS}
    lines += [
        f'tracker_jobs_waiting{{job="{name}"}} {number}' for name, number in waiting.items() if number is not None
    ]
    files = [(kind, heartbeat_file(kind)) for kind in WorkerKind if heartbeat_file(kind).exists()]
    lines += ["# TYPE tracker_worker_seen_timestamp_seconds gauge"] if files else []
    lines += [
        f'tracker_worker_seen_timestamp_seconds{{kind="{kind}"}} {file.stat().st_mtime:.0f}' for kind, file in files
    ]
    return lines


def _replica_metrics() -> list[str]:
    """Return for how long each replica has not had what the primary has, and whether readers are sent there."""
    states = WATCH.states()
    lines = ["# TYPE tracker_replica_in_use gauge"] if states else []
    lines += [
        f'tracker_replica_in_use{{replica="{replica.number}"}} {int(not state.why_left_out)}'
        for replica, state in states.items()
    ]
    lags = {replica: state.lag_seconds for replica, state in states.items() if state.lag_seconds is not None}
    lines += ["# TYPE tracker_replica_lag_seconds gauge"] if lags else []
    lines += [f'tracker_replica_lag_seconds{{replica="{replica.number}"}} {lag:.1f}' for replica, lag in lags.items()]
    return lines


MEASURED: list[Callable[[], CheckResult]] = [database, record, disk, cache_check, clock, worker, jobs, verified]
"""What is cheap enough to be asked every few seconds, and stays within this machine."""
