"""What is said of several reviews: each has its own sentence and counts, which are never added together."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpRequest

from tracker.pledges.choices import SubjectName
from tracker.pledges.dates import end_of_day
from tracker.pledges.derived.counts import count_pledges_by_review
from tracker.pledges.derived.tally import CountKey, Tally
from tracker.pledges.facts.positions import facts_entry
from tracker.pledges.models import RecordEntry, Review
from tracker.pledges.read.as_stated import stated_review, statements_changed_since
from tracker.pledges.read.catalogue_as_of import restore_catalogue
from tracker.pledges.read.made_days import MadeDays, made_days_by_review
from tracker.pledges.read.recommendations import recommendations_made_by
from tracker.pledges.read.summary import Summary, summarise
from tracker.pledges.visibility import visible_reviews
from tracker.public.charts.status_bar import StatusBars
from tracker.web.as_of import AsOf
from tracker.web.page_review import known_reviews, reviews_as_of

RECENT = dt.timedelta(days=30)
"""What was published within so many days is counted as recent."""


def entry_of_review(review: Review, when: AsOf) -> int | None:
    """Return the position of the entry that says what readers see of a review, None where there is none. One query."""
    entry = facts_entry(SubjectName.REVIEW, until=when.until)
    return visible_reviews().filter(pk=review.pk).values_list(entry, flat=True).first()


@dataclass(frozen=True)
class ReviewSummary:
    """One review in a list of them."""

    review: Review
    tally: Tally
    summary: Summary
    bars: StatusBars
    recommendations: int
    last_entry: RecordEntry | None
    recent: int
    """Entries that were published in the last 30 days."""


def review_summaries(when: AsOf) -> list[ReviewSummary]:
    """Return every review as of a day, the latest first.

    Four queries of today and up to twenty of a past day by both clocks, however many reviews there are.
    """
    then = statements_changed_since(until=when.until)
    of_review = stated_review(then, pledge="pledge")
    entries: Any = RecordEntry.objects.by_clock(**when.clock).annotate(stated_review=of_review)
    mine = entries.filter(stated_review=OuterRef("pk"))
    numbers = recommendations_made_by(when.happened_by).filter(review=OuterRef("pk")).order_by().values("review")
    since = when.today - RECENT
    lately = (
        mine.happened_after(since, until=when.until)
        if when.happened_by
        else mine.filter(published_at__gte=end_of_day(since))
    )
    recent = lately.order_by().values("stated_review")
    reviews: list[Any] = list(
        visible_reviews().annotate(
            last=Subquery(mine.order_by("-position").values("position")[:1]),
            recommendation_count=Subquery(numbers.annotate(number=Count("pk")).values("number")),
            recent=Subquery(recent.annotate(number=Count("pk")).values("number")),
        )
    )
    restore_catalogue(reviews, until=when.until)
    counts = count_pledges_by_review(then=then, today=when.today, **when.clock)
    positions = [review.last for review in reviews if review.last]
    last = {
        entry.position: entry
        for entry in RecordEntry.objects.filter(Q(position__in=positions)).select_related("pledge", "text")
    }
    made = made_days_by_review(reviews, **when.clock)
    return [
        _summary_of(review, Tally.of(counts[review.pk]), made.get(review.pk), last.get(review.last), when)
        for review in reviews
    ]


def _summary_of(
    review: Any, tally: Tally, made: MadeDays | None, last: RecordEntry | None, when: AsOf
) -> ReviewSummary:
    return ReviewSummary(
        review=review,
        tally=tally,
        summary=summarise(tally, made=made, **when.of_summary),
        bars=StatusBars.of(tally),
        recommendations=review.recommendation_count or 0,
        last_entry=last,
        recent=review.recent or 0,
    )


@dataclass(frozen=True)
class ReviewAnswer:
    """What is said of those pledges of one review that a page is about."""

    review: Review
    tally: Tally
    summary: Summary
    bars: StatusBars


def answers_by_review(
    request: HttpRequest, when: AsOf, counts: Mapping[int, Mapping[CountKey, int]]
) -> list[ReviewAnswer]:
    """Return what is said of the pledges of each review, of ``count_pledges_by_review``; in the order of reviews."""
    answers = []
    for review in reviews_as_of(known_reviews(request), until=when.until):
        if cells := counts.get(review.pk):
            tally = Tally.of(cells)
            summary = summarise(tally, made=None, **when.of_summary)
            answers.append(ReviewAnswer(review, tally, summary, StatusBars.of(tally)))
    return answers
