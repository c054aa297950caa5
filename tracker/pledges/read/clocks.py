"""Two clocks of one day: what was known then, and what had happened by then as we know now."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from tracker.pledges.choices import SUPERSEDING_KINDS, EntryKind, SubjectName
from tracker.pledges.dates import end_of_day
from tracker.pledges.models import CatalogueVersion, Conflict, FactsEntry, Pledge, Question, RecordEntry

MAX_COUNTED = 1000
"""Entries that are counted one by one; of more it is said that there are more."""


@dataclass(frozen=True)
class ClockDifference:
    """What was published after a day and is about a time up to it; ``names`` whether names or notes changed since."""

    entries: int
    names: bool

    @property
    def exists(self) -> bool:
        """Whether a page of the day may read otherwise by the one clock than by the other."""
        return bool(self.entries) or self.names

    @property
    def is_counted(self) -> bool:
        """Whether ``entries`` are all that there are."""
        return self.entries <= MAX_COUNTED


def clock_difference(day: dt.date, pledges: QuerySet[Pledge, Any] | None = None) -> ClockDifference:
    """Return in what the clocks differ on a day, for some pledges or for all. At most two queries.

    Where nothing is returned, a page of the day is the same by either clock.
    """
    end = end_of_day(day)
    late = Q(effective_on__lte=day) & ~Q(kind=EntryKind.PLEDGE)
    late |= Q(kind__in=SUPERSEDING_KINDS, corrects__effective_on__lte=day)
    late |= Q(kind=EntryKind.PLEDGE, pledge__made_on__lte=day)
    mine = Q() if pledges is None else Q(pledge__in=pledges.order_by().values("pk"))
    number = RecordEntry.objects.filter(late, mine, published_at__gte=end).order_by()[: MAX_COUNTED + 1].count()
    if number:
        return ClockDifference(number, names=False)
    conflicts = Conflict.objects.filter(mine, published_at__gte=end)
    # What was signed off once reads as it did then.
    since = FactsEntry.objects.filter(
        subject_type=SubjectName.QUESTION, subject_id=OuterRef("pk"), published_at__gte=end
    )
    changed = Q(published_at__gte=end) | Q(Exists(since), public_version__gt=1)
    questions = Question.objects.published().filter(mine, changed, asked_on__lte=day)
    versions = CatalogueVersion.objects.filter(until__gte=end)
    first, *others = (rows.order_by().values("pk") for rows in (conflicts, questions, versions))
    return ClockDifference(0, names=first.union(*others, all=True).exists())
