"""What is shown beside the form of an update: the pledge as it is, and what the update still needs."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from tracker.desk.draft_entry import check_draft
from tracker.desk.models import Draft
from tracker.pledges.choices import EvidenceRole
from tracker.pledges.models import Pledge, RecordEntry

_NEEDED = {
    "status": "Status",
    "step": "Delivery step",
    "effective_on": "Happened on",
    "looked_until": "We looked until",
    "headline": "Headline",
    "words": "Evidence: the exact words of a source",
    "reason": "Reason",
}


def about_pledge(pledge: Pledge) -> dict[str, Any]:
    """Return a pledge as it is now: its words, its status and last entry, its deadline."""
    words = pledge.citations.filter(role__in=[EvidenceRole.PLEDGE, EvidenceRole.RECOMMENDATION])
    last = RecordEntry.objects.current().select_related("text").filter(pledge=pledge).first()
    return {
        "pledge": Pledge.objects.with_schedule(today=timezone.localdate()).get(pk=pledge.pk),
        "pledge_words": words.select_related("passage__source").defer("passage__source__text")[:3],
        "last": last,
        "today": timezone.localdate(),
    }


def needed_for_update(draft: Draft) -> list[tuple[str, str]]:
    """Return what keeps an update from being submitted: the name of each field (empty for none), in words."""
    problems: dict[str, list[str]] = {}
    try:
        check_draft(draft)
    except ValidationError as error:
        problems = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    # While a day or the status is missing, the record's own rules are not asked yet.
    empty = [name for name in ("status", "effective_on", "looked_until", "headline") if not getattr(draft, name)]
    if draft.corrects_id and not draft.reason:
        empty.append("reason")
    if not draft.evidence.exists():
        empty.append("words")
    needed = [(name, _NEEDED[name]) for name in _NEEDED if name in empty]
    for name, messages in problems.items():
        if name not in empty and not (name == "evidence" and "words" in empty):
            field = name if name in _NEEDED else ""
            needed.append((field, f"{_NEEDED[field]}: {' '.join(messages)}" if field else " ".join(messages)))
    return needed
