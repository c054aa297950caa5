"""The table of proposals: rows are decided one by one or many at once, and what is known is filled in."""

import datetime as dt

import lxml.html
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desk.conftest import signed_in
from tests.desk.pages import open_form, send
from tests.factories import (
    BodyFactory,
    PassageFactory,
    RecommendationFactory,
    ReviewFactory,
    SourceFactory,
    ThemeFactory,
    stated,
)
from tracker.desk.actions import candidates
from tracker.desk.models import Candidate, CandidateDecision, Draft
from tracker.desk.proposals.facts import words_about_time
from tracker.desk.proposals.responses import read_response
from tracker.desk.proposals.run import quoted_proposals
from tracker.desk.workflow import DraftState
from tracker.pledges.choices import EvidenceRole
from tracker.sources.models import Source

pytestmark = pytest.mark.django_db
TABLE = "/desk/sources/response/candidates/"
TEXT = """Chapter 2: Refuges

Recommendation 7: Every refuge should have a worker for children.

The Government accepts this recommendation in principle.

The Home Office will publish a register of refuges by 31 March 2026. We will consult before the end of the year.

By the spring we will:

• publish a plan for every refuge;
• train the workers of every refuge.
"""


@pytest.fixture
def source():
    made = SourceFactory(slug="response", title="The response", publisher="A Government", text=TEXT)
    candidates.search_source(made)
    Candidate.objects.filter(exact__startswith="The Government accepts").delete()
    return made


@pytest.fixture
def known(source):
    """A review with recommendation 7, a theme, and two bodies that the source names."""
    review = ReviewFactory()
    return {
        "review": review,
        "recommendation": RecommendationFactory(review=review, number=7),
        "theme": ThemeFactory(),
        "office": BodyFactory(name="The Home Office"),
        "government": BodyFactory(name="A Government"),
    }


def waiting() -> list[Candidate]:
    return list(Candidate.objects.filter(decision=CandidateDecision.WAITING, proposed=True).order_by("start"))


@pytest.mark.slow
def test_many_are_accepted_with_what_is_known_filled_in_and_worked_through_one_after_another(ada, source, known):
    client = signed_in(ada)
    ticked = ",".join(str(row.pk) for row in waiting())
    typed = {"theme": known["theme"].pk, "kind": "service", "ticked": ticked, "do": "accept-open"}
    answer = send(client, TABLE, "/decide/", **typed)
    drafts = list(Draft.objects.order_by("pk"))
    assert (len(drafts), answer["Location"]) == (4, drafts[0].get_absolute_url())
    assert drafts[0].facts == {
        "title": ["Publish a register of refuges by 31 March 2026"],
        "slug": ["publish-a-register-of-refuges-by-31-march-2026"],
        "review": [str(known["review"].pk)],
        "theme": [str(known["theme"].pk)],
        "kind": ["service"],
        "basis": ["accepted-recommendation"],
        "promised_by": [str(known["government"].pk)],
        "bodies": [str(known["office"].pk)],
        "made_on": ["2025-06-16"],
        "made_note": ["The day on which “The response” was published."],
        "recommendation": [str(known["recommendation"].pk)],
        "response": ["in-principle"],
        "deadline_on": ["2026-03-31"],
        "deadline_note": ["“by 31 March 2026”"],
    }
    assert "bodies" not in drafts[1].facts, "“we” is no body that the text names"
    assert drafts[1].facts["deadline_note"] == ["“before the end of the year”"]
    assert "deadline_on" not in drafts[1].facts, "no day follows from these words"
    for number, made in enumerate(drafts[:3], start=1):
        answer = send(client, made.get_absolute_url(), do="submit")
        assert answer["Location"] == drafts[number].get_absolute_url(), "the next draft opens"
        page = client.get(answer["Location"]).content.decode()
        assert f"{number} of 4 of this source." in page
    answer = send(client, drafts[3].get_absolute_url(), do="submit")
    assert answer["Location"] == TABLE, "after the last one, the table"
    assert set(Draft.objects.values_list("stage", flat=True)) == {DraftState.SUBMITTED}


def test_a_draft_opens_with_its_words_and_nothing_told_to_be_wrong(ada, source):
    client, row = signed_in(ada), waiting()[0]
    answer = send(client, TABLE, "/decide/", do=f"accept:{row.pk}")
    assert answer["Location"].startswith(TABLE), "one row: the table stays"
    page = client.get(Draft.objects.get().get_absolute_url()).content.decode()
    tree = lxml.html.fromstring(page)
    assert tree.xpath("//*[contains(@class, 'draft-words')]//mark")[0].text == row.exact
    assert "We will consult before the end of the year." in tree.xpath("string(//*[@class='draft-words'])")
    assert tree.xpath("//input[@name='title']/@value") == ["Publish a register of refuges by 31 March 2026"]
    assert not tree.xpath("//*[contains(@class, 'wrong')]")
    assert 'role="alert"' not in page
    needed = tree.xpath("//*[@class='still-needed']//li/a/@href")
    assert {"#id_theme", "#id_kind", "#id_basis", "#id_review"} <= set(needed)
    assert tree.xpath("//*[contains(@class, 'lacks-test')]/a/@href") == ["#id_done_means"]
    answer = send(client, Draft.objects.get().get_absolute_url(), do="submit")
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode(), "once it was sent, what is wrong is told"


