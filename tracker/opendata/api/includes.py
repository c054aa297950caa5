"""What belongs to rows and is answered with them where ``include`` names it: a fixed number of queries a page."""

from collections.abc import Callable, Iterable
from typing import Any

from tracker.opendata.rows import as_object, first_rows, select_rows
from tracker.opendata.tables import BODIES, CITATIONS, PASSAGES, RECOMMENDATIONS, UPDATES, Row, Table
from tracker.opendata.views.downloads import InvalidQueryError
from tracker.pledges.models import RecordEntry, StatusPeriod
from tracker.web.as_of import Clock

Objects = list[dict[str, Any]]


def read_include(words: str, known: Iterable[str]) -> list[str]:
    """Return the names in ``include``. Raises InvalidQueryError for one that is not known."""
    names = [name.strip() for name in words.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise InvalidQueryError(f"“{name[:40]}” cannot be included. These can: {', '.join(known)}.")
    return names


def pledges_with(items: Objects, names: Iterable[str], clock: Clock) -> Objects:
    """Add to pledges what is to be included with each."""
    return _added(items, {name: WITH_PLEDGES[name] for name in names}, clock)


def updates_with(items: Objects, names: Iterable[str], clock: Clock) -> Objects:
    """Add to entries of the record what is to be included with each."""
    return _added(items, {name: WITH_UPDATES[name] for name in names}, clock)


_Reader = Callable[[Objects, Clock], list[Any]]


def _added(items: Objects, readers: dict[str, _Reader], clock: Clock) -> Objects:
    if not readers:
        return items
    columns = {name: read(items, clock) for name, read in readers.items()}
    return [
        item | {"included": {name: values[place] for name, values in columns.items()}}
        for place, item in enumerate(items)
    ]


def _by_key(table: Table, keys: Iterable[Any], clock: Clock, field: str) -> dict[Any, dict[str, Any]]:
    """Return the rows of a table with these keys, by key."""
    wanted = {key for key in keys if key is not None}
    rows: list[Row] = first_rows(
        table, select_rows(table, **clock).filter(**{f"{field}__in": wanted}), clock, limit=10_000
    )
    return {row[0]: as_object(table, row) for row in rows}


def _latest(items: Objects, clock: Clock) -> list[Any]:
    slugs = [item["slug"] for item in items]
    periods = StatusPeriod.objects.current_at(until=clock["until"]).filter(pledge__slug__in=slugs)
    positions = dict(periods.values_list("pledge__slug", "update__position"))
    if clock["happened_by"]:
        rows = RecordEntry.objects.current(until=clock["until"]).by_clock(happened_by=clock["happened_by"])
        rows = rows.filter(pledge__slug__in=slugs).order_by("effective_on", "position")
        positions = dict(rows.values_list("pledge__slug", "position"))
    entries = _by_key(UPDATES, positions.values(), clock, "position")
    return [entries.get(positions.get(slug)) for slug in slugs]


def _passages(items: Objects, clock: Clock) -> list[Any]:
    rows = _by_key(PASSAGES, (key for item in items for key in item["passages"]), clock, "pk")
    return [[rows[key] for key in item["passages"] if key in rows] for item in items]


def _recommendation(items: Objects, clock: Clock) -> list[Any]:
    rows = _by_key(RECOMMENDATIONS, (item["recommendation_id"] for item in items), clock, "name")
    return [rows.get(item["recommendation_id"]) for item in items]


def _bodies(items: Objects, clock: Clock) -> list[Any]:
    named = [list(dict.fromkeys(filter(None, [item["promised_by"], *item["bodies"]]))) for item in items]
    rows = _by_key(BODIES, (slug for slugs in named for slug in slugs), clock, "slug")
    return [[rows[slug] for slug in slugs if slug in rows] for slugs in named]


def citations_with_words(positions: Iterable[int], clock: Clock) -> dict[int, Objects]:
    """Return the citations of entries, each with its passage as ``words``, by the position of the entry."""
    wanted = list(positions)
    cited = select_rows(CITATIONS, **clock).filter(update__position__in=wanted).order_by("update__position", "pk")
    citations = [as_object(CITATIONS, row) for row in first_rows(CITATIONS, cited, clock, limit=10_000)]
    words = _by_key(PASSAGES, (citation["passage"] for citation in citations), clock, "pk")
    mine: dict[int, Objects] = {position: [] for position in wanted}
    for citation in citations:
        mine[citation["entry"]].append(citation | {"words": words[citation["passage"]]})
    return mine


def _evidence(items: Objects, clock: Clock) -> list[Any]:
    citations = citations_with_words([item["position"] for item in items], clock)
    return [citations[item["position"]] for item in items]


WITH_PLEDGES: dict[str, _Reader] = {
    "latest": _latest,
    "passages": _passages,
    "recommendation": _recommendation,
    "bodies": _bodies,
}
WITH_UPDATES: dict[str, _Reader] = {"evidence": _evidence}
