"""Ten pledges from proposals to published by two people: every click, and every field that is typed in, is counted."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import log_in, show_again
from tests.browser.counted import Counted, sound

NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
MAX_STEPS = 60
TABLE = "/desk/sources/harbour-plan/candidates/"


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.parametrize("script", [True])
def test_ten_pledges_from_proposals_to_published(visit, app_code, script):
    page = log_in(visit("/about/", script=script), "edna.editor", app_code)
    page.goto(TABLE)
    sound(page, 390)
    sound(page, 1280)
    editor = Counted(page, "ten-pledges")
    editor.choose("Theme", page.get_by_label("Theme", exact=True).locator("option").nth(1).inner_text())
    editor.choose("Kind of pledge", "Service or data")
    editor.choose("Basis", "Announced action")
    editor.click("Tick all 10 shown")
    editor.click("Accept ticked and open the first")
    expect(page.locator(".draft-words mark")).to_contain_text("register one")
    expect(page.locator(".wrong")).to_have_count(0)
    sound(page, 390)
    sound(page, 1280)
    for number in NUMBERS:
        expect(page.locator(".draft-words mark")).to_contain_text(f"register {number} ")
        editor.fill("Title (one thing that can be tested)", f"Publish the harbour register {number}")
        editor.click("Submit for sign-off")
    expect(page.get_by_text("10 of 10 of this source.")).to_be_visible()
    other = log_in(visit("/about/", script=script), "paula.publisher", app_code)
    publisher = Counted(other, "sign-off-of-ten")
    publisher.click("Sign off new pledges in one list", "link")
    sound(other, 390)
    sound(other, 1280)
    for item in other.locator(".pledge-to-sign-off").all():
        publisher.tick(item.get_by_label("Publish", exact=True))
    publisher.tick(other.get_by_label("nothing in it puts active proceedings"))
    publisher.tick(other.get_by_label("nobody who is protected"))
    publisher.click("Publish and send back as chosen")
    other.wait_for_load_state()
    if "reauthenticate" in other.url:
        publisher.steps += 2
        show_again(other, "paula.publisher", app_code)
    expect(other.get_by_role("heading", level=1)).to_have_text("10 pledges published")
    sound(other, 390)
    steps = editor.steps + publisher.steps
    print(f"ten pledges, two people: {editor.steps} + {publisher.steps} = {steps} clicks and fields")
    assert steps <= MAX_STEPS
    reader = visit("/?q=harbour+register")
    expect(reader.get_by_text(re.compile("Publish the harbour register ten"))).to_be_visible()


@pytest.mark.slow
@pytest.mark.once
def test_rows_are_decided_by_keys(visit, app_code):
    page = log_in(visit("/about/"), "kit.keyboard", app_code)
    page.goto("/desk/sources/pier-plan/candidates/")
    boxes = page.locator(".row-tick")
    first = boxes.first.get_attribute("value")
    boxes.first.focus()
    page.keyboard.press("x")
    expect(page.get_by_text("1 ticked", exact=True)).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.get_by_text("Rejected. 2 left.")).to_be_visible()
    expect(page.locator(f".row-tick[value='{first}']")).to_be_checked()
    expect(boxes.nth(1)).to_be_focused()
    page.keyboard.press("m")
    expect(page.locator(f"#candidate-{boxes.nth(1).get_attribute('value')} .merge[open]")).to_have_count(1)
    page.locator(".merge[open] input").focus()  # where a pledge is near, the key goes to its button
    page.keyboard.type("no-such")
    page.keyboard.press("Enter")
    expect(page.get_by_text("There is no pledge with the short name “no-such”.").first).to_be_visible()
    expect(page.locator(".merge[open] input")).to_have_value("no-such")
    visit.wrongs = [wrong for wrong in visit.wrongs if "422" not in wrong]
    boxes.nth(0).focus()
    page.get_by_label("Keys", exact=True).uncheck()
    boxes.nth(0).focus()
    page.keyboard.press("r")
    expect(boxes).to_have_count(2)
    page.get_by_label("Keys", exact=True).check()
    boxes.nth(0).focus()
    page.keyboard.press("a")
    expect(page.get_by_text("A draft was started. 1 left.")).to_be_visible()
    expect(boxes).to_have_count(1)
    expect(boxes.first).to_be_focused()
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("Undone. 2 left.")).to_be_visible()
    sound(page, 390)
