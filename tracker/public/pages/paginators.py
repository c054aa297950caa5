"""Paginators."""

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from tracker.pledges.compiled_query import compiled_rows


class BidirectionalPaginator(Paginator):  # type: ignore[type-arg]  # at run time it has none
    """Pages of rows in a total order, of which the number is known: what lies past the middle is read from the end.

    The last page costs what the first does, and no page skips more than half of the rows. ``known`` returns the rows
    from one place to another, if that is cheaper than to ask the database for them; else None.
    """

    def __init__(
        self,
        rows: QuerySet[Any, Any] | Callable[[], QuerySet[Any, Any]],
        per_page: int,
        *,
        count: int,
        known: Callable[[int, int], list[Any] | None] = lambda start, stop: None,
    ) -> None:
        super().__init__((), per_page)
        self._rows, self.count, self._known = rows, count, known

    @cached_property
    def rows(self) -> QuerySet[Any, Any]:
        """The rows of all pages; where they come from a function, it is called once, when they are needed."""
        return self._rows() if callable(self._rows) else self._rows

    def page(self, number: int | str) -> Page[Any]:
        """Return the page of this number, from 1. Raises InvalidPage."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        stop = min(start + self.per_page, self.count)
        if (known := self._known(start, stop)) is not None:
            return Page(known, number, self)
        if start + stop <= self.count:
            is_first = start == 0 and stop > 0
            return Page(self.first_rows() if is_first else list(self.rows[start:stop]), number, self)
        return Page(list(self.rows.reverse()[self.count - stop : self.count - start])[::-1], number, self)

    def first_rows(self) -> list[Any]:
        """Return the rows of the first page."""
        return list(self.rows[: self.per_page])


class KeysFirstPaginator(BidirectionalPaginator):
    """The same; what is skipped on the way to a page is keys, in an index, and the rows of the page alone are read."""

    def page(self, number: int | str) -> Page[Any]:
        """Return the page of this number, from 1. Raises InvalidPage."""
        keys = BidirectionalPaginator(self.rows.values_list("pk", flat=True), self.per_page, count=self.count)
        page = keys.page(number)
        page.object_list = list(self.rows.filter(pk__in=page.object_list))
        page.paginator = self
        return page


class CompiledPaginator(BidirectionalPaginator):
    """The same for rows that are tuples; the SQL of the first page, which is asked for most, is kept.

    ``key`` has all that the SQL depends on (pledges/compiled_query.py); None: it is kept nowhere.
    """

    def __init__(self, *args: Any, key: Hashable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = key

    def first_rows(self) -> list[Any]:
        """Return the rows of the first page."""
        if self.key is None:
            return super().first_rows()
        return compiled_rows(("first page", self.per_page, self.key), lambda: self.rows[: self.per_page])
