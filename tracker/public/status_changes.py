"""What changed between two days: which pledges came, moved, or lost their status. A changed total is never silent."""

import datetime as dt
from dataclasses import dataclass

from tracker.pledges.dates import end_of_day
from tracker.pledges.models import Pledge


@dataclass(frozen=True)
class StatusChange:
    """A pledge that came, or whose status differs between two days; ``before`` is None where it had none.

    ``came_from`` and ``became`` name what it was split or merged from and into in that time.
    """

    pledge: Pledge
    before: str | None
    after: str | None
    added: bool
    came_from: list[Pledge]
    became: list[Pledge]


def status_changes(*, since: dt.date, until: dt.date) -> list[StatusChange]:
    """Return the pledges whose status at the end of ``until`` is not that at the end of ``since``, by title."""
    before = dict(Pledge.objects.with_record(until=end_of_day(since)).values_list("pk", "status"))  # type: ignore[misc]
    now = Pledge.objects.with_record(until=end_of_day(until)).order_by("title", "pk")
    there = {pledge.pk for pledge in now}
    new = there - before.keys()
    rows = []
    for pledge in now.prefetch_related("replaces", "replaced_by"):
        after = pledge.status  # type: ignore[attr-defined]
        if pledge.pk in new or before[pledge.pk] != after:
            came_from = list(pledge.replaces.all()) if pledge.pk in new else []
            became = [other for other in pledge.replaced_by.all() if other.pk in new]
            rows.append(StatusChange(pledge, before.get(pledge.pk), after, pledge.pk in new, came_from, became))
    return rows
