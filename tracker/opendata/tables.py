"""The tables of the open data: one shape for the CSV, the JSON, the API, the package and the data dictionary.

A table names its columns and yields its rows as tuples, a short read at a time, whatever their number. What a
column means is said once: here, or in the help text of the model's field.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import ExpressionWrapper, F, Field, Model, OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone

from tracker.pledges.chain import instant
from tracker.pledges.exporting import written
from tracker.pledges.models import (
    Body,
    Citation,
    ConflictSide,
    Pledge,
    Recommendation,
    Review,
    StatusUpdate,
    Theme,
)
from tracker.pledges.paging import Key, after, in_chunks
from tracker.pledges.querysets import StatusUpdateQuerySet, public_sources, relied_on
from tracker.pledges.stating import recall
from tracker.pledges.statuses import ENDING_KINDS, Basis, EntryKind, Kind, Response, Role, Schedule, Status
from tracker.sources.models import CheckState, Licence, Passage, Source, SourceKind

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Column:
    """One column. ``type`` is a word of Table Schema: string, integer, boolean, date, datetime, or list of strings.

    ``values`` names the words that may stand in it, ``example`` one that does. An empty cell of a column that is
    not ``required`` says that nothing is known or stated.
    """

    name: str
    type: str
    description: str
    required: bool = True
    values: tuple[str, ...] = ()
    example: Any = None


@dataclass(frozen=True)
class Table:
    """One table: its columns, the column by which a row is known, and what its rows are read from."""

    name: str
    title: str
    description: str
    columns: list[Column]
    key: str
    refers: dict[str, str]
    """Columns that hold the key of another table's row, with that table's name."""

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]


def _of(model: type[Model], name: str, type_: str = "string", **more: Any) -> Column:
    """A column that is a field of a model, with the field's own words on what it means."""
    field = model._meta.get_field(name)
    meaning = str(getattr(field, "help_text", "")) or str(getattr(field, "verbose_name", name)).capitalize() + "."
    required = not (getattr(field, "null", False) or getattr(field, "blank", False))
    return Column(name, type_, meaning, **({"required": required} | more))


def _words(choices: Any) -> tuple[str, ...]:
    return tuple(choices.values)


PLEDGES = Table(
    "pledges",
    "Pledges",
    "Each testable thing that a government said it would do, and what the record says of it on the day of the data.",
    [
        Column("slug", "string", "Its name in addresses; never changes.", example="national-inquiry"),
        _of(Pledge, "title"),
        Column("review", "string", "The review that prompted it."),
        Column("theme", "string", "What it is about."),
        _of(Pledge, "kind", values=_words(Kind)),
        _of(Pledge, "basis", values=_words(Basis)),
        Column("promised_by", "string", "The body that gave the word. Empty if the sources name nobody.", False),
        Column("bodies", "list", "The bodies that have to act, where a source names them.", False),
        _of(Pledge, "made_on", "date", example="2025-06-16"),
        _of(Pledge, "made_note"),
        Column("recommendation", "integer", "The number of the review's recommendation that it answers.", False),
        _of(Pledge, "response", values=("", *Response.values)),
        _of(Pledge, "done_means"),
        _of(Pledge, "unclear"),
        _of(Pledge, "deadline_on", "date"),
        _of(Pledge, "deadline_note"),
        _of(Pledge, "note"),
        Column("replaces", "list", "The pledges that it was split or merged from.", False),
        Column("words", "string", "Exact words that it rests on; the first of its passages.", False),
        Column("passages", "list", "The passages that the pledge itself rests on, by id.", False),
        Column("status", "string", "What public evidence supports. Empty: no entry yet.", False, _words(Status)),
        Column("status_on", "date", "The day on which the step of its status was taken.", False),
        Column("looked_until", "date", "Until which day the desk has looked. What came later is not covered.", False),
        Column("headline", "string", "The latest entry in one line; empty where its text was withdrawn.", False),
        Column("schedule", "string", "The first stated deadline against the day of the data.", True, _words(Schedule)),
        Column("quiet", "boolean", f"No update for more than {settings.QUIET_AFTER_DAYS} days, and not ended."),
        Column("in_conflict", "boolean", "Sources differ on a point of it: see the table of conflicts."),
        Column("page", "string", "Address of its page, from the root of the site."),
    ],
    "slug",
    {"review": "reviews", "theme": "themes", "promised_by": "bodies"},
)

