"""Pages of what had happened by a day, as we know it now, against an oracle that goes through the record."""

import datetime as dt
import json
import re

import pytest
import time_machine
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import (
    BodyFactory,
    PassageFactory,
    RecommendationFactory,
    ReviewFactory,
    SourceFactory,
    ThemeFactory,
    public_question,
    stated,
    update,
)
from tests.web.test_as_of import LONDON, START, STEPS, play
from tracker.pledges.choices import EvidenceRole, Status
from tracker.pledges.dates import end_of_day
from tracker.pledges.models import Pledge, RecordEntry
from tracker.pledges.read.clocks import clock_difference
from tracker.pledges.record.publish import Evidence
from tracker.pledges.record.statements import publish_statement

pytestmark = pytest.mark.django_db
MADE = dt.date(2025, 6, 16)


def words(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def at(day: str) -> time_machine.travel:
    return time_machine.travel(f"{day}T12:00Z", tick=False)


@pytest.fixture
def world():
    """One pledge, announced in time; that it was under way since March is found out in November."""
    with at("2026-01-10"):
        about = stated(slug="one", title="One", made_on=MADE)
        update(about, Status.ANNOUNCED, on=dt.date(2026, 1, 5), headline="A plan was told")
    with at("2026-11-20"):
        update(about, Status.UNDER_WAY, on=dt.date(2026, 3, 2), headline="Work had begun")
    with at("2026-11-28"):
        yield about


def happened(log, day, known):
    """Which status the entries about a day up to one give, of those published by the end of another in London."""
    current = {}
    for entry in log:
        if entry.published_at.astimezone(LONDON).date() > known:
            break
        if entry.kind in ("correction", "withdrawal"):
            current.pop(entry.corrects_id, None)
        if entry.kind in ("update", "correction"):
            current[entry.pk] = (entry.effective_on, entry.position, entry.status)
    past = [row for row in current.values() if row[0] <= day]
    return max(past)[2] if past else None


@settings(max_examples=15)
@given(st.lists(STEPS, min_size=1, max_size=10), st.lists(st.integers(-5, 400), min_size=1, max_size=4))
@pytest.mark.slow
def test_any_day_equals_a_replay_of_the_record_by_days_in_the_world(client, steps, days):
    with transaction.atomic():
        with time_machine.travel(START, tick=False):
            pledges = [stated(made_on=MADE + dt.timedelta(days=40 * place)) for place in range(3)]
        _, now = play(steps, pledges, START)
        logs = {one.pk: list(RecordEntry.objects.filter(pledge=one).order_by("position")) for one in pledges}
        with time_machine.travel(now, tick=False):
            for offset in days:
                day, known = MADE + dt.timedelta(days=offset), now.date()
                expected = {one.pk: happened(logs[one.pk], day, known) for one in pledges if one.made_on <= day}
                rows = Pledge.objects.with_record(happened_by=day)
                assert {row.pk: row.status for row in rows} == expected
                tally = Pledge.objects.tally(today=day, happened_by=day)
                assert tally.total == len(expected)
                assert set(tally.by_status) == set(expected.values())
                page = client.get("/", {"happened_by": day.isoformat()})
                assert {pk for pk, _ in page.context["results"].context["listing"].page} == set(expected)
                middle = dt.date(2026, 1, 20)
                if day <= middle <= known:
                    then = Pledge.objects.with_record(happened_by=day, until=end_of_day(middle))
                    assert {row.pk: row.status for row in then} == {
                        one.pk: happened(logs[one.pk], day, middle) for one in pledges if one.made_on <= day
                    }
                if not clock_difference(day).exists and day <= known:
                    as_of = Pledge.objects.with_record(until=end_of_day(day))
                    assert {row.pk: row.status for row in as_of} == expected
        transaction.set_rollback(True)


@pytest.mark.slow
def test_the_two_clocks_are_told_apart_named_and_lead_to_each_other(client, world):
    then, since = words(client, "/?as_of=2026-06-01"), words(client, "/?happened_by=2026-06-01")
    assert "On 1 June 2026 , as it was known then." in then
    assert "By 1 June 2026 , as we know it now." in since
    assert "1 entry about that time was recorded after that day." in since
    assert "On 1 June 2026: after 11 months, the one pledge is not delivered. 1 is only announced." in then
    assert "By 1 June 2026: after 11 months, the one pledge is not delivered. 1 is under way." in since
    for page in ("/", "/pledges/one/", "/themes/theme/", "/changes/", "/pictures/", "/pledges/one/record/"):
        answer = client.get(f"{page}?as_of=2026-06-01").content.decode()
        assert f'<a href="{page}?happened_by=2026-06-01">Show what had happened by then' in answer, page
        answer = client.get(f"{page}?happened_by=2026-06-01").content.decode()
        assert f'<a href="{page}?as_of=2026-06-01">Show the day as it was known then</a>' in answer, page
        assert "<title>By 1 June 2026, as known today: " in answer


@pytest.mark.parametrize("clock", ["as_of", "happened_by"])
def test_where_both_clocks_say_the_same_no_other_is_offered(client, world, clock):
    for day in ("2026-02-01", "2026-11-25"):
        assert "Both ways of asking give the same for this page." in words(client, f"/?{clock}={day}")


def test_a_name_that_was_changed_since_is_a_difference(client, world):
    theme = world.theme
    with at("2026-11-27"):
        theme.name = "Another name"
        theme.save()
    assert "Show what had happened by then" in words(client, "/?as_of=2026-02-01")
    assert "A theme" in words(client, "/pledges/one/?as_of=2026-02-01")
    assert "Another name" in words(client, "/pledges/one/?happened_by=2026-02-01")


def test_the_page_of_a_pledge_has_what_had_happened_and_when_it_was_recorded(client, world):
    then = words(client, "/pledges/one/?as_of=2026-06-01")
    since = words(client, "/pledges/one/?happened_by=2026-06-01")
    assert "A plan was told" in then
    assert "Work had begun" not in then
    assert "Work had begun" in since
    assert "20 November 2026" in since
    before = words(client, "/pledges/one/?happened_by=2026-02-01")
    assert "Work had begun" not in before
    assert "happened_by=2026-06-01&amp;as_of=2026-11-28" in since
    gone = client.get("/pledges/one/?happened_by=2025-06-15")
    assert gone.status_code == 404
    assert "This pledge had not been made by" in gone.content.decode()
    assert "no pledge had been made." in words(client, "/?happened_by=2025-06-15")


def test_before_the_record_began_the_other_clock_still_answers(client, world):
    unknown = words(client, "/?as_of=2026-01-06")
    assert "This record began on 10 January 2026 ." in unknown
    assert "Show what had happened by then, as we know it now" in unknown
    assert "1 is only announced." in words(client, "/?happened_by=2026-01-06")


@pytest.mark.slow
def test_pages_of_a_day_before_the_record_say_nothing_of_it(client, world):
    """Lists, the pages of recommendations, the root of several reviews, and what compares: “unknown”, and no count."""
    with at("2026-11-20"):
        asked = RecommendationFactory(review=world.review, number=1, passage=PassageFactory(), response="rejected")
        other = ReviewFactory(slug="other", title="Another one")
        RecommendationFactory(review=other, number=1)
        body = world.promised_by.slug
    root = "/reviews/audit/recommendations/"
    pages = ["/reviews/", "/", "/reviews/audit/", "/changes/", root, f"{root}1/", f"{root}report/", "/pictures/",
             "/reviews/audit/pictures/", f"/bodies/{body}/", f"/compare/?a={body}&b={body}",
             "/?status=none-yet"]  # fmt: skip
    with at("2026-11-28"):
        for page in pages:
            mark = "&" if "?" in page else "?"
            said = words(client, f"{page}{mark}as_of=2026-01-09").split("Back to today")[1].split("The record has")[0]
            assert re.search("Unknown before 10 January 2026|We do not know what was published on 9 January", said), (
                page
            )
            told = re.search(r"\b[0-9]+ (?:pledge|recommendation|entr)|No pledge|Rejected|A plan was told", said)
            assert told is None, page
            known = words(client, f"{page}{mark}as_of=2026-01-10")
            assert "Unknown before" not in known, page
            assert "We do not know what was published" not in known, page
        gone = client.get("/pledges/one/?as_of=2026-01-09")
        assert gone.status_code == 404
        assert "We do not know what was published about this pledge then." in gone.content.decode()
        assert asked.passage.exact in words(client, f"{root}1/?as_of=2026-01-09"), "its words are the review’s"


def test_changes_and_charts_of_a_past_day_have_the_names_of_that_day(client, world):
    with at("2026-11-27"):
        for row, name in ((world.review, "title"), (world.theme, "name"), (world.promised_by, "name")):
            setattr(row, name, f"Renamed {name}")
            row.save()
    with at("2026-11-28"):
        other = ReviewFactory(slug="other", title="Another one")
        stated(review=other, theme=ThemeFactory(slug="other", name="Another"), promised_by=BodyFactory())
        pages = ("/changes/", "/pictures/", "/reviews/audit/changes/", "/reviews/audit/pictures/",
                 "/reviews/audit/recommendations/", "/reviews/audit/", "/pledges/one/record/")  # fmt: skip
        for page in pages:
            then = words(client, f"{page}?as_of=2026-11-26").split("Back to today")[1]
            assert "Renamed" not in then, page
        assert "An Audit" in words(client, "/reviews/audit/changes/?as_of=2026-11-26")
        assert "Renamed title" in words(client, "/reviews/audit/changes/"), "the control"
        assert "Renamed title" in words(client, "/pictures/"), "the control"


@pytest.mark.slow
def test_a_later_entry_changes_what_had_happened_and_never_what_was_known(client, world):
    pages = ("/", "/pledges/one/", "/themes/theme/", "/pictures/", "/recommended-before/")
    then = {page: client.get(f"{page}?as_of=2026-06-01").content for page in pages[1:3]}
    kept = {page: words(client, f"{page}?happened_by=2026-06-01") for page in pages}
    with at("2026-11-29"):
        update(world, Status.PART, on=dt.date(2026, 5, 5), headline="A part was done")
        for page in pages[:4]:
            assert words(client, f"{page}?happened_by=2026-06-01") != kept[page], page
        assert "1 is delivered in part." in words(client, "/?happened_by=2026-06-01")
        assert "Delivered in part" in words(client, "/?happened_by=2026-06-01&status=delivered-in-part")
        for page, before in then.items():
            body = client.get(f"{page}?as_of=2026-06-01").content
            main = re.compile(rb"<main.*</main>", re.S)
            assert main.search(body)[0] == main.search(before)[0], page
        known = words(client, "/pledges/one/?happened_by=2026-06-01&as_of=2026-11-28")
        assert "By 1 June 2026 , as it was known on 28 November 2026 ." in known
        assert "A part was done" not in known
        assert "Work had begun" in known


def test_filters_and_search_are_of_what_had_happened(client, world):
    assert "1 pledge What had happened" in words(client, "/?happened_by=2026-06-01")
    assert "1 pledge matches" in words(client, "/?happened_by=2026-06-01&status=under-way")
    assert "0 pledges match" in words(client, "/?happened_by=2026-02-01&status=under-way")
    assert "1 pledge matches" in words(client, "/?happened_by=2026-06-01&q=begun")
    assert "0 pledges match" in words(client, "/?happened_by=2026-02-01&q=begun")
    assert "Work had begun" not in words(client, "/?happened_by=2026-02-01&q=work")


def test_downloads_and_the_api_answer_by_the_clock_that_is_asked(client, world):
    address = "/api/v1/pledges?include=latest&"
    for day, status in (("2026-06-01", "under-way"), ("2026-02-01", "announced"), ("2026-01-01", None)):
        answer = client.get(f"{address}happened_by={day}").json()
        assert (answer["happened_by"], answer["as_of"], answer["record_began"]) == (day, "2026-11-28", None)
        (row,) = answer["items"]
        assert row["status"] == status
        assert (row["included"]["latest"] or {}).get("status") == status
        lines = b"".join(client.get(f"/data/pledges.ndjson?happened_by={day}").streaming_content).decode()
        assert json.loads(lines)["status"] == status
    known = client.get(f"{address}happened_by=2026-06-01&as_of=2026-06-01").json()
    assert known["items"][0]["status"] == "announced"
    one = client.get("/api/v1/pledges/one?happened_by=2026-02-01").json()
    assert [entry["kind"] for entry in one["updates"]] == ["pledge", "update"]
    assert client.get("/api/v1/pledges/one?happened_by=2025-01-01").status_code == 404
    assert client.get("/api/v1/updates?happened_by=2026-02-01").json()["items"][-1]["position"] == 2
    csv = client.get("/data/updates.csv?happened_by=2026-02-01")
    assert len(b"".join(csv.streaming_content).decode().strip().splitlines()) == 3
    assert "updates-happened_by-2026-02-01.csv" in csv["Content-Disposition"]
    assert client.get("/data/pledges.csv?happened_by=2027-01-01").status_code == 400
    began = client.get("/api/v1/pledges?as_of=2026-01-01").json()
    assert (began["record_began"], began["items"]) == ("2026-01-10", [])


def test_recommendations_have_the_answers_that_had_been_given(client, world):
    review = world.review
    RecommendationFactory(review=review, number=1, response="accepted", answered_on=dt.date(2026, 4, 1))
    later = ReviewFactory(slug="later", title="A later one", published_on=dt.date(2026, 9, 1))
    RecommendationFactory(review=later, number=1)
    root = "/reviews/audit/recommendations/"
    assert "Accepted, 1 April 2026" not in words(client, f"{root}1/?happened_by=2026-03-01")
    for day, answers in (("2026-03-01", []), ("2026-05-01", ["accepted"])):
        rows = client.get(f"/api/v1/recommendations?review=audit&happened_by={day}").json()["items"]
        assert [row["answers"] for row in rows] == [answers], day
    for day, number in (("2026-08-01", "0 recommendations"), ("2026-09-01", "1 recommendation ")):
        card = words(client, f"/reviews/?happened_by={day}").split("A later one")[1].split("A later one")[0]
        assert number in card.split("Baroness Auditor")[1], day
    assert client.get("/reviews/later/recommendations/1/?happened_by=2026-08-01").status_code == 404
    assert client.get("/reviews/later/recommendations/1/?happened_by=2026-09-01").status_code == 200


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("happened_by=2027-01-01", "is in the future"),
        ("happened_by=2026-02-31", "That date does not exist."),
        ("happened_by=soon", "Enter a date, for example 1 September 2025."),
        ("happened_by=2026-06-02&as_of=2026-06-01", "On 1 June 2026 nobody knew what would have happened by 2 June"),
    ],
)
def test_a_day_that_cannot_be_is_named_and_today_is_shown(client, world, asked, message):
    answer = words(client, f"/?{asked}")
    assert message in answer
    assert "as we know it now" not in answer


