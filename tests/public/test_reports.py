"""Readers report errors; the desk answers with two people; what came of it is public, the reader's words never."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.desk.conftest import signed_in
from tests.desk.pages import send as send_form
from tests.factories import ReviewFactory, person, publish_answer, stated, update
from tracker.desk import queue
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import reports as report_actions
from tracker.desk.actions.withdrawals import withdraw_answer
from tracker.desk.models import AuditLogEntry
from tracker.pledges import reports
from tracker.pledges.choices import ReportOutcome
from tracker.pledges.models import Report
from tracker.pledges.record.publish import withdraw_entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def send(client, page="/", address="127.0.0.1", **more):
    """Open the form, fill it in, send it from an address."""
    with time_machine.travel(timezone.now() - dt.timedelta(seconds=5)):
        shown = client.get(f"/report/?page={page}").content.decode()
    token = re.search(r'name="made" value="([^"]+)"', shown)[1]
    data = {"what": "The date is wrong.", "source": "Hansard", "made": token, "website": ""} | more
    return client.post(f"/report/?page={page}", data, REMOTE_ADDR=address)


def test_a_report_goes_to_the_queue_and_its_answer_to_the_public_page(client):
    about = stated(slug="about")
    wrong = update(about, headline="On Monday")
    assert send(client, about.get_absolute_url())["Location"] == "/report/sent/"
    report = Report.objects.get()
    assert report.page == "/pledges/about/"
    ada, grace = person("Ada Editor", DeskRole.EDITOR), person("Grace Publisher", DeskRole.PUBLISHER)
    desk = signed_in(ada)
    assert "A reader reported an error" in desk.get("/desk/").content.decode()
    fixed = update(about, headline="On Tuesday", corrects=wrong, reason="The report named the wrong day.")
    address = f"/desk/reports/{report.pk}/"
    assert "The date is wrong." in desk.get(address).content.decode()
    kept = send_form(desk, address, verdict="corrected", answer="It was Tuesday.", correction=fixed.position)
    assert kept.status_code == 302
    assert "It was Tuesday." not in client.get("/corrections/").content.decode(), "one person is not two"
    assert desk.post(f"{address}publish/").status_code == 403
    assert send_form(signed_in(grace), address, "/publish/").status_code == 302
    page = client.get("/corrections/").content.decode()
    assert "It was Tuesday." in page
    assert f"/pledges/about/#entry-{fixed.position}" in page
    assert "The date is wrong." not in page
    assert "Hansard" not in page
    assert not next(one for one in queue.sections(ada, today=dt.date(2026, 11, 24)) if one.key == "reports").number


def test_a_publisher_does_not_publish_an_answer_of_their_own():
    report = reports.receive_report(page="/", what="Wrong.", source="")
    grace = person("Grace", DeskRole.PUBLISHER)
    report_actions.answer(
        report, version=report.version, verdict=ReportOutcome.STANDS, text="It is right.", correction=None, by=grace
    )
    with pytest.raises(PermissionDenied):
        publish_answer(report, by=grace)
    publish_answer(report, by=person("Edith", DeskRole.PUBLISHER))
    with pytest.raises(ValidationError, match="public"):
        report_actions.answer(
            report,
            version=report.version,
            verdict=ReportOutcome.STANDS,
            text="Other words.",
            correction=None,
            by=grace,
        )
    with pytest.raises(ValidationError, match="already"):
        publish_answer(report, by=person("Third", DeskRole.PUBLISHER))


def test_a_desk_of_one_publishes_its_own_answer_by_the_same_button(settings):
    report = reports.receive_report(page="/", what="Wrong.", source="")
    grace = person("Grace", DeskRole.PUBLISHER)
    report_actions.answer(
        report, version=report.version, verdict=ReportOutcome.STANDS, text="It is right.", correction=None, by=grace
    )
    page = f"/desk/reports/{report.pk}/"
    assert "Publish this answer" not in signed_in(grace).get(page).content.decode()
    settings.FOUR_EYES = False
    assert "Publish this answer" in signed_in(grace).get(page).content.decode()
    publish_answer(report, by=grace)


def test_an_answer_says_what_is_wrong_next_to_its_field():
    update(stated())
    report = reports.receive_report(page="/", what="Wrong.", source="")
    desk = signed_in(person("Ada Editor", DeskRole.EDITOR))
    for data, field in (
        ({"verdict": "corrected", "answer": "A", "correction": ""}, "id_correction"),
        ({"verdict": "corrected", "answer": "A", "correction": "99"}, "id_correction"),
        ({"verdict": "corrected", "answer": "A", "correction": "2"}, "id_correction"),
        ({"verdict": "stands", "answer": "A", "correction": "1"}, "id_correction"),
        ({"verdict": "stands", "answer": " "}, "id_answer"),
        ({"verdict": "stands", "answer": "a\u202eb"}, "id_answer"),
        ({"verdict": "none", "answer": "A"}, "id_verdict"),
    ):
        answer = desk.post(f"/desk/reports/{report.pk}/", {"version": "1"} | data)
        assert answer.status_code == 422, data
        assert f'id="{field}_error"' in answer.content.decode(), data
    report.refresh_from_db()
    assert report.verdict == ReportOutcome.WAITING
    with pytest.raises(ValidationError, match="no answer"):
        publish_answer(report, by=person("Grace Publisher", DeskRole.PUBLISHER))


def test_the_database_refuses_an_answer_without_two_names():
    report = reports.receive_report(page="/", what="Wrong.", source="")
    for values in (
        {"published_at": timezone.now()},
        {"verdict": ReportOutcome.CORRECTED},
        {"verdict": ReportOutcome.STANDS, "published_at": timezone.now(), "answer": "A", "answered_by": "B"},
        {"verdict": "maybe"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**values)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("/pledges/about/?x=1#y", "/pledges/about/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/desk/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        ("/pledges/" + "x" * 400 + "/", "/"),
    ],
)
def test_a_report_is_about_a_public_page_and_no_other(client, asked, kept):
    send(client, asked.replace("#", "%23"))
    assert Report.objects.get().page == kept


@pytest.mark.parametrize(
    "wrong", [{"what": ""}, {"what": "x" * 5000}, {"source": "x" * 600}, {"website": "x"}, {"what": "\u202e"}]
)
def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(client, wrong):
    answer = send(client, **wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert "Hansard" in page or "source" in wrong
    assert not Report.objects.exists()


def test_it_asks_not_to_be_told_what_happened_and_names_who_helps(client):
    ReviewFactory(help_lines="A line for tests | 0808 800 5000")
    page = client.get("/report/").content.decode()
    assert "do not tell us here what happened to you" in page
    assert page.index("0808 800 5000") < page.index("<form")
    assert not client.cookies


@pytest.mark.slow
def test_no_more_than_five_an_hour_and_two_hundred_of_all(client):
    assert [send(client).status_code for _ in range(7)] == [302] * 5 + [429] * 2
    codes = [send(client, address=f"10.0.{number // 250}.{number % 250}").status_code for number in range(200)]
    assert codes.count(429) == 5, "two hundred an hour, of all"
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        assert send(client).status_code == 302


def test_a_report_that_is_sent_too_often_keeps_its_words_and_only_what_was_taken_counts(client):
    refused = [send(client, what="").status_code for _ in range(9)]
    refused += [send(client, what="a" * 5000).status_code for _ in range(9)]
    assert refused == [422] * 18
    assert [send(client).status_code for _ in range(5)] == [302] * 5
    answer = send(client, what="The sixth has these words.", source="Of Hansard")
    page = answer.content.decode()
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3600
    for shown in (
        "The sixth has these words.",
        "Of Hansard",
        "Try again in",
        "There is a problem",
    ):
        assert shown in page
    assert Report.objects.count() == 5


def test_what_is_stored_is_bounded(client, monkeypatch):
    monkeypatch.setattr(reports, "MAX_OPEN_REPORTS", 2)
    assert [send(client).status_code for _ in range(9)] == [302] * 2 + [429] * 7
    page = send(client, what="These words come back.").content.decode()
    assert "These words come back." in page
    assert "Too many reports wait at the desk." in page
    monkeypatch.setattr(reports, "MAX_OPEN_REPORTS", 9)
    assert [send(client).status_code for _ in range(4)] == [302] * 3 + [429], "what was refused did not count"


def test_an_admin_withdraws_an_answer_and_readers_see_when_why_and_by_whom(client, grace, edith):
    report = reports.receive_report(page="/", what="Wrong.", source="")
    verdict, words = ReportOutcome.STANDS, "He is said to have lied."
    report_actions.answer(
        report, version=report.version, verdict=verdict, text=words, correction=None, by=person("Ada")
    )
    address = f"/desk/reports/{report.pk}/"
    assert "not public" in signed_in(edith).get(f"{address}withdraw/").content.decode()
    publish_answer(report, by=grace)
    assert words in client.get("/corrections/").content.decode()
    assert signed_in(grace).get(f"{address}withdraw/").status_code == 403, "an admin's to do"
    assert f"{address}withdraw/" not in signed_in(grace).get(address).content.decode()
    desk = signed_in(edith)
    assert f"{address}withdraw/" in desk.get(address).content.decode()
    assert send_form(desk, f"{address}withdraw/", sure="on", reason=" ").status_code == 422
    assert send_form(desk, f"{address}withdraw/", sure="on", reason="A court order.", shown="[]").status_code == 409
    assert send_form(desk, f"{address}withdraw/", sure="on", reason="A court order.").status_code == 302
    page = client.get("/corrections/").content.decode()
    assert words not in page
    assert "withdrawn by Edith Clarke" in page
    assert "A court order." in page
    report.refresh_from_db()
    assert (report.answer, report.withdrawal_reason) == ("", "A court order.")
    assert AuditLogEntry.objects.filter(user=edith, what="withdrew the answer to").exists()
    assert words not in desk.get(address).content.decode()
    assert "is already withdrawn" in desk.get(f"{address}withdraw/").content.decode()
    with pytest.raises(ValidationError, match="already"):
        withdraw_answer(report, shown="", reason="Again.", by=edith)
    for values in (
        {"answer": "Words again."}, {"withdrawal_reason": ""}, {"withdrawal_reason": "Another."},
        {"withdrawn_at": None}, {"withdrawn_at": timezone.now() + dt.timedelta(days=1)},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**values)


def test_words_are_erased_after_ninety_days_and_the_answer_stays(client, capsys):
    report = reports.receive_report(page="/", what="My own words.", source="A book")
    report_actions.answer(
        report,
        version=report.version,
        verdict=ReportOutcome.STANDS,
        text="It is right.",
        correction=None,
        by=person("Ada"),
    )
    publish_answer(report, by=person("Grace", DeskRole.PUBLISHER))
    with time_machine.travel(timezone.now() + dt.timedelta(days=89)):
        call_command("erase_old_reports")
    report.refresh_from_db()
    assert report.what
    with time_machine.travel(timezone.now() + dt.timedelta(days=91)):
        call_command("erase_old_reports")
        call_command("erase_old_reports")
    report.refresh_from_db()
    assert (report.what, report.source, report.answer) == ("", "", "It is right.")
    assert capsys.readouterr().out == "Erased the words of 1 report.\n"
    assert "It is right." in client.get("/corrections/").content.decode()


def test_each_correction_has_before_after_reason_and_stands_on_top_for_thirty_days(client):
    about = stated(slug="about")
    wrong = update(about, headline="Too much")
    update(about, headline="Just right", corrects=wrong, reason="The paper was misread.")
    gone = update(about, headline="Never")
    withdraw_entry(gone, reason="It did not happen.", by="Ada", approved_by="Grace")
    page = client.get("/corrections/").content.decode()
    for words in ("<del>Too much</del>", "<ins>Just right</ins>", "The paper was misread.", "<del>Never</del>",
                  "It did not happen."):  # fmt: skip
        assert words in page
    feed = client.get("/pledges/about/feed.atom").content.decode()
    assert "The paper was misread." in feed
    on = '<time datetime="2026-11-24">24 November 2026</time>'
    top = f"<b>Entry {wrong.position} was corrected on {on}.</b> The paper was misread."
    assert top in client.get("/pledges/about/").content.decode()
    with time_machine.travel(timezone.now() + dt.timedelta(days=31)):
        later = client.get("/pledges/about/").content.decode()
    assert top not in later
    assert "The paper was misread." in later


def test_with_nothing_the_page_says_so(client):
    page = client.get("/corrections/").content.decode()
    assert "Nothing has been corrected yet." in page
    assert "No report has been answered yet." in page
