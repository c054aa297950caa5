"""Saving and submitting a draft while the same form saves itself."""

from threading import Thread

import pytest
from django.db import connection
from django.test import Client

from tests.desk.conftest import signed_in
from tests.desk.pages import open_form
from tests.desk.views.test_updates import SHOWS, TEXT
from tests.factories import SourceFactory, person, stated
from tracker.desk.actions import drafts
from tracker.desk.models import DraftType
from tracker.desk.updates.evidence import EvidencePart
from tracker.desk.workflow import DraftState


@pytest.mark.skipif(connection.vendor != "postgresql", reason="one connection alone has SQLite's database in memory")
@pytest.mark.usefixtures("committed_db")
def test_an_autosave_that_is_under_way_never_comes_between_saving_and_submitting(monkeypatch):
    made = drafts.start(DraftType.UPDATE, by=(ada := person("Ada Lovelace")), pledge=stated(slug="about"))
    SourceFactory(slug="statement", text=TEXT)
    client: Client = signed_in(ada)
    address, held = open_form(client, made.get_absolute_url())
    late, answers, take = signed_in(ada), [], EvidencePart.take

    def save_older_words():
        answers.append(late.post(f"{address}autosave/", held | SHOWS | {"headline": "Older words"}))
        connection.close()

    autosave = Thread(target=save_older_words)

    def take_while_it_comes(part):
        autosave.start()
        autosave.join(1)
        return take(part)

    monkeypatch.setattr(EvidencePart, "take", take_while_it_comes)
    sent = held | SHOWS | {"do": "submit", "source": "statement", "paragraph": str(TEXT.index("A clause"))}
    answer = client.post(address, sent)
    autosave.join()
    made.refresh_from_db()
    assert (answer.status_code, made.stage, made.headline) == (302, DraftState.SUBMITTED, SHOWS["headline"])
    assert "cannot be changed" in answers[0].content.decode()
