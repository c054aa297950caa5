"""Pictures drawn on the server: the geometry that templates turn into inline SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.pledges.read.summary import StatusCount

_WIDTH = 1000
_GAP = 4
_MOST_BLOCKS = 60


@dataclass(frozen=True)
class Segment:
    """A rectangle of the unit bar, in units of a bar 1000 wide."""

    x: float
    width: float
    status: str


def unit_bar(counts: Sequence[StatusCount]) -> list[Segment]:
    """Return one block a pledge, or one a status where there are too many pledges to tell apart."""
    total = sum(count.number for count in counts)
    sizes = [
        (count.status.value, size)
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
