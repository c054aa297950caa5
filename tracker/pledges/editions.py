"""Which edition of the data is this: a number that every change that readers could see moves, whoever makes it.

What is kept of an answer, by us, a browser or a proxy, is kept by this number, so it can't be stale. The database
counts, by a trigger on each table; a change that is rolled back is not counted, and one that is not committed yet
is seen by nobody.
"""

import hashlib

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from tracker.pledges.models import Edition
from tracker.sources.guards import Tick

TABLES = [
    "sources_source",
    "sources_passage",
    *(
        f"pledges_{name}"
        for name in (
            "review",
            "recommendation",
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


def edition() -> int:
    """Return the number of the edition: never the same for two states of the data. One query."""
    return Edition.objects.aggregate(number=Sum("number"))["number"] or 0


def tag(*parts: str) -> str:
    """Return an entity tag (RFC 9110) for what is made of this edition, today's date and ``parts``, such as a URL.

    Today's date, because what is overdue or quiet changes overnight; the program's version, because it decides how
    things are shown.
    """
    made_of = "\n".join([str(edition()), str(timezone.localdate()), settings.VERSION, *parts])
    return f'"{hashlib.sha256(made_of.encode()).hexdigest()[:32]}"'
