"""One pledge with everything that its page shows, in eight queries at most, however long its record is."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from tracker.pledges.choices import STATUS_KINDS, EntryKind
from tracker.pledges.models import Citation, Conflict, ConflictSide, Pledge, Question, RecordEntry
from tracker.pledges.read.as_stated import restore_as_of
from tracker.pledges.visibility import visible_conflict_sides


@dataclass(frozen=True)
class PledgeDetail:
    """A pledge as it read before an instant, and what belongs to it; of the sources all but their texts."""

    pledge: Pledge
    updates: list[RecordEntry]
    """Updates and corrections, the newest first: each with ``answers``, the entries that point at it, and
    ``evidence``, its citations."""
    statements: list[RecordEntry]
    """The entries that state the pledge and whose words were not withdrawn, in the order of the record."""
    citations: list[Citation]
    """What the pledge itself is based on, the firmest first."""
    replaces: list[Pledge]
    replaced_by: list[Pledge]
    questions: list[Question]


def get_pledge_detail(slug: str, *, today: dt.date, until: dt.datetime | None = None) -> PledgeDetail:
    """Return a pledge as of a day, by what was published before an instant. Raises Pledge.DoesNotExist."""
    pledge = Pledge.objects.for_page(today=today, until=until).get(slug=slug)
    entries = list(RecordEntry.objects.published(until=until).filter(pledge=pledge).with_words().order_by("position"))
    updates = sorted(
        (entry for entry in entries if entry.kind in STATUS_KINDS),
        key=lambda entry: (entry.effective_on, entry.position),
        reverse=True,
    )
    answers = defaultdict(list)
    for entry in entries:
        answers[entry.corrects_id].append(entry)
    own, cited = _citations(pledge, updates)
    for update in updates:
        update.answers = answers[update.pk]
        update.evidence = sorted(cited[update.pk], key=lambda citation: citation.pk)
    replaces, replaced_by = _replacements(pledge)
    attach_conflicts([pledge], until=until)
    restore_as_of([pledge], until=until)
    return PledgeDetail(
        pledge=pledge,
        updates=updates,
        statements=[one for one in entries if one.kind == EntryKind.PLEDGE and one.text.statement is not None],
        citations=own if pledge.citations_as_of is None else pledge.citations_as_of,
        replaces=replaces,
        replaced_by=replaced_by,
        questions=list(pledge.questions.published(until=today).select_related("answer").defer("answer__text")),
    )


def _citations(pledge: Pledge, updates: list[RecordEntry]) -> tuple[list[Citation], dict[int, list[Citation]]]:
    """Return what the pledge is based on, and what each of its updates does, the firmest first. One query."""
    # By keys, not by the pledge of the entry: an index has each of the two, none has a column of another table.
    mine = Q(pledge=pledge) | Q(update__in=[update.pk for update in updates])
    own, cited = [], defaultdict(list)
    for citation in Citation.objects.filter(mine).with_words().order_by_evidence():
        if citation.update_id is None:
            own.append(citation)
        else:
            cited[citation.update_id].append(citation)
    return own, cited


def attach_conflicts(pledges: Iterable[Pledge], *, until: dt.datetime | None) -> None:
    """Give pledges (PledgeQuerySet.with_schedule) ``differs``, on what sources differ, made public before an instant.

    One query, and none where nothing differs.
    """
    conflicted = {pledge.pk: pledge for pledge in pledges if pledge.in_conflict}  # type: ignore[attr-defined]  # annotated
    if not conflicted:
        return
    sides = visible_conflict_sides(until=until).filter(conflict__pledge__in=list(conflicted))
    sides = sides.order_by("conflict_id", "id")
    differs: dict[int, dict[Conflict, list[ConflictSide]]] = defaultdict(lambda: defaultdict(list))
    for side in sides.select_related("conflict", "passage__source").defer("passage__source__text"):
        differs[side.conflict.pledge_id][side.conflict].append(side)
    for pk, pledge in conflicted.items():
        pledge.differs = list(differs[pk].items())


def _replacements(pledge: Pledge) -> tuple[list[Pledge], list[Pledge]]:
    """Return the pledges that it was split or merged from, and those that it was split or merged into. One query."""
    ties = Pledge.replaces.through.objects.filter(Q(from_pledge=pledge) | Q(to_pledge=pledge))
    before, after = [], []
    for tie in ties.select_related("from_pledge", "to_pledge"):
        if tie.from_pledge_id == pledge.pk:
            before.append(tie.to_pledge)
        else:
            after.append(tie.from_pledge)
    return sorted(before, key=lambda one: one.slug), sorted(after, key=lambda one: one.slug)
