"""Lists have the same order in databases of every collation, and on SQLite: the one that a person expects."""

import os
import shutil
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings

from tests.databases import address_of, database, migrated_name, on_postgresql

IN_ORDER = ["Ábaco", "abacus", "“Able” tests", "new-born", "New York", "“Newark”", "Rule 2", "rule 10", "Zoë", "Zoom"]
COLLATIONS = {
    "ICU": "LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C.UTF-8' ENCODING 'UTF8'",
    "en_US": "LOCALE 'en_US.UTF-8' ENCODING 'UTF8'",
    "C": "LOCALE 'C' ENCODING 'UTF8'",
}
SCRIPT = f"""
import csv, datetime, io, os
os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
import django
django.setup()
from django.test import RequestFactory
from tests.factories import RecommendationFactory, stated
from tracker.opendata.views.downloads import download_table
from tracker.pledges.read.recommendations import followed_recommendations
about = RecommendationFactory()
for number, title in enumerate(reversed({IN_ORDER!r})):
    stated(title=title, slug=f"p-{{number}}", recommendation=about, review=about.review, response="accepted")
answer = download_table(RequestFactory().get("/data/pledges.csv?sort=title"), "pledges", "csv")
rows = b"".join(answer).decode("utf-8-sig")
print("|".join(row["title"] for row in csv.DictReader(io.StringIO(rows))))
(followed,) = followed_recommendations(about.review, today=datetime.date(2026, 1, 1))
print("|".join(pledge.title for pledge in followed.pledges))
"""


@pytest.fixture(params=COLLATIONS)
def collated(request, tmp_path_factory, tmp_path, django_db_setup):
    """The environment of a migrated tracker in a database of one collation."""
    if not on_postgresql():
        pytest.skip("SQLite has no collations of its own")
    if not (shutil.which("pg_dump") and shutil.which("psql")):
        pytest.skip("pg_dump and psql copy the tables")
    original = address_of(migrated_name(tmp_path_factory))
    try:
        name = database(f"CREATE DATABASE {{name}} TEMPLATE template0 {COLLATIONS[request.param]}")
    except psycopg.Error as error:
        pytest.skip(f"this server has no such collation: {error}")
    tables = subprocess.run(["pg_dump", "--no-owner", original], check=True, capture_output=True).stdout
    subprocess.run(
        ["psql", "-q", "-v", "ON_ERROR_STOP=1", address_of(name)], input=tables, check=True, capture_output=True
    )
    yield {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "DATABASE_URL": address_of(name)}
    database(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.slow
def test_titles_have_one_order_in_every_collation(collated):
    with psycopg.connect(collated["DATABASE_URL"]) as server:
        by_database = server.execute("SELECT unnest(%s::text[]) AS title ORDER BY 1", [IN_ORDER]).fetchall()
    assert [title for (title,) in by_database] != IN_ORDER
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=settings.BASE_DIR, env=collated, check=True, capture_output=True, text=True
    ).stdout
    assert [line.split("|") for line in told.splitlines()] == [IN_ORDER, IN_ORDER]
