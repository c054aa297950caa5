"""Chase a quiet or overdue pledge: draft a question from a template, keep when it was sent and what became of it."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions.drafts import check_ability
from tracker.desk.audit_log import record_action
from tracker.desk.models import QuestionTemplate
from tracker.pledges.choices import EvidenceRole, QuestionOutcome, QuestionType, Status
from tracker.pledges.models import Body, Pledge, Question
from tracker.sources.models import Source
from tracker.text.characters import hidden_character_problem


@transaction.atomic
def draft_question(pledge: Pledge, *, kind: QuestionType, by: Any, address: str) -> Question:
    """Write a question about a pledge from the desk's template, and return it: text to copy, not sent by anybody.

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
    record_action(by, "drafted a question on", pledge, url=reverse("desk:question", args=[question.pk]))
    return question


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
        "looked_until": f"{looked_until:%-d %B %Y}" if looked_until else "today",
        "body": body.name if body else "the department",
        "address": address,
    }
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value)
    return template


@transaction.atomic
def edit_question(
    question: Question,
    *,
    by: Any,
    text: str,
    addressee: str,
    asked_on: dt.date | None,
    outcome: QuestionOutcome,
    answered_on: dt.date | None,
    answer: Source | None,
) -> Question:
    """Keep what was asked, when, of whom, and what became of it; return the question.

    Once sent, the words and the day stay as they were sent. Raises PermissionDenied, and ValidationError with a
    message for each field.
    """
    check_ability(by, Ability.PROPOSE)
    question = Question.objects.select_for_update().get(pk=question.pk)
    errors: dict[str, list[str]] = {}
    for name, value in (("text", text), ("addressee", addressee)):
        if problem := hidden_character_problem(value):
            errors[name] = [problem]
    if question.asked_on is None:
        question.text, question.addressee, question.asked_on = text, addressee, asked_on
    today = timezone.localdate()
    for name, day in (("asked_on", asked_on), ("answered_on", answered_on)):
        if day and day > today:
            errors.setdefault(name, []).append("This day has not come yet.")
    if question.asked_on is None and (outcome != QuestionOutcome.WAITING or answered_on or answer):
        errors.setdefault("asked_on", []).append("Say when it was sent before what became of it.")
    if question.asked_on and not question.addressee.strip():
        errors.setdefault("addressee", []).append("Say of whom it was asked.")
    if outcome in (QuestionOutcome.ANSWERED, QuestionOutcome.REFUSED) and answered_on is None:
        errors.setdefault("answered_on", []).append("Say when the answer came.")
    if errors:
        raise ValidationError(errors)
    question.outcome, question.answered_on, question.answer = outcome, answered_on, answer
    question.full_clean()
    question.save()
    record_action(
        by, "kept what became of a question on", question.pledge, url=reverse("desk:question", args=[question.pk])
    )
    return question
