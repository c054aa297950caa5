"""Downloads: the same rows in each form, safe for spreadsheets, exact for programs, from any byte on, as of a day."""

import csv
import datetime as dt
import io
import json
import random
import re
import shutil
import subprocess
import sys
import zipfile

import feedparser
import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import fast_first
from tests.factories import PassageFactory, SourceFactory, stated, update
from tracker.opendata import data_package
from tracker.opendata.formats import as_csv, original, safe
from tracker.opendata.tables import TABLES, Column
from tracker.pledges.choices import Status
from tracker.pledges.models import RecordEntry
from tracker.pledges.record.publish import withdraw_entry, withdraw_text

pytestmark = pytest.mark.django_db


def body(answer) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def rows_of(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(answer).decode("utf-8-sig"), newline="")))


FILTERS = [
    "",
    "status=under-way",
    "status=no-action-found&sort=title",
    "theme=policing&sort=status",
    "body=home-secretary&sort=deadline",
    "conflict=yes&sort=quiet",
    "q=taxi",
    "check=unchecked",
    "schedule=on-time",
    "as_of=2026-11-24&sort=title",
    "as_of=2025-09-01",
]


@pytest.mark.usefixtures("casey")
@pytest.mark.parametrize("query", fast_first(FILTERS, 4))
def test_page_csv_json_api_and_feed_say_the_same_about_a_filter(client, query):
    page = client.get(f"/?{query}").content.decode()
    shown = re.findall(r'<h3><a href="/pledges/([a-z0-9-]+)/', page)
    assert [row["slug"] for row in rows_of(client.get(f"/data/pledges.csv?{query}"))] == shown
    assert [row["slug"] for row in json.loads(body(client.get(f"/data/pledges.json?{query}")))["pledges"]] == shown
    asked, address = [], f"/api/v1/pledges?limit=3&{query}"
    while address:
        answer = client.get(address).json()
        asked += [row["slug"] for row in answer["items"]]
        address = answer["next"]
    assert asked == shown
    if "as_of" not in query:
        feed = feedparser.parse(client.get(f"/feed.atom?{query}").content)
        about = {re.search(r"/pledges/([a-z0-9-]+)/", entry.link)[1] for entry in feed.entries}
        assert about == set(shown)
    assert ("Download this list" in page) == bool(shown)


@pytest.mark.usefixtures("casey")
def test_each_column_says_the_same_in_csv_ndjson_and_api(client):
    for name in ("pledges", "updates", "passages", "sources", "bodies", "themes", "reviews"):
        table = TABLES[name]
        exact = [json.loads(line) for line in body(client.get(f"/data/{name}.ndjson")).splitlines()]
        asked = client.get(f"/api/v1/{name}?limit=200&sort=" if name == "pledges" else f"/api/v1/{name}?limit=200")
        assert sorted(asked.json()["items"], key=str) == sorted(exact, key=str), name
        for row, typed in zip(rows_of(client.get(f"/data/{name}.csv")), exact, strict=True):
            for column in table.columns:
                value = typed[column.name]
                cell = (
                    {True: "true", False: "false", None: ""}.get(value)
                    if not isinstance(value, int | str | list)
                    else None
                )
                if isinstance(value, bool):
                    cell = "true" if value else "false"
                elif isinstance(value, list):
                    cell = " ".join(map(str, value))
                elif value is not None:
                    cell = str(value)
                assert original(row[column.name]) == (cell or ""), (name, column.name)


@pytest.mark.usefixtures("casey")
@pytest.mark.slow
def test_every_table_is_there_and_a_page_shows_what_it_means(client):
    page = client.get("/data/").content.decode()
    for table in TABLES.values():
        assert len(rows_of(client.get(f"/data/{table.name}.csv"))) == len(
            body(client.get(f"/data/{table.name}.ndjson")).splitlines()
        )
        for column in table.columns:
            assert f"<code>{column.name}</code>" in page
            assert column.description.strip(" .")


