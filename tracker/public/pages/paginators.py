"""Paginators."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet


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
            return Page(list(self.rows[start:stop]), number, self)
        return Page(list(self.rows.reverse()[self.count - stop : self.count - start])[::-1], number, self)
