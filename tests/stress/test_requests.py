"""Generated requests over every address of the site, by everybody: never an error of ours, never a trace or a secret.

6,000 in the suite, 100,000 in make drill (DRILL_REQUESTS). The same for the same seed.
"""

import os
import random
import re

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern, URLResolver

from tests.desk.conftest import signed_in
from tests.factories import draft, person, published, stated, update
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import candidates, holds, questions
from tracker.desk.models import Draft, Hold
from tracker.pledges.choices import QuestionType
from tracker.pledges.models import Body, Pledge, Question, RecordEntry, Report, Theme
from tracker.pledges.reports import receive_report
from tracker.sources.models import Passage, Source

pytestmark = pytest.mark.django_db
REQUESTS = int(os.environ.get("DRILL_REQUESTS", "6000"))
PARTS = 4
LATER = [] if os.environ.get("DRILL_REQUESTS") else [pytest.mark.once]
"""Marks of the parts after the second: on PostgreSQL the gate asks half as many."""
SECRET = "a-word-of-a-draft-that-nobody-may-see"
TRACE = re.compile(r"Traceback \(most recent call last\)|django\.db\.utils|File \"/|OperationalError|DoesNotExist")

WORDS = [
    "", "taxi", "0", "1", "-1", "999999999999999999999", "2026-11-24", "2026-02-30", "9999-99", "on", "yes", "no",
    "null", "true", "[]", "{}", "a" * 3000, "é", "ｆ", "\u202e", "\x00", "\ud7ff", "💥", "%00",
    "../../etc/passwd", "' OR 1=1 --", "<script>alert(1)</script>", "{{ 7*7 }}", "${7*7}",
    "javascript:alert(1)", "//evil.example",
    "http://127.0.0.1/", "\r\nSet-Cookie: a=b", "status", "under-way", "delivered", "title", "moved", "csv", "=1+1",
    "٣",
    "1e309", "NaN",
]  # fmt: skip
NAMES = [
    "q", "status", "theme", "body", "review", "basis", "schedule", "quiet", "conflict", "check", "sort", "page",
    "as_of", "since", "until", "kind", "a", "b", "pledge", "url", "format", "maxwidth", "cursor", "limit",
    "next", "login", "password", "what", "should", "where", "website", "made", "email", "key", "version",
    "edit_session", "do", "headline", "explanation", "effective_on", "looked_until", "step", "reason", "text", "exact",
    "start", "source", "role", "note", "title", "publisher", "address", "file", "facts", "verdict", "answer",
    "correction", "outcome", "first_name", "code", "csrfmiddlewaretoken", "id", "pk", "action", "choice",
    "into",
]  # fmt: skip
METHODS = ["GET"] * 6 + ["POST"] * 4 + ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get"]
DEAR = ("package", "card")
"""What takes long to make, and has tests of its own: asked for seldom."""


def close(answer):
    """End an answer, which may be a stream that nobody read; the connection of the test stays (as the client does)."""
    request_finished.disconnect(close_old_connections)
    answer.close()
    request_finished.connect(close_old_connections)


def addresses(resolver, prefix=""):
    """Each address of the URLconf as text with the names of its parts: /pledges/<slug>/."""
    for one in resolver.url_patterns:
        pattern = one.pattern
        if isinstance(pattern, RoutePattern):
            text = re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", pattern._route)
        elif isinstance(pattern, RegexPattern):
            text = re.sub(r"\(\?P<(\w+)>[^)]*\)\)?", r"<\1>", pattern._regex).replace("\\.", ".").strip("^$")
        else:
            text = str(pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one, prefix + text)
        else:
            yield one.name or "", f"/{prefix}{text}"


ADDRESSES = sorted({*addresses(get_resolver()), *addresses(get_resolver("tracker.opendata.api.urls"), "api/v1/")})