UPDATES = Table(
    "updates",
    "Entries of the record",
    "Everything that was ever published, in the order of publication. Nothing is taken out: an entry that was "
    "corrected or withdrawn names the entry that did it.",
    [
        Column("position", "integer", "In the record, from 1, without a gap.", example=1),
        Column("kind", "string", "What the entry does.", True, _words(EntryKind)),
        Column("pledge", "string", "The pledge that it is about."),
        _of(StatusUpdate, "status", required=False, values=("", *Status.values)),
        _of(StatusUpdate, "step"),
        _of(StatusUpdate, "effective_on", "date"),
        _of(StatusUpdate, "looked_until", "date"),
        _of(StatusUpdate, "published_at", "datetime"),
        Column(
            "headline", "string", "What happened, in one line; empty where it was withdrawn for legal reasons.", False
        ),
        Column("explanation", "string", "What it changes and how we know, as Markdown.", False),
        Column("corrects", "integer", "Position of the earlier entry that it corrects or withdraws.", False),
        Column("ended_by", "integer", "Position of the later entry that corrected or withdrew it.", False),
        _of(StatusUpdate, "reason"),
        Column("proposed_by", "string", "Who proposed it."),
        Column("published_by", "string", "Who published it."),
        _of(StatusUpdate, "second_review", "boolean"),
        Column("digest", "string", "SHA-256 of the entry, in the form of docs/record-format.md."),
    ],
    "position",
    {"pledge": "pledges"},
)

_ID = Column("id", "integer", "Number of the row.", example=1)
CITATIONS = Table(
    "citations",
    "Citations",
    "Which passage does what for which entry of the record.",
    [
        _ID,
        Column("entry", "integer", "Position of the entry."),
        Column("pledge", "string", "The pledge that the entry is about."),
        Column("passage", "integer", "The passage."),
        Column("role", "string", "What the passage does for the entry.", True, _words(Role)),
        _of(Citation, "note"),
        _of(Citation, "source_sha256"),
    ],
    "id",
    {"entry": "updates", "pledge": "pledges", "passage": "passages"},
)

PASSAGES = Table(
    "passages",
    "Passages",
    "The exact words that anything published rests on, with their place in the source (W3C TextPositionSelector and "
    "TextQuoteSelector).",
    [
        Column("id", "integer", "Its number; never changes.", example=1),
        Column("source", "string", "The source."),
        _of(Passage, "start", "integer"),
        _of(Passage, "end", "integer"),
        _of(Passage, "exact"),
        _of(Passage, "prefix"),
        _of(Passage, "suffix"),
        Column("check", "string", "How far the program has checked the words.", True, _words(CheckState)),
        _of(Passage, "snapshot_sha256"),
        _of(Passage, "checked_on", "date"),
        Column("page", "string", "Address of the words on the site, from its root."),
    ],
    "id",
    {"source": "sources"},
)

SOURCES = Table(
    "sources",
    "Sources",
    "Each snapshot of a document that something published rests on. Its text is not in the table.",
    [
        Column("slug", "string", "Its name in addresses; never changes.", example="statement-2025-06-16"),
        _of(Source, "title"),
        _of(Source, "publisher"),
        _of(Source, "kind", values=_words(SourceKind)),
        _of(Source, "url"),
        _of(Source, "published_on", "date"),
        _of(Source, "licence", values=_words(Licence)),
        _of(Source, "note"),
        Column("held", "boolean", "Whether the text itself is kept here."),
        _of(Source, "sha256"),
        _of(Source, "characters", "integer"),
        Column("supersedes", "string", "The earlier snapshot of the same document.", False),
        Column("page", "string", "Address of its page, from the root of the site."),
    ],
    "slug",
    {"supersedes": "sources"},
)

CONFLICTS = Table(
    "conflicts",
    "Points on which sources differ",
    "What each of two or more passages says on one point, in its own words. Never averaged.",
    [
        _ID,
        Column("pledge", "string", "The pledge."),
        Column("question", "string", "The point, such as “How many cases”."),
        Column("passage", "integer", "The passage."),
        Column("says", "string", "Words of the passage, exactly."),
        Column("note", "string", "What the desk adds.", False),
    ],
    "id",
    {"pledge": "pledges", "passage": "passages"},
)

_SLUG = Column("slug", "string", "Its name in addresses; never changes.", example="home-office")
_NAME = Column("name", "string", "Its name.", example="Home Office")
_PAGE = Column("page", "string", "Address of its page, from the root of the site.")
BODIES = Table(
    "bodies", "Bodies", "Who promised or has to act. The same on every day.", [_SLUG, _NAME, _PAGE], "slug", {}
)
THEMES = Table("themes", "Themes", "What pledges are about. The same on every day.", [_SLUG, _NAME, _PAGE], "slug", {})
REVIEWS = Table(
    "reviews",
    "Reviews",
    "The audits and inquiries that prompted pledges. The same on every day.",
    [
        _SLUG,
        _of(Review, "title"),
        _of(Review, "author"),
        _of(Review, "government"),
        _of(Review, "published_on", "date"),
    ],
    "slug",
    {},
)
RECOMMENDATIONS = Table(
    "recommendations",
    "Recommendations",
    "The numbered recommendations of the reviews. The same on every day.",
    [
        _ID,
        Column("review", "string", "The review."),
        Column("number", "integer", "Its number in the review."),
        Column("passage", "integer", "Its exact words, where a source with them is known.", False),
    ],
    "id",
    {"review": "reviews", "passage": "passages"},
)

