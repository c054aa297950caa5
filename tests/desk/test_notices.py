"""Who is told of what: in the queue, by email at once or daily, in a feed of one's own, in the calendar."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from tests.desk.conftest import signed_in
from tests.desk.pages import send
from tests.factories import (
    SourceFactory,
    ThemeFactory,
    asked,
    person,
    publish_answer,
    published,
    stated,
    submitted,
)
from tracker.desk.actions import drafts, holds, reports, review
from tracker.desk.catalogue.changes import accept, change_facts, propose, reject
from tracker.desk.catalogue.facts import facts_of
from tracker.desk.models import Notice, NoticeSettings, NoticeType, PendingChange
from tracker.desk.notices.audience import notices_for, unseen_number
from tracker.desk.notices.events import note_change
from tracker.desk.sign_off.public_rows import rows_of_change
from tracker.desk.sign_off.shown import digest_of
from tracker.pledges.choices import ReportOutcome
from tracker.pledges.models import Theme
from tracker.pledges.reports import receive_report

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(minutes=11)


@pytest.fixture
def desk(ada, grace):
    """Ada writes and Grace publishes; each has an address."""
    for user in (ada, grace):
        user.email = f"{user.first_name.lower()}@example.org"
        user.save()
    return ada, grace


def send_at(at: dt.datetime) -> list:
    """Run the job at an instant and a moment later; return what was sent: the address, the subject and the text."""
    mail.outbox.clear()
    for instant in (at, at + dt.timedelta(seconds=10)):  # what the job itself finds is told in its next round
        with time_machine.travel(instant, tick=False):
            call_command("send_notices")
    return [(letter.to[0], letter.subject, letter.body) for letter in mail.outbox]


@pytest.mark.slow
def test_each_step_is_told_to_whom_it_concerns(desk):
    ada, grace = desk
    now = timezone.now() + LATER
    waiting = submitted(ada, stated(slug="about", title="A plan"))
    ((to, subject, _),) = send_at(now)
    assert (to, subject.split(" · ")[0]) == ("grace@example.org", f"Waits for sign-off: Draft {waiting.pk}: A plan")
    assert send_at(now + LATER) == [], "each notice once"

    review.return_to_author(waiting, by=grace, reason="The day is another.")
    ((to, subject, text),) = send_at(now + 2 * LATER)
    assert (to, "Returned" in subject, "Reason: The day is another." in text) == ("ada@example.org", True, True)
    assert f"/desk/drafts/{waiting.pk}/" in text
    assert "Returned: The day is another." in signed_in(ada).get("/desk/").content.decode()

    waiting.refresh_from_db()
    waiting = drafts.submit(waiting, version=waiting.version, by=ada)
    review.record_check(waiting, version=waiting.version, by=grace)
    at = timezone.now() + dt.timedelta(days=1)
    waiting = review.schedule(waiting, version=waiting.version, by=grace, at=at)
    ((to, subject, _),) = send_at(now + 3 * LATER)
    assert (to, "Scheduled" in subject) == ("ada@example.org", True), "what is scheduled waits for nobody"
    queue = signed_in(grace).get("/desk/?show=scheduled").content.decode()
    assert "signed off by you" in queue
    assert str(waiting) in signed_in(ada).get("/desk/calendar/").content.decode()

    hold = holds.place_hold(waiting, by=ada)
    with time_machine.travel(at + LATER):
        review.publish_due()
        review.publish_due()
    told = send_at(at + 2 * LATER)
    assert [(to, subject.split(":")[0]) for to, subject, _ in told] == [
        (f"{name}@example.org", "Due, but not published") for name in ("ada", "grace")
    ]
    assert "On hold" in signed_in(ada).get("/desk/calendar/").content.decode()
    assert hold.released_at is None


def test_reports_deadlines_and_answers_are_told_once(desk):
    ada, grace = desk
    today = timezone.localdate()
    stated(slug="due", title="Due soon", deadline_on=today + dt.timedelta(days=10))
    receive_report(page="/", what="It is wrong.", source="")
    told = send_at(timezone.now() + LATER)
    assert {(to, subject.split(" · ")[0]) for to, subject, _ in told} == {
        (f"{name}@example.org", "2 notices from the desk") for name in ("ada", "grace")
    }
    assert all("It is wrong" not in text for *_, text in told), "a reader's words stay at the desk"
    assert send_at(timezone.now() + 3 * LATER) == []
    NoticeSettings.objects.filter(user=ada).update(frequency="never")
    NoticeSettings.objects.filter(user=grace).update(frequency="daily")
    receive_report(page="/about/", what="This too.", source="")
    tomorrow = timezone.localtime() + dt.timedelta(days=1)
    assert send_at(tomorrow.replace(hour=6)) == []
    assert [to for to, *_ in send_at(tomorrow.replace(hour=8))] == ["grace@example.org"]
    assert send_at(tomorrow.replace(hour=9)) == []
    call_command("send_notices")
    with time_machine.travel(timezone.now() + dt.timedelta(days=100)):
        call_command("send_notices")
    assert not Notice.objects.filter(kind="due-soon").exists()


def test_a_feed_of_ones_own_says_no_word_of_a_draft_and_can_be_ended(desk):
    ada, grace = desk
    submitted(ada, stated(slug="about", title="A plan"), headline="Secret words of a draft")
    client = signed_in(grace)
    page = client.get("/desk/notices/")
    feed = page.context["feed"]
    assert "1<span" in client.get("/desk/people/").content.decode() or page.status_code == 200
    answer = Client().get(feed)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "A plan" in text
    assert "Secret words" not in text
    assert Client().get(feed.replace("-1:", "-2:")).status_code == 404
    client.post("/desk/notices/", {"do": "new-feed"})
    assert Client().get(feed).status_code == 404
    fresh = client.get("/desk/notices/").context["feed"]
    assert Client().get(fresh).status_code == 200
    grace.groups.clear()
    assert Client().get(fresh).status_code == 404


@pytest.mark.slow
def test_what_is_looked_at_or_worked_on_leaves_the_queue(desk):
    ada, grace = desk
    day = timezone.localdate()
    late = stated(slug="late", title="A late plan", deadline_on=dt.date(2025, 9, 1))
    page = signed_in(grace)
    assert "A late plan" in page.get("/desk/?show=overdue").content.decode()
    made = submitted(ada, late)
    assert "A late plan" not in page.get("/desk/?show=overdue").content.decode(), "somebody is at it"
    review.return_to_author(made, by=grace, reason="Not yet.")
    made.refresh_from_db()
    drafts.discard(made, by=ada)
    assert "A late plan" in page.get("/desk/?show=overdue").content.decode()
    published(ada, grace, late, looked_until=day)
    assert "A late plan" not in page.get("/desk/?show=overdue").content.decode(), "it was looked at today"
    with time_machine.travel(timezone.now() + dt.timedelta(days=40)):
        assert "A late plan" in signed_in(grace).get("/desk/?show=overdue").content.decode()


def test_an_answer_is_told_to_who_asked(desk):
    ada, grace = desk
    other = person("Mary Somerville", email="mary@example.org")
    made = asked(ada, stated(slug="about"))
    review.record_check(made, version=made.version, by=grace)
    review.publish(made, version=made.version, by=grace)
    assert [notice.kind for notice in notices_for(ada)] == ["published"]
    assert list(notices_for(other)) == []
    client, question = signed_in(ada), made.question
    assert "Answer expected" in client.get("/desk/calendar/").content.decode()
    source = SourceFactory(published_on=timezone.localdate())
    answer = send(client, f"/desk/questions/{question.pk}/", "/desk/start/", answer=str(source.pk))
    assert answer["Location"] == f"/desk/questions/{question.pk}/"
    answered = question.drafts.order_by("pk").last()
    review.record_check(answered, version=answered.version, by=grace)
    review.publish(answered, version=answered.version, by=grace)
    question.refresh_from_db()
    assert (question.outcome, question.answer, question.answered_on) == ("answered", source, source.published_on)
    assert notices_for(ada).first().kind == "answered"
    assert list(notices_for(other)) == []


def decided(change: PendingChange, *, by) -> PendingChange:
    """A change as it is once somebody accepted it."""
    change.state, change.decided_by, change.decided_at = "accepted", by, timezone.now()
    change.save()
    return change


def rename(theme: Theme, name: str, *, by) -> PendingChange:
    """Propose another name of a theme that readers see."""
    now = facts_of(theme)
    return change_facts(theme, now | {"name": name}, seen=now, by=by)


@pytest.mark.slow
def test_a_changed_fact_is_told_to_who_decides_and_then_to_who_proposed_it(desk):
    ada, grace = desk
    theme, now = stated(slug="about", title="A plan").theme, timezone.now() + LATER
    change = rename(theme, "Police", by=ada)
    assert str(change) == "Change theme: A theme", "the other name is part of the change"
    ((to, subject, text),) = send_at(now)
    assert (to, subject.split(" · ")[0]) == ("grace@example.org", "Change to sign off: Change theme: A theme")
    assert change.get_absolute_url() in text
    reject(change, version=change.version, by=grace, reason="It is called Policing.")
    ((to, subject, text),) = send_at(now + LATER)
    assert (to, subject.startswith("Change rejected: ")) == ("ada@example.org", True)
    assert "Reason: It is called Policing." in text
    assert "It is called Policing." in signed_in(ada).get("/desk/notices/").content.decode()
    rejected = "/desk/?show=rejected"
    assert "Rejected by Grace Hopper: It is called Policing." in signed_in(ada).get(rejected).content.decode()
    change = rename(theme, "Policing", by=ada)
    assert "It is called Policing." not in signed_in(ada).get(rejected).content.decode(), "it was proposed again"
    accept(change, shown=digest_of(rows_of_change(change)), by=grace)
    ((to, subject, _),) = send_at(now + 2 * LATER)
    assert (to, subject.startswith("Change accepted: Change theme: ")) == ("ada@example.org", True), (
        "it waits for nobody"
    )


def test_changes_that_are_proposed_together_are_told_as_one(desk):
    ada, grace = desk
    about = stated(slug="about", title="A plan")
    themes = [about.theme, stated(slug="other", theme=ThemeFactory(slug="courts", name="Courts")).theme]
    client = signed_in(grace)
    for theme in themes:
        rename(theme, f"{theme.name} of all", by=ada)
        client.get("/desk/notices/")  # seen until here: what comes later is new
    assert unseen_number(grace) == 0
    rename(themes[0], f"{themes[0].name} for all", by=ada)
    assert unseen_number(grace) == 1, "more came since the page was opened"
    ((to, subject, text),) = send_at(timezone.now() + LATER)
    assert (to, subject.split(" · ")[0]) == ("grace@example.org", "Change to sign off: several changes")
    assert "/desk/changes/" in text


def test_changes_that_were_all_decided_are_emailed_to_nobody(desk):
    ada, grace = desk
    themes = [stated(slug="about").theme, stated(slug="other", theme=ThemeFactory(slug="courts", name="Courts")).theme]
    for change in [rename(theme, f"{theme.name} of all", by=ada) for theme in themes]:
        reject(change, version=change.version, by=grace, reason="They keep their names.")
    assert [to for to, *_ in send_at(timezone.now() + LATER)] == ["ada@example.org"]


def test_a_change_that_was_proposed_twice_is_one_line(desk):
    ada, _ = desk
    theme = stated(slug="about").theme
    rename(theme, "Police", by=ada)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=1)):
        rename(theme, "Policing", by=ada)
    ((_, subject, _),) = send_at(timezone.now() + LATER)
    assert subject.startswith("Change to sign off: Change theme: ")


def test_an_addition_is_named_once_it_is_accepted_and_a_deletion_always(desk):
    ada, grace = desk
    named = {"kind": "", "name": "Courts", "slug": "courts"}
    change = propose(Theme, object_pk=None, title="Courts", before=None, after=named, by=ada)
    assert notices_for(grace).first().about == "Add theme", "a proposed name is not public yet"
    note_change(NoticeType.ACCEPTED, decided(change, by=grace), by=grace)
    assert notices_for(ada).first().about == "Add theme: Courts"
    theme = ThemeFactory(slug="police", name="Police")
    change = propose(Theme, object_pk=theme.pk, title="Police", before={"name": "Police"}, after=None, by=ada)
    theme.delete()
    note_change(NoticeType.ACCEPTED, decided(change, by=grace), by=grace)
    assert notices_for(ada).first().about == "Delete theme: Police"


def test_a_rejected_addition_leaves_the_queue_once_it_is_proposed_again(desk):
    ada, grace = desk
    rejected = "/desk/?show=rejected"
    for theme in ("Courts", "Prisons"):
        change = propose(Theme, object_pk=None, title=theme, before=None, after={"name": theme}, by=ada)
        reject(change, version=change.version, by=grace, reason=f"No {theme}.")
    propose(Theme, object_pk=None, title="Courts", before=None, after={"name": "Courts"}, by=ada)
    page = signed_in(ada).get(rejected).content.decode()
    assert ("No Courts." in page, "No Prisons." in page) == (False, True)


def test_the_answer_to_a_report_is_told_to_who_may_publish_it_and_then_to_who_wrote_it(desk):
    ada, grace = desk
    report = receive_report(page="/", what="It is wrong.", source="")
    now = timezone.now() + LATER
    send_at(now)
    for version, words in ((1, "It stands."), (2, "It stands as it is.")):
        report = reports.answer(
            report, version=version, verdict=ReportOutcome.STANDS, text=words, correction=None, by=ada
        )
    ((to, subject, _),) = send_at(now + LATER)
    assert (to, subject.split(":")[0]) == ("grace@example.org", "Answer to sign off")
    publish_answer(report, by=grace)
    ((to, subject, text),) = send_at(now + 2 * LATER)
    assert (to, subject.split(":")[0]) == ("ada@example.org", "Answer published")
    assert "It stands" not in text


def test_an_answer_that_is_taken_back_is_told_to_nobody_and_one_written_again_is_told_again(desk):
    ada, grace = desk
    report = receive_report(page="/", what="It is wrong.", source="")
    now = timezone.now() + LATER
    send_at(now)

    def answer(verdict: ReportOutcome, words: str, by) -> None:
        report.refresh_from_db()
        reports.answer(report, version=report.version, verdict=verdict, text=words, correction=None, by=by)

    answer(ReportOutcome.STANDS, "It stands.", ada)
    answer(ReportOutcome.WAITING, "", ada)
    assert send_at(now + LATER) == []
    for number, words in enumerate(("It stands.", "It stands as it is."), 2):
        answer(ReportOutcome.STANDS, words, ada)
        ((to, subject, _),) = send_at(now + number * LATER)
        assert (to, subject.split(":")[0]) == ("grace@example.org", "Answer to sign off")
    assert notices_for(grace).filter(kind="answer-written").count() == 1
