"""Each task of the desk by keyboard alone, by two people: with a focus that is seen, and no place that keeps it."""

import os
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ADMIN_PASSWORD, MAIL_FOLDER, CodeOnce, Visit
from tests.browser.keyboard import Keys

PLEDGE = "/desk/pledges/drivers-research/"
SUBMITTED = "Submitted. Another person has to sign it off."
TEXT = (
    "A plan for the jetty.\n\nWe will publish a register of the jetty. We will publish a map of the jetty.\n\n"
    "We will publish the accounts of the jetty by May 2027."
)
SAID = "The research was put out to tender on 2 March 2026."
in_the_drill = pytest.mark.skipif("DRILL_KEYBOARD" not in os.environ, reason="In make drill alone: it takes minutes")
ROWS = b"Title,Words\nPublish the jetty timetable,We will publish the timetable of the jetty.\n"


def sign_in(page: Page, who: str, app_code: CodeOnce) -> Keys:
    """Sign in with password and second factor."""
    keys = Keys(page)
    page.goto("/accounts/login/?next=/desk/")
    keys.open("Sign in to the desk")
    keys.type("Email address or username", who)
    keys.type("Password", ADMIN_PASSWORD)
    keys.press("Sign in")
    keys.open("Enter your code")
    keys.type("Code", app_code(who))
    keys.press("Sign in")
    keys.open("Your queue")
    return keys


def check(keys: Keys) -> None:
    """Confirm the two checks of whoever publishes."""
    keys.press("I checked today", "Space")
    keys.press("I checked today", "Space")


def review(keys: Keys, headline: str) -> None:
    """Open what waits for sign-off in the queue."""
    keys.page.goto("/desk/?show=sign-off")
    keys.open("Your queue")
    keys.press(headline)
    keys.open("Review this draft")


def publish(keys: Keys, headline: str) -> None:
    """Sign off what waits under a headline."""
    review(keys, headline)
    check(keys)
    keys.press("Publish")
    expect(keys.page.get_by_text(re.compile("Published as entry|Readers can see it now"))).to_be_visible()


def start(keys: Keys, button: str, heading: str) -> None:
    """Press a button on the page of the pledge at the desk."""
    keys.page.goto(PLEDGE)
    keys.open(re.compile("."))
    keys.press(button)
    keys.open(heading)


def submit(keys: Keys) -> None:
    """Submit the draft that is open, with the keys of the guide."""
    keys.page.keyboard.press("Control+Enter")
    expect(keys.page.get_by_text(SUBMITTED)).to_be_visible()


def update_with_new_source(keys: Keys) -> None:
    start(keys, "Record an update", "Record an update")
    keys.press("Add a source")
    keys.type("Address", "https://example.org/statement")
    keys.type("Its text", f"A statement.\n\n{SAID}\n\nMore will follow.")
    keys.type("Title", "A statement on research")
    keys.type("Published on", "2 March 2026")
    keys.type("Licence", "All")
    keys.type("The exact words", SAID)
    keys.type("New status", "Under")
    keys.type("Delivery step", "Started")
    keys.to("Happened on")
    expect(keys.page.get_by_label("Happened on")).to_have_value("2 March 2026")
    keys.type("What happened, in one line", "Research was put out to tender")
    submit(keys)


def return_and_submit_again(editor: Keys, publisher: Keys) -> None:
    review(publisher, "Research was put out to tender")
    publisher.type("Your comment", "Say who put it out.")
    publisher.press("Return it with this reason")
    publisher.open("Your queue")
    editor.page.goto("/desk/?show=returned")
    editor.open("Your queue")
    editor.press("Research was put out to tender")
    editor.open("Record an update")
    editor.type("What happened, in one line", "The Home Office put research out to tender")
    submit(editor)


def schedule(editor: Keys, publisher: Keys) -> None:
    start(editor, "Looked again: nothing new", "Looked again")
    editor.press("“", "Space")
    editor.press("Submit this check")
    expect(editor.page.get_by_text(SUBMITTED)).to_be_visible()
    review(publisher, "Nothing new found")
    check(publisher)
    publisher.type("Publish later, at", "1 December 2027 9:30am")
    publisher.press("Publish")
    expect(publisher.page.get_by_text("Scheduled for 1 December 2027, 09:30.")).to_be_visible()
    publisher.page.goto("/desk/?show=scheduled")
    publisher.open("Your queue")
    publisher.press("Nothing new found")
    publisher.open("Review this draft")
    publisher.press("Unschedule")
    expect(publisher.page.get_by_text("It is no longer scheduled:")).to_be_visible()


