"""The guide (docs/desk.md) and what the pages say, and nothing else: each task by two new people, counted and timed.

It starts from what `make run EMPTY=1` prints. That nothing is opened by its address, but where the guide or a letter
names one, is what shows that there is no dead end.
"""

import os
import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser import test_setup as first_pledge
from tests.browser.conftest import Visit
from tests.browser.counted import Counted

MAX_SECONDS = 1800
PLEDGE = "Open a second ward for stroke patients"
SUBMITTED = "Submitted. Another person has to sign it off."
SAID = "The ward was built in March."
TEXT = f"A statement of the Trust.\n\n{SAID}\n\nPatients will follow."
TITLE = "What happened, in one line"


class Tasks:
    """Count and time each task, whoever does it."""

    def __init__(self, *people: Counted) -> None:
        self.people = people
        self.figures: dict[str, tuple[int, float]] = {}
        self._steps, self._began = self._count(), time.monotonic()

    def _count(self) -> int:
        return sum(person.steps for person in self.people)

    def done(self, task: str) -> None:
        """Note that a task is done, and begin the next."""
        self.figures[task] = (self._count() - self._steps, time.monotonic() - self._began)
        self._steps, self._began = self._count(), time.monotonic()


def open_pledge(editor: Counted) -> None:
    editor.click_on(editor.page.get_by_role("navigation", name="Desk").get_by_role("link", name="Pledges"))
    editor.click(PLEDGE, "link")


def add_update(editor: Counted) -> None:
    """*An update* of the guide, with a new source whose text is pasted."""
    page = editor.page
    open_pledge(editor)
    editor.click("Record an update")
    editor.click_on(page.get_by_text("Add a source"))
    for name, words in (("text", TEXT), ("title", "Statement of the Trust"), ("published_on", "2 March 2026")):
        editor.fill_in(page.locator(f"#id_new-{name}"), words)
    editor.choose_in(page.locator("#id_new-licence"), "All rights reserved")
    editor.fill("The exact words", SAID)
    editor.choose("New status", "Under way")
    step = page.get_by_label("Delivery step", exact=True).first
    editor.choose_in(step, step.locator("option").nth(2).inner_text())
    editor.fill(TITLE, "The ward was built")
    submit(editor)


def submit(editor: Counted) -> None:
    editor.click("Submit for sign-off")
    expect(editor.page.get_by_text(SUBMITTED)).to_be_visible()


def review(publisher: Counted, headline: str) -> Page:
    publisher.click("Queue", "link")
    publisher.click(headline, "link")
    return publisher.page


def tick_checks(publisher: Counted) -> None:
    for check in publisher.page.get_by_label(re.compile("I checked today")).all():
        publisher.tick(check)


def publish(publisher: Counted) -> None:
    tick_checks(publisher)
    publisher.click("Publish", exact=True)
    expect(publisher.page.get_by_role("heading", level=1)).to_have_text(re.compile(r"Published as entry \d+"))


def return_and_mend(editor: Counted, publisher: Counted) -> None:
    """Return it with a reason; its author finds the reason, mends it and submits; it is published."""
    review(publisher, "The ward was built")
    publisher.fill("Your comment", "Say who built it.")
    publisher.click("Return it with this reason")
    editor.click("Queue", "link")
    editor.click("The ward was built", "link")
    expect(editor.page.get_by_text("Say who built it.").first).to_be_visible()
    editor.fill(TITLE, "The Trust built the ward")
    submit(editor)
    review(publisher, "The Trust built the ward")
    publish(publisher)


def correct(editor: Counted) -> None:
    open_pledge(editor)
    editor.click("Correct")
    editor.fill(TITLE, "The Trust built the second ward")
    editor.fill("Why", "There is another ward.")
    submit(editor)


def schedule(publisher: Counted) -> None:
    """A time that cannot be read is told, and nothing typed is lost; then the time is set."""
    page = review(publisher, "The Trust built the second ward")
    tick_checks(publisher)
    publisher.fill("Publish later, at", "next Tuesday")
    publisher.click("Publish", exact=True)
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    publisher.fill("Publish later, at", "1 December 2027 9:30am")
    for check in page.get_by_label(re.compile("I checked today")).all():
        if not check.is_checked():
            publisher.tick(check)
    publisher.click("Publish", exact=True)
    expect(page.get_by_text("Scheduled for 1 December 2027, 09:30.")).to_be_visible()
    publisher.click("Calendar", "link", exact=True)
    expect(page.get_by_text("The Trust built the second ward").first).to_be_visible()


def answer(editor: Counted, publisher: Counted) -> None:
    """*Reports of readers*: one writes the answer, the other publishes it."""
    editor.click("Queue", "link")
    editor.click("About /pledges/", "link")
    editor.choose("Outcome", "Checked: the record is right")
    editor.fill("Answer", "The ward is the one that the page names.")
    editor.click("Save the answer")
    publisher.click("Queue", "link")
    publisher.click("About /pledges/", "link")
    publisher.click("Publish this answer")
    expect(publisher.page.get_by_text("The answer is public.")).to_be_visible()


def report(reader: Page) -> None:
    """A reader reports an error."""
    reader.goto("/")
    reader.get_by_role("link", name=PLEDGE).first.click()
    reader.get_by_role("link", name="Report an error on this page").click()
    reader.get_by_label("What is wrong?").fill("It is another ward.")
    reader.wait_for_timeout(2100)
    reader.get_by_role("button", name="Send the report").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Report sent")


@pytest.mark.skipif("DRILL_KEYBOARD" not in os.environ, reason="In make drill alone: it takes minutes")
@pytest.mark.slow
@pytest.mark.once
def test_two_new_people_do_each_task_with_the_guide_alone(browser, empty_site):
    site, code = empty_site
    visit = Visit(browser, site)
    admin = Counted(visit("/setup/"), "guide-admin")
    publisher = Counted(visit("/"), "guide-publisher")
    tasks = Tasks(admin, publisher)
    first_pledge.set_up_site(admin, code)
    tasks.done("first log-in with the printed code, second factor, first review")
    link = first_pledge.invite_publisher(admin)
    first_pledge.draft_pledge(admin)
    tasks.done("invite a publisher; first source and first pledge, submitted")
    first_pledge.sign_off(publisher, link)
    tasks.done("follow the invitation, second factor, publish the pledge")
    add_update(admin)
    tasks.done("an update with a new source, from the list of pledges")
    return_and_mend(admin, publisher)
    tasks.done("return it with a reason; mend and submit it; publish it")
    correct(admin)
    tasks.done("correct the entry")
    schedule(publisher)
    tasks.done("schedule it, after a time that could not be read")
    report(visit("/"))
    tasks.done("")
    answer(admin, publisher)
    tasks.done("answer a report of a reader, by both")
    del tasks.figures[""]
    for task, (steps, seconds) in tasks.figures.items():
        print(f"{task}: {steps} clicks and fields, {seconds:.0f} s")
    visit.close()
    assert [wrong for wrong in visit.wrongs if "422" not in wrong] == []
    assert sum(seconds for _, seconds in tasks.figures.values()) < MAX_SECONDS
