"""Deadlines that were said after the first, typed into the form of a pledge: kept as typed, read, signed off."""

import datetime as dt

import pytest

from tests.desk.conftest import signed_in
from tests.factories import stated
from tracker.desk.actions import drafts, review
from tracker.desk.models import Draft
from tracker.desk.pledge_form import typed_facts

pytestmark = pytest.mark.django_db
SAID = ["by the end of 2027", "1 March 2026", ""]
FIRST = dt.date(2026, 11, 1)


@pytest.fixture
def about():
    return stated(slug="one", deadline_on=FIRST)


@pytest.fixture
def desk(ada, about):
    client = signed_in(ada)
    client.post("/desk/start/", {"sort": "pledge", "pledge": "one"})
    return client


def send(client, boxes, do="save", **more):
    made = Draft.objects.get()
    facts = typed_facts(made.pledge) | {"later_deadlines": boxes, "reason": "The minister said so."} | more
    return client.post(made.get_absolute_url(), facts | {"version": made.version, "do": do}, follow=True)


def boxes_of(client):
    return client.get(Draft.objects.get().get_absolute_url()).content.decode().count('name="later_deadlines"')


@pytest.mark.slow
def test_a_later_deadline_is_typed_read_and_published_after_sign_off(desk, about, grace):
    assert boxes_of(desk) == 3, "an empty row"
    assert send(desk, SAID).status_code == 200
    assert boxes_of(desk) == 6, "the row that is there, and an empty one"
    second = ["in due course", "5 October 2026", ""]
    page = send(desk, [*SAID, *second, "", "", ""], do="submit").content.decode()
    assert "Submitted. Another person has to sign it off." in page
    made = Draft.objects.get()
    page = signed_in(grace).get(f"{made.get_absolute_url()}review/").content.decode()
    assert "the last day is 31 December 2027" in page
    assert "said on 5 October 2026 (no day can be told)" in page
    review.record_check(made, version=made.version, by=grace)
    review.publish(made, version=made.version, by=grace)
    about.refresh_from_db()
    assert about.deadline_on == FIRST
    assert [(later["words"], later["edtf"]) for later in about.later_deadlines] == [
        ("by the end of 2027", "../2027"),
        ("in due course", ""),
    ]
    assert typed_facts(about)["later_deadlines"][:3] == ["by the end of 2027", "1 March 2026", "../2027"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["", "1 March 2026", ""], "Row 1: Enter the words of the deadline."),
        (["by 2027", "", ""], "Row 1: Enter the date on which it was said."),
        (["by 2027", "31 February 2026", ""], "Row 1: Enter a date that exists"),
        (["by 2027", "1 March 2026", "some day"], "Row 1: “some day” is no EDTF."),
        (["by 2027", "1 March 2026", "2026-13"], "Row 1: “2026-13” is no day, month or season that exists."),
        (["by 2027", "5 January 2027", ""], "Enter when it was said: a day on or before the day of publication."),
        (["by 2027", "1 March 2001", ""], "cannot be said before the day on which the pledge was made"),
    ],
)
def test_what_is_wrong_stands_at_the_row_and_what_was_typed_is_kept(desk, about, row, message):
    answer = send(desk, row, do="submit")
    page = answer.content.decode()
    assert message in page
    assert 'id="id_later_deadlines_error"' in page
    for typed in filter(None, row):
        assert f'value="{typed}"' in page


def test_a_later_deadline_alone_never_replaces_the_first(desk, about):
    page = send(desk, SAID, do="submit", deadline_on="31 December 2027").content.decode()
    assert "The first deadline was 1 November 2026; a later one never replaces it" in page


@pytest.mark.slow
def test_a_draft_from_before_keeps_what_is_on_record(desk, about, grace):
    send(desk, SAID, do="submit")
    made = Draft.objects.get()
    review.record_check(made, version=made.version, by=grace)
    review.publish(made, version=made.version, by=grace)
    about.refresh_from_db()
    desk.post("/desk/start/", {"sort": "pledge", "pledge": "one"})
    newer = Draft.objects.exclude(pk=made.pk).get()
    newer.facts = {name: value for name, value in newer.facts.items() if name != "later_deadlines"}
    newer.facts["title"] = ["Another title"]
    newer.reason = "Clearer."
    newer.save()
    newer = drafts.submit(newer, version=newer.version, by=newer.proposer)
    review.record_check(newer, version=newer.version, by=grace)
    review.publish(newer, version=newer.version, by=grace)
    kept = about.later_deadlines
    about.refresh_from_db()
    assert (about.title, about.later_deadlines) == ("Another title", kept)


@pytest.mark.slow
def test_a_first_deadline_that_was_misread_is_corrected_by_its_box_alone(desk, client, about, grace):
    boxes, later = [""] * 3, {"deadline_on": "1 December 2026", "reason": "The page says December."}
    page = send(desk, boxes, do="submit", **later).content.decode()
    assert "The first deadline was 1 November 2026; a later one never replaces it. If we misread it" in page
    assert 'name="deadline_misread"' in page
    page = send(desk, boxes, do="submit", deadline_misread="on", **later).content.decode()
    assert "Submitted. Another person has to sign it off." in page
    made = Draft.objects.get()
    page = signed_in(grace).get(f"{made.get_absolute_url()}review/").content.decode()
    assert "We misread the deadline" in page, "the second person sees what is said of it"
    review.record_check(made, version=made.version, by=grace)
    entry = review.publish(made, version=made.version, by=grace)
    assert entry.headline == "Pledge changed: deadline that we had misread"
    about.refresh_from_db()
    assert about.deadline_on == dt.date(2026, 12, 1)
    shown = " ".join(client.get("/pledges/one/").content.decode().split())
    assert "We misread the day: it was" in shown
    assert "The page says December." in shown


def test_a_new_pledge_has_no_box_for_a_deadline_that_was_misread(ada, client):
    desk = signed_in(ada)
    desk.post("/desk/start/", {"sort": "pledge"})
    assert 'name="deadline_misread"' not in desk.get(Draft.objects.get().get_absolute_url()).content.decode()
