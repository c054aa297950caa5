"""What later entries say of earlier ones: corrections, withdrawals and legal withdrawals."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from tracker.pledges.models import RecordEntry


def attach_answers(entries: Sequence[RecordEntry], *, until: dt.datetime | None = None) -> None:
    """Give entries their ``answers``, in order: those published before an instant that are about them. One query.

    Not a prefetch: Django (5.2) takes what the class has under that name for fetched.
    """
    about = RecordEntry.objects.published(until=until).filter(corrects__in=[entry.pk for entry in entries])
    attach(entries, about.order_by("position"))


def attach(entries: Iterable[RecordEntry], answers: Iterable[RecordEntry]) -> None:
    """Do the same with answers that were read, in order."""
    by_entry = defaultdict(list)
    for answer in answers:
        by_entry[answer.corrects_id].append(answer)
    for entry in entries:
        entry.answers = by_entry[entry.pk]
