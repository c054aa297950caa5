"""The tables of the open data: one shape for the CSV, the JSON, the API, the package and the data dictionary.

A table names its columns and yields its rows as tuples, a short read at a time, whatever their number. What a
column means is said once: here, or in the help text of the model's field.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db.models import Model

from tracker.core.keyset import Key
from tracker.pledges.choices import NO_STATUS, Basis, EntryKind, EvidenceRole, PledgeKind, Response, Schedule, Status
from tracker.pledges.models import Citation, Pledge, Recommendation, RecordEntry, Review
from tracker.sources.choices import CheckState, Licence, SourceKind
from tracker.sources.models import Passage, Source, WantedSource

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Column:
    """One column. ``type`` is a word of Table Schema: string, integer, boolean, date, datetime, or list.

    ``items`` is the type of what is in a list.
    ``values`` names the words that may be in it, ``example`` one that does. An empty cell of a column that is
    not ``required`` says that nothing is known or stated.
    """

    name: str
    type: str
    description: str
    required: bool = True
    values: tuple[str, ...] = ()
    example: Any = None
    items: str = "string"


@dataclass(frozen=True)
class Table:
    """One table: its columns, the column or columns by which a row is known, and how its rows join others."""

    name: str
    title: str
    description: str
    columns: list[Column]
    key: str
    """The column by which a row is known; empty where only all of its columns together do."""
    refers: dict[str, str]
    """Columns that hold the key of another row, with the name of its table."""
    pairs_of: str = ""
    """Of a table of pairs: the column of PLEDGES whose lists it has, one a row."""

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]

    @property
    def primary_key(self) -> list[str]:
        """The columns by which a row is known."""
        return [self.key] if self.key else self.names


def _of(model: type[Model], name: str, type_: str = "string", **more: Any) -> Column:
    """A column that is a field of a model, with the field's own words on what it means."""
    field = model._meta.get_field(name)
    meaning = str(getattr(field, "help_text", "")) or str(getattr(field, "verbose_name", name)).capitalize() + "."
    required = not (getattr(field, "null", False) or getattr(field, "blank", False))
    return Column(name, type_, meaning, **({"required": required} | more))


def _words(choices: Any) -> tuple[str, ...]:
    return tuple(choices.values)


_ENTRY = Column(
    "facts_entry",
    "integer",
    "Position of the entry of facts that says so: the last about it, by the day of the data.",
    False,
    example=212,
)

_ENTRY_OF_TODAY = replace(
    _ENTRY,
    description="Position of the last entry of facts about it. Rows read as today, in data of a past day too.",
)

