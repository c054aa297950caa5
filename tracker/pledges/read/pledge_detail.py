"""One pledge with everything that its page shows, in six queries, or nine where its record is a long one.

One more each where it answers a recommendation, where sources differ, and where what a long record leaves out quotes
the government on itself. The SQL of the page of today is kept.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from tracker.pledges.choices import QuestionOutcome, SubjectName
from tracker.pledges.compiled_query import (
    Parameter,
    compiled_objects,
    compiled_objects_among,
    compiled_rows,
    numbered,
)
from tracker.pledges.facts.positions import facts_entry
from tracker.pledges.models import (
    Body,
    Citation,
    Conflict,
    ConflictSide,
    FactsEntry,
    Pledge,
    Question,
    Recommendation,
    RecordEntry,
)
from tracker.pledges.read.as_stated import restore_as_of
from tracker.pledges.read.pledge_record import (
    LATEST_ENTRIES,
    EntryOrLine,
    PledgeRecord,
    attach_evidence,
    latest_positions,
)
from tracker.pledges.read.recommendations import forget_later_answer
from tracker.pledges.visibility import visible_conflict_sides, visible_sources

CORRECTION_NOTICE = dt.timedelta(days=30)
"""For how many days a correction is named at the top of the page of its pledge."""


@dataclass(frozen=True)
class PledgeDetail:
    """A pledge as it read before an instant, and what belongs to it; of the sources all but their texts."""

    pledge: Pledge
    updates: list[RecordEntry]
    """Updates and corrections, the newest first, of a long record the latest: each with ``answers``, the entries that
    point at it, and ``evidence``, its citations."""
    older: list[EntryOrLine]
    """The updates and corrections of a long record that are left out, the newest first."""
    current: RecordEntry | None
    """The latest update that was neither corrected nor withdrawn."""
    reached: set[str]
    """The steps of the ladder that any update shows which was neither corrected nor withdrawn."""
    recent_endings: list[RecordEntry]
    """The entries that corrected or withdrew another of late."""
    older_positions: list[Citation]
    """Of the updates left out, the latest citations that quote the government on itself."""
    older_positions_count: int
    statements: list[RecordEntry]
    """The entries that state the pledge and whose words were not withdrawn, in the order of the record."""
    citations: list[Citation]
    """What the pledge itself is based on, the firmest first."""
    replaces: list[Pledge]
    replaced_by: list[Pledge]
    questions: list[Question]
    recommended_before: list[Recommendation]
    """The recommendations of earlier reviews that asked for the same as the one that it answers."""


def get_pledge_detail(
    slug: str, *, today: dt.date, until: dt.datetime | None = None, happened_by: dt.date | None = None
) -> PledgeDetail:
    """Return a pledge as of a day, by what was published before an instant. Raises Pledge.DoesNotExist.

    ``happened_by`` is a day: of its entries, those that are about a time up to it.
    """
    pledge = read_pledge(slug, today=today, until=until, happened_by=happened_by)
    record = PledgeRecord(pledge, until=until, happened_by=happened_by)
    shown = record.updates[:LATEST_ENTRIES] if record.is_long else record.updates
    older, statements = record.updates[len(shown) :], record.statements()
    notice_from = timezone.localdate() - CORRECTION_NOTICE
    endings = [record.ended_by[line.pk] for line in record.updates if line.pk in record.ended_by]
    recent = [line for line in endings if timezone.localdate(line.published_at) > notice_from]
    entries = record.load([*shown, *record.current[:1], *recent, *statements])
    updates = [entries[line.pk] for line in shown]
    own, cited = _citations(pledge, updates)
    attach_evidence(updates, cited)
    left_out = {line.pk for line in older}
    positions, number = latest_positions([line for line in record.current if line.pk in left_out])
    replaces, replaced_by = _replacements(pledge)
    attach_conflicts([pledge], until=until)
    restore_as_of([pledge], until=until, happened_by=happened_by)
    citations = own if pledge.citations_as_of is None else pledge.citations_as_of
    if happened_by is not None:
        citations = forget_later_answer(pledge, citations, happened_by)
    stated = [entries[line.pk] for line in statements]
    return PledgeDetail(
        pledge=pledge,
        updates=updates,
        older=older,
        current=entries[record.current[0].pk] if record.current else None,
        reached={line.step for line in record.current if line.step},
        recent_endings=[entries[line.pk] for line in recent],
        older_positions=positions,
        older_positions_count=number,
        statements=[entry for entry in stated if entry.text.statement is not None],
        citations=citations,
        replaces=replaces,
        replaced_by=replaced_by,
        questions=_questions(pledge, today, until, happened_by),
        recommended_before=_recommended_before(pledge.recommendation_id),
    )


def read_pledge(slug: str, *, today: dt.date, until: dt.datetime | None, happened_by: dt.date | None) -> Pledge:
    """Return a pledge with what PledgeQuerySet.for_page reads. Two queries. Raises Pledge.DoesNotExist."""
    if until is not None or happened_by is not None:
        return Pledge.objects.for_page(today=today, until=until, happened_by=happened_by).get(slug=slug)
    key = ("page of a pledge", today, settings.QUIET_AFTER_DAYS)
    pledges = compiled_objects(
        key, lambda: Pledge.objects.for_page(today=today).filter(slug=Parameter("slug")), slug=slug
    )
    if not pledges:
        raise Pledge.DoesNotExist(slug)
    attach_bodies(pledges)
    return pledges[0]


def attach_bodies(pledges: Sequence[Pledge]) -> None:
    """Give pledges the bodies that have to act now. One query."""

    def duties(among: list[Any]) -> QuerySet[Any]:
        ties: QuerySet[Any] = Pledge.bodies.through.objects.filter(pledge__pk__in=among)
        return ties.select_related("body").order_by(*(f"body__{name}" for name in Body._meta.ordering or ()))

    bodies: defaultdict[int, list[Body]] = defaultdict(list)
    for duty in compiled_objects_among("bodies of pledges", [pledge.pk for pledge in pledges], duties):
        bodies[duty.pledge_id].append(duty.body)
    for pledge in pledges:
        pledge.bodies_as_of = bodies[pledge.pk]


def _recommended_before(recommendation: int | None) -> list[Recommendation]:
    def rows() -> QuerySet[Recommendation]:
        earlier = Recommendation.objects.filter(repeated_by=Parameter("recommendation"))
        return earlier.select_related("review", "passage__source").defer("passage__source__text")

    if recommendation is None:
        return []
    return compiled_objects("recommended before", rows, recommendation=recommendation)


def _questions(
    pledge: Pledge, today: dt.date, until: dt.datetime | None, happened_by: dt.date | None
) -> list[Question]:
    """Return what was asked about a pledge by a day, without the outcomes that came later, or were recorded later.

    One query, and two more for a past day.
    """

    def rows(about: Any) -> QuerySet[Question]:
        mine = Question.objects.filter(pledge=about).published(until=today if happened_by is None else None)
        if happened_by is not None:
            mine = mine.filter(asked_on__lte=happened_by)
            mine = mine.filter(published_at__lt=until) if until else mine
        mine = mine.annotate(facts_entry=facts_entry(SubjectName.QUESTION, until=until))
        return mine.select_related("answer").defer("answer__text")

    if until is None and happened_by is None:
        key = ("questions about a pledge", today, timezone.get_current_timezone_name())
        questions = compiled_objects(key, lambda: rows(Parameter("pledge")), pledge=pledge.pk)
    else:
        questions = list(rows(pledge))
    _restore_questions(questions, until)
    for question in questions:
        if question.answered_on and question.answered_on > today:
            question.outcome, question.answered_on, question.answer = QuestionOutcome.WAITING, None, None
    return questions


def _restore_questions(questions: Sequence[Question], until: dt.datetime | None) -> None:
    """Let questions have the outcome that the record gave before an instant. They are not to be saved after that."""
    if until is None or not questions:
        return
    about = FactsEntry.objects.filter(subject_type=SubjectName.QUESTION, subject_id__in=[row.pk for row in questions])
    then: dict[int, FactsEntry] = {}
    for entry in about.order_by("position"):
        # Of a day before facts were on the record the first entry after it is the nearest.
        if entry.published_at < until or entry.subject_id not in then:
            then[entry.subject_id] = entry
    facts = {key: entry.facts for key, entry in then.items() if entry.facts}
    answers = visible_sources().defer("text").in_bulk({row["answer"] for row in facts.values() if row["answer"]})
    for question in questions:
        # An entry without facts has lost them with the words, for legal reasons: the notice of that stays.
        if row := facts.get(question.pk):
            for name in ("outcome", "answered_on", "second_review", "withdrawn_at", "withdrawal_reason"):
                field: Any = Question._meta.get_field(name)
                setattr(question, name, field.to_python(row[name]))
            question.answer = answers.get(row["answer"])


def _citations(pledge: Pledge, updates: list[RecordEntry]) -> tuple[list[Citation], list[Citation]]:
    """Return what the pledge is based on, and what its updates are, the firmest first. One query."""
    # By keys, not by the pledge of the entry: an index has each of the two, none has a column of another table.
    numbers = numbered([update.pk for update in updates])

    def citations() -> QuerySet[Citation]:
        mine = Q(pledge=Parameter("pledge")) | Q(update__pk__in=list(map(Parameter, numbers)))
        return Citation.objects.filter(mine).with_words().order_by_evidence()

    rows = compiled_objects(("citations of a page", len(updates)), citations, pledge=pledge.pk, **numbers)
    return [row for row in rows if row.update_id is None], [row for row in rows if row.update_id is not None]


def attach_conflicts(pledges: Iterable[Pledge], *, until: dt.datetime | None) -> None:
    """Give pledges (PledgeQuerySet.with_schedule) ``differs``, on what sources differ, made public before an instant.

    The words are those of today, and so is the entry that is named. One query, and none where nothing differs.
    """
    conflicted = {pledge.pk: pledge for pledge in pledges if pledge.in_conflict}  # type: ignore[attr-defined]  # annotated
    if not conflicted:
        return
    sides = visible_conflict_sides(until=until).filter(conflict__pledge__in=list(conflicted))
    entry = facts_entry(SubjectName.CONFLICT, key="conflict_id")
    sides = sides.annotate(facts_entry=entry).order_by("conflict_id", "id")
    differs: dict[int, dict[Conflict, list[ConflictSide]]] = defaultdict(lambda: defaultdict(list))
    for side in sides.select_related("conflict", "passage__source").defer("passage__source__text"):
        side.conflict.facts_entry = side.facts_entry  # type: ignore[attr-defined]
        differs[side.conflict.pledge_id][side.conflict].append(side)
    for pk, pledge in conflicted.items():
        pledge.differs = list(differs[pk].items())


def _replacements(pledge: Pledge) -> tuple[list[Pledge], list[Pledge]]:
    """Return the pledges that it was split or merged from, and those that it was split or merged into. One query."""

    def ties() -> QuerySet[Any]:
        mine = Q(from_pledge=Parameter("pledge")) | Q(to_pledge=Parameter("pledge"))
        rows: QuerySet[Any] = Pledge.replaces.through.objects.filter(mine)
        return rows.select_related("from_pledge", "to_pledge")

    before, after = [], []
    for tie in compiled_objects("replacements of a pledge", ties, pledge=pledge.pk):
        if tie.from_pledge_id == pledge.pk:
            before.append(tie.to_pledge)
        else:
            after.append(tie.from_pledge)
    return sorted(before, key=lambda other: other.slug), sorted(after, key=lambda other: other.slug)


def pledge_cache_version(
    slug: str, *, until: dt.datetime | None = None, happened_by: dt.date | None = None
) -> tuple[int, ...] | None:
    """Return what moves with every entry about a pledge and every citation of it; None where it is not on record.

    One query. Its own rows and its catalogue apart, what its page shows changes with nothing else, save that an
    entry or a citation is rewritten: derived/data_versions.py counts that.
    """

    def versions(slug: Any) -> QuerySet[Any, Any]:
        last = RecordEntry.objects.filter(pledge=OuterRef("pk")).order_by("-position").values("position")[:1]
        cited = Citation.objects.filter(pledge=OuterRef("pk")).order_by("-pk").values("pk")[:1]
        pledges: QuerySet[Any, Any] = Pledge.objects.with_record(until=until, happened_by=happened_by)
        columns = ("pk", "status_period", Subquery(last), Subquery(cited))
        return pledges.filter(slug=slug).order_by().values_list(*columns)

    if until is None and happened_by is None:
        rows = compiled_rows("versions of a pledge", lambda: versions(Parameter("slug")), slug=slug)
    else:
        rows = list(versions(slug))
    return rows[0] if rows else None
