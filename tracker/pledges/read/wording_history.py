"""From the recommendation to the clause: the words of each stage side by side, so that what drifted shows."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.pledges.choices import EvidenceRole
from tracker.pledges.models import Citation
from tracker.text.diff import DiffPart, compare_words

STAGES = [EvidenceRole.RECOMMENDATION, EvidenceRole.RESPONSE, EvidenceRole.PLEDGE, EvidenceRole.CLAUSE]
"""Of the passages that a pledge is based on, those that say the same thing one after another."""
_SAME = 0.4
"""From this share of characters on, what differs is marked; below, the stage was put in other words altogether."""


@dataclass(frozen=True)
class WordingStage:
    """One wording. ``drift`` is what differs from the wording before; empty where it has nothing to be held against,
    or was put in other words."""

    citation: Citation
    drift: list[DiffPart]


def wording_history(citations: Sequence[Citation]) -> list[WordingStage]:
    """Return the stages of a pledge in order, by stage and by the day of the source; nothing where there is but one.

    ``citations`` are the pledge's own, with passage and source at hand.
    """
    rows = sorted(
        (citation for citation in citations if citation.role in STAGES),
        key=lambda citation: (
            STAGES.index(EvidenceRole(citation.role)),
            citation.passage.source.published_on or dt.date.max,
            citation.pk,
        ),
    )
    if len({citation.role for citation in rows}) < 2:
        return []
    stages: list[WordingStage] = []
    for citation in rows:
        before = stages[-1].citation.passage.exact if stages else ""
        stages.append(WordingStage(citation, drift(before, citation.passage.exact)))
    return stages


def drift(before: str, after: str) -> list[DiffPart]:
    """Return what differs between two wordings; nothing for no wording before, or one in other words altogether."""
    if not before:
        return []
    pieces = compare_words(before, after)
    same = sum(len(piece.text) for piece in pieces if piece.kind == "same")
    return pieces if same >= _SAME * max(len(before), len(after)) else []
