"""What later entries say of earlier ones: corrections, withdrawals and legal withdrawals."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from tracker.pledges.compiled_query import compiled_objects_among
from tracker.pledges.models import RecordEntry


def attach_answers(entries: Sequence[RecordEntry], *, until: dt.datetime | None = None) -> None:
    """Give entries their ``answers``, in order: those published before an instant that are about them. One query.

    Not a prefetch: Django (5.2) takes what the class has under that name for fetched.
    """

    def about(among: list[Any]) -> QuerySet[RecordEntry]:
        return RecordEntry.objects.published(until=until).filter(corrects__pk__in=among).order_by("position")

    keys = [entry.pk for entry in entries]
    read: Iterable[RecordEntry] = compiled_objects_among("answers", keys, about) if until is None else about(keys)
    answers = defaultdict(list)
    for answer in read:
        answers[answer.corrects_id].append(answer)
    for entry in entries:
        entry.answers = answers[entry.pk]
