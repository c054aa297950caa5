"""The files that admins bring in as tables, read as the desk reads spreadsheets (spreadsheets/tables.py).

CSV with commas, semicolons or tabs, in UTF-8 or Windows letters, .xlsx and .ods.
"""

import copy
import datetime as dt
from typing import Any

import tablib
from import_export.formats.base_formats import Format
from import_export.widgets import DateWidget, Widget

from tracker.desk.spreadsheets.tables import TableError, read_table
from tracker.text.typed_days import day_in_words, parse_day


class TableFile(Format):  # type: ignore[misc]
    """Any table of words. Its columns are found whatever their letters: “Published on” is published_on."""

    def __init__(self, encoding: str | None = None) -> None:
        """Take the encoding that the library names, and ignore it: the file says what it is."""

    def get_title(self) -> str:
        return "CSV, Excel (.xlsx) or OpenDocument (.ods)"

    def can_import(self) -> bool:
        return True

    def create_dataset(self, content: bytes) -> Any:
        """Return the rows of a file. Raises TableError, with the number of the row that cannot be read."""
        table = read_table(content, "table.csv")
        for row in table.rows:
            if row.problem:
                raise TableError(f"Row {row.number}: {row.problem}")
        dataset = tablib.Dataset(headers=[name.lower().replace(" ", "_") for name in table.columns])
        for row in table.rows:
            dataset.append(row.cells)
        return dataset


class DayWidget(Widget):  # type: ignore[misc]
    """A day as people write it, the day first; shown with its month in letters, so that nobody has to guess."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> dt.date | None:
        """Return the day, or None for an empty cell. Raises ValueError for what is no day."""
        words = str(value or "").strip()
        if not words:
            return None
        try:
            day = parse_day(words)
        except ValueError:
            day = None
        if day is None:
            raise ValueError(f"“{words}” is not a date. Write 26 February 2025, or the day first: 26/02/2025.")
        return day

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return a day in words."""
        return day_in_words(value) if isinstance(value, dt.date) else ""


class TypedTableMixin:
    """A table as it is brought in: days as people write them, no blanks around the words of a cell."""

    fields: dict[str, Any]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields = copy.deepcopy(self.fields)
        for field in self.fields.values():
            if isinstance(field.widget, DateWidget):
                field.widget = DayWidget()

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Take blanks off the ends of each cell."""
        for name, value in row.items():
            if isinstance(value, str):
                row[name] = value.strip()
        super().before_import_row(row, **kwargs)  # type: ignore[misc]
