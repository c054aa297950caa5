"""manage.py data_dictionary: what each table and column of the open data means, as Markdown."""

from typing import Any

from django.core.management.base import BaseCommand

from tracker.opendata.data_package import described
from tracker.opendata.tables import TABLES


def dictionary() -> str:
    """Return the data dictionary: made from the tables themselves, so that it cannot say anything else."""
    parts = [
        "# Data dictionary",
        "",
        "Made by `manage.py data_dictionary` from `tracker/opendata/tables.py` and the models; a test holds it to "
        "them. The same is on the page `/data/` and in `datapackage.json`.",
    ]
    for table in TABLES.values():
        parts += [
            "",
            f"## {table.name}: {table.title}",
            "",
            table.description,
            "",
            f"A row is known by {' and '.join(f'`{name}`' for name in table.primary_key)}"
            f"{'' if table.key else ' together'}.",
        ]
        parts += ["", "| column | type | may be empty | what it means |", "|---|---|---|---|"]
        for column in table.columns:
            words = ", ".join(f"`{word}`" for word in column.values if word)
            meaning = described(column) + (f" One of: {words}." if words else "")
            if column.name in table.refers:
                other = TABLES[table.refers[column.name]]
                meaning += f" {'An' if other.key == 'id' else 'A'} `{other.key}` of `{other.name}`."
            parts.append(f"| `{column.name}` | {column.type} | {'no' if column.required else 'yes'} | {meaning} |")
    return "\n".join(parts) + "\n"


class Command(BaseCommand):
    """Print the data dictionary."""

    help = "Prints the data dictionary as Markdown: manage.py data_dictionary > docs/data-dictionary.md"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(dictionary(), ending="")
