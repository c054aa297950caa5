"""What readers may see of the catalogue. This is the one place of the rule.

Pages, tables and the API read from these functions, and the desk asks them whether a change needs a second person.
Passages and sources are readers' to see once something published cites them. Reviews, recommendations, bodies,
themes, conflicts and wanted documents are from the moment they are stored: tables and lists have every one.
"""

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from tracker.pledges.querysets import BodyQuerySet, CitationQuerySet, ThemeQuerySet
from tracker.sources.models import Passage, Source, WantedSource
from tracker.sources.querysets import PassageQuerySet, SourceQuerySet

if TYPE_CHECKING:
    from tracker.pledges.models import Conflict, ConflictSide, Recommendation, Review


def is_published_evidence(
    passage: str = "pk",
    *,
    until: dt.datetime | None = None,
    citations: "CitationQuerySet | None" = None,
    review: str = "",
) -> Q:
    """Return the condition that something published cites a passage: only then may readers see it.

    ``passage`` leads from the queried model to the passage's key, such as ``passages__pk``. ``until`` is an instant:
    only entries and conflicts that were published before it count. Recommendations count at every instant: they have
    no day of their own. ``citations`` are those that count: all, where they are not given. ``review`` is the slug of
    one: only what is about its pledges and recommendations counts, and the earlier ones that these repeat.
    """
    from tracker.pledges.models import Citation

    cited = Citation.objects.all() if citations is None else citations
    if until is not None:
        cited = cited.filter(update__published_at__lt=until)
    sides = visible_conflict_sides(until=until)
    recommended = answered = visible_recommendations()
    if review:
        cited, sides = cited.of_review(review), sides.filter(conflict__pledge__review__slug=review)
        recommended = recommended.filter(Q(review__slug=review) | Q(repeated_by__review__slug=review))
        answered = answered.filter(review__slug=review)
    condition = Q(Exists(answered.filter(response_passage=OuterRef(passage))))
    for tie in (cited, recommended, sides):
        condition |= Q(Exists(tie.filter(passage=OuterRef(passage))))
    return condition


def visible_passages(*, until: dt.datetime | None = None, review: str = "") -> PassageQuerySet:
    """Return the passages that something published, before an instant or to a review if given, is based on."""
    return Passage.objects.filter(is_published_evidence(until=until, review=review))


def visible_reviews() -> QuerySet["Review"]:
    """Return the reviews that readers may know of."""
    from tracker.pledges.models import Review

    return Review.objects.all()


def visible_recommendations() -> QuerySet["Recommendation"]:
    """Return the recommendations that readers may know of, with their words."""
    from tracker.pledges.models import Recommendation

    return Recommendation.objects.all()


def visible_bodies() -> BodyQuerySet:
    """Return the bodies that readers may know of."""
    from tracker.pledges.models import Body

    return Body.objects.all()


def visible_themes() -> ThemeQuerySet:
    """Return the themes that readers may know of."""
    from tracker.pledges.models import Theme

    return Theme.objects.all()


def visible_conflicts(*, until: dt.datetime | None = None) -> QuerySet["Conflict"]:
    """Return the points on which sources differ, of those made public before an instant if there is one."""
    from tracker.pledges.models import Conflict

    rows = Conflict.objects.all()
    return rows if until is None else rows.filter(published_at__lt=until)


def visible_conflict_sides(*, until: dt.datetime | None = None) -> QuerySet["ConflictSide"]:
    """Return what each passage says on these points."""
    from tracker.pledges.models import ConflictSide

    rows = ConflictSide.objects.all()
    return rows if until is None else rows.filter(conflict__published_at__lt=until)


def visible_wanted_sources() -> QuerySet[WantedSource]:
    """Return the documents that the record needs and does not hold."""
    return WantedSource.objects.all()


def visible_sources_with_counts(*, review: str = "") -> SourceQuerySet:
    """Return the sources that readers may know of: those that something published cites, and answers they gave.

    With ``passage_count`` and ``unchecked_count`` of the passages that are relied on.
    """
    return visible_sources(review=review).with_counts(of=is_published_evidence("passages__pk", review=review))


def visible_sources(*, review: str = "") -> SourceQuerySet:
    """Return the same sources, without the counts; of a review, by its slug, those that it relies on."""
    return Source.objects.filter(is_visible_source(review=review))


def is_visible_source(source: str = "pk", *, review: str = "") -> Q:
    """Return the condition that readers may know of a source. ``source`` is the path to its key."""
    from tracker.pledges.models import Question

    used = visible_passages(review=review).filter(source=OuterRef(source))
    answers = Question.objects.published().filter(withdrawn_at__isnull=True, answer=OuterRef(source))
    if review:
        answers = answers.filter(pledge__review__slug=review)
    return Q(Exists(used) | Exists(answers))


def source_cache_version(slug: str) -> tuple[int | None, ...] | None:
    """Return a value that changes with every claim on a source, and every status of a pledge that cites it.

    None where readers know of no such source. Two queries where anything cites it; see PledgeQuerySet.version.
    """
    from tracker.pledges.models import Citation

    moved = Citation.objects.filter(passage__source__slug=slug).aggregate(
        claim=Max("pk"), own=Max("pledge__standings__pk"), of_entries=Max("update__pledge__standings__pk")
    )
    if moved["claim"] is None and not visible_sources().filter(slug=slug).exists():
        return None
    # A snapshot before or after it is pointed to from when something cites it.
    after = Source.objects.filter(supersedes__slug=slug).order_by().values("pk")
    before = Source.objects.filter(superseded_by__slug=slug).order_by().values("pk")
    beside = Citation.objects.filter(passage__source__in=after.union(before))
    return *moved.values(), beside.aggregate(claim=Max("pk"))["claim"]
