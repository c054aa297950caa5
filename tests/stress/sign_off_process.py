"""Publish drafts as a person at the desk does: open the review, send the form, and send it again until it is taken.

Started by tests with how many; makes the drafts, prints the address of their pledge, then publishes one for each line
that it is sent, and prints the headline once the site says that it is published.
"""

import os
import sys
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import DatabaseError, close_old_connections  # noqa: E402
from django.test import Client  # noqa: E402

from tests.desk.conftest import signed_in  # noqa: E402
from tests.desk.pages import CHECKED, open_form  # noqa: E402
from tests.factories import person, stated, submitted  # noqa: E402
from tracker.desk.accounts.permissions import DeskRole  # noqa: E402

settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


def persist(client: Client, page: str) -> None:
    """Open the form of a page and send it until the site leads on: the same form each time, as a reload does."""
    form: tuple[str, dict[str, Any]] | None = None
    while True:
        close_old_connections()
        try:
            form = form or open_form(client, page, "/publish/")
            if client.post(form[0], form[1] | CHECKED).status_code in (302, 303):
                return
        except (AssertionError, DatabaseError):  # the page was not answered
            pass
        time.sleep(0.2)


ada, grace = person("Ada Lovelace"), person("Grace Hopper", DeskRole.PUBLISHER)
about = stated(slug="of-the-drill")
drafts = [submitted(ada, about, headline=f"Drill entry {number}") for number in range(int(sys.argv[1]))]
client = signed_in(grace)
print(about.get_absolute_url(), flush=True)
for draft in drafts:
    if not sys.stdin.readline():
        break
    persist(client, f"/desk/drafts/{draft.pk}/review/")
    print(draft.headline, flush=True)
