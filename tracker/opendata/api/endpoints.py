"""The read API, version 1: the tables of the open data for programs, with the filters and the order of the pages.

OpenAPI 3.1 at /api/v1/openapi.json, rendered at /api/v1/. Lists are paged by a cursor (core/keyset.py). Errors are
problem details (RFC 9457). What an answer means in a past day is said by ``as_of``, as on the pages.
"""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import NinjaAPI, Path, Query, Schema
from ninja.errors import ValidationError as InvalidRequest

from tracker.core.keyset import InvalidCursorError, Key, after, cursor, key_values, ordered, read_cursor
from tracker.opendata import jsonld
from tracker.opendata.api.schemas import (
    BodyList,
    Day,
    EntryList,
    PageParams,
    PassageList,
    PassageQuery,
    PassageRow,
    PledgeDetail,
    PledgeList,
    PledgeQuery,
    Problem,
    RecommendationList,
    RecommendationQuery,
    RecommendationRow,
    RecordHead,
    ReviewList,
    Since,
    SourceDetail,
    SourceList,
    ThemeList,
    UpdateList,
    UpdateQuery,
    UpdateRow,
)
from tracker.opendata.rows import as_object, pledge_rows, queryset, some_rows, with_own
from tracker.opendata.tables import (
    BODIES,
    CITATIONS,
    PASSAGES,
    PLEDGES,
    RECOMMENDATIONS,
    REVIEWS,
    SOURCES,
    THEMES,
    UPDATES,
    Row,
    Table,
    order_of,
)
from tracker.opendata.views.downloads import InvalidQueryError, about, pledge_filter, review_asked, updates_asked
from tracker.pledges.models import Pledge, RecordEntry
from tracker.pledges.record import checkpoints
from tracker.pledges.record.export import exported
from tracker.pledges.visibility import visible_sources
from tracker.web.as_of import AsOf, read_as_of

api = NinjaAPI(
    title="The Pledge Record",
    version="1",
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    description=(
        "What a government promised, in exact words, and what has happened since. Read only, open to all origins, no "
        "key. Days are days in Europe/London (2025-09-01), instants are in UTC with microseconds, positions of "
        "passages count characters (Unicode code points) from 0. Each answer has an entity tag: ask with "
        "If-None-Match and an unchanged answer costs nothing (304)."
    ),
)


_ERRORS = {404: Problem, 422: Problem}


def _get(path: str, *, gives: Any, summary: str, tag: str) -> Any:
    def register(view: Any) -> Any:
        # The name of the function is the name of the operation: clients that are made of the document call it so.
        options = {"summary": summary, "tags": [tag], "operation_id": view.__name__, "by_alias": True}
        return api.get(path, response={200: gives} | _ERRORS, **options)(view)

    return register


@_get("/pledges", gives=PledgeList, summary="Pledges, filtered and sorted as on the page", tag="pledges")
def list_pledges(request: HttpRequest, params: Query[PledgeQuery]) -> Any:
    when = _day(request, params)
    filterset = pledge_filter(request, when)
    page = list(_filtered_pledges(filterset.qs, filterset.order, params)[: params.limit + 1])
    following = cursor(key_values(page[params.limit - 1], filterset.order)) if len(page) > params.limit else ""
    return _listed(request, when, PLEDGES, pledge_rows(page[: params.limit], until=when.until), following)


@_get("/pledges/{slug:slug}", gives=PledgeDetail, summary="One pledge, its record and its evidence", tag="pledges")
def get_pledge(request: HttpRequest, slug: Path[str], params: Query[Day]) -> Any:
    when = _day(request, params)
    rows = with_own(Pledge.objects.for_list(today=when.today, until=when.until)).filter(slug=slug)
    row = pledge_rows(list(rows), until=when.until)
    if not row:
        raise Http404("There is no such pledge on that day.")
    entries = queryset(UPDATES, until=when.until).filter(pledge__slug=slug).order_by("position")
    cited = queryset(CITATIONS, until=when.until).filter(update__pledge__slug=slug).order_by("update__position", "pk")
    citations = some_rows(CITATIONS, cited, limit=_ALL)
    words = queryset(PASSAGES, until=when.until).filter(pk__in=[row[3] for row in citations])
    passages = {row[0]: as_object(PASSAGES, row) for row in some_rows(PASSAGES, words, limit=_ALL)}
    return about(when) | {
        "pledge": as_object(PLEDGES, row[0]),
        "updates": [as_object(UPDATES, one) for one in some_rows(UPDATES, entries, limit=_ALL)],
        "evidence": [as_object(CITATIONS, one) | {"words": passages[one[3]]} for one in citations],
    }


