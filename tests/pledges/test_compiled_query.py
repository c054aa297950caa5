"""A query whose SQL is kept answers as the queryset does, each time anew, and what is kept is bounded."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import F
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext

from tests.factories import stated, update
from tracker.pledges import compiled_query
from tracker.pledges.compiled_query import Parameter, compiled_objects, compiled_rows, compiled_rows_among, numbered
from tracker.pledges.derived.status_periods import update_periods_for
from tracker.pledges.facts.entries import Signers, begin_facts, record_facts
from tracker.pledges.models import DailyCounts, RecordEntry, StatusPeriod
from tracker.pledges.record.tree import extend_tree
from tracker.pledges.search.index import index_entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_is_compiled_yet():
    connections[DEFAULT_DB_ALIAS].__dict__.pop("compiled_queries", None)


def entries():
    return RecordEntry.objects.order_by("position").values_list("published_at", "effective_on", "second_review", "pk")


def test_rows_are_those_of_the_queryset_and_never_of_before():
    about = stated()
    for _ in range(3):
        update(about)
        with CaptureQueriesContext(connection) as queries:
            rows = compiled_rows("entries", entries)
        assert rows == list(entries())
        assert len(queries) == 1
    cells = [["under-way", "theme", "on-time", "announced-action", False, 2]]
    DailyCounts.objects.create(at=rows[0][0], day=dt.date(2026, 1, 1), quiet_after=180, cells=cells)
    assert compiled_rows("cells", lambda: DailyCounts.objects.values_list("cells")) == [(cells,)]


def test_the_sql_is_made_once_for_each_key():
    builds = []

    def build(number):
        builds.append(number)
        return StatusPeriod.objects.values_list("pk")[:number]

    for number in (1, 2, 1, 2):
        assert len(compiled_rows(("rows", number), lambda number=number: build(number))) <= number
    assert builds == [1, 2]


def test_one_sql_answers_for_each_value_of_a_parameter():
    about, builds = stated(), []
    for _ in range(3):
        update(about)

    def build():
        builds.append(1)
        between = {"position__gt": Parameter("after"), "position__lte": Parameter("last")}
        return RecordEntry.objects.filter(**between).order_by("position").values_list("position", "published_at")

    for after, last in ((0, 4), (1, 3), (3, 3), (-1, 2**62)):
        expected = RecordEntry.objects.filter(position__gt=after, position__lte=last).order_by("position")
        rows = compiled_rows("some entries", build, last=last, after=after)
        assert rows == list(expected.values_list("position", "published_at"))
    assert builds == [1]


def test_where_no_row_can_match_no_query_is_asked():
    with CaptureQueriesContext(connection) as queries:
        assert compiled_rows("none", lambda: StatusPeriod.objects.none().values_list("pk")) == []
    assert len(queries) == 0


def test_so_many_queries_are_kept_and_no_more(monkeypatch):
    monkeypatch.setattr(compiled_query, "_MAX_QUERIES", 3)
    for number in range(5):
        compiled_rows(number, lambda: StatusPeriod.objects.values_list("pk"))
    assert list(connection.compiled_queries) == [2, 3, 4]


def test_a_long_list_of_numbers_is_asked_and_not_kept(monkeypatch):
    def among(keys):
        return RecordEntry.objects.filter(pk__in=keys).order_by("pk").values_list("pk")

    about = stated()
    keys = [update(about).pk for _ in range(3)]
    monkeypatch.setattr(compiled_query, "_MAX_VALUES", 2)
    for chosen in (keys[:2], keys, [keys[2], keys[0]], []):
        assert compiled_rows_among("some", chosen, among) == [(key,) for key in sorted(chosen)]
    assert [key for key in connection.compiled_queries if key[0] == "some"] == [("some", 2), ("some", 0)]


def test_what_an_entry_brings_up_to_date_is_put_into_sql_once(monkeypatch):
    about, puts = stated(), []
    begin_facts(signers=Signers("Ada"))
    entries = [update(about), update(about)]
    passage, as_sql = about.citations.first().passage, SQLCompiler.as_sql

    def noted(self, *arguments, **named):
        puts.append(self.query.model)
        return as_sql(self, *arguments, **named)

    monkeypatch.setattr(SQLCompiler, "as_sql", noted)
    for entry in entries:
        index_entry(entry)
        update_periods_for(entry)
        extend_tree()
        record_facts([passage], signers=Signers("Ada"))
    assert puts == []


def test_each_thread_keeps_the_sql_of_its_own_connection():
    """A compiled query holds cursors and converters of one connection: no other thread may have it."""
    compiled_rows("entries", entries)

    def own() -> tuple[bool, bool]:
        try:
            return connections[DEFAULT_DB_ALIAS] is here, "compiled_queries" in connections[DEFAULT_DB_ALIAS].__dict__
        finally:
            connections.close_all()

    here = connections[DEFAULT_DB_ALIAS]
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(own).result() == (False, False)
    assert list(here.compiled_queries) == ["entries"]
    assert "compiled_queries" not in connection.__dict__


def test_objects_are_those_of_the_queryset_with_what_is_selected_and_annotated():
    update(stated())
    keys = list(RecordEntry.objects.values_list("pk", flat=True))
    annotated = RecordEntry.objects.select_related("pledge__theme").annotate(day=F("effective_on")).defer("digest")

    def build():
        return annotated.filter(pk=Parameter("entry"))

    for key in [*keys, max(keys) + 1, *keys]:
        with CaptureQueriesContext(connection) as queries:
            entries = compiled_objects("one entry", build, entry=key)
            values = [(entry.pk, entry.pledge.theme.name, entry.day) for entry in entries]
        expected = [(entry.pk, entry.pledge.theme.name, entry.day) for entry in annotated.filter(pk=key)]
        assert values == expected
        assert len(queries) == 1
    (entry,) = compiled_objects("one entry", build, entry=keys[0])
    assert entry.get_deferred_fields() == {"digest"}


def test_a_list_of_values_has_a_parameter_for_each():
    assert numbered([7, 9]) == {"number0": 7, "number1": 9}
