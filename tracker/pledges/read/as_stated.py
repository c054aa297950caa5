"""Pledges as they were stated before an instant, and how their statements changed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Prefetch, Q, Value, When
from django.utils.dateparse import parse_date

from tracker.pledges.choices import Basis, EvidenceRole, PledgeKind, Response
from tracker.pledges.models import Body, Citation, Pledge, Recommendation, RecordEntry, Review, Theme
from tracker.pledges.querysets import PledgeQuerySet, RecordEntryQuerySet
from tracker.pledges.read.catalogue_as_of import restore_names
from tracker.pledges.record.statements import FACTS, OPTIONAL_FACTS, PLAIN_FACTS, changed_facts, stated_facts
from tracker.text.deadlines import later_deadlines_from


@dataclass(frozen=True)
class Change:
    """What one fact of a pledge was, and what it became; both as a reader sees them."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Restatement:
    """An entry that states a pledge, with what it changed; nothing for the first."""

    entry: RecordEntry
    changes: list[Change]


def statement_history(statements: Iterable[RecordEntry]) -> list[Restatement]:
    """Return the statements of one pledge (RecordEntryQuerySet.statements), the newest first."""
    rows: list[Restatement] = []
    before: dict[str, Any] | None = None
    for entry in statements:
        after = stated_facts(entry)
        names = changed_facts(before, after) if before is not None else []
        changes = [
            Change(FACTS[name], _shown(name, (before or {}).get(name)), _shown(name, after.get(name)))
            for name in names
        ]
        rows.append(Restatement(entry, changes))
        before = after
    return rows[::-1]


@dataclass(frozen=True)
class Misreading:
    """An entry that corrects how the first deadline was read: the day that it was, and the day that it is."""

    entry: RecordEntry
    before: dt.date | None
    after: dt.date | None


def misread_deadlines(history: Iterable[Restatement]) -> list[Misreading]:
    """Return the corrections of the first deadline in a ``statement_history``: nothing else changes its day."""
    label = FACTS["deadline_on"]
    changes = [(row.entry, change) for row in history for change in row.changes if change.label == label]
    return [
        Misreading(entry, parse_date(change.before), parse_date(change.after) if change.after else None)
        for entry, change in changes
        if change.before
    ]


def statements_changed_since(*, until: dt.datetime | None) -> dict[int, dict[str, Any]]:
    """Return, by key, the facts of the pledges that read otherwise before an instant than they do now.

    Empty for None. One query where nothing was changed since, which is nearly always, else two.
    """
    if until is None:
        return {}
    return {entry.pledge_id: stated_facts(entry) for entry in _stated_before(RecordEntry.objects.statements(), until)}


def _stated_before(statements: RecordEntryQuerySet, until: dt.datetime) -> RecordEntryQuerySet:
    """Of statements, keep those from before an instant of the pledges that were stated again since, in order."""
    before = statements.filter(pledge=OuterRef("pledge"), published_at__lt=until)
    # In no order: to give them by position, SQLite goes through the whole record.
    again = statements.filter(Exists(before), published_at__gte=until).order_by()
    changed = set(again.values_list("pledge", flat=True))
    return statements.filter(published_at__lt=until, pledge__in=changed) if changed else statements.none()


def filter_as_stated(
    pledges: PledgeQuerySet,
    condition: Q,
    holds: Callable[[dict[str, Any]], bool],
    *,
    then: dict[int, dict[str, Any]],
) -> PledgeQuerySet:
    """Keep the pledges of which something is stated: ``condition`` asks the present, ``holds`` the facts of a day.

    ``then`` is what stated_otherwise returned for that day.
    """
    if not then:
        return pledges.filter(condition)
    matching = [pk for pk, facts in then.items() if holds(facts)]
    return pledges.filter(Q(condition, ~Q(pk__in=list(then))) | Q(pk__in=matching))


def is_made_by(day: dt.date, until: dt.datetime | None) -> Q:
    """Return the condition that the pledge of an entry was made by a day, as it was stated before an instant."""
    then = statements_changed_since(until=until)
    by_then = [key for key, facts in then.items() if facts["made_on"] <= day.isoformat()]
    return Q(pledge__in=by_then) | ~Q(pledge__in=list(then)) & Q(pledge__made_on__lte=day)


def filter_by_body(pledges: PledgeQuerySet, body: Body, *, then: dict[int, dict[str, Any]]) -> PledgeQuerySet:
    """Keep the pledges that a body made or has to act on, as it was stated (``then``: stated_otherwise)."""

    def holds(facts: dict[str, Any]) -> bool:
        return facts.get("promised_by") == body.slug or body.slug in facts.get("bodies", [])

    return filter_as_stated(pledges, pledges.of_body(body), holds, then=then)


