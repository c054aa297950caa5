"""Recommendations with what was answered and what followed, in a number of queries that does not grow."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext

from tracker.pledges.choices import (
    NO_RESPONSE_FOUND,
    NOT_LOOKED,
    NOT_LOOKED_LABEL,
    EvidenceRole,
    Response,
    SubjectName,
)
from tracker.pledges.facts.positions import facts_entry
from tracker.pledges.models import Citation, Pledge, Recommendation, RepeatTie, Review
from tracker.pledges.read.as_stated import filter_as_stated, restore_as_of, statements_changed_since
from tracker.pledges.read.catalogue_as_of import restore_catalogue
from tracker.pledges.read.wording_history import drift
from tracker.pledges.visibility import visible_recommendations
from tracker.sources.models import Passage
from tracker.text.diff import DiffPart

_SPOKEN = [EvidenceRole.PLEDGE, EvidenceRole.RESPONSE, EvidenceRole.OFFICIAL_POSITION]
"""Roles of passages in which the government itself speaks."""
_STAGES = [EvidenceRole.RESPONSE, EvidenceRole.PLEDGE, EvidenceRole.CLAUSE]

DIFFERENT = "different"
"""The answer to a recommendation to which its pledges give more than one."""


@dataclass(frozen=True)
class Wording:
    """The words of one stage: a passage, and what differs from the stage before; empty where that says little."""

    role: EvidenceRole
    passage: Passage
    drift: list[DiffPart]

    @property
    def heading(self) -> str:
        """What the stage is called beside the others."""
        return {
            EvidenceRole.RECOMMENDATION: gettext("What was recommended"),
            EvidenceRole.RESPONSE: gettext("What was answered"),
            EvidenceRole.PLEDGE: gettext("What was promised"),
            EvidenceRole.CLAUSE: gettext("The clause that carries it out"),
        }[self.role]


@dataclass(frozen=True)
class Tie:
    """Another recommendation that asked for the same, and who said so; None where that was not kept."""

    recommendation: Recommendation
    by: RepeatTie | None


@dataclass
class FollowedRecommendation:
    """A recommendation, what was answered, and what followed, as of a day."""

    recommendation: Recommendation
    pledges: list[Any] = field(default_factory=list)
    """As PledgeQuerySet.with_schedule returns them."""
    citations: list[Citation] = field(default_factory=list)
    """What these pledges cite, of the roles that say the same thing one after another."""
    repeats: list["Tie"] = field(default_factory=list)
    """The earlier recommendations that it repeats, as far as readers knew or know."""
    repeated_by: list["Tie"] = field(default_factory=list)
    """The later ones that repeat it."""
    said_on: dt.date | None = None
    """The last day on which the government spoke of it, as far as the record knows."""
    answered_on: dt.date | None = None
    """The day of the answer, of several the first: as recorded of the recommendation, else as its pledges say."""
    is_answered_later: bool = False
    """Whether the answer is known, and was given after the day that is asked about."""

    @property
    def answers(self) -> list[Response]:
        """What was answered: as it is recorded of the recommendation itself, else as its pledges say."""
        if self.recommendation.response:
            return [Response(self.recommendation.response)]
        responses = {pledge.response for pledge in self.pledges if pledge.response}
        return [
            response
            for response in Response
            if response.value in responses and (response != Response.NONE or responses == {Response.NONE})
        ]

    @property
    def answer(self) -> str:
        """The one answer as a word: a Response, DIFFERENT or NOT_LOOKED."""
        answers = self.answers
        if len(answers) > 1:
            return DIFFERENT
        if answers and answers[0] != Response.NONE:
            return answers[0].value
        return Response.NONE.value if self.looked_until or self.is_answered_later else NOT_LOOKED

    @property
    def answer_label(self) -> str:
        """The answers as readers see them, with semicolons between."""
        if self.answer == DIFFERENT:
            return "; ".join(str(answer.label) for answer in self.answers)
        return answer_labels()[self.answer]

    @property
    def looked_until(self) -> dt.date | None:
        """Until which day the desk has looked for an answer; None where it has not, as far as the record says."""
        days = [pledge.looked_until for pledge in self.pledges if pledge.looked_until]
        return self.recommendation.looked_until or max(days, default=None)

    @property
    def is_marked(self) -> bool:
        """Whether anything of its wordings differs in a way that can be marked."""
        return any(wording.drift for wording in self.wordings)

    @property
    def wordings(self) -> list[Wording]:
        """Its words, those of the answer, the promise and the clause, each held against the stage before."""
        cited: list[tuple[EvidenceRole, Passage]] = []
        if self.recommendation.passage:
            cited.append((EvidenceRole.RECOMMENDATION, self.recommendation.passage))
        if self.recommendation.response_passage:
            cited.append((EvidenceRole.RESPONSE, self.recommendation.response_passage))
        for role in _STAGES:
            cited += [(role, citation.passage) for citation in self.citations if citation.role == role]
        rows: list[Wording] = []
        seen: set[int] = set()
        for role, passage in cited:
            if passage.pk not in seen:
                seen.add(passage.pk)
                rows.append(Wording(role, passage, drift(rows[-1].passage.exact if rows else "", passage.exact)))
        return rows


def followed_recommendations(
    review: Review,
    *,
    today: dt.date,
    until: dt.datetime | None = None,
    happened_by: dt.date | None = None,
    number: int | None = None,
) -> list[FollowedRecommendation]:
    """Return the recommendations of a review as of a day, by number; or the one with a number, or none.

    ``until`` is an instant: pledges and statuses are those that were published before it. ``happened_by`` is a day:
    what was recommended, answered, promised and done by then.
    """
    which = Q(review=review.pk) if number is None else Q(review=review.pk, number=number)
    return _followed(which, today=today, until=until, happened_by=happened_by)


def followed_by_key(
    keys: Iterable[int], *, until: dt.datetime | None = None, happened_by: dt.date | None = None
) -> dict[int, FollowedRecommendation]:
    """Return the same for recommendations with these keys, by key; of their pledges without the schedule."""
    rows = _followed(Q(pk__in=list(keys)), today=None, until=until, happened_by=happened_by)
    return {row.recommendation.pk: row for row in rows}


def recommendations_made_by(day: dt.date | None) -> QuerySet[Recommendation]:
    """Return the recommendations that readers see, of the reviews that were published by a day; all for None."""
    rows = visible_recommendations()
    return rows if day is None else rows.filter(review__published_on__lte=day)


def answer_labels() -> dict[str, str]:
    """Return what readers see of each answer of FollowedRecommendation.answer, in the order of lists."""
    given = {response.value: str(response.label) for response in Response}
    without = {Response.NONE.value: str(NO_RESPONSE_FOUND), NOT_LOOKED: str(NOT_LOOKED_LABEL)}
    return {**given, **without, DIFFERENT: gettext("Answered in different ways")}


def forget_answer(recommendation: Recommendation) -> None:
    """Let a recommendation be without the answer that it was given later. It is not to be saved after that."""
    recommendation.response, recommendation.answered_on, recommendation.response_passage = "", None, None


def _followed(
    which: Q, *, today: dt.date | None, until: dt.datetime | None, happened_by: dt.date | None
) -> list[FollowedRecommendation]:
    """``today`` is the day of the schedule of pledges; None where that is not asked for."""
    made = recommendations_made_by(happened_by)
    earlier = made.select_related("review", "passage__source").defer("passage__source__text")
    recommendations = list(
        made.filter(which)
        .annotate(facts_entry=facts_entry(SubjectName.RECOMMENDATION, until=until))
        .select_related("review", "passage__source", "response_passage__source")
        .defer("passage__source__text", "response_passage__source__text")
        .prefetch_related(
            *(Prefetch(name, queryset=earlier) for name in ("repeats", "repeated_by")), "ties", "later_ties"
        )
        .order_by("number", "pk")
    )
    _restore(recommendations, until)
    rows = {recommendation.pk: _with_ties(recommendation, until) for recommendation in recommendations}
    for row in rows.values():
        answered_on = row.recommendation.answered_on
        if happened_by and answered_on and answered_on > happened_by:
            forget_answer(row.recommendation)
            row.is_answered_later = True
    numbers = {(recommendation.review.slug, recommendation.number) for recommendation in recommendations}
    stated = (
        Pledge.objects.with_record(until=until, happened_by=happened_by)
        if today is None
        else Pledge.objects.with_schedule(today=today, until=until, happened_by=happened_by)
    )
    answering = filter_as_stated(
        stated,
        Q(recommendation__in=list(rows)),
        lambda facts: (facts["review"], facts["recommendation"]) in numbers,
        then=statements_changed_since(until=until),
    )
    found_pledges = answering.select_related("recommendation").prefetch_related("bodies")
    pledges: list[Any] = list(found_pledges.order_by("title_key", "pk"))  # type: ignore[misc]  # an annotation
    restore_as_of(pledges, until=until, happened_by=happened_by)
    _attach(rows, pledges, until, happened_by)
    return list(rows.values())


def _restore(recommendations: Sequence[Recommendation], until: dt.datetime | None) -> None:
    """Let recommendations, those that they are tied to, and the reviews of all read as before an instant."""
    if until is None:
        return
    tied = [
        other
        for recommendation in recommendations
        for others in (recommendation.repeats.all(), recommendation.repeated_by.all())
        for other in others
    ]
    every = [*recommendations, *tied]
    restore_catalogue([*every, *(recommendation.review for recommendation in every)], until=until)
    words = Passage.objects.select_related("source").defer("source__text")
    prefetch_related_objects(every, Prefetch("passage", queryset=words))  # where it is another than today
    prefetch_related_objects(recommendations, Prefetch("response_passage", queryset=words))


def _with_ties(recommendation: Recommendation, until: dt.datetime | None) -> FollowedRecommendation:
    """Return a recommendation with the others that ask for the same, by what was tied before an instant."""
    earlier = {tie.earlier_id: tie for tie in recommendation.ties.all()}
    later = {tie.recommendation_id: tie for tie in recommendation.later_ties.all()}
    ties = [
        [Tie(other, names.get(other.pk)) for other in others.all()]
        for others, names in ((recommendation.repeats, earlier), (recommendation.repeated_by, later))
    ]
    repeats, repeated_by = (
        [tie for tie in mine if until is None or tie.by is None or tie.by.tied_at < until] for mine in ties
    )
    return FollowedRecommendation(recommendation, repeats=repeats, repeated_by=repeated_by)


def _attach(
    rows: dict[int, FollowedRecommendation],
    pledges: list[Any],
    until: dt.datetime | None,
    happened_by: dt.date | None,
) -> None:
    """Put pledges, what they cite and the last day on which was spoken to the recommendations. Two queries."""
    keys = [pledge.pk for pledge in pledges]
    own = defaultdict(list)
    cited = Citation.objects.filter(pledge__in=keys, role__in=_STAGES).with_words().order_by_evidence()
    for citation in cited:
        own[citation.pledge_id].append(citation)
    spoken = Citation.objects.filter(update__pledge__in=keys, role__in=_SPOKEN)
    if until is not None:
        spoken = spoken.filter(update__published_at__lt=until)
    if happened_by is not None:
        spoken = spoken.filter(update__effective_on__lte=happened_by, passage__source__published_on__lte=happened_by)
    last = dict(
        spoken.order_by()
        .values("update__pledge")
        .annotate(last=Max("passage__source__published_on"))
        .values_list("update__pledge", "last")
    )
    for pledge in pledges:
        row = rows.get(pledge.recommendation_id) if pledge.recommendation else None
        if row is None:
            continue
        row.pledges.append(pledge)
        stated = pledge.citations_as_of
        cited_by = own[pledge.pk] if stated is None else [citation for citation in stated if citation.role in _STAGES]
        if happened_by is not None:
            answered = pledge.response not in ("", Response.NONE)
            cited_by = forget_later_answer(pledge, cited_by, happened_by)
            row.is_answered_later |= answered and not pledge.response
        row.citations += cited_by
        if not row.recommendation.response and pledge.response not in ("", Response.NONE):
            days = _answer_days(pledge, cited_by)
            row.answered_on = min(days if row.answered_on is None else [row.answered_on, *days])
    for row in rows.values():
        days = [day for pledge in row.pledges if (day := last.get(pledge.pk))]
        if row.recommendation.answered_on:
            days.append(row.recommendation.answered_on)
            row.answered_on = row.recommendation.answered_on
        row.said_on = max(days, default=None)


def _answer_days(pledge: Pledge, citations: list[Citation]) -> list[dt.date]:
    """Return the days of the words of the answer that a pledge cites; where it cites none, the day it was made on."""
    words = [citation.passage.source.published_on for citation in citations if citation.role == EvidenceRole.RESPONSE]
    return [day for day in words if day] or [pledge.made_on]


def forget_later_answer(pledge: Pledge, citations: list[Citation], day: dt.date) -> list[Citation]:
    """Let a pledge be without an answer that was given after a day; return its citations without later answers.

    The pledge is not to be saved after that.
    """
    if min(_answer_days(pledge, citations)) > day:
        pledge.response = ""
    return [
        citation
        for citation in citations
        if citation.role != EvidenceRole.RESPONSE or (citation.passage.source.published_on or day) <= day
    ]


def forget_later_answers(pledges: Iterable[Any], day: dt.date) -> None:
    """Let pledges (read as of a day, as_stated.py) be without answers that were given after a day. One query."""
    answered = [pledge for pledge in pledges if pledge.response]
    own = defaultdict(list)
    cited = Citation.objects.filter(pledge__in=[pledge.pk for pledge in answered], role=EvidenceRole.RESPONSE)
    for citation in cited.select_related("passage__source").defer("passage__source__text"):
        own[citation.pledge_id].append(citation)
    for pledge in answered:
        stated = pledge.citations_as_of
        forget_later_answer(pledge, own[pledge.pk] if stated is None else stated, day)


def count_answers(rows: Iterable[FollowedRecommendation]) -> Counter[str]:
    """Return how many recommendations were answered in which way, by the word of the answer."""
    return Counter(row.answer for row in rows)


@dataclass(frozen=True)
class Repetition:
    """A recommendation that repeats earlier ones: all of them with what was answered, the latest first."""

    latest: FollowedRecommendation
    earlier: list[tuple[FollowedRecommendation, Tie]]


def recommended_again(
    *, today: dt.date, until: dt.datetime | None = None, happened_by: dt.date | None = None
) -> list[Repetition]:
    """Return the recommendations that a person tied to an earlier one, of the latest review first. Eight queries."""
    ties = Recommendation.repeats.through.objects.all()
    pairs = list(ties.values_list("from_recommendation_id", "to_recommendation_id"))
    which = Q(pk__in={key for pair in pairs for key in pair})
    followed = _followed(which, today=today, until=until, happened_by=happened_by)
    by_key = {row.recommendation.pk: row for row in followed}
    rows = []
    for latest in followed:
        earlier = [(by_key[tie.recommendation.pk], tie) for tie in latest.repeats if tie.recommendation.pk in by_key]
        if earlier:
            rows.append(Repetition(latest, sorted(earlier, key=lambda pair: _made(pair[0]), reverse=True)))
    return sorted(rows, key=lambda row: _made(row.latest), reverse=True)


def _made(row: FollowedRecommendation) -> tuple[dt.date, int]:
    return row.recommendation.review.published_on, -row.recommendation.number
