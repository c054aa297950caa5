"""Saving and submitting a draft while the same form saves itself."""

from threading import Thread

import lxml.html
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client

from tests.desk.conftest import signed_in
from tests.desk.pages import open_form, send, sign_off
from tests.desk.views.test_updates import SHOWS, TEXT
from tests.factories import BodyFactory, SourceFactory, ThemeFactory, draft, person, published, stated
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import drafts, review
from tracker.desk.models import DraftType
from tracker.desk.sign_off.public_rows import digest_of_draft
from tracker.desk.updates.evidence import EvidencePart
from tracker.desk.workflow import DraftState
from tracker.pledges.models import Theme


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
    assert answers[0]["X-Autosave"] == "again", "and the next says that what is submitted cannot be changed"


@pytest.mark.once
@pytest.mark.django_db
def test_an_autosave_older_than_the_draft_writes_nothing_and_the_open_form_goes_on():
    made = draft(ada := person("Ada Lovelace"))
    client = signed_in(ada)
    address, held = open_form(client, made.get_absolute_url())
    client.post(address, held | {"headline": "Saved", "do": "save"})
    late = client.post(f"{address}autosave/", held | {"headline": "Older words"})
    made.refresh_from_db()
    assert (made.headline, late["X-Autosave"]) == ("Saved", "again")
    again = client.post(f"{address}autosave/", held | {"headline": "Typed on", "version": version_in(late)})
    made.refresh_from_db()
    assert (made.headline, again["X-Autosave"]) == ("Typed on", "saved")


@pytest.mark.once
@pytest.mark.django_db
def test_an_autosave_that_met_another_person_leaves_the_form_as_old_as_it_was():
    made = draft(ada := person("Ada Lovelace"))
    client = signed_in(ada)
    address, held = open_form(client, made.get_absolute_url())
    made.refresh_from_db()
    drafts.save(made, version=made.version, by=person("Mary Somerville"), fields={"headline": "By Mary"})
    for _ in range(2):  # what is typed on never passes for an answer to what Mary wrote
        answer = client.post(f"{address}autosave/", held | {"headline": "By Ada"})
        held["version"] = version_in(answer)
    assert answer["X-Autosave"] == "partly"
    answer = client.post(address, held | {"headline": "By Ada", "do": "save"})
    assert answer.status_code == 409
    assert "Mary Somerville changed this draft while you were writing" in answer.content.decode()


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("sort", [DraftType.UPDATE, DraftType.CORRECTION, DraftType.WITHDRAWAL])
def test_a_form_with_a_mistake_shows_what_another_person_saved_meanwhile_and_does_not_save_itself(sort, grace):
    ada, mary = person("Ada Lovelace"), person("Mary Somerville")
    entry = published(ada, grace, stated(slug="about"))
    about = {"pledge": entry.pledge} | ({} if sort is DraftType.UPDATE else {"corrects": entry})
    made = drafts.start(sort, by=ada, **about)
    client = signed_in(ada)
    address, held = open_form(client, made.get_absolute_url())
    wrong, words = ("reason", "x" * 600) if "effective_on" not in held else ("effective_on", "2 feb 26x"), "By Mary"
    own = client.post(address, held | dict([wrong]))
    assert (own.status_code, b'id="autosave"' in own.content) == (422, True), "nobody else wrote"
    field = "reason" if sort is DraftType.WITHDRAWAL else "headline"
    drafts.save(made, version=made.version, by=mary, fields={field: words})
    answer = client.post(address, held | dict([wrong]) | {"do": "save"})
    told = lxml.html.fromstring(answer.content.decode())
    assert answer.status_code == 409
    assert (
        "Mary Somerville changed this draft while you were writing" in told.get_element_by_id("errors").text_content()
    )
    assert words in told.get_element_by_id("errors").text_content()
    assert not told.xpath("//*[@id='autosave']"), "one key would save over her words"


@pytest.mark.once
@pytest.mark.django_db
def test_two_people_in_the_draft_of_a_pledge_read_what_differs_in_words():
    about = stated(slug="about", title="A plan", theme=ThemeFactory(slug="police", name="Police"))
    ThemeFactory(slug="courts", name="Courts")
    council = BodyFactory(name="A council")
    made = drafts.start(DraftType.PLEDGE, by=(ada := person("Ada Lovelace")), pledge=about)
    client = signed_in(ada)
    address, held = open_form(client, made.get_absolute_url())
    theirs = made.facts | {"theme": [str(about.theme.pk)], "made_on": ["2025-06-17"], "bodies": [str(council.pk)]}
    drafts.save(made, version=made.version, by=person("Mary Somerville"), fields={"facts": theirs})
    courts = str(Theme.objects.get(slug="courts").pk)
    answer = client.post(address, held | {"theme": courts, "reason": "The courts do it."})
    told = lxml.html.fromstring(answer.content.decode()).get_element_by_id("errors")
    rows = [[" ".join(part.text_content().split()) for part in row] for row in told.findall(".//dl/div")]
    assert (answer.status_code, rows) == (409, [
        ["Theme", "PoliceCourts"], ["Who has to act", "A council"], ["Made on", "1716 June 2025"],
        ["Reason for the change", "The courts do it."],
    ])  # fmt: skip


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.slow
def test_a_new_theme_and_body_typed_into_a_draft_are_added_by_another_person():
    about, grace = stated(slug="about", title="A plan"), person("Grace Hopper", DeskRole.PUBLISHER)
    made = drafts.start(DraftType.PLEDGE, by=grace, pledge=about)
    typed = {"theme": "", "new_theme": "Policing", "new_bodies": "Court Agency; Prison Agency", "reason": "They act."}
    assert send(signed_in(grace), made.get_absolute_url(), do="submit", **typed)["Location"] == "/desk/"
    made.refresh_from_db()
    assert "/publish/" not in signed_in(grace).get(f"{made.get_absolute_url()}review/").content.decode()
    with pytest.raises(PermissionDenied):
        review.sign_off(made, version=made.version, shown=digest_of_draft(made), by=grace, note="")
    assert not Theme.objects.filter(name="Policing").exists()
    mary = signed_in(person("Mary Somerville", DeskRole.PUBLISHER))
    page = mary.get(f"{made.get_absolute_url()}review/").content.decode()
    assert all(words in page for words in ("New theme", "Policing", "Court Agency", "Prison Agency"))
    assert sign_off(mary, made).status_code == 302
    about.refresh_from_db()
    assert (about.theme.name, sorted(body.name for body in about.bodies.all())) == (
        "Policing", ["Court Agency", "Prison Agency"],
    )  # fmt: skip


def version_in(answer) -> str:
    """The version that the answer to an autosave gives to the open form."""
    return lxml.html.fromstring(answer.content.decode()).xpath("string(//input[@id='version']/@value)")
