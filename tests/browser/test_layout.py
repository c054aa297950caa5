"""Pages in a language half as long again, and from right to left, are not wider than the screen and hide nothing.

So do cards in other sites' frames, whatever their size.
"""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from playwright.sync_api import Browser, Route

from tests.browser.test_every_page import PAGES
from tests.factories import stated, update
from tests.pseudo_locale import spoken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("casey"), pytest.mark.once]
HERE = "http://pseudo.test"

OVERFLOWING = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return box.width && (box.right > innerWidth + 1 || box.left < -1) && !one.closest(".hidden, .skips, svg, pre, table")
    && style.position !== "absolute" && style.visibility !== "hidden";
}).map((one) => one.outerHTML.slice(0, 120))"""


def page_of(browser: Browser, width: int, *, from_right: bool = False):
    """A page whose addresses are answered here, by Django's test client, in the language."""
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=True)
    page = context.new_page()
    client = Client()

    def answer(route: Route) -> None:
        with spoken():
            found = client.get(route.request.url.removeprefix(HERE))
        body = b"".join(found) if found.streaming else found.content
        if from_right:
            body = body.replace(b"<html lang=", b'<html dir="rtl" lang=', 1)
        route.fulfill(status=found.status_code, body=body, headers={"Content-Type": found["Content-Type"]})

    page.route(f"{HERE}/**", answer)
    return page


@pytest.mark.parametrize(("width", "from_right"), [(390, False), (1280, False), (390, True)])
def test_nothing_breaks_at_one_and_a_half_times_the_length_or_from_the_right(browser, width, from_right):
    cache.clear()
    page = page_of(browser, width, from_right=from_right)
    wrong = {}
    for path in [one for one in PAGES if not one.startswith("/embed/")]:
        page.goto(f"{HERE}{path}")
        assert page.locator("h1").count() == 1
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong[path] = page.evaluate(OVERFLOWING)[:3]
    page.context.close()
    assert wrong == {}


def test_a_card_in_a_small_frame_keeps_its_last_line_in_view(browser, client):
    style = Path(finders.find("public/site.css")).read_text(encoding="utf-8")
    entry = update(stated(slug="long", title="Longer words " * 11), headline="Something happened again " * 6)
    page = browser.new_page()

    def show(html: str, width: int, height: int, *, zoom: int = 1) -> None:
        page.set_viewport_size({"width": width, "height": height})
        page.set_content(f"{html}<style>{style} html {{ font-size: {zoom * 100}% }}</style>")

    for slug in ("asylum-exclusion", entry.pledge.slug):
        card = client.get(f"/embed/pledges/{slug}/").content.decode()
        for width, height, zoom in [(400, 260, 1), (320, 260, 1), (300, 120, 1), (560, 260, 2), (560, 260, 1)]:
            show(card, width, height, zoom=zoom)
            foot = page.locator(".embed-foot").bounding_box()
            assert foot["y"] >= 0, (slug, width, height)
            assert foot["y"] + foot["height"] <= height, (slug, width, height)
        for width in (560, 400, 300):
            told = client.get("/oembed", {"url": f"http://testserver/pledges/{slug}/", "maxwidth": width}).json()
            show(card, told["width"], told["height"])
            words = page.locator(".embed-words")
            assert words.evaluate("(words) => words.scrollHeight - words.clientHeight") <= 0, (slug, told)
    page.close()


def test_on_paper_addresses_are_whole_and_nothing_is_folded(browser, client):
    style = Path(finders.find("public/site.css")).read_text(encoding="utf-8")
    page = browser.new_page(viewport={"width": 794, "height": 1123})
    page.set_content(f"{client.get('/pledges/national-inquiry/').content.decode()}<style>{style}</style>")
    folded = "(all) => all.filter((one) => !one.lastElementChild.checkVisibility()).length"
    assert page.locator("main details").evaluate_all(folded) > 0, "on a screen they are"
    page.emulate_media(media="print")
    assert page.locator("main details").evaluate_all(folded) == 0
    told = page.locator("figcaption a[data-address]").evaluate_all(
        "(all) => all.map((one) => [getComputedStyle(one, '::after').content, one.dataset.address])"
    )
    assert told
    assert all(address.startswith("http") and address in content for content, address in told)
    assert page.get_by_text("http://testserver/pledges/national-inquiry/", exact=True).first.is_visible()
    page.close()


def test_the_direction_follows_the_language(client):
    with translation.override("ar"):
        cache.clear()
        page = client.get("/about/").content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert '<html lang="en-gb">' in client.get("/about/").content.decode()
