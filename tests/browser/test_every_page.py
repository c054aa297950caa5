"""Every public page, wide and narrow, light and dark: accessible, quiet, and inside its width."""

import os

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import axe_report
from tests.browser.conftest import log_in

PAGES = [
    "/",
    "/?status=kept&theme=policing&page=x",
    "/?status=dropped",
    "/pictures/",
    "/pictures/?status=dropped",
    "/compare/?a=uk-government&b=home-secretary",
    "/?q=taxi",
    "/?q=taxy+licencing",
    "/pledges/nca-cold-cases/",
    "/pledges/end-adultification/",
    "/sources/",
    "/sources/untitled-press-report/",
    "/sources/gov-response/",
    "/bodies/",
    "/bodies/home-secretary/",
    "/themes/policing/",
    "/methodology/",
    "/changes/",
    "/changes/?since=2026-11-20&until=x",
    "/changes/2026-11/",
    "/record/",
    "/record/verify/",
    "/?as_of=2026-11-24",
    "/?as_of=2025-09-01",
    "/pledges/taxi-licensing/?as_of=2026-11-24",
    "/checks/",
    "/about/",
    "/data/",
    "/api/v1/",
    "/follow/?about=pledge:taxi-licensing",
    "/report/?page=/sources/",
    "/corrections/",
    "/embed/pledges/taxi-licensing/",
    "/embed/reviews/casey-audit-2025/",
]
pytestmark = pytest.mark.once  # what a page looks like does not depend on the database
NARROWEST = 320
LOOKS = [(1280, "light", PAGES), (390, "dark", PAGES[::3])]
"""Width, scheme and pages: all in one look, in the other each third, whose parts the rest are made of too."""
if os.environ.get("DRILL_LOOKS"):
    LOOKS = [(width, scheme, PAGES) for width in (1920, 1280, 768, 390, NARROWEST) for scheme in ("light", "dark")]


@pytest.mark.parametrize(("width", "scheme", "pages"), LOOKS, ids=[f"{look[0]}-{look[1]}" for look in LOOKS])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(visit, width, scheme, pages):
    found = {}
    page = visit("/about/", width=width, scheme=scheme)
    for path in pages:
        page.goto(path)
        if report := axe_report(page):
            found[path] = report
        for narrow in (width, NARROWEST):
            page.set_viewport_size({"width": narrow, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= narrow, f"{path} is wider than {narrow}"
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator("h1").count() == 1
    assert found == {}, "\n".join(found.values())


def test_axe_does_find_what_is_wrong(visit):
    page = visit("/about/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/x.png\">')")
    assert "alternative text" in axe_report(page)
    visit.wrongs.clear()


def test_the_first_visit_is_light(visit):
    page = visit("about:blank")
    responses = []
    page.on("response", lambda response: responses.append(response))
    page.goto("/", wait_until="networkidle")
    sizes = {response.url: response.request.sizes()["responseBodySize"] for response in responses}
    assert 3 <= len(sizes) <= 5
    assert 5_000 < sum(sizes.values()) <= 25 * 1024, sizes
    assert not any("htmx" in url for url in sizes)
    page.get_by_label("Status", exact=True).hover()
    page.wait_for_function("window.htmx")


def test_the_admin_works_under_the_strict_policy(visit, app_code):
    """Django's admin loads under the site's own policy: the visit fails if the console names a violation."""
    page = log_in(visit("/about/"), "ada", app_code, to="/admin/")
    expect(page.get_by_role("link", name="Pledges", exact=True).first).to_be_visible()
    page.goto("/admin/pledges/pledge/")
    page.get_by_role("link", name="Close the loopholes in taxi licensing").click()
    expect(page.get_by_role("link", name="Work on it at the desk")).to_be_visible()
    page.goto("/admin/pledges/body/import/")
    expect(page.get_by_role("button", name="Submit")).to_be_visible()
    page.goto("/admin/sources/passage/?check=unchecked")
    expect(page.get_by_text("36 passages")).to_be_visible()
    page.goto("/admin/pledges/recordentry/?status__exact=no-action-found")
    page.get_by_role("link", name="No action found as of 17 June 2025").first.click()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto("/admin/ops/jobrun/")
    jobs = page.get_by_role("region", name="Table of jobs")
    jobs.focus()
    expect(jobs).to_be_focused()
    assert jobs.evaluate("table => table.scrollWidth > table.clientWidth"), "it scrolls by itself"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