PLEDGES = Table(
    "pledges",
    "Pledges",
    "Each testable thing that a government said it would do, and what the record says of it on the day of the data.",
    [
        Column("slug", "string", "Its name in addresses; never changes.", example="national-inquiry"),
        _of(Pledge, "title"),
        Column("review", "string", "The review that prompted it."),
        Column("theme", "string", "What it is about."),
        _of(Pledge, "kind", values=_words(PledgeKind)),
        _of(Pledge, "basis", values=_words(Basis)),
        Column("promised_by", "string", "The body that gave the word. Empty if the sources name nobody.", False),
        Column("bodies", "list", "The bodies that have to act, where a source names them.", False),
        _of(Pledge, "made_on", "date", example="2025-06-16"),
        _of(Pledge, "made_note"),
        Column(
            "recommendation",
            "integer",
            "The number of the review's recommendation that it answers. To join, take recommendation_id.",
            False,
        ),
        _of(Pledge, "response", values=("", *Response.values)),
        _of(Pledge, "done_means"),
        _of(Pledge, "unclear"),
        _of(Pledge, "deadline_on", "date"),
        _of(Pledge, "deadline_note"),
        _of(Pledge, "note"),
        Column("replaces", "list", "The pledges that it was split or merged from.", False),
        Column("words", "string", "Exact words that it is based on; the first of its passages.", False),
        Column("passages", "list", "The passages that the pledge itself is based on, by id.", False, items="integer"),
        Column("status", "string", "What public evidence supports. Empty: no entry yet.", False, _words(Status)),
        Column("status_on", "date", "The day on which the step of its status was taken.", False),
        Column("looked_until", "date", "Until which day the desk has looked. What came later is not covered.", False),
        Column("headline", "string", "The latest entry in one line; empty where its text was withdrawn.", False),
        Column("schedule", "string", "The first stated deadline against the day of the data.", True, _words(Schedule)),
        Column("quiet", "boolean", f"No update for more than {settings.QUIET_AFTER_DAYS} days, and not ended."),
        Column("in_conflict", "boolean", "Sources differ on a point of it: see the table of conflicts."),
        Column("page", "string", "Address of its page, from the root of the site."),
        Column("recommendation_id", "string", "The recommendation that it answers.", False),
        Column("state", "string", "Its status, or that nobody has looked yet.", True, (*_words(Status), NO_STATUS)),
        _of(Pledge, "deadline_edtf", example="../2026-21"),
        Column(
            "later_deadline_on",
            "date",
            "The last day of the deadline that was said last, if there is one after the first. It never replaces it.",
            False,
        ),
        Column("later_deadline_note", "string", "The words of that deadline.", False),
    ],
    "slug",
    {"review": "reviews", "theme": "themes", "promised_by": "bodies", "recommendation_id": "recommendations"},
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
        _of(RecordEntry, "status", required=False, values=("", *Status.values)),
        _of(RecordEntry, "step"),
        _of(RecordEntry, "effective_on", "date"),
        _of(RecordEntry, "looked_until", "date"),
        _of(RecordEntry, "published_at", "datetime"),
        Column(
            "headline", "string", "What happened, in one line; empty where it was withdrawn for legal reasons.", False
        ),
        Column("explanation", "string", "What it changes and how we know, as Markdown.", False),
        Column("corrects", "integer", "Position of the earlier entry that it corrects or withdraws.", False),
        Column(
            "ended_by",
            "integer",
            "Position of the later entry that corrected or withdrew it; its kind says which.",
            False,
        ),
        _of(RecordEntry, "reason"),
        Column("proposed_by", "string", "Who proposed it."),
        Column("published_by", "string", "Who published it."),
        _of(RecordEntry, "second_review", "boolean"),
        Column("digest", "string", "SHA-256 of the entry, in the form of docs/record-format.md."),
    ],
    "position",
    {"pledge": "pledges", "corrects": "updates", "ended_by": "updates"},
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
        Column("role", "string", "What the passage does for the entry.", True, _words(EvidenceRole)),
        _of(Citation, "note"),
        _of(Citation, "source_sha256"),
    ],
    "id",
    {"entry": "updates", "pledge": "pledges", "passage": "passages"},
)

PASSAGES = Table(
    "passages",
    "Passages",
    "The exact words that anything published is based on, with their place in the source (W3C "
    "TextPositionSelector and "
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
        _ENTRY_OF_TODAY,
    ],
    "id",
    {"source": "sources"},
)

SOURCES = Table(
    "sources",
    "Sources",
    "Each snapshot of a document that something published is based on. Its text is not in the table.",
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
        Column("supersedes", "string", "The earlier snapshot of the same document, if it is in the table.", False),
        Column("page", "string", "Address of its page, from the root of the site."),
        _ENTRY_OF_TODAY,
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
        _ENTRY_OF_TODAY,
    ],
    "id",
    {"pledge": "pledges", "passage": "passages"},
)

