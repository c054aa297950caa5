"""The pictures: the same figures as the record, whatever the width, and nothing to draw said so."""

import datetime as dt
import re
import xml.etree.ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pyroaring import BitMap

from tests.factories import stated, update
from tracker.pledges.choices import Status
from tracker.pledges.models import Pledge, StatusPeriod
from tracker.public.charts import timelines
from tracker.public.charts.timelines import MAX_TIMELINES, draw_timelines

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 24)


def drawn(**more):
    return draw_timelines(Pledge.objects.with_schedule(today=TODAY), today=TODAY, until=None, quiet_after=180, **more)


def test_where_they_stood_over_time_adds_up_to_all_of_them():
    one, two = stated(made_on=dt.date(2025, 6, 16)), stated(made_on=dt.date(2025, 9, 1))
    update(one, Status.UNDER_WAY, on=dt.date(2025, 7, 1))
    update(one, Status.PART, on=dt.date(2026, 1, 1))
    update(two, Status.NONE_FOUND, on=dt.date(2025, 9, 1))
    found = drawn()
    assert [(moment.day.isoformat(), moment.numbers) for moment in found.moments] == [
        ("2025-06-16", [("No status yet", 1)]),
        ("2025-07-01", [("Under way", 1)]),
        ("2025-09-01", [("Under way", 1), ("No action found", 1)]),
        ("2026-01-01", [("Delivered in part", 1), ("No action found", 1)]),
    ]
    for left in {band.left for band in found.bands}:
        assert sum(band.height for band in found.bands if band.left == left) <= 100.01
    last = max(band.left for band in found.bands)
    assert sum(band.height for band in found.bands if band.left == last) == pytest.approx(100)
    assert max(band.left + band.width for band in found.bands) == pytest.approx(100)


def test_a_life_has_its_entries_and_its_deadline_in_place():
    about = stated(made_on=dt.date(2025, 11, 24), deadline_on=dt.date(2027, 11, 24))
    update(about, Status.UNDER_WAY, on=dt.date(2026, 11, 24))
    (life,) = drawn().lives
    assert life.start == 0
    assert [(mark.kind, round(mark.at)) for mark in life.marks] == [("under-way", 50), ("deadline", 100)]
    assert [pledge.pk for pledge in drawn().deadlines] == [about.pk]


def test_silence_is_counted_from_the_last_movement():
    long, short = stated(), stated()
    update(long, on=dt.date(2025, 11, 24))
    update(short, on=dt.date(2026, 11, 14))
    assert [(one.days, one.quiet, one.width) for one in drawn().silences] == [(365, True, 100), (10, False, 2.74)]
    assert drawn().quiet_at == pytest.approx(100 * 180 / 365, abs=0.01)


@pytest.mark.parametrize("most", [0, 1000])
def test_pledges_that_are_known_are_drawn_as_those_that_are_looked_for(monkeypatch, most):
    monkeypatch.setattr(timelines, "MAX_KEYS", most)
    monkeypatch.setattr(timelines, "MAX_TIMELINES", 2)
    pledges = [stated() for _ in range(4)]
    for about in pledges[1:]:
        update(about)
    rows = Pledge.objects.with_schedule(today=TODAY).filter(status="under-way")
    as_of = {"today": TODAY, "until": None, "quiet_after": 180}
    expected = draw_timelines(rows, **as_of)
    known = BitMap([about.pk for about in pledges[1:]])
    with CaptureQueriesContext(connection) as queries:
        assert draw_timelines(rows, known=known, **as_of) == expected
    assert expected.total == 3
    assert not any("COUNT(" in query["sql"] for query in queries)
    assert any(f'"pledges_pledge"."id" IN ({known[0]},' in query["sql"] for query in queries) == bool(most)


def test_nothing_to_draw():
    assert drawn() is None


def test_three_queries_and_no_more_than_are_drawn(django_assert_num_queries):
    Pledge.objects.bulk_create(
        Pledge(slug=f"p-{n}", title=f"P {n}", review=like.review, theme=like.theme, kind="law",
               basis="ministerial-pledge", made_on=dt.date(2025, 6, 16))
        for like in [stated()] for n in range(MAX_TIMELINES + 5)
    )  # fmt: skip
    StatusPeriod.objects.bulk_create(
        StatusPeriod(pledge=one, since=timezone.now(), moved_on=dt.date.min, stated_at=1, title=one.title,
                 theme=one.theme.slug, basis=one.basis)
        for one in Pledge.objects.filter(standings=None).select_related("theme")
    )  # fmt: skip
    with django_assert_num_queries(3):
        found = drawn()
    assert found.cut
    assert (len(found.lives), found.total) == (MAX_TIMELINES, MAX_TIMELINES + 6)


@pytest.mark.usefixtures("casey")
class TestPage:
    @pytest.mark.slow
    def test_filters_and_days_change_the_pictures(self, client):
        everything = client.get("/pictures/").content.decode()
        assert everything.count('class="life"') == 22
        assert client.get("/pictures/", {"theme": "policing"}).content.decode().count('class="life"') == 3
        nothing = client.get("/pictures/", {"status": "dropped"}).content.decode()
        assert "No pledge matches these filters." in nothing
        assert "None of these pledges has a dated deadline in the future." in everything
        earlier = client.get("/pictures/", {"as_of": "2026-11-23"}).content.decode()
        assert earlier.count('class="life"') == 0
        assert "because that value does not exist" in client.get("/pictures/", {"theme": "none"}).content.decode()

    def test_each_picture_is_well_formed_and_has_its_table(self, client):
        body = client.get("/pictures/").content.decode()
        svgs = re.findall(r"<svg class=\"(?:stack|life)\".*?</svg>\s*(?=<p|<ul)", body, re.S)
        assert len(svgs) == 23
        for svg in svgs:
            ET.fromstring(svg.replace("&#x27;", "'"))
        assert body.count("<tr>") >= 3
        assert "style=" not in body
        legend = re.findall(r'class="b-([\w-]+)" width="16"', body)
        assert legend == ["under-way", "announced", "no-action-found", "none-yet"], "what is drawn, and nothing else"