def filter_by_review(pledges: PledgeQuerySet, slug: str, *, then: dict[int, dict[str, Any]]) -> PledgeQuerySet:
    """Keep the pledges that a review prompted, as it was stated (``then``: statements_changed_since)."""
    return filter_as_stated(pledges, Q(review__slug=slug), lambda facts: facts.get("review") == slug, then=then)


def stated_review(then: dict[int, dict[str, Any]], *, pledge: str = "") -> Case | F:
    """Return, as an expression, the key of the review of a pledge, as it was stated (``then``).

    ``pledge`` leads from the queried model to the pledge, such as ``pledge``; empty where that is the model. One query
    where pledges were stated otherwise, two where one of them had another review.
    """
    now = F(f"{pledge}__review" if pledge else "review")
    reviews = Pledge.objects.filter(pk__in=list(then)).values_list("pk", "review__slug") if then else []
    moved: defaultdict[str, list[int]] = defaultdict(list)
    for key, slug in reviews:
        if then[key]["review"] != slug:
            moved[then[key]["review"]].append(key)
    if not moved:
        return now
    earlier = Review.objects.filter(slug__in=list(moved)).values_list("pk", "slug")
    cases = [When(**{f"{pledge or 'pk'}__in": moved[slug]}, then=Value(key)) for key, slug in earlier]
    return Case(*cases, default=now, output_field=BigIntegerField())


def restore_as_of(pledges: Iterable[Pledge], *, until: dt.datetime | None, happened_by: dt.date | None = None) -> None:
    """Let pledges read as they were stated before an instant. They are not to be saved after that.

    What they are filed under has the names of that time. ``happened_by`` is a day: a deadline that was said later is
    left out. A fixed number of queries, whatever the number of pledges; two where nothing was changed since.
    """
    pledges = list(pledges)
    restore_statements(pledges, until=until, happened_by=happened_by)
    restore_names(pledges, until=until)


def restore_statements(pledges: list[Pledge], *, until: dt.datetime | None, happened_by: dt.date | None) -> None:
    """Do the same but for names: for pledges of which nothing is shown that they are filed under."""
    if until is not None:
        _restore_statements(pledges, until)
    if happened_by is None:
        return
    for pledge in pledges:
        said = (deadline for deadline in pledge.deadlines_after_first if deadline.said_on <= happened_by)
        pledge.later_deadlines = [deadline.as_fact() for deadline in said]


def _restore_statements(pledges: list[Pledge], until: dt.datetime) -> None:
    mine = RecordEntry.objects.statements().filter(pledge__in=pledges)
    words = Prefetch("citations", queryset=Citation.objects.with_words().order_by_evidence())
    then = {entry.pledge_id: entry for entry in _stated_before(mine, until).prefetch_related(words)}
    if not then:
        return
    related = {
        "review": {row.slug: row for row in Review.objects.all()},
        "theme": {row.slug: row for row in Theme.objects.all()},
        "promised_by": {row.slug: row for row in Body.objects.all()},
    }
    answered = {(row.review.slug, row.number): row for row in Recommendation.objects.select_related("review")}
    for pledge in pledges:
        if entry := then.get(pledge.pk):
            _apply_statement(pledge, entry, related, answered)


def _apply_statement(
    pledge: Pledge, entry: RecordEntry, related: dict[str, Any], answered: dict[tuple[str, int], Recommendation]
) -> None:
    facts = stated_facts(entry)
    for name in PLAIN_FACTS:
        setattr(pledge, name, facts[name])
    for name, empty in OPTIONAL_FACTS.items():
        setattr(pledge, name, facts.get(name) or empty())
    for name, rows in related.items():
        setattr(pledge, name, rows.get(facts[name]))
    for name in ("made_on", "deadline_on"):
        setattr(pledge, name, parse_date(facts[name]) if facts[name] else None)
    pledge.recommendation = answered.get((facts["review"], facts["recommendation"]))
    pledge.bodies_as_of = [related["promised_by"][slug] for slug in facts["bodies"] if slug in related["promised_by"]]
    citations = list(entry.citations.all())
    pledge.citations_as_of = citations
    pledge.words = [  # type: ignore[attr-defined]
        citation for citation in citations if citation.role in (EvidenceRole.PLEDGE, EvidenceRole.RECOMMENDATION)
    ]


def _shown(name: str, value: Any) -> str:
    labels: dict[str, dict[str, Any]] = {
        "kind": dict(PledgeKind.choices),
        "basis": dict(Basis.choices),
        "response": dict(Response.choices),
    }
    if name == "later_deadlines":
        return "; ".join(str(deadline) for deadline in later_deadlines_from(value or []))
    if isinstance(value, list):
        return ", ".join(value)
    return str(labels.get(name, {}).get(value, value if value is not None else ""))
