"""manage.py data_dictionary: what each table and column of the open data means, as Markdown."""

from typing import Any

from django.core.management.base import BaseCommand

from tracker.opendata.tables import TABLES


def dictionary() -> str:
    """Return the data dictionary: made from the tables themselves, so that it cannot say anything else."""
    parts = [
        "# Data dictionary",
        "",
        "Made by `manage.py data_dictionary` from `tracker/opendata/tables.py` and the models; a test holds it to "
        "them. The same is on the page `/data/` and in `datapackage.json`.",
        "",
        "Columns in **bold** are never empty; those without a type are strings. A list is parted by blanks, a date is "
        "a day in Europe/London, a datetime an instant in UTC with microseconds. `table.column` is where a value "
        "leads. The first column tells rows apart; where there are only two, both together.",
    ]
    for table in TABLES.values():
        parts += ["", f"## {table.name}: {table.title}", "", table.description, ""]
        for column in table.columns:
            name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
            kind = "" if column.type == "string" else f" ({column.type})"
            words = ", ".join(f"`{word}`" for word in column.values if word)
            meaning = column.description + (f" One of: {words}." if words else "")
            if column.name in table.refers:
                meaning += f" `{table.refers[column.name]}.{TABLES[table.refers[column.name]].key}`."
            parts.append(f"- {name}{kind}: {meaning}")
    return "\n".join(parts) + "\n"


class Command(BaseCommand):
    """Print the data dictionary."""

    help = "Prints the data dictionary as Markdown: manage.py data_dictionary > docs/data-dictionary.md"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(dictionary(), ending="")
