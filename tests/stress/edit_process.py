"""One of several processes that do the same thing at once: edit_process.py START ACTION DRAFT USER TIMES.

It waits until the file START is there, acts, and prints one line for each time: what came of it.
"""

import datetime as dt
import os
import sys
import time
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
import django

django.setup()

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.test import Client
from django.test.utils import setup_test_environment
from django.utils import timezone

from tracker.desk.actions import review
from tracker.desk.actions.drafts import StaleDraftError
from tracker.desk.models import Draft

setup_test_environment()
start, action, pk, name, times = sys.argv[1:]
user = get_user_model().objects.get(username=name)
draft = Draft.objects.get(pk=pk)
client = Client(headers={"host": "localhost"})
client.force_login(user)
session = client.session
session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
session["account_authentication_methods_user"] = str(user.pk)
session.save()


def publish(number: int) -> str:
    try:
        return f"entry {review.publish(draft, version=draft.version, by=user).position}"
    except (ValidationError, StaleDraftError) as error:
        return type(error).__name__


def due(number: int) -> str:
    results = review.publish_due(now=timezone.now() + dt.timedelta(days=1))
    return ", ".join(f"entry {entry.position}" for _, entry in results) or "nothing"


def naive(number: int) -> str:
    """The control: save over whatever is there, as if the form had no version."""
    page = client.get(f"/desk/drafts/{pk}/")
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"do": "save"}
    data["explanation"] += f" {name}-{number}"
    time.sleep(0.05)
    while True:
        page = client.get(f"/desk/drafts/{pk}/")
        data |= {"version": page.context["version"], "edit_session": page.context["edit_session"]}
        if client.post(f"/desk/drafts/{pk}/", data).status_code == 302:
            return "saved"


def edit(number: int) -> str:
    """Append a word of one's own to what one reads, as a person would: read, type, save; again where told so."""
    for attempt in range(500):
        page = client.get(f"/desk/drafts/{pk}/")
        form = page.context["form"]
        data = {name: form[name].value() or "" for name in form.fields}
        data |= {"version": page.context["version"], "edit_session": page.context["edit_session"], "do": "save"}
        data["explanation"] += f" {name}-{number}"
        answer = client.post(f"/desk/drafts/{pk}/", data)
        if answer.status_code == 302:
            return f"saved after {attempt}"
        assert answer.status_code == 409, answer.content.decode()[:2000]
        assert f"{name}-{number}" in answer.content.decode(), "what was typed is still there"
    return "gave up"


def send(number: int) -> str:
    answer = client.post(
        f"/desk/drafts/{pk}/comment/",
        {"text": f"Round {number}", "do": "comment", "key": f"00000000-0000-4000-8000-{number:012}"},
    )
    return str(answer.status_code)


while not Path(start).exists():
    time.sleep(0.002)
for number in range(int(times)):
    print({"publish": publish, "due": due, "edit": edit, "naive": naive, "send": send}[action](number), flush=True)