def test_rows_have_a_theme_of_their_own_and_one_that_was_decided_harms_no_other(ada, grace, source, known):
    other, rows = ThemeFactory(slug="other", name="Another theme"), waiting()
    address, held = open_form(signed_in(ada), TABLE, "/decide/")
    candidates.reject(rows[0], by=grace)
    sent = held | {"ticked": [row.pk for row in rows], "theme": known["theme"].pk, f"theme-{rows[1].pk}": other.pk}
    page = signed_in(ada).post(address, sent | {"do": "accept"}, follow=True).content.decode()
    assert "3 drafts were started." in page
    assert "Someone has already decided: no pledge (Grace Hopper)." in page
    themes = [made.facts["theme"] for made in Draft.objects.order_by("pk")]
    assert themes == [[str(other.pk)], [str(known["theme"].pk)], [str(known["theme"].pk)]]
    assert len({made.facts["slug"][0] for made in Draft.objects.all()}) == 3


def test_a_row_answers_in_its_place_where_the_page_is_not_loaded_again(ada, grace, source, known):
    client, rows = signed_in(ada), waiting()
    address, held = open_form(client, TABLE, "/decide/")
    htmx = {"HTTP_HX_REQUEST": "true"}
    for row, verb, told in (
        (rows[0], "accept", f"A draft was started. {len(rows) - 1} left."), (rows[1], "reject", "Rejected. "),
        (rows[1], "reopen", f"Undone. {len(rows) - 1} left."),
    ):  # fmt: skip
        answer = client.post(address, held | {"theme": known["theme"].pk, "do": f"{verb}:{row.pk}"}, **htmx)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert page.count("<tr ") == 1
        assert told in page
    assert Draft.objects.get().facts["theme"] == [str(known["theme"].pk)]
    candidates.reject(rows[1], by=grace)
    page = client.post(address, held | {"do": f"accept:{rows[1].pk}"}, **htmx).content.decode()
    assert "Someone has already decided: no pledge (Grace Hopper)." in page
    page = client.post(address, held | {"made_on": "3/4/25", "do": f"accept:{rows[2].pk}"}, **htmx).content.decode()
    assert "Correct what is wrong above the table first." in page
    assert Draft.objects.count() == 1


def test_addresses_of_drafts_never_collide(ada, source):
    stated(slug="publish-a-register-of-refuges-by-31-march-2026")
    send(signed_in(ada), TABLE, "/decide/", do=f"accept:{waiting()[0].pk}")
    assert Draft.objects.get().facts["slug"] == ["publish-a-register-of-refuges-by-31-march-2026-2"]


def test_ticks_and_choices_stay_after_an_error_and_after_another_row_is_decided(ada, source, known):
    client, rows = signed_in(ada), waiting()
    kept = {"ticked": [rows[1].pk, rows[2].pk], "theme": known["theme"].pk, f"theme-{rows[1].pk}": known["theme"].pk}
    answer = send(client, TABLE, "/decide/", **kept, made_on="3/4/25", do="accept")
    assert answer.status_code == 422
    refused = answer.content.decode()
    assert "Enter a date, for example 26 February 2025." in refused
    assert 'value="3/4/25"' in refused
    assert not Draft.objects.exists()
    answer = send(client, TABLE, "/decide/", **kept, do=f"reject:{rows[0].pk}")
    assert answer["Location"].endswith(f"#candidate-{rows[1].pk}"), "the next row"
    for page in (refused, client.get(answer["Location"]).content.decode()):
        tree = lxml.html.fromstring(page)
        assert tree.xpath("//input[@name='ticked'][@checked]/@value") == [str(rows[1].pk), str(rows[2].pk)]
        assert tree.xpath("//select[@name='theme']/option[@selected]/@value") == [str(known["theme"].pk)]
        assert tree.xpath(f"//select[@name='theme-{rows[1].pk}']/option[@selected]/@value") == [str(known["theme"].pk)]


@pytest.mark.once
def test_all_are_ticked_and_nothing_ticked_is_told(ada, source):
    client = signed_in(ada)
    page = client.get(send(client, TABLE, "/decide/", do="tick-all")["Location"]).content.decode()
    assert len(lxml.html.fromstring(page).xpath("//input[@name='ticked'][@checked]")) == 4
    for do, told in (
        ("accept", "Tick at least one proposal first."), ("join", "Tick two or more proposals to join."),
        ("", "Accept, reject or merge."), ("accept:999999", "Tick at least one proposal first."),
    ):  # fmt: skip
        answer = send(client, TABLE, "/decide/", do=do)
        assert (answer.status_code, told in answer.content.decode()) == (422, True), do


