"""Rows of lists are read by SQL that is kept: they are what the querysets say, of one row or many, now or on a day."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import BodyFactory, stated, update
from tracker.pledges.models import Pledge, RecordEntry
from tracker.pledges.read.answers import attach_answers
from tracker.pledges.read.list_rows import read_entry_rows, read_list_rows

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 24)
NOW = {"until": None, "happened_by": None}


def shown(pledge):
    words = [(citation.pk, citation.passage.exact, str(citation.passage.source)) for citation in pledge.words]
    names = str(pledge.theme), str(pledge.promised_by), [str(body) for body in pledge.responsible_bodies]
    return pledge.title, pledge.status, pledge.schedule, pledge.quiet, names, words


@pytest.fixture
def pledges():
    made = [stated() for _ in range(3)]
    made[0].bodies.set([BodyFactory(name="Zebra Council"), BodyFactory(name="Aardvark Board")])
    update(made[1])
    return made


@pytest.mark.parametrize("number", [1, 3])
def test_rows_show_what_the_queryset_reads(pledges, number):
    keys = [pledge.pk for pledge in pledges[:number]]
    expected = {pledge.pk: shown(pledge) for pledge in Pledge.objects.for_list(today=TODAY).filter(pk__in=keys)}
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            rows = {pledge.pk: shown(pledge) for pledge in read_list_rows(keys, today=TODAY, **NOW)}
        assert rows == expected
        assert len(queries) == 3
    assert [names[2] for *_, names, _ in [expected[pledges[0].pk]]] == [["Aardvark Board", "Zebra Council"]]


def test_a_row_shows_what_was_published_since_its_sql_was_made(pledges):
    key = [pledges[2].pk]
    (before,) = read_list_rows(key, today=TODAY, **NOW)
    update(pledges[2])
    (after,) = read_list_rows(key, today=TODAY, **NOW)
    assert (before.status, after.status) == (None, "under-way")


def test_a_row_as_of_an_instant_is_as_it_was_then(pledges):
    before = timezone.now()
    update(pledges[2])
    (row,) = read_list_rows([pledges[2].pk], today=TODAY, until=before, happened_by=None)
    assert row.status is None


@pytest.mark.parametrize("number", [1, 4])
def test_entries_show_what_the_queryset_reads_and_their_answers(pledges, number):
    wrong = pledges[1].updates.filter(kind="update").get()
    update(pledges[1], headline="As it was", corrects=wrong, reason="A wrong day.")
    keys = list(RecordEntry.objects.order_by("-position").values_list("pk", flat=True)[:number])
    expected = list(RecordEntry.objects.with_words().filter(pk__in=keys))
    attach_answers(expected)
    for _ in range(2):
        rows = {entry.pk: entry for entry in read_entry_rows(keys, until=None)}
        assert rows.keys() == {entry.pk for entry in expected}
        for entry in expected:
            row = rows[entry.pk]
            assert (row.text.headline, row.pledge.title, row.corrects) == (
                entry.text.headline, entry.pledge.title, entry.corrects,
            )  # fmt: skip
            assert row.answers == entry.answers
    assert number == 1 or any(entry.answers for entry in expected)
