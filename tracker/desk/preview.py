"""What readers see now and what they would see: the entry as it would be published, and each difference."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from tracker.desk.accounts.permissions import public_name
from tracker.desk.draft_entry import explanation_of, proposed_entry
from tracker.desk.models import Draft, DraftType
from tracker.desk.pledge_form import pledge_of
from tracker.desk.sign_off.proposed_question import question_of
from tracker.pledges.choices import Status
from tracker.pledges.models import EntryText, Question, RecordEntry
from tracker.pledges.record.statements import FACTS, facts_of
from tracker.text.diff import DiffPart, compare_words


@dataclass(frozen=True)
class ChangedField:
    """One thing that readers would see otherwise; ``pieces`` tells word by word."""

    label: str
    before: str
    after: str
    pieces: list[DiffPart] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        return self.before != self.after


def changes_of(draft: Draft) -> list[ChangedField]:
    """Return what a draft would change, thing by thing, also those that stay as they are."""
    if draft.sort == DraftType.QUESTION:
        rows = _question_rows(draft)
    elif draft.sort == DraftType.PLEDGE:
        rows = _pledge_rows(draft)
    elif draft.sort == DraftType.WITHDRAWAL and draft.corrects is not None:
        entry = draft.corrects
        rows = [
            (f"Entry {entry.position}", entry.headline, ""),
            ("Status of the pledge", _status(_current(draft)), _status(_before(entry))),
            ("Why", "", draft.reason),
        ]
    else:
        current = draft.corrects or _current(draft)
        rows = [
            ("Status", _status(current), str(Status(draft.status).label) if draft.status else ""),
            ("Step shown", current.step_label if current else "", draft.step.replace("-", " ").capitalize()),
            ("Happened on", _day(current and current.effective_on), _day(draft.effective_on)),
            ("We looked until", _day(current and current.looked_until), _day(draft.looked_until)),
            ("Headline", current.headline if current else "", draft.headline),
            ("Explanation", current.explanation if current else "", explanation_of(draft)),
        ]
        if draft.corrects:
            rows.append(("Why it corrects", "", draft.reason))
    return [ChangedField(label, before, after, compare_words(before, after)) for label, before, after in rows]


def entry_preview(draft: Draft) -> EntryText | None:
    """Return the entry as it would be published, not written anywhere; None while a day or the status is missing."""
    if draft.sort in (DraftType.PLEDGE, DraftType.WITHDRAWAL, DraftType.QUESTION) or draft.published_as_id:
        return None
    try:
        return proposed_entry(draft, by=public_name(draft.proposer))
    except ValidationError:
        return None


def _question_rows(draft: Draft) -> list[tuple[str, str, str]]:
    proposed = question_of(draft)
    now = Question.objects.select_related("answer").get(drafts=draft)
    before = _question_words(now) if now.published_at else {}
    after = _question_words(proposed.preview())
    return [(label, before.get(label, ""), words) for label, words in after.items()]


def _question_words(question: Question) -> dict[str, str]:
    return {
        "Kind": question.get_kind_display(),
        "Asked of": question.addressee,
        "Sent on": _day(question.asked_on),
        "Words": question.text,
        "Outcome": question.get_outcome_display(),
        "Answered on": _day(question.answered_on),
        "The answer": str(question.answer) if question.answer else "",
        "Withdrawn": question.withdrawal_reason,
    }


def _pledge_rows(draft: Draft) -> list[tuple[str, str, str]]:
    proposed = pledge_of(draft)
    before: dict[str, Any] = facts_of(draft.pledge) if draft.pledge else {}
    after = facts_of(proposed.form.instance) if proposed.form.is_valid() else {}
    if after:
        after["bodies"] = sorted(body.slug for body in proposed.bodies)
        after["replaces"] = sorted(other.slug for other in proposed.replaces)
    old, new = words_of_facts(before), words_of_facts(after)
    rows = [(label, before_words, words) for (label, before_words), (_, words) in zip(old, new, strict=True)]
    return [*rows, ("Why", "", draft.reason)] if draft.pledge else rows


def words_of_facts(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the facts of a statement (statements.facts_of) as a review shows them: each label with its words."""
    return [(label.capitalize(), _shown(facts.get(name))) for name, label in FACTS.items()]


def _current(draft: Draft) -> RecordEntry | None:
    return RecordEntry.objects.current().select_related("text").filter(pledge=draft.pledge).first()


def _before(entry: RecordEntry) -> RecordEntry | None:
    return RecordEntry.objects.current().filter(pledge=entry.pledge).exclude(pk=entry.pk).first()


def _status(entry: RecordEntry | None) -> str:
    return str(Status(entry.status).label) if entry and entry.status else "No status yet"


def _day(value: Any) -> str:
    return f"{value:%-d %B %Y}" if value else ""


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
