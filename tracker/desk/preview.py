"""What readers see now and what they would see: the entry as it would be published, and each difference."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from tracker.desk.accounts.permissions import public_name
from tracker.desk.catalogue.new_names import NewNames
from tracker.desk.draft_entry import explanation_of, proposed_entry
from tracker.desk.models import Draft, DraftType
from tracker.desk.pledge_form import pledge_of
from tracker.desk.sign_off.proposed_question import question_of
from tracker.pledges.choices import Status
from tracker.pledges.compiled_query import Parameter, compiled_objects
from tracker.pledges.models import Body, EntryText, Pledge, Question, RecordEntry
from tracker.pledges.record.statements import FACTS, OPTIONAL_FACTS, PLAIN_FACTS
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
        """Whether readers would see anything else."""
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
    old = [(label.capitalize(), "") for label in FACTS.values()]
    if draft.pledge:
        bodies, replaces = draft.pledge.bodies.all(), draft.pledge.replaces.all()
        old = words_of_pledge(draft.pledge, bodies=bodies, replaces=replaces)
    new = [(label, "") for label, _ in old]
    if proposed.form.is_valid():
        new = words_of_pledge(proposed.form.instance, bodies=proposed.bodies, replaces=proposed.replaces,
                              new=proposed.new_names)  # fmt: skip
    rows = [(label, before, words) for (_, before), (label, words) in zip(old, new, strict=True)]
    rows = [row for row in rows if is_shown(*row)]
    rows += [("We misread the deadline", "", "Yes")] if proposed.form.instance.misread_deadline else []
    rows += [(label, "", words) for label, words in proposed.new_names.rows()]
    return [*rows, ("Why", "", draft.reason)] if draft.pledge else rows


def is_shown(label: str, *words: str) -> bool:
    """Whether a review shows a fact: one that statements leave out where it is empty only with words."""
    return any(words) or label not in _OPTIONAL_LABELS


_OPTIONAL_LABELS = {FACTS[name].capitalize() for name in OPTIONAL_FACTS}


def words_of_pledge(
    pledge: Pledge, *, bodies: Iterable[Body], replaces: Iterable[Pledge], new: NewNames | None = None
) -> list[tuple[str, str]]:
    """Return the facts of a statement as a review shows them: each label with its words, never a short name.

    ``new`` are the names that would be added with it.
    """
    new = new or NewNames()
    words = {name: str(getattr(pledge, name)) for name in (*PLAIN_FACTS, *OPTIONAL_FACTS)}
    words["later_deadlines"] = "; ".join(str(deadline) for deadline in pledge.deadlines_after_first)
    words |= {name: str(getattr(pledge, f"get_{name}_display")()) for name in ("kind", "basis", "response")}
    words |= {name: _day(getattr(pledge, name)) for name in ("made_on", "deadline_on")}
    words |= {
        "review": str(pledge.review) if pledge.review_id else "",
        "theme": new.theme or (str(pledge.theme) if pledge.theme_id else ""),
        "promised_by": new.promised_by or str(pledge.promised_by or ""),
        "bodies": "; ".join([*sorted(str(body) for body in bodies), *new.bodies]),
        "recommendation": str(pledge.recommendation or ""),
        "replaces": "; ".join(sorted(str(other) for other in replaces)),
    }
    return [(label.capitalize(), words[name]) for name, label in FACTS.items()]


def _current(draft: Draft) -> RecordEntry | None:
    def current() -> QuerySet[RecordEntry]:
        return RecordEntry.objects.current().select_related("text").filter(pledge=Parameter("pledge"))[:1]

    entries = compiled_objects("current entry", current, pledge=draft.pledge_id) if draft.pledge_id else []
    return entries[0] if entries else None


def _before(entry: RecordEntry) -> RecordEntry | None:
    return RecordEntry.objects.current().filter(pledge=entry.pledge).exclude(pk=entry.pk).first()


def _status(entry: RecordEntry | None) -> str:
    return str(Status(entry.status).label) if entry and entry.status else "No status yet"


def _day(value: Any) -> str:
    return f"{value:%-d %B %Y}" if value else ""
