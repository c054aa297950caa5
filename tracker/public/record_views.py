"""Pages of the record itself: changes, head, download, verifier."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tracker.pledges import heads
from tracker.pledges.asof import Period, as_of, dated, read_period
from tracker.pledges.exporting import exported_lines
from tracker.pledges.models import StatusUpdate
from tracker.pledges.statuses import EntryKind
from tracker.public.comparing import moves
from tracker.public.fragments import CATALOGUE, Part


@require_safe
def changes(request: HttpRequest, month: str = "") -> HttpResponse:
    """Every entry of the record, newest first; between two days, also which pledges came or moved."""
    when = as_of(request)
    period, problems = read_period(request.GET, month=month, latest=when.today)
    rows = StatusUpdate.objects.between(since=period.since, until=period.until).in_order().reverse()
    kind = request.GET.get("kind", "")
    if kind in EntryKind.values:
        rows = rows.filter(kind=kind)
    elif kind:
        problems.append(gettext("There is no such kind of entry: all kinds are shown."))
    context = {
        "page": Paginator(rows, settings.ENTRIES_PER_PAGE).get_page(request.GET.get("page")),
        "period": period,
        "problems": problems,
        "kinds": EntryKind,
        "kind": kind if kind in EntryKind.values else "",
        "moves": moves(since=period.since, until=period.until) if period.since else None,
        "months": StatusUpdate.objects.published(until=when.until).dates("published_at", "month", order="DESC"),
        "data_query": _query(period, kind) if not problems else "",
        "rows": Part(request, CATALOGUE),
        "as_of": when,
    }
    return dated(render(request, "public/changes.html", context), when)


def _query(period: Period, kind: str) -> str:
    asked = {"since": period.since, "until": period.until, "kind": kind}
    return urlencode({name: str(value) for name, value in asked.items() if value})


@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """The head of the record, and how anybody can check it."""
    head = heads.head()
    context = {"head": head, "checkpoint": heads.checkpoint(head), "verifier_key": heads.verifier_key()}
    return render(request, "public/record.html", context)


@require_safe
def download(request: HttpRequest) -> StreamingHttpResponse:
    """The whole record, one entry a line, in the form that docs/record-format.md specifies."""
    response = StreamingHttpResponse(exported_lines(), content_type="application/x-ndjson")
    response["Content-Disposition"] = 'attachment; filename="record.ndjson"'
    return response


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The stand-alone verifier, as a file to keep."""
    program = Path(str(finders.find("public/verify_record.py"))).read_bytes()
    response = HttpResponse(program, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify_record.py"'
    return response


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The signed head as a file to keep: a C2SP signed note."""
    return HttpResponse(heads.checkpoint(heads.head()), content_type="text/plain; charset=utf-8")


@require_safe
def head(request: HttpRequest) -> JsonResponse:
    """The signed head for programs: /.well-known/record-head.json."""
    return JsonResponse(heads.for_programs())