def test_joined_into_one_draft_each_keeps_its_words(ada, source):
    rows = waiting()[2:]
    answer = send(signed_in(ada), TABLE, "/decide/", ticked=[row.pk for row in rows], do="join")
    made = Draft.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    assert [tie.passage.exact for tie in made.evidence.all()] == [row.exact for row in rows]
    assert len(quoted_proposals(made)) == 2


def test_merged_with_a_pledge_by_its_short_name(ada, source):
    words = "The Home Office will publish a register of refuges by 30 June 2027."
    stated(PassageFactory(source=SourceFactory(text=words), exact=words), slug="register", title="A register")
    client, row = signed_in(ada), waiting()[0]
    answer = send(client, TABLE, "/decide/", do=f"merge:{row.pk}", **{f"pledge-{row.pk}": "no-such"})
    assert "There is no pledge with the short name “no-such”." in answer.content.decode()
    assert 'value="no-such"' in answer.content.decode()
    answer = send(client, TABLE, "/decide/", do="enter", **{f"pledge-{row.pk}": "no-such"})
    assert "There is no pledge with the short name “no-such”." in answer.content.decode()
    assert send(client, TABLE, "/decide/", do="enter").status_code == 302
    assert f'value="merge:{row.pk}:register:differs"' in client.get(TABLE).content.decode()
    send(client, TABLE, "/decide/", do=f"merge:{row.pk}:register:differs")
    made = Draft.objects.get()
    assert made.pledge.slug == "register"
    assert EvidenceRole.CONFLICT in {tie.role for tie in made.evidence.all()}


def test_taken_back_in_the_list_of_what_was_decided(ada, source):
    client, row = signed_in(ada), waiting()[0]
    candidates.reject(row, by=ada)
    answer = send(client, f"{TABLE}?show=decided", "/decide/", do=f"reopen:{row.pk}")
    assert "show=decided" in answer["Location"]
    row.refresh_from_db()
    assert row.decision == CandidateDecision.WAITING


@pytest.mark.slow
def test_the_table_costs_the_same_with_one_row_and_with_forty(ada, known):
    client = signed_in(ada)
    known_cost = None
    for number in (1, 40):
        text = "\n\n".join(f"We will publish table {word} of refuges." for word in range(number))
        made = SourceFactory(slug=f"plan-{number}", text=text)
        candidates.search_source(made)
        client.get(f"/desk/sources/{made.slug}/candidates/")
        with CaptureQueriesContext(connection) as captured:
            page = client.get(f"/desk/sources/{made.slug}/candidates/").content.decode()
        assert page.count('class="row-tick"') == number
        known_cost = known_cost or len(captured)
        assert len(captured) == known_cost


ANSWERS = {
    "Recommendation 4: Do it. We accept this recommendation.": "accepted",
    "Recommendation 4: Do it.\nResponse: Accepted. We will": "accepted",
    "Recommendation 4: Do it. The Government accepts this recommendation in principle.": "in-principle",
    "Recommendation 4: Do it.\nAccepted in part.": "in-part",
    "Recommendation 4: Do it. The Government partially accepts it.": "in-part",
    "Recommendation 4: Do it. We do not accept this recommendation.": "rejected",
    "Recommendation 3: No. We accept this recommendation. Recommendation 4: Do it. We will do it.": "",
    "Recommendation 4: Do it. We accept this recommendation in part and reject the rest.": "",
    "We accept this recommendation.": "",
}


@pytest.mark.once
@pytest.mark.parametrize("before", ANSWERS)
def test_an_answer_is_read_only_where_the_words_say_it(before):
    assert read_response("Recommendation 4", before) == ANSWERS[before]


@pytest.mark.once
@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("The Council will publish the outcome of each inspection within 30 days.", ""),
        ("The Council will publish the outcome of the inspection within 30 days.", "within 30 days"),
        ("The Council will inspect every bridge by 31 December 2026.", "by 31 December 2026"),
    ],
)
def test_days_that_count_from_each_event_are_no_deadline_of_the_pledge(sentence, words):
    candidates.search_source(SourceFactory(text=sentence))
    assert words_about_time(Candidate.objects.get()) == words


@pytest.mark.once
def test_an_editor_chooses_what_the_source_does_not_say(ada, source, known):
    Source.objects.filter(pk=source.pk).update(published_on=None, publisher="Somebody")
    form = open_form(signed_in(ada), TABLE, "/decide/")[1]
    assert (form["made_on"], form["promised_by"], form["review"]) == ("", "", str(known["review"].pk))
    row, office = waiting()[1], known["office"]
    typed = {"made_on": "2025-07-01", "body": office.pk, "promised_by": office.pk, "response": "accepted"}
    send(signed_in(ada), TABLE, "/decide/", do=f"accept:{row.pk}", **typed)
    facts = Draft.objects.get().facts
    assert (facts["bodies"], facts["promised_by"], facts["made_on"]) == (
        [str(office.pk)], [str(office.pk)], [dt.date(2025, 7, 1).isoformat()],
    )  # fmt: skip
    assert (facts["response"], "made_note" in facts) == (["accepted"], False)