TABLES = {
    table.name: table
    for table in (
        PLEDGES,
        UPDATES,
        CITATIONS,
        CONFLICTS,
        PASSAGES,
        SOURCES,
        BODIES,
        THEMES,
        REVIEWS,
        RECOMMENDATIONS,
    )
}

_BY_KEY = {"slug": Key("slug"), "id": Key("pk", holds=int), "position": Key("position", holds=int)}


def order_of(table: Table) -> list[Key]:
    """Return the order of a table's rows: by their key, for ever the same."""
    return [_BY_KEY[table.key]]


# --- Rows ---------------------------------------------------------------------------------------


def pledge_rows(pledges: list[Pledge], *, until: dt.datetime | None) -> list[Row]:
    """Return rows of PLEDGES for pledges (PledgeQuerySet.for_list), as they were stated before an instant."""
    recall(pledges, until=until)
    return [_pledge(pledge) for pledge in pledges]


def _pledge(pledge: Any) -> Row:
    citations = pledge.citations_then if pledge.citations_then is not None else pledge.own
    words = pledge.words
    return (
        pledge.slug,
        pledge.title,
        pledge.review.slug,
        pledge.theme.slug,
        pledge.kind,
        pledge.basis,
        pledge.promised_by.slug if pledge.promised_by else None,
        [body.slug for body in pledge.who_acts],
        pledge.made_on,
        pledge.made_note,
        pledge.recommendation.number if pledge.recommendation else None,
        pledge.response,
        pledge.done_means,
        pledge.unclear,
        pledge.deadline_on,
        pledge.deadline_note,
        pledge.note,
        [other.slug for other in pledge.replaces.all()],
        words[0].passage.exact if words else None,
        sorted({str(citation.passage_id) for citation in citations}, key=int),
        pledge.status,
        pledge.status_on,
        pledge.looked_until,
        pledge.headline,
        pledge.schedule,
        pledge.quiet,
        pledge.in_conflict,
        pledge.get_absolute_url(),
    )


def updates(*, until: dt.datetime | None) -> StatusUpdateQuerySet:
    """Return the entries with what a row needs and the models do not have."""
    ended = StatusUpdate.objects.published(until=until).filter(corrects=OuterRef("pk"), kind__in=ENDING_KINDS)
    return StatusUpdate.objects.published(until=until).annotate(
        # A million rows: the database writes days and instants as every form of the table has them, and of what is
        # of no field's type no value is converted one by one.
        **written(),
        ended_by=Subquery(ended.order_by("position").values("position")[:1], output_field=Field()),
        seconded=ExpressionWrapper(F("second_review"), output_field=Field()),
    )


_UPDATE = (
    "position",
    "kind",
    "pledge__slug",
    "status",
    "step",
    "happened",
    "looked",
    "published",
    "text__headline",
    "text__explanation",
    "corrects__position",
    "ended_by",
    "reason",
    "proposed_by",
    "published_by",
    "seconded",
    "digest",
)


def passages(*, until: dt.datetime | None) -> QuerySet[Passage]:
    """Return the passages that something published before an instant rests on."""
    rows = Passage.objects.with_check_state().select_related("source").defer("source__text")
    if until is None:
        return rows.filter(relied_on())
    return rows.filter(pk__in=Citation.objects.filter(update__published_at__lt=until).values("passage"))


def sources(*, until: dt.datetime | None) -> QuerySet[Source]:
    """Return the sources that something published before an instant rests on."""
    rows = public_sources().select_related("supersedes").defer(None).defer("text", "supersedes__text")
    return rows if until is None else rows.filter(passages__in=passages(until=until)).distinct()


def citations(*, until: dt.datetime | None) -> QuerySet[Citation]:
    """Return the citations of the entries that were published before an instant."""
    rows = Citation.objects.filter(update__isnull=False)
    return rows if until is None else rows.filter(update__published_at__lt=until)


def conflicts(*, until: dt.datetime | None) -> QuerySet[ConflictSide]:
    """Return the sides of the points on which sources differ, of those made public before an instant."""
    rows = ConflictSide.objects.all()
    return rows if until is None else rows.filter(conflict__published_at__lt=until)


def passage_row(passage: Any) -> Row:
    """Return a row of PASSAGES."""
    return (
        passage.pk,
        passage.source.slug,
        passage.start,
        passage.end,
        passage.exact,
        passage.prefix,
        passage.suffix,
        str(passage.check_state),
        passage.snapshot_sha256,
        passage.checked_on,
        passage.get_absolute_url(),
    )


