"""What is typed at the desk is not lost: the session ends, a token is old, answers are slow, broken or not ours."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import log_in

pytestmark = pytest.mark.once
SIGNED_OUT = "Not saved: you are signed out"


def open_update(page, slug: str) -> str:
    """Begin an update and return its address."""
    page.goto(f"/desk/pledges/{slug}/")
    page.get_by_role("button", name="Record an update", exact=True).click()
    return re.search(r"/desk/drafts/\d+/", page.url)[0]


def end_session(page) -> list:
    """End the session as another tab would, and return its cookies: with them somebody is signed in again."""
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    return cookies


def sign_in_again(page, cookies: list) -> None:
    """Sign in again in another tab: the session is there, and the token of the forms is another."""
    page.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "sessionid"])
    page.context.add_cookies([cookie | {"value": "n" * 32} for cookie in cookies if cookie["name"] == "csrftoken"])


def asks_before_leaving(page) -> bool:
    """Whether leaving the page would ask first."""
    return page.evaluate("!window.dispatchEvent(new Event('beforeunload', {cancelable: true}))")


def test_words_outlive_the_session_and_slow_and_broken_answers(visit, app_code):
    page = log_in(visit("/about/"), "edna.editor", app_code)
    draft = open_update(page, "asylum-exclusion")
    saved, words = page.locator("#saved"), page.get_by_label("Explanation")
    words.press_sequentially("one")
    expect(saved).to_contain_text("Saved at")
    assert not asks_before_leaving(page)

    cookies = end_session(page)
    words.press_sequentially(" two")
    expect(saved).to_contain_text(SIGNED_OUT)
    assert page.locator("#preview h2").inner_text() == "Preview", "no sign-in page stands in it"
    assert asks_before_leaving(page)
    sign_in_again(page, cookies)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(saved).to_contain_text("Saved at")
    assert not asks_before_leaving(page)

    cookies = end_session(page)
    words.press_sequentially(" three")
    page.get_by_role("button", name="Save the draft", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("your words are still here")
    expect(page.get_by_text("one two three")).to_be_visible()
    sign_in_again(page, cookies)
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(words).to_have_value("one two three")

    asked = []

    def hold_the_first(route) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.continue_()

    page.route("**/autosave/", hold_the_first)
    words.press("Control+End")
    words.press_sequentially(" four")
    page.wait_for_timeout(1700)
    words.press_sequentially(" five")
    page.wait_for_timeout(1700)
    assert len(asked) == 1, "one at a time"
    asked[0].continue_()
    expect(saved).to_contain_text("Saved at")
    assert not asks_before_leaving(page)
    assert len(asked) > 1
    page.unroute("**/autosave/")
    page.route("**/autosave/", lambda route: route.fulfill(status=200, body="<p>Welcome to this hotel</p>"))
    words.press_sequentially(" six")
    expect(saved).to_contain_text("Not saved: the server did not take it")
    assert asks_before_leaving(page)
    page.unroute("**/autosave/")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(saved).to_contain_text("Saved at")
    page.goto(draft)
    expect(words).to_have_value("one two three four five six")
    visit.wrongs[:] = [wrong for wrong in visit.wrongs if "401" not in wrong]


def test_nobody_meets_a_clash_with_themselves_where_they_save_while_the_draft_saves_itself(visit, app_code):
    page = log_in(visit("/about/"), "edna.editor", app_code)
    draft = open_update(page, "asylum-exclusion")

    def answer_late(route) -> None:
        answer = route.fetch()
        time.sleep(1)  # the page that was saved is still there, and would save itself
        route.fulfill(response=answer)

    page.route(f"**{draft}", answer_late)
    headline, saved = page.get_by_label("What happened, in one line"), page.get_by_text("Saved.", exact=True)
    for words in ("Said once", "Said twice"):
        headline.fill(words)
        page.get_by_role("button", name="Save the draft", exact=True).last.click()
        expect(saved).to_be_visible()
        expect(headline).to_have_value(words)
    page.get_by_label("Explanation").fill("Typed on the page that came.")
    expect(page.locator("#saved")).to_contain_text("Saved at")
    assert page.get_by_text("changed this draft").count() == 0


def test_a_comment_outlives_the_session(visit, app_code):
    page = log_in(visit("/about/", script=False), "nora.noscript", app_code)
    page.goto("/desk/drafts/1/review/")
    page.get_by_label("Your comment").fill("The form has another name.")
    cookies = end_session(page)
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_role("link", name="Sign in in a new tab")).to_be_visible()
    sign_in_again(page, cookies)
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Send it again")
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text("The form has another name.")).to_be_visible()
    page.goto("/desk/drafts/1/comment/")
    assert page.get_by_role("link", name="Open the page of the form").get_attribute("href") == "/desk/drafts/1/review/"
    visit.wrongs[:] = [wrong for wrong in visit.wrongs if not re.search("40[135]", wrong)]


def test_a_source_chosen_while_a_search_is_under_way_stays_chosen(visit, app_code):
    page = log_in(visit("/about/"), "edna.editor", app_code)
    open_update(page, "asylum-exclusion")
    held = []
    page.route("**/*find=*", lambda route: held.append(route))
    with page.expect_request("**/*find=*"):
        page.get_by_label("Address of a source").fill("Statement")
    page.get_by_role("radio", name="Statement to the House").first.check()
    expect(page.locator("#text")).to_contain_text("The first officers were trained")
    for route in held:
        route.continue_()
    page.wait_for_timeout(1000)  # an answer that nobody waits for is not seen to come
    expect(page.get_by_role("radio", name="Statement to the House").first).to_be_checked()