def test_an_empty_tracker_gives_tables_with_a_head_alone(client):
    for name, table in TABLES.items():
        assert body(client.get(f"/data/{name}.csv")).decode("utf-8-sig") == ",".join(table.names) + "\r\n"
        assert json.loads(body(client.get(f"/data/{name}.json")))[name] == []
        assert body(client.get(f"/data/{name}.ndjson")) == b""


@pytest.mark.parametrize(
    "query",
    ["status=kept", "as_of=2025-02-30", "as_of=2999-01-01", "as_of=x", "theme=none", "sort=size", "q=" + "x" * 300],
)
def test_a_wrong_filter_is_an_error_and_never_other_rows(client, query):
    answer = client.get(f"/data/pledges.csv?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/plain")
    assert len(answer.content) > 10
    assert client.get(f"/api/v1/pledges?{query}").status_code == 422


@pytest.mark.parametrize("query", ["since=x", "kind=opinion", "pledge=none", "pledge=%00", "until=2999-01-01"])
def test_a_wrong_filter_of_entries_is_an_error(client, query):
    assert client.get(f"/data/updates.csv?{query}").status_code == 400
    assert client.get(f"/api/v1/updates?{query}").status_code == 422


def test_entries_of_a_time_a_kind_a_pledge(client):
    with time_machine.travel(dt.datetime(2026, 1, 10, 12, tzinfo=dt.UTC)):
        first = stated(slug="one")
    with time_machine.travel(dt.datetime(2026, 2, 10, 12, tzinfo=dt.UTC)):
        update(first, Status.ANNOUNCED)
    stated(slug="two")

    def positions(query):
        return [row["position"] for row in rows_of(client.get(f"/data/updates.csv?{query}"))]

    assert positions("") == ["1", "2", "3"]
    assert positions("since=2026-01-10&until=2026-02-10") == ["2"]
    assert positions("kind=pledge") == ["1", "3"]
    assert positions("pledge=one") == ["1", "2"]
    assert positions("as_of=2026-02-10") == ["1", "2"]
    assert (
        "/data/updates.csv?since=2026-01-10&amp;until=2026-11-24"
        in client.get("/changes/?since=2026-01-10").content.decode()
    )


def test_a_day_is_answered_with_what_was_published_by_then(client):
    with time_machine.travel(dt.datetime(2026, 1, 10, 12, tzinfo=dt.UTC)):
        about = stated(slug="about")
    before = {name: body(client.get(f"/data/{name}.ndjson?as_of=2026-02-01")) for name in TABLES}
    update(about, passage=PassageFactory(source=SourceFactory(slug="later")))
    stated(slug="later-too")
    for name in TABLES:
        if name not in ("bodies", "themes", "reviews", "recommendations", "wanted"):
            assert body(client.get(f"/data/{name}.ndjson?as_of=2026-02-01")) == before[name], name
    assert b"later" in body(client.get("/data/sources.ndjson"))


def test_what_ended_an_entry_is_said_and_withdrawn_words_are_gone(client, django_user_model):
    from tests.factories import superuser

    about = stated()
    wrong = update(about, headline="A secret word")
    withdraw_entry(wrong, reason="It was wrong.", by="Ada", approved_by="Grace")
    withdraw_text(wrong, headline=True, reason="A court said so.", admin=superuser(), by="Edith")
    row = next(row for row in rows_of(client.get("/data/updates.csv")) if row["position"] == str(wrong.position))
    assert (row["headline"], row["ended_by"]) == ("", str(wrong.position + 1))
    for name in TABLES:
        assert b"A secret word" not in body(client.get(f"/data/{name}.csv"))
    assert b"A secret word" not in client.get("/changes/feed.atom").content


# --- Safe for spreadsheets ----------------------------------------------------------------------


@given(st.text())
@pytest.mark.slow
def test_no_cell_starts_a_formula_and_each_gives_back_what_was_meant(text):
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    column = [Column("a", "string", "A."), Column("b", "list", "B.")]
    made = b"".join(as_csv(column, [(text, [text])])).decode("utf-8-sig")
    cells = list(csv.reader(io.StringIO(made, newline="")))[1]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)
    assert [original(cell) for cell in cells] == [text, text]