def correct_and_withdraw(editor: Keys, publisher: Keys) -> None:
    start(editor, "Correct", "Correct entry")
    editor.type("What happened, in one line", "The Home Office put the research out to tender")
    editor.type("Why", "It was one piece of research.")
    submit(editor)
    publish(publisher, "The Home Office put the research out to tender")
    start(editor, "Withdraw", "Withdraw entry")
    editor.type("Why", "It was about other research.")
    submit(editor)
    review(publisher, "Withdraw")


def ask_and_answer(editor: Keys, publisher: Keys) -> None:
    start(editor, "Freedom-of-information", "Freedom")
    editor.type("Sent on", "2 March 2026")
    submit(editor)
    publish(publisher, "Freedom")
    editor.page.goto(PLEDGE)
    editor.open(re.compile("."))
    editor.press("Freedom-of-information request to")
    editor.open("Freedom")
    editor.type("An answer came: its source", "Statement")
    editor.press("Submit the answer for sign-off")
    expect(editor.page.get_by_text(SUBMITTED)).to_be_visible()


def answer_a_report(reader: Keys, editor: Keys, publisher: Keys) -> str:
    """Answer the report of a reader by two people, and return its address at the desk."""
    reader.page.goto("/report/?page=/pledges/end-adultification/")
    reader.open("Report an error")
    reader.type("What is wrong?", "The figure is of another year.")
    reader.page.wait_for_timeout(2100)
    reader.press("Send the report")
    reader.open("Report sent")
    for keys, heading in ((editor, "Error report"), (publisher, "Error report")):
        keys.page.goto("/desk/?show=reports" if keys is editor else "/desk/?show=answers")
        keys.open("Your queue")
        keys.press("About /pledges/end-adultification/")
        keys.open(heading)
        if keys is editor:
            keys.type("Outcome", "Checked")
            keys.type("Answer", "The figure is of the year that the page names.")
            keys.press("Save the answer")
            expect(keys.page.get_by_text("The answer is saved.")).to_be_visible()
    publisher.press("Publish this answer")
    expect(publisher.page.get_by_text("The answer is public.")).to_be_visible()
    return publisher.page.url


def propose_a_fact(editor: Keys, publisher: Keys) -> None:
    start(editor, "Programme", "Change the theme")
    editor.type("Name", "Programme as a whole")
    editor.press("Propose the change")
    expect(editor.page.get_by_text("Proposed. Readers see it once another person accepts it.")).to_be_visible()
    publisher.page.goto("/desk/changes/")
    publisher.open("Changes to facts")
    publisher.press("Accept", "Space")
    publisher.press("Accept the ticked changes")
    expect(publisher.page.get_by_text(re.compile("1 change accepted"))).to_be_visible()


def find_pledges(editor: Keys) -> None:
    page = editor.page
    page.goto("/desk/sources/add/")
    editor.open("Add a source")
    editor.type("Title", "The jetty plan")
    editor.type("What it is", "Official")
    editor.type("Published on", "2 March 2026")
    editor.type("Licence", "All")
    editor.type("Its text", TEXT)
    editor.press("Store it")
    editor.open("Sources")
    editor.type("Words in the title", "jetty")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=jetty*")
    editor.open("Sources")
    editor.press("Find pledges in The jetty plan")
    editor.open("Pledges in this source")
    if page.get_by_role("button", name="Find pledges").count():  # else the worker was quicker
        editor.press("Find pledges")
    expect(page.locator(".row-tick").first).to_be_visible()
    editor.type("Theme", "Data")
    editor.type("Kind of pledge", "Service")
    editor.type("Basis", "Announced")
    editor.to("Tick:")
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.get_by_text(re.compile("Rejected\\. "))).to_be_visible()
    expect(page.locator(".row-tick:focus")).to_have_count(1)  # the next row has it once its page has come
    page.keyboard.press("k")
    page.keyboard.press("a")
    expect(page.get_by_text("A draft was started.")).to_be_visible()
    editor.page.keyboard.press("Home")
    page.reload()
    editor.open("Pledges in this source")
    editor.press("Go on with your drafts")
    editor.open("A new pledge")
    editor.type("Title", "Publish a register of the jetty")
    submit_next(editor)


