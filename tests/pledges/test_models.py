"""Pledges and what belongs to them: constraints of the database and rules of one row."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.factories import (
    PassageFactory,
    PledgeFactory,
    RecommendationFactory,
    ReviewFactory,
    pledge,
    update,
)
from tracker.pledges.choices import Basis, EvidenceRole, Response, Schedule, Status
from tracker.pledges.models import Citation, Conflict, ConflictSide, Pledge, Recommendation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "miracle"},
        {"basis": "rumour"},
        {"response": "maybe"},
        {"deadline_on": dt.date(2025, 6, 15)},
    ],
)
def test_the_database_refuses_a_pledge_that_can_not_be(fields):
    made = PledgeFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Pledge.objects.filter(pk=made.pk).update(**fields)


def test_a_pledge_that_answers_a_recommendation_says_what_the_answer_was():
    recommendation = RecommendationFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        PledgeFactory(recommendation=recommendation)
    assert PledgeFactory(recommendation=recommendation, response=Response.REJECTED)


def test_a_recommendation_of_another_review_is_refused():
    other = RecommendationFactory(review=ReviewFactory(slug="other"))
    made = PledgeFactory.build(review=ReviewFactory(), recommendation=other, response=Response.ACCEPTED)
    with pytest.raises(ValidationError, match="another review"):
        made.clean()


def test_a_deadline_once_stated_is_never_replaced():
    made = PledgeFactory(deadline_on=dt.date(2026, 1, 1))
    made.deadline_on = dt.date(2027, 1, 1)
    with pytest.raises(ValidationError, match="The first deadline was 1 January 2026"):
        made.full_clean()


def test_a_citation_belongs_to_one_claim():
    entry = update(pledge())
    passage = PassageFactory(exact="Nobody asked when.")
    for claims in ({}, {"pledge": entry.pledge, "update": entry}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Citation.objects.create(passage=passage, role=EvidenceRole.SCOPE, **claims)
    with pytest.raises(IntegrityError), transaction.atomic():
        Citation.objects.create(passage=passage, role="gossip", pledge=entry.pledge)
    Citation.objects.create(passage=passage, role=EvidenceRole.SCOPE, pledge=entry.pledge)
    with pytest.raises(IntegrityError), transaction.atomic():
        Citation.objects.create(passage=passage, role=EvidenceRole.SCOPE, pledge=entry.pledge)


def test_a_side_of_a_conflict_speaks_in_words_of_its_passage():
    about = pledge()
    conflict = Conflict.objects.create(pledge=about, question="How much")
    side = ConflictSide(conflict=conflict, passage=about.citations.get().passage, says="We won't")
    with pytest.raises(ValidationError, match="does not have these words"):
        side.full_clean()
    side.says = "We will"
    side.full_clean()


def test_recommendations_are_numbered_once_from_one():
    review = ReviewFactory()
    Recommendation.objects.create(review=review, number=1)
    for number in (1, 0):
        with pytest.raises(IntegrityError), transaction.atomic():
            Recommendation.objects.create(review=review, number=number)


@pytest.mark.parametrize("words", [Status, Basis, Schedule])
def test_every_word_has_a_published_definition(words):
    definitions = [word.definition for word in words]
    assert all(definition.endswith((".", "”")) for definition in definitions)
    assert len(set(definitions)) == len(definitions)
