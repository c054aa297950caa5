"""The data dictionary is that of the tables, and the tables are those of the models."""

import csv
from pathlib import Path

from django.conf import settings

from tracker.opendata.management.commands.data_dictionary import dictionary
from tracker.opendata.tables import TABLES


def test_the_dictionary_in_the_docs_is_that_of_the_tables():
    assert (Path(settings.BASE_DIR) / "docs" / "data-dictionary.csv").read_text() == dictionary(), (
        "manage.py data_dictionary > docs/data-dictionary.csv"
    )


def test_it_has_every_table_and_every_column_with_what_the_tables_say():
    rows = list(csv.DictReader(dictionary().splitlines()))
    assert [row["table"] for row in rows if not row["column"]] == list(TABLES)
    told = {(row["table"], row["column"]): row for row in rows}
    assert len(told) == len(rows) == len(TABLES) + sum(len(table.columns) for table in TABLES.values())
    for table in TABLES.values():
        for column in table.columns:
            row = told[table.name, column.name]
            assert row["meaning"] == column.description
            assert row["type"] == column.type
            assert row["values"].split() == [value for value in column.values if value]
            assert bool(row["required"]) is column.required
            assert row["refers_to"].split(".")[0] == table.refers.get(column.name, "")


def test_every_column_says_what_it_means():
    for table in TABLES.values():
        assert table.description.endswith(".")
        assert table.columns[0].name == table.primary_key[0]
        assert set(table.refers) <= set(table.names)
        assert len(set(table.names)) == len(table.names)
        for column in table.columns:
            assert column.description.endswith((".", "”.")), (table.name, column.name)
