"""manage.py data_dictionary: what each table and column of the open data means, as a table."""

import csv
import io
from typing import Any

from django.core.management.base import BaseCommand

from tracker.opendata.tables import TABLES, Column, Table

HEADER = ("table", "column", "type", "required", "values", "refers_to", "meaning")


def dictionary() -> str:
    """Return the data dictionary as CSV: a row for each table (its column is empty), then one for each column.

    Made from the tables themselves, so that it cannot say anything else.
    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(HEADER)
    for table in TABLES.values():
        rows.writerow([table.name, "", "", "", "", "", f"{table.title}. {table.description}"])
        rows.writerows(_row(table, column) for column in table.columns)
    return text.getvalue()


def _row(table: Table, column: Column) -> list[str]:
    """Return what the dictionary says of a column, as HEADER has it; ``values`` parted by blanks."""
    other = table.refers.get(column.name)
    return [
        table.name,
        column.name,
        column.type,
        "yes" if column.required else "",
        " ".join(filter(None, column.values)),
        f"{other}.{TABLES[other].key}" if other else "",
        column.description,
    ]


class Command(BaseCommand):
    """Print the data dictionary."""

    help = "Prints the data dictionary as CSV: manage.py data_dictionary > docs/data-dictionary.csv"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(dictionary(), ending="")
