"""Downloads: each table whole or filtered, as CSV, JSON or NDJSON; the Data Package; the page about them all."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker.core.keyset import InvalidCursorError, Key, after, cursor, in_chunks, key_values, ordered, read_cursor
from tracker.core.numbers import read_number
from tracker.opendata.data_package import LICENCE, described, descriptor, package
from tracker.opendata.formats import as_csv, as_json, as_ndjson
from tracker.opendata.http import open_data, send_file, stream
from tracker.opendata.rows import first_rows, pairs, pledge_rows, rows_from, select_rows, updates, with_own
from tracker.opendata.tables import PLEDGES, TABLES, Row, Table, order_of, place_of
from tracker.pledges.choices import EntryKind
from tracker.pledges.dates import read_period
from tracker.pledges.models import Pledge, Review
from tracker.pledges.querysets import RecordEntryQuerySet
from tracker.pledges.read.filters import PledgeFilter
from tracker.pledges.record import checkpoints
from tracker.pledges.visibility import visible_reviews
from tracker.sources.choices import CheckState
from tracker.web.as_of import AsOf, Clock, read_as_of
from tracker.web.export_files import ExportInProgressError, export_file_or_none
from tracker.web.rate_limiting import busy_response, rate_limited

FORMATS = {
    "csv": ("text/csv; charset=utf-8", "for people and spreadsheets"),
    "json": ("application/json", "exact"),
    "ndjson": ("application/x-ndjson", "exact, one row a line"),
}


class InvalidQueryError(ValueError):
    """What was asked for cannot be answered exactly; the message says why."""


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What can be downloaded, and what each column means: the data dictionary."""
    tables = [(table, [(column, described(column)) for column in table.columns]) for table in TABLES.values()]
    return render(
        request,
        "opendata/index.html",
        {
            "tables": tables,
            "formats": FORMATS,
            "licence": LICENCE,
            "head": checkpoints.current_head(),
            "reviews": visible_reviews(),
        },
    )


@open_data
@require_safe
@rate_limited("download", plain=True)
def download_table(request: HttpRequest, name: str, extension: str) -> HttpResponseBase:
    """One table as of a day, filtered as the page of the same name is; a filter that is wrong is an error here."""
    table = TABLES.get(name)
    if table is None or extension not in FORMATS:
        raise Http404
    when = read_as_of(request)
    try:
        if "limit" in request.GET or "cursor" in request.GET:
            return _with_notice(_page(request, table, extension), when)
        make = row_source(request, table)
    except (InvalidQueryError, InvalidCursorError) as error:
        return HttpResponse(f"{error}\n", status=400, content_type="text/plain; charset=utf-8")

    def pieces() -> Iterator[bytes]:
        if extension == "csv":
            return as_csv(table.columns, make())
        if extension == "ndjson":
            return as_ndjson(table, make())
        return as_json(table, make(), about=about(when))

    file_name = "-".join([table.name, *(f"{name}-{day}" for name, day in when.scope.items())]) + f".{extension}"
    content_type = FORMATS[extension][0]
    try:
        path = None if request.GET else export_file_or_none(file_name, pieces)
    except ExportInProgressError:
        return busy_response(request, plain=True)
    if path is None:
        return _with_notice(stream(request, pieces, content_type=content_type, name=file_name), when)
    return send_file(request, path, content_type=content_type, name=file_name)


def _with_notice(response: HttpResponseBase, when: AsOf) -> HttpResponseBase:
    """Say in a header that the record had not begun on a day: rows of CSV and NDJSON have no place for it."""
    if notice := began(when):
        response["X-Notice"] = notice
    return response


def _page(request: HttpRequest, table: Table, extension: str) -> HttpResponseBase:
    """Answer with so many rows of a table as NDJSON, and lead to the rows after them (Link, RFC 8288).

    Raises InvalidQueryError, InvalidCursorError.
    """
    limit = read_number(request.GET.get("limit", ""), largest=MAX_PAGE_ROWS)
    if not limit:
        raise InvalidQueryError(f"limit is a number from 1 to {MAX_PAGE_ROWS:,}.")
    if extension != "ndjson" or table.pairs_of:
        raise InvalidQueryError("limit and cursor are for .ndjson, and not for tables of pairs.")
    selection, keys, clock = page_source(request, table)
    word = request.GET.get("cursor", "")
    selection = ordered(selection, keys)
    selection = after(selection, keys, read_cursor(word, keys)) if word else selection
    if table is PLEDGES:
        pledges = list(selection[: limit + 1])
        places: list[Any] = [key_values(pledge, keys) for pledge in pledges]
        page = pledge_rows(pledges[:limit], **clock)
    else:
        page = first_rows(table, selection, clock, limit=limit + 1)
        places = [place_of(table, row) for row in page]
    response = StreamingHttpResponse(as_ndjson(table, page[:limit]), content_type=FORMATS["ndjson"][0])
    if len(places) > limit:
        query = request.GET.copy()
        query["cursor"] = cursor(places[limit - 1])
        address = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        response["Link"] = f'<{address}>; rel="next"'
    return response


MAX_PAGE_ROWS = 5000
"""Rows of one page of a table."""


