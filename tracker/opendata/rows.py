"""Rows of the open data: what each table is read from, and its cells."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import (
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    Field,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Concat
from django.utils import timezone

from tracker.core.keyset import after, in_chunks, ordered
from tracker.opendata.tables import PLEDGES, Row, Table, order_of, place_of
from tracker.pledges.choices import NO_STATUS, SUPERSEDING_KINDS, SubjectName
from tracker.pledges.facts.positions import facts_entry
from tracker.pledges.models import Body, Citation, ConflictSide, Pledge, Recommendation, RecordEntry, Review, Theme
from tracker.pledges.querysets import RecordEntryQuerySet
from tracker.pledges.read.as_stated import restore_as_of
from tracker.pledges.read.catalogue_as_of import restore_catalogue
from tracker.pledges.read.recommendations import (
    FollowedRecommendation,
    followed_by_key,
    forget_later_answers,
    recommendations_made_by,
)
from tracker.pledges.record.export import written
from tracker.pledges.record.hash_chain import format_timestamp
from tracker.pledges.visibility import (
    visible_bodies,
    visible_conflict_sides,
    visible_passages,
    visible_reviews,
    visible_sources,
    visible_themes,
    visible_wanted_sources,
)
from tracker.sources.models import Passage, Source
from tracker.web.as_of import Clock

# --- Rows ---------------------------------------------------------------------------------------


def pledge_rows(pledges: list[Pledge], *, until: dt.datetime | None, happened_by: dt.date | None = None) -> list[Row]:
    """Return rows of PLEDGES for pledges (PledgeQuerySet.for_list), as they were stated before an instant.

    ``happened_by`` is a day: without the deadlines and answers that came later.
    """
    restore_as_of(pledges, until=until, happened_by=happened_by)
    if happened_by is not None:
        forget_later_answers(pledges, happened_by)
    return [_pledge(pledge) for pledge in pledges]


def _pledge(pledge: Any) -> Row:
    cited = pledge.citations_as_of if pledge.citations_as_of is not None else pledge.own
    words = pledge.words
    later = pledge.deadlines_after_first[-1:]
    return (
        pledge.slug,
        pledge.title,
        pledge.review.slug,
        pledge.theme.slug,
        pledge.kind,
        pledge.basis,
        pledge.promised_by.slug if pledge.promised_by else None,
        [body.slug for body in pledge.responsible_bodies],
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
        sorted({citation.passage_id for citation in cited}),
        pledge.status,
        pledge.status_on,
        pledge.looked_until,
        pledge.headline,
        pledge.schedule,
        pledge.quiet,
        pledge.in_conflict,
        pledge.get_absolute_url(),
        f"{pledge.review.slug}-{pledge.recommendation.number}" if pledge.recommendation else None,
        pledge.status or NO_STATUS,
        pledge.deadline_edtf,
        later[0].last if later else None,
        later[0].words if later else None,
    )


def pairs(table: Table, pledges: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows of a table of pairs: what each row of PLEDGES has in one of its lists."""
    column = PLEDGES.names.index(table.pairs_of)
    for row in pledges:
        yield from ((row[0], item) for item in row[column])


def updates(*, until: dt.datetime | None) -> RecordEntryQuerySet:
    """Return the entries with what a row needs and the models do not have."""
    ended = RecordEntry.objects.published(until=until).filter(corrects=OuterRef("pk"), kind__in=SUPERSEDING_KINDS)
    return RecordEntry.objects.published(until=until).annotate(
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
    """Return the passages that something published before an instant cites."""
    return visible_passages(until=until).with_check_state().select_related("source").defer("source__text")


def sources(*, until: dt.datetime | None) -> QuerySet[Source]:
    """Return the sources that something published before an instant cites."""
    rows = _visible_by(until)
    # A snapshot before it that nothing published cites is not in the table, and nobody's to know of.
    earlier = _visible_by(until).filter(pk=OuterRef("supersedes")).values("slug")
    return rows.annotate(earlier=Subquery(earlier)).defer("text")


def _visible_by(until: dt.datetime | None) -> QuerySet[Source]:
    rows = visible_sources()
    if until is None:
        return rows
    return rows.filter(Exists(visible_passages(until=until).filter(source=OuterRef("pk"))))


def citations(*, until: dt.datetime | None) -> QuerySet[Citation]:
    """Return the citations of the entries that were published before an instant."""
    rows = Citation.objects.filter(update__isnull=False)
    return rows if until is None else rows.filter(update__published_at__lt=until)


def conflicts(*, until: dt.datetime | None) -> QuerySet[ConflictSide]:
    """Return the sides of the points on which sources differ, of those made public before an instant."""
    return visible_conflict_sides(until=until)


def passage_row(passage: Any) -> Row:
    """Return the cells of a passage in the order of PASSAGES. ``start`` and ``end`` count characters from 0."""
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
        passage.facts_entry,
    )


