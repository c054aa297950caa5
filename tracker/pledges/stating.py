"""State a pledge on the record: what was promised, in which words, by whom, until when. The only writer of pledges.

A pledge's row is the statement that was published last. Whoever changes it makes a new entry, so a reader sees each
change of its wording, and verify_record sees each change that went past the record.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.dateparse import parse_date

from tracker.pledges.models import Body, Citation, EntryText, Pledge, Recommendation, Review, StatusUpdate, Theme
from tracker.pledges.querysets import PledgeQuerySet, StatusUpdateQuerySet
from tracker.pledges.recording import Evidence, place, write
from tracker.pledges.statuses import Basis, EntryKind, Kind, Response, Role
from tracker.pledges.turns import turn
from tracker.sources.matching import refused_characters

_PLAIN = ["title", "kind", "basis", "response", "made_note", "done_means", "unclear", "deadline_note", "note"]
RELATED = ["review", "theme", "promised_by", "recommendation"]
FACTS = {
    "title": "title",
    "review": "review",
    "theme": "theme",
    "kind": "kind",
    "basis": "basis",
    "promised_by": "who promised",
    "bodies": "who has to act",
    "made_on": "day it was made",
    "made_note": "how that day is known",
    "recommendation": "recommendation",
    "response": "response",
    "done_means": "what would count as delivered",
    "unclear": "what is unclear",
    "deadline_on": "deadline",
    "deadline_note": "words about time",
    "note": "note",
    "replaces": "pledges it replaces",
}
"""The facts of a pledge that a statement holds, with what a reader is told that they are."""


@turn()
def state(
    pledge: Pledge,
    *,
    evidence: Sequence[Evidence],
    bodies: Iterable[Body],
    by: str,
    replaces: Iterable[Pledge] = (),
    approved_by: str = "",
    reason: str = "",
    published_at: dt.datetime | None = None,
) -> StatusUpdate:
    """Publish a pledge as it stands on the object, with the passages it rests on, and return the entry.

    The pledge may be new or changed; it is saved with the entry or not at all. ``by`` names who proposed it,
    ``approved_by`` the second person, or nobody. Raises ValidationError where a fact breaks a rule of the model,
    where no passage has the pledge or its recommendation, where a change has no reason or changes nothing.
    """
    check(pledge, evidence=evidence, reason=reason)
    is_new = not is_stated(pledge)
    before = last_statement(pledge) if pledge.pk else None
    pledge.save()
    pledge.bodies.set(bodies)
    pledge.replaces.set(replaces)
    _cite(pledge, evidence)
    facts = facts_of(pledge)
    headline = "Pledge put on the record"
    if not is_new:
        changed = [FACTS[name] for name in changed_facts(before or {}, facts)]
        if before is not None and not changed and not _evidence_differs(pledge, evidence):
            raise ValidationError("Nothing about the pledge was changed.")
        headline = f"Pledge changed: {', '.join(changed) or 'passages'}"
    today = timezone.localdate(published_at)
    update = StatusUpdate(
        kind=EntryKind.PLEDGE,
        pledge=pledge,
        effective_on=today,
        looked_until=today,
        reason=reason,
        proposed_by=by,
        published_by=approved_by or by,
        second_review=bool(approved_by),
    )
    place(update, published_at)
    return write(update, EntryText(update=update, headline=headline[:200], statement=facts), evidence)


def facts_of(pledge: Pledge) -> dict[str, Any]:
    """Return the facts of a pledge as a statement holds them: text, days as 2025-06-16, others by their slug."""
    facts: dict[str, Any] = {name: str(getattr(pledge, name)) for name in _PLAIN}
    facts |= {name: _slug(getattr(pledge, name)) for name in ("review", "theme", "promised_by")}
    facts |= {name: _day(getattr(pledge, name)) for name in ("made_on", "deadline_on")}
    return facts | {
        "recommendation": pledge.recommendation.number if pledge.recommendation else None,
        "bodies": sorted(body.slug for body in pledge.bodies.all()) if pledge.pk else [],
        "replaces": sorted(other.slug for other in pledge.replaces.all()) if pledge.pk else [],
    }


@dataclass(frozen=True)
class Change:
    """What one fact of a pledge was, and what it became; both as a reader sees them."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Restatement:
    """An entry that states a pledge, with what it changed; nothing for the first."""

    entry: StatusUpdate
    changes: list[Change]


def history(statements: Iterable[StatusUpdate]) -> list[Restatement]:
    """Return the statements of one pledge (StatusUpdateQuerySet.statements), the newest first."""
    rows: list[Restatement] = []
    before: dict[str, Any] | None = None
    for entry in statements:
        after = stated_facts(entry)
        names = changed_facts(before, after) if before is not None else []
        changes = [
            Change(FACTS[name], _shown(name, (before or {}).get(name)), _shown(name, after[name])) for name in names
        ]
        rows.append(Restatement(entry, changes))
        before = after
    return rows[::-1]


def stated_otherwise(*, until: dt.datetime | None) -> dict[int, dict[str, Any]]:
    """Return, by key, the facts of the pledges that read otherwise before an instant than they do now.

    Empty for None. One query where nothing was changed since, which is nearly always, else two.
    """
    if until is None:
        return {}
    return {entry.pledge_id: stated_facts(entry) for entry in _stated_before(StatusUpdate.objects.statements(), until)}


