"""Queries that pages ask again and again: put into SQL once, and asked as often as one likes.

Django puts a queryset into SQL each time that it is asked. For what a page asks, that takes several times as long as
the answer of the database.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigIntegerField, Expression, QuerySet

_MAX_QUERIES = 200
"""Queries of which a connection keeps the SQL; what was not asked for longest goes first."""


class Parameter(Expression):
    """A value that a kept query is asked with, another one each time: it has a place in the SQL by its name."""

    def __init__(self, name: str) -> None:
        super().__init__(output_field=BigIntegerField())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return its place in the SQL."""
        return "%s", (self,)


class _CompiledQuery:
    """The SQL of a queryset of tuples (``values_list``)."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        self._connection = connections[DEFAULT_DB_ALIAS]
        self._compiler = rows.query.get_compiler(connection=self._connection)
        try:
            self._sql, self._params = self._compiler.as_sql()
        except EmptyResultSet:
            self._sql = ""
            return
        columns = [column for column, *_ in self._compiler.select[: self._compiler.col_count]]
        self._converters = self._compiler.get_converters(columns)

    def rows(self, parameters: dict[str, int | str]) -> list[tuple[Any, ...]]:
        """Ask the database. One query; none where no row can match."""
        if not self._sql:
            return []
        values = [parameters[value.name] if isinstance(value, Parameter) else value for value in self._params]
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
    # ``django.db.connection`` has one dictionary for all threads: each thread's own connection is behind it.
    own = connections[DEFAULT_DB_ALIAS]
    queries: OrderedDict[Hashable, _CompiledQuery] = own.__dict__.setdefault("compiled_queries", OrderedDict())
    query = queries.get(key)
    if query is None:
        query = queries[key] = _CompiledQuery(build())
        if len(queries) > _MAX_QUERIES:
            queries.popitem(last=False)
    else:
        queries.move_to_end(key)
    return query.rows(parameters)
