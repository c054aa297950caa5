"""What a page costs right after something was published, and where nothing of it is kept."""

import random
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from tracker.pledges.derived.data_versions import APPEND_MOSTLY_TABLES, VISIBLE_TABLES, rewrite_counter, table_versions

ADDED_TO = ("pledges_statusupdate", "pledges_entrytext", "pledges_citation", "pledges_searchdocument")
"""The tables to which an entry of the record adds a row."""


def middleware(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Let a request see an edition that nobody has seen: with ``entry`` in its address of what an entry adds to,
    with ``anew`` of every table."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        asked = request.META.get("QUERY_STRING", "")
        if "anew=" in asked or "entry=" in asked:
            tables = ADDED_TO if "entry=" in asked else [*VISIBLE_TABLES, *map(rewrite_counter, APPEND_MOSTLY_TABLES)]
            unseen = random.randrange(1 << 40, 1 << 50)
            request.editions = table_versions() | dict.fromkeys(tables, unseen)  # type: ignore[attr-defined]
        return get_response(request)

    return answer
