"""Which facts of the catalogue count as public, and how they are read, written and shown."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet

from tracker.pledges.models import Body, Conflict, Recommendation, Review, Theme
from tracker.pledges.search.index import reindex_changed
from tracker.pledges.visibility import (
    visible_bodies,
    visible_conflicts,
    visible_passages,
    visible_recommendations,
    visible_reviews,
    visible_sources,
    visible_themes,
    visible_wanted_sources,
)
from tracker.sources.models import Passage, Source, WantedSource
from tracker.text.diff import DiffPart, compare_words

Facts = dict[str, Any]
"""Facts of an object by the name of the field, in the types of JSON: days as 2025-06-16, objects by their key."""

Known = Mapping[type[Model], Mapping[int, Model]]
"""Objects that facts name, by model and key, where they were read before: those of all rows of a list at once."""

MAX_SHOWN_CHARS = 500
"""Characters of a value that the activity log has: a longer one is named by its length."""


@dataclass(frozen=True)
class CatalogueModel:
    """How the objects of one model are public.

    ``visible`` returns the objects whose facts readers may see (pledges/visibility.py). ``rows`` names the rows that
    belong to an object (the accessor, and their fields); ``skipped`` are fields that the program fills by itself.
    """

    visible: Callable[[], QuerySet[Any]]
    rows: str = ""
    row_fields: Sequence[str] = ()
    skipped: Sequence[str] = ()


CATALOGUE: dict[type[Model], CatalogueModel] = {
    Source: CatalogueModel(visible_sources, skipped=["contributors"]),
    Passage: CatalogueModel(visible_passages, skipped=["contributors"]),
    WantedSource: CatalogueModel(visible_wanted_sources),
    Review: CatalogueModel(visible_reviews),
    Recommendation: CatalogueModel(visible_recommendations),
    Body: CatalogueModel(visible_bodies),
    Theme: CatalogueModel(visible_themes),
    Conflict: CatalogueModel(
        visible_conflicts,
        rows="sides",
        row_fields=["passage", "says"],
        skipped=["published_at"],
    ),
}


def is_public(row: Model) -> bool:
    """Whether readers may see the facts of an object of the catalogue."""
    return CATALOGUE[type(row)].visible().filter(pk=row.pk).exists()


def facts_of(row: Model) -> Facts:
    """Return the facts of an object that is in the database, and of the rows that belong to it."""
    entry = CATALOGUE[type(row)]
    facts: Facts = {field.name: field.value_from_object(row) for field in _fields(type(row))}
    for many in _many(type(row)):
        facts[many.name] = sorted(getattr(row, many.name).values_list("pk", flat=True))
    if entry.rows:
        facts[entry.rows] = [
            {name: _value(belonging, name) for name in entry.row_fields}
            for belonging in getattr(row, entry.rows).order_by("pk")
        ]
    return json.loads(json.dumps(facts, cls=DjangoJSONEncoder))  # type: ignore[no-any-return]


def write_facts(row: Model, facts: Facts) -> None:
    """Give an object these facts, and save it with the rows that belong to it. Search knows it at once.

    Raises ValidationError where a rule of its model is broken.
    """
    entry = CATALOGUE[type(row)]
    for field in _fields(type(row)):
        if field.name in facts:
            setattr(row, field.attname, field.to_python(facts[field.name]))
    row.full_clean()
    row.save()
    for many in _many(type(row)):
        if many.name in facts:
            getattr(row, many.name).set(facts[many.name])
    if entry.rows in facts:
        _write_rows(getattr(row, entry.rows), entry, facts[entry.rows])
    reindex_changed(row)


def _write_rows(manager: Any, entry: CatalogueModel, wanted: list[Facts]) -> None:
    """Make the rows that belong to an object those that are wanted. A row is known by its first field."""
    known = entry.row_fields[0]
    present = {_value(row, known): row for row in manager.all()}
    for facts in wanted:
        row = present.pop(facts[known], None) or manager.model(**{manager.field.name: manager.instance})
        for name in entry.row_fields:
            setattr(row, row._meta.get_field(name).attname, facts[name])
        row.full_clean()
        row.save()
    for row in present.values():
        row.delete()


def keys_in(model: type[Model], facts: Facts, named: type[Model]) -> set[int]:
    """Return the keys of the objects of another model that facts of an object, and rows that belong to it, name."""
    keys: set[int] = set()
    for name, value in facts.items():
        field: Any = model._meta.get_field(name)
        if field.one_to_many:
            for row in value:
                keys |= keys_in(field.related_model, row, named)
        elif field.is_relation and field.related_model is named and value:
            keys |= set(value) if field.many_to_many else {value}
    return keys


@dataclass(frozen=True)
class FactChange:
    """One fact as a person reads it: its name, what it was, what it becomes."""

    label: str
    before: str
    after: str

    @property
    def pieces(self) -> list[DiffPart]:
        """What differs, word by word."""
        return compare_words(self.before, self.after)


def describe(model: type[Model], before: Facts, after: Facts, known: Known | None = None) -> list[FactChange]:
    """Return the facts in which two states differ, in the order of the fields, in words."""
    return [
        FactChange(
            _label(model, name),
            _shown(model, name, before.get(name), known or {}),
            _shown(model, name, after.get(name), known or {}),
        )
        for name in fact_names(model)
        if before.get(name) != after.get(name)
    ]


def fact_names(model: type[Model]) -> list[str]:
    """Return the names of the facts of a model, in the order of its fields: what a second person is shown."""
    names = [*(field.name for field in _fields(model)), *(field.name for field in _many(model))]
    return [*names, *filter(None, [CATALOGUE[model].rows])]


def describe_for_log(model: type[Model], before: Facts, after: Facts) -> list[list[str]]:
    """Return the same for the activity log: label, before, after. A long value is named by its length alone."""
    return [[fact.label, _clipped(fact.before), _clipped(fact.after)] for fact in describe(model, before, after)]


def _fields(model: type[Model]) -> list[Any]:
    skipped = CATALOGUE[model].skipped
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated and field.name not in skipped
    ]


def _many(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.many_to_many if field.name not in CATALOGUE[model].skipped]


def _value(row: Model, name: str) -> Any:
    field: Any = row._meta.get_field(name)
    return field.value_from_object(row)


def _label(model: type[Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    if field.one_to_many:
        return str(field.related_model._meta.verbose_name_plural)
    return str(field.verbose_name)


def _shown(model: type[Model], name: str, value: Any, known: Known) -> str:
    field: Any = model._meta.get_field(name)
    if value in (None, "", []):
        return ""
    if field.one_to_many:
        order = CATALOGUE[model].row_fields  # PostgreSQL gives JSON back in an order of its own
        rows = [[_shown(field.related_model, key, facts[key], known) for key in order] for facts in value]
        return "; ".join(": ".join(row) for row in rows)
    if field.is_relation:
        keys = value if field.many_to_many else [value]
        names = [str(row) for row in _named(field.related_model, keys, known)]
        return ", ".join(names) or f"number {value}, which is deleted"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)


def _named(model: type[Model], keys: Iterable[int], known: Known) -> Iterable[Model]:
    if model in known:
        return [known[model][key] for key in sorted(keys) if key in known[model]]
    return model._base_manager.filter(pk__in=keys).order_by("pk")


def _clipped(words: str) -> str:
    return words if len(words) <= MAX_SHOWN_CHARS else f"{len(words):,} characters"