def test_ten_thousand_cells_of_the_worst_characters():
    seeded = random.Random(8)
    cells = ["".join(seeded.choices("=+-@\t'\"\n,;|a1 ＝%\u202e", k=seeded.randrange(1, 12))) for _ in range(10_000)]
    made = b"".join(as_csv([Column("a", "string", "A.")], [(cell,) for cell in cells])).decode("utf-8-sig")
    read = [row[0] for row in csv.reader(io.StringIO(made, newline=""))][1:]
    assert not [cell for cell in read if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))]
    assert [original(cell) for cell in read] == cells


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "'quoted'", "＝1"])
def test_what_spreadsheets_take_for_a_formula_is_made_safe(cell):
    assert safe(cell) == f"'{cell}"
    assert original(safe(cell)) == cell


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")
def test_libreoffice_finds_no_formula(tmp_path):  # pragma: no cover - where it is installed
    cells = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1"]
    path = tmp_path / "cells.csv"
    path.write_bytes(b"".join(as_csv([Column("a", "string", "A.")], [(cell,) for cell in cells])))
    subprocess.run(
        ["soffice", "--headless", "--convert-to", "fods", "--outdir", tmp_path, path], check=True, capture_output=True
    )
    assert "table:formula" not in (tmp_path / "cells.fods").read_text()


# --- Tags, ranges, origins ----------------------------------------------------------------------


@pytest.mark.slow
def test_an_unchanged_answer_costs_nothing_and_a_change_is_seen_at_once(client, django_assert_num_queries):
    about = stated()
    for address in (
        "/data/pledges.csv",
        "/api/v1/pledges",
        "/changes/feed.atom",
        "/deadlines.ics",
        "/data/package.zip",
    ):
        first = client.get(address)
        body(first)
        with django_assert_num_queries(1):
            again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        update(about, headline="Something new")
        changed = client.get(address, headers={"If-None-Match": first["ETag"]})
        body(changed)
        assert changed.status_code == 200
        assert changed["ETag"] != first["ETag"]
        assert "public" in changed["Cache-Control"]


@pytest.mark.parametrize(
    "address", ["/data/pledges.csv", "/api/v1/pledges", "/feed.atom", "/oembed?url=x", "/data/x.csv"]
)
def test_any_site_may_read_the_answers(client, address):
    for answer in (client.get(address), client.head(address), client.options(address)):
        assert answer["Access-Control-Allow-Origin"] == "*"
    assert client.options(address).status_code == 204
    assert client.post(address).status_code == 405


def test_tomorrow_is_another_answer(client):
    stated()
    today = client.get("/data/pledges.csv")["ETag"]
    with time_machine.travel(dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)):
        assert client.get("/data/pledges.csv")["ETag"] != today


def test_a_download_that_broke_off_is_taken_up_where_it_did(client):
    about = stated()
    for number in range(5):
        update(about, headline=f"Step {number} – ünïcode")
    whole = client.get("/data/updates.csv")
    content, etag = body(whole), whole["ETag"]
    for start in (1, 2, 3, 100, len(content) - 1):
        rest = client.get("/data/updates.csv", headers={"Range": f"bytes={start}-", "If-Range": etag})
        assert rest.status_code == 206
        assert body(rest) == content[start:]
        assert rest["Content-Range"] == f"bytes {start}-{len(content) - 1}/{len(content)}"
    past = client.get("/data/updates.csv", headers={"Range": f"bytes={len(content)}-", "If-Range": etag})
    assert past.status_code == 416
    update(about)
    other = client.get("/data/updates.csv", headers={"Range": "bytes=10-", "If-Range": etag})
    assert other.status_code == 200
    assert body(other).startswith("\ufeffposition".encode())


def test_every_column_that_holds_a_key_is_declared_and_so_is_each_composite_key():
    keys = set(
        "pledge review theme body source passage entry answer_passage promised_by supersedes corrects ended_by "
        "replaces recommendation_id".split()
    )
    for table in TABLES.values():
        columns = {column.name: column for column in table.columns}
        assert {name for name, column in columns.items() if name in keys and column.type != "list"} == set(
            table.refers
        )
        declared = data_package.schema(table)
        assert declared["primaryKey"] == table.primary_key
        assert all(columns[name].required for name in table.primary_key), table.name
        assert len(table.primary_key) == 1 or table.pairs_of
        assert {key["fields"][0] for key in declared.get("foreignKeys", [])} == set(table.refers)


