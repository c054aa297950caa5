"""Settings of a review, changed at the desk: previewed, kept for a second person, with its history."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.desk.conftest import signed_in
from tests.desk.pages import open_form, send
from tests.factories import ReviewFactory, stated
from tracker.desk.catalogue.models import PendingChange
from tracker.desk.models import AuditLogEntry
from tracker.pledges.models import CatalogueVersion, Review

pytestmark = pytest.mark.django_db
PAGE = "/desk/reviews/audit/"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4" onload="x"><rect width="4" height="4"/></svg>'
TYPED = {"content_note": "These pages are about fires.", "help_lines": "Burns | 0800 111", "accent": "#1f5a3c"}


@pytest.fixture
def review():
    made = ReviewFactory()
    stated(review=made)
    return made


def test_a_preview_shows_what_readers_would_see_and_changes_nothing(review, edith):
    page = send(signed_in(edith), PAGE, **TYPED, preview="yes").content.decode()
    assert "These pages are about fires." in page
    assert "0800 111" in page
    assert "There is no button “Leave this site”." in page
    assert "light mode: #1f5a3c" in page
    assert "dark mode: #" in page
    review.refresh_from_db()
    assert review.content_note == review.accent == ""
    assert not PendingChange.objects.exists()


def test_it_waits_for_a_second_person_who_sees_the_same_preview(review, edith, grace):
    logo = SimpleUploadedFile("logo.svg", LOGO.encode(), "image/svg+xml")
    answer = send(signed_in(edith), PAGE, **TYPED, logo_file=logo)
    change = PendingChange.objects.get()
    assert answer.headers["Location"] == change.get_absolute_url()
    assert change.after["logo"].startswith("<svg")
    assert "onload" not in change.after["logo"]
    assert "These pages are about fires." not in Client().get("/").content.decode()
    assert "What its pages would show" in signed_in(grace).get(change.get_absolute_url()).content.decode()
    send(signed_in(grace), change.get_absolute_url(), "/accept/")
    shown = Client().get("/").content.decode()
    assert "These pages are about fires." in shown
    assert "0800 111" in shown
    assert "logo-" in shown
    assert CatalogueVersion.objects.get().facts["content_note"] == ""
    assert "Until " in signed_in(edith).get(PAGE).content.decode(), "its history is on the page"


def test_one_person_changes_it_where_the_desk_is_of_one_and_the_log_has_both_values(review, edith, settings):
    settings.FOUR_EYES = False
    send(signed_in(edith), PAGE, **TYPED)
    assert Review.objects.get().content_note == TYPED["content_note"]
    entry = AuditLogEntry.objects.filter(what="changed a fact of the catalogue").get()
    assert ["content note", "", TYPED["content_note"]] in entry.changes


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"accent": "#ffff00"}, "accent", "Nearest that works: #"),
        ({"accent": "yellow"}, "accent", "six digits or letters"),
        ({"help_lines": "Only a name"}, "help_lines", "does not have all three"),
        ({"leave_url": "javascript:alert(1)"}, "leave_url", "Enter a web address"),
        ({"time_zone": "Mars"}, "time_zone", "such as Europe/London"),
        ({"logo_file": SimpleUploadedFile("x.svg", b"\xff\xfe")}, "logo_file", "not an SVG picture"),
        ({"logo_file": SimpleUploadedFile("x.svg", b"<p>words</p>")}, "logo_file", "not an SVG picture"),
        ({"title": ""}, "title", "Fill in this box."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(review, edith, typed, field, message):
    answer = send(signed_in(edith), PAGE, about="Words that I typed", **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert message in page
    assert "Words that I typed" in page
    assert not PendingChange.objects.exists()


def test_nothing_is_changed_from_a_page_that_is_out_of_date(review, edith, settings):
    settings.FOUR_EYES = False
    client = signed_in(edith)
    address, held = open_form(client, PAGE)
    review.content_note = "Another note."
    review.save()
    answer = client.post(address, held | TYPED)
    assert answer.status_code == 422
    assert "Someone changed this after you opened the page." in answer.content.decode()
    assert Review.objects.get().content_note == "Another note."


def test_only_who_manages_the_site_changes_it(review, grace):
    assert signed_in(grace).get(PAGE).status_code == 403
    assert signed_in(grace).post(PAGE, TYPED).status_code == 403
