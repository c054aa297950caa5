"""What readers see of each thing beside the entries about pledges: one description for each model.

A test compares it with the fields of the models: each is a fact, follows from facts, or is nothing that readers see.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet

from tracker.pledges import visibility
from tracker.pledges.choices import SubjectName
from tracker.pledges.compiled_query import Parameter, compiled_rows_among
from tracker.pledges.models import (
    Body,
    CatalogueVersion,
    Conflict,
    Pledge,
    Question,
    Recommendation,
    RecordEntry,
    Report,
    Review,
    Theme,
)
from tracker.pledges.record.hash_chain import format_timestamp
from tracker.sources.models import Passage, Source, WantedSource


@dataclass(frozen=True)
class SubjectType:
    """Which fields of a model readers see.

    ``facts`` are in its entries, ``derived`` follow from facts and are compared with them elsewhere, ``unseen`` reach
    no reader. ``rows`` belong to an object: the accessor, and their fields. ``named`` are the fields that make what
    they name readers' to see.
    """

    model: type[Model]
    visible: Callable[[], QuerySet[Any]]
    facts: str
    derived: str = ""
    unseen: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    named: str = ""


SUBJECT_TYPES: dict[str, SubjectType] = {
    SubjectName.SOURCE: SubjectType(
        Source,
        visibility.visible_sources,
        "slug title publisher kind url published_on licence note held sha256 characters pages page_labels "
        "archived_url supersedes",
        derived="text",  # by its digest
        unseen="contributors",
        rows=(("withdrawal", "reason withdrawn_by withdrawn_at"),),
    ),
    SubjectName.PASSAGE: SubjectType(
        Passage,
        visibility.visible_passages,
        "source start end exact prefix suffix fragment snapshot_sha256 checked_on again",
        unseen="contributors",
        named="source",
    ),
    SubjectName.WANTED_SOURCE: SubjectType(
        WantedSource, visibility.visible_wanted_sources, "slug title publisher url would_show reason looked_on"
    ),
    SubjectName.REVIEW: SubjectType(
        Review,
        visibility.visible_reviews,
        "slug title author government published_on short_name publisher content_note help_lines leave_url about "
        "methods accent accent_dark logo language time_zone",
    ),
    SubjectName.RECOMMENDATION: SubjectType(
        Recommendation,
        visibility.visible_recommendations,
        "review number passage repeats response response_passage answered_on looked_until repeats_looked_until "
        "repeats_looked_in",
        rows=(("ties", "earlier tied_by checked_by tied_at"),),
        named="passage response_passage",
    ),
    SubjectName.BODY: SubjectType(Body, visibility.visible_bodies, "slug name"),
    SubjectName.THEME: SubjectType(Theme, visibility.visible_themes, "slug name review"),
    SubjectName.EARLIER_FACTS: SubjectType(
        CatalogueVersion, CatalogueVersion.objects.all, "model object_pk facts until"
    ),
    SubjectName.CONFLICT: SubjectType(
        Conflict,
        visibility.visible_conflicts,
        "pledge question note published_at",
        rows=(("sides", "passage says"),),
        named="sides__passage",
    ),
    SubjectName.QUESTION: SubjectType(
        Question,
        lambda: Question.objects.exclude(public_version=0),
        "pledge kind addressee text asked_on outcome answered_on answer public_version published_at second_review "
        "withdrawn_at withdrawal_reason",
        unseen="body drafted_by drafted_at",
        named="answer",
    ),
    SubjectName.REPORT: SubjectType(
        Report,
        lambda: Report.objects.exclude(published_at=None),
        "page verdict answer correction answered_by published_by received_at published_at second_review withdrawn_at "
        "withdrawn_by withdrawal_reason",
        unseen="what source version contributors signed_off_by",
    ),
}
"""What entries of facts are about."""

_NAMES = {described.model: name for name, described in SUBJECT_TYPES.items()}
_OTHER_NAMES = {Pledge: "slug", RecordEntry: "position"}
"""What a row of these is named by in facts; others by their number."""
CHUNK = 500
"""How many rows are read at once: SQLite bounds how many keys a query may name."""


class Subject(NamedTuple):
    """What an entry of facts is about: the type and the number of a row."""

    type: str
    id: int


SubjectFacts = dict[str, Any]
"""What readers see of one subject, in the types of JSON, by the name of the field; empty: nothing any more."""


def facts_subject(row: Model) -> Subject | None:
    """Return what entries about a row name; None where there are none about such a row."""
    name = _NAMES.get(type(row))
    return Subject(name, row.pk) if name else None


def subjects_losing(row: Model) -> list[Subject]:
    """Return the subjects whose facts lose something once a row is deleted: what ties them to it goes with it.

    One query for each fact that can name such a row among several.
    """
    losing = []
    for name, described in SUBJECT_TYPES.items():
        several = [fact for fact in described.facts.split() if _field_at(described.model, fact).many_to_many]
        several += [f"{accessor}__{field}" for accessor, names in described.rows for field in names.split()]
        for path in several:
            if _field_at(described.model, path).related_model is type(row):
                keys = described.model._base_manager.filter(**{path: row.pk}).values_list("pk", flat=True)
                losing += [Subject(name, key) for key in keys]
    return losing


def with_named(subjects: Iterable[Subject]) -> list[Subject]:
    """Return subjects, each once, before them those that readers see because they are named by them.

    One query for each field that names, whatever the number of subjects.
    """
    ordered = list(dict.fromkeys(subjects))
    level = ordered
    while level:
        named: dict[Subject, None] = {}
        for name, keys in by_type(level).items():
            described = SUBJECT_TYPES[name]
            for path in described.named.split():
                field = _field_at(described.model, path)
                rows = compiled_rows_among(("named by", name, path), keys, partial(_named, described.model, path))
                named |= {Subject(_NAMES[field.related_model], key): None for (key,) in rows}
        level = list(named)
        ordered = [*named, *(subject for subject in ordered if subject not in named)]
    return ordered


def _named(model: type[Model], path: str, keys: list[Parameter]) -> QuerySet[Any, Any]:
    return model._base_manager.filter(pk__in=keys, **{f"{path}__isnull": False}).values_list(path)


def by_type(subjects: Iterable[Subject]) -> dict[str, list[int]]:
    """Return the keys of subjects by the name of their type, in order."""
    keys: defaultdict[str, list[int]] = defaultdict(list)
    for subject in subjects:
        keys[subject.type].append(subject.id)
    return keys


def read_facts(name: str, keys: Collection[int]) -> dict[int, SubjectFacts]:
    """Return the facts of the rows with these keys, as they are now; a row that is gone is left out.

    One query, and one for each relation to several rows.
    """
    described = SUBJECT_TYPES[name]
    single: list[str] = []
    many: list[str] = []
    for fact in described.facts.split():
        (many if described.model._meta.get_field(fact).many_to_many else single).append(fact)
    paths = ["pk", *(_path(described.model, fact) for fact in single)]
    rows = compiled_rows_among(
        ("facts", name, *paths),
        keys,
        lambda among: described.model._base_manager.filter(pk__in=among).values_list(*paths),
    )
    facts = {row[0]: dict(zip(single, map(_json, row[1:]), strict=True)) for row in rows}
    for fact in many:
        related = described.model._base_manager.filter(pk__in=keys, **{f"{fact}__isnull": False})
        for row_facts in facts.values():
            row_facts[fact] = []
        for key, other in related.order_by("pk", fact).values_list("pk", fact):
            facts[key][fact].append(other)
    for accessor, names in described.rows:
        for row_facts in facts.values():
            row_facts[accessor] = []
        field: Any = described.model._meta.get_field(accessor)
        owner, belonging = field.remote_field.name, field.related_model
        columns = [owner, *(_path(belonging, each) for each in names.split())]
        for key, *values in compiled_rows_among(
            ("facts", name, accessor, *columns), keys, partial(_belonging, belonging, owner, columns)
        ):
            facts[key][accessor].append(dict(zip(names.split(), map(_json, values), strict=True)))
    return facts


def _belonging(model: type[Model], owner: str, columns: list[str], keys: list[Parameter]) -> QuerySet[Any, Any]:
    return model._base_manager.filter(**{f"{owner}__pk__in": keys}).order_by(f"{owner}_id", "pk").values_list(*columns)


def fact_columns(name: str) -> dict[str, str]:
    """Return the names of the facts of a subject type, each with the table and column, or table, that it is in."""
    described = SUBJECT_TYPES[name]
    columns = {}
    for fact in described.facts.split():
        field: Any = described.model._meta.get_field(fact)
        if field.many_to_many:
            columns[fact] = str(field.m2m_db_table())
        else:
            columns[fact] = f"{described.model._meta.db_table}.{field.column}"
    for accessor, _ in described.rows:
        related: Any = described.model._meta.get_field(accessor)
        columns[accessor] = related.related_model._meta.db_table
    return columns


def _field_at(model: type[Model], path: str) -> Any:
    field: Any = None
    for part in path.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model
    return field


def _path(model: type[Model], fact: str) -> str:
    field: Any = model._meta.get_field(fact)
    other = _OTHER_NAMES.get(field.related_model) if field.is_relation else None
    return f"{fact}__{other}" if other else getattr(field, "attname", fact)


def _json(value: Any) -> Any:
    """Return a value as facts have it: days and instants as text, the rest as it is."""
    if isinstance(value, dt.datetime):
        return format_timestamp(value)
    return value.isoformat() if isinstance(value, dt.date) else value
