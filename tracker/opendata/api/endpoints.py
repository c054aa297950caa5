"""The read API, version 1: the tables of the open data for programs, with the filters and the order of the pages.

OpenAPI 3.1 at /api/v1/openapi.json, rendered at /api/v1/. Lists are paged by a cursor (core/keyset.py). Errors are
problem details (RFC 9457). What an answer means in a past day is said by ``as_of``, as on the pages. Here are pledges,
the record and sources; groups.py has what pledges are filed under and how many there are.
"""

import json
from functools import cache
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Path, Query

from tracker.opendata import jsonld
from tracker.opendata.api import groups  # registers its operations
from tracker.opendata.api.application import (
    ALL,
    api,
    api_get,
    check_names,
    check_number,
    list_table,
    not_found_on,
    objects,
    page_answer,
    page_of_pledges,
    page_of_rows,
    pledge_objects,
    problem,
    read_day_asked,
)
from tracker.opendata.api.includes import (
    WITH_PLEDGES,
    WITH_UPDATES,
    citations_with_words,
    pledges_with,
    read_include,
    updates_with,
)
from tracker.opendata.api.schemas import (
    Day,
    EntryList,
    PageParams,
    PassageList,
    PassageQuery,
    PassageRow,
    PledgeDetail,
    PledgeList,
    PledgeQuery,
    RecordHead,
    Since,
    SourceDetail,
    SourceList,
    UpdateList,
    UpdateQuery,
    UpdateRow,
)
from tracker.opendata.rows import first_rows, pledge_rows, select_rows, with_own
from tracker.opendata.tables import PASSAGES, SOURCES, UPDATES
from tracker.opendata.views.downloads import about, pledge_filter, updates_asked
from tracker.pledges.models import Pledge
from tracker.pledges.record import checkpoints
from tracker.pledges.record.export import exported
from tracker.pledges.visibility import visible_sources
from tracker.web.as_of import read_as_of

__all__ = ["api", "groups", "openapi", "problem"]


@api_get("/pledges", gives=PledgeList, summary="Pledges, filtered and sorted as on the page", tag="pledges")
def list_pledges(request: HttpRequest, params: Query[PledgeQuery]) -> Any:
    when = read_day_asked(request, params)
    names = read_include(params.include, WITH_PLEDGES)
    filterset = pledge_filter(request, when)
    rows, following = page_of_pledges(filterset.qs, filterset.order, params, when)
    return page_answer(request, when, pledges_with(pledge_objects(rows), names, when.clock), following)


@api_get("/pledges/{slug:slug}", gives=PledgeDetail, summary="One pledge, its record and its evidence", tag="pledges")
def get_pledge(request: HttpRequest, slug: Path[str], params: Query[Day]) -> Any:
    when = read_day_asked(request, params)
    selection = with_own(Pledge.objects.for_list(today=when.today, **when.clock)).filter(slug=slug)
    pledges = list(selection)
    rows = pledge_rows(pledges, **when.clock)
    if not rows:
        raise not_found_on(when, "There is no such pledge on that day.")
    entries = select_rows(UPDATES, **when.clock).filter(pledge__slug=slug).order_by("position")
    updates = objects(UPDATES, first_rows(UPDATES, entries, when.clock, limit=ALL))
    evidence = citations_with_words([entry["position"] for entry in updates], when.clock)
    return about(when) | {
        "pledge": pledge_objects(rows)[0],
        "later_deadlines": [
            deadline.as_fact() | {"last": deadline.last} for deadline in pledges[0].deadlines_after_first
        ],
        "updates": updates,
        "evidence": [citation for citations in evidence.values() for citation in citations],
    }


@api_get("/updates", gives=UpdateList, summary="Entries of the record, by position", tag="record")
def list_updates(request: HttpRequest, params: Query[UpdateQuery]) -> Any:
    when = read_day_asked(request, params)
    names = read_include(params.include, WITH_UPDATES)
    rows, following = page_of_rows(UPDATES, updates_asked(request, when), params, when)
    return page_answer(request, when, updates_with(objects(UPDATES, rows), names, when.clock), following)


@api_get("/updates/{int:position}", gives=UpdateRow, summary="One entry of the record", tag="record")
def get_update(request: HttpRequest, position: Path[int], params: Query[Day]) -> Any:
    when = read_day_asked(request, params)
    selection = select_rows(UPDATES, **when.clock).filter(position=check_number(position))
    for entry in objects(UPDATES, first_rows(UPDATES, selection, when.clock, limit=1)):
        return entry
    raise not_found_on(when, "There is no such entry on that day.")