def submit_next(editor: Keys) -> None:
    editor.press("Submit for sign-off")
    expect(editor.page.get_by_text(re.compile("Sent for sign-off"))).to_be_visible()


def sign_off_a_list(publisher: Keys) -> None:
    publisher.page.goto("/desk/sign-off/")
    publisher.open("Sign off new pledges")
    publisher.to("Later")
    for _ in range(2):  # the choices of one pledge are one stop
        publisher.page.keyboard.press("ArrowUp")
    expect(publisher.page.get_by_label("Publish", exact=True)).to_be_checked()
    check(publisher)
    publisher.press("Publish and send back as chosen")
    publisher.open("1 pledge published")


def bring_in_rows(editor: Keys) -> None:
    page = editor.page
    file = {"name": "jetty.csv", "mimeType": "text/csv", "buffer": ROWS}
    page.once("filechooser", lambda chooser: chooser.set_files(file))
    page.goto("/desk/imports/")
    editor.open("Bring in a spreadsheet")
    editor.press("The file")
    expect(page.get_by_label("The file")).to_have_value(re.compile("jetty.csv"))
    editor.press("Read the file")
    editor.open("What each column means")
    editor.press("Go on")
    editor.open("What each value means")
    editor.press("See the preview")
    editor.open("What would be brought in")
    editor.press("Bring in 1 row as a draft")
    expect(page.get_by_text("Publish the jetty timetable").first).to_be_visible()


def set_up_app(person: Keys, app_code: CodeOnce, name: str) -> None:
    """Set up an authenticator app, and go on past the recovery codes."""
    person.open("Set up an authenticator app")
    person.type("Code", app_code(name, person.page.locator("#totp-key").inner_text()))
    person.press("Turn on the app")
    person.open("Recovery codes")
    person.press("I have kept them")
    person.open("Your queue")


def invite(admin: Keys) -> str:
    """Invite an editor, and return the link of the letter."""
    admin.page.goto("/desk/people/")
    admin.open("Desk users")
    admin.type("Public name", "Ines Invited")
    admin.type("Email address", "ines@example.org")
    admin.press("Send the invitation")
    expect(admin.page.get_by_text("Invitation sent, with a link to choose a password.")).to_be_visible()
    letters = [path.read_text() for path in MAIL_FOLDER.iterdir() if "ines@example.org" in path.read_text()]
    return re.search(r"https?://\S+", letters[-1])[0]


def get_in(invited: Keys, app_code: CodeOnce, link: str) -> None:
    """Follow an invitation: a password, an app, recovery codes; then another name."""
    invited.page.goto(link)
    invited.open("Choose a password")
    invited.type("Password", f"{ADMIN_PASSWORD} of ines")
    invited.type("Password again", f"{ADMIN_PASSWORD} of ines")
    invited.press("Save password")
    invited.open("Second factor")
    invited.press("Set up the app")
    set_up_app(invited, app_code, "ines")
    invited.page.goto("/desk/name/")
    invited.open("Your name on the record")
    invited.type("Your public name", "Ines Invited-Twice")
    invited.press("Change your name")
    invited.open("Your name on the record")
    expect(invited.page.locator(".lede b")).to_have_text("Ines Invited-Twice")


def hold_and_release(editor: Keys, publisher: Keys) -> None:
    start(editor, "Put on hold", "")
    expect(editor.page.get_by_text("It cannot be published until").first).to_be_visible()
    start(publisher, "Release the hold", "")
    expect(publisher.page.get_by_text("Released: ")).to_be_visible()


def withdraw_for_good(admin: Keys, link: str, heading: str, button: str) -> None:
    """Withdraw what the open page has, for legal reasons."""
    admin.press(link)
    admin.open(heading)
    admin.type("Why", "An order of the court.")
    admin.press("I understand", "Space")
    admin.press(button)
    expect(admin.page.get_by_text(re.compile("(text of entry [0-9]+|source|answer) is withdrawn"))).to_be_visible()


