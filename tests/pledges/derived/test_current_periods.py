"""What a process holds of the pledges of today stays right when databases fail, move on or take turns."""

import datetime as dt
import threading
from collections import OrderedDict

import pytest
from django.core.cache import caches

from tests.factories import stated, update
from tracker.pledges.derived import current_periods, process_memory
from tracker.pledges.derived.current_periods import CurrentPeriods
from tracker.pledges.derived.status_periods import rebuild_periods
from tracker.pledges.models import StatusPeriod
from tracker.public.charts import timelines

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 24)


def day(number: int) -> dt.date:
    return dt.date(2025, 7, number)


@pytest.fixture
def hold(monkeypatch):
    """Let this process hold what it reads, though each test is one transaction, of the database with a name."""
    monkeypatch.setattr(current_periods, "_BY_DATABASE", OrderedDict())
    monkeypatch.setattr(process_memory, "may_hold", lambda: True)

    def name(database: str) -> None:
        monkeypatch.setattr(process_memory, "database_name", lambda: database)

    name("primary")
    return name


def in_order() -> list[int]:
    """The pledges as the database has them."""
    rows = StatusPeriod.objects.current_at().order_by("-moved_on", "title_key", "pledge")
    return list(rows.values_list("pledge", flat=True))


def listed(periods: CurrentPeriods) -> list[int]:
    """The same as they are held."""
    periods.update()
    return [pledge for pledge, _ in periods.rows({}, None, 0, 100)]


def test_the_primary_and_two_replicas_are_held_on_both_days_around_midnight(hold, monkeypatch):
    monkeypatch.setattr(current_periods, "configured_replicas", lambda: ("first", "second"))
    asked = [(name, TODAY + dt.timedelta(days=days)) for days in (0, 1) for name in ("primary", "first", "second")]
    held = []
    for _ in range(2):
        for name, today in asked:
            hold(name)
            held.append(current_periods.current_periods(today))
    assert held[:6] == held[6:]
    hold("primary")
    current_periods.current_periods(TODAY + dt.timedelta(days=2))
    assert len(current_periods._BY_DATABASE) == 6, "and no more"


def test_who_asks_one_database_does_not_wait_for_another(hold, monkeypatch):
    hold("replica")
    hanging = current_periods.current_periods(TODAY)
    begun, go_on, ended = threading.Event(), threading.Event(), []

    def hang(last):
        begun.set()
        go_on.wait(10)
        ended.append(True)
        return True

    monkeypatch.setattr(hanging, "update", hang)
    thread = threading.Thread(target=current_periods.current_periods, args=[TODAY])
    thread.start()
    assert begun.wait(10)
    hold("primary")
    assert current_periods.current_periods(TODAY) is not hanging
    assert not ended
    go_on.set()
    thread.join(10)


def test_what_could_not_be_read_to_the_end_is_read_again():
    for _ in range(3):
        stated()
    periods = CurrentPeriods(TODAY)
    place_of, read = periods._place_of, []

    def fail_later(*sort):
        read.append(sort)
        if len(read) == 2:
            raise OSError("The database is gone.")
        return place_of(*sort)

    periods._place_of = fail_later
    with pytest.raises(OSError, match="gone"):
        periods.update()
    assert periods.update()
    assert periods.tally().total == 3


def test_a_pledge_keeps_its_place_where_another_moves_before_it_is_put_there():
    first, second, last, about = (stated(title=title) for title in "ABCD")
    for moved, on in ((first, day(10)), (second, day(5)), (last, day(1)), (about, day(3))):
        update(moved, on=on)
    periods = CurrentPeriods(TODAY)
    assert listed(periods) == in_order()
    update(about, on=day(8))
    periods.update()
    update(last, on=day(7))
    periods.rows({}, None, 0, 100)
    assert listed(periods) == in_order() == [first.pk, about.pk, last.pk, second.pk]


def test_no_pledge_is_lost_where_all_rows_are_made_again():
    pledges = [stated() for _ in range(3)]
    periods = CurrentPeriods(TODAY)
    assert listed(periods) == in_order()
    update(pledges[0])
    periods.update()
    rebuild_periods()
    assert [pledge for pledge, _ in periods.rows({}, None, 0, 100)] == in_order()


@pytest.mark.parametrize(
    "query", ["status=under-way", "q=pledge&status=under-way", "status=none-yet", "q=nowhere", ""]
)
def test_charts_of_what_is_held_are_those_of_what_the_database_finds(hold, monkeypatch, client, query):
    monkeypatch.setattr(timelines, "MAX_TIMELINES", 2)
    pledges = [*(stated() for _ in range(4)), stated(title="A bridge")]
    for about in pledges[1:]:
        update(about)

    def charts() -> str:
        for cache in caches.all():
            cache.clear()
        return client.get(f"/pictures/?{query}").content.decode()

    held = charts()
    assert bool(current_periods._BY_DATABASE) == bool(query)
    monkeypatch.setattr(process_memory, "may_hold", lambda: False)
    assert charts() == held


@pytest.mark.slow
def test_the_last_page_of_many_names_none_of_them_in_a_query(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(current_periods, "_STEPS_OF_A_QUERY", 0)
    pledges = [stated() for _ in range(12)]
    for moved in pledges[:4]:
        update(moved)
    periods = CurrentPeriods(TODAY)
    listed(periods)
    with django_assert_num_queries(0):
        rows = periods.rows({"status": "under-way"}, None, 2, 4)
    assert [pledge for pledge, _ in rows] == [
        pledge for pledge in in_order() if pledge in {p.pk for p in pledges[:4]}
    ][2:]
