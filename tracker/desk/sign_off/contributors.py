"""Who may not sign off: everybody who changed anything that a draft, an answer or a change would make public.

This is the one place of the rule. Comments do not count, since nobody publishes them; nor do passages and sources that
readers see already, since somebody signed these off before.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, prefetch_related_objects

from tracker.desk.accounts.names import names_of
from tracker.desk.accounts.permissions import Ability, may
from tracker.desk.catalogue.facts import keys_in
from tracker.desk.models import Draft, DraftEvidence, PendingChange
from tracker.pledges.compiled_query import Parameter, compiled_objects, compiled_objects_among, compiled_rows
from tracker.pledges.models import Report
from tracker.pledges.visibility import is_published_evidence, is_visible_source
from tracker.sources.models import Passage, Source


def contributors_to(draft: Draft) -> dict[int, str]:
    """Return, by the key of each person who may not sign a draft off, what they contributed, told to them."""
    wrote = compiled_rows("contributors to a draft", _contributors, draft=draft.pk)
    people = dict.fromkeys([draft.proposer_id, *(key for (key,) in wrote)], _WROTE)
    if draft.disagreement and draft.disagrees_id:
        people.setdefault(draft.disagrees_id, "Your disagreement is part of this draft")
    _add_evidence(people, sources_made_public_by(draft), passages_made_public_by(draft), "this draft")
    return people


def _contributors() -> QuerySet[Any, Any]:
    ties: QuerySet[Any] = Draft.contributors.through.objects.filter(draft=Parameter("draft"))
    return ties.values_list("user")


def contributions_of(by: Any, drafts: Sequence[Draft]) -> dict[int, str]:
    """Return, by the key of each draft of a pledge that a person may not sign off, what they are told.

    It says what ``contributors_to`` says of each, in three queries for all of them. A question's answer and a
    disagreement are not looked at: no draft of a pledge has one.
    """
    ties = DraftEvidence.objects.filter(draft__in=drafts)
    reasons: dict[int, str] = {}
    of_passages = ties.filter(passage__contributors=by).exclude(is_published_evidence("passage"))
    for tie in of_passages.select_related("passage__source").defer("passage__source__text"):
        reasons[tie.draft_id] = _chose(tie.passage, "this draft")
    of_sources = ties.filter(passage__source__contributors=by)
    of_sources = of_sources.exclude(is_visible_source("passage__source"))
    for tie in of_sources.select_related("passage__source").defer("passage__source__text"):
        reasons[tie.draft_id] = _brought_in(tie.passage.source, "this draft")
    wrote = Draft.objects.filter(pk__in=[draft.pk for draft in drafts]).filter(Q(contributors=by) | Q(proposer=by))
    return reasons | dict.fromkeys(wrote.values_list("pk", flat=True), _WROTE)


def _add_evidence(people: dict[int, str], sources: Iterable[Source], passages: Iterable[Passage], what: str) -> None:
    """Add who brought in sources, and who chose passages, that become public with a draft or a change."""
    sources, passages = list(sources), list(passages)
    prefetch_related_objects(sources, "contributors")
    prefetch_related_objects(passages, "contributors")
    for source in sources:
        for person in source.contributors.all():
            people.setdefault(person.pk, _brought_in(source, what))
    for passage in passages:
        for person in passage.contributors.all():
            people.setdefault(person.pk, _chose(passage, what))


def sources_made_public_by(draft: Draft, *order: str) -> list[Source]:
    """Return the sources, without their texts, that readers do not know of yet and would by this draft."""
    named = {key for (key,) in compiled_rows("sources of a draft", _sources_cited, draft=draft.pk)}
    if draft.answer_id:
        named.add(draft.answer_id)

    def unseen(among: list[Any]) -> QuerySet[Source]:
        rows = Source.objects.filter(pk__in=among).exclude(is_visible_source())
        return (rows.order_by(*order) if order else rows).defer("text")

    return compiled_objects_among(("unseen sources", *order), named, unseen)


def _sources_cited() -> QuerySet[Passage, Any]:
    return Passage.objects.filter(draft_uses__draft=Parameter("draft")).values_list("source")


def passages_made_public_by(draft: Draft) -> list[Passage]:
    """Return the passages, with their sources, that no reader sees yet and that the draft would publish."""

    def unseen() -> QuerySet[Passage]:
        rows = Passage.objects.filter(draft_uses__draft=Parameter("draft")).exclude(is_published_evidence())
        return rows.select_related("source").defer("source__text").distinct()

    return compiled_objects("unseen passages of a draft", unseen, draft=draft.pk)


def contributors_to_change(change: PendingChange) -> dict[int, str]:
    """Return, by the key of each person who may not accept a change, what they contributed, told to them."""
    people = {change.by_id: "You proposed this change"}
    passages = passages_named_first_by(change).select_related("source").defer("source__text")
    _add_evidence(people, sources_named_first_by(change), passages, "this change")
    return people


def sources_named_first_by(change: PendingChange) -> Any:
    """Return the sources, without their texts, that readers do not know of yet and would by this change."""
    named = Q(passages__in=keys_in(change.target_model, change.after, Passage))
    named |= Q(pk__in=keys_in(change.target_model, change.after, Source))
    return Source.objects.filter(named).exclude(is_visible_source()).defer("text").distinct()


def passages_named_first_by(change: PendingChange) -> Any:
    """Return the passages that no reader sees yet and that the change would publish."""
    named = keys_in(change.target_model, change.after, Passage)
    return Passage.objects.filter(pk__in=named).exclude(is_published_evidence())


def require_second_person_for(change: PendingChange, *, by: Any) -> None:
    """Raise PermissionDenied, with the reason, where a person may not accept a change."""
    _require_second_person(by, contributors_to_change(change), "accept it")


def require_publisher_of(draft: Draft, *, by: Any) -> None:
    """Raise PermissionDenied, with the reason, where a person may not sign a draft off."""
    _require_second_person(by, contributors_to(draft), "sign it off")


def contributors_to_answer(report: Report) -> dict[int, str]:
    """Return, by the key of each person who may not publish the answer to a report, what they are told."""
    return dict.fromkeys(report.contributors.values_list("pk", flat=True), _ANSWERED)


def require_publisher_of_answer(report: Report, *, by: Any) -> None:
    """Raise PermissionDenied, with the reason, where a person may not publish the answer to a report."""
    people = contributors_to_answer(report)
    if not people and report.answered_by in names_of(by):  # written before contributors were kept
        people = {by.pk: _ANSWERED}
    _require_second_person(by, people, "publish it")


def _require_second_person(by: Any, people: dict[int, str], what: str) -> None:
    if not may(by, Ability.PUBLISH):
        raise PermissionDenied("You may not publish.")
    if settings.FOUR_EYES and by.pk in people:
        raise PermissionDenied(f"{people[by.pk]}: another person has to {what}.")


def _brought_in(source: Source, what: str) -> str:
    return f"You added “{source}”, which becomes public with {what}"


def _chose(passage: Passage, what: str) -> str:
    return f"You chose the words “{passage}”, which become public with {what}"


_WROTE = "You wrote in this draft"
_ANSWERED = "You wrote in this answer"
