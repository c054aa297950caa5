"""Which edition of the data is this: a number that every change that readers could see moves, whoever makes it.

What is kept of an answer, by us, a browser or a proxy, is kept by this number, so it can't be stale. The database
counts, by a trigger on each table; a change that is rolled back is not counted, and one that is not committed yet
is seen by nobody.
"""

import hashlib

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from tracker.sources.guards import Tick

TABLES = [
    "sources_source",
    "sources_passage",
    "sources_sourcewithdrawal",
    "sources_linkcheck",
    *(
        f"pledges_{name}"
        for name in (
            "review",
            "recommendation",
            "recommendation_repeats",
            "body",
            "theme",
            "pledge",
            "pledge_bodies",
            "pledge_replaces",
            "statusupdate",
            "entrytext",
            "citation",
            "conflict",
            "conflictside",
            "question",
            "report",
            "searchdocument",
        )
    ),
]
"""The tables that readers see."""

TICKS = [
    Tick(f"tick_{table}_{event.lower()}", table, event, "pledges_edition")
    for table in TABLES
    for event in ("INSERT", "UPDATE", "DELETE")
]


_SHOWN = (
    "VERSION",
    "LANGUAGE_CODE",
    "SITE_NAME",
    "SITE_URL",
    "RECORD_ORIGIN",
    "LEAVE_URL",
    "HELPLINES",
    "QUIET_AFTER_DAYS",
    "DORMANT_AFTER_DAYS",
    "PLEDGES_PER_PAGE",
    "ENTRIES_PER_PAGE",
)
"""The settings that pages show or go by."""


def editions() -> dict[str, int]:
    """Return the number of each table. One query."""
    with connection.cursor() as cursor:  # asked by every request: the ORM would cost more than the query
        cursor.execute("SELECT name, number FROM pledges_edition")
        return dict(cursor.fetchall())


def seen_by(request: HttpRequest) -> dict[str, int]:
    """Return what ``editions`` said when a request came first to ask: all parts of an answer go by the same."""
    if not hasattr(request, "editions"):
        request.editions = editions()  # type: ignore[attr-defined]
    numbers: dict[str, int] = request.editions  # type: ignore[attr-defined]
    return numbers


def edition() -> int:
    """Return the number of the edition: never the same for two states of the data. One query."""
    return sum(editions().values())


def tag(*parts: str, number: int | None = None) -> str:
    """Return an entity tag (RFC 9110) for what is made of this edition, today's date and ``parts``, such as a URL.

    Today's date, because what is overdue or quiet changes overnight; the program's version and settings, because
    they decide how things are shown. ``number`` is that of the edition, where it was asked for already.
    """
    if number is None:
        number = edition()
    shown = [str(getattr(settings, name)) for name in _SHOWN]
    made_of = "\n".join([str(number), str(timezone.localdate()), *shown, *parts])
    return f'"{hashlib.sha256(made_of.encode()).hexdigest()[:32]}"'
