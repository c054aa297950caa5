"""What the database itself refuses, whoever writes: the ORM in bulk, or raw SQL."""

import pytest
from django.db import IntegrityError, connection, models, transaction

from tests.factories import TEXT, PassageFactory, SourceFactory, pledge, update
from tracker.core import triggers
from tracker.core.checks import check_guards
from tracker.pledges.models import Citation, RecordEntry
from tracker.sources.models import Passage, Source

pytestmark = pytest.mark.django_db
sqlite_only = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite alone has INSERT OR REPLACE")
postgresql_only = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL alone has TRUNCATE")


def refused(sql, *params, match):
    with pytest.raises(IntegrityError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_bulk_writes_of_words_that_are_not_in_the_text_are_refused():
    source = SourceFactory()
    false = Passage(source=source, start=0, end=5, exact="Those")
    with pytest.raises(IntegrityError, match="exactly these words"), transaction.atomic():
        Passage.objects.bulk_create([false])
    passage = PassageFactory(source=source)
    with pytest.raises(IntegrityError, match="exactly these words"), transaction.atomic():
        Passage.objects.filter(pk=passage.pk).update(exact="We won't do it", end=passage.start + 14)


@pytest.mark.parametrize(
    "change", ["text = 'other'", "text = ''", "sha256 = repeat_b", "characters = 5", "characters = NULL"]
)
def test_a_source_is_immutable_once_a_passage_is_taken_from_it(change):
    source = SourceFactory()
    change = change.replace("repeat_b", f"'{'b' * 64}'")
    PassageFactory(source=source)
    refused(f"UPDATE sources_source SET {change} WHERE id = %s", source.pk, match="immutable")
    Source.objects.filter(pk=source.pk).update(title="A better title", note="Metadata may be mended.")


def test_a_source_without_passages_may_still_be_mended():
    source = SourceFactory()
    source.text, source.sha256 = "other", ""
    source.full_clean()
    source.save()
    assert Source.objects.get().text == "other"


def test_a_text_without_the_words_of_the_passages_is_refused():
    source = SourceFactory(text="", sha256="", characters=len(TEXT))
    Passage.objects.create(source=source, start=0, end=5, exact="Those")
    with pytest.raises(IntegrityError, match="does not have the words"), transaction.atomic():
        Source.objects.filter(pk=source.pk).update(text=TEXT, sha256="a" * 64)


def test_a_cited_source_and_a_cited_passage_can_not_be_deleted():
    passage = pledge().citations.get().passage
    with pytest.raises(models.ProtectedError):
        passage.delete()
    with pytest.raises(models.ProtectedError):
        passage.source.delete()


@pytest.mark.parametrize("change", ["exact = 'We will'", "source_id = source_id + 1", 'start = NULL, "end" = NULL'])
def test_a_cited_passage_keeps_its_words_and_its_place(change):
    passage = pledge().citations.get().passage
    refused(
        f"UPDATE sources_passage SET {change} WHERE id = %s", passage.pk, match="keeps its words|constraint|exactly"
    )


ATTACKS = [
    "UPDATE pledges_statusupdate SET reason = 'Another' WHERE id = {update}",
    "UPDATE pledges_statusupdate SET digest = previous",
    "UPDATE pledges_entrytext SET headline = 'Another' WHERE update_id = {update}",
    "UPDATE pledges_entrytext SET headline = ''",
    "UPDATE pledges_entrytext SET explanation_salt = ''",
    "DELETE FROM pledges_entrytext",
    "UPDATE pledges_statusupdate SET status = 'delivered'",
    "UPDATE pledges_statusupdate SET id = id + 1000",
    "DELETE FROM pledges_statusupdate WHERE id = {update}",
    "DELETE FROM pledges_statusupdate",
    "UPDATE pledges_citation SET note = 'changed' WHERE update_id = {update}",
    "UPDATE pledges_citation SET update_id = NULL, pledge_id = {pledge} WHERE update_id = {update}",
    "DELETE FROM pledges_citation WHERE update_id = {update}",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_raw_sql_can_not_change_the_record(attack):
    entry = update(pledge())
    refused(attack.format(update=entry.pk, pledge=entry.pledge_id), match="never changed")
    entry.refresh_from_db()
    assert entry.headline == "Something happened"


@sqlite_only
@pytest.mark.parametrize(
    "attack",
    [
        "INSERT OR REPLACE INTO pledges_statusupdate SELECT * FROM pledges_statusupdate WHERE id = {update}",
        "REPLACE INTO pledges_citation (id, passage_id, pledge_id, update_id, role, note) "
        "SELECT id, passage_id, NULL, update_id, role, 'changed' FROM pledges_citation WHERE update_id = {update}",
        "REPLACE INTO pledges_citation (passage_id, update_id, role, note) "
        "SELECT passage_id, update_id, role, 'changed' FROM pledges_citation WHERE update_id = {update}",
        "INSERT OR REPLACE INTO pledges_entrytext SELECT update_id, 'x', '', 'x', '', NULL, '' FROM pledges_entrytext",
        "UPDATE OR REPLACE pledges_statusupdate SET reason = 'Another' WHERE id = {update}",
        "REPLACE INTO pledges_entrysignature SELECT update_id, 1, signature FROM pledges_entrysignature",
    ],
)
def test_sqlite_can_not_replace_what_is_published(attack):
    entry = update(pledge())
    refused(attack.format(update=entry.pk), match="never changed")


@sqlite_only
def test_sqlite_can_not_replace_a_source():
    source = PassageFactory().source
    refused(
        "REPLACE INTO sources_source (id, slug, title, publisher, kind, url, licence, note, text, sha256) "
        "VALUES (%s, 'x', '', '', 'press', '', 'ogl-3.0', '', '', '')",
        source.pk,
        match="never replaced",
    )


@postgresql_only
@pytest.mark.parametrize("table", ["pledges_statusupdate CASCADE", "pledges_citation", "pledges_entrytext"])
def test_postgresql_can_not_truncate_the_record(table):
    update(pledge())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the pending checks of this test's own rows object
    refused(f"TRUNCATE {table}", match="never changed")


def test_the_orm_meets_the_same_error():
    entry = update(pledge())
    entry.reason = "Another"
    for attempt in (
        entry.save,
        entry.delete,
        RecordEntry.objects.all().delete,
        lambda: RecordEntry.objects.update(reason="Another"),
        lambda: RecordEntry.objects.bulk_update([entry], ["reason"]),
        lambda: Citation.objects.filter(update=entry).delete(),
    ):
        with pytest.raises((IntegrityError, models.ProtectedError)), transaction.atomic():
            attempt()
    assert RecordEntry.objects.get().headline == "Something happened"


def test_a_missing_guard_is_named_by_the_system_check():
    assert check_guards(databases=["default"]) == []
    lost = triggers.expected(connection)[0]
    with connection.cursor() as cursor:
        cursor.execute(lost.drop_sql(connection.vendor)[0])
    (message,) = check_guards(databases=["default"])
    assert lost.name in message.msg
    assert message.id == "tracker.W001"
    triggers.install(connection)
    assert triggers.missing(connection) == []