def source_row(source: Any) -> Row:
    """Return the cells of a source in the order of SOURCES. ``characters`` is the length of its text."""
    return (
        source.slug,
        source.title,
        source.publisher,
        source.kind,
        source.url,
        source.published_on,
        source.licence,
        source.note,
        source.has_text,
        source.sha256,
        source.characters,
        source.earlier,
        source.get_absolute_url(),
        source.facts_entry,
    )


def named_row(group: Body | Theme) -> Row:
    """Return the cells of a body or theme in the order of BODIES and THEMES: slug, name, address, entry."""
    return group.slug, group.name, group.get_absolute_url(), group.facts_entry  # type: ignore[union-attr]  # an annotation


def review_row(review: Review) -> Row:
    """Return the cells of a review in the order of REVIEWS."""
    entry = review.facts_entry  # type: ignore[attr-defined]  # an annotation
    return review.slug, review.title, review.author, review.government, review.published_on, entry


def recommendations(*, until: dt.datetime | None, happened_by: dt.date | None = None) -> QuerySet[Recommendation]:
    """Return the recommendations by what names them in the table: its rows are ``recommendation_rows`` of these."""
    return (
        recommendations_made_by(happened_by)
        .annotate(
            review_slug=F("review__slug"),
            name=Concat("review__slug", Value("-"), "number", output_field=CharField()),
        )
        .select_related("review")
    )


def recommendation_rows(instances: Sequence[Any], clock: Clock) -> list[Row]:
    """Return the rows of RECOMMENDATIONS for recommendations, with the words, answers and pledges of a day.

    The id is the review’s slug and the number, as in “an-audit-2025-12”. A fixed number of queries.
    """
    followed = followed_by_key([instance.pk for instance in instances], **clock)
    return [_recommendation(instance, followed[instance.pk]) for instance in instances]


def _recommendation(named: Any, followed: FollowedRecommendation) -> Row:
    recommendation = followed.recommendation
    return (
        named.name,
        named.review_slug,
        named.number,
        recommendation.passage_id,
        recommendation.passage.exact if recommendation.passage else None,
        [answer.value for answer in followed.answers],
        followed.answered_on,
        recommendation.response_passage_id,
        recommendation.looked_until,
        sorted(pledge.slug for pledge in followed.pledges),
        [f"{tie.recommendation.review.slug}-{tie.recommendation.number}" for tie in followed.repeats],
        recommendation.repeats_looked_until,
        recommendation.repeats_looked_in,
        named.get_absolute_url(),
        named.facts_entry,
    )


_VALUES: dict[str, tuple[Callable[..., QuerySet[Any]], tuple[str, ...]]] = {
    "updates": (updates, _UPDATE),
    "citations": (
        citations,
        ("pk", "update__position", "update__pledge__slug", "passage_id", "role", "note", "source_sha256"),
    ),
    "conflicts": (
        conflicts,
        ("pk", "conflict__pledge__slug", "conflict__question", "passage_id", "says", "conflict__note", "facts_entry"),
    ),
    "wanted": (
        lambda *, until: visible_wanted_sources(),
        ("slug", "title", "publisher", "url", "would_show", "reason", "looked_on", "facts_entry"),
    ),
}
"""Tables whose rows the database gives as they are, with the columns that they are read from."""

_Reader = Callable[[Sequence[Any], Clock], list[Row]]


def _each(row: Callable[[Any], Row]) -> _Reader:
    """Return what reads the rows of objects that are the same on every day."""
    return lambda instances, clock: [row(instance) for instance in instances]


def _each_as_it_was(row: Callable[[Any], Row]) -> _Reader:
    """Return what reads the rows of objects with the names of a day. One query more."""

    def read(instances: Sequence[Any], clock: Clock) -> list[Row]:
        restore_catalogue(instances, until=clock["until"])
        return [row(instance) for instance in instances]

    return read


_OBJECTS: dict[str, tuple[Callable[..., QuerySet[Any]], _Reader]] = {
    "passages": (passages, _each(passage_row)),
    "sources": (sources, _each(source_row)),
    "bodies": (lambda *, until: visible_bodies(), _each_as_it_was(named_row)),
    "themes": (lambda *, until: visible_themes(), _each_as_it_was(named_row)),
    "reviews": (lambda *, until: visible_reviews(), _each_as_it_was(review_row)),
    "recommendations": (recommendations, recommendation_rows),
}


_SUBJECTS = {
    "passages": (SubjectName.PASSAGE, "pk"),
    "sources": (SubjectName.SOURCE, "pk"),
    "conflicts": (SubjectName.CONFLICT, "conflict_id"),
    "bodies": (SubjectName.BODY, "pk"),
    "themes": (SubjectName.THEME, "pk"),
    "reviews": (SubjectName.REVIEW, "pk"),
    "recommendations": (SubjectName.RECOMMENDATION, "pk"),
    "wanted": (SubjectName.WANTED_SOURCE, "pk"),
}
"""Tables of what entries of facts are about, with the key of the subject."""

