"""What a reader does: find, open, read the words in the source, come back."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.once


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("width", [1280, 390])
def test_from_the_dashboard_to_the_highlighted_words_and_back(visit, script, width):
    page = visit("/", script=script, width=width)
    expect(page.get_by_role("heading", level=1)).to_have_text("What was promised, and what has happened since")
    expect(page.get_by_role("heading", name="All 22 pledges")).to_be_visible()

    page.get_by_label("Theme").select_option("policing")
    if not script:
        page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="3 pledges match")).to_be_visible()
    assert "theme=policing" in page.url

    page.get_by_role("link", name="A nationwide NCA operation that follows up closed cases").click()
    expect(page.get_by_role("heading", name="What was promised", exact=True)).to_be_visible()
    words = page.locator("#words-h ~ .quotation", has_text="more than 1,000 cold cases").first
    words.locator("figcaption a").first.click()

    target = page.locator("mark:target")
    expect(target).to_be_in_viewport()
    expect(target).to_contain_text("follow up on an estimated more than 1,000 cold cases")
    claims = page.locator(f"#{target.get_attribute('id').replace('passage', 'claims')}")
    expect(claims).to_contain_text("checked against snapshot")
    claims.locator("li").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "A nationwide NCA operation that follows up closed cases"
    )
    page.go_back()
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", name="3 pledges match")).to_be_visible()


class TestSwaps:
    def test_a_filter_swaps_the_list_says_so_and_keeps_the_focus(self, visit):
        page = visit("/")
        page.evaluate("window.same = true")
        status = page.get_by_label("Status", exact=True)
        status.focus()
        status.select_option("under-way")
        expect(page.get_by_role("heading", name="8 pledges match")).to_be_visible()
        assert page.evaluate("window.same"), "the page was not loaded anew"
        assert page.url.endswith("/?status=under-way&sort=moved") or page.url.endswith("/?status=under-way")
        expect(page.locator("#live")).to_have_text("8 pledges, Status: Under way")
        expect(status).to_be_focused()

    def test_reload_and_back_restore_every_state(self, visit):
        page = visit("/")
        page.get_by_label("Status", exact=True).select_option("under-way")
        expect(page.get_by_role("heading", name="8 pledges match")).to_be_visible()
        page.get_by_text("More filters").click()
        page.get_by_label("Sources differ").select_option("no")
        expect(page.get_by_role("heading", name="4 pledges match")).to_be_visible()
        page.reload()
        expect(page.get_by_role("heading", name="4 pledges match")).to_be_visible()
        expect(page.get_by_label("Sources differ")).to_have_value("no")
        expect(page.get_by_label("Sources differ")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="8 pledges match")).to_be_visible()
        expect(page.get_by_label("Status", exact=True)).to_have_value("under-way")
        page.get_by_role("link", name="Remove the filter Status: Under way").click()
        expect(page.get_by_role("heading", name="All 22 pledges")).to_be_visible()

    def test_a_swap_that_fails_becomes_a_page(self, visit):
        page = visit("/")
        page.route(
            "**/*", lambda route: route.abort() if route.request.headers.get("hx-request") else route.continue_()
        )
        page.get_by_label("Status", exact=True).select_option("under-way")
        expect(page.get_by_role("heading", name="8 pledges match")).to_be_visible()
        visit.wrongs.clear()  # the aborted request is this test's own


class TestSafety:
    def test_the_way_out_replaces_the_page(self, visit):
        page = visit("/pledges/taxi-licensing/")
        entries = page.evaluate("history.length")
        page.get_by_role("link", name="Leave this site").last.click()
        page.wait_for_url("**/about/?left")
        assert page.evaluate("history.length") == entries

    def test_shift_three_times_leaves(self, visit):
        page = visit("/pledges/taxi-licensing/")
        for _ in range(3):
            page.keyboard.press("Shift")
        page.wait_for_url("**/about/?left")

    def test_typing_capitals_does_not_leave(self, visit):
        page = visit("/")
        for key in ("Shift", "Shift", "a", "Shift"):
            page.keyboard.press(key)
        page.wait_for_timeout(200)
        assert page.url.endswith("/")

    def test_without_scripts_it_is_a_link(self, visit):
        page = visit("/", script=False)
        page.get_by_role("link", name="Leave this site").last.click()
        page.wait_for_url("**/about/?left")


def test_by_keyboard_alone(visit):
    page = visit("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the main content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.textContent.trim()")
        visible = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert visible != "none", f"no visible focus on {focused}"
        if focused == "A statutory national inquiry":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("A statutory national inquiry")