def test_of_several_reviews_each_says_when_its_own_record_began(client, world):
    with at("2026-11-26"):
        other = ReviewFactory(slug="other", title="Another one")
        stated(review=other, theme=ThemeFactory(slug="other", name="Another"), promised_by=BodyFactory())
    assert "The record of this review began on 26 November 2026 ." in words(client, "/reviews/other/?as_of=2026-11-25")
    assert "The record of this review began" not in words(client, "/reviews/audit/?as_of=2026-11-25")
    assert "no pledge is on the record yet." in words(client, "/reviews/other/?as_of=2026-11-25")
    reviews = words(client, "/reviews/?happened_by=2026-06-01")
    assert reviews.count("By 1 June 2026:") == 2


LATER = {"words": "by the end of 2027", "said_on": "2026-07-01", "edtf": "../2027"}


@pytest.mark.slow
def test_a_deadline_that_was_said_after_the_day_is_not_there_yet(client, world):
    with at("2026-11-21"):
        asked = RecommendationFactory(review=world.review, number=1)
        stated(slug="two", title="Two", made_on=MADE, deadline_on=dt.date(2026, 10, 1), later_deadlines=[LATER],
               recommendation=asked, response="accepted")  # fmt: skip
    with at("2026-11-28"):
        pages = ("/pledges/two/", "/", "/pictures/", "/reviews/audit/recommendations/report/")
        for day, is_said in (("2026-06-30", False), ("2026-07-01", True)):
            for page in pages:
                assert ("31 December 2027" in words(client, f"{page}?happened_by={day}")) is is_said, (page, day)
            whole = client.get(f"/api/v1/pledges/two?happened_by={day}").json()
            assert bool(whole["later_deadlines"]) is is_said
            assert whole["pledge"]["later_deadline_on"] == ("2027-12-31" if is_said else None)
            for more in ("", "&limit=5"):
                rows = b"".join(client.get(f"/data/pledges.ndjson?happened_by={day}{more}").streaming_content)
                assert (b"2027-12-31" in rows) is is_said, more