_READ_AS_TODAY = ("passages", "sources", "conflicts", "wanted")
"""Those of them whose rows are not taken back to a past day."""


def select_rows(table: Table, *, until: dt.datetime | None, happened_by: dt.date | None = None) -> QuerySet[Any]:
    """Return what a table's rows are read from: what was published before an instant. Not for PLEDGES.

    ``happened_by`` is a day: of entries, their citations and recommendations, what is about a time up to it; of the
    other tables what is known, all the same. Each row has ``facts_entry`` where its table is about such subjects: the
    entry that says what the row reads.
    """
    selection = _queryset(table, until=until, happened_by=happened_by)
    if table.name not in _SUBJECTS:
        return selection
    subject_type, key = _SUBJECTS[table.name]
    entry = facts_entry(subject_type, key=key, until=None if table.name in _READ_AS_TODAY else until)
    rows: QuerySet[Any] = selection.annotate(facts_entry=entry)
    return rows


def _queryset(table: Table, *, until: dt.datetime | None, happened_by: dt.date | None) -> QuerySet[Any]:
    read = _VALUES[table.name][0] if table.name in _VALUES else _OBJECTS[table.name][0]
    if happened_by is None:
        return read(until=until)
    if table.name == "recommendations":
        return recommendations(until=until, happened_by=happened_by)
    if table.name == "updates":
        return updates(until=until).by_clock(until=until, happened_by=happened_by)
    if table.name == "citations":
        return read(until=until).filter(update__in=RecordEntry.objects.by_clock(until=until, happened_by=happened_by))
    return read(until=until)


def rows_from(table: Table, selection: QuerySet[Any], clock: Clock) -> Iterator[Row]:
    """Yield rows of a table from what ``select_rows`` returned, filtered or not, by key, a short read at a time.

    ``clock`` is the day that it was asked for: names and answers are those of that day.
    """
    if table.name in _VALUES:
        yield from _value_rows(table, selection, _VALUES[table.name][1])
    else:
        for chunk in in_chunks(selection, order_of(table)):
            yield from _OBJECTS[table.name][1](chunk, clock)


def first_rows(table: Table, selection: QuerySet[Any], clock: Clock, *, limit: int) -> list[Row]:
    """Return the first rows of what was found, in the order that it has, as of the day that it was asked for."""
    if table.name in _VALUES:
        return list(selection.values_list(*_VALUES[table.name][1])[:limit])
    return _OBJECTS[table.name][1](list(selection[:limit]), clock)


_CHUNK = 2000


def _value_rows(table: Table, selection: QuerySet[Any], columns: tuple[str, ...]) -> Iterator[Row]:
    keys = order_of(table)
    selection = ordered(selection, keys).values_list(*columns)
    left = selection
    while chunk := list(left[:_CHUNK]):
        yield from chunk
        if len(chunk) < _CHUNK:
            return
        left = after(selection, keys, place_of(table, chunk[-1]))


def with_own(pledges: QuerySet[Any]) -> QuerySet[Any]:
    """Add to PledgeQuerySet.for_list what else a row of PLEDGES needs, in a fixed number of queries."""
    return pledges.select_related("review", "recommendation", "theme", "promised_by").prefetch_related(
        "replaces", Prefetch("citations", queryset=Citation.objects.order_by("id"), to_attr="own")
    )


def all_pledges(*, until: dt.datetime | None, today: dt.date | None = None) -> Iterator[Row]:
    """Yield the rows of PLEDGES for a day, by slug."""
    pledges = with_own(Pledge.objects.for_list(today=today or timezone.localdate(), until=until))
    for chunk in in_chunks(pledges, order_of(PLEDGES)):
        yield from pledge_rows(chunk, until=until)


def table_rows(table: Table, *, until: dt.datetime | None, today: dt.date) -> Iterator[Row]:
    """Yield every row of a table as it was before an instant, by key."""
    if table is not PLEDGES and not table.pairs_of:
        return rows_from(table, select_rows(table, until=until), {"until": until, "happened_by": None})
    pledges = all_pledges(until=until, today=today)
    return pairs(table, pledges) if table.pairs_of else pledges


def plain(value: Any) -> Any:
    """Return a cell as JSON has it: days as 2025-06-16, instants in UTC with microseconds."""
    if isinstance(value, dt.datetime):
        return format_timestamp(value)
    return value.isoformat() if isinstance(value, dt.date) else value


_CELL: dict[str, Callable[[Any], Any]] = {"boolean": lambda value: None if value is None else bool(value)}


def as_object(table: Table, row: Row) -> dict[str, Any]:
    """Return a row as an object by column name: days and instants are text, numbers and lists stay."""
    cells = zip(table.columns, row, strict=True)
    return {column.name: _CELL.get(column.type, plain)(value) for column, value in cells}
