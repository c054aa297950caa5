"""Pages of the record itself: changes, head, download, verifier."""

import datetime as dt
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tracker.pledges.choices import EntryKind
from tracker.pledges.compiled_query import Parameter, compiled_rows
from tracker.pledges.dates import Period, read_period
from tracker.pledges.models import RecordEntry, Review
from tracker.pledges.querysets import RecordEntryQuerySet
from tracker.pledges.read.status_history import pledges_ever_of
from tracker.pledges.record import checkpoints
from tracker.pledges.record.export import exported_lines
from tracker.pledges.record.links import facts_before, position_of
from tracker.pledges.record.signatures import signature_lines
from tracker.pledges.witness.cosignatures import cosigned_size
from tracker.pledges.witness.followed_logs import is_witness, witness_key
from tracker.public.pages.paginators import BidirectionalPaginator
from tracker.public.status_changes import StatusChange, status_changes
from tracker.web.as_of import AsOf, mark_past_day, read_as_of
from tracker.web.export_files import ExportInProgressError, FilePieces, export_file_or_none
from tracker.web.fragment_cache import entry_fragments, whole_page
from tracker.web.page_review import digest_of_review, known_reviews
from tracker.web.rate_limiting import busy_response, rate_limited
from tracker.web.templatetags.fragment_tags import render_page


@require_safe
@rate_limited("search", when=lambda request: bool({"since", "kind", "happened_by"} & set(request.GET)))
def changes(request: HttpRequest, month: str = "") -> HttpResponse:
    """Every entry about a pledge, newest first; between two days, also which pledges came or moved."""
    return list_changes(request, month=month)


def list_changes(request: HttpRequest, *, month: str = "", review: Review | None = None) -> HttpResponse:
    """Return the page of changes, of the whole record or of the pledges of one review."""
    when = read_as_of(request)
    # What had happened by a day was published until now, or until the day of which it is asked what was known.
    latest = (when.known_on or timezone.localdate()) if when.happened_by else when.today
    period, problems = read_period(request.GET, month=month, latest=latest)
    # Of the only review it is the whole record, which has no gaps: nothing is counted, whatever the length.
    part = review if review and len(known_reviews(request)) > 1 else None
    every = RecordEntry.objects.filter(pledge__review=part) if part else RecordEntry.objects.all()
    rows = every.between(since=period.since, until=period.until).by_clock(**when.clock)
    kind = request.GET.get("kind", "")
    if kind in EntryKind.values:
        rows = rows.filter(kind=kind)
    # Each by its key, and that of the entry that ended it: one that is kept rendered is not read.
    keys = rows.annotate(ended_by=rows.ending(until=when.until)).values_list("pk", "ended_by")
    # The whole record has no gaps that are not known; a part of it has.
    is_whole = not part and not when.happened_by and kind not in EntryKind.values
    pages: Paginator[Any] = (
        PositionPaginator(keys, sql_depends_on=() if request.GET or month else (period.until,))
        if is_whole
        else _with_gaps(keys, rows.count())
    )
    if kind and kind not in EntryKind.values:
        problems.append(gettext("That kind of entry does not exist. Showing all kinds."))
    page = pages.get_page(request.GET.get("page"))
    months = _months(every, when.until, part)
    # Between two days also the pledges that moved are listed, which follow from all entries.
    kept = None if period.since or when.day else whole_page(request, months, digest_of_review(review))
    context = {
        "whole_page": kept,
        "page": page,
        "period": period,
        "problems": problems,
        "kinds": EntryKind,
        "kind": kind if kind in EntryKind.values else "",
        "moves": None if when.happened_by else _moves(request, period, part),
        "months": months,
        "data_query": _query(period, kind, review, when) if not problems else "",
        "review": review,
        "rows": entry_fragments(request, list(page.object_list), when),
        "as_of": when.about(lambda: pledges_ever_of(part)) if part else when,
    }
    return mark_past_day(request, render_page(request, "public/changes.html", context), when)


