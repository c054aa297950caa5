"""Shapes of what the API takes and gives."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal, Optional

from ninja import Field, Schema
from pydantic import create_model

from tracker.opendata.tables import (
    BODIES,
    CITATIONS,
    PASSAGES,
    PLEDGES,
    RECOMMENDATIONS,
    REVIEWS,
    SOURCES,
    THEMES,
    UPDATES,
    Column,
    Table,
)
from tracker.pledges.choices import NO_STATUS, Basis, EntryKind, Schedule, Status
from tracker.pledges.read.filters import SORTS, YES_NO
from tracker.sources.choices import CheckState

_TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "date": str,
    "datetime": str,
}
_LISTS: dict[str, Any] = {"string": list[str], "integer": list[int]}
_FORMATS = {"date": "date", "datetime": "date-time"}


def _schema(name: str, table: Table) -> type[Schema]:
    fields: dict[str, Any] = {column.name: _field(column) for column in table.columns}
    return create_model(name, __base__=Schema, **fields)


def _field(column: Column) -> tuple[Any, Any]:
    kind = _LISTS[column.items] if column.type == "list" else _TYPES[column.type]
    extra: dict[str, Any] = {"format": _FORMATS[column.type]} if column.type in _FORMATS else {}
    if column.example is not None:
        extra["examples"] = [column.example]
    return (
        kind if column.required else Optional[kind],  # noqa: UP045 - a type that is made at run time
        Field(..., description=column.description, json_schema_extra=extra),
    )


PledgeRow = _schema("Pledge", PLEDGES)
UpdateRow = _schema("Update", UPDATES)
PassageRow = _schema("Passage", PASSAGES)
SourceRow = _schema("Source", SOURCES)
BodyRow = _schema("Body", BODIES)
ThemeRow = _schema("Theme", THEMES)
ReviewRow = _schema("Review", REVIEWS)
RecommendationRow = _schema("Recommendation", RECOMMENDATIONS)
CitationRow = _schema("Citation", CITATIONS)


class Head(Schema):
    """How far the record goes."""

    size: int = Field(..., description="Position of the last entry; 0 where there is none.")
    digest: str = Field(..., description="SHA-256 of that entry, 64 hexadecimal digits.")


class About(Schema):
    """What each answer says of itself."""

    site: str
    licence: str = Field(..., description="Address of the licence of what the desk wrote.")
    as_of: str = Field(..., description="The day by which it was published.", json_schema_extra={"format": "date"})
    happened_by: Optional[str] = Field(  # noqa: UP045 - as the types that are made at run time
        ..., description="The day by which it had happened; null where that was not asked."
    )
    record_began: Optional[str] = Field(  # noqa: UP045 - as the types that are made at run time
        ..., description="The first day of the record, where it is later than the day that is asked for; else null."
    )
    record: Head
    notice: Optional[str] = Field(  # noqa: UP045 - as the types that are made at run time
        ..., description="That the record had not begun on the day; null where it had."
    )


class Problem(Schema):
    """Problem details (RFC 9457)."""

    type: str = Field("about:blank", description="Always about:blank: the status says what sort of problem it is.")
    title: str = Field(..., description="The phrase of the status.")
    status: int
    detail: str = Field(..., description="What is wrong, in words.")


def _list(name: str, row: type[Schema]) -> type[Schema]:
    return create_model(
        f"{name}List",
        __base__=About,
        items=(list[row], ...),  # type: ignore[valid-type]
        next=(Optional[str], Field(..., description="Address of the next page; null on the last.")),  # noqa: UP045
    )


class Evidence(CitationRow):  # type: ignore[misc, valid-type]
    """A citation with its passage."""

    words: PassageRow  # type: ignore[valid-type]


class PledgeIncluded(Schema):
    """What belongs to a pledge, as ``include`` names it."""

    latest: UpdateRow | None = Field(None, description="The entry that gives it its status.")  # type: ignore[valid-type]
    passages: list[PassageRow] | None = Field(None, description="The passages that it is based on.")  # type: ignore[valid-type]
    recommendation: RecommendationRow | None = Field(  # type: ignore[valid-type]
        None, description="The recommendation that it answers."
    )
    bodies: list[BodyRow] | None = Field(None, description="Who promised, and who has to act.")  # type: ignore[valid-type]


class PledgeWithMore(PledgeRow):  # type: ignore[misc, valid-type]
    """A pledge, and what belongs to it."""

    included: PledgeIncluded | None = Field(None, description="Left out unless asked for.")


class UpdateIncluded(Schema):
    """What belongs to an entry of the record, as ``include`` names it."""

    evidence: list[Evidence] | None = Field(None, description="What it cites.")


class UpdateWithMore(UpdateRow):  # type: ignore[misc, valid-type]
    """An entry of the record, and what belongs to it."""

    included: UpdateIncluded | None = Field(None, description="Left out unless asked for.")


PledgeList = _list("Pledge", PledgeWithMore)
UpdateList = _list("Update", UpdateWithMore)
PassageList = _list("Passage", PassageRow)
SourceList = _list("Source", SourceRow)
BodyList = _list("Body", BodyRow)
ThemeList = _list("Theme", ThemeRow)
ReviewList = _list("Review", ReviewRow)
RecommendationList = _list("Recommendation", RecommendationRow)

StatusNumbers = create_model(
    "StatusNumbers",
    __base__=Schema,
    __doc__="How many pledges have each status.",
    **{  # type: ignore[call-overload]
        status.value.replace("-", "_"): (int, Field(..., alias=status.value, description=str(status.label) + "."))
        for status in Status
    },
)


class Counts(Schema):
    """How many pledges there are of each status."""

    total: int
    without_status: int = Field(..., description="Pledges without any entry on what has happened.")
    by_status: StatusNumbers  # type: ignore[valid-type]


class DayCounts(Counts):
    """How many pledges there were of each status at the end of a day."""

    day: str = Field(..., description="The day.", json_schema_extra={"format": "date"})
    before_record: bool = Field(..., description="Whether the record began only after that day.")


class CountList(About):
    """Counts in the order of the days."""

    items: list[DayCounts]


class _WithPledges(About):
    """What belongs to a group: its pledges, a page at a time."""

    counts: Counts = Field(..., description="All of its pledges by status.")
    pledges: list[PledgeRow] = Field(..., description="The latest movement first.")  # type: ignore[valid-type]
    next: str | None = Field(..., description="Address of the next page of pledges; null on the last.")


class ReviewCounts(Counts):
    """How many of the pledges are of one review, by status."""

    review: str = Field(..., description="The review, by its name in addresses.")


class _OfReviews(_WithPledges):
    counts_by_review: list[ReviewCounts] = Field(..., description="The same counts, apart for each review.")


class BodyDetail(_OfReviews):
    """One body with the pledges that it made or has to act on."""

    body: BodyRow  # type: ignore[valid-type]


class ThemeDetail(_OfReviews):
    """One theme with its pledges."""

    theme: ThemeRow  # type: ignore[valid-type]


class ReviewDetail(_WithPledges):
    """One review with its recommendations and pledges."""

    review: ReviewRow  # type: ignore[valid-type]
    recommendations: list[RecommendationRow]  # type: ignore[valid-type]


class RecommendationDetail(_WithPledges):
    """One recommendation with the pledges that answer it."""

    recommendation: RecommendationRow  # type: ignore[valid-type]
    passage: PassageRow | None = Field(..., description="Its exact words in their source, where one has them.")  # type: ignore[valid-type]
    repeats: list[RecommendationRow] = Field(  # type: ignore[valid-type]
        ..., description="Recommendations of earlier reviews that asked for the same."
    )


class DeadlineSaidLater(Schema):
    """A deadline that was said after the first, which it never replaces."""

    words: str
    said_on: dt.date
    edtf: str = Field(..., description="How its words are read (ISO 8601-2); empty where no day can be told.")
    last: dt.date | None = Field(..., description="The last day of it.")


class PledgeDetail(About):
    """One pledge with its record and the words behind it."""

    pledge: PledgeRow  # type: ignore[valid-type]
    later_deadlines: list[DeadlineSaidLater] = Field(..., description="In the order in which they were said.")
    updates: list[UpdateRow] = Field(..., description="Every entry about it, by position.")  # type: ignore[valid-type]
    evidence: list[Evidence] = Field(..., description="What its entries cite, by entry.")


class SourceDetail(About):
    """One source with its passages; with its text where the licence lets it be republished."""

    source: SourceRow  # type: ignore[valid-type]
    passages: list[PassageRow]  # type: ignore[valid-type]
    text: str | None = Field(..., description="The whole text, where its licence is open and it is held.")


class EntryList(About):
    """Entries in order."""

    items: list[dict[str, Any]] = Field(..., description="Entries as they are verified: docs/record-format.md.")
    next: str | None = Field(..., description="Address of the entries after these; null where there are none yet.")


class RecordHead(Schema):
    """The signed head of the record."""

    origin: str
    size: int
    digest: str
    published_at: str | None
    checkpoint: str = Field(..., description="A C2SP checkpoint: keep it, and any later record must extend it.")
    verifier_key: str


class Day(Schema):
    """The day that is asked for."""

    as_of: str = Field("", description="A past day: what was on the record at its end.", examples=["2026-11-24"])
    happened_by: str = Field(
        "",
        description="A past day: what had happened by then, as we know now; with as_of, as was known on that day.",
        examples=["2025-09-01"],
    )


class PageParams(Day):
    """A page of a list."""

    limit: int = Field(50, ge=1, le=200, description="Rows of a page.")
    cursor: str = Field("", max_length=6000, description="From “next”; never made by hand.")


def _one_of(words: Sequence[str], description: str) -> Any:
    return Field("", description=description, json_schema_extra={"enum": ["", *words]})


def _include(words: str) -> Any:
    return Field("", max_length=100, description=f"What to answer with each row, parted by commas: {words}.")


_YES_NO = [value for value, _ in YES_NO]


class PledgeQuery(PageParams):
    """The filters of the page of pledges."""

    q: str = Field("", max_length=200, description="Words in the pledge, its updates and its passages.")
    status: str = _one_of([*Status.values, NO_STATUS], "What public evidence supports.")
    theme: str = Field("", description="A theme's slug.")
    body: str = Field("", description="A body's slug: it promised or has to act.")
    review: str = Field("", description="A review's slug.")
    basis: str = _one_of(Basis.values, "How firmly it was promised.")
    schedule: str = _one_of(Schedule.values, "Against the first stated deadline.")
    quiet: str = _one_of(_YES_NO, "No update for a long time.")
    conflict: str = _one_of(_YES_NO, "Sources differ.")
    check: str = _one_of(CheckState.values, "How far its words are checked.")
    sort: str = _one_of(
        [value for value, _ in SORTS], "Order; if empty, the latest movement first, or with words the best match."
    )
    include: str = _include("latest, passages, recommendation, bodies")


class UpdateQuery(PageParams):
    """The filters of the page of changes."""

    pledge: str = Field("", max_length=80, description="A pledge's slug.")
    kind: str = _one_of(EntryKind.values, "What the entry does.")
    since: str = Field("", description="Published after the end of this day.", examples=["2025-09-01"])
    until: str = Field("", description="Published by the end of this day.")
    body: str = Field("", max_length=80, description="A body's slug: entries about all of its pledges.")
    theme: str = Field("", max_length=80, description="A theme's slug: entries about all of its pledges.")
    review: str = Field("", max_length=80, description="A review's slug: entries about all of its pledges.")
    include: str = _include("evidence")


class CountQuery(Schema):
    """The days and the pledges that are counted."""

    every: Literal["", "day", "week", "month"] = Field("", description="Of what the last days count; month if empty.")
    since: str = Field("", description="The first day; that of the first entry if empty.", examples=["2025-09-01"])
    until: str = Field("", description="The last day; today if empty.")
    body: str = Field("", max_length=80, description="A body's slug: it promised or had to act on that day.")
    theme: str = Field("", max_length=80, description="A theme's slug, as the pledge was filed on that day.")
    review: str = Field("", max_length=80, description="A review's slug.")


class RecommendationQuery(PageParams):
    """Filters of recommendations."""

    review: str = Field("", max_length=80, description="A review's slug.")


class PassageQuery(PageParams):
    """Filters of passages."""

    check: Literal["", "checked", "snapshot", "unchecked"] = Field("", description="How far they are checked.")
    source: str = Field("", max_length=80, description="A source's slug.")


class Since(Schema):
    """From where on."""

    since: int = Field(0, ge=0, le=2**53, description="Entries after this position.")
    limit: int = Field(200, ge=1, le=1000, description="At most so many entries.")
