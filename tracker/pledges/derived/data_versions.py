"""The data version: a number that changes with everything readers could see, no matter who changes it.

What is kept of an answer, by us, a browser or a proxy, is kept by this number, so it cannot be stale. The database
counts, by a trigger on each table; a change that is rolled back is not counted, and one that is not committed yet
is seen by nobody.
"""

import hashlib
import json

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from tracker.core.triggers import ChangeCounterTrigger

VISIBLE_TABLES = [
    "sources_source",
    "sources_passage",
    "sources_sourcewithdrawal",
    "sources_linkcheck",
    "sources_wantedsource",
    *(
        f"pledges_{name}"
        for name in (
            "review",
            "recommendation",
            "recommendation_repeats",
            "repeattie",
            "body",
            "theme",
            "pledge",
            "pledge_bodies",
            "pledge_replaces",
            "statusupdate",
            "entrytext",
            "factsentry",
            "citation",
            "conflict",
            "conflictside",
            "question",
            "report",
            "searchdocument",
            "searchsynonym",
            "cosignature",
        )
    ),
]
"""The tables that readers see."""

APPEND_MOSTLY_TABLES = (
    "pledges_statusupdate", "pledges_entrytext", "pledges_citation", "sources_source", "sources_passage",
    "pledges_factsentry",
)  # fmt: skip
"""The tables that grow with each entry about any pledge. That a row of them was changed or removed is counted
apart, under ``rewrite_counter(table)``: the page of a pledge depends on its own entries, and on that."""


SEARCH_REWRITTEN = "pledges_searchdocument rewritten"
"""Under this name changes and deletions of what search finds are counted once more: search/postings.py goes by it."""
_ADDED_TO = (*APPEND_MOSTLY_TABLES, "pledges_searchdocument", SEARCH_REWRITTEN, "pledges_cosignature")


def rewrite_counter(table: str) -> str:
    """Return the name under which changes and deletions of one of APPEND_MOSTLY_TABLES are counted."""
    return f"{table} rewritten"


CHANGE_COUNTERS = [
    *(ChangeCounterTrigger(f"tick_{table}_insert", table, "INSERT", "pledges_edition") for table in VISIBLE_TABLES),
    *(
        ChangeCounterTrigger(
            f"tick_{table}_rewritten_{event.lower()}", table, event, "pledges_edition", counts=rewrite_counter(table)
        )
        if table in APPEND_MOSTLY_TABLES
        else ChangeCounterTrigger(f"tick_{table}_{event.lower()}", table, event, "pledges_edition")
        for table in VISIBLE_TABLES
        for event in ("UPDATE", "DELETE")
    ),
    *(
        ChangeCounterTrigger(
            f"tick_search_rewritten_{event.lower()}",
            "pledges_searchdocument",
            event,
            "pledges_edition",
            counts=SEARCH_REWRITTEN,
        )
        for event in ("UPDATE", "DELETE")
    ),
]


_VISIBLE_SETTINGS = (
    "VERSION",
    "LANGUAGE_CODE",
    "SITE_NAME",
    "SITE_NOTICE",
    "SITE_URL",
    "RECORD_ORIGIN",
    "WITNESS_NAME",
    "LEAVE_URL",
    "HELPLINES",
    "QUIET_AFTER_DAYS",
    "DORMANT_AFTER_DAYS",
    "PLEDGES_PER_PAGE",
    "ENTRIES_PER_PAGE",
    "SOURCES_PER_PAGE",
    "PASSAGES_PER_PAGE",
)
"""The settings that pages show or go by."""


def visible_settings() -> list[str]:
    """Return the values of the settings that pages show or go by, the program's version among them."""
    return [str(getattr(settings, name)) for name in _VISIBLE_SETTINGS]


def table_versions() -> dict[str, int]:
    """Return the number of each table, of APPEND_MOSTLY_TABLES also by ``rewrite_counter(table)``. One query.

    A connection that was kept is not asked first whether it still works (CONN_HEALTH_CHECKS): this query shows it.
    """
    was_kept = connection.connection is not None and not connection.in_atomic_block
    connection.health_check_done = True  # type: ignore[attr-defined]  # django-stubs does not know it
    try:
        return _table_versions()
    except (InterfaceError, OperationalError):
        if not was_kept or connection.is_usable():
            raise
        connection.close()
        return _table_versions()


_VERSIONS = {
    "sqlite": "SELECT json_group_object(name, number) FROM pledges_edition",
    "postgresql": "SELECT json_object_agg(name, number)::text FROM pledges_edition",
}
"""By the database. One row: for each row of SQLite a thread lets others have the interpreter, and may wait for it."""


def _table_versions() -> dict[str, int]:
    with connection.cursor() as cursor:  # asked by every request: the ORM would cost more than the query
        cursor.execute(_VERSIONS[connection.vendor])
        ((versions,),) = cursor.fetchall()
        return dict(json.loads(versions or "{}"))  # PostgreSQL makes nothing of no rows


def version_ignoring_additions(numbers: dict[str, int]) -> int:
    """Return the part of a data version that stays while something is only added: not if words were changed or taken
    away.
    """
    return sum(number for name, number in numbers.items() if name not in _ADDED_TO)


def data_version() -> int:
    """Return the data version, a number that two states of the data never share. One query."""
    return sum(table_versions().values())


def entity_tag(*parts: str, number: int | None = None) -> str:
    """Return an entity tag (RFC 9110) made of this data version, today's date and ``parts``, such as a URL.

    Today's date, because what is overdue or quiet changes overnight; the program's version and settings, because
    they decide how things are shown. ``number`` is the data version, if it was read already.
    """
    if number is None:
        number = data_version()
    made_of = "\n".join([str(number), str(timezone.localdate()), *visible_settings(), *parts])
    return f'"{hashlib.sha256(made_of.encode()).hexdigest()[:32]}"'
