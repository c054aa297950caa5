"""An instant that no clock can mean never enters the record."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.factories import stated, update
from tracker.pledges.models import RecordEntry
from tracker.pledges.record import clock

pytestmark = pytest.mark.django_db
REAL_NOW = dt.datetime.now(dt.UTC)
"""Taken when the tests are read: later the clock of this process is turned, those of database and disk are not."""


@pytest.fixture
def clocks(settings):
    """The settings as an installation has them."""
    settings.MAX_CLOCK_DIFFERENCE_MINUTES, settings.MAX_HOURS_BETWEEN_ENTRIES = 60, 366 * 24
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)


@pytest.mark.usefixtures("clocks")
@pytest.mark.parametrize("ahead", [dt.timedelta(days=2), dt.timedelta(days=4000), dt.timedelta(days=-2)])
def test_an_entry_by_a_clock_that_is_wrong_is_refused_and_says_what_to_do(settings, ahead):
    settings.MAX_HOURS_BETWEEN_ENTRIES = 0
    with time_machine.travel(REAL_NOW):
        pledge = stated()
    with time_machine.travel(REAL_NOW + ahead), pytest.raises(ValidationError) as refused:
        update(pledge)
    message = " ".join(refused.value.messages)
    assert "by that of the database" in message
    assert "Operator: set the clocks right" in message
    assert RecordEntry.objects.count() == 1
    with time_machine.travel(REAL_NOW):
        assert update(pledge).position == 2


@pytest.mark.usefixtures("clocks")
def test_the_disk_has_a_clock_too(settings, monkeypatch):
    with time_machine.travel(REAL_NOW):
        pledge = stated()
        monkeypatch.setitem(clock.DATABASE_CLOCKS, "sqlite", f"SELECT {REAL_NOW.timestamp() + 7e6}")
        monkeypatch.setitem(clock.DATABASE_CLOCKS, "postgresql", f"SELECT {REAL_NOW.timestamp() + 7e6}")
    with time_machine.travel(REAL_NOW.timestamp() + 7e6), pytest.raises(ValidationError, match="the disk of DATA_DIR"):
        update(pledge)


@pytest.mark.usefixtures("clocks")
def test_a_leap_after_the_last_entry_is_refused_where_all_clocks_agree(settings):
    settings.MAX_CLOCK_DIFFERENCE_MINUTES = 0
    pledge = stated()
    with time_machine.travel(timezone.now() + dt.timedelta(days=365)):
        update(pledge)
    with time_machine.travel(timezone.now() + dt.timedelta(days=365 + 400)):
        with pytest.raises(ValidationError, match="raise MAX_HOURS_BETWEEN_ENTRIES"):
            update(pledge)
        settings.MAX_HOURS_BETWEEN_ENTRIES = 0
        update(pledge)


@pytest.mark.usefixtures("clocks")
def test_what_an_import_brings_may_be_old_and_not_of_tomorrow():
    with time_machine.travel(REAL_NOW):
        pledge = stated()
        old = update(pledge, published_at=REAL_NOW - dt.timedelta(days=400), on=dt.date(2025, 7, 1))
        assert old.published_at == pledge.updates.order_by("position").first().published_at, "never before the last"
        with pytest.raises(ValidationError, match="A time on the record is never changed"):
            update(pledge, published_at=REAL_NOW + dt.timedelta(days=30))