@_get("/updates", gives=UpdateList, summary="Entries of the record, by position", tag="record")
def list_updates(request: HttpRequest, params: Query[UpdateQuery]) -> Any:
    when = _day(request, params)
    return _table(request, when, UPDATES, updates_asked(request, when), params)


@_get("/updates/{int:position}", gives=UpdateRow, summary="One entry of the record", tag="record")
def get_update(request: HttpRequest, position: Path[int], params: Query[Day]) -> Any:
    when = _day(request, params)
    return _one(UPDATES, queryset(UPDATES, until=when.until).filter(position=_known(position)))


@_get("/passages", gives=PassageList, summary="Passages: exact words in sources", tag="sources")
def list_passages(request: HttpRequest, params: Query[PassageQuery]) -> Any:
    when = _day(request, params)
    passages = queryset(PASSAGES, until=when.until)
    if params.check:
        passages = passages.filter(state=params.check)
    if params.source:
        passages = passages.filter(source=get_object_or_404(visible_sources(), slug=_clean(params.source)))
    return _table(request, when, PASSAGES, passages, params)


@_get("/passages/{int:number}", gives=PassageRow, summary="One passage", tag="sources")
def get_passage(request: HttpRequest, number: Path[int], params: Query[Day]) -> Any:
    when = _day(request, params)
    return _one(PASSAGES, queryset(PASSAGES, until=when.until).filter(pk=_known(number)))


@_get(
    "/passages/{int:number}/annotation",
    gives=dict[str, Any],
    summary="One passage as a Web Annotation (JSON-LD)",
    tag="sources",
)
def get_annotation(request: HttpRequest, number: Path[int], params: Query[Day]) -> Any:
    when = _day(request, params)
    passage = queryset(PASSAGES, until=when.until).filter(pk=_known(number)).first()
    if passage is None:
        raise Http404("There is no such passage.")
    response: HttpResponse = api.create_response(
        request, jsonld.annotation(passage, request.build_absolute_uri), status=200
    )
    response["Content-Type"] = jsonld.ANNOTATION_TYPE
    return response


@_get("/sources", gives=SourceList, summary="Sources", tag="sources")
def list_sources(request: HttpRequest, params: Query[PageParams]) -> Any:
    return _every(request, SOURCES, params)


@_get("/sources/{slug:slug}", gives=SourceDetail, summary="One source and its passages", tag="sources")
def get_source(request: HttpRequest, slug: Path[str], params: Query[Day]) -> Any:
    when = _day(request, params)
    source = queryset(SOURCES, until=when.until).filter(slug=slug).first()
    if source is None:
        raise Http404("There is no such source.")
    passages = queryset(PASSAGES, until=when.until).filter(source=source).order_by("start", "pk")
    return about(when) | {
        "source": as_object(SOURCES, some_rows(SOURCES, [source], limit=1)[0]),  # type: ignore[arg-type]
        "passages": [as_object(PASSAGES, row) for row in some_rows(PASSAGES, passages, limit=_ALL)],
        "text": source.text if source.is_open and source.has_text else None,
    }


@_get("/bodies", gives=BodyList, summary="Bodies", tag="catalogue")
def list_bodies(request: HttpRequest, params: Query[PageParams]) -> Any:
    return _every(request, BODIES, params)


@_get("/themes", gives=ThemeList, summary="Themes", tag="catalogue")
def list_themes(request: HttpRequest, params: Query[PageParams]) -> Any:
    return _every(request, THEMES, params)


@_get("/reviews", gives=ReviewList, summary="Reviews", tag="catalogue")
def list_reviews(request: HttpRequest, params: Query[PageParams]) -> Any:
    return _every(request, REVIEWS, params)


@_get("/recommendations", gives=RecommendationList, summary="Recommendations of reviews", tag="catalogue")
def list_recommendations(request: HttpRequest, params: Query[RecommendationQuery]) -> Any:
    when = _day(request, params)
    found = queryset(RECOMMENDATIONS, until=when.until)
    if params.review:
        found = found.filter(review=review_asked(_clean(params.review)))
    return _table(request, when, RECOMMENDATIONS, found, params)


@_get("/recommendations/{int:number}", gives=RecommendationRow, summary="One recommendation", tag="catalogue")
def get_recommendation(request: HttpRequest, number: Path[int], params: Query[Day]) -> Any:
    when = _day(request, params)
    return _one(RECOMMENDATIONS, queryset(RECOMMENDATIONS, until=when.until).filter(pk=_known(number)))


