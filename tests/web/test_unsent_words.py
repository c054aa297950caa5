"""A form that is sent while the database is away: the words come back with a button, and are nobody else's to send."""

import pytest
from django.core import signing
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

WORDS = "What I saw on that page was wrong."
OURS = {"Origin": "http://testserver"}


@pytest.fixture
def away(db):
    """A database that answers nothing."""

    def refuse(*args):
        raise OperationalError("unable to open database file")

    with connection.execute_wrapper(refuse):
        yield


def send(path="/report/", headers=OURS, **fields):
    made = signing.dumps(int(timezone.now().timestamp()) - 60, salt="openforms")
    fields = {"what": WORDS, "made": made, "website": "", **fields}
    return Client(raise_request_exception=False).post(path, fields, headers=headers)


def test_the_words_come_back_with_a_button(away):
    answer = send(source="a letter")
    text = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "30", "no-store")
    assert f'<input type="hidden" name="what" value="{WORDS}">' in text
    assert '<input type="hidden" name="made" value="' in text
    assert f'<p class="letter">{WORDS}</p>' in text
    assert '<form method="post" action="/report/"' in text
    assert "csrfmiddlewaretoken" not in text
    assert not answer.cookies


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ({"Origin": "https://elsewhere.example"}, {}),
        ({}, {}),
        ({**OURS, "HX-Request": "true"}, {}),
        (OURS, {"password": "a long secret phrase"}),
    ],
    ids=["another site", "no site", "a part of a page", "a password"],
)
def test_the_control_words_of_others_and_secrets_do_not(away, headers, fields):
    answer = send(headers=headers, **fields)
    assert answer.status_code == 503
    assert WORDS not in answer.content.decode()
    assert "a long secret phrase" not in answer.content.decode()


def test_a_middleware_that_meets_it_answers_503_as_well(away):
    """The session is read before any view: that was 500."""
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a-session-of-somebody-who-is-signed-in"
    assert [client.get(path).status_code for path in ("/desk/", "/admin/", "/changes/")] == [503, 503, 503]
