"""Factories. A passage is cut from its source's text; an entry of the record goes through recording.append."""

import datetime as dt
from typing import Any

import factory
from factory.django import DjangoModelFactory

from tracker.pledges.models import Body, Citation, Pledge, Recommendation, Review, StatusUpdate, Theme
from tracker.pledges.recording import Evidence, append
from tracker.pledges.stating import state
from tracker.pledges.statuses import Basis, Kind, Role, Status
from tracker.sources.models import Licence, Passage, Source, SourceKind, sha256_of

TEXT = "The minister said: “We will do it.” Nobody asked when. The work starts in May, she added."


class SourceFactory(DjangoModelFactory):
    """A source under an open licence whose text is held."""

    class Meta:
        model = Source
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"source-{n}")
    title = factory.Sequence(lambda n: f"Statement {n}")
    publisher = "Office of Statements"
    kind = SourceKind.OFFICIAL_PUBLICATION
    licence = Licence.OGL
    published_on = dt.date(2025, 6, 16)
    text = TEXT
    sha256 = factory.LazyAttribute(lambda o: sha256_of(o.text) if o.text else "")
    characters = factory.LazyAttribute(lambda o: len(o.text) if o.text else None)


class PassageFactory(DjangoModelFactory):
    """A passage: the first place where the words stand in the source's text."""

    class Meta:
        model = Passage

    source = factory.SubFactory(SourceFactory)
    exact = "We will do it."
    start = factory.LazyAttribute(lambda o: o.source.text.index(o.exact) if o.source.text else None)
    end = factory.LazyAttribute(lambda o: None if o.start is None else o.start + len(o.exact))


class ReviewFactory(DjangoModelFactory):
    class Meta:
        model = Review
        django_get_or_create = ["slug"]

    slug = "audit"
    title = "An Audit"
    author = "Baroness Auditor"
    government = "A Government"
    published_on = dt.date(2025, 6, 16)


class RecommendationFactory(DjangoModelFactory):
    class Meta:
        model = Recommendation

    review = factory.SubFactory(ReviewFactory)
    number = factory.Sequence(lambda n: n + 1)


class BodyFactory(DjangoModelFactory):
    class Meta:
        model = Body

    slug = factory.Sequence(lambda n: f"body-{n}")
    name = factory.Sequence(lambda n: f"Body {n}")


class ThemeFactory(DjangoModelFactory):
    class Meta:
        model = Theme
        django_get_or_create = ["slug"]

    slug = "theme"
    name = "A theme"


class PledgeFactory(DjangoModelFactory):
    """A pledge without a passage; see ``pledge``."""

    class Meta:
        model = Pledge

    slug = factory.Sequence(lambda n: f"pledge-{n}")
    title = factory.Sequence(lambda n: f"Pledge {n}")
    review = factory.SubFactory(ReviewFactory)
    theme = factory.SubFactory(ThemeFactory)
    kind = Kind.LAW
    basis = Basis.MINISTERIAL
    promised_by = factory.SubFactory(BodyFactory)
    made_on = dt.date(2025, 6, 16)
    done_means = "It is done."


def pledge(passage: Passage | None = None, **fields: Any) -> Pledge:
    """A pledge that rests on a passage, not yet stated on the record; see ``stated``."""
    made = PledgeFactory(**fields)
    Citation.objects.create(pledge=made, passage=passage or PassageFactory(), role=Role.PLEDGE)
    return made


def stated(passage: Passage | None = None, **fields: Any) -> Pledge:
    """A pledge on the record, proposed by one person and published by another."""
    about = PledgeFactory.build(
        **{
            "review": ReviewFactory(),
            "theme": ThemeFactory(),
            "promised_by": BodyFactory(),
        }
        | fields
    )
    state(
        about, evidence=[Evidence(passage or PassageFactory(), Role.PLEDGE)], bodies=[], by="Ada", approved_by="Grace"
    )
    return about


def update(
    about: Pledge,
    status: Status = Status.UNDER_WAY,
    *,
    on: dt.date = dt.date(2025, 7, 1),
    passage: Passage | None = None,
    **fields: Any,
) -> StatusUpdate:
    """A published entry of the record, proposed by one person and published by another."""
    on_ladder = status.is_on_ladder and status is not Status.NONE_FOUND
    step = {Status.ANNOUNCED: "announced"}.get(status, about.ladder[1].value) if on_ladder else ""
    values: dict[str, Any] = {
        "status": status,
        "step": step,
        "effective_on": on,
        "looked_until": on,
        "headline": "Something happened",
        "by": "Ada",
        "approved_by": "Grace",
    }
    evidence = [Evidence(passage or about.citations.first().passage)]
    return append(about, evidence=evidence, **(values | fields))
