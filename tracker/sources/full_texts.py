"""Bring the full text of a source in: the words of its passages are then checked against it."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from tracker.sources.models import Passage, Source
from tracker.text.matching import context, find_all, mismatch


@dataclass(frozen=True)
class PassageResult:
    """What became of one passage: ``problem`` is empty where its words hold."""

    passage: Passage
    problem: str = ""

    @property
    def holds(self) -> bool:
        """Whether the text has the words at their place."""
        return not self.problem


@transaction.atomic
def attach_full_text(source: Source, *, text: str) -> list[PassageResult]:
    """Store a source's full text and check every passage of it, in one transaction.

    The text's SHA-256 must be the source's (a source that has none takes it). Passages without a position
    get one if their words are there exactly once. Nothing is stored if a passage with a position does not
    hold: the findings say which. A text that is held already is checked again.

    Raises django.core.exceptions.ValidationError where the text is not that of the source's snapshot.
    """
    findings = [_examine(passage, text) for passage in source.passages.order_by("start", "-end", "id")]
    if any(not finding.holds and finding.passage.start is not None for finding in findings):
        return findings
    if source.text != text:
        source.text = text
        source.full_clean()
        source.save()
    for finding in findings:
        if finding.holds:
            finding.passage.source = source
            finding.passage.save()
    return findings


def _examine(passage: Passage, text: str) -> PassageResult:
    if passage.start is not None and passage.end is not None:
        return PassageResult(passage, mismatch(text, passage.start, passage.end, passage.exact) or "")
    starts = find_all(text, passage.exact)
    if len(starts) != 1:
        where = f"in {len(starts)} places" if starts else "nowhere"
        return PassageResult(passage, f"These words are {where} in the text. A person must say where.")
    passage.start, passage.end = starts[0], starts[0] + len(passage.exact)
    passage.prefix, passage.suffix = context(text, passage.start, passage.end)
    return PassageResult(passage)


def source_of(digest: str) -> Source | None:
    """Return the source whose snapshot has this SHA-256, or None."""
    return Source.objects.filter(~Q(sha256=""), sha256=digest).first()
