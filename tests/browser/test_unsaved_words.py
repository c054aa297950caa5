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

    end_session(page)
    words.press_sequentially(" two")
    expect(saved).to_contain_text(SIGNED_OUT)
    assert page.locator("#preview h2").inner_text() == "Preview", "no sign-in page stands in it"
    assert asks_before_leaving(page)
    with page.expect_event("dialog") as asked_by_browser:
        page.close(run_before_unload=True)
    assert asked_by_browser.value.type == "beforeunload"
    asked_by_browser.value.dismiss()
    expect(words).to_have_value("one two")
    with page.expect_popup() as tab:
        saved.get_by_role("link", name="Sign in again in a new tab").click()
    log_in(tab.value, "edna.editor", app_code)
    tab.value.close()
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
    page.route("**/autosave/", lambda route: asked.append(route))
    words.press("Control+End")
    words.press_sequentially(" four")
    page.wait_for_timeout(1700)
    words.press_sequentially(" five")
    page.wait_for_timeout(1700)
    assert len(asked) == 1, "one at a time"
    with page.expect_request("**/autosave/"):
        asked[0].continue_()
    expect(saved).to_contain_text("Not saved yet.")
    assert asks_before_leaving(page), "the last words are not saved"
    asked[1].continue_()
    expect(saved).to_contain_text("Saved at")
    assert not asks_before_leaving(page)
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


def test_nothing_saves_itself_over_the_words_of_another_person(visit, app_code):
    page = log_in(visit("/about/"), "edna.editor", app_code)
    draft = open_update(page, "asylum-exclusion")
    theirs = page.context.new_page()  # another open form stands for another person's
    theirs.goto(draft)
    theirs.get_by_label("Explanation").fill("Words of theirs.")
    theirs.get_by_role("button", name="Save the draft", exact=True).last.click()
    expect(theirs.get_by_text("Saved.", exact=True)).to_be_visible()
    theirs.close()
    page.get_by_label("Explanation").evaluate("box => box.value = 'Words of mine.'")
    page.get_by_role("button", name="Save the draft", exact=True).last.click()
    expect(page.get_by_role("heading", name="changed this draft while you were writing")).to_be_visible()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("Explanation").press_sequentially("And")
    expect(page.locator("#saved")).to_have_text("Not saved yet.")
    page.wait_for_timeout(1700)
    assert not [url for url in asked if "autosave" in url]
    assert asks_before_leaving(page)
    page.get_by_role("button", name="Save the draft", exact=True).last.click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    visit.wrongs[:] = [wrong for wrong in visit.wrongs if "409" not in wrong]


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
    page.get_by_label("Address of a source").fill("Statement to the House")
    expect(page.get_by_role("radio", name="Statement to the House").first).to_be_visible()
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


def test_an_answer_that_was_lost_and_a_form_that_comes_twice(visit, app_code):
    page = log_in(visit("/about/"), "kay.keys", app_code)
    draft = open_update(page, "asylum-exclusion")
    saved, words = page.locator("#saved"), page.get_by_label("Explanation")

    def lose_the_answer(route) -> None:
        route.fetch()
        route.abort()

    page.route("**/autosave/", lose_the_answer, times=1)
    words.press_sequentially("one")
    expect(saved).to_contain_text("Not saved: the server cannot be reached")
    assert asks_before_leaving(page)
    words.press_sequentially(" two")
    expect(saved).to_contain_text("Saved at")
    assert not asks_before_leaving(page)

    sent = []

    def send_twice(route) -> None:
        if route.request.method == "POST":
            sent.append(route.fetch(max_redirects=0).status)
        route.continue_()

    page.route("**/comment/", send_twice)
    page.goto(f"{draft}review/")
    page.get_by_label("Your comment").fill("Said once.")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("Said once.")).to_have_count(1)
    assert sent == [302]
    visit.wrongs[:] = [wrong for wrong in visit.wrongs if not re.search("ERR_FAILED|sendError", wrong)]


def test_a_refused_press_leaves_the_time_that_was_set(visit, app_code):
    page = log_in(visit("/about/"), "tabitha.tab", app_code, to="/desk/drafts/1/review/")
    checks, time_set = (
        page.get_by_label(re.compile("I checked today")),
        page.get_by_text("Scheduled for 1 December 2027, 09:30"),
    )
    made = page.get_by_text("Tabitha Tab checked for active proceedings")
    for box in checks.all():
        box.check()
    page.get_by_label("Publish later, at").fill("1 December 2027 9:30am")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(time_set).to_be_visible()
    page.goto("/desk/drafts/1/review/")
    expect(made).to_have_count(1)

    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    for box in checks.all():
        box.check()
    other = page.context.new_page()
    other.goto("/desk/drafts/1/review/")
    other.get_by_role("button", name="Put on hold").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.goto("/desk/drafts/1/review/")
    expect(page.locator(".kicker")).to_contain_text(re.compile(r"Scheduled\s+for 1 December 2027, 09:30"))
    expect(made).to_have_count(1)
    page.get_by_role("button", name="Release the hold").click()
    page.goto("/desk/drafts/1/review/")
    page.get_by_role("button", name="Unschedule").click()
    visit.wrongs[:] = [wrong for wrong in visit.wrongs if "422" not in wrong]


def test_who_left_is_not_deleted_and_their_pages_open_and_name_them(visit, app_code):
    page = log_in(visit("/about/"), "ada", app_code, to="/admin/auth/user/?q=leo")
    page.get_by_role("link", name="leo.leaver").click()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Delete")).to_have_count(0)
    page.goto(page.url.replace("/change/", "/delete/"))
    expect(page.get_by_role("button", name=re.compile("Yes"))).to_have_count(0)
    page.goto("/desk/people/")
    page.get_by_label("Role of Leo Leaver").select_option(label="No access")
    page.get_by_role("button", name="Change the role of Leo Leaver").click()
    page.goto("/desk/?show=sign-off")
    row = page.get_by_role("listitem").filter(has_text="The form was read by a person who left")
    expect(row).to_contain_text("Leo Leaver")
    row.get_by_role("link").first.click()
    expect(page.locator(".kicker")).to_contain_text("by Leo Leaver")
    page.goto(page.url.replace("review/", ""))
    expect(page.get_by_text("Leo Leaver").first).to_be_visible()
    visit.wrongs[:] = [wrong for wrong in visit.wrongs if "403" not in wrong]
