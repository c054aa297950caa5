"""What a page costs right after something was published, and where nothing of it is kept."""

import random
from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponseBase

from tracker.pledges.derived.data_versions import APPEND_MOSTLY_TABLES, VISIBLE_TABLES, rewrite_counter, table_versions

ADDED_TO = ("pledges_statusupdate", "pledges_entrytext", "pledges_citation", "pledges_searchdocument")
"""The tables to which an entry of the record adds a row."""
TABLES_BY_NAME: dict[str, Sequence[str]] = {
    "parts": (), "entry": ADDED_TO, "anew": [*VISIBLE_TABLES, *map(rewrite_counter, APPEND_MOSTLY_TABLES)],
}  # fmt: skip


def middleware(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Let a request see versions that nobody has seen: with ``parts`` in its address of no table that a page shows, so
    that the page is put together anew of kept parts; with ``entry`` of what an entry adds to, with ``anew`` of all."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        asked = request.META.get("QUERY_STRING", "")
        how = next((name for name in TABLES_BY_NAME if f"{name}=" in asked), None)
        if how:
            unseen = random.randrange(1 << 40, 1 << 50)
            versions = table_versions() | dict.fromkeys(["nothing", *TABLES_BY_NAME[how]], unseen)
            request.table_versions = versions  # type: ignore[attr-defined]
        return get_response(request)

    return answer
