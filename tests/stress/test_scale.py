"""The record of a day is found by an index, however many entries there are.

Small in the test suite; `make drill` fills 100,000 pledges with 1,000,000 entries.
"""

import datetime as dt
import os

import pytest
from django.db import connection

from tests.factories import pledge
from tracker.core import triggers
from tracker.core.keyset import ordered
from tracker.pledges.dates import end_of_day
from tracker.pledges.models import Pledge, RecordEntry
from tracker.pledges.read.filters import ORDERS

pytestmark = pytest.mark.django_db
PLEDGES = int(os.environ.get("DRILL_PLEDGES", "2000"))
ENTRIES_EACH = 10
PAD = {"sqlite": "printf('%064d', {})", "postgresql": "lpad(({})::text, 64, '0')"}
DAY = {"sqlite": "date('2025-07-01', '+' || ({}) || ' days')", "postgresql": "DATE '2025-07-01' + ({})::int"}


def fill() -> None:
    """Copy one pledge many times and give each ten entries, with digests that only look like ones."""
    model, pad, day = pledge(), PAD[connection.vendor], DAY[connection.vendor]
    columns = [field.column for field in Pledge._meta.concrete_fields if field.column not in ("id", "slug", "title")]
    names = ", ".join(columns)
    total = PLEDGES * ENTRIES_EACH
    instant = "published_at" if connection.vendor == "sqlite" else "published_at::timestamptz"
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PLEDGES}) "
            f"INSERT INTO pledges_pledge (id, slug, title, {names}) "
            f"SELECT 1000000 + n.i, 'p-' || n.i, 'Pledge ' || n.i, {names} FROM n, pledges_pledge p WHERE p.id = %s",
            [model.pk],
        )
        cursor.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {total}), "
            f"e AS (SELECT i, {day.format(f'i / {PLEDGES} * 30')} AS at, "
            f"{day.format(f'i / {PLEDGES} * 30')} || ' 09:00:00' AS published_at FROM n) "
            "INSERT INTO pledges_statusupdate (position, kind, pledge_id, status, step, effective_on, looked_until, "
            "published_at, reason, proposed_by, published_by, second_review, headline_digest, explanation_digest, "
            "statement_digest, previous, digest) "
            f"SELECT i, 'update', 1000001 + (i - 1) % {PLEDGES}, 'announced', 'announced', at, at, "
            f"{instant}, '', 'a', 'a', {'0' if connection.vendor == 'sqlite' else 'false'}, '', '', '', "
            f"{pad.format('i - 1')}, {pad.format('i')} FROM e"
        )
        cursor.execute(
            "INSERT INTO pledges_entrytext "
            "(update_id, headline, headline_salt, explanation, explanation_salt, statement_salt) "
            "SELECT id, 'Words', '', '', '', '' FROM pledges_statusupdate"
        )
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "INSERT INTO pledges_standing (pledge_id, since, until, update_id, status, status_on, moved_on, "
            "looked_until, stated_at, title, theme, basis) "
            "SELECT u.pledge_id, u.published_at, n.published_at, u.id, u.status, u.effective_on, u.effective_on, "
            "u.looked_until, 0, p.title, 'theme', p.basis FROM pledges_statusupdate u "
            "JOIN pledges_pledge p ON p.id = u.pledge_id "
            f"LEFT JOIN pledges_statusupdate n ON n.position = u.position + {PLEDGES}"
        )
        cursor.execute("ANALYZE")


def test_the_record_of_a_day_is_found_by_an_index():
    fill()
    assert RecordEntry.objects.count() == PLEDGES * ENTRIES_EACH
    until = end_of_day(dt.date(2025, 12, 24))
    page = ordered(Pledge.objects.with_record(until=until), ORDERS["moved"])[:25]
    today = ordered(Pledge.objects.with_record(), ORDERS["moved"]).values_list("pk", "status_period")[:25]
    record = RecordEntry.objects.current(until=until).filter(pledge__slug="p-7").order_by("-effective_on")
    for query in (page, today, record, RecordEntry.objects.published(until=until).order_by("-position")[:50]):
        plan = query.explain()
        if connection.vendor == "sqlite":
            assert not [line for line in plan.splitlines() if "SCAN" in line and "USING" not in line], plan
        else:
            assert "Seq Scan on pledges_statusupdate" not in plan, plan
        assert len(list(query)) > 0
    assert {row.status_on for row in page} == {dt.date(2025, 7, 1) + dt.timedelta(days=150)}
