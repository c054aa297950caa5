"""What a person does at the desk: invited, with a second factor, from selected words to the public page."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import axe_report
from tests.browser.conftest import ADMIN_PASSWORD, MAIL_FOLDER, log_in, show_again
from tests.browser.keyboard import Keys
from tests.sources.documents import hostile_documents


def sign_off(visit, app_code, headline: str, *, script: bool = True) -> None:
    """A publisher reviews the draft with this headline, and publishes it."""
    page = log_in(visit("/about/", script=script), "paula.publisher", app_code)
    page.get_by_role("link", name=re.compile(rf"Review\s*: {headline}")).click()
    expect(page.get_by_role("row").filter(has_text="Headline")).to_contain_text(headline.split()[-1])
    expect(page.locator("mark", has_text="The first officers were trained in March")).to_be_visible()
    page.get_by_label("I checked today. This does not put active proceedings at risk").check()
    page.get_by_label("I checked today. This does not identify any protected person").check()
    page.get_by_role("button", name="Publish", exact=True).click()
    show_again(page, "paula.publisher", app_code)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Published as entry")
    page.get_by_role("link", name="View the public page").click()
    expect(page.get_by_role("heading", name=headline)).to_be_visible()


def test_invited_then_from_selected_words_to_the_public_page(visit, app_code):
    admin = log_in(visit("/about/"), "ada", app_code, to="/desk/people/")
    admin.get_by_label("Public name").fill("Mary Somerville")
    admin.get_by_label("Email address").fill("mary@example.org")
    admin.get_by_role("button", name="Send the invitation").click()
    show_again(admin, "ada", app_code)
    expect(admin.get_by_text("Invitation sent, with a link to choose a password.")).to_be_visible()
    letters = [path.read_text() for path in MAIL_FOLDER.iterdir() if "mary@example.org" in path.read_text()]
    link = re.search(r"https?://\S+", letters[-1])[0]

    page = visit(re.sub(r"https?://[^/]+", "", link))
    page.get_by_label("Password", exact=True).fill(ADMIN_PASSWORD + " of mary")
    page.get_by_label("Password again").fill(ADMIN_PASSWORD + " of mary")
    page.get_by_role("button", name="Save password").click()
    page.wait_for_url("**/accounts/2fa/")
    page.get_by_role("link", name="Set up the app").click()
    expect(page.locator(".qr svg")).to_be_visible()
    secret = page.locator("#totp-key").inner_text()
    page.get_by_label("Code", exact=True).fill(app_code("mary", secret))
    page.get_by_role("button", name="Turn on the app").click()
    page.get_by_role("link", name="I have kept them: go to the desk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your queue")
    page.goto("/desk/pledges/asylum-exclusion/")

    page.get_by_role("button", name="Record an update", exact=True).click()
    page.get_by_label("New status").select_option("under-way")
    page.get_by_label("Delivery step").select_option(index=2)
    page.get_by_label("Happened on").fill("2026-03-03")
    page.get_by_label("We looked until").fill("2026-03-04")
    page.get_by_label("what happened, in one line", exact=False).fill("Officers were trained by a desk test")
    page.get_by_label("Explanation").fill("The first of them, it says **here**.")
    page.get_by_label("Explanation").blur()
    expect(page.locator("#saved")).to_contain_text("Saved at")
    expect(page.locator("#preview strong")).to_have_text("here")
    page.get_by_label("Address of a source").fill("Statement to the House")
    page.get_by_role("radio", name="Statement to the House").first.check()
    words = page.get_by_text("The first officers were trained in March. The rest will follow.")
    box = words.bounding_box()
    words.evaluate("""(node) => {
        const range = document.createRange();
        range.setStart(node.firstChild, 0);
        range.setEnd(node.firstChild, "The first officers were trained in March".length);
        const selection = document.getSelection();
        selection.removeAllRanges();
        selection.addRange(range);
    }""")
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.evaluate("document.dispatchEvent(new MouseEvent('mouseup', {bubbles: true}))")
    expect(page.locator("#picked")).to_contain_text("7 words selected")
    expect(page.get_by_label("The exact words")).to_have_value("The first officers were trained in March")
    expect(page.get_by_label("what happened, in one line")).to_have_value("Officers were trained by a desk test")
    page.get_by_role("button", name="Submit for sign-off").click()
    expect(page.get_by_text("Submitted. Another person has to sign it off.")).to_be_visible()
    sign_off(visit, app_code, "Officers were trained by a desk test")


@pytest.mark.once
def test_the_same_without_a_script(visit, app_code):
    page = log_in(visit("/about/", script=False), "nora.noscript", app_code)
    page.goto("/desk/pledges/asylum-exclusion/")
    page.get_by_role("button", name="Record an update", exact=True).click()
    page.get_by_label("New status").select_option("under-way")
    page.get_by_label("Delivery step").select_option(index=2)
    page.get_by_label("Happened on").fill("2026-03-03")
    page.get_by_label("We looked until").fill("2026-03-04")
    page.get_by_label("what happened, in one line").fill("Trained, without a script")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    page.get_by_label("Address of a source").fill("Statement to the House")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("radio", name="Statement to the House").first.check()
    page.get_by_label("The exact words").fill("The first officers were trained in March")
    page.get_by_role("button", name="Submit for sign-off").click()
    expect(page.get_by_text("Submitted. Another person has to sign it off.")).to_be_visible()
    sign_off(visit, app_code, "Trained, without a script", script=False)


@pytest.mark.once
def test_the_same_with_the_keyboard_alone(visit, app_code):
    page = log_in(visit("/about/"), "kit.keyboard", app_code)
    keys = Keys(page)
    page.goto("/desk/pledges/asylum-exclusion/")
    keys.press("Record an update")
    page.wait_for_url("**/desk/drafts/*/")
    keys.type("Address of a source", "Statement to the House")
    page.keyboard.press("Enter")
    expect(page.get_by_text("4 sources")).to_be_visible()
    keys.press("Statement to the House", "Space")
    expect(page.get_by_label("Use paragraph 2")).to_be_visible()
    keys.press("Use paragraph 2", "Space")
    keys.type("New status", "Under")
    keys.type("Delivery step", "Intro")
    keys.to("Happened on")
    expect(page.get_by_label("Happened on")).to_have_value("3 March 2026")
    keys.type("What happened, in one line", "Trained, with keys alone")
    keys.to("Explanation")
    expect(page.locator("#saved")).to_contain_text("Saved at")
    keys.press("Submit for sign-off")
    expect(page.get_by_text("Submitted. Another person has to sign it off.")).to_be_visible()
    assert not keys.problems, "\n".join(sorted(keys.problems))
    sign_off(visit, app_code, "Trained, with keys alone")


@pytest.mark.once
def test_a_reader_reports_an_error_and_two_people_answer(visit, app_code):
    page = visit("/pledges/taxi-licensing/", script=False)
    page.get_by_role("link", name="Report an error on this page").click()
    page.get_by_label("What is wrong?").fill("The Commons voted on another day.")
    page.wait_for_timeout(2100)
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Report sent")
    desk = log_in(visit("/about/"), "ada", app_code, to="/desk/")
    desk.get_by_role("link", name="About /pledges/taxi-licensing/", exact=True).click()
    expect(desk.get_by_text("The Commons voted on another day.")).to_be_visible()
    assert axe_report(desk) == ""
    desk.get_by_label("Outcome").select_option("stands")
    desk.get_by_role("textbox", name="Answer").fill("Hansard has 25 November 2025.")
    desk.get_by_role("button", name="Save the answer").click()
    expect(desk.get_by_text("You wrote in this answer: another person has to publish it.")).to_be_visible()
    address = re.search(r"/desk/reports/\d+/", desk.url)[0]
    other = log_in(visit("/about/"), "paula.publisher", app_code, to=address)
    other.get_by_role("button", name="Publish this answer").click()
    show_again(other, "paula.publisher", app_code)
    expect(other.get_by_text("The answer is public.")).to_be_visible()
    page.goto("/corrections/")
    expect(page.get_by_text("Hansard has 25 November 2025.")).to_be_visible()
    expect(page.get_by_text("The Commons voted on another day.")).to_have_count(0)


@pytest.mark.parametrize(
    "scripts", [True, pytest.param(False, marks=pytest.mark.once)], ids=["with scripts", "without scripts"]
)
def test_a_document_is_read_confirmed_and_a_pledge_found_in_it(visit, app_code, scripts):
    name = "edna.editor" if scripts else "nora.noscript"
    page = log_in(visit("/about/", script=scripts), name, app_code)
    page.goto("/desk/sources/add/")
    words = f"The Home Office will publish a register of drivers by May 2027, said {name}."
    page.get_by_label("Or a file").set_input_files(
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": hostile_documents.pdf("Cover", words)}
    )
    page.get_by_role("button", name="Store it").click()
    for _ in range(30):  # with scripts the page asks by itself
        if page.get_by_role("button", name="Store this source").is_visible():
            break
        page.wait_for_timeout(500)
        again = page.get_by_role("link", name="Refresh this page")
        if not scripts and again.is_visible():  # not where it was read before this page came
            again.click()
    page.get_by_label("Title").fill(f"A plan of {name}")
    page.get_by_label("What it is", exact=True).select_option("official-publication")
    page.get_by_label("Licence").select_option("ogl-3.0")
    page.get_by_role("button", name="Store this source").click()
    page.get_by_role("link", name=f"Find pledges in A plan of {name}").click()
    for _ in range(30):
        if page.locator("button[value^='accept:']").first.is_visible():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.get_by_role("cell", name="by May 2027", exact=True)).to_be_visible()
    page.locator("button[value^='accept:']").first.click()
    page.get_by_role("link", name="Go on with your drafts from this source").click()
    expect(page.locator(".draft-words mark")).to_have_text(words)
    assert re.search(r"/desk/drafts/\d+/", page.url)


@pytest.mark.once
def test_log_in_pages_are_sound(visit):
    page = visit("/accounts/login/")
    for path in ("/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"):
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(path)
            assert axe_report(page) == ""


@pytest.mark.once
def test_a_passkey_is_set_up_and_logs_in(visit, app_code, site):
    page, local = visit("/about/"), site.replace("127.0.0.1", "localhost")  # passkeys want a name, not a number
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    client.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    log_in(page, "edna.editor", app_code, site=local)
    page.goto(f"{local}/accounts/2fa/webauthn/add/")
    show_again(page, "edna.editor", app_code)
    page.get_by_label("Name").fill("My phone")
    page.get_by_label("Sign in with this key alone").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/accounts/2fa/**")
    expect(page.get_by_text("The key was added.")).to_be_visible()
    page.goto(f"{local}/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.goto(f"{local}/accounts/login/?next=/desk/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/desk/")
