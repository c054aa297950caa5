"""What was typed into a form stays where its session or its token is gone, and no other site can have it sent."""

import datetime as dt

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone

from tests.desk.conftest import signed_in
from tests.desk.pages import CHECKED, open_form, send
from tests.factories import stated, submitted
from tracker.desk.actions import review
from tracker.desk.workflow import DraftState

pytestmark = pytest.mark.django_db
WORDS = {"text": "The third figure differs from the report's.", "do": "comment"}


def test_words_of_a_form_stay_until_it_can_be_sent(ada, grace):
    address = f"/desk/drafts/{submitted(ada, stated(slug='about')).pk}/comment/"
    answer = Client().post(address, WORDS, headers={"referer": f"http://testserver{address}"})
    page = answer.content.decode()
    assert answer.status_code == 401
    assert 'name="text" value="The third figure differs from the report&#x27;s."' in page
    assert Client().post(address, WORDS, headers={"HX-Request": "true"}).content == b""
    assert Client().get(address)["Location"].startswith("/accounts/login/")

    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in(grace).cookies
    ours, another = "http://testserver", "https://example.org"
    answer = strict.post(address, WORDS, headers={"origin": ours})
    assert (answer.status_code, "The third figure" in answer.content.decode()) == (403, True)
    for headers in ({"origin": another}, {}, {"origin": ours, "sec-fetch-site": "cross-site"}):
        answer = strict.post(address, WORDS, headers=headers)
        assert (answer.status_code, "The third figure" in answer.content.decode()) == (403, False), headers
    answer = strict.post("/accounts/login/", {"login": "ada", "password": "s3cret words"}, headers={"origin": ours})
    assert (answer.status_code, "s3cret" in answer.content.decode()) == (403, False)


@pytest.mark.slow
def test_a_refused_press_leaves_the_time_that_was_set(ada, grace):
    waiting = submitted(ada, stated(slug="about"))
    at = timezone.now() + dt.timedelta(days=2)
    review.record_check(waiting, version=waiting.version, by=grace)
    waiting = review.schedule(waiting, version=waiting.version, by=grace, at=at)
    client, page = signed_in(grace), f"/desk/drafts/{waiting.pk}/review/"
    address, held = open_form(client, page, "/publish/")
    assert client.post(address, held | CHECKED | {"version": "999"}).status_code == 409
    assert send(client, page, "/publish/", proceedings="on").status_code == 422
    waiting.refresh_from_db()
    assert (waiting.stage, waiting.publish_at, waiting.signed_off_by) == (DraftState.SCHEDULED, at, grace)


def test_a_person_who_left_is_named_and_cannot_be_deleted(ada, grace):
    made = submitted(ada, stated(slug="about"))
    with pytest.raises(ProtectedError):
        ada.delete()
    get_user_model().objects.filter(pk=ada.pk).update(is_active=False)
    cache.clear()
    client = signed_in(grace)
    for page in ("/desk/", made.get_absolute_url(), f"{made.get_absolute_url()}review/"):
        assert "Ada Lovelace" in client.get(page).content.decode(), page