class PositionPaginator(Paginator):  # type: ignore[type-arg]  # at run time it has none
    """Entries about pledges of a stretch of time, the newest first. Nothing has to be counted: their positions have
    no gaps but for entries of facts, of which each knows how many come before it.

    Each page costs the same.
    """

    def __init__(self, rows: QuerySet[RecordEntry, Any], *, sql_depends_on: tuple[Any, ...] = ()) -> None:
        """``sql_depends_on`` is what the SQL of the rows depends on; empty where it is not worth keeping."""
        super().__init__(rows, settings.ENTRIES_PER_PAGE)
        self.rows, self.key = rows, sql_depends_on

    @cached_property
    def _ends(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """The position of the first and of the last entry, each with its number among those about pledges."""

        def end(*order: str) -> QuerySet[RecordEntry, Any]:
            rows = self.rows.annotate(facts=facts_before()).values_list("position", F("position") - F("facts"))
            return rows.order_by(*order)[:1]

        first = self._read("first entry", lambda: end("published_at", "position"))
        last = self._read("last entry", lambda: end("-published_at", "-position")) if first else []
        return (first[0], last[0]) if first and last else ((1, 1), (0, 0))

    def _read(self, name: str, build: Callable[[], QuerySet[Any, Any]], **parameters: int) -> list[tuple[Any, ...]]:
        return compiled_rows((name, *self.key), build, **parameters) if self.key else list(build())

    @cached_property
    def count(self) -> int:
        """How many entries there are."""
        (_, first), (_, last) = self._ends
        return last - first + 1

    def page(self, number: int | str) -> Page[Any]:
        """Return a page. Raises what Paginator raises."""
        number = self.validate_number(number)
        (first, _), (last, last_number) = self._ends
        top = last if number == 1 else position_of(last_number - (number - 1) * self.per_page)

        def rows() -> QuerySet[RecordEntry, Any]:
            positions = (Parameter("first"), Parameter("top")) if self.key else (first, top)
            return self.rows.filter(position__range=positions).order_by("-position")[: self.per_page]

        return Page(self._read("entries", rows, first=first, top=top), number, self)


def _with_gaps(rows: QuerySet[RecordEntry, Any], count: int) -> "Paginator[Any]":
    """Return the pages of some of the entries, the newest first. For a kind an index has the number and the order."""
    return BidirectionalPaginator(rows.order_by("-published_at", "-position"), settings.ENTRIES_PER_PAGE, count=count)


def _moves(request: HttpRequest, period: Period, review: Review | None) -> "Page[StatusChange] | None":
    """Return a page of the pledges that came or moved in a period; None where it has no beginning."""
    if period.since is None:
        return None
    number = request.GET.get("pledges_page")
    return status_changes(since=period.since, until=period.until, number=number, review=review)


def _months(entries: RecordEntryQuerySet, until: dt.datetime | None, review: Review | None) -> list[dt.date]:
    """The months from that of the first entry, of all or of a review, to that of the last, the latest first."""
    rows = entries.published(until=until).values_list("published_at")
    ends: list[tuple[dt.datetime]] = []
    for order in (("published_at", "position"), ("-published_at", "-position")):
        build = partial(_first, rows, order)
        ends += compiled_rows(("month", order, review and review.pk), build) if until is None else build()
    if not ends:
        return []
    (first,), (last,) = ends
    begin, end = timezone.localdate(first).replace(day=1), timezone.localdate(last).replace(day=1)
    numbers = range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month)
    return [dt.date(number // 12, number % 12 + 1, 1) for number in reversed(numbers)]


def _first(rows: QuerySet[RecordEntry, Any], order: tuple[str, str]) -> QuerySet[RecordEntry, Any]:
    return rows.order_by(*order)[:1]


def _query(period: Period, kind: str, review: Review | None, when: AsOf) -> str:
    parameters = {"since": period.since, "until": period.until, "kind": kind, "review": review.slug if review else ""}
    days = when.scope if when.happened_by else {}
    return urlencode({name: str(value) for name, value in (parameters | days).items() if value})


@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """The head of the record, and how anybody can check it."""
    head = checkpoints.current_head()
    context = {
        "head": head,
        "checkpoint": checkpoints.checkpoint(head),
        "verifier_key": checkpoints.verifier_key(),
        "log_verifier_key": checkpoints.log_verifier_key(),
        "cosigned_size": cosigned_size(first=1, last=head.position),
        "witness_key": str(witness_key()) if is_witness() else "",
    }
    return render(request, "public/record.html", context)


@require_safe
@rate_limited("download", plain=True)
def download(request: HttpRequest) -> HttpResponseBase:
    """The whole record, one entry a line, in the form that docs/record-format.md specifies. Kept as a file."""
    try:
        path = export_file_or_none("record.ndjson", lambda: (line.encode() for line in exported_lines()))
    except ExportInProgressError:
        return busy_response(request, plain=True)
    pieces = exported_lines() if path is None else FilePieces(path)
    response = StreamingHttpResponse(pieces, content_type="application/x-ndjson")
    response["Content-Disposition"] = 'attachment; filename="record.ndjson"'
    return response


@require_safe
@rate_limited("download", plain=True)
def signatures(request: HttpRequest) -> HttpResponseBase:
    """Who published each entry: the account, and a signature of this installation, a line each."""
    response = StreamingHttpResponse(signature_lines(), content_type="application/x-ndjson")
    response["Content-Disposition"] = 'attachment; filename="signatures.ndjson"'
    return response


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The are-alone verifier, as a file to keep."""
    program = Path(str(finders.find("public/verify_record.py"))).read_bytes()
    response = HttpResponse(program, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify_record.py"'
    return response


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """The verifier that a browser runs: files that are chosen here go nowhere."""
    return render(request, "public/verify.html")


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The signed head as a file to keep: a C2SP signed note."""
    return HttpResponse(checkpoints.checkpoint(checkpoints.current_head()), content_type="text/plain; charset=utf-8")


@require_safe
def record_head(request: HttpRequest) -> JsonResponse:
    """The signed head for programs: /.well-known/record-head.json."""
    return JsonResponse(checkpoints.head_as_json())