# --- The package --------------------------------------------------------------------------------


@pytest.fixture
def exports(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "exports"


@pytest.mark.usefixtures("casey")
@pytest.mark.slow
def test_the_package_validates_and_the_verifier_accepts_it(client, exports, tmp_path, capsys):
    path = tmp_path / "package.zip"
    path.write_bytes(body(client.get("/data/package.zip")))
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "out")
        assert json.loads(archive.read("datapackage.json")) == client.get("/data/datapackage.json").json() | {
            "created": json.loads(archive.read("datapackage.json"))["created"]
        }
    import frictionless  # half a second, which each worker would spend

    report = frictionless.validate(str(tmp_path / "out" / "datapackage.json"))
    assert report.valid, report.flatten(["type", "note"])
    assert len(report.tasks) == len(TABLES)
    program = tmp_path / "out" / "verify_record.py"
    told = subprocess.run(
        [sys.executable, program, path, tmp_path / "out" / "head.txt"], capture_output=True, text=True, check=True
    )
    assert f"{RecordEntry.objects.count()} entries hold" in told.stdout
    assert "extends the saved head" in told.stdout


@pytest.mark.usefixtures("casey")
def test_a_package_that_was_tampered_with_is_refused(client, exports, tmp_path):
    path, forged = tmp_path / "package.zip", tmp_path / "forged.zip"
    path.write_bytes(body(client.get("/data/package.zip")))
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(forged, "w") as new:
        new.writestr("record.ndjson", old.read("record.ndjson").replace(b"under-way", b"delivered", 1))
    program = settings.BASE_DIR / "tracker/public/static/public/verify_record.py"
    told = subprocess.run([sys.executable, program, forged], capture_output=True, text=True)
    assert told.returncode == 1


def test_the_package_is_made_once_for_each_edition(client, exports, monkeypatch):
    about = stated()
    made = []
    write = data_package._write
    monkeypatch.setattr(data_package, "_write", lambda archive: (made.append(1), write(archive)))
    for _ in range(5):
        body(client.get("/data/package.zip"))
    assert len(made) == 1
    update(about)
    body(client.get("/data/package.zip"))
    assert len(made) == 2
    assert len(list(exports.glob("package-*"))) == 1


def test_the_worker_makes_it_before_a_reader_asks(client, exports, monkeypatch):
    stated()
    call_command("run_worker", rounds=1)
    monkeypatch.setattr(data_package, "_write", lambda archive: pytest.fail("it was there"))
    assert body(client.get("/data/package.zip"))[:2] == b"PK"


def test_a_package_that_could_not_be_written_leaves_no_half_one(client, exports, monkeypatch):
    stated()

    def full(archive, name, pieces):
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(data_package, "_add", full)
        refused = client.get("/data/package.zip")
        assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert not list(exports.glob("package-*.zip"))
    assert body(client.get("/data/package.zip"))[:2] == b"PK"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("pledges{}?as_of=x", "Enter a date, for example 1 September 2025."),
        ("pledges{}?as_of=2026-02-31", "That date does not exist."),
        ("pledges{}?status=kept", "“status” has no such value."),
        ("updates{}?body=none", "“body” has no such value."),
        ("updates{}?until=2999-01-01", "“since” and “until” are days that exist, such as 2025-09-01: "),
        ("updates{}?since=x", "“since” and “until” are days that exist, such as 2025-09-01: "),
    ],
)
def test_what_is_refused_is_not_said_to_be_answered_otherwise(client, address, words):
    """A page leaves out what is wrong and says so; downloads and the API refuse it, and say what to send."""
    download = client.get(f"/data/{address.format('.csv')}")
    api = client.get(f"/api/v1/{address.format('')}")
    assert (download.status_code, api.status_code) == (400, 422)
    for told in (download.content.decode().strip(), api.json()["detail"]):
        assert told.startswith(words)
        assert [word for word in ("ignored", "Showing", "..") if word in told] == []
