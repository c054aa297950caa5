"""A later snapshot of a document: find the passages of the earlier one again. A person confirms each.

The passages of the earlier snapshot stay as they are and keep pointing at it; what is confirmed is a new passage of
the new snapshot, tied to the old one.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from tracker.sources.models import Passage, Source
from tracker.sources.passages import passage_at
from tracker.text.anchoring import AnchorMatch, reanchor
from tracker.text.matching import find_all


@dataclass(frozen=True)
class CarriedPassage:
    """A passage of the earlier snapshot, what became of its words, and the passage that a person confirmed, if any."""

    passage: Passage
    match: AnchorMatch
    confirmed: Passage | None


def carry_passages(source: Source) -> list[CarriedPassage]:
    """Return what became of each passage of the snapshot that this one supersedes, in the order of its text.

    A passage whose earlier text is not held, or that never had a position, is looked for by its words alone.
    """
    earlier = source.supersedes
    if earlier is None:
        return []
    confirmed = {carried.again_id: carried for carried in source.passages.filter(again__isnull=False)}
    return [
        CarriedPassage(passage, _again(earlier, passage, source.text), confirmed.get(passage.pk))
        for passage in earlier.passages.order_by("start", "pk")
    ]


@transaction.atomic
def confirm_carried(source: Source, passage: Passage, *, start: int, end: int, by: Any = None) -> Passage:
    """Take a span of the new snapshot as the passage found again, and return it: made, if there was none there.

    The desk asks a second person first where readers see the passage already (desk/actions/sources.py). Raises
    ValidationError as ``check_carried``.
    """
    check_carried(source, passage, start=start, end=end)
    carried = passage_at(source, start, source.text[start:end], by=by)
    if carried.again_id != passage.pk:
        carried.again = passage
        carried.save()
        if by is not None:
            carried.contributors.add(by)
    return carried


def check_carried(source: Source, passage: Passage, *, start: int, end: int) -> None:
    """Raise ValidationError where a passage is not of the snapshot before, or the span is no span of the text."""
    if passage.source_id != source.supersedes_id:
        raise ValidationError("This passage is not of the snapshot before.")
    if not 0 <= start < end <= len(source.text):
        raise ValidationError("There are no such characters in this text.")


def _again(earlier: Source, passage: Passage, text: str) -> AnchorMatch:
    if not text:
        return AnchorMatch("lost")
    if earlier.text and passage.start is not None and passage.end is not None:
        return reanchor(earlier.text, passage.start, passage.end, text)
    places = find_all(text, passage.exact)
    if len(places) == 1:
        return AnchorMatch("exact", places[0], passage.exact, 1.0)
    if places:
        return AnchorMatch("several", None, passage.exact, 1.0, places[:20])
    around = f"{passage.prefix}{passage.exact}{passage.suffix}"
    return reanchor(around, len(passage.prefix), len(passage.prefix) + len(passage.exact), text)
