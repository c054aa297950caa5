"""The CHECK constraints of a row are asked together, and a row that breaks some is told of the same ones."""

import datetime as dt

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from tests.factories import draft, stated, update
from tracker.core.validators import CombinedChecks

pytestmark = pytest.mark.django_db


def errors(row: models.Model, validate, exclude: tuple[str, ...]):
    """Return what is wrong with a row, None where nothing is."""
    try:
        validate(row, exclude=set(exclude))
    except ValidationError as error:
        return error.message_dict
    return None


def rows(ada):
    """Yield a row of models with many checks, and what breaks one check, or several, of each."""
    entry = update(stated())
    yield entry, [{"status": "nonsense"}, {"status": "nonsense", "kind": "pledge", "second_review": False}, {}]
    yield entry.pledge, [{"kind": "nonsense"}, {"kind": "nonsense", "basis": "nonsense", "title": ""}, {}]
    yield draft(ada, entry.pledge), [{"state": "nonsense"}, {"state": "nonsense", "type": "nonsense"}, {}]


@pytest.mark.parametrize("left_out", [(), ("status",), ("kind", "state"), ("pk",)], ids=str)
def test_what_is_wrong_is_what_django_says(ada, left_out):
    wrong = 0
    for row, changes in rows(ada):
        for change in changes:
            changed = type(row)(**{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields})
            for name, value in change.items():
                setattr(changed, name, value)
            said = errors(changed, type(changed).validate_constraints, left_out)
            assert said == errors(changed, models.Model.validate_constraints, left_out), (row, change)
            wrong += said is not None
            assert not changed._checks_hold, "what is set once would hold for what is typed later"
    assert wrong or left_out


def test_the_checks_of_a_row_take_one_query():
    entry = update(stated())
    assert sum(type(known) is models.CheckConstraint for known in entry._meta.constraints) > 5
    with CaptureQueriesContext(
        connection,
    ) as together:
        entry.validate_constraints()
    with CaptureQueriesContext(connection) as each:
        models.Model.validate_constraints(entry)
    assert len([query for query in together if "_check" in query["sql"]]) == 1
    assert len([query for query in each if "_check" in query["sql"]]) > 5


def test_kept_sql_takes_the_values_of_each_row_and_where_one_has_none(ada):
    entry = update(stated())
    about, proposed = entry.pledge, draft(ada, entry.pledge)
    wrong = []
    for row, name, values in (
        (entry, "corrects_id", [None, entry.pk, None]),
        (about, "deadline_on", [None, dt.date(2000, 1, 1), dt.date(2030, 1, 1), None]),
        (proposed, "pledge_id", [about.pk, None, about.pk]),
    ):
        for value in values:
            setattr(row, name, value)
            said = errors(row, type(row).validate_constraints, ())
            assert said == errors(row, models.Model.validate_constraints, ()), (row, name, value)
            wrong.append(said is not None)
    assert wrong == [False, True, False, False, True, False, False, False, True, False]


def test_a_row_is_not_put_into_sql_again(monkeypatch):
    entry = update(stated())
    entry.validate_constraints()
    monkeypatch.setattr("tracker.core.validators.Query", None)
    entry.validate_constraints()
    entry.kind = "nonsense"
    with pytest.raises(ValidationError):
        entry.validate_constraints()


def test_every_model_with_several_checks_asks_them_together():
    several = {
        model.__name__
        for model in apps.get_models()
        if sum(type(known) is models.CheckConstraint for known in model._meta.constraints) > 1
    }
    assert several == {model.__name__ for model in apps.get_models() if issubclass(model, CombinedChecks)}
