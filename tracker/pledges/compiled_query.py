"""Queries that pages ask again and again: put into SQL once, and asked as often as one likes.

Django puts a queryset into SQL each time that it is asked. For what a page asks, that takes several times as long as
the answer of the database.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigIntegerField, Expression, Model, QuerySet

_MAX_QUERIES = 200
"""Queries of which a connection keeps the SQL; what was not asked for longest goes first."""
_MAX_VALUES = 250
"""Values of a query whose SQL is kept: a longer list of numbers is of another length each time."""


_Row = TypeVar("_Row", bound=Model)


class Parameter(Expression):
    """A value that a kept query is asked with, another one each time: it has a place in the SQL by its name."""

    def __init__(self, name: str) -> None:
        super().__init__(output_field=BigIntegerField())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return its place in the SQL."""
        return "%s", (self,)


class _CompiledQuery:
    """The SQL of a queryset."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        self._connection = connections[DEFAULT_DB_ALIAS]
        self._queryset = rows
        self._compiler = rows.query.get_compiler(connection=self._connection)
        try:
            self._sql, self._params = self._compiler.as_sql()
        except EmptyResultSet:
            self._sql, self.number_of_values = "", 0
            return
        self.number_of_values = len(self._params)
        columns = [column for column, *_ in self._compiler.select[: self._compiler.col_count]]
        self._converters = self._compiler.get_converters(columns)
        self._compiler.get_converters = lambda _: self._converters  # Django would look for them for each answer

    def _values(self, parameters: dict[str, int | str]) -> tuple[Any, ...]:
        return tuple(parameters[value.name] if isinstance(value, Parameter) else value for value in self._params)

    def sql(self, parameters: dict[str, int | str]) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL and its values."""
        return self._sql, self._values(parameters)

    def objects(self, parameters: dict[str, int | str]) -> list[Any]:
        """Ask the database, for objects of the model. One query; none where no row can match."""
        if not self._sql:
            return []
        compiler: Any = self._compiler
        compiler.as_sql = lambda *_, **__: self.sql(parameters)
        queryset: Any = self._queryset.all()
        queryset.query.get_compiler = lambda *_, **__: compiler
        return list(queryset)

    def rows(self, parameters: dict[str, int | str]) -> list[tuple[Any, ...]]:
        """Ask the database for tuples. One query; none where no row can match."""
        if not self._sql:
            return []
        values = self._values(parameters)
        with self._connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        if not self._converters:
            return rows
        return [tuple(row) for row in self._compiler.apply_converters(rows, self._converters)]


def compiled_rows(
    key: Hashable, build: Callable[[], QuerySet[Any, Any]], **parameters: int | str
) -> list[tuple[Any, ...]]:
    """Return the rows of the queryset of tuples that ``build`` returns; its SQL is kept under ``key``.

    All that the SQL depends on has to be in the key, but for what the queryset has as a ``Parameter``: these are the
    ``parameters``. Each connection keeps its own.
    """
    return _compiled(key, build).rows(parameters)


def compiled_rows_among(
    key: Hashable, numbers: Collection[int], build: Callable[[list[Parameter]], QuerySet[Any, Any]]
) -> list[tuple[Any, ...]]:
    """Return the same of the queryset that ``build`` returns for a list of numbers, kept by how many these are."""
    parameters = numbered(numbers)
    return compiled_rows((key, len(parameters)), lambda: build(list(map(Parameter, parameters))), **parameters)


def compiled_sql(
    key: Hashable, build: Callable[[], QuerySet[Any, Any]], **parameters: int | str
) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL of the queryset that ``build`` returns, and its values, for who reads rows as they come."""
    return _compiled(key, build).sql(parameters)


def compiled_objects(key: Hashable, build: Callable[[], QuerySet[_Row, _Row]], **parameters: int | str) -> list[_Row]:
    """Return the objects of the queryset that ``build`` returns, without its prefetches: as ``compiled_rows``."""
    return _compiled(key, lambda: build().prefetch_related(None)).objects(parameters)


def compiled_objects_among(
    key: Hashable, numbers: Collection[int], build: Callable[[list[Any]], QuerySet[_Row, _Row]]
) -> list[_Row]:
    """Return the same for a list of numbers, as ``compiled_rows_among``.

    ``build`` names the column of a key (``pledge__pk__in``): of a relation Django wants objects or numbers.
    """
    parameters = numbered(numbers)
    return compiled_objects((key, len(parameters)), lambda: build(list(map(Parameter, parameters))), **parameters)


def numbered(values: Collection[int]) -> dict[str, int]:
    """Return ``parameters`` for a list of values, as many ``Parameter`` by the same names."""
    return {f"number{place}": value for place, value in enumerate(values)}


def _compiled(key: Hashable, build: Callable[[], QuerySet[Any, Any]]) -> _CompiledQuery:
    # ``django.db.connection`` has one dictionary for all threads: each thread's own connection is behind it.
    own = connections[DEFAULT_DB_ALIAS]
    queries: OrderedDict[Hashable, _CompiledQuery] = own.__dict__.setdefault("compiled_queries", OrderedDict())
    query = queries.get(key)
    if query is None:
        query = _CompiledQuery(build())
        if query.number_of_values > _MAX_VALUES:
            return query
        queries[key] = query
        if len(queries) > _MAX_QUERIES:
            queries.popitem(last=False)
    else:
        queries.move_to_end(key)
    return query
