"""Sentences of a source that may contain a pledge: found by rules, decided by a person."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify

from tracker.desk.accounts.permissions import Ability, public_name
from tracker.desk.actions import drafts
from tracker.desk.actions.drafts import check_ability
from tracker.desk.audit_log import record_action
from tracker.desk.models import Candidate, CandidateDecision, Draft, DraftType, PledgeSearch
from tracker.desk.proposals.facts import MAX_SLUG_CHARS, TypedFacts, title_of
from tracker.pledges.choices import EvidenceRole
from tracker.pledges.models import Citation, Pledge
from tracker.sources.models import Source
from tracker.sources.passages import passage_at
from tracker.text.detection import pledge_detection, similarity
from tracker.text.detection.pledge_rules import RULES_PATH

MAX_CHARS_AT_ONCE = 300_000
"""Characters of a text that a person may wait for; a longer one is the worker's."""
MIN_SIMILARITY = 0.5
"""From this share of words on, a pledge that is there is shown beside a candidate."""
_KEPT = 5_000
"""Sentences kept of one source, the likeliest ones."""


@dataclass(frozen=True)
class SimilarPledge:
    """A pledge that is there already and may be the same; ``figures`` are those in which the wordings differ."""

    pledge: Pledge
    share: float
    words: str
    figures: str
    same: bool
    """Whether the pledge already cites exactly these words."""


def rules_digest() -> str:
    """Return the SHA-256 of the rules: a source that was searched by other rules can be searched again."""
    return hashlib.sha256(RULES_PATH.read_bytes()).hexdigest()


def search_source(source: Source) -> int:
    """Look for pledges in a source's text and return how many sentences are proposed.

    Looked for again, what was decided stays decided; sentences that nobody decided about are read again.
    """
    # A long text takes seconds: in a transaction, nothing could be published meanwhile on SQLite.
    return _propose(source, pledge_detection.detect_pledges(source.text)[:_KEPT])


@transaction.atomic
def _propose(source: Source, detected: Sequence[Any]) -> int:
    decided = set(source.candidates.exclude(decision=CandidateDecision.WAITING).values_list("start", "end"))
    source.candidates.filter(decision=CandidateDecision.WAITING).delete()
    Candidate.objects.bulk_create(
        (
            Candidate(
                source=source,
                start=pledge.sentence.start,
                end=pledge.sentence.end,
                exact=pledge.sentence.text,
                kind=pledge.kind,
                score=pledge.score,
                proposed=pledge.is_proposed,
                reasons=list(pledge.reasons),
                who=pledge.who[:200],
                what=pledge.what,
                when=pledge.when[:100],
                heading=pledge.heading[-400:],
                recommendation=pledge.recommendation[:60],
                lead_in=pledge.lead_in[-400:],
            )
            for pledge in detected
            if (pledge.sentence.start, pledge.sentence.end) not in decided
        ),
        batch_size=500,
    )
    PledgeSearch.objects.update_or_create(source=source, defaults={"rules": rules_digest(), "at": timezone.now()})
    return sum(pledge.is_proposed for pledge in detected)


def not_searched() -> QuerySet[Source]:
    """Return the sources with a text in which nobody has looked for pledges yet, the oldest first."""
    return Source.objects.filter(held=True, pledge_search__isnull=True).order_by("pk")


@transaction.atomic
def accept(candidate: Candidate, *, by: Any, facts: TypedFacts | None = None) -> Draft:
    """Start the draft of a new pledge from a candidate, with its words as evidence, and return it.

    ``facts`` are what the form of the pledge begins with; without them, a title and an address.
    Raises PermissionDenied for who may not propose, ValidationError where it was decided already.
    """
    return join([candidate], by=by, facts=facts)


@transaction.atomic
def join(chosen: Sequence[Candidate], *, by: Any, facts: TypedFacts | None = None) -> Draft:
    """Start one draft of a new pledge from several candidates, each with its own words as evidence; see ``accept``."""
    locked = [_waiting(candidate, by) for candidate in chosen]
    draft = drafts.start(DraftType.PLEDGE, by=by)
    title = title_of(locked[0])
    draft.facts = facts or {"title": [title], "slug": [slugify(title)[:MAX_SLUG_CHARS].strip("-")]}
    draft.save(update_fields=["facts"])
    for candidate in locked:
        role = EvidenceRole.RECOMMENDATION if candidate.kind == "recommendation" else EvidenceRole.PLEDGE
        _with_its_words(candidate, draft, role, CandidateDecision.ACCEPTED, by)
    return draft


def accept_each(
    chosen: Iterable[Candidate], *, by: Any, facts_of: Callable[[Candidate], TypedFacts]
) -> tuple[list[Draft], list[str]]:
    """Accept each candidate by itself; return the drafts, and of those that were refused why."""
    accepted, refused = [], []
    for candidate in chosen:
        try:
            accepted.append(accept(candidate, by=by, facts=facts_of(candidate)))
        except ValidationError as error:
            refused.append(_refusal(candidate, error))
    return accepted, refused