def test_a_pledge_that_had_been_made_and_was_not_on_the_record_is_not_said_to_be_made_later(client, world):
    with at("2026-11-25"):
        stated(slug="late", title="Late", made_on=MADE)
    with at("2026-11-28"):
        answer = client.get("/pledges/late/?happened_by=2026-06-01&as_of=2026-11-20")
        page = " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())
        assert answer.status_code == 404
        assert "This pledge was not yet on the record on 20 November 2026" in page
        assert "had not been made" not in page


def test_a_day_of_making_that_was_corrected_later_leaves_what_was_known_alone(client, world):
    with at("2026-11-27"):
        world.made_on = dt.date(2026, 1, 4)
        evidence = [Evidence(world.citations.get().passage, EvidenceRole.PLEDGE)]
        publish_statement(
            world, evidence=evidence, bodies=[], by="Ada", approved_by="Grace", reason="It was read again."
        )
    with at("2026-11-28"):
        assert client.get("/pledges/one/?happened_by=2025-12-01").status_code == 404
        assert client.get("/pledges/one/?happened_by=2025-12-01&as_of=2026-11-26").status_code == 200
        assert client.get("/pledges/one/?happened_by=2025-12-01&as_of=2026-11-27").status_code == 404
        assert "1 pledge What had happened" in words(client, "/?happened_by=2025-12-01&as_of=2026-11-26")
        # Lists of entries too: that it was put on the record belongs to the day on which it was made.
        for known, there in (("2026-11-26", True), ("2026-11-27", False)):
            day = f"happened_by=2025-12-01&as_of={known}"
            assert ('href="/pledges/one/' in client.get(f"/changes/?{day}").content.decode()) is there, known
            rows = client.get(f"/data/updates.ndjson?{day}").getvalue().decode()
            assert ('"pledge": "one"' in rows) is there, known
            cited = client.get(f"/data/citations.ndjson?{day}").getvalue().decode()
            assert bool(cited) is there, known


