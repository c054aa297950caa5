"""What people do most at the desk, counted in a browser: corrections, withdrawals, answers to reports, questions."""

import os
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.counted import Counted, sound

PLEDGE = "/desk/pledges/taxi-licensing/"
SUBMITTED = "Submitted. Another person has to sign it off."
MAX_STEPS = {"correction": 5, "withdrawal": 4, "answer to a report": 5, "question and answer": 5}


def submitted(person: Counted) -> None:
    person.click("Submit for sign-off")
    expect(person.page.get_by_text(SUBMITTED)).to_be_visible()


def sign_off_question(page: Page) -> None:
    """Sign off the question in the queue; its clicks are those of any sign-off, and not counted here."""
    page.goto("/desk/?show=sign-off")
    page.get_by_role("link", name=re.compile(r"Review\s*: Letter")).first.click()
    page.get_by_label("I checked today. This does not put active proceedings at risk").check()
    page.get_by_label("I checked today. This does not identify any protected person").check()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published. Readers can see it now.")).to_be_visible()


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.skipif("DRILL_KILLS" not in os.environ, reason="is part of `make drill`: it takes minutes")
def test_journeys_of_a_desk_take_few_clicks_and_fields(visit, app_code):
    page = log_in(visit("/about/"), "kit.keyboard", app_code)
    steps = {}
    page.goto(PLEDGE)
    editor = Counted(page, "correction")
    editor.click("Correct")
    editor.fill("What happened, in one line", "The clause was read as another")
    editor.fill("Why", "We misread the day.")
    sound(page, 390)
    sound(page, 1280)
    submitted(editor)
    steps["correction"] = editor.steps

    page.goto(PLEDGE)
    editor = Counted(page, "withdrawal")
    editor.click("Withdraw")
    editor.fill("Why", "It was about another bill.")
    submitted(editor)
    steps["withdrawal"] = editor.steps

    reader = visit("/pledges/asylum-exclusion/", script=False)
    reader.get_by_role("link", name="Report an error on this page").click()
    reader.get_by_label("What is wrong?").fill("The figure is of another year.")
    reader.wait_for_timeout(2100)
    reader.get_by_role("button", name="Send the report").click()
    page.goto("/desk/")
    page.get_by_role("link", name="About /pledges/asylum-exclusion/", exact=True).click()
    editor = Counted(page, "answer-to-a-report")
    editor.choose("Outcome", "Checked: the record is right")
    editor.fill("Answer", "The figure is of the year that the page names.")
    editor.click("Save the answer")
    other = log_in(visit("/about/"), "paula.publisher", app_code, to=re.search(r"/desk/reports/\d+/", page.url)[0])
    publisher = Counted(other, "answer-to-a-report")
    publisher.click("Publish this answer")
    expect(other.get_by_text("The answer is public.")).to_be_visible()
    steps["answer to a report"] = editor.steps + publisher.steps

    page.goto("/desk/pledges/asylum-exclusion/")
    editor = Counted(page, "question-and-answer")
    editor.click("Letter to the body")
    editor.fill("Sent on", "2 March 2026")
    sound(page, 390)
    submitted(editor)
    sign_off_question(other)
    page.goto("/desk/pledges/asylum-exclusion/")
    page.locator("a[href*='/desk/questions/']").first.click()
    sound(page, 390)
    editor.choose("An answer came: its source", "Statement to the House, 3 March 2026")
    editor.click("Submit the answer for sign-off")
    expect(page.get_by_text(SUBMITTED)).to_be_visible()
    steps["question and answer"] = editor.steps
    other.goto("/desk/?show=sign-off")
    other.get_by_role("link", name=re.compile(r"Review\s*: Letter")).first.click()
    expect(other.get_by_role("row").filter(has_text="Answered").first).to_be_visible()

    print("; ".join(f"{name}: {number}" for name, number in steps.items()))
    assert {name: number for name, number in steps.items() if number > MAX_STEPS[name]} == {}
