"""Every page of the desk and of an account: accessible in light and in dark, inside its width, with one heading."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.browser.accessibility import axe_report
from tests.browser.conftest import log_in, show_again

pytestmark = pytest.mark.once
WORLD = """
import json
from django.contrib.auth import get_user_model
from tests.desk.accounts.test_access import DESK, one_of_each
from tracker.desk.actions import questions
from tracker.pledges.choices import QuestionType
from tracker.pledges.models import Pledge, Review, Theme
review, people = Review.objects.first(), get_user_model().objects
made = one_of_each(
    people.get(first_name="Edna"), people.get(first_name="Paula"), review=review, theme=Theme.objects.first()
)
asked = questions.ask(
    Pledge.objects.get(slug="about"), kind=QuestionType.LETTER, by=people.get(first_name="Edna"),
    address="https://example.org/",
)
pages = [address for name, address in made.items() if "GET" in DESK[name][1]]
print(json.dumps([*pages, asked.get_absolute_url(), f"{asked.get_absolute_url()}review/"]))
"""
NOT_PAGES = ("/mapping.json", "/find-evidence/")
"""What answers with a part of a page, or with a file."""
SHOWN = [
    "/desk/?show=overdue", "/desk/pledges/?days=30&body=home-secretary", "/desk/pledges/?q=nothing+at+all",
    "/desk/sources/?kind=press&since=x", "/desk/changes/?show=decided", "/desk/sources/?q=nothing+at+all",
    "/desk/drafts/1/review/", "/desk/sources/coming/2/", "/desk/sources/ministers-statement-2/again/",
    "/desk/sources/ministers-statement/candidates/?show=decided", "/desk/sources/harbour-plan/candidates/",
    "/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/",
    "/accounts/sessions/", "/accounts/password/change/", "/accounts/email/", "/accounts/logout/",
]  # fmt: skip
"""More states of pages, and the pages of an account."""
LOOKS = [(1280, "light"), (390, "dark")]
"""Width and scheme: each page in one of the two, in all of them in the drill; the width is looked at in both."""
IN_ALL_LOOKS = "DRILL_LOOKS" in os.environ
if IN_ALL_LOOKS:
    LOOKS = [(width, scheme) for width in (1920, 1280, 768, 390, 320) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def pages(site, environment) -> list[str]:
    """The address of each page of the desk, with something on it."""
    told = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", WORLD],
        cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [one for one in json.loads(told.stdout.splitlines()[-1]) if not one.endswith(NOT_PAGES)] + SHOWN


def test_axe_finds_nothing_at_the_desk(visit, app_code, pages, figure):
    page = log_in(visit("/about/"), "ada", app_code)
    found = []
    for place, path in enumerate(pages):
        answer = page.goto(path)
        show_again(page, "ada", app_code)
        assert answer is not None
        assert answer.status < 400, (path, answer.status)
        found += [f"{path}: {problem}" for problem in problems(page, place)]
    assert not found, "\n".join(found)
    figure("P3", f"{len(pages)} pages of the desk, {len(LOOKS)} looks")


def problems(page, place: int) -> list[str]:
    """Return what is wrong with a page; it is loaded once. ``place`` says in which look it is looked at."""
    found = [] if page.locator("h1").count() == 1 else ["it has not one heading"]
    for number, (width, scheme) in enumerate(LOOKS):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"it is wider than {width}")
        is_looked_at = IN_ALL_LOOKS or number == place % len(LOOKS)
        if is_looked_at and (report := axe_report(page)):
            found.append(f"at {width} in {scheme}: {report}")
    return found
