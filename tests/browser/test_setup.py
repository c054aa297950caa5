"""From an empty folder to a first published pledge, by two people who never saw the product: counted and timed.

What the script types and presses is what the guide (docs/new-desk.md) and the pages say; nothing else is opened.
"""

import base64
import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, code_now
from tests.browser.counted import Counted, sound

MAX_STEPS, MAX_SECONDS = 60, 900
PASSWORD = "a lighthouse keeps no hours"
RECOMMENDATIONS = """1. The Trust should open a second ward for stroke patients.
2. The Trust should publish its waiting times each month.
3. The Trust should train every porter."""
REPORT = """A Review of the Harbour Hospital.

The Trust should open a second ward for stroke patients.

The Trust should publish its waiting times each month.

Every porter should be trained by the Trust."""
ANSWER = """Response to the review.

We accept the first recommendation.

We will open a second ward for stroke patients by 31 March 2027.

Nobody has to travel further than before."""


def set_up_app(person: Counted) -> None:
    """Set up an authenticator app as the page says: its key into the app, the six digits into the page."""
    key = person.page.locator("#totp-key").inner_text()
    base64.b32decode(key)
    person.fill("Code", code_now(key))
    person.click("Turn on the app")
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    person.click("I have kept them: go to the desk", "link")


def set_up_site(admin: Counted, code: str) -> None:
    """The first admin: an account, an app, the name of the site, the review."""
    page = admin.page
    for label, words in (
        ("Set-up code", code),
        ("Your public name", "Ada Byron"),
        ("Email address", "ada@example.org"),
    ):
        admin.fill(label, words)
    for name in ("password1", "password2"):
        admin.fill_in(page.locator(f"#id_{name}"), PASSWORD)
    admin.click("Save and go on: second factor")
    set_up_app(admin)
    admin.click("Go on setting up the tracker", "link")
    admin.click("Go on: name and email", "link")
    admin.fill("Name of the site", "Harbour Watch")
    expect(page.get_by_text("No email is set up.")).to_be_visible()
    admin.click("Save")
    admin.click("Go on: first review", "link")
    for label, words in (
        ("Title of the review", "A Review of the Harbour Hospital"), ("Who wrote it", "Dame Hart"),
        ("Whose pledges are tracked", "The Harbour Trust"), ("Published on", "5 January 2026"),
        ("Text of the review", REPORT), ("Bodies that have to act", "Estates Office"), ("Themes", "Wards"),
    ):  # fmt: skip
        admin.fill(label, words)
    admin.fill_in(page.locator("#id_recommendations"), RECOMMENDATIONS)
    admin.choose_in(page.locator("#id_licence"), "All rights reserved")
    admin.click("Show what is read")
    expect(page.get_by_role("cell", name="not found: link it in the admin")).to_have_count(1)
    sound(page, 390)
    sound(page, 1280)
    admin.click("Start this review")


def invite_publisher(admin: Counted) -> str:
    """Invite the second person; return the link that the page gives, as no mail is set up."""
    page = admin.page
    admin.click("People", "link", exact=True)
    admin.fill("Public name", "Grace Hopper")
    admin.fill("Email address", "grace@example.org")
    admin.choose("Role", "Publisher")
    admin.click("Make an invitation link")
    return page.locator("#link").input_value()


def draft_pledge(admin: Counted) -> None:
    """Bring in the answer to the review, find the promise in it, and submit a draft of it."""
    page = admin.page
    admin.click("Set-up", "link")
    admin.click("First source", "link", exact=True)
    for name, words in (("title", "Response of the Trust"), ("text", ANSWER), ("published_on", "2 February 2026")):
        admin.fill_in(page.locator(f"#id_{name}"), words)
    for name, choice in (("kind", "Official publication"), ("licence", "All rights reserved")):
        admin.choose_in(page.locator(f"#id_{name}"), choice)
    admin.click("Store it")
    admin.click("Find pledges", "link")
    page.wait_for_load_state()
    if page.get_by_role("button", name="Find pledges").count():  # else the worker was quicker
        admin.click("Find pledges")
    expect(page.get_by_text("We will open a second ward").first).to_be_visible()
    admin.tick(page.get_by_role("checkbox", name=re.compile("We will open a second ward")))
    admin.click("Accept ticked and open the first")
    expect(page.locator(".draft-words mark")).to_contain_text("We will open a second ward")
    admin.fill("Title (one thing that can be tested)", "Open a second ward for stroke patients")
    for label, choice in (("Theme", "Wards"), ("Kind of pledge", "Operation"), ("Basis", "Ministerial pledge")):
        if page.get_by_label(label, exact=True).first.input_value() == "":
            admin.choose(label, choice)
    admin.fill("What would count as delivered", "Patients are treated in a second ward.")
    admin.click("Submit for sign-off")


def sign_off(publisher: Counted, link: str) -> None:
    """The second person: a password by the link, an app, the check, and the press that publishes."""
    page = publisher.page
    page.goto(link)
    for name in ("password1", "password2"):
        publisher.fill_in(page.locator(f"#id_{name}"), PASSWORD)
    publisher.click("Save password")
    if page.get_by_role("button", name="Sign in", exact=True).count():
        publisher.fill("Email address or username", "grace@example.org")
        publisher.fill_in(page.get_by_label("Password"), PASSWORD)
        publisher.click("Sign in")
    if "activate" not in page.url:
        publisher.click("Set up the app", "link")
    set_up_app(publisher)
    publisher.click("Open a second ward for stroke patients", "link")
    publisher.tick(page.get_by_label("I checked today. This does not put active proceedings at risk"))
    publisher.tick(page.get_by_label("I checked today. This does not identify any protected person"))
    publisher.click("Publish", exact=True)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"Published as entry \d+"))


@pytest.mark.slow
@pytest.mark.once
def test_two_who_never_saw_it_publish_the_first_pledge_of_a_new_review(browser, empty_site):
    site, code = empty_site
    visit, began = Visit(browser, site), time.monotonic()
    reader = visit("/")
    expect(reader.get_by_text("This site is being set up.")).to_be_visible()
    admin = Counted(visit("/setup/"), "from-an-empty-folder")
    set_up_site(admin, code)
    link = invite_publisher(admin)
    draft_pledge(admin)
    publisher = Counted(visit("/"), "from-an-empty-folder")
    sign_off(publisher, link)
    reader.reload()
    expect(reader.get_by_text("1 pledge, not yet looked at.")).to_be_visible()
    expect(reader.get_by_text("This site is being set up.")).to_have_count(0)
    expect(reader.get_by_text(re.compile("Leave this site"))).to_have_count(0)
    steps, seconds = admin.steps + publisher.steps, time.monotonic() - began
    print(f"first pledge: {admin.steps} + {publisher.steps} = {steps} clicks and fields, {seconds:.0f} s")
    visit.close()
    assert visit.wrongs == []
    assert steps <= MAX_STEPS
    assert seconds <= MAX_SECONDS
