"""Whatever is changed past the desk, of all that readers see, is found: each column, generated from the models."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from tests.factories import PassageFactory, SourceFactory, person, public_question, publish_answer
from tracker.core import triggers
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import reports
from tracker.pledges.choices import ReportOutcome
from tracker.pledges.facts.entries import Signers, begin_facts
from tracker.pledges.facts.subjects import SUBJECT_TYPES
from tracker.pledges.facts.verify import facts_problems
from tracker.pledges.models import (
    Body,
    CatalogueVersion,
    Conflict,
    Pledge,
    Question,
    Recommendation,
    RecordEntry,
    RepeatTie,
    Report,
    Review,
    Theme,
)
from tracker.pledges.record.verify import Problem, verify_chain
from tracker.sources.models import Passage, Source, SourceWithdrawal, WantedSource

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(casey):
    """The Casey data set with one of all that readers can see besides, put on the record."""
    ada, grace = person("Ada", DeskRole.ADMIN), person("Grace", DeskRole.PUBLISHER)
    public_question(ada, grace, Pledge.objects.first())
    report = Report.objects.create(page="/pledges/", what="A day is wrong.")
    reports.answer(
        report, version=report.version, verdict=ReportOutcome.STANDS, text="It is right.", correction=None, by=ada
    )
    publish_answer(report, by=grace)
    body = Body.objects.first()
    body.name += " (renamed)"
    body.save()
    assert CatalogueVersion.objects.exists()
    if not WantedSource.objects.exists():
        WantedSource.objects.create(
            slug="gone", title="A letter", would_show="It.", reason="Lost.", looked_on="2026-1-1"
        )
    Review.objects.create(slug="another", title="Another", author="A", government="G", published_on="2026-01-01")
    later, earlier = Recommendation.objects.all()[:2]
    later.repeats.add(earlier)
    RepeatTie.objects.create(
        recommendation=later, earlier=earlier, tied_by="Ada", checked_by="Grace", tied_at=timezone.now()
    )
    source = Source.objects.filter(passages__citations__isnull=False, text="").first()
    SourceWithdrawal.objects.create(source=source, reason="A court order.", withdrawn_by="Ada")
    begin_facts(signers=Signers("Ada", "Grace"))


@contextmanager
def without_guards() -> Iterator[None]:
    """Do what the owner of the database can do: no trigger, no constraint holds. All of it is rolled back."""
    with transaction.atomic(), connection.cursor() as cursor:
        triggers.remove(connection)
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('c', 'u') AND "
                "conrelid::regclass::text ~ '^(sources|pledges)_'"
            )
            for table, name in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
        try:
            yield
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA ignore_check_constraints = OFF")
            transaction.set_rollback(True)


def other_value(field: Any, value: Any, row: models.Model) -> Any:
    """Return another value for a field than the one that it has."""
    if field.is_relation:
        return field.related_model._base_manager.exclude(pk=value).order_by("-pk").values_list("pk", flat=True).first()
    if field.choices:
        return next(choice for choice, _ in field.flatchoices if choice != value)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateTimeField):
        return (value or timezone.now()) + dt.timedelta(microseconds=1)
    if isinstance(field, models.DateField):
        return (value or dt.date(2026, 1, 1)) + dt.timedelta(days=1)
    if isinstance(field, models.JSONField):
        return {**value, "name": "Forged"} if isinstance(value, dict) else [*(value or []), 7]
    if isinstance(field, models.IntegerField):
        return (value or 0) + 1000
    if "sha256" in field.name:
        return "f" * 64 if value != "f" * 64 else "e" * 64
    return f"{value}x"[-(field.max_length or 10_000) :]


def changes_of_columns() -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield each column that readers see, as verify_record names it, with a change of it in one row."""
    for described in SUBJECT_TYPES.values():
        options = described.model._meta
        row = described.visible().order_by("-pk").first()
        assert row is not None, f"the world has no {options.verbose_name}"
        for name in described.facts.split():
            field: Any = options.get_field(name)
            if field.many_to_many:
                other = field.related_model._base_manager.exclude(pk=row.pk).first()
                yield field.m2m_db_table(), lambda row=row, name=name, other=other: getattr(row, name).add(other)
            elif not field.generated:
                value = other_value(field, field.value_from_object(row), row)
                rows = described.model._base_manager.filter(pk=row.pk)
                yield (
                    f"{options.db_table}.{field.column}",
                    lambda rows=rows, field=field, value=value: rows.update(**{field.attname: value}),
                )
        for accessor, names in described.rows:
            relation: Any = options.get_field(accessor)
            owner, belonging = relation.field.name, relation.related_model
            child = belonging._base_manager.filter(**{f"{owner}__in": described.visible()}).first()
            table = belonging._meta.db_table
            for name in names.split():
                field = belonging._meta.get_field(name)
                value = other_value(field, field.value_from_object(child), child)
                children = belonging._base_manager.filter(pk=child.pk)
                yield (
                    table,
                    lambda children=children, field=field, value=value: children.update(**{field.attname: value}),
                )
            yield table, lambda child=child: child.delete()


