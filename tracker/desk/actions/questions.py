"""Ask a body about a pledge, and make public what was asked and what became of it once it is signed off."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from tracker.desk.accounts.permissions import Ability, public_name
from tracker.desk.actions.drafts import change_state, check_ability, save, start, submit
from tracker.desk.forms import BLANK
from tracker.desk.models import Draft, DraftType, QuestionTemplate
from tracker.desk.sign_off.proposed_question import question_of
from tracker.desk.workflow import Transition
from tracker.pledges.choices import EvidenceRole, QuestionOutcome, QuestionType, Status
from tracker.pledges.facts.entries import Signers, record_facts, withdraw_facts
from tracker.pledges.models import Body, Pledge, Question
from tracker.sources.models import Source


@transaction.atomic
def ask(pledge: Pledge, *, kind: QuestionType, by: Any, address: str) -> Draft:
    """Draft a question about a pledge from the desk's template, and return the draft: nobody is sent anything.

    ``address`` is the public address of the pledge's page. Raises PermissionDenied for who may not propose.
    """
    check_ability(by, Ability.PROPOSE)
    body = pledge.bodies.first() or pledge.promised_by
    question = Question.objects.create(
        pledge=pledge,
        kind=kind,
        body=body,
        addressee=body.name if body else "",
        text=filled(QuestionTemplate.objects.get(kind=kind).text, pledge, body, address),
        drafted_by=by,
    )
    return start(DraftType.QUESTION, by=by, pledge=pledge, question=question)


@transaction.atomic
def submit_answer(question: Question, *, answer: Source, by: Any) -> Draft:
    """Submit that a source is the answer to a public question, on the day of the source; return the draft.

    Raises PermissionDenied for who may not propose, ValidationError where somebody is drafting a change already, and
    as ``submit``.
    """
    if Draft.objects.open().filter(question=question).exists():
        raise ValidationError("There is an open draft about this question. Use that one.")
    draft = start(DraftType.QUESTION, by=by, pledge=question.pledge, question=question)
    day = answer.published_on or timezone.localdate()
    typed = {"answer": [str(answer.pk)], "outcome": [QuestionOutcome.ANSWERED.value], "answered_on": [str(day)]}
    draft = save(draft, version=draft.version, by=by, fields={"facts": draft.facts | typed})
    return submit(draft, version=draft.version, by=by)


NOT_LOOKED_UNTIL = "[no day: we have not looked yet]"
"""In the place of a day, for the writer to put into a sentence: no letter says that somebody looked who did not."""


def filled(template: str, pledge: Pledge, body: Body | None, address: str) -> str:
    """Return a template with what is known of a pledge in the place of its marks; unknown marks stay as they are."""
    row = Pledge.objects.with_record().get(pk=pledge.pk)
    citation = (
        pledge.citations.filter(role=EvidenceRole.PLEDGE).select_related("passage").first() or pledge.citations.first()
    )
    status = row.status  # type: ignore[attr-defined]
    looked_until = row.looked_until  # type: ignore[attr-defined]
    values = {
        "title": pledge.title,
        "words": citation.passage.exact if citation else "",
        "deadline": f"{pledge.deadline_on:%-d %B %Y}" if pledge.deadline_on else "no date",
        "status": Status(status).label.lower() if status else "no status yet",
        "looked_until": f"{looked_until:%-d %B %Y}" if looked_until else NOT_LOOKED_UNTIL,
        "body": body.name if body else "the department",
        "address": address,
    }
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def publish_question(draft: Draft, *, by: Any, second_review: bool) -> Question:
    """Make public what a locked draft about a question says, and return the question. Called by review.py alone.

    A withdrawal for legal reasons deletes its words, here and in every draft about it.
    """
    proposed = question_of(draft)
    question, now = proposed.question, timezone.now()
    question.public_version += 1
    draft.question_version = question.public_version
    change_state(draft, Transition.PUBLISH, by=by)
    question.published_at = question.published_at or now
    question.second_review = second_review
    if proposed.withdrawal:
        question.withdrawn_at, question.withdrawal_reason = now, draft.reason
    if proposed.withdrawal == BLANK:
        question.text = ""
        for other in Draft.objects.filter(question=question):
            Draft.objects.filter(pk=other.pk).update(facts={**other.facts, "text": [""]})
    question.full_clean()
    question.save()
    signers = Signers(public_name(draft.proposer), public_name(by) if second_review else "", by.pk)
    if proposed.withdrawal == BLANK:
        withdraw_facts([question], signers=signers, reason=draft.reason)
    else:
        record_facts([question], signers=signers, reason=draft.reason)
    return question
