"""Pictures drawn on the server: the geometry that templates turn into inline SVG."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.pledges.choices import Schedule
from tracker.pledges.derived.tally import Tally
from tracker.pledges.read.summary import StateCount, schedule_counts, status_counts

_WIDTH = 1000
_GAP = 4
_MOST_BLOCKS = 60


@dataclass(frozen=True)
class Segment:
    """A rectangle of the unit bar, in units of a bar 1000 wide."""

    x: float
    width: float
    status: str


@dataclass(frozen=True)
class StatusBars:
    """The bar of statuses with its counts, and apart from it that of the schedule: empty where no day was given."""

    counts: list[StateCount]
    blocks: list[Segment]
    schedule: list[StateCount] = field(default_factory=list)
    schedule_blocks: list[Segment] = field(default_factory=list)

    @classmethod
    def of(cls, tally: Tally) -> "StatusBars":
        """Draw the bars of a count."""
        counts, schedule = status_counts(tally), schedule_counts(tally)
        if tally.by_schedule[Schedule.NO_DEADLINE] == tally.total:
            return cls(counts, unit_bar(counts))
        return cls(counts, unit_bar(counts), schedule, unit_bar(schedule))


def unit_bar(counts: Sequence[StateCount]) -> list[Segment]:
    """Return one block a pledge, or one a status where there are too many pledges to tell apart."""
    total = sum(count.number for count in counts)
    sizes = [
        (count.value, size)
        for count in counts
        for size in ([1] * count.number if total <= _MOST_BLOCKS else [count.number] * bool(count.number))
    ]
    room = _WIDTH - _GAP * (len(sizes) - 1)
    blocks, x = [], 0.0
    for status, size in sizes:
        width = room * size / total
        blocks.append(Segment(round(x, 2), round(width, 2), status))
        x += width + _GAP
    return blocks