def held_source() -> Any:
    return Source.objects.filter(held=True, passages__citations__isnull=False).distinct().order_by("pk")


def rows_around_the_desk() -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield changes that are no change of a column of a row: a row too many or too few, a text."""
    about, review = Pledge.objects.first(), Review.objects.first()
    yield "pledges_body", lambda: Body.objects.create(slug="new", name="A new body")
    yield "pledges_theme", lambda: Theme.objects.create(slug="new", name="A new theme")
    yield "pledges_review", lambda: Review.objects.create(slug="new", title="N", author="A", government="G",
                                                          published_on="2026-01-01")  # fmt: skip
    yield "pledges_recommendation", lambda: Recommendation.objects.create(review=review, number=999)
    yield "pledges_conflict", lambda: Conflict.objects.create(pledge=about, question="Which one?")
    yield (
        "sources_wantedsource",
        lambda: WantedSource.objects.create(
            slug="new", title="A paper", would_show="All.", reason="Lost.", looked_on="2026-01-01"
        ),
    )
    yield "pledges_catalogueversion", lambda: CatalogueVersion.objects.create(model="review", object_pk=1, facts={})
    yield "pledges_conflict", lambda: Conflict.objects.last().delete()
    yield "sources_wantedsource", lambda: WantedSource.objects.last().delete()
    yield "pledges_report", lambda: Report.objects.last().delete()
    yield "pledges_question", lambda: Question.objects.filter(public_version__gt=0)._raw_delete("default")
    yield "pledges_question.public_version", lambda: Question.objects.update(public_version=0)
    yield "pledges_report.published_at", lambda: Report.objects.update(published_at=None)
    yield "pledges_catalogueversion", lambda: CatalogueVersion.objects.last().delete()
    yield "sources_source.text", lambda: held_source().filter(pk=held_source()[0].pk).update(text="Forged.")
    yield "sources_source.held", lambda: Source.objects.filter(pk=held_source()[0].pk).update(text="")
    unchecked = Passage.objects.filter(start=None, citations__isnull=False).first()
    if unchecked is not None:
        yield (
            "sources_passage.snapshot_sha256",
            lambda: Passage.objects.filter(pk=unchecked.pk).update(
                start=0, end=len(unchecked.exact), snapshot_sha256="a" * 64, checked_on="2026-01-01"
            ),
        )
    passage = PassageFactory(source=SourceFactory())
    yield "sources_passage", lambda: Conflict.objects.last().sides.create(passage=passage, says="We")


def found() -> list[str]:
    return [message for _, message in facts_problems()]


@pytest.mark.slow
def test_each_change_is_found_and_none_where_there_is_none(world):
    changes = [*changes_of_columns(), *rows_around_the_desk()]
    assert len(changes) >= 100
    missed = []
    with without_guards():
        assert found() == [], "the control, before any change"
        for name, change in changes:
            try:
                with transaction.atomic():
                    change()
                    messages = found()
                    transaction.set_rollback(True)
            except DatabaseError as error:
                messages = [f"It could not be made: {error}"]
            if not any(name in message for message in messages):
                missed.append((name, messages))
        assert found() == [], "each was taken back: what was found was of that change alone"
    assert missed == []
    assert found() == [], "all of it was taken back"
    assert [step for step in verify_chain() if isinstance(step, Problem)] == []


def test_the_entries_of_pledges_come_first_and_are_those_that_they_were(casey):
    before = list(RecordEntry.objects.order_by("position").values_list("position", "digest"))
    begin_facts(signers=Signers("Ada"))
    assert list(RecordEntry.objects.order_by("position").values_list("position", "digest")) == before
