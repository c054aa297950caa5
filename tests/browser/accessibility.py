"""What axe finds wrong with a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Every rule looks at every element. That none describes what it finds right halves the time of a page, and more.
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}


def axe_report(page: Page) -> str:
    """Return what axe finds wrong with a page, with the elements, or nothing."""
    results = Axe().run(page, options=OPTIONS)
    return results.generate_report() if results.violations_count else ""