def world():
    """Something of everything; returns people of each sort, and words that lead somewhere."""
    ada, grace = person("Ada", DeskRole.EDITOR), person("Grace", DeskRole.PUBLISHER)
    about = stated(slug="about")
    update(about)
    made = draft(ada, about, headline=SECRET[:200])
    published(ada, grace, about)
    holds.place_hold(about, by=ada, reason=SECRET)
    questions.ask(about, kind=QuestionType.LETTER, by=ada, address="https://example.org/")
    receive_report(page="/pledges/about/", what=SECRET, source="")
    candidates.search_source(about.citations.first().passage.source)
    people = [ada, grace, person("Vera", DeskRole.VIEWER), person("Edith", DeskRole.ADMIN), person("Stranger", None)]
    there = [str(made.pk), "about", "pledges", "csv", "2026-11", "json", "updates"]
    for model, field in ((Source, "slug"), (Body, "slug"), (Theme, "slug"), (Passage, "pk"), (RecordEntry, "pk"),
                         (Draft, "pk"), (Hold, "pk"), (Question, "pk"), (Report, "pk"), (Pledge, "slug")):  # fmt: skip
        there += [str(value) for value in model.objects.values_list(field, flat=True)[:3]]
    return people, there


def everybody(people):
    """A client of nobody and one of each person, with whether they belong to the desk; those that logged out again."""
    clients = [(Client(raise_request_exception=False), False)]
    for one in people:
        known = signed_in(one)
        known.raise_request_exception = False
        clients.append((known, one.username != "stranger"))
    return clients


@pytest.mark.parametrize("part", [0, 1, *(pytest.param(part, marks=LATER) for part in range(2, PARTS))])
def test_no_request_of_anybody_meets_an_error_or_sees_what_is_not_theirs(part, caplog, settings, figure):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    number = random.Random(f"requests {part}")
    people, there = world()
    seen: dict[int, int] = {}
    while (asked := sum(seen.values())) < REQUESTS // PARTS:
        if asked % 500 == 0:
            clients = everybody(people)
        name, pattern = number.choice(ADDRESSES)
        if name in DEAR and number.random() < 0.95:
            continue
        address = re.sub(r"<\w+>", lambda _: number.choice(there if number.random() < 0.8 else WORDS), pattern)
        address = "".join(one if 32 < ord(one) < 127 else "" for one in address)[:1500] or "/"
        client, at_the_desk = number.choice(clients)
        method = number.choice(METHODS)
        values = {number.choice(NAMES): number.choice(WORDS + there) for _ in range(number.randrange(6))}
        headers = {"HX-Request": "true"} if number.random() < 0.15 else {}
        if number.random() < 0.1:
            headers[number.choice(["If-None-Match", "Range", "If-Range", "Accept", "Referer", "X-Forwarded-For"])] = (
                "x"
            )
        if method == "POST":
            if number.random() < 0.1:
                values["file"] = SimpleUploadedFile("x.pdf", b"%PDF-1.4 \x00" + os.urandom(40))
            answer = client.post(address, values, headers=headers)
        elif method == "GET":
            answer = client.get(address, values, headers=headers)
        else:
            answer = client.generic(method, address, b"a=b", headers=headers)
        told = f"{method} {address} {values} by {'the desk' if at_the_desk else 'nobody'}"
        # 501 is what oEmbed asks for where a format is not there.
        assert answer.status_code < 500 or (answer.status_code == 501 and address == "/oembed"), told
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
        if not answer.streaming:
            text = answer.content.decode("utf-8", "replace")
            assert not TRACE.search(text), told
            assert django_settings.SECRET_KEY not in text, told
            if not at_the_desk:
                assert SECRET not in text, told
        close(answer)
        caplog.clear()
    assert {200, 302, 403, 404, 405} <= set(seen), seen
    figure("I1", f"{sum(seen.values()):,} requests ({part + 1} of {PARTS}): no error, no trace, no secret")


def test_the_control_an_error_of_ours_is_seen(monkeypatch):
    monkeypatch.setattr("tracker.public.pages.pledge_lists.summarise", lambda *_, **__: 1 / 0)
    assert Client(raise_request_exception=False).get("/").status_code == 500
