"""Publish what a pledge says: its words, who promised it, by when. The only writer of pledges."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from tracker.pledges.choices import EntryKind, EvidenceRole
from tracker.pledges.models import Body, Citation, EntryText, Pledge, RecordEntry
from tracker.pledges.record.lock import record_lock
from tracker.pledges.record.publish import Evidence, assign_position, save_entry
from tracker.text.characters import hidden_character_problem

PLAIN_FACTS = ["title", "kind", "basis", "response", "made_note", "done_means", "unclear", "deadline_note", "note"]
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
    "deadline_edtf": "deadline as it is read",
    "later_deadlines": "deadlines said later",
    "note": "note",
    "replaces": "pledges it replaces",
}
"""The facts of a pledge that a statement holds, with what a reader is told that they are."""

OPTIONAL_FACTS: dict[str, type[str] | type[list[Any]]] = {"deadline_edtf": str, "later_deadlines": list}
"""Facts that a statement holds only where they are not empty, as earlier ones do not have them, with what is empty."""


@record_lock()
def publish_statement(
    pledge: Pledge,
    *,
    evidence: Sequence[Evidence],
    bodies: Iterable[Body],
    by: str,
    replaces: Iterable[Pledge] = (),
    approved_by: str = "",
    reason: str = "",
    published_at: dt.datetime | None = None,
    account: int | None = None,
) -> RecordEntry:
    """Publish a pledge as it is on the object, with the passages it is based on, and return the entry.

    The pledge may be new or changed; it is saved with the entry or not at all. ``by`` names who proposed it,
    ``approved_by`` the second person, or nobody; ``account`` is the id of who published it. Raises ValidationError
    where a fact breaks a rule of the model, where no passage has the pledge or its recommendation, where it was made
    or a deadline was said after the day of publication, where a change has no reason or changes nothing.
    """
    check_statement(pledge, evidence=evidence, reason=reason, published_on=timezone.localdate(published_at))
    is_new = not is_stated(pledge)
    before = last_statement(pledge) if pledge.pk else None
    pledge.save()
    pledge.bodies.set(bodies)
    pledge.replaces.set(replaces)
    _cite(pledge, evidence)
    facts = facts_of(pledge)
    headline = "Pledge put on the record"
    if not is_new:
        changed = _changes_in_words(before or {}, facts, misread=pledge.misread_deadline)
        if before is not None and not changed and not _evidence_differs(pledge, evidence):
            raise ValidationError("Change at least one fact of the pledge.")
        headline = f"Pledge changed: {', '.join(changed) or 'passages'}"
    today = timezone.localdate(published_at)
    update = RecordEntry(
        kind=EntryKind.PLEDGE,
        pledge=pledge,
        effective_on=today,
        looked_until=today,
        reason=reason,
        proposed_by=by,
        published_by=approved_by or by,
        second_review=bool(approved_by),
    )
    assign_position(update, published_at)
    return save_entry(
        update, EntryText(update=update, headline=headline[:200], statement=facts), evidence, account=account
    )


def facts_of(pledge: Pledge) -> dict[str, Any]:
    """Return the facts of a pledge as a statement holds them: text, days as 2025-06-16, others by their slug."""
    facts: dict[str, Any] = {name: str(getattr(pledge, name)) for name in PLAIN_FACTS}
    facts |= {name: _slug(getattr(pledge, name)) for name in ("review", "theme", "promised_by")}
    facts |= {name: _day(getattr(pledge, name)) for name in ("made_on", "deadline_on")}
    facts |= {name: getattr(pledge, name) for name in OPTIONAL_FACTS if getattr(pledge, name)}
    return facts | {
        "recommendation": pledge.recommendation.number if pledge.recommendation else None,
        "bodies": sorted(body.slug for body in pledge.bodies.all()) if pledge.pk else [],
        "replaces": sorted(other.slug for other in pledge.replaces.all()) if pledge.pk else [],
    }


def facts_between(first: int, last: int) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield the pledges with a key in a span: key, slug and facts, as ``facts_of`` returns them. Three queries.

    Without an object of each: verify_record compares all.
    """
    bodies, replaces = _slugs(Pledge.bodies, "body", first, last), _slugs(Pledge.replaces, "to_pledge", first, last)
    rows = Pledge.objects.filter(pk__range=(first, last)).order_by("pk")
    rows = rows.annotate(made=Cast("made_on", TextField()), deadline=Cast("deadline_on", TextField()))
    paths = {name: f"{name}__slug" for name in ("review", "theme", "promised_by")}
    paths |= {"recommendation": "recommendation__number", "made_on": "made", "deadline_on": "deadline"}
    names = [name for name in FACTS if name not in ("bodies", "replaces")]
    for pk, slug, *values in rows.values_list("pk", "slug", *(paths.get(name, name) for name in names)):
        facts = dict(zip(names, values, strict=True))
        for name in OPTIONAL_FACTS:
            if not facts[name]:
                del facts[name]
        yield pk, slug, facts | {"bodies": sorted(bodies[pk]), "replaces": sorted(replaces[pk])}