def test_a_question_has_on_a_past_day_no_outcome_that_came_later(client, world, ada, grace):
    with at("2026-11-24"):
        asked_on = {"asked_on": "2026-06-10", "outcome": "answered", "answered_on": "2026-11-22"}
        public_question(ada, grace, world, **asked_on)
    with at("2026-11-28"):
        assert "Answered on 22 November 2026" in words(client, "/pledges/one/?happened_by=2026-11-22")
        then = words(client, "/pledges/one/?happened_by=2026-06-20")
        assert "No answer yet after 10 days." in then
        assert "Answered on" not in then


def test_an_answer_that_was_given_later_is_none_by_a_day_before(client, world):
    with at("2026-11-28"):
        later = PassageFactory(
            source=SourceFactory(text="We accept this.", published_on=dt.date(2026, 3, 1)), exact="We accept"
        )
        world.citations.create(passage=later, role=EvidenceRole.RESPONSE)
        world.recommendation = RecommendationFactory(review=world.review, number=1)
        world.response = "accepted"
        world.save()
        for day, answers, answered_on in (("2026-01-08", [], None), ("2026-03-01", ["accepted"], "2026-03-01")):
            row = json.loads(client.get(f"/data/recommendations.ndjson?happened_by={day}").getvalue())
            assert (row["answers"], row["answered_on"]) == (answers, answered_on)
            page = words(client, f"/reviews/audit/recommendations/1/?happened_by={day}")
            assert ("We accept" in page) is bool(answers), day
            pledge = json.loads(client.get(f"/data/pledges.ndjson?happened_by={day}").getvalue())
            assert pledge["response"] == "".join(answers), day
            page_of_pledge = words(client, f"{world.get_absolute_url()}?happened_by={day}")
            assert ("Response to the recommendation" in page_of_pledge) is bool(answers), day
            assert ("We accept" in page_of_pledge) is bool(answers), day
            assert ("No response found by then: the answer came later" in page) is (not answers), day


