"""A table that is brought in while somebody accepts a change of what is in it: both end, on two connections."""

from threading import Event, Thread

import pytest
import tablib
from django.db import connection

from tests.factories import ThemeFactory, person, stated
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.catalogue import resources
from tracker.desk.catalogue.changes import accept
from tracker.desk.catalogue.models import ChangeState, PendingChange
from tracker.desk.sign_off.public_rows import rows_of_change
from tracker.desk.sign_off.shown import digest_of
from tracker.pledges.data.resources import ThemeResource

ROWS = tablib.Dataset(("police", "Police of all"), ("courts", "Courts of all"), headers=["slug", "name"])


class ProposedThemeResource(resources.SecondPersonResourceMixin, ThemeResource):
    """The table of themes as the admin takes it in."""


@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite every transaction queues")
@pytest.mark.usefixtures("committed_db")
def test_an_import_and_a_person_who_accepts_wait_for_each_other_in_one_order(monkeypatch):
    edith, grace = person("Edith Clarke", DeskRole.ADMIN), person("Grace Hopper", DeskRole.PUBLISHER)
    for slug, name in (("police", "Police"), ("courts", "Courts")):
        stated(slug=f"about-{slug}", theme=ThemeFactory(slug=slug, name=name))
    bring_in = {"user": edith, "raise_errors": True}
    ProposedThemeResource().import_data(ROWS, proposed=[], **bring_in)
    change, propose, begins = PendingChange.objects.get(title="Police"), resources.propose, Event()

    def accept_at_once():
        begins.wait(10)
        try:
            accept(change, shown=digest_of(rows_of_change(change)), by=grace)
        finally:
            connection.close()

    other = Thread(target=accept_at_once)

    def propose_and_let_the_other_begin(*args, **kwargs):
        proposed = propose(*args, **kwargs)
        begins.set()
        other.join(1)  # it waits for what this import holds
        return proposed

    monkeypatch.setattr(resources, "propose", propose_and_let_the_other_begin)
    other.start()
    try:
        ProposedThemeResource().import_data(ROWS, proposed=[], **bring_in)
    finally:
        other.join(20)
    change.refresh_from_db()
    assert change.state == ChangeState.ACCEPTED
