"""The API itself: how an operation is registered, what each answer says, how pages of rows and errors look."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError as InvalidRequest

from tracker.core.keyset import InvalidCursorError, Key, after, cursor, key_values, ordered, read_cursor
from tracker.opendata.api.schemas import PageParams, Problem
from tracker.opendata.rows import as_object, first_rows, pledge_rows, select_rows
from tracker.opendata.tables import PLEDGES, TABLES_VERSION, Row, Table, order_of, place_of
from tracker.opendata.views.downloads import InvalidQueryError, about, began
from tracker.web.as_of import AsOf, read_as_of

api = NinjaAPI(
    title="The Pledge Record",
    version=TABLES_VERSION,
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    description=(
        "What a government promised, in exact words, and what has happened since. Read only, open to all origins, no "
        "key. Days are days in Europe/London (2025-09-01), instants are in UTC with microseconds, positions of "
        "passages count characters (Unicode code points) from 0. Each answer has an entity tag: ask with "
        "If-None-Match and an unchanged answer costs nothing (304). Many rows at once: /data/updates.ndjson?limit=1000"
    ),
)

ALL = 10_000
"""Nothing has so many entries or passages; a bound on what one answer holds."""
_ERRORS = {404: Problem, 422: Problem}


def api_get(path: str, *, gives: Any, summary: str, tag: str) -> Any:
    """Register a function as an operation of the API; its name is that of the operation, and clients call it so."""

    def register(view: Any) -> Any:
        options: dict[str, Any] = {"summary": summary, "tags": [tag], "operation_id": view.__name__}
        options |= {"by_alias": True, "exclude_unset": True}  # what was not asked to be included is left out
        return api.get(path, response={200: gives} | _ERRORS, **options)(view)

    return register


def read_day_asked(request: HttpRequest, params: Schema) -> AsOf:
    """Return the day that is asked for. Raises InvalidQueryError where it or the name of a parameter is wrong."""
    check_names(request, params)
    when = read_as_of(request)
    if when.problem:
        raise InvalidQueryError(when.problem)
    return when


def check_names(request: HttpRequest, params: Schema) -> None:
    """Raise InvalidQueryError for a parameter that the operation does not have."""
    # A name that is misspelt and left out would give an answer to another question.
    for name in request.GET:
        if name not in type(params).model_fields:
            raise InvalidQueryError(f"There is no parameter “{name[:40]}”.")


def check_number(number: int) -> int:
    """Return a number that a key may be. Raises Http404."""
    if number > 2**53:
        raise Http404("There is no such number.")
    return number


def not_found_on(when: AsOf, words: str) -> Http404:
    """Return the error for something that is not there on a day, which says so where the record had not begun."""
    return Http404(f"{words} {began(when) or ''}".strip())


def page_of_pledges(
    pledges: QuerySet[Any], keys: Sequence[Key], params: PageParams, when: AsOf
) -> tuple[list[Row], str]:
    """Return the rows of a page of pledges (PledgeQuerySet.for_list with ``with_own``), and the cursor of the next."""
    page = list(_from_cursor(pledges, keys, params)[: params.limit + 1])
    following = cursor(key_values(page[params.limit - 1], keys)) if len(page) > params.limit else ""
    return pledge_rows(page[: params.limit], **when.clock), following


def page_of_rows(table: Table, selection: QuerySet[Any], params: PageParams, when: AsOf) -> tuple[list[Row], str]:
    """Return the rows of a page of another table, and the cursor of the next; an empty word on the last."""
    rows = first_rows(table, _from_cursor(selection, order_of(table), params), when.clock, limit=params.limit + 1)
    last = rows[params.limit - 1] if len(rows) > params.limit else None
    return rows[: params.limit], cursor(place_of(table, last)) if last else ""


def _from_cursor(rows: QuerySet[Any], keys: Sequence[Key], params: PageParams) -> QuerySet[Any]:
    rows = ordered(rows, keys)
    return after(rows, keys, read_cursor(params.cursor, keys)) if params.cursor else rows


def page_answer(request: HttpRequest, when: AsOf, items: list[dict[str, Any]], following: str) -> dict[str, Any]:
    """Return the answer with a page of items, and the address of the next."""
    return about(when) | {"items": items, "next": next_address(request, following)}


def next_address(request: HttpRequest, following: str) -> str | None:
    """Return the address of the next page of what is asked for; None where there is none."""
    query = request.GET.copy()
    query["cursor"] = following
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}") if following else None


def list_table(request: HttpRequest, table: Table, params: PageParams) -> dict[str, Any]:
    """Return a page of a whole table as of the day that is asked for."""
    when = read_day_asked(request, params)
    rows, following = page_of_rows(table, select_rows(table, **when.clock), params, when)
    return page_answer(request, when, objects(table, rows), following)


def objects(table: Table, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return each row as an object by column name."""
    return [as_object(table, row) for row in rows]


def pledge_objects(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The same, for rows in the order of PLEDGES."""
    return objects(PLEDGES, rows)


# --- Errors -------------------------------------------------------------------------------------


def problem(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """Return an error as application/problem+json (RFC 9457). ``detail`` says what to do, in words."""
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