def _slugs(relation: Any, other: str, first: int, last: int) -> defaultdict[int, list[str]]:
    """Return the slugs of what the pledges in a span are tied to."""
    owner = "pledge" if other == "body" else "from_pledge"
    slugs: defaultdict[int, list[str]] = defaultdict(list)
    ties = relation.through.objects.filter(**{f"{owner}__pk__range": (first, last)})
    for key, slug in ties.values_list(owner, f"{other}__slug"):
        slugs[key].append(slug)
    return slugs


def stated_facts(entry: RecordEntry) -> dict[str, Any]:
    """Return the facts that an entry states; empty where it states none, or they were withdrawn."""
    return entry.text.statement or {}


def last_statement(pledge: Pledge, *, until: dt.datetime | None = None) -> dict[str, Any] | None:
    """Return the facts that were published last before an instant; None where there are none, or were withdrawn."""
    entry = RecordEntry.objects.statements(until=until).filter(pledge=pledge).last()
    return stated_facts(entry) if entry else None


def changed_facts(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the names of the facts in which two statements differ, in the order of FACTS."""
    return [name for name in FACTS if before.get(name) != after.get(name)]


def _changes_in_words(before: dict[str, Any], after: dict[str, Any], *, misread: bool) -> list[str]:
    """Return what readers are told that changed; ``misread``: that another deadline corrects a reading of ours."""
    names = changed_facts(before, after)
    if misread and "deadline_on" in names:
        rest = [FACTS[name] for name in names if name not in ("deadline_on", "deadline_edtf")]
        return ["deadline that we had misread", *rest]
    return [FACTS[name] for name in names]


def is_stated(pledge: Pledge) -> bool:
    """Whether the record has a statement of the pledge."""
    return bool(pledge.pk) and RecordEntry.objects.filter(pledge=pledge, kind=EntryKind.PLEDGE).exists()


def check_statement(
    pledge: Pledge, *, evidence: Sequence[Evidence], reason: str, published_on: dt.date | None = None
) -> None:
    """Raise ValidationError where the pledge, as it is on the object, could not be published, today or on a day."""
    errors: dict[str, list[str]] = {}
    try:
        pledge.full_clean()
    except ValidationError as error:
        errors = error.message_dict
    last = published_on or timezone.localdate()
    if "made_on" not in errors and pledge.made_on > last:
        errors["made_on"] = ["Enter a date on or before the day of publication."]
    if "later_deadlines" not in errors and any(later.said_on > last for later in pledge.deadlines_after_first):
        errors["later_deadlines"] = ["Enter when it was said: a day on or before the day of publication."]
    texts = {name: str(getattr(pledge, name)) for name in [*PLAIN_FACTS, "deadline_edtf", "slug"]}
    if "later_deadlines" not in errors:
        texts["later_deadlines"] = "".join(deadline.words for deadline in pledge.deadlines_after_first)
    for name, text in texts.items():
        if problem := hidden_character_problem(text):
            errors.setdefault(name, []).append(problem)
    if not any(cited.role in (EvidenceRole.PLEDGE, EvidenceRole.RECOMMENDATION) for cited in evidence):
        errors["evidence"] = ["Add at least one passage with the words of the pledge or of the recommendation."]
    if is_stated(pledge) and not reason.strip():
        errors["reason"] = ["Enter a reason for the change. It will be public."]
    elif problem := hidden_character_problem(reason):
        errors["reason"] = [problem]
    if errors:
        raise ValidationError(errors)


def _cite(pledge: Pledge, evidence: Sequence[Evidence]) -> None:
    """Make the pledge's own citations those of the statement. They are its present ones; entries keep the earlier."""
    wanted = {(cited.passage.pk, str(cited.role)): cited for cited in evidence}
    for citation in pledge.citations.all():
        cited = wanted.get((citation.passage_id, citation.role))
        if cited is not None and cited.note == citation.note:
            del wanted[citation.passage_id, citation.role]
        else:
            citation.delete()
    for cited in wanted.values():
        citation = Citation(pledge=pledge, passage=cited.passage, role=cited.role, note=cited.note)
        citation.full_clean()
        citation.save()


def _evidence_differs(pledge: Pledge, evidence: Sequence[Evidence]) -> bool:
    entry = pledge.updates.filter(kind=EntryKind.PLEDGE).order_by("-position").first()
    published = set(entry.citations.values_list("passage", "role", "note")) if entry else set()
    return published != {(cited.passage.pk, str(cited.role), cited.note) for cited in evidence}


def _slug(related: Any) -> str | None:
    return related.slug if related is not None else None


def _day(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None