@api_get("/passages", gives=PassageList, summary="Passages: exact words in sources", tag="sources")
def list_passages(request: HttpRequest, params: Query[PassageQuery]) -> Any:
    when = read_day_asked(request, params)
    passages = select_rows(PASSAGES, until=when.until)
    if params.check:
        passages = passages.filter(state=params.check)
    if params.source:
        source = get_object_or_404(visible_sources(), slug=params.source.replace("\x00", ""))
        passages = passages.filter(source=source)
    rows, following = page_of_rows(PASSAGES, passages, params, when)
    return page_answer(request, when, objects(PASSAGES, rows), following)


@api_get("/passages/{int:number}", gives=PassageRow, summary="One passage", tag="sources")
def get_passage(request: HttpRequest, number: Path[int], params: Query[Day]) -> Any:
    when = read_day_asked(request, params)
    selection = select_rows(PASSAGES, until=when.until).filter(pk=check_number(number))
    for passage in objects(PASSAGES, first_rows(PASSAGES, selection, when.clock, limit=1)):
        return passage
    raise not_found_on(when, "There is no such passage on that day.")


@api_get(
    "/passages/{int:number}/annotation",
    gives=dict[str, Any],
    summary="One passage as a Web Annotation (JSON-LD)",
    tag="sources",
)
def get_annotation(request: HttpRequest, number: Path[int], params: Query[Day]) -> Any:
    when = read_day_asked(request, params)
    passage = select_rows(PASSAGES, until=when.until).filter(pk=check_number(number)).first()
    if passage is None:
        raise not_found_on(when, "There is no such passage on that day.")
    response: HttpResponse = api.create_response(
        request, jsonld.annotation(passage, request.build_absolute_uri), status=200
    )
    response["Content-Type"] = jsonld.ANNOTATION_TYPE
    return response


@api_get("/sources", gives=SourceList, summary="Sources", tag="sources")
def list_sources(request: HttpRequest, params: Query[PageParams]) -> Any:
    return list_table(request, SOURCES, params)


@api_get("/sources/{slug:slug}", gives=SourceDetail, summary="One source and its passages", tag="sources")
def get_source(request: HttpRequest, slug: Path[str], params: Query[Day]) -> Any:
    when = read_day_asked(request, params)
    source = select_rows(SOURCES, until=when.until).filter(slug=slug).first()
    if source is None:
        raise not_found_on(when, "There is no such source on that day.")
    passages = select_rows(PASSAGES, until=when.until).filter(source=source).order_by("start", "pk")
    return about(when) | {
        "source": objects(SOURCES, first_rows(SOURCES, [source], when.clock, limit=1))[0],  # type: ignore[arg-type]
        "passages": objects(PASSAGES, first_rows(PASSAGES, passages, when.clock, limit=ALL)),
        "text": source.text if source.is_open and source.has_text else None,
    }


@api_get("/changes", gives=EntryList, summary="Entries since a position, as they are verified", tag="record")
def list_changes(request: HttpRequest, params: Query[Since]) -> Any:
    check_names(request, params)
    entries = exported(after=params.since, limit=params.limit + 1)
    more = len(entries) > params.limit
    shown = entries[: params.limit]
    query = f"?since={shown[-1]['position']}&limit={params.limit}" if more else ""
    return about(read_as_of(request)) | {
        "items": shown,
        "next": request.build_absolute_uri(f"{request.path}{query}") if more else None,
    }


@api_get("/record", gives=RecordHead, summary="The signed head of the record", tag="record")
def get_record(request: HttpRequest) -> Any:
    return checkpoints.head_as_json()


def openapi() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    document: dict[str, Any] = json.loads(_openapi_json())
    return document


@cache
def _openapi_json() -> str:
    """Return the document as JSON. The code alone says what is in it, and to make it takes a tenth of a second."""
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
    annotation = next(path_item for path, path_item in document["paths"].items() if path.endswith("/annotation"))
    answer = annotation["get"]["responses"]["200"]
    answer["content"] = {jsonld.ANNOTATION_TYPE: answer["content"].pop("application/json")}
    return json.dumps(document)
