"""Files as tables: separators, encodings, workbooks, JSON, and what is refused."""

import pytest

from tests.desk.spreadsheets.workbooks import ods, xlsx, zipped
from tracker.desk.spreadsheets.tables import Reading, TableError, read_table
from tracker.sources.documents import archive
from tracker.sources.documents.result import DocumentError
from tracker.sources.documents.sheets import bounded_sheets

pytestmark = pytest.mark.once
ROWS = [["Title", "Words"], ["Build it", "“We will,” she said; soon"], ["Open it", "two\nlines"]]


def written(delimiter):
    return "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in ROWS)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_in_its_separators_and_encodings(delimiter, encoding):
    table = read_table(written(delimiter).encode(encoding), "list.csv")
    assert [table.columns, *[row.cells for row in table.rows]] == ROWS
    assert [row.number for row in table.rows] == [2, 3]
    assert bool(table.notes) == (encoding == "cp1252")


def test_a_separator_that_excel_names_and_a_head_further_down():
    assert read_table(b"sep=;\nTitle;Words, more\nA;B\n", "a.csv").columns == ["Title", "Words, more"]
    table = read_table(b"A list,\n,\nTitle,Words\nA,B\n", "a.csv", Reading(head=3))
    assert (table.columns, [row.number for row in table.rows]) == (["Title", "Words"], [4])


def test_names_of_columns_are_told_apart_and_short_rows_filled():
    table = read_table(b"Name,,Name\nA,B,C\nD\n", "a.csv")
    assert table.columns == ["Name", "Column 2", "Name (2)"]
    assert table.rows[1].cells == ["D", "", ""]


def test_a_row_with_too_many_cells_fails_alone():
    table = read_table(b"Title,Words\nA,We will, soon\nB,C\n", "a.csv")
    assert [bool(row.problem) for row in table.rows] == [True, False]
    assert "It has 3 cells, the head has 2" in table.rows[0].problem


def test_what_nobody_sees_is_taken_out_and_told():
    table = read_table("Title\nA\u200bB\u202e\n".encode(), "a.csv")
    assert table.rows[0].cells == ["AB"]
    assert table.notes == ["Characters that nobody sees were taken out of 1 cells."]


def test_the_apostrophe_of_our_own_tables_is_left_out():
    table = read_table(b"Title,Words\n'=1+1,'tis\n", "a.csv")
    assert table.rows[0].cells == ["=1+1", "'tis"]


def test_days_in_a_workbook_are_days_only_where_they_are_shown_whole():
    cells = "".join(f'<c r="{column}2" s="{style}"><v>45813</v></c>' for style, column in enumerate("ABCDE"))
    head = "".join(f'<c r="{column}1" t="inlineStr"><is><t>{column}</t></is></c>' for column in "ABCDE")
    sheets = bounded_sheets(xlsx(f'<row r="1">{head}</row><row r="2">{cells}</row>'))["sheets"]
    assert sheets == [("List", [(1, list("ABCDE")), (2, ["45813", "2025-06-05", "2025-06-05", "Jun 2025", "5 June"])])]


def test_days_in_an_opendocument_sheet():
    def cell(shown, day="2025-06-05"):
        kept = f'office:value-type="date" office:date-value="{day}"'
        return f"<table:table-cell {kept}><text:p>{shown}</text:p></table:table-cell>"

    rows = f"<table:table-row>{cell('05/06/25')}{cell('Jun 2025')}{cell('5 June')}</table:table-row>"
    words = "<table:table-cell><text:p>two</text:p><text:p>lines</text:p></table:table-cell>"
    more = f'<table:table-row table:number-rows-repeated="2">{words}</table:table-row>'
    sheets = bounded_sheets(ods(rows + more))["sheets"]
    assert sheets[0][1] == [(1, ["2025-06-05", "Jun 2025", "5 June"]), (2, ["two\nlines"]), (3, ["two\nlines"])]


@pytest.mark.slow
def test_a_workbook_is_read_in_a_process_of_its_own():
    cells = '<c t="inlineStr"><is><t>Title</t></is></c>'
    table = read_table(xlsx(f'<row r="1">{cells}</row><row r="4">{cells}</row>'), "a.xlsx")
    assert (table.form, table.columns, table.rows[0].number) == ("xlsx", ["Title"], 4)
    assert (table.sheet, table.sheets) == ("List", ["List"])


def test_a_bomb_is_refused_before_it_unpacks(monkeypatch):
    monkeypatch.setattr(archive, "MAX_PART_BYTES", 10_000)
    with pytest.raises(DocumentError, match="unpacks to more than"):
        bounded_sheets(xlsx("<row/>" * 10_000))


@pytest.mark.parametrize("rows", ["<row><c><v>1</v></c></row>" * 5_002], ids=["many rows"])
def test_too_many_rows_are_refused(rows):
    with pytest.raises(DocumentError, match="more than 5,000 rows"):
        bounded_sheets(xlsx(rows))


def test_json_becomes_a_table():
    data = (
        b'{"about": 1, "list": [{"a": 1, "b": {"c": true}, "d": ["x", "y"], "e": [{"f": "g", "h": null}]}, {"a": ""}]}'
    )
    table = read_table(data, "a.json")
    assert table.columns == ["a", "b.c", "d", "e"]
    assert [row.cells for row in table.rows] == [["1", "true", "x | y", "f: g; h: "]]


def test_pages_of_markdown_become_a_table():
    page = '---\ntitle:  "A \\"b\\""\nagency: "One\n  and two"\nstatus: In progress\n---\nThe body\n'
    table = read_table(zipped({"pages/a.md": page, "pages/b.txt": "no"}), "pages.zip")
    assert table.columns == ["file", "title", "agency", "status", "body"]
    assert table.rows[0].cells == ["a.md", 'A "b"', "One and two", "In progress", "The body"]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"Title\n" + b"A\n" * 5_001, "a.csv", "more than 5,000 rows"),
        (b",".join(b"c%d" % n for n in range(101)) + b"\nA\n", "a.csv", "more than 100 columns"),
        (zipped({"a.txt": "A"}), "a.zip", "zip|not a table|archive"),
        (zipped({"datapackage.json": "{}"}), "a.zip", "There is no data/pledges.csv"),
        (b"\x89PNG\r\n\x1a\n1234", "a.csv", "picture"),
    ],
    ids=["rows", "columns", "archive", "package", "picture"],
)
def test_what_is_no_table_is_refused_in_words(content, name, words):
    with pytest.raises(TableError, match=words):
        read_table(content, name)