def withdraw_for_legal_reasons(admin: Keys, report: str) -> None:
    admin.page.goto(PLEDGE)
    admin.open(re.compile("."))
    withdraw_for_good(admin, "Withdraw its text", "Withdraw the text of entry", "Withdraw the text")
    admin.page.goto(report)
    admin.open("Error report")
    withdraw_for_good(admin, "Withdraw this answer", "Withdraw an answer", "Withdraw the answer")
    admin.page.goto("/desk/sources/?q=jetty")
    admin.open("Sources")
    withdraw_for_good(admin, "Withdraw for legal reasons", "Withdraw", "Withdraw the source")


@in_the_drill
@pytest.mark.slow
@pytest.mark.once
def test_every_task_of_the_desk_by_keyboard_alone(visit, app_code):
    reader, invited = Keys(visit("/about/")), Keys(visit("/about/"))
    editor = sign_in(visit("/about/"), "kay.keys", app_code)
    publisher = sign_in(visit("/about/"), "tabitha.tab", app_code)
    admin = sign_in(visit("/about/"), "ada", app_code)
    get_in(invited, app_code, invite(admin))
    update_with_new_source(editor)
    return_and_submit_again(editor, publisher)
    publish(publisher, "The Home Office put research out to tender")
    schedule(editor, publisher)
    hold_and_release(editor, publisher)
    correct_and_withdraw(editor, publisher)
    ask_and_answer(editor, publisher)
    report = answer_a_report(reader, editor, publisher)
    propose_a_fact(editor, publisher)
    find_pledges(editor)
    sign_off_a_list(publisher)
    bring_in_rows(editor)
    withdraw_for_legal_reasons(admin, report)
    found = set().union(*(one.problems for one in (reader, invited, editor, publisher, admin)))
    assert not found, "\n".join(sorted(found))


@in_the_drill
@pytest.mark.slow
@pytest.mark.once
def test_set_up_by_keyboard_alone(browser, empty_site, app_code):
    site, code = empty_site
    visit = Visit(browser, site)
    admin = Keys(visit("/setup/"))
    admin.open("Your account")
    for label, words in (
        ("Set-up code", code), ("Your public name", "Ada Byron"), ("Email address", "ada@example.org"),
        ("Password", f"{ADMIN_PASSWORD} of old"), ("Password again", f"{ADMIN_PASSWORD} of old"),
    ):  # fmt: skip
        admin.type(label, words)
    admin.press("Save and go on: second factor")
    set_up_app(admin, app_code, "ada of the empty site")
    admin.press("Go on setting up the tracker")
    admin.open("Set up your tracker")
    admin.press("Go on: name and email")
    admin.open("Name and email")
    admin.type("Name of the site", "Harbour Watch")
    admin.press("Save")
    admin.open("Set up your tracker")
    admin.press("Go on: first review")
    admin.open("First review")
    for label, words in (
        ("Title of the review", "A Review of the Harbour Hospital"), ("Who wrote it", "Dame Hart"),
        ("Whose pledges are tracked", "The Harbour Trust"), ("Published on", "5 January 2026"),
        ("Recommendations", "1. The Trust should train every porter."),
        ("Text of the review", "The Trust should train every porter."), ("Licence", "All"),
        ("Bodies that have to act", "Estates Office"), ("Themes", "Wards"),
    ):  # fmt: skip
        admin.type(label, words)
    admin.press("Show what is read")
    admin.open("First review")
    admin.press("Start this review")
    admin.open("Set up your tracker")
    visit.close()
    assert not admin.problems, "\n".join(sorted(admin.problems))
    assert visit.wrongs == []


@in_the_drill
@pytest.mark.slow
@pytest.mark.once
def test_the_control_a_focus_that_is_not_seen_or_kept_is_noted(visit):
    keys = Keys(visit("/about/"))
    keys.page.evaluate("""() => {
        const [first, second] = document.querySelectorAll("a");
        first.style.outline = first.style.boxShadow = "none";
        second.addEventListener("keydown", (event) => event.preventDefault());
    }""")
    for _ in range(3):
        keys.stop()
    assert {problem.partition("” ")[2] for problem in keys.problems} == {"has no visible focus", "keeps the focus"}
