"""Factories. Worlds are built through the product's own verbs: a passage is cut from its source's text, an entry of
the record goes through recording.append, a draft through drafting."""

import datetime as dt
from typing import Any

import factory
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from tracker.desk.accounts.names import give_name
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import drafts, questions, reports
from tracker.desk.actions import review as review_actions
from tracker.desk.models import Draft, DraftType
from tracker.desk.sign_off.public_rows import rows_of_answer
from tracker.desk.sign_off.shown import digest_of
from tracker.pledges.choices import Basis, EvidenceRole, PledgeKind, QuestionType, Status
from tracker.pledges.models import Body, Citation, Pledge, Question, Recommendation, RecordEntry, Report, Review, Theme
from tracker.pledges.record.publish import Evidence, publish_entry
from tracker.pledges.record.statements import publish_statement
from tracker.sources.choices import Licence, SourceKind
from tracker.sources.models import Passage, Source, sha256_of

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
    kind = PledgeKind.LAW
    basis = Basis.MINISTERIAL
    promised_by = factory.SubFactory(BodyFactory)
    made_on = dt.date(2025, 6, 16)
    done_means = "It is done."


def pledge(passage: Passage | None = None, **fields: Any) -> Pledge:
    """A pledge that rests on a passage, not yet stated on the record; see ``stated``."""
    made = PledgeFactory(**fields)
    Citation.objects.create(pledge=made, passage=passage or PassageFactory(), role=EvidenceRole.PLEDGE)
    return made


def stated(passage: Passage | None = None, **fields: Any) -> Pledge:
    """A pledge on the record, proposed by one person and published by another."""
    about = PledgeFactory.build(
        **{
            "review": fields.get("review") or ReviewFactory(),
            "theme": fields.get("theme") or ThemeFactory(),
            "promised_by": BodyFactory(),
        }
        | fields
    )
    publish_statement(
        about,
        evidence=[Evidence(passage or PassageFactory(), EvidenceRole.PLEDGE)],
        bodies=[],
        by="Ada",
        approved_by="Grace",
    )
    return about


def update(
    about: Pledge,
    status: Status = Status.UNDER_WAY,
    *,
    on: dt.date = dt.date(2025, 7, 1),
    passage: Passage | None = None,
    **fields: Any,
) -> RecordEntry:
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
    return publish_entry(about, evidence=evidence, **(values | fields))


def person(name: str, role: DeskRole | None = DeskRole.EDITOR, *, second_factor: bool = True, **fields: Any) -> Any:
    """Somebody at the desk, or with no role a stranger with an account."""
    user = get_user_model().objects.create_user(username=name.lower().replace(" ", "."), **fields)
    give_name(user, name=name, by=None)
    if role is not None:
        user.groups.add(Group.objects.get(name=role))
    if role is DeskRole.ADMIN:
        user.is_staff = True
        user.save()
    if second_factor:
        Authenticator.objects.create(
            user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")}
        )
    return user


def superuser(name: str = "ada") -> Any:
    """A superuser with a second factor."""
    user = get_user_model().objects.create_superuser(name)
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")}
    )
    return user


FULL: dict[str, Any] = {
    "status": Status.UNDER_WAY,
    "step": "introduced",
    "effective_on": dt.date(2025, 7, 1),
    "looked_until": dt.date(2025, 7, 2),
    "headline": "A clause was introduced",
    "explanation": "It says *how*.",
}
"""What a draft of an update says that can be submitted."""


def draft(by: Any, about: Pledge | None = None, *, evidence: bool = True, **fields: Any) -> Draft:
    """A draft of an update, complete but for what is said otherwise."""
    about = about or stated()
    made = drafts.start(DraftType.UPDATE, by=by, pledge=about)
    made = drafts.save(made, version=made.version, by=by, fields=FULL | fields)
    if evidence:
        drafts.add_evidence(made, about.citations.first().passage, by=by)
    made.refresh_from_db()
    return made


def submitted(by: Any, about: Pledge | None = None, **fields: Any) -> Draft:
    """A draft that waits for sign-off."""
    made = draft(by, about, **fields)
    return drafts.submit(made, version=made.version, by=by)


def published(by: Any, second: Any, about: Pledge | None = None, **fields: Any) -> RecordEntry:
    """An entry that one person drafted and another signed off."""
    made = submitted(by, about, **fields)
    review_actions.record_check(made, version=made.version, by=second)
    return review_actions.publish(made, version=made.version, by=second)


def publish_answer(report: Report, *, by: Any) -> Report:
    """Publish the answer to a report as it stands now."""
    report.refresh_from_db()
    return reports.publish_answer(report, shown=digest_of(rows_of_answer(report)), by=by)


def asked(by: Any, about: Pledge, **typed: str) -> Draft:
    """A draft of a question that was sent, submitted for sign-off."""
    made = questions.ask(about, kind=QuestionType.LETTER, by=by, address="https://example.org/")
    values = {"text": "What has been done?", "addressee": "The Home Office", "asked_on": "2026-11-01"} | typed
    facts = made.facts | {name: [value] for name, value in values.items()}
    made = drafts.save(made, version=made.version, by=by, fields={"facts": facts})
    return drafts.submit(made, version=made.version, by=by)


def public_question(by: Any, second: Any, about: Pledge, **typed: str) -> Question:
    """A question that one person asked and another signed off."""
    made = asked(by, about, **typed)
    review_actions.record_check(made, version=made.version, by=second)
    return review_actions.publish(made, version=made.version, by=second)
