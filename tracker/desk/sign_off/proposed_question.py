"""The form of a question: what is typed into it stays in the draft as it was sent, until it is signed off."""

import datetime as dt
from copy import copy
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from tracker.desk.forms import BLANK, KEEP, QuestionForm
from tracker.desk.models import Draft
from tracker.pledges.choices import QuestionOutcome
from tracker.pledges.models import Question
from tracker.text.characters import hidden_character_problem


@dataclass
class ProposedQuestion:
    """A question as a draft would publish it; nothing of it is written. ``withdrawal`` is "", "mark" or "blank"."""

    form: QuestionForm
    question: Question
    withdrawal: str
    reason: str

    def preview(self) -> Question:
        """Return the question as readers would see it, not written anywhere."""
        question = copy(self.question)
        if self.withdrawal:
            question.withdrawn_at, question.withdrawal_reason = timezone.now(), self.reason or "…"
        if self.withdrawal == BLANK:
            question.text = ""
        question.second_review = settings.FOUR_EYES
        return question

    def check(self) -> None:
        """Raise ValidationError, with a message for each field, where it could not be published."""
        errors: dict[str, list[str]] = {
            name: [str(message) for message in messages] for name, messages in self.form.errors.items()
        }

        def refuse(name: str, message: str) -> None:
            errors.setdefault(name, []).append(message)

        question, today = self.question, timezone.localdate()
        if self.withdrawal and not self.reason.strip():
            refuse("reason", "Enter a reason for withdrawing it. It will be public.")
        if problem := hidden_character_problem(self.reason):
            refuse("reason", problem)
        if question.asked_on is None:
            refuse("asked_on", "Enter the date it was sent. Readers see a question only after it is sent.")
        if not question.addressee.strip():
            refuse("addressee", "Enter who was asked.")
        if not question.text.strip() and not question.withdrawn_at:
            refuse("text", "Enter the text that was sent.")
        for name in ("asked_on", "answered_on"):
            day: dt.date | None = getattr(question, name)
            if day and day > today:
                refuse(name, "Enter today’s date or a date in the past.")
        if question.outcome in (QuestionOutcome.ANSWERED, QuestionOutcome.REFUSED) and question.answered_on is None:
            refuse("answered_on", "Enter the date of the answer.")
        if question.outcome not in (QuestionOutcome.ANSWERED, QuestionOutcome.REFUSED) and (
            question.answered_on or question.answer
        ):
            refuse("outcome", "Choose “Answered” or “Refused”, or clear the answer.")
        if question.answered_on and question.asked_on and question.answered_on < question.asked_on:
            refuse("answered_on", "Enter a date on or after the day the question was sent.")
        if question.published_at and question.withdrawn_at:
            refuse("withdrawal", "This question is already withdrawn.")
        if errors:
            raise ValidationError(errors)


def facts_from(data: QueryDict) -> dict[str, list[str]]:
    """Return the fields of the form as they were sent, to be kept in a draft."""
    return {name: data.getlist(name) for name in [*QuestionForm.Meta.fields, "withdrawal"] if name in data}


def typed_facts(question: Question) -> dict[str, list[str]]:
    """Return a question as somebody would have typed it into the form."""
    values = {name: getattr(question, name) for name in QuestionForm.Meta.fields}
    return {name: [str(getattr(value, "pk", value))] for name, value in values.items() if value not in (None, "")}


def form_of(draft: Draft, data: QueryDict | None = None) -> QuestionForm:
    """Return the form with what the draft holds, or with what was sent."""
    if data is None:
        data = QueryDict(mutable=True)
        for name, values in draft.facts.items():
            data.setlist(name, values)
    return QuestionForm(data, instance=Question.objects.select_related("pledge").get(drafts=draft))


def question_of(draft: Draft) -> ProposedQuestion:
    """Return the question that a draft would publish."""
    form = form_of(draft)
    form.is_valid()
    question = form.instance
    for name in QuestionForm.Meta.fields:
        if name in form.cleaned_data and not form.fields[name].disabled:
            setattr(question, name, form.cleaned_data[name])
    return ProposedQuestion(form, question, form.cleaned_data.get("withdrawal", KEEP), draft.reason)