_SLUG = Column("slug", "string", "Its name in addresses; never changes.", example="council")
_NAME = Column("name", "string", "Its name.", example="The Council")
_PAGE = Column("page", "string", "Address of its page, from the root of the site.")
BODIES = Table(
    "bodies",
    "Bodies",
    "Who promised or has to act, with the names of the day.",
    [_SLUG, _NAME, _PAGE, _ENTRY],
    "slug",
    {},
)
THEMES = Table(
    "themes",
    "Themes",
    "What pledges are about, with the names of the day.",
    [_SLUG, _NAME, _PAGE, _ENTRY],
    "slug",
    {},
)
REVIEWS = Table(
    "reviews",
    "Reviews",
    "The audits and inquiries that prompted pledges, with what was said of them on the day.",
    [
        _SLUG,
        _of(Review, "title"),
        _of(Review, "author"),
        _of(Review, "government"),
        _of(Review, "published_on", "date"),
        _ENTRY,
    ],
    "slug",
    {},
)
RECOMMENDATIONS = Table(
    "recommendations",
    "Recommendations",
    "The numbered recommendations of the reviews, with what had been answered and what followed on the day.",
    [
        Column("id", "string", "The review and its number in it; never changes.", example="an-audit-2025-12"),
        Column("review", "string", "The review."),
        Column("number", "integer", "Its number in the review."),
        Column("passage", "integer", "Its exact words, where a source with them is known.", False),
        Column("words", "string", "The same words.", False),
        Column(
            "answers",
            "list",
            "What was answered: as recorded of the recommendation, else as its pledges say. Not delivery. "
            "Empty or none: no answer is on record; looked_until, here or of its pledges, says whether anyone looked.",
            False,
            tuple(Response.values),
        ),
        Column(
            "answered_on", "date", "The day of the answer: as recorded, else the first of those of its pledges.", False
        ),
        Column("answer_passage", "integer", "The words of the answer, where they are tied to it.", False),
        _of(Recommendation, "looked_until", "date"),
        Column("pledges", "list", "The pledges that follow.", False),
        Column("repeats", "list", "The earlier recommendations that asked for the same, by id.", False),
        _of(Recommendation, "repeats_looked_until", "date"),
        _of(Recommendation, "repeats_looked_in"),
        Column("page", "string", "Address of its page, from the root of the site."),
        _ENTRY,
    ],
    "id",
    {"review": "reviews", "passage": "passages", "answer_passage": "passages"},
)

WANTED = Table(
    "wanted",
    "Sources wanted but not held",
    "Documents that the record needs and does not hold, each with what it would settle. The same on every day.",
    [
        Column("slug", "string", "Its name here; never changes.", example="audit-report"),
        Column("title", "string", "What it is."),
        _of(WantedSource, "publisher"),
        _of(WantedSource, "url"),
        _of(WantedSource, "would_show"),
        _of(WantedSource, "reason"),
        _of(WantedSource, "looked_on", "date"),
        _ENTRY_OF_TODAY,
    ],
    "slug",
    {},
)


def _pairs(name: str, title: str, description: str, column: Column, table: str, pairs_of: str) -> Table:
    columns = [Column("pledge", "string", "The pledge."), column]
    return Table(name, title, description, columns, "", {"pledge": "pledges", column.name: table}, pairs_of)


PLEDGE_BODIES = _pairs(
    "pledge_bodies",
    "Bodies that have to act",
    "The lists in the column bodies of pledges, one body a row.",
    Column("body", "string", "A body that has to act."),
    "bodies",
    "bodies",
)
PLEDGE_PASSAGES = _pairs(
    "pledge_passages",
    "Passages that pledges are based on",
    "The lists in the column passages of pledges, one passage a row.",
    Column("passage", "integer", "A passage that the pledge itself is based on."),
    "passages",
    "passages",
)
PLEDGE_REPLACES = _pairs(
    "pledge_replaces",
    "Pledges that took the place of others",
    "The lists in the column replaces of pledges, one earlier pledge a row.",
    Column("replaces", "string", "The pledge that it was split or merged from."),
    "pledges",
    "replaces",
)

TABLES_VERSION = "1.2"
"""Of the columns and their types (docs/open-data.md#versions-of-the-tables)."""

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
        WANTED,
        PLEDGE_BODIES,
        PLEDGE_PASSAGES,
        PLEDGE_REPLACES,
    )
}

_BY_KEY = {"slug": Key("slug"), "id": Key("pk", holds=int), "position": Key("position", holds=int)}


def order_of(table: Table) -> list[Key]:
    """Return the order of a table's rows: for ever the same. Not of a table of pairs, which has that of pledges."""
    if table is RECOMMENDATIONS:
        return [Key("review_slug"), Key("number", holds=int)]
    return [_BY_KEY[table.key]]


def place_of(table: Table, row: Row) -> list[Any]:
    """Return the values of a row in the columns of its table's order."""
    if table is RECOMMENDATIONS:
        return list(row[1:3])
    return [row[0]]
