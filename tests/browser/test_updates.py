"""An update by one person in one view: every click, and every field that is typed in, is counted."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.test_many_pledges import Counted, sound

PLEDGE = "/desk/pledges/ethnicity-data/"
MAX_HELD, MAX_NEW, MAX_NOTHING_NEW = 6, 12, 3
TEXT = "A written statement.\n\nThe form was sent to all forces on 2 February 2026.\n\nIt asks for more."


def start_update(page: Page) -> Counted:
    """Open the form of an update; what is counted begins there."""
    page.goto(PLEDGE)
    page.get_by_role("button", name="Record an update").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Record an update")
    return Counted(page)


@pytest.mark.slow
@pytest.mark.once
def test_an_update_takes_few_clicks_and_fields(visit, app_code):
    page = log_in(visit("/about/"), "nora.noscript", app_code)
    editor = start_update(page)
    sound(page, 390)
    sound(page, 1280)
    editor.fill("Address of a source, or words of its title", "Statement House")
    editor.tick(page.get_by_role("radio", name=re.compile("Statement to the House")))
    expect(page.get_by_label("Happened on")).to_have_value("3 March 2026")
    editor.tick(page.get_by_label("Use paragraph 2"))
    sound(page, 390)
    sound(page, 1280)
    editor.choose("New status", "Under way")
    editor.choose("Delivery step", "Funded")
    editor.fill("What happened, in one line", "The first officers were trained")
    editor.click("Submit for sign-off")
    expect(page.get_by_text("Submitted. Another person has to sign it off.")).to_be_visible()
    held = editor.steps - 1  # the step, which the next update of the pledge has already

    editor = start_update(page)
    page.get_by_text("Add a source").click()
    editor.steps += 1
    typed = {
        "url": "https://example.org/statement",
        "text": TEXT,
        "title": "A statement",
        "published_on": "2 February 2026",
    }
    for name, words in typed.items():
        editor.steps += 1
        page.locator(f"#id_new-{name}").fill(words)
    page.locator("#id_new-licence").select_option(label="All rights reserved")
    editor.steps += 1
    editor.fill("The exact words", "The form was sent to all forces on 2 February 2026.")
    expect(page.get_by_label("Happened on")).to_have_value("2 February 2026")
    editor.choose("New status", "Under way")
    editor.choose("Delivery step", "Funded")
    editor.fill("What happened, in one line", "The form was sent to all forces")
    editor.page.keyboard.press("Control+Enter")
    editor.steps += 1
    expect(page.get_by_text("Submitted. Another person has to sign it off.")).to_be_visible()
    new = editor.steps

    page.goto(f"{PLEDGE}look-again/")
    looked = Counted(page)
    sound(page, 390)
    looked.tick(page.get_by_role("checkbox").first)
    looked.click("Submit this check")
    expect(page.get_by_text("Submitted. Another person has to sign it off.")).to_be_visible()
    print(f"an update: held source {held}, new source {new}; nothing new {looked.steps + 1} clicks and fields")
    assert (held, new, looked.steps + 1) <= (MAX_HELD, MAX_NEW, MAX_NOTHING_NEW)
    assert new <= MAX_NEW
