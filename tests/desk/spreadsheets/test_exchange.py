"""The exchange format: its files say the same as the import, and as each other."""

import csv
import json
from pathlib import Path

import pytest
from django.conf import settings

from tracker.desk.spreadsheets.fields import DESK_NOTE, guess_fields
from tracker.desk.spreadsheets.mapping import guess_mapping
from tracker.desk.spreadsheets.plan import Catalogue, plan_rows
from tracker.desk.spreadsheets.tables import read_table
from tracker.opendata.tables import PLEDGES
from tracker.pledges.choices import Basis, PledgeKind, Response, Status

pytestmark = pytest.mark.once
FOLDER = Path(settings.BASE_DIR) / "docs" / "exchange"
TABLE = json.loads((FOLDER / "pledges.table-schema.json").read_text())
OBJECTS = json.loads((FOLDER / "pledges.schema.json").read_text())
COLUMNS = {field["name"]: field for field in TABLE["fields"]}


def test_every_column_is_known_by_its_name():
    guessed = guess_fields(list(COLUMNS))
    assert DESK_NOTE not in guessed.values()
    assert len(set(guessed.values())) == len(COLUMNS)


def test_both_schemas_and_the_page_have_the_same_columns():
    assert list(OBJECTS["items"]["properties"]) == list(COLUMNS)
    page = (FOLDER.parent / "exchange-format.md").read_text()
    assert [name for name in COLUMNS if f"`{name}`" not in page] == []


def test_the_words_that_may_stand_are_ours():
    for name, choices in (("status", Status), ("kind", PledgeKind), ("basis", Basis), ("response", Response)):
        assert COLUMNS[name]["constraints"]["enum"] == choices.values


def test_what_we_publish_has_the_same_names():
    ours = set(PLEDGES.names) & set(COLUMNS)
    assert set(PLEDGES.names) - ours == {
        "passages", "looked_until", "headline", "schedule", "quiet", "in_conflict", "page", "recommendation_id",
        "state", "deadline_edtf", "later_deadline_on", "later_deadline_note",
    }  # fmt: skip


def test_the_example_is_valid_and_arrives():
    path = FOLDER / "example.csv"
    with path.open(newline="") as file:
        head = next(csv.reader(file))
    assert set(head) <= set(COLUMNS)
    table = read_table(path.read_bytes(), path.name)
    plan = plan_rows(table, guess_mapping(table), Catalogue("1", themes={"open data": "2"}))
    assert [row.facts.get("deadline_on") for row in plan] == [["2027-03-31"], None]
    assert [row.facts["deadline_note"] for row in plan] == [["by the end of March 2027"], ["in mid 2027"]]
    assert plan[0].gaps == ["what would count as delivered"]
