"""How many pledges there are of each sort, summed up."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class CountKey(NamedTuple):
    """A sort of pledges: what filters with few values tell apart. ``status`` is None where there is no entry."""

    status: str | None
    theme: str
    schedule: str
    basis: str
    quiet: bool


def sum_counts(rows: Iterable[tuple[Any, ...]]) -> Counter[CountKey]:
    """Return how many pledges there are of each sort, of rows of StatusPeriodQuerySet.sorts."""
    cells: Counter[CountKey] = Counter()
    for status, theme, schedule, basis, quiet, number, sign in rows:
        cells[CountKey(status, theme, schedule, basis, bool(quiet))] += sign * number
    return cells


@dataclass
class Tally:
    """How many pledges there are, by status (None: no entry yet), by schedule, and how many are quiet."""

    total: int = 0
    quiet: int = 0
    by_status: Counter[str | None] = field(default_factory=Counter)
    by_schedule: Counter[str] = field(default_factory=Counter)

    @property
    def numbers(self) -> tuple[object, ...]:
        """All that there is in it, as values that can be compared."""
        by_status = sorted(self.by_status.items(), key=lambda pair: str(pair[0]))
        return self.total, self.quiet, *by_status, *sorted(self.by_schedule.items())

    @classmethod
    def of(cls, cells: Mapping[CountKey, int]) -> "Tally":
        """Sum up cells."""
        tally = cls()
        for cell, number in cells.items():
            tally.total += number
            tally.by_status[cell.status] += number
            tally.by_schedule[cell.schedule] += number
            tally.quiet += number if cell.quiet else 0
        return tally
