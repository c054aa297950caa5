"""What other trackers publish arrives, and nothing that is not in it: compared cell by cell."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from tracker.desk.spreadsheets.days import read_cell_day
from tracker.desk.spreadsheets.fields import DESK_NOTE, LEAVE_OUT, plain_name
from tracker.desk.spreadsheets.mapping import changed, complete_for, guess_mapping, parse_mapping
from tracker.desk.spreadsheets.packages import pack_pages
from tracker.desk.spreadsheets.plan import Catalogue, parts_of, plan_rows, values_of
from tracker.desk.spreadsheets.tables import read_table

pytestmark = pytest.mark.once
ROWS = Path(__file__).parent / "peers"
MAPPINGS = Path(settings.BASE_DIR) / "fixtures" / "mappings"
PEERS = sorted(path.stem for path in ROWS.iterdir() if path.name != "README.md")


def read_peer(peer):
    """Return the table of a peer, its mapping, and what is planned where every theme and body of it is known here."""
    path = next(one for one in ROWS.iterdir() if one.stem == peer)
    if path.is_dir():
        content = pack_pages({page.name: page.read_bytes() for page in path.iterdir()})
    else:
        content = path.read_bytes()
    mapping = parse_mapping((MAPPINGS / f"{peer}.json").read_bytes())
    table = read_table(content, path.name, mapping.reading)
    mapping = complete_for(mapping, table)
    themes = {plain_name(value): f"theme {value}" for value in values_of(table, mapping, "theme")}
    bodies = {plain_name(value): f"body {value}" for name in ("bodies", "promised_by")
              for value in values_of(table, mapping, name)}  # fmt: skip
    return table, mapping, plan_rows(table, mapping, Catalogue(review="1", themes=themes, bodies=bodies))


def test_each_mapping_has_rows_here():
    assert {path.stem for path in MAPPINGS.glob("*.json")} == {*PEERS, "pledge-record"}


@pytest.mark.parametrize("peer", PEERS)
def test_every_row_arrives_with_its_words_and_address(peer):
    table, mapping, plan = read_peer(peer)
    assert mapping.problems(table) == []
    at = table.columns.index(mapping.column_of("words"))
    for row, planned in zip(table.rows, plan, strict=True):
        (words,) = planned.evidence
        assert planned.state == "new"
        assert words["words"] == row.cells[at].strip()
        assert re.fullmatch(r"https://\S+", words["source"]["url"])
        assert planned.facts["title"][0]


@pytest.mark.parametrize("peer", PEERS)
def test_no_day_status_or_body_is_made_up(peer):
    table, mapping, plan = read_peer(peer)
    for row, planned in zip(table.rows, plan, strict=True):
        cells = dict(zip(table.columns, row.cells, strict=True))
        days = {read.day.isoformat() for cell in cells.values() if (read := read_cell_day(cell)).day}
        sources = [one["source"].get("published_on", "") for one in planned.evidence]
        said = [*planned.facts.get("made_on", []), *planned.facts.get("deadline_on", []), planned.status_on, *sources]
        assert {day for day in said if day} <= days
        assert planned.status == ""
        for name, kind in (("theme", "theme"), ("bodies", "body"), ("promised_by", "body")):
            named = [f"{kind} {part}" for column in mapping.columns_of(name) for part in parts_of(cells[column])]
            assert planned.facts.get(name, []) == named
        allowed = {"title", "slug", "review", "theme", "bodies", "promised_by", "deadline_note", "made_on"}
        assert set(planned.facts) <= allowed


@pytest.mark.parametrize("peer", PEERS)
def test_no_cell_is_lost(peer):
    table, mapping, plan = read_peer(peer)
    for row, planned in zip(table.rows, plan, strict=True):
        arrived = json.dumps([planned.facts, planned.evidence, planned.notes, planned.days], ensure_ascii=False)
        for column, cell in zip(table.columns, row.cells, strict=True):
            if mapping.columns[column] != LEAVE_OUT:
                for part in parts_of(cell):
                    whole = json.dumps(part, ensure_ascii=False)[1:-1]
                    assert whole in " ".join(arrived.replace("\\n", " ").split()), (column, part)


def test_a_known_file_is_known_again_and_one_alike_is_not():
    table, mapping, _ = read_peer("build-canada-2025-platform")
    assert guess_mapping(table, [mapping]) == mapping
    alike = read_table(b"ID,Commitment\n1,We will.\n", "a.csv")
    assert guess_mapping(alike, [mapping]).constants == {}
    assert guess_mapping(alike, [changed(mapping, constants={})]).columns == mapping.columns


def test_what_no_name_says_is_kept_for_the_desk():
    table = read_table(b"Title,Their own thing\nA,B\n", "a.csv")
    assert guess_mapping(table).columns == {"Title": "title", "Their own thing": DESK_NOTE}
