"""The tables in programs that people load them with: types, joins and counts, by the lines in docs/open-data.md."""

import csv
import datetime as dt
import io
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.factories import PassageFactory, RecommendationFactory, ReviewFactory, stated
from tracker.pledges.choices import Response

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DOCS = Path(settings.BASE_DIR) / "docs" / "open-data.md"
LINES = {
    re.search(r"import (\w+)", lines)[1]: lines
    for lines in re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
}
ROWS = {
    "pandas": lambda loaded: loaded.to_dict("records"),
    "polars": lambda loaded: loaded.to_dicts(),
    "duckdb": lambda loaded: [dict(zip(loaded.columns, row, strict=True)) for row in loaded.fetchall()],
}


@pytest.fixture
def folder(client, tmp_path, monkeypatch) -> Path:
    """The tables as a reader downloads them, with words that programs like to take for something else."""
    for slug in ("first", "second"):
        review = ReviewFactory(slug=slug)
        for number in (1, 2, 3):
            answered = RecommendationFactory(review=review, number=number)
            stated(
                slug=f"{slug}-{number}",
                title="None",
                review=review,
                recommendation=answered,
                response=Response.ACCEPTED,
                made_note="007",
                deadline_on=dt.date(2027, 3, 31) if number == 1 else None,
            )
    stated(PassageFactory(), slug="without", title="NA", made_note="007")
    for name in ("pledges", "recommendations", "pledge_passages", "passages"):
        (tmp_path / f"{name}.csv").write_bytes(b"".join(client.get(f"/data/{name}.csv")))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(program: str):
    names: dict[str, object] = {}
    exec(LINES[program], names)
    return names["pledges"]


@pytest.mark.parametrize("program", ["pandas", "polars", "duckdb"])
@pytest.mark.slow
def test_a_program_loads_types_words_and_joins(folder, program):
    loaded = load(program)
    rows = ROWS[program](loaded)
    assert len(rows) == 7
    assert [row["title"] for row in rows].count("None") == 6
    assert [row["title"] for row in rows].count("NA") == 1
    first, without = (next(row for row in rows if row["slug"] == slug) for slug in ("first-1", "without"))
    assert first["recommendation"] == 1
    assert isinstance(first["recommendation"], int)
    assert first["made_note"] == "007"
    days = [
        value.date() if isinstance(value, dt.datetime) else value for value in (first["made_on"], first["deadline_on"])
    ]
    assert days == [dt.date(2025, 6, 16), dt.date(2027, 3, 31)]
    if program == "pandas":
        import pandas  # half a second, which each worker would spend

        assert pandas.isna(without["recommendation_id"])
    else:
        assert without["recommendation_id"] is None


def test_recommendations_join_by_what_looks_like_their_key_alone(folder):
    import pandas

    pledges, recommendations = pandas.read_csv("pledges.csv"), pandas.read_csv("recommendations.csv")
    joined = pledges.merge(recommendations, left_on="recommendation_id", right_on="id")
    assert len(joined) == 6
    assert (joined.slug == joined.id).all()
    with pytest.raises(ValueError, match="merge"):
        pledges.merge(recommendations, left_on="recommendation", right_on="id")


def test_lists_join_as_pairs(folder):
    import polars

    pairs, passages = polars.read_csv("pledge_passages.csv"), polars.read_csv("passages.csv")
    joined = pairs.join(passages, left_on="passage", right_on="id")
    assert len(pairs) == len(joined) == 7
    assert set(joined["exact"]) == {"We will do it."}


READR = """
p <- readr::read_csv("pledges.csv", na = "", guess_max = Inf, show_col_types = FALSE)
r <- readr::read_csv("recommendations.csv", na = "", guess_max = Inf, show_col_types = FALSE)
joined <- merge(p, r, by.x = "recommendation_id", by.y = "id")
cat(nrow(p), sum(p$title == "None"), sum(p$title == "NA"), p$made_note[1], class(p$deadline_on), nrow(joined))
"""


def run(*command: str) -> str:
    """Run a program that a reader may have; without it the test is left out."""
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    if shutil.which(command[0], path=beside) is None:
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env=os.environ | {"PATH": beside}
    ).stdout


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_csvkit_joins_the_tables():
    joined = run("csvjoin", "-I", "--blanks", "-c", "recommendation_id,id", "pledges.csv", "recommendations.csv")
    rows = list(csv.DictReader(io.StringIO(joined)))
    assert [row["title"] for row in rows] == ["None"] * 6
    assert {row["made_note"] for row in rows} == {"007"}


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_readr_loads_types_words_and_joins():
    run("Rscript", "-e", "library(readr)")
    assert run("Rscript", "-e", READR).split() == ["7", "6", "1", "007", "Date", "6"]


@pytest.mark.slow
def test_datasette_serves_what_sqlite_utils_loads(folder):
    for name in ("pledges", "recommendations"):
        run("sqlite-utils", "insert", "data.db", name, f"{name}.csv", "--csv", "--no-detect-types")
    with sqlite3.connect(folder / "data.db") as database:
        joined = "SELECT COUNT(*) FROM pledges p JOIN recommendations r ON r.id = p.recommendation_id"
        assert database.execute(joined).fetchone() == (6,)
    rows = run("datasette", "data.db", "--get", "/data/pledges.json?_shape=array&title=NA")
    assert '"made_note": "007"' in rows


@pytest.mark.slow
def test_libreoffice_keeps_words_as_they_are(folder):
    into = "csv:Text - txt - csv (StarCalc):44,34,UTF8,1,,0,false,true,false"
    run("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
        "--infilter=CSV:44,34,UTF8,1,10/2/16/2", "--convert-to", into, "--outdir", "out", "pledges.csv")  # fmt: skip
    rows = list(csv.DictReader(io.StringIO((folder / "out" / "pledges.csv").read_text(encoding="utf-8-sig"))))
    assert [row["title"] for row in rows].count("None") == 6
    assert {row["made_note"] for row in rows} == {"007"}
    assert len(rows) == 7