def source_row(source: Source) -> Row:
    """Return a row of SOURCES."""
    return (
        source.slug,
        source.title,
        source.publisher,
        source.kind,
        source.url,
        source.published_on,
        source.licence,
        source.note,
        source.is_held,
        source.sha256,
        source.characters,
        source.supersedes.slug if source.supersedes else None,
        source.get_absolute_url(),
    )


def named_row(one: Body | Theme) -> Row:
    """Return a row of BODIES or THEMES."""
    return one.slug, one.name, one.get_absolute_url()


_VALUES: dict[str, tuple[Callable[..., QuerySet[Any]], tuple[str, ...]]] = {
    "updates": (updates, _UPDATE),
    "citations": (
        citations,
        ("pk", "update__position", "update__pledge__slug", "passage_id", "role", "note", "source_sha256"),
    ),
    "conflicts": (
        conflicts,
        ("pk", "conflict__pledge__slug", "conflict__question", "passage_id", "says", "conflict__note"),
    ),
    "reviews": (
        lambda *, until: Review.objects.all(),
        ("slug", "title", "author", "government", "published_on"),
    ),
    "recommendations": (
        lambda *, until: Recommendation.objects.all(),
        ("pk", "review__slug", "number", "passage_id"),
    ),
}
"""Tables whose rows the database gives as they stand, with the columns that they are read from."""

_OBJECTS: dict[str, tuple[Callable[..., QuerySet[Any]], Callable[[Any], Row]]] = {
    "passages": (passages, passage_row),
    "sources": (sources, source_row),
    "bodies": (lambda *, until: Body.objects.all(), named_row),
    "themes": (lambda *, until: Theme.objects.all(), named_row),
}


def queryset(table: Table, *, until: dt.datetime | None) -> QuerySet[Any]:
    """Return what a table's rows are read from: what was published before an instant. Not for PLEDGES."""
    read = _VALUES[table.name][0] if table.name in _VALUES else _OBJECTS[table.name][0]
    return read(until=until)


def rows(table: Table, found: QuerySet[Any]) -> Iterator[Row]:
    """Yield rows of a table from what ``queryset`` returned, filtered or not, by key, a short read at a time."""
    keys = order_of(table)
    if table.name in _VALUES:
        yield from _value_rows(found, keys[0], _VALUES[table.name][1])
    else:
        for chunk in in_chunks(found, keys):
            yield from map(_OBJECTS[table.name][1], chunk)


def some_rows(table: Table, found: QuerySet[Any], *, limit: int) -> list[Row]:
    """Return the first rows of what was found, in the order that it has."""
    if table.name in _VALUES:
        return list(found.values_list(*_VALUES[table.name][1])[:limit])
    return [_OBJECTS[table.name][1](one) for one in found[:limit]]


_CHUNK = 2000


def _value_rows(found: QuerySet[Any], key: Key, columns: tuple[str, ...]) -> Iterator[Row]:
    found = found.order_by(key.field).values_list(*columns)
    left = found
    while chunk := list(left[:_CHUNK]):
        yield from chunk
        if len(chunk) < _CHUNK:
            return
        left = after(found, [key], [chunk[-1][0]])


def with_own(pledges: QuerySet[Any]) -> QuerySet[Any]:
    """Add to PledgeQuerySet.for_list what else a row of PLEDGES needs, in a fixed number of queries."""
    return pledges.select_related("review", "recommendation", "theme", "promised_by").prefetch_related(
        "replaces", Prefetch("citations", queryset=Citation.objects.order_by("id"), to_attr="own")
    )


def all_pledges(*, until: dt.datetime | None, today: dt.date | None = None) -> Iterator[Row]:
    """Yield the rows of PLEDGES for a day, by slug."""
    found = with_own(Pledge.objects.for_list(today=today or timezone.localdate(), until=until))
    for chunk in in_chunks(found, order_of(PLEDGES)):
        yield from pledge_rows(chunk, until=until)


def table_rows(table: Table, *, until: dt.datetime | None, today: dt.date) -> Iterator[Row]:
    """Yield every row of a table as it was before an instant, by key."""
    return all_pledges(until=until, today=today) if table is PLEDGES else rows(table, queryset(table, until=until))


def plain(value: Any) -> Any:
    """Return a cell as JSON has it: days as 2025-06-16, instants in UTC with microseconds."""
    if isinstance(value, dt.datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, dt.date) else value


_CELL: dict[str, Callable[[Any], Any]] = {"boolean": lambda value: None if value is None else bool(value)}


def as_object(table: Table, row: Row) -> dict[str, Any]:
    """Return a row as a JSON object."""
    cells = zip(table.columns, row, strict=True)
    return {column.name: _CELL.get(column.type, plain)(value) for column, value in cells}
