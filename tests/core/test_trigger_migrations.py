"""The guards of the database while Django migrates it: it rebuilds a table to alter it, and takes every table back."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from tests.core.test_triggers import refused
from tests.factories import PassageFactory, pledge, stated, update
from tracker.core import triggers
from tracker.pledges.facts.entries import Signers, begin_facts
from tracker.pledges.models import FactsEntry, RecordEntry
from tracker.pledges.record.verify import verify_chain


@pytest.mark.usefixtures("committed_db")
class TestMigrations:
    """Django rebuilds a table to alter it on SQLite, and its triggers are gone."""

    def alter(self):
        state = ProjectState.from_apps(apps)
        operation = migrations.AlterField("recordentry", "reason", models.CharField(max_length=501, blank=True))
        after = state.clone()
        operation.state_forwards("pledges", after)
        with connection.schema_editor() as editor:
            operation.database_forwards("pledges", editor, state, after)
        with connection.schema_editor() as editor:
            operation.database_backwards("pledges", editor, after, state)

    def test_an_altered_table_has_its_guards_again_and_keeps_its_rows(self):
        entry = update(pledge())
        triggers.before_migrate(using="default", plan=["something to do"])
        self.alter()
        assert triggers.missing(connection)
        triggers.after_migrate(using="default")
        assert triggers.missing(connection) == []
        refused("DELETE FROM pledges_statusupdate", match="never changed")
        assert RecordEntry.objects.get().pk == entry.pk

    @pytest.mark.slow
    def test_facts_that_are_on_the_record_are_not_taken_back(self):
        update(stated())
        begin_facts(signers=Signers("Ada"))
        number = FactsEntry.objects.count()
        with pytest.raises(CommandError, match="Facts are on the record"):
            call_command("migrate", "pledges", "0003_squashed_0032_entry_signatures", verbosity=0)
        call_command("migrate", verbosity=0)
        assert triggers.missing(connection) == []
        assert FactsEntry.objects.count() == number
        assert [step for step in verify_chain() if not isinstance(step, int)] == []

    @pytest.mark.slow
    @pytest.mark.once  # tests/core/test_migrations.py goes down and up with the data of a release on both
    def test_down_and_up_again_with_data(self):
        update(pledge())
        call_command("migrate", "pledges", "zero", verbosity=0)
        assert triggers.missing(connection) == []
        assert PassageFactory().check_state == "checked"
        call_command("migrate", "sources", "zero", verbosity=0)
        call_command("migrate", verbosity=0)
        assert triggers.missing(connection) == []
        update(pledge())
        refused("DELETE FROM pledges_statusupdate", match="never changed")
