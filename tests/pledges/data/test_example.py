"""The example data set has everything once, and nobody can take it for real."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings

from tracker.pledges.choices import Basis, EntryKind, PledgeKind, Response, Schedule, Status
from tracker.pledges.data.load_dataset import load_dataset
from tracker.pledges.models import Body, Conflict, Pledge, RecordEntry, Review, Theme
from tracker.sources.models import Passage, Source

pytestmark = pytest.mark.django_db

EXAMPLE = Path(settings.BASE_DIR) / "fixtures" / "example"


@pytest.fixture
def example(db):
    load_dataset(EXAMPLE)


@pytest.mark.slow
def test_it_stands_beside_the_real_one_and_a_second_load_adds_nothing(casey):
    before = Pledge.objects.count()
    assert load_dataset(EXAMPLE)["pledges"] == 10
    assert Pledge.objects.count() == before + 10
    assert Review.objects.count() == 2
    assert not load_dataset(EXAMPLE)


@pytest.mark.slow
@pytest.mark.once  # what the files of the data set say
@pytest.mark.usefixtures("example")
def test_the_example(client):
    """Loaded once, as that takes long: what is asked of it are four lists of things."""
    every_status_response_deadline_kind_and_basis_is_there()
    everything_with_a_name_says_that_it_is_invented()
    every_page_says_so(client)
    what_is_late_and_what_was_late_are_told_apart(client)


def every_status_response_deadline_kind_and_basis_is_there():
    assert set(Pledge.objects.with_record().values_list("status", flat=True)) == set(Status.values)
    assert set(Response.values) <= set(Pledge.objects.values_list("response", flat=True))
    assert set(PledgeKind.values) == set(Pledge.objects.values_list("kind", flat=True))
    assert set(Basis.values) == set(Pledge.objects.values_list("basis", flat=True))
    rows = Pledge.objects.with_schedule(today=dt.date(2026, 11, 27))
    assert {row.schedule for row in rows} == set(Schedule.values)
    assert Conflict.objects.count() == 1
    assert RecordEntry.objects.filter(kind=EntryKind.CORRECTION).count() == 1
    assert set(Passage.objects.counts_by_state()) == {"checked", "snapshot", "unchecked"}
    assert Pledge.objects.get(slug="example-mobile-library").replaced_by.count() == 1
    assert RecordEntry.objects.filter(second_review=True).count() == 11


def everything_with_a_name_says_that_it_is_invented():
    for model, name in ((Review, "title"), (Body, "name"), (Theme, "name"), (Pledge, "title"), (Source, "title")):
        for row in model.objects.all():
            assert "(invented" in getattr(row, name)
    for source in Source.objects.filter(held=True):
        assert source.text.startswith("This text is invented")


def every_page_says_so(client):
    pages = ["/", "/changes/", "/pictures/", "/sources/", "/bodies/", "/checks/", "/corrections/"]
    for model in (Pledge, Source, Body, Theme):
        pages += [row.get_absolute_url() for row in model.objects.all()]
    for url in pages:
        response = client.get(url)
        assert response.status_code == 200
        assert "(invented" in response.content.decode(), url


def what_is_late_and_what_was_late_are_told_apart(client):
    body = " ".join(client.get("/").content.decode().split())
    assert "Delivered 41 days late" in body
    assert "Delivered by its deadline" in body
    assert "Overdue by 150 days" in body
    assert "Sources differ: “£2 million” or “£3 million”" in body


def test_a_notice_of_the_installation_is_on_every_page(client, settings):
    settings.SITE_NOTICE = "Nothing here is <real>."
    for url in ("/", "/about/", "/nowhere/"):
        assert "Nothing here is &lt;real&gt;." in client.get(url).content.decode()
    settings.SITE_NOTICE = ""
    assert "About this site" not in client.get("/").content.decode()
