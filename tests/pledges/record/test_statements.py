"""A pledge on the record: stated with its passages, changed by a new entry, readable as of any day."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from tests.factories import BodyFactory, PassageFactory, ThemeFactory, pledge, stated, update
from tracker.pledges.choices import EntryKind, EvidenceRole, Schedule, Status
from tracker.pledges.dates import end_of_day
from tracker.pledges.models import Pledge, RecordEntry, StatusPeriod
from tracker.pledges.read.as_stated import restore_as_of, statement_history
from tracker.pledges.record.publish import Evidence
from tracker.pledges.record.statements import FACTS, OPTIONAL_FACTS, facts_of, publish_statement
from tracker.public.status_changes import status_changes

pytestmark = pytest.mark.django_db
BEFORE = dt.date(2026, 11, 20)


def restate(about: Pledge, *, reason="It was read again.", evidence=None, bodies=(), replaces=(), **fields):
    for name, value in fields.items():
        setattr(about, name, value)
    evidence = evidence or [Evidence(one.passage, EvidenceRole(one.role), one.note) for one in about.citations.all()]
    return publish_statement(
        about, evidence=evidence, bodies=bodies, replaces=replaces, by="Ada", approved_by="Grace", reason=reason
    )


def test_every_field_of_a_pledge_is_a_fact_of_its_statement():
    """A new field that no statement holds could be changed unseen."""
    fields = {field.name for field in Pledge._meta.get_fields() if field.concrete}
    assert fields - {"id", "slug"} == set(FACTS)
    assert set(facts_of(stated())) == set(FACTS) - set(OPTIONAL_FACTS), "what is empty leaves older digests alone"


def test_the_first_statement_and_a_change_with_its_reason():
    about = stated(title="First")
    entry = about.updates.get()
    assert (entry.kind, entry.status, entry.headline) == (EntryKind.PLEDGE, "", "Pledge put on the record")
    assert entry.citations.get().role == EvidenceRole.PLEDGE
    restate(about, title="Second", bodies=[BodyFactory(slug="a-body")])
    newest, first = statement_history(RecordEntry.objects.statements().filter(pledge=about))
    assert first.changes == []
    assert [(one.label, one.before, one.after) for one in newest.changes] == [
        ("title", "First", "Second"),
        ("who has to act", "", "a-body"),
    ]
    assert newest.entry.headline == "Pledge changed: title, who has to act"
    call_command("verify_record")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"title": ""}, "title"),
        ({"title": "Right\u202eleft"}, "title"),
        ({"done_means": "Nul\x00"}, "done_means"),
        ({"kind": "nonsense"}, "kind"),
        ({"deadline_on": dt.date(2020, 1, 1)}, "__all__"),
        ({"made_on": dt.date(2027, 6, 17)}, "made_on"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_nothing_is_written(change, field):
    about = stated(title="First")
    with pytest.raises(ValidationError) as caught:
        restate(about, **{"note": "Another", **change})
    assert field in caught.value.message_dict
    assert (Pledge.objects.get().note, RecordEntry.objects.count()) == ("", 1)


def test_a_change_of_nothing_and_a_pledge_without_its_words_are_refused():
    about = stated()
    with pytest.raises(ValidationError, match="Change at least one fact of the pledge"):
        restate(about)
    with pytest.raises(ValidationError, match="at least one passage"):
        restate(about, note="Another", evidence=[Evidence(PassageFactory(), EvidenceRole.SCOPE)])
    restate(about, evidence=[Evidence(about.citations.get().passage, EvidenceRole.PLEDGE, "A note.")])
    assert about.updates.last().headline or True
    assert about.citations.get().note == "A note."


def test_a_stated_deadline_is_never_replaced():
    about = stated(deadline_on=dt.date(2025, 9, 1))
    with pytest.raises(ValidationError, match="first deadline"):
        restate(about, deadline_on=dt.date(2026, 9, 1))


def test_a_deadline_that_we_misread_is_corrected_with_a_reason_and_a_later_one_never_hides_the_first(client):
    with time_machine.travel("2026-11-18T12:00:00Z"):
        about = stated(slug="one", deadline_on=dt.date(2026, 11, 1), deadline_note="by the autumn of next year")
    with time_machine.travel("2026-11-22T12:00:00Z"):
        with pytest.raises(ValidationError, match="If we misread it"):
            restate(about, deadline_edtf="../2027-23", deadline_on=None)
        about.refresh_from_db()
        about.misread_deadline = True
        restate(about, deadline_edtf="../2027-23", deadline_on=None, reason="“Next year” was said in 2026.")
        assert about.deadline_on == dt.date(2027, 11, 30), "the last day of what was said"
        assert (
            about.updates.order_by("position").last().text.headline == "Pledge changed: deadline that we had misread"
        )
        about.misread_deadline = False
        with pytest.raises(ValidationError, match="The first deadline was 30 November 2027"):
            restate(about, deadline_edtf="2028", deadline_on=None)
    page = client.get("/pledges/one/").content.decode()
    assert "Overdue" not in page
    assert "We read this as ../2027-23 (EDTF). It is late only after" in page
    assert "“Next year” was said in 2026." in page
    assert "We misread the day: it was" in page
    then = client.get("/pledges/one/", {"as_of": BEFORE.isoformat()}).content.decode()
    assert "We misread the day" not in then
    assert "Overdue" in client.get("/pledges/one/", {"as_of": BEFORE.isoformat()}).content.decode()
    assert client.get("/", {"schedule": "on-time"}).content.decode().count('<li class="row">') == 1
    call_command("verify_record")


def test_nothing_is_said_to_have_been_misread_where_the_deadline_stays():
    about = stated(title="First", deadline_on=dt.date(2026, 11, 1), deadline_note="soon")
    about.misread_deadline = True
    with pytest.raises(ValidationError, match="Change at least one fact of the pledge"):
        restate(about)
    assert restate(about, title="Second").headline == "Pledge changed: title"
    entry = restate(about, deadline_on=dt.date(2026, 12, 1), later_deadlines=[LATER])
    assert entry.headline == "Pledge changed: deadline that we had misread, deadlines said later"


LATER = {"words": "by the end of 2027", "said_on": "2026-03-01", "edtf": "../2027"}


@pytest.mark.slow
def test_a_later_deadline_stands_under_the_first_and_never_in_its_place(client):
    with time_machine.travel("2026-11-18T12:00:00Z"):
        about = stated(slug="one", deadline_on=dt.date(2026, 11, 1), deadline_note="by 1 November 2026")
    before = facts_of(about)
    with time_machine.travel("2026-11-22T12:00:00Z"):
        vague = LATER | {"words": "in due course", "said_on": "2026-02-01", "edtf": ""}
        restate(about, later_deadlines=[LATER, vague], reason="The minister said so.")
    assert facts_of(about) == before | {"later_deadlines": [vague, LATER]}
    for url in ("/pledges/one/", "/", "/embed/pledges/one/"):
        now = " ".join(client.get(url).content.decode().split())
        assert "Overdue by" in now, url
        assert "(counted from its first deadline)" in now, url
        assert 'Not past its later deadline, <time datetime="2027-12-31">31 December 2027</time>' in now, url
    page = " ".join(client.get("/pledges/one/").content.decode().split())
    assert page.index("“in due course”") < page.index("“by the end of 2027”")
    assert "The first deadline still counts." in page
    assert "Pledge changed: deadlines said later" in page
    with time_machine.travel("2028-01-02T12:00:00Z"):
        then = " ".join(client.get("/pledges/one/").content.decode().split())
        assert 'Also past its later deadline, <time datetime="2027-12-31">31 December 2027</time>, by 2 days' in then
    assert "Deadline said later" in client.get("/pictures/").content.decode()
    for url in ("/pledges/one/", "/", "/pictures/"):
        then = client.get(url, {"as_of": BEFORE.isoformat()}).content.decode()
        assert "later deadline" not in then, url
        assert "Deadline said later" not in then, url
    row = client.get("/api/v1/pledges").json()["items"]
    assert (row[0]["deadline_on"], row[0]["later_deadline_on"]) == ("2026-11-01", "2027-12-31")
    assert row[0]["schedule"] == "overdue"
    api = client.get("/api/v1/pledges/one").json()
    assert api["later_deadlines"][1] == LATER | {"last": "2027-12-31"}
    assert client.get("/api/v1/pledges/one", {"as_of": BEFORE.isoformat()}).json()["later_deadlines"] == []
    call_command("verify_record")


def test_a_later_deadline_that_we_misread_is_corrected_and_the_misreading_stays_visible(client):
    about = stated(slug="one", deadline_note="soon", later_deadlines=[LATER])
    restate(about, later_deadlines=[LATER | {"edtf": "2028"}], reason="The financial year was meant.")
    page = client.get("/pledges/one/").content.decode()
    assert "the last day is 31 December 2027" in page
    assert "the last day is 31 December 2028" in page
    assert "The financial year was meant." in page
    Pledge.objects.filter(pk=about.pk).update(later_deadlines=[])
    with pytest.raises(CommandError, match="now differs from it in: deadlines said later"):
        call_command("verify_record")


@pytest.mark.parametrize(
    "facts",
    [
        {"later_deadlines": [LATER]},
        {"deadline_note": "soon", "later_deadlines": [LATER | {"said_on": "2001-01-01"}]},
        {"deadline_note": "soon", "later_deadlines": [LATER | {"said_on": "2027-01-01"}]},
        {"deadline_note": "soon", "later_deadlines": [LATER | {"words": "Right\u202eleft"}]},
        {"deadline_note": "soon", "later_deadlines": [LATER | {"edtf": "soon"}]},
        {"deadline_note": "soon", "later_deadlines": {"words": "soon"}},
    ],
)
def test_a_later_deadline_without_a_first_or_before_the_pledge_or_to_come_or_not_whole_is_refused(facts):
    with pytest.raises(ValidationError) as caught:
        stated(**facts)
    assert "later_deadlines" in caught.value.message_dict


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"deadline_edtf": "soon"}, "deadline_edtf"),
        ({"deadline_edtf": "2027-21", "deadline_on": dt.date(2027, 3, 1)}, "deadline_edtf"),
        ({"deadline_edtf": "2027-21/..", "deadline_on": dt.date(2027, 3, 1)}, "deadline_edtf"),
    ],
)
def test_a_reading_that_is_no_edtf_or_has_another_last_day_is_refused(facts, field):
    with pytest.raises(ValidationError) as caught:
        stated(**facts)
    assert field in caught.value.message_dict


def test_a_change_that_went_past_the_record_is_found():
    about = stated(title="First")
    Pledge.objects.filter(pk=about.pk).update(title="Second")
    with pytest.raises(CommandError, match=r"Entry 1: pledge “.*” now differs from it in: title."):
        call_command("verify_record")
    Pledge.objects.filter(pk=about.pk).update(title="First")
    about.citations.update(note="Another")
    with pytest.raises(CommandError, match="cites other passages"):
        call_command("verify_record")
    pledge()
    with pytest.raises(CommandError, match="never stated on the record"):
        call_command("verify_record")


@pytest.mark.parametrize("key", [0, -7])
def test_a_pledge_with_a_key_that_no_database_gives_is_found(key):
    stated()
    lone = pledge()
    lone.citations.all().delete()
    Pledge.objects.filter(pk=lone.pk).update(id=key)
    StatusPeriod.objects.update(pledge=key)
    with pytest.raises(CommandError, match="never stated on the record") as caught:
        call_command("verify_record")
    assert str(caught.value).count("Lists do not show pledge") == 2


def test_a_day_shows_the_pledge_as_it_was_stated_then(client):
    with time_machine.travel("2026-11-18T12:00:00Z"):
        about = stated(title="First", theme=ThemeFactory(slug="old", name="Old theme"), slug="one")
        update(about, Status.UNDER_WAY)
    with time_machine.travel("2026-11-22T12:00:00Z"):
        restate(
            about, title="Second", theme=ThemeFactory(slug="new", name="New theme"), bodies=[BodyFactory(name="Acts")],
            deadline_on=dt.date(2026, 11, 1),
            evidence=[Evidence(PassageFactory(exact="The work starts in May"), EvidenceRole.PLEDGE)],
        )  # fmt: skip
    for url in ("/", "/pledges/one/"):
        now = client.get(url).content.decode()
        then = client.get(url, {"as_of": BEFORE.isoformat()}).content.decode()
        for words in ("Second", "Acts</a>", "New theme</a>"):
            assert words in now
            assert words not in then
        assert "First" in then
        assert "Overdue" in now
        assert "No deadline given" in then
    then = client.get("/pledges/one/", {"as_of": BEFORE.isoformat()}).content.decode()
    assert "“We will do it.”" in then
    assert "The work starts in May" not in then
    tally = Pledge.objects.tally(today=BEFORE, until=end_of_day(BEFORE))
    assert tally.by_schedule == {Schedule.NO_DEADLINE: 1}
    now = client.get("/pledges/one/").content.decode()
    assert "<del>First</del>" in now
    assert "<ins>Second</ins>" in now


@pytest.mark.slow
def test_filters_counts_and_pages_of_a_day_go_by_what_was_stated_then(client):
    old, new = ThemeFactory(slug="old", name="Old theme"), ThemeFactory(slug="new", name="New theme")
    acts, other = BodyFactory(slug="acts"), BodyFactory(slug="other")
    with time_machine.travel("2026-11-18T12:00:00Z"):
        about, still = stated(theme=old, promised_by=other), stated(theme=old, promised_by=other)
        for one in (about, still):
            update(one, Status.UNDER_WAY)
    with time_machine.travel("2026-11-22T12:00:00Z"):
        restate(about, theme=new, basis="announced-action", promised_by=None, bodies=[acts])

    def found(path, **query):
        return {pk for pk, _ in client.get(path, query).context["results"].context["listing"].page}

    day = {"as_of": BEFORE.isoformat()}
    for query, then, now in (
        ({"theme": "old"}, {about.pk, still.pk}, {still.pk}),
        ({"theme": "new"}, set(), {about.pk}),
        ({"basis": "announced-action"}, set(), {about.pk}),
        ({"basis": "ministerial-pledge"}, {about.pk, still.pk}, {still.pk}),
        ({"body": "acts"}, set(), {about.pk}),
        ({"body": "other"}, {about.pk, still.pk}, {still.pk}),
    ):
        assert found("/", **query, **day) == then, query
        assert found("/", **query) == now, query
    assert found("/themes/old/", **day) == {about.pk, still.pk}
    assert found("/themes/new/", **day) == set()
    assert found("/bodies/other/", **day) == {about.pk, still.pk}
    facets = client.get("/", day).context["results"].context["listing"].facets
    assert [(choice.label, choice.number) for choice in facets[1].choices] == [("Old theme", 2)]
    assert new.pledges.get() == about
    assert "none of the 2 pledges is delivered." in client.get("/bodies/other/", day).content.decode()


def test_recalling_costs_a_fixed_number_of_queries(django_assert_num_queries):
    for _ in range(3):
        about = stated()
        with time_machine.travel("2026-11-25T12:00:00Z"):
            restate(about, note="Another")
    until = end_of_day(dt.date(2026, 11, 24))
    rows = list(Pledge.objects.for_list(today=dt.date(2026, 11, 24), until=until))
    with django_assert_num_queries(8):
        restore_as_of(rows, until=until)
    assert {row.note for row in rows} == {""}
    with django_assert_num_queries(0):
        restore_as_of(rows, until=None)


@pytest.mark.slow
def test_a_split_and_a_merger_are_named_between_two_days(client):
    with time_machine.travel("2026-11-18T12:00:00Z"):
        one, two = stated(title="One"), stated(title="Two")
        for about in (one, two):
            update(about, Status.NONE_FOUND)
    with time_machine.travel("2026-11-22T12:00:00Z"):
        left, right, both = stated(title="Left"), stated(title="Right"), stated(title="Both")
        restate(left, replaces=[one])
        restate(right, replaces=[one])
        restate(both, replaces=[one, two])
        update(one, Status.SUPERSEDED, on=dt.date(2026, 11, 22))
    found = {move.pledge.title: move for move in status_changes(since=BEFORE, until=dt.date(2026, 11, 24))}
    assert {other.title for other in found["One"].became} == {"Left", "Right", "Both"}
    assert {other.title for other in found["Both"].came_from} == {"One", "Two"}
    assert found["Left"].added
    body = client.get("/changes/", {"since": BEFORE.isoformat()}).content.decode()
    assert "Split into" in body
    assert "Merged from" in body
    assert "Replaces" in body
    assert "<b>Replaced by</b>" in client.get(one.get_absolute_url()).content.decode()
    call_command("verify_record")
