"""Which passages and sources readers may see: those that something published cites."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from tracker.sources.models import Passage, Source
from tracker.sources.querysets import SourceQuerySet

if TYPE_CHECKING:
    from tracker.pledges.models import Citation


def is_published_evidence(
    passage: str = "pk", *, until: dt.datetime | None = None, citations: QuerySet["Citation"] | None = None
) -> Q:
    """Return the condition that something published rests on a passage: only then is it anybody's to see.

    ``passage`` leads from the queried model to the passage's key, such as ``passages__pk``. ``until`` is an instant:
    only entries and conflicts that were published before it count. Recommendations count at every instant: they have
    no day of their own. ``citations`` are those that count: all, where they are not given.
    """
    from tracker.pledges.models import Citation, ConflictSide, Recommendation

    cited = Citation.objects.all() if citations is None else citations
    sides = ConflictSide.objects.all()
    if until is not None:
        cited, sides = cited.filter(update__published_at__lt=until), sides.filter(conflict__published_at__lt=until)
    condition = Q()
    for tie in (cited, Recommendation.objects.all(), sides):
        condition |= Q(Exists(tie.filter(passage=OuterRef(passage))))
    return condition


def visible_sources_with_counts() -> SourceQuerySet:
    """Return the sources that readers may know of: those that something published rests on, and answers they gave.

    With ``passage_count`` and ``unchecked_count`` of the passages that are relied on.
    """
    return visible_sources().with_counts(of=is_published_evidence("passages__pk"))


def visible_sources() -> SourceQuerySet:
    """Return the same sources, without the counts."""
    from tracker.pledges.models import Question

    used = Passage.objects.filter(is_published_evidence(), source=OuterRef("pk"))
    answers = Question.objects.published().filter(withdrawn_at__isnull=True, answer=OuterRef("pk"))
    return Source.objects.filter(Exists(used) | Exists(answers))


def source_cache_version(slug: str) -> tuple[int | None, ...] | None:
    """Return what moves with every claim on a source and every status of a pledge that rests on it.

    None where readers know of no such source. Two queries where anything cites it; see PledgeQuerySet.version.
    """
    from tracker.pledges.models import Citation

    moved = Citation.objects.filter(passage__source__slug=slug).aggregate(
        claim=Max("pk"), own=Max("pledge__standings__pk"), of_entries=Max("update__pledge__standings__pk")
    )
    if moved["claim"] is None and not visible_sources().filter(slug=slug).exists():
        return None
    # A snapshot before or after it is pointed to from when something rests on it.
    after = Source.objects.filter(supersedes__slug=slug).order_by().values("pk")
    before = Source.objects.filter(superseded_by__slug=slug).order_by().values("pk")
    beside = Citation.objects.filter(passage__source__in=after.union(before))
    return *moved.values(), beside.aggregate(claim=Max("pk"))["claim"]
