"""PostgreSQL's application role: it can append to the record and do nothing else to it."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from tests.factories import pledge, update
from tracker.pledges.models import RecordEntry

pytestmark = pytest.mark.django_db
ATTACKS = [
    "UPDATE pledges_statusupdate SET reason = 'x'",
    "DELETE FROM pledges_statusupdate",
    "TRUNCATE pledges_statusupdate CASCADE",
    "INSERT INTO pledges_statusupdate SELECT * FROM pledges_statusupdate ON CONFLICT (id) DO UPDATE SET reason = 'x'",
    "ALTER TABLE pledges_statusupdate DISABLE TRIGGER ALL",
    "ALTER TABLE pledges_statusupdate DROP COLUMN reason",
    "DROP TRIGGER pledges_update_no_update ON pledges_statusupdate",
    "DROP TABLE pledges_statusupdate CASCADE",
    "CREATE OR REPLACE FUNCTION pledges_update_no_update() RETURNS trigger LANGUAGE plpgsql "
    "AS 'BEGIN RETURN NEW; END'",
    "SET session_replication_role = replica",
    "UPDATE pledges_entrytext SET headline = 'x'",
    "DELETE FROM pledges_entrytext",
    "DELETE FROM desk_activity",
    "UPDATE pledges_citation SET note = 'x' WHERE update_id IS NOT NULL",
]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="Roles are PostgreSQL's")
class TestRole:
    def become_the_application(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("CREATE ROLE tracker_test_app")
        call_command("grant_database_role", "tracker_test_app")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE tracker_test_app")

    def test_it_appends(self):
        about = pledge()
        self.become_the_application()
        update(about)
        assert RecordEntry.objects.count() == 1

    @pytest.mark.parametrize("attack", ATTACKS)
    def test_it_can_do_nothing_else_to_the_record(self, attack):
        update(pledge())
        self.become_the_application()
        with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack)

    def test_an_owner_and_a_stranger_are_refused(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            (owner,) = cursor.fetchone()
        for role, message in ((owner, "owns tables"), ("nobody_here", "no role"), ("x; DROP", "named by")):
            with pytest.raises(CommandError, match=message), transaction.atomic():
                call_command("grant_database_role", role)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite has no roles")
def test_sqlite_has_no_roles():
    with pytest.raises(CommandError, match="SQLite has none"):
        call_command("grant_database_role", "app")