def test_that_a_pledge_was_put_on_the_record_is_nothing_that_happened(client, world):
    with at("2026-11-28"):
        world.recommendation = RecommendationFactory(review=world.review, number=1)
        world.response = "accepted"
        world.save()
        assert "1 entry in the last 30 days" in words(client, "/reviews/?happened_by=2026-01-08")
        assert "0 entries in the last 30 days" in words(client, "/reviews/?happened_by=2025-12-20")
        assert "2 entries in the last 30 days" not in words(client, "/reviews/?happened_by=2026-01-08")
        report = words(client, "/reviews/audit/recommendations/report/?happened_by=2026-01-08&since=2025-12-01")
        assert "What had happened by 8 January 2026 , and what of it happened after 1 December 2025 ." in report
        assert "5 January 2026 : Update. A plan was told" in report
        assert "Pledge put on the record" not in report
        assert "As known on" not in report
        one = words(client, "/reviews/audit/recommendations/1/?happened_by=2026-01-08")
        assert "By 8 January 2026." in one
        assert "As of 8 January 2026." not in one


def test_forms_keep_both_clocks(client, world):
    with at("2026-11-28"):
        happened, known = (
            f'<input type="hidden" name="{name}" value="{day}">'
            for name, day in (("happened_by", "2026-06-01"), ("as_of", "2026-11-25"))
        )
        changes = client.get("/changes/?happened_by=2026-06-01").content.decode()
        assert happened in changes
        both = client.get("/changes/?happened_by=2026-06-01&as_of=2026-11-25").content.decode()
        assert both.count(known) == 2, "the form of changes, and that of another day"
        assert 'type="hidden" name="as_of"' not in client.get("/changes/?as_of=2026-06-01").content.decode()
        assert 'type="hidden" name="as_of"' not in client.get("/pledges/one/?happened_by=2026-06-01").content.decode()


def test_before_any_pledge_was_made_nothing_is_said_of_what_is_published(client, world):
    with at("2026-11-28"):
        for page in ("/", "/pictures/", "/themes/theme/"):
            said = words(client, f"{page}?happened_by=2025-06-15")
            assert "No pledge had been made by then." in said, page
            assert "No pledge has been published yet" not in said, page