@_get("/changes", gives=EntryList, summary="Entries since a position, as they are verified", tag="record")
def list_changes(request: HttpRequest, params: Query[Since]) -> Any:
    _only(request, params)
    entries = exported(RecordEntry.objects.filter(position__gt=params.since).order_by("position")[: params.limit + 1])
    more = len(entries) > params.limit
    shown = entries[: params.limit]
    query = f"?since={shown[-1]['position']}&limit={params.limit}" if more else ""
    return about(read_as_of(request)) | {
        "items": shown,
        "next": request.build_absolute_uri(f"{request.path}{query}") if more else None,
    }


@_get("/record", gives=RecordHead, summary="The signed head of the record", tag="record")
def get_record(request: HttpRequest) -> Any:
    return checkpoints.head_as_json()


# --- Shared by the operations -------------------------------------------------------------------

_ALL = 10_000
"""Nothing has so many entries or passages; a bound on what one answer holds."""


def _day(request: HttpRequest, params: Schema) -> AsOf:
    """Return the day that is asked for. Raises InvalidQueryError where it or the name of a parameter is wrong."""
    _only(request, params)
    when = read_as_of(request)
    if when.problem:
        raise InvalidQueryError(when.problem.split(":")[0] + ".")
    return when


def _only(request: HttpRequest, params: Schema) -> None:
    # A name that is misspelt and left out would give an answer to another question.
    for name in request.GET:
        if name not in type(params).model_fields:
            raise InvalidQueryError(f"There is no parameter “{name[:40]}”.")


def _known(number: int) -> int:
    if number > 2**53:
        raise Http404("There is no such number.")
    return number


def _clean(word: str) -> str:
    return word.replace("\x00", "")


def _filtered_pledges(rows: QuerySet[Any], keys: Sequence[Key], params: PageParams) -> QuerySet[Any]:
    rows = ordered(rows, keys)
    return after(rows, keys, read_cursor(params.cursor, keys)) if params.cursor else rows


def _table(request: HttpRequest, when: AsOf, table: Table, found: QuerySet[Any], params: PageParams) -> Any:
    keys = order_of(table)
    rows = some_rows(table, _filtered_pledges(found, keys, params), limit=params.limit + 1)
    last = rows[params.limit - 1] if len(rows) > params.limit else None  # a row's first column is its key
    return _listed(request, when, table, rows[: params.limit], cursor([last[0]]) if last else "")


def _every(request: HttpRequest, table: Table, params: PageParams) -> Any:
    when = _day(request, params)
    return _table(request, when, table, queryset(table, until=when.until), params)


def _listed(request: HttpRequest, when: AsOf, table: Table, rows: list[Row], following: str) -> dict[str, Any]:
    query = request.GET.copy()
    query["cursor"] = following
    return about(when) | {
        "items": [as_object(table, row) for row in rows],
        "next": request.build_absolute_uri(f"{request.path}?{query.urlencode()}") if following else None,
    }


def _one(table: Table, found: QuerySet[Any]) -> dict[str, Any]:
    rows = some_rows(table, found, limit=1)
    if not rows:
        raise Http404("There is no such row.")
    return as_object(table, rows[0])


# --- Errors -------------------------------------------------------------------------------------


def problem(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """Return problem details (RFC 9457)."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    response: HttpResponse = api.create_response(request, body, status=status)
    response["Content-Type"] = "application/problem+json"
    return response


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, str(error) or "There is no page at this address.")


@api.exception_handler(InvalidQueryError)
def _invalid_query(request: HttpRequest, error: InvalidQueryError) -> HttpResponse:
    return problem(request, 422, str(error))


@api.exception_handler(InvalidCursorError)
def _bad_cursor(request: HttpRequest, error: InvalidCursorError) -> HttpResponse:
    return problem(request, 422, str(error))


@api.exception_handler(InvalidRequest)
def _invalid(request: HttpRequest, error: InvalidRequest) -> HttpResponse:
    first = error.errors[0]
    return problem(request, 422, f"{first['loc'][-1]}: {first['msg']}")


def openapi() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    # By way of JSON, because ninja names statuses by number where JSON has words.
    document: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=reverse("opendata:api"))))
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                parameter.pop("examples", None)  # a list here, as in its schema, where OpenAPI has an object
            for status in ("404", "422"):
                if answer := operation["responses"].get(status):
                    answer["content"] = {"application/problem+json": answer["content"].pop("application/json")}
                    answer["description"] = HTTPStatus(int(status)).phrase
    annotation = next(one for path, one in document["paths"].items() if path.endswith("/annotation"))
    answer = annotation["get"]["responses"]["200"]
    answer["content"] = {jsonld.ANNOTATION_TYPE: answer["content"].pop("application/json")}
    return document
