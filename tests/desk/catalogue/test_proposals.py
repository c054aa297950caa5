"""An editor proposes a fact beside the record where it is wrong or missed, and another person accepts it."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from tests.desk.conftest import signed_in
from tests.desk.pages import send
from tests.factories import PassageFactory, SourceFactory, draft, person, stated
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import holds
from tracker.desk.catalogue import fact_forms
from tracker.desk.catalogue.changes import accept
from tracker.desk.models import Draft, PendingChange
from tracker.desk.sign_off.contributors import contributors_to
from tracker.desk.sign_off.public_rows import rows_of_change, rows_of_hold
from tracker.desk.sign_off.shown import digest_of
from tracker.pledges.models import Body, Conflict, Theme
from tracker.sources.models import Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(db):
    """A published pledge that cites two passages of one source."""
    passage = PassageFactory()
    pledge = stated(passage, slug="about", promised_by=Body.objects.create(slug="office", name="Home Office"))
    pledge.citations.create(
        passage=PassageFactory(source=passage.source, exact="The work starts in May"), role="deadline"
    )
    return pledge


def accepted(client, change):
    return send(client, change.get_absolute_url(), "/accept/")


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [("theme", "name", "Police"), ("body", "name", "The Home Office"), ("source", "publisher", "Another office")],
)
def test_an_editor_proposes_and_a_publisher_accepts(about, ada, grace, kind, name, words):
    source = about.citations.first().passage.source
    row = {"theme": about.theme, "body": about.promised_by, "source": source}[kind]
    assert f"/desk/facts/{kind}/{row.slug}/" in (
        signed_in(ada).get("/desk/sources/" if kind == "source" else "/desk/pledges/about/").content.decode()
    )
    answer = send(signed_in(ada), f"/desk/facts/{kind}/{row.slug}/", **{name: words})
    change = PendingChange.objects.get()
    assert answer["Location"] == change.get_absolute_url()
    assert list(change.after) == [name]
    row.refresh_from_db()
    assert getattr(row, name) != words, "readers see nothing yet"
    assert accepted(signed_in(grace), change).status_code == 302
    row.refresh_from_db()
    assert getattr(row, name) == words
    assert (
        words
        in Client().get(about.get_absolute_url() if kind != "source" else row.get_absolute_url()).content.decode()
    )


def test_who_proposed_it_does_not_accept_it_whatever_their_role(about, grace):
    send(signed_in(grace), "/desk/facts/theme/" + about.theme.slug + "/", name="Police")
    change = PendingChange.objects.get()
    page = signed_in(grace).get(change.get_absolute_url()).content.decode()
    assert "You proposed this change." in page
    assert "/accept/" not in page


@pytest.mark.slow
def test_sources_that_differ_are_named_by_two(about, ada, grace):
    first, second = (one.passage for one in about.citations.order_by("pk"))
    page, client = "/desk/pledges/about/conflicts/", signed_in(ada)
    typed = {"question": "When it starts", f"says-{first.pk}": "We will do it"}
    answer = send(client, page, **typed)
    assert answer.status_code == 422
    assert "at least two passages" in answer.content.decode()
    answer = send(client, page, **typed | {f"says-{second.pk}": "In June"})
    assert "does not have exactly these words" in answer.content.decode()
    assert send(client, page, **typed | {f"says-{second.pk}": "in May"}).status_code == 302
    assert not Conflict.objects.exists()
    assert "when it starts" not in Client().get(about.get_absolute_url()).content.decode()
    change = PendingChange.objects.get()
    page = signed_in(grace).get(change.get_absolute_url()).content.decode()
    assert "These sources differ: when it starts" in page, "as readers would see it"
    assert "<q>in May</q>" in page
    assert accepted(signed_in(grace), change).status_code == 302
    public = Client().get(about.get_absolute_url()).content.decode()
    assert "These sources differ: when it starts" in public

    conflict = Conflict.objects.get()
    page = f"/desk/pledges/about/conflicts/{conflict.pk}/"
    assert page in client.get("/desk/pledges/about/").content.decode()
    assert "Nothing was changed." in send(client, page).content.decode()
    assert send(client, page, question="When it begins").status_code == 302
    page = signed_in(grace).get(PendingChange.objects.get(state="waiting").get_absolute_url()).content.decode()
    assert "Point on which sources differ" in page
    assert "When it <del>starts</del>" in page
    assert "When it <ins>begins</ins>" in page


@pytest.mark.parametrize("held", ["pledge", "source", "draft"])
def test_what_a_hold_is_on_is_not_accepted_until_it_is_released(about, ada, grace, held):
    waiting = draft(ada, about, evidence=False)
    kept_back = PassageFactory(exact="Nobody asked when")
    waiting.evidence.create(passage=kept_back)
    sides = {f"says-{about.citations.first().passage.pk}": "We will do it", f"says-{kept_back.pk}": "Nobody asked"}
    send(signed_in(ada), "/desk/pledges/about/conflicts/", question="When it starts", **sides)
    change = PendingChange.objects.get()
    hold = holds.place_hold({"pledge": about, "source": kept_back.source, "draft": waiting}[held], by=ada)
    page = signed_in(grace).get(change.get_absolute_url()).content.decode()
    assert "A hold is on" in page
    assert "/accept/" not in page
    with pytest.raises(ValidationError, match="A hold is on"):
        accept(change, shown=digest_of(rows_of_change(change)), by=grace)
    assert not Conflict.objects.exists()
    holds.release_hold(hold, shown=digest_of(rows_of_hold(hold)), by=grace)
    assert accepted(signed_in(grace), change).status_code == 302
    assert Conflict.objects.exists()


def test_the_control_a_hold_on_something_else_does_not_stop_a_change(about, ada, grace):
    holds.place_hold(about, by=ada)
    send(signed_in(ada), f"/desk/facts/theme/{about.theme.slug}/", name="Police")
    assert accepted(signed_in(grace), PendingChange.objects.get()).status_code == 302


def test_of_many_passages_the_form_has_the_latest_and_those_that_have_words_already(about, monkeypatch):
    monkeypatch.setattr(fact_forms, "MAX_PASSAGES", 3)
    first = about.citations.order_by("pk").first().passage
    for day in range(1, 5):
        passage = PassageFactory(source=SourceFactory(published_on=dt.date(2026, 1, day)))
        about.citations.create(passage=passage, role="progress")
    days = [passage.source.published_on.day for passage in fact_forms.passages_about(about)]
    assert days == [2, 3, 4]
    shown = fact_forms.passages_about(about, also=[first.pk])
    assert shown[0] == first
    assert [passage.source.published_on.day for passage in shown[1:]] == [3, 4]


def test_a_form_that_is_older_than_the_facts_changes_nothing(about, ada):
    client, theme = signed_in(ada), about.theme
    page = f"/desk/facts/theme/{theme.slug}/"
    held = {"name": "Police", "facts": "another digest"}
    Theme.objects.filter(pk=theme.pk).update(name="Renamed meanwhile")
    answer = client.post(page, held)
    assert answer.status_code == 422
    assert "Someone changed this" in answer.content.decode()
    assert not PendingChange.objects.exists()


def test_who_changes_a_source_that_readers_do_not_see_has_contributed_to_it(about, ada, grace):
    source = SourceFactory(slug="kept-back")
    made = draft(ada, about)
    made.evidence.all().delete()
    made.evidence.create(passage=PassageFactory(source=source))
    assert grace.pk not in contributors_to(Draft.objects.get(pk=made.pk))
    assert send(signed_in(grace), "/desk/facts/source/kept-back/", publisher="Home Office").status_code == 302
    assert Source.objects.get(slug="kept-back").publisher == "Home Office"
    assert not PendingChange.objects.exists()
    assert grace.pk in contributors_to(Draft.objects.get(pk=made.pk))


def test_a_desk_of_one_changes_it_at_once_and_only_who_may_publish(about, settings, ada):
    settings.FOUR_EYES = False
    page = f"/desk/facts/theme/{about.theme.slug}/"
    alone = person("Alone Here", DeskRole.ADMIN)
    assert send(signed_in(ada), page, name="Police").status_code == 403
    assert send(signed_in(alone), page, name="Police").status_code == 302
    about.theme.refresh_from_db()
    assert about.theme.name == "Police"
