"""Recommendations as pages: the answer to each, the words side by side, what followed, and what was asked before."""

import csv
import datetime as dt
import io
import re

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desk.conftest import signed_in
from tests.factories import (
    BodyFactory,
    PassageFactory,
    RecommendationFactory,
    ReviewFactory,
    SourceFactory,
    ThemeFactory,
    person,
    stated,
    update,
)
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.catalogue.changes import accept, change_facts
from tracker.desk.catalogue.facts import facts_of
from tracker.desk.sign_off.public_rows import rows_of_change
from tracker.desk.sign_off.shown import digest_of
from tracker.pledges.choices import Response, Status
from tracker.pledges.models import Citation, Recommendation
from tracker.sources.models import Source

pytestmark = pytest.mark.django_db
TEXT = (
    "1. That the council should close the bridge. We will close the bridge. The council must keep the bridge closed."
)


def words(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.getvalue().decode().replace("&nbsp;", " ")


def plain(client, address: str) -> str:
    """The words of a page without its marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", words(client, address)).split())


@pytest.fixture
def bridge():
    """Four recommendations: one with a pledge, one rejected, one without an answer that was looked for, one bare."""
    review = ReviewFactory(slug="bridge", title="A Review of the Bridge", short_name="Bridge")
    source = SourceFactory(slug="report", text=TEXT, published_on=dt.date(2025, 6, 16))
    asked, promised, rule = (
        PassageFactory(source=source, exact=exact)
        for exact in ("the council should close the bridge", "We will close the bridge", "must keep the bridge closed")
    )
    first = RecommendationFactory(review=review, number=1, passage=asked)
    made = stated(promised, review=review, recommendation=first, response=Response.IN_PRINCIPLE, title="Close it",
                  promised_by=BodyFactory(slug="council", name="The Council"), theme=ThemeFactory(),
                  deadline_on=dt.date(2025, 12, 1))  # fmt: skip
    Citation.objects.create(pledge=made, passage=rule, role="clause")
    RecommendationFactory(review=review, number=2, response=Response.REJECTED, response_passage=rule,
                          answered_on=dt.date(2026, 11, 20))  # fmt: skip
    RecommendationFactory(review=review, number=3, looked_until=dt.date(2026, 11, 1))
    RecommendationFactory(review=review, number=4)
    return made


def test_the_list_has_the_answer_to_each_what_follows_and_what_has_no_pledge(client, bridge):
    update(bridge, Status.ANNOUNCED, headline="It was announced")
    page = words(client, "/reviews/bridge/recommendations/")
    assert "4 recommendations." in page
    for one in (
        "Accepted in principle: 1",
        "Rejected: 1",
        "No response found: 1",
        "Not looked for yet: 1",
        "Accepted: 0",
        "Of all of them, 3 have no pledge yet.",
    ):
        assert one in page, one
    assert "the council should close the bridge" in page
    assert "It never counts as delivered." in page
    assert 'looked until <time datetime="2026-11-01">' in page
    assert 'value="not-looked-for"' in page
    assert page.count("Quoted by number only") == 3
    assert "Announced" in page
    assert 'href="/pledges/' in page


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("answer=rejected", [2]),
        ("answer=none", [3]),
        ("answer=not-looked-for", [4]),
        ("pledges=no", [2, 3, 4]),
        ("pledges=yes&answer=rejected", []),
    ],
)
def test_it_is_filtered_by_answer_and_by_pledges(client, bridge, query, left):
    page = words(client, f"/reviews/bridge/recommendations/?{query}")
    assert [one for one in range(1, 5) if f'aria-label="Recommendation {one}"' in page] == left


def test_no_page_says_that_none_was_found_where_no_record_says_that_anyone_looked(client, bridge):
    """A pledge has to say what was answered: "none" of one without an entry says nothing about a search."""
    fourth = Recommendation.objects.get(number=4)
    made = stated(review=bridge.review, recommendation=fourth, response=Response.NONE, slug="lamps", title="Lamps",
                  promised_by=BodyFactory(slug="office", name="The Office"), theme=ThemeFactory())  # fmt: skip
    one, of_pledge = "/reviews/bridge/recommendations/4/", "/pledges/lamps/"
    assert "Answer: Not looked for yet The last government statement" in plain(client, one)
    assert "recommendation 4. Answer: not looked for yet. As of" in plain(client, one)
    assert "Response to the recommendation Not looked for yet" in plain(client, of_pledge)
    report = plain(client, "/reviews/bridge/recommendations/report/")
    unanswered, not_looked = report.split("3. No response found")[1].split("4. Not looked for yet")
    assert "Recommendation 3 : No response found looked until 1 Nov 2026" in unanswered
    assert "Recommendation 4 : Not looked for yet" in not_looked.split("5. Past the first deadline")[0]
    for page in (one, of_pledge, "/recommended-before/", "/"):
        assert "No response found" not in plain(client, page), page

    update(made, Status.NONE_FOUND, looked_until=dt.date(2026, 11, 20))
    assert "No response found looked until 20 Nov 2026" in plain(client, one)
    assert "Answer: no response found, looked until 20 November 2026. As of" in plain(client, one)
    assert "No response found Looked until 20 November 2026 ." in plain(client, of_pledge)
    assert "No response found: 2" in plain(client, "/reviews/bridge/recommendations/")


def test_a_filter_that_there_is_not_is_named(client, bridge):
    page = words(client, "/reviews/bridge/recommendations/?answer=yes&body=nobody")
    assert "We ignored the Answer filter because that value does not exist." in page
    assert "We ignored the Has to act filter because that value does not exist." in page
    assert page.count('aria-label="Recommendation ') == 4


def test_one_shows_the_words_of_each_stage_side_by_side_with_and_without_marks(client, bridge):
    page = words(client, "/reviews/bridge/recommendations/1/")
    for one in ("What was recommended", "What was promised", "The clause that carries it out"):
        assert one in page
    assert "<ins>" in page
    assert "<ins>" not in words(client, "/reviews/bridge/recommendations/1/?marks=off")
    assert "We have not looked whether this was recommended before." in page
    assert "The last government statement on record is from 16 June 2025." in page.replace(
        '<time datetime="2025-06-16">', ""
    ).replace("</time>", "")
    assert "Quoted by number only" in words(client, "/reviews/bridge/recommendations/4/")
    for number in ("5", "0", "99999999999999"):
        words(client, f"/reviews/bridge/recommendations/{number}/", 404)


def test_the_report_says_what_moved_what_was_answered_and_what_is_late(client, bridge):
    with time_machine.travel(dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)):
        update(bridge, headline="The barriers came")
    with time_machine.travel(dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)):
        page = words(client, "/reviews/bridge/recommendations/report/?since=25+November+2026")
        assert "The barriers came" in page
        assert (
            page.index("No response found</h2>")
            < page.index("Not looked for yet</h2>")
            < page.index("Past the first deadline")
            < page.index("Every recommendation")
        )
        assert "Overdue by" in page
        later = words(client, "/reviews/bridge/recommendations/report/?since=2026-11-27&put=moved")
        assert "No entry was published about them in this period." in later
        wrong = words(client, "/reviews/bridge/recommendations/report/?since=nonsense")
        assert wrong.count('role="alert"') == 1
        assert 'value="nonsense"' in wrong, "what was typed stays"
        then = words(client, "/reviews/bridge/recommendations/report/?as_of=2026-11-25")
    with time_machine.travel(dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)):
        update(bridge, headline="Later news")
        again = words(client, "/reviews/bridge/recommendations/report/?as_of=2026-11-25")
    assert then.split("<main")[1].split("</main>")[0] == again.split("<main")[1].split("</main>")[0]


def test_the_report_and_the_list_say_on_which_page_words_stand(client, bridge):
    Source.objects.filter(slug="report").update(pages=[0, 50], page_labels=["iv", "12"])
    for page in ("", "report/", "1/"):
        words_of_page = plain(client, f"/reviews/bridge/recommendations/{page}")
        assert "page iv" in words_of_page, page
        assert page == "" or "page 12" in words_of_page, "and those of the promise"


def test_the_report_counts_an_answer_that_a_pledge_carries_from_the_day_of_its_words(client, bridge):
    """Recommendation 1 is answered by a pledge alone: of the day it was made, or of the words that it cites."""

    def answered(since: str) -> str:
        page = plain(client, f"/reviews/bridge/recommendations/report/?since={since}")
        return page.split("2. Answered since")[1].split("3. No response found")[0]

    assert "Recommendation 1 : Accepted in principle 16 Jun 2025" in answered("2025-06-15")
    assert "Recommendation 1 " not in answered("2025-06-16")
    assert "Recommendation 2 : Rejected" in answered("2025-06-16")
    reply = PassageFactory(source=SourceFactory(published_on=dt.date(2025, 5, 1)))
    Citation.objects.create(pledge=bridge, passage=reply, role="response")
    assert "Recommendation 1 " not in answered("2025-06-15"), "the promise was made after the answer"
    assert "Recommendation 1 : Accepted in principle 1 May 2025" in answered("2025-04-30")
    Recommendation.objects.filter(number=1).update(response=Response.REJECTED, answered_on=dt.date(2025, 7, 1))
    assert "Recommendation 1 : Rejected It never counts as delivered. 1 Jul 2025" in answered("2025-06-16")


def test_pages_of_past_days_show_the_answer_and_the_pledges_of_that_day(client, bridge):
    with time_machine.travel(dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)):
        one = Recommendation.objects.get(number=4)
        one.response, one.answered_on = Response.ACCEPTED, dt.date(2026, 11, 26)
        one.save()
    with time_machine.travel(dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)):
        assert "Accepted: 1" in words(client, "/reviews/bridge/recommendations/")
        then = words(client, "/reviews/bridge/recommendations/?as_of=2026-11-25")
        assert "Accepted: 0" in then
        assert "/reviews/bridge/recommendations/1/?as_of=2026-11-25" in then


def test_what_was_recommended_before_is_on_one_page_with_the_answer_each_time(client, bridge):
    before = ReviewFactory(slug="flood", title="The Flood Inquiry", author="A Judge", published_on=dt.date(2019, 2, 3))
    early = RecommendationFactory(review=before, number=7, response=Response.ACCEPTED)
    again = Recommendation.objects.get(number=3)
    again.repeats.add(early)
    page = words(client, "/recommended-before/")
    assert page.index("A Review of the Bridge, recommendation 3") < page.index("The Flood Inquiry, recommendation 7")
    assert "Made once before" in page
    assert "A Judge" in page
    assert "Accepted" in page.split("The Flood Inquiry, recommendation 7")[1]
    assert "The Flood Inquiry, 3 February 2019, recommendation 7" in words(
        client, "/reviews/bridge/recommendations/3/"
    )
    assert "Recommended again" in words(client, "/reviews/flood/recommendations/7/")
    Recommendation.objects.filter(pk=early.pk).update(
        repeats_looked_until=dt.date(2026, 11, 2), repeats_looked_in="all inquiries since 2000"
    )
    assert "Looked in all inquiries since 2000 until" in words(client, "/reviews/flood/recommendations/7/")


def test_both_ends_of_a_repeat_have_on_a_past_day_the_names_of_that_day(client, bridge):
    before = ReviewFactory(slug="flood", title="The Flood Inquiry", published_on=dt.date(2019, 2, 3))
    for number in (3, 4):  # two of the same review: both read as they did
        early = RecommendationFactory(review=before, number=number)
        Recommendation.objects.get(review__slug="bridge", number=number).repeats.add(early)
    pages = ("/recommended-before/", "/reviews/bridge/recommendations/3/", "/reviews/flood/recommendations/4/")
    with time_machine.travel(dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)):
        for review in (before, bridge.review):
            review.title = f"Renamed {review.slug}"
            review.save()
    with time_machine.travel(dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)):
        for page in pages:
            then = plain(client, f"{page}?as_of=2026-11-25").split("Back to today")[1]
            assert "Renamed" not in then, page
            assert "The Flood Inquiry" in then, page
            assert "Renamed flood" in plain(client, page), page


def test_who_linked_a_repeat_and_who_checked_it_is_kept_and_shown(client, bridge, settings):
    ada, grace = person("Ada Lovelace", DeskRole.EDITOR), person("Grace Hopper", DeskRole.PUBLISHER)
    before = ReviewFactory(slug="flood", title="The Flood Inquiry", published_on=dt.date(2019, 2, 3))
    early, again = RecommendationFactory(review=before, number=7), Recommendation.objects.get(number=3)
    facts = facts_of(again)
    with time_machine.travel("2026-11-26T12:00Z", tick=False):
        change = change_facts(again, facts | {"repeats": [early.pk]}, seen=facts, by=ada)
        assert "Linked by" not in plain(client, "/recommended-before/")
        accept(change, shown=digest_of(rows_of_change(change)), by=grace)
    with time_machine.travel("2026-11-28T12:00Z", tick=False):
        said = "Linked by Ada Lovelace, checked by Grace Hopper, 26 November 2026"
        pages = ("/recommended-before/", "/reviews/bridge/recommendations/3/", "/reviews/flood/recommendations/7/")
        for page in pages:
            assert said in plain(client, page), page
            assert said not in plain(client, f"{page}?as_of=2026-11-25"), page
        assert "The Flood Inquiry" not in plain(client, "/recommended-before/?as_of=2026-11-25")
        assert said in plain(client, "/recommended-before/?as_of=2026-11-26")


def test_they_are_a_table_a_feed_and_in_the_api(client, bridge):
    update(bridge, headline="The barriers came")
    update(stated(review=bridge.review, title="Answers no recommendation"), headline="Something else")
    rows = list(csv.DictReader(io.StringIO(words(client, "/data/recommendations.csv?review=bridge").lstrip("\ufeff"))))
    assert [(row["number"], row["answers"], row["pledges"]) for row in rows] == [
        ("1", "in-principle", bridge.slug), ("2", "rejected", ""), ("3", "", ""), ("4", "", ""),
    ]  # fmt: skip
    feed = words(client, "/reviews/bridge/recommendations/feed.atom")
    assert "The barriers came" in feed
    assert "Something else" not in feed
    items = client.get("/api/v1/recommendations?review=bridge").json()["items"]
    assert [item["number"] for item in items] == [1, 2, 3, 4]
    assert items[1]["answered_on"] == "2026-11-20"
    assert (
        client.get(f"/api/v1/recommendations/{items[0]['id']}")
        .json()["recommendation"]["words"]
        .startswith("the council should")
    )
    assert client.get("/api/v1/recommendations?review=nothing").status_code == 422


def test_an_answer_with_a_day_is_an_answer():
    with pytest.raises(ValidationError, match="one of the answers"):
        RecommendationFactory.build(
            review=ReviewFactory(), number=1, answered_on=dt.date(2026, 1, 1), response=Response.NONE
        ).full_clean()


def test_an_admin_cannot_say_that_somebody_looked_until_a_day_to_come(bridge):
    admin, fourth = signed_in(person("Edith Clarke", DeskRole.ADMIN)), Recommendation.objects.get(number=4)
    address = f"/admin/pledges/recommendation/{fourth.pk}/change/"
    typed = {"review": fourth.review_id, "number": 4, "response": "", "repeats_looked_in": ""}
    days = ("answered_on", "looked_until", "repeats_looked_until")
    answer = admin.post(address, typed | dict.fromkeys(days, "1 March 2030"))
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors.keys() == set(days)
    assert "Enter a date on or before today." in answer.content.decode()
    assert admin.post(address, typed | {"looked_until": "24 November 2026"}).status_code == 302


def test_words_of_an_answer_are_readers_to_see(client, bridge):
    assert "must keep the bridge closed" in words(client, "/sources/report/")


@pytest.mark.slow
def test_they_cost_the_same_however_many_there_are(client, bridge):
    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            words(client, address)
        return len(captured)

    def grow(numbers: range) -> None:
        for number in numbers:
            one = RecommendationFactory(review=bridge.review, number=number, passage=PassageFactory())
            one.repeats.add(early)
            update(stated(review=bridge.review, recommendation=one, response=Response.ACCEPTED))

    early = RecommendationFactory(review=ReviewFactory(slug="flood"), number=1, passage=PassageFactory())
    root = "/reviews/bridge/recommendations/"
    addresses = [root, f"{root}10/", f"{root}report/", f"{root}?as_of=2026-11-24", "/recommended-before/",
                 "/data/recommendations.csv", "/api/v1/recommendations"]  # fmt: skip
    grow(range(10, 12))
    for address in addresses:
        words(client, address)  # what is kept of a review is kept
    before = {address: cost(address) for address in addresses}
    grow(range(12, 18))
    for address in addresses:
        words(client, address)
    assert {address: cost(address) for address in addresses} == before
