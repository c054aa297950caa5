"""Validators, the field of an email address, and models that ask their constraints together, for several apps."""

import ipaddress
import operator
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from functools import cache, lru_cache, reduce
from typing import Any, TypeGuard

from django import forms
from django.core.exceptions import EmptyResultSet, ValidationError
from django.core.validators import validate_email
from django.db import DatabaseError, connections, models, router, transaction
from django.db.models.functions import Coalesce
from django.db.models.sql import Query
from django.utils.translation import gettext_lazy as _

from tracker.text.characters import hidden_character_problem


def validate_visible_text(words: str) -> None:
    """Raise ValidationError for words with a character that nobody sees, or that turns the direction of text."""
    if problem := hidden_character_problem(words):
        raise ValidationError(problem, code="unseen")


def validate_email_domain(address: str) -> None:
    """Raise ValidationError for what is no email address, or names a machine by its number or its own name.

    Django takes ada@[127.0.0.1] and ada@localhost: such emails would reach the mail server's own network.
    """
    try:
        validate_email(address.strip())
    except ValidationError:
        is_address = False
    else:
        domain = address.strip().rpartition("@")[2]
        is_address = not (domain.startswith("[") or "." not in domain.strip(".") or _is_ip_address(domain))
    if not is_address:
        raise ValidationError(_("Enter an email address, for example name@example.org."), code="invalid")


class EmailAddressField(forms.EmailField):
    """The form field of an address that leads to a domain. What is wrong with it is said once."""

    default_validators = [validate_email_domain]


def _is_ip_address(domain: str) -> bool:
    try:
        ipaddress.ip_address(domain.strip("."))
    except ValueError:
        return False
    return True


Constraints = list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]


class CombinedChecks:
    """A model whose CHECK constraints are asked of the database together when a row is validated.

    Django asks each by itself, in a savepoint, with all fields of the row: nine times for an entry of the record.
    Where they do not all hold, or one is of a field that is left out, each is asked as before, and says what is wrong.
    """

    _checks_hold = False

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Raise ValidationError where a constraint does not hold, but for those of the fields left out."""
        self._checks_hold = self._ask_together(set(exclude or ()))
        try:
            super().validate_constraints(exclude=exclude)  # type: ignore[misc]  # of the model beside it
        finally:
            self._checks_hold = False

    def get_constraints(self) -> Constraints:
        """Return the constraints that are to be asked: not those that hold."""
        every: Constraints = super().get_constraints()  # type: ignore[misc]
        if not self._checks_hold:
            return every
        return [(model, [known for known in listed if not _is_check(known)]) for model, listed in every]

    def _ask_together(self, exclude: set[str]) -> bool:
        row: Any = self
        condition, names = _combined_check(row._meta.model)
        if condition is None or names & exclude:
            return False
        values = {name: getattr(row, row._meta.get_field(name).attname) for name in names}
        if any(hasattr(value, "resolve_expression") for value in values.values()):
            return False
        return _holds(row._meta.model, values, router.db_for_write(type(row)))


class _FieldValue(models.Value):
    """The place of a field's value in SQL that is kept: it has the field's name, or None for a value that is NULL."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return ("NULL", ()) if self.value is None else ("%s", (self,))


def _holds(model: type[models.Model], values: dict[str, Any], using: str) -> bool:
    """Return whether the database says that the checks of a model hold for these values."""
    database = connections[using]
    sql, places = _compiled_check(model, frozenset(name for name in values if values[name] is None), using)
    if not sql:
        return False
    prepared = [
        place.output_field.get_db_prep_value(values[place.value], connection=database)
        if isinstance(place, _FieldValue)
        else place
        for place in places
    ]
    try:
        with (
            transaction.atomic(using=using) if database.in_atomic_block else nullcontext(),
            database.cursor() as cursor,
        ):
            cursor.execute(sql, prepared)
            return cursor.fetchone() is not None
    except DatabaseError:  # each is asked by itself
        return False


@lru_cache(maxsize=500)
def _compiled_check(model: type[models.Model], empty: frozenset[str], using: str) -> tuple[str, tuple[Any, ...]]:
    """Return the query for the checks of a model, where some fields are NULL, and its parameters; "" if none holds.

    To put it into SQL took several times as long as the answer, and was done for each row.
    """
    condition, names = _combined_check(model)
    query = Query(None)
    for name in sorted(names):
        field: Any = model._meta.get_field(name)
        query.add_annotation(_FieldValue(None if name in empty else name, field), name, select=False)
    query.add_annotation(models.Value(1), "_check")
    query.add_q(models.Q(Coalesce(condition, True, output_field=models.BooleanField())))  # as Q.check asks
    try:
        sql, places = query.get_compiler(using=using).as_sql()
    except EmptyResultSet:
        return "", ()
    return sql, tuple(places)


@cache
def _combined_check(model: type[models.Model]) -> tuple[models.Q | None, frozenset[str]]:
    """Return what the CHECK constraints of a model say together, and of which fields; None for fewer than two.

    The database is told the values of these fields alone: to tell it a value costs more than to compare it.
    """
    conditions = [known.condition for known in model._meta.constraints if _is_check(known)]
    if len(conditions) < 2:
        return None, frozenset()
    condition = reduce(operator.and_, map(models.Q, conditions))
    return condition, frozenset(condition.referenced_base_fields)


def _is_check(constraint: models.BaseConstraint) -> TypeGuard[models.CheckConstraint]:
    return type(constraint) is models.CheckConstraint
