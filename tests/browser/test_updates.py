"""An update by one person in one view: every click, and every field that is typed in, is counted."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.counted import Counted, sound

PLEDGE = "/desk/pledges/ethnicity-data/"
MAX_STEPS = {
    "one of the recent sources": 6,
    "a source that is looked for": 7,
    "a new source": 12,
    "nothing new": 3,
}
TEXT = "A written statement.\n\nThe form was sent to all forces on 2 February 2026.\n\nIt asks for more."


def start_update(page: Page, journey: str) -> Counted:
    """Open the form of an update; what is counted begins there."""
    page.goto(PLEDGE)
    page.get_by_role("button", name="Record an update").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Record an update")
    return Counted(page, journey)


def finish_update(editor: Counted, headline: str) -> int:
    """Give the update its status, step and headline and submit it; return the steps of all of it."""
    editor.choose("New status", "Under way")
    editor.choose("Delivery step", "Funded")
    editor.fill("What happened, in one line", headline)
    editor.press("Control+Enter")
    expect(editor.page.get_by_text("Submitted. Another person has to sign it off.")).to_be_visible()
    return editor.steps


@pytest.mark.slow
@pytest.mark.once
def test_an_update_takes_few_clicks_and_fields(visit, app_code):
    page = log_in(visit("/about/"), "nora.noscript", app_code)
    steps = {}
    editor = start_update(page, "")
    sound(page, 390)
    sound(page, 1280)
    editor.fill("Address of a source, or words of its title", "Statement House")
    editor.tick(page.get_by_role("radio", name=re.compile("Statement to the House")))
    editor.tick(page.get_by_label("Use paragraph 2"))
    steps["a source that is looked for"] = finish_update(editor, "The first officers were trained, it was said")

    editor = start_update(page, "update-stored-source")
    editor.tick(page.get_by_role("radio", name=re.compile("Statement to the House")).first)
    expect(page.get_by_label("Happened on")).to_have_value("3 March 2026")
    editor.tick(page.get_by_label("Use paragraph 2"))
    sound(page, 390)
    sound(page, 1280)
    steps["one of the recent sources"] = finish_update(editor, "The first officers were trained")

    editor = start_update(page, "update-new-source")
    editor.click_on(page.get_by_text("Add a source"))
    for name, words in (
        ("url", "https://example.org/statement"), ("text", TEXT), ("title", "A statement"),
        ("published_on", "2 February 2026"),
    ):  # fmt: skip
        editor.fill_in(page.locator(f"#id_new-{name}"), words)
    editor.choose_in(page.locator("#id_new-licence"), "All rights reserved")
    editor.fill("The exact words", "The form was sent to all forces on 2 February 2026.")
    expect(page.get_by_label("Happened on")).to_have_value("2 February 2026")
    steps["a new source"] = finish_update(editor, "The form was sent to all forces")

    page.goto(PLEDGE)
    editor = Counted(page, "nothing-new")
    editor.click("Looked again: nothing new", "link")
    sound(page, 390)
    sound(page, 1280)
    editor.tick(page.get_by_role("checkbox").first)
    editor.click("Submit this check")
    expect(page.get_by_text("Submitted. Another person has to sign it off.")).to_be_visible()
    steps["nothing new"] = editor.steps
    print("; ".join(f"{name}: {number}" for name, number in steps.items()))
    assert {name: number for name, number in steps.items() if number > MAX_STEPS[name]} == {}