def _stated_before(statements: StatusUpdateQuerySet, until: dt.datetime) -> StatusUpdateQuerySet:
    """Of statements, keep those from before an instant of the pledges that were stated anew since, in order."""
    changed = set(statements.filter(published_at__gte=until).values_list("pledge", flat=True))
    return statements.filter(published_at__lt=until, pledge__in=changed) if changed else statements.none()


def stated(
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


def about_body(pledges: PledgeQuerySet, body: Body, *, then: dict[int, dict[str, Any]]) -> PledgeQuerySet:
    """Keep the pledges that a body made or has to act on, as it was stated (``then``: stated_otherwise)."""

    def holds(facts: dict[str, Any]) -> bool:
        return facts.get("promised_by") == body.slug or body.slug in facts.get("bodies", [])

    return stated(pledges, pledges.of_body(body), holds, then=then)


def recall(pledges: Iterable[Pledge], *, until: dt.datetime | None) -> None:
    """Let pledges read as they were stated before an instant. They are not to be saved after that.

    A fixed number of queries, whatever the number of pledges; one where nothing was changed since.
    """
    if until is None:
        return
    mine = StatusUpdate.objects.statements().filter(pledge__in=list(pledges))
    words = Prefetch("citations", queryset=Citation.objects.with_words().firmest_first())
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
            _read_as(pledge, entry, related, answered)


def _read_as(
    pledge: Pledge, entry: StatusUpdate, related: dict[str, Any], answered: dict[tuple[str, int], Recommendation]
) -> None:
    facts = stated_facts(entry)
    for name in _PLAIN:
        setattr(pledge, name, facts[name])
    for name, rows in related.items():
        setattr(pledge, name, rows.get(facts[name]))
    for name in ("made_on", "deadline_on"):
        setattr(pledge, name, parse_date(facts[name]) if facts[name] else None)
    pledge.recommendation = answered.get((facts["review"], facts["recommendation"]))
    pledge.bodies_then = [related["promised_by"][slug] for slug in facts["bodies"] if slug in related["promised_by"]]
    citations = list(entry.citations.all())
    pledge.citations_then = citations
    pledge.words = [  # type: ignore[attr-defined]
        one for one in citations if one.role in (Role.PLEDGE, Role.RECOMMENDATION)
    ]


def _shown(name: str, value: Any) -> str:
    labels: dict[str, dict[str, Any]] = {
        "kind": dict(Kind.choices),
        "basis": dict(Basis.choices),
        "response": dict(Response.choices),
    }
    if isinstance(value, list):
        return ", ".join(value)
    return str(labels.get(name, {}).get(value, value if value is not None else ""))


def stated_facts(entry: StatusUpdate) -> dict[str, Any]:
    """Return the facts that an entry states; empty where it states none, or they were withdrawn."""
    return entry.text.statement or {}


def last_statement(pledge: Pledge, *, until: dt.datetime | None = None) -> dict[str, Any] | None:
    """Return the facts that were published last before an instant; None where there are none, or were withdrawn."""
    entry = StatusUpdate.objects.statements(until=until).filter(pledge=pledge).last()
    return stated_facts(entry) if entry else None


def changed_facts(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the names of the facts in which two statements differ, in the order of FACTS."""
    return [name for name in FACTS if before.get(name) != after.get(name)]


def is_stated(pledge: Pledge) -> bool:
    """Whether the record has a statement of the pledge."""
    return bool(pledge.pk) and StatusUpdate.objects.filter(pledge=pledge, kind=EntryKind.PLEDGE).exists()


def check(pledge: Pledge, *, evidence: Sequence[Evidence], reason: str) -> None:
    """Raise ValidationError where the pledge, as it stands on the object, could not be published; see ``state``."""
    errors: dict[str, list[str]] = {}
    try:
        pledge.full_clean()
    except ValidationError as error:
        errors = error.message_dict
    for name in [*_PLAIN, "slug"]:
        if refused := next(refused_characters(str(getattr(pledge, name))), None):
            errors.setdefault(name, []).append(f"{refused} may not stand here.")
    if not any(one.role in (Role.PLEDGE, Role.RECOMMENDATION) for one in evidence):
        errors["evidence"] = ["A pledge needs at least one passage that has the pledge, or the recommendation."]
    if is_stated(pledge) and not reason.strip():
        errors["reason"] = ["Say why the pledge is changed: the reason is public."]
    elif refused := next(refused_characters(reason), None):
        errors["reason"] = [f"{refused} may not stand here."]
    if errors:
        raise ValidationError(errors)


def _cite(pledge: Pledge, evidence: Sequence[Evidence]) -> None:
    """Make the pledge's own citations those of the statement. They are its present ones; entries keep the earlier."""
    wanted = {(one.passage.pk, str(one.role)): one for one in evidence}
    for citation in pledge.citations.all():
        one = wanted.get((citation.passage_id, citation.role))
        if one is not None and one.note == citation.note:
            del wanted[citation.passage_id, citation.role]
        else:
            citation.delete()
    for one in wanted.values():
        citation = Citation(pledge=pledge, passage=one.passage, role=one.role, note=one.note)
        citation.full_clean()
        citation.save()


def _evidence_differs(pledge: Pledge, evidence: Sequence[Evidence]) -> bool:
    entry = pledge.updates.filter(kind=EntryKind.PLEDGE).order_by("-position").first()
    held = set(entry.citations.values_list("passage", "role", "note")) if entry else set()
    return held != {(one.passage.pk, str(one.role), one.note) for one in evidence}


def _slug(related: Any) -> str | None:
    return related.slug if related is not None else None


def _day(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None
