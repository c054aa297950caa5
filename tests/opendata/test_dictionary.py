"""The data dictionary is that of the tables, and the tables are those of the models."""

from pathlib import Path

from django.conf import settings

from tracker.opendata.management.commands.data_dictionary import dictionary
from tracker.opendata.tables import TABLES


def test_the_dictionary_in_the_docs_is_that_of_the_tables():
    assert (Path(settings.BASE_DIR) / "docs" / "data-dictionary.md").read_text() == dictionary(), (
        "manage.py data_dictionary > docs/data-dictionary.md"
    )


def test_every_column_says_what_it_means():
    for table in TABLES.values():
        assert table.description.endswith(".")
        assert table.columns[0].name == table.primary_key[0]
        assert set(table.refers) <= set(table.names)
        assert len(set(table.names)) == len(table.names)
        for column in table.columns:
            assert column.description.endswith((".", "”.")), (table.name, column.name)