def page_source(request: HttpRequest, table: Table) -> tuple[QuerySet[Any], Sequence[Key], Clock]:
    """Return what an address asks for of a table, its order, and of which day it is.

    Not for tables of pairs. Raises InvalidQueryError for a filter that is wrong.
    """
    when = read_as_of(request)
    if when.problem:
        raise InvalidQueryError(when.problem)
    if table is PLEDGES:
        filterset = pledge_filter(request, when)
        return filterset.qs, filterset.order, when.clock
    selection = select_rows(table, **when.clock)
    if table.name == "updates":
        selection = updates_asked(request, when)
    elif table.name in ("recommendations", "themes") and (slug := request.GET.get("review", "")):
        selection = selection.filter(review=review_asked(slug))
    elif table.name == "passages" and (state := request.GET.get("check", "")):
        if state not in CheckState.values:
            raise InvalidQueryError("There is no such state of a passage.")
        selection = selection.filter(state=state)
    return selection, order_of(table), when.clock


def about(when: AsOf) -> dict[str, Any]:
    """Return what each JSON answer says of itself: whose it is, of which day, how far the record goes."""
    head = checkpoints.current_head()
    return {
        "site": settings.SITE_NAME,
        "licence": LICENCE["path"],
        "as_of": (when.known_on or timezone.localdate()).isoformat(),
        "happened_by": when.happened_by.isoformat() if when.happened_by else None,
        "record_began": when.before_first.isoformat() if when.before_first else None,
        "record": {"size": head.position, "digest": head.digest},
        "notice": began(when),
    }


def began(when: AsOf) -> str | None:
    """Return that what was published on a day is unknown, where the record had not begun."""
    first = when.before_first
    return f"The record began on {first:%-d %B %Y}. We do not know what was published before." if first else None


def row_source(request: HttpRequest, table: Table) -> Callable[[], Iterator[Row]]:
    """Return what makes the rows that an address asks for. Raises InvalidQueryError for a filter that is wrong."""
    selection, keys, clock = page_source(request, PLEDGES if table.pairs_of else table)
    if table.pairs_of:
        return lambda: pairs(table, filtered(selection, keys, clock))
    return lambda: filtered(selection, keys, clock) if table is PLEDGES else rows_from(table, selection, clock)


def pledge_filter(request: HttpRequest, when: AsOf) -> PledgeFilter:
    """Return the filterset of the page for an address. Raises InvalidQueryError with the first thing that is wrong."""
    pledges = with_own(Pledge.objects.for_list(today=when.today, **when.clock))
    filterset = PledgeFilter(request.GET, queryset=pledges, **when.clock)
    _refuse_what_is_wrong(filterset)
    return filterset


def _refuse_what_is_wrong(filterset: PledgeFilter) -> None:
    """Raise InvalidQueryError with the first thing that is wrong. A page leaves a filter out; a program is told."""
    for name, errors in filterset.form.errors.as_data().items():
        if errors[0].code == "invalid_choice":
            raise InvalidQueryError(f"“{name}” has no such value.")
        raise InvalidQueryError(str(errors[0].messages[0]))


def filtered(pledges: QuerySet[Any], order: Sequence[Key], clock: Clock) -> Iterator[Row]:
    """Yield the rows of the pledges that filters leave, in their order."""
    for chunk in in_chunks(pledges, order):
        yield from pledge_rows(chunk, **clock)


def updates_asked(request: HttpRequest, when: AsOf) -> RecordEntryQuerySet:
    """Return the entries that an address asks for, as the page of changes does: since, until, kind; or a pledge,
    or all pledges of a body, a theme and a review, as they were stated on the day. Raises InvalidQueryError.
    """
    latest = (when.known_on or timezone.localdate()) if when.happened_by else when.today
    period, problems = read_period(request.GET, month="", latest=latest)
    if problems:
        raise InvalidQueryError(
            "“since” and “until” are days that exist, such as 2025-09-01: “until” not before “since” or in the future."
        )
    entries = updates(until=when.until).between(since=period.since, until=period.until)
    entries = entries.by_clock(**when.clock)
    if kind := request.GET.get("kind", ""):
        if kind not in EntryKind.values:
            raise InvalidQueryError("There is no such kind of entry.")
        entries = entries.filter(kind=kind)
    if pledge := request.GET.get("pledge", ""):
        if "\x00" in pledge or not Pledge.objects.filter(slug=pledge).exists():
            raise InvalidQueryError("There is no such pledge.")
        entries = entries.filter(pledge__slug=pledge)
    if groups := {name: value for name in ("body", "theme", "review") if (value := request.GET.get(name, ""))}:
        filterset = PledgeFilter(groups, queryset=Pledge.objects.with_record(**when.clock), **when.clock)
        _refuse_what_is_wrong(filterset)
        entries = entries.filter(pledge__in=filterset.qs.order_by().values("pk"))
    return entries


def review_asked(slug: str) -> Review:
    """Return the review that an address asks for. Raises InvalidQueryError."""
    review = None if "\x00" in slug else visible_reviews().filter(slug=slug).first()
    if review is None:
        raise InvalidQueryError("There is no such review.")
    return review


@open_data
@require_safe
@rate_limited("package", plain=True)
def data_package(request: HttpRequest) -> HttpResponseBase:
    """The whole record in one file, made once for each version of the data."""
    try:
        path = package()
    except (ExportInProgressError, OSError):
        return busy_response(request, plain=True)
    return send_file(request, path, content_type="application/zip", name="pledge-record.zip")


@open_data
@require_safe
def data_package_descriptor(request: HttpRequest) -> HttpResponse:
    """What the package has in it, without the package."""
    text = json.dumps(descriptor(checkpoints.current_head()), ensure_ascii=False, indent=2)
    return HttpResponse(text, content_type="application/json")