def reject_each(chosen: Iterable[Candidate], *, by: Any) -> tuple[int, list[str]]:
    """Reject each candidate by itself; return how many were, and of those that were refused why."""
    number, refused = 0, []
    for candidate in chosen:
        try:
            reject(candidate, by=by)
            number += 1
        except ValidationError as error:
            refused.append(_refusal(candidate, error))
    return number, refused


@transaction.atomic
def merge(candidate: Candidate, pledge: Pledge, *, by: Any, role: EvidenceRole = EvidenceRole.PLEDGE) -> Draft:
    """Start a draft that adds a candidate's words to a pledge that is there, and return it.

    Raises PermissionDenied for who may not propose, ValidationError where it was decided already.
    """
    locked = _waiting(candidate, by)
    draft = drafts.start(DraftType.PLEDGE, by=by, pledge=pledge)
    return _with_its_words(locked, draft, role, CandidateDecision.MERGED, by)


@transaction.atomic
def reject(candidate: Candidate, *, by: Any) -> None:
    """Decide that a candidate is no pledge. Raises as ``accept`` does."""
    _decide(_waiting(candidate, by), CandidateDecision.REJECTED, by, None)


@transaction.atomic
def reopen(candidate: Candidate, *, by: Any) -> None:
    """Take a decision back; a draft that was started stays. Raises PermissionDenied for who may not propose."""
    check_ability(by, Ability.PROPOSE)
    Candidate.objects.filter(pk=candidate.pk).update(
        decision=CandidateDecision.WAITING, decided_by=None, decided_at=None, draft=None
    )
    record_action(by, "undid a decision about", candidate.exact[:80])


def near_pledges(candidates: list[Candidate]) -> dict[int, list[SimilarPledge]]:
    """Return, by the key of each candidate, the pledges that may be the same, the likest first, three at most.

    Compared are the words that a pledge is based on and its title. Two queries, whatever the number.
    """
    wordings: dict[int, list[str]] = {}
    pledges = {pledge.pk: pledge for pledge in Pledge.objects.order_by("pk")[:5_000]}
    for pk, words in (
        Citation.objects.filter(
            pledge__in=pledges, role__in=[EvidenceRole.PLEDGE, EvidenceRole.RECOMMENDATION, EvidenceRole.CONFLICT]
        )
        .values_list("pledge", "passage__exact")
        .order_by("pk")
    ):
        wordings.setdefault(pk, []).append(words)
    index = similarity.WordingIndex(
        (pk, words) for pk, pledge in pledges.items() for words in (*wordings.get(pk, []), pledge.title)
    )
    near = {}
    for candidate in candidates:
        like = index.keys_like(candidate.exact, MIN_SIMILARITY)
        near[candidate.pk] = _near(candidate, {pk: pledges[pk] for pk in pledges if pk in like}, wordings)
    return near


def _near(candidate: Candidate, pledges: dict[int, Pledge], wordings: dict[int, list[str]]) -> list[SimilarPledge]:
    similar: list[SimilarPledge] = []
    for pk, pledge in pledges.items():
        compared = [
            (similarity.measure_similarity(candidate.exact, words), words)
            for words in [*wordings.get(pk, []), pledge.title]
        ]
        best, words = max(compared, key=lambda pair: pair[0].share)
        if best.share >= MIN_SIMILARITY:
            differing = next((alike for alike, _ in compared if alike.share >= MIN_SIMILARITY and alike.differ), None)
            figures = " / ".join(", ".join(side) for side in differing.figures) if differing else ""
            same = any(wording in candidate.exact or candidate.exact in wording for wording in wordings.get(pk, []))
            similar.append(SimilarPledge(pledge, best.share, words, figures, same))
    return sorted(similar, key=lambda pledge: -pledge.share)[:3]


def _refusal(candidate: Candidate, error: ValidationError) -> str:
    return f"“{candidate}”: {' '.join(error.messages)}"


def _waiting(candidate: Candidate, by: Any) -> Candidate:
    check_ability(by, Ability.PROPOSE)
    locked = (
        Candidate.objects.select_for_update(of=("self",)).select_related("source", "decided_by").get(pk=candidate.pk)
    )
    if locked.decision != CandidateDecision.WAITING:
        raise ValidationError(
            f"Someone has already decided: {locked.get_decision_display().lower()} ({public_name(locked.decided_by)})."
        )
    return locked


def _with_its_words(
    candidate: Candidate, draft: Draft, role: EvidenceRole, decision: CandidateDecision, by: Any
) -> Draft:
    passage = passage_at(candidate.source, candidate.start, candidate.exact, by=by)
    drafts.add_evidence(draft, passage, by=by, role=role, note="")
    _decide(candidate, decision, by, draft)
    return draft


def _decide(candidate: Candidate, decision: CandidateDecision, by: Any, draft: Draft | None) -> None:
    candidate.decision, candidate.decided_by, candidate.decided_at = decision, by, timezone.now()
    candidate.draft = draft
    candidate.save(update_fields=["decision", "decided_by", "decided_at", "draft"])
    url = draft.get_absolute_url() if draft else ""
    record_action(by, f"decided ({decision.label.lower()}) about", candidate.exact[:80], url=url)
