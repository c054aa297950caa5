"""A new installation, about another subject: nothing that anybody looks at names a subject that nobody typed.

Everything that a link leads to, for readers, the desk and the admin; feeds, embeds, cards, downloads, the static
export, what is answered when something is wrong, and emails. A list of kinds says that each was looked at.
"""

import datetime as dt
import gzip
import io
import re
import zipfile
from collections import defaultdict

import pytest
from django.conf import settings as django_settings
from django.contrib import admin
from django.core import mail
from django.core.management import call_command
from django.template import engines
from django.test import Client
from django.urls import reverse
from PIL import ImageDraw

from tests.desk.conftest import signed_in
from tests.factories import PassageFactory, SourceFactory, stated, submitted, update
from tracker.alerts.models import Frequency, Subscription
from tracker.alerts.sending import send_due
from tracker.alerts.subscriptions import confirm, request_subscription
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import people
from tracker.opendata.static_export import export
from tracker.pledges.data.start_review import start_review
from tracker.pledges.models import Review, Theme

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SUBJECT = re.compile(
    r"abus|exploit|\bchild|survivor|victim|casey|nspcc|rape|help ?line|0808|bbc\.co\.uk|in danger|national audit"
    r"|\btaxi|private hire|police|home.office",
    re.I,
)
WHERE_HELP_LINES_ARE_GIVEN = ("/desk/reviews/", "/setup/", "/admin/pledges/review/")
"""There an admin reads what the field of help lines is for."""
KINDS = {
    "/desk/": r"/desk/", "/accounts/": r"/accounts/", "/admin/": r"/admin/", "feed": r"\.atom$", "calendar": r"\.ics$",
    "CSV": r"\.csv$", "JSON": r"\.json$", "API": r"/api/v1/", "embed": r"^/embed/", "badge": r"\.svg$",
    "card": r"\.png$", "record": r"^/record/", "recommendations": r"/recommendations/", "robots": r"robots\.txt",
    "sitemap": r"sitemap", "package": r"\.zip$", "review": r"^/reviews/bridge/", "source": r"^/sources/.",
}  # fmt: skip
NEVER_FOLLOWED = ("/static/", "/accounts/logout", "/admin/logout", "/admin/jsi18n")


@pytest.fixture
def bridge():
    """A review of a bridge with one pledge that has moved."""
    source = SourceFactory(slug="report", title="The Bridge Report", text="1. The Council should close the bridge.")
    start_review(
        slug="bridge", title="A Review of the Bridge", author="An Engineer", government="The Council",
        published_on=dt.date(2026, 1, 5), recommendations=[(1, "The Council should close the bridge.")],
        source=source, themes=["Bridges"], own={"content_note": "", "help_lines": "", "leave_url": ""},
    )  # fmt: skip
    made = stated(
        PassageFactory(source=source, exact="close the bridge"), slug="close-the-bridge", review=Review.objects.get(),
        theme=Theme.objects.get(),
    )  # fmt: skip
    update(made, headline="The bridge was closed")
    return made


@pytest.fixture
def drawn(monkeypatch):
    """The words that are drawn into pictures."""
    words = []
    draw = ImageDraw.ImageDraw.text
    monkeypatch.setattr(
        ImageDraw.ImageDraw,
        "text",
        lambda self, at, text, *args, **more: words.append(text) or draw(self, at, text, *args, **more),
    )
    return words


def texts_of(response) -> list[str]:
    """Return the words of an answer; those of each file of a zip, or of a gzip file; none of a picture of dots."""
    content = response.getvalue()
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return [package.read(name).decode("utf-8", "replace") for name in package.namelist()]
    return [] if content.startswith(b"\x89PNG") else [content.decode()]


def said_in(address: str, text: str) -> list[str]:
    """Return what a text says of a subject that nobody typed."""
    if any(place in address for place in WHERE_HELP_LINES_ARE_GIVEN):
        text = re.sub(r"help[ _-]?lines?", "", text, flags=re.IGNORECASE)
    return SUBJECT.findall(text)


def crawl(clients: dict[str, Client], first: list[str]) -> tuple[dict[str, list[str]], set[str]]:
    """Open every address that a link, form or picture names. Return what was said where, and all addresses."""
    waiting, seen, said = list(first), set(first), defaultdict(list)
    while waiting:
        address = waiting.pop()
        client = next((one for start, one in clients.items() if address.startswith(start)), clients[""])
        response = client.get(address)
        assert response.status_code < 500, address
        for text in texts_of(response):
            said[address] += said_in(address, text)
            for link in re.findall(r'(?:href|src|action|hx-get)="(/[^"#]*)', text):
                link = link.replace("&amp;", "&")
                bare = link.split("?")[0]
                # Of the queries of one page a few: sorts and filters multiply each other.
                alike = sum(other.split("?")[0] == bare for other in seen)
                if link not in seen and alike < 4 and not link.startswith(NEVER_FOLLOWED):
                    seen.add(link)
                    waiting.append(link)
    return {address: words for address, words in said.items() if words}, seen


@pytest.mark.slow
def test_no_page_feed_embed_card_download_or_form_names_a_subject_that_nobody_typed(bridge, edith, ada, drawn):
    waits = submitted(ada, bridge)
    edith.is_superuser = edith.is_staff = True
    edith.save()
    desk = signed_in(edith)
    lists = [reverse(f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist") for m in admin.site._registry]
    first = [
        "/", "/feed.atom", "/deadlines.ics", "/api/v1/openapi.json", "/report/", "/robots.txt", "/sitemap.xml",
        "/setup/", "/desk/", f"/desk/drafts/{waits.pk}/review/", "/desk/start/", "/admin/", *lists,
        *(f"{page}add/" for page in lists), "/embed/reviews/bridge/",
        "/data/datapackage.json", "/oembed?url=http://testserver/pledges/close-the-bridge/", "/?q=dredging",
        "/?as_of=2020-01-01",
        "/embed/pledges/close-the-bridge/", "/embed/pledges/close-the-bridge.svg", "/api/v1/pledges/close-the-bridge",
        "/accounts/login/", "/accounts/password/reset/", "/pledges/close-the-bridge/card.png",
    ]  # fmt: skip
    said, seen = crawl({"/desk/": desk, "/admin/": desk, "/setup/": desk, "/accounts/": desk, "": Client()}, first)
    assert said == {}
    assert [
        kind for kind, form in KINDS.items() if not any(re.search(form, address.split("?")[0]) for address in seen)
    ] == []
    assert len(seen) > 150
    assert "The bridge was closed" in Client().get(bridge.get_absolute_url()).content.decode(), "the control"
    assert [words for words in drawn if SUBJECT.search(words)] == []
    assert any("bridges" in words for words in drawn), "a card was drawn"


def test_what_is_answered_when_something_is_wrong_names_none(bridge, ada, edith):
    answers = {
        400: Client().get("/data/pledges.csv?status=none-such"),
        403: signed_in(ada).get("/desk/people/"),
        404: Client().get("/404/"),
        405: Client().post("/pledges/close-the-bridge/"),
        422: Client().post("/report/", {}),
        302: Client().get("/desk/"),
    }
    assert {answer.status_code for answer in answers.values()} == set(answers)
    texts = [answer.content.decode() for answer in answers.values()]
    texts += [
        Client().get("/setup/", follow=True).content.decode(),
        signed_in(edith).get("/desk/none/").content.decode(),
    ]
    texts += [engines["django"].get_template(f"{name}.html").render({}, None) for name in ("500",)]
    assert [SUBJECT.findall(text) for text in texts if SUBJECT.search(text)] == []


def test_the_set_up_of_an_empty_installation_names_none():
    page = Client().get("/setup/").content.decode()
    assert "Set-up code" in page
    for address in ("/setup/", "/", "/about/", "/methodology/", "/sources/", "/changes/", "/accounts/login/"):
        assert said_in(address, Client().get(address, follow=True).content.decode()) == [], address


def test_no_email_names_one(bridge, edith, ada, grace):
    for user, address in ((edith, "edith@example.org"), (ada, "ada@example.org"), (grace, "grace@example.org")):
        user.email = address
        user.save()
    for _ in range(2):
        request_subscription(email="reader@example.org", scope="review:bridge", frequency=Frequency.IMMEDIATE)
        send_due()
        confirm(Subscription.objects.get().key)
    update(bridge, headline="It opened again")
    send_due()
    people.invite(
        name="Paula Publisher", email="paula@example.org", role=DeskRole.PUBLISHER, by=edith, site="http://testserver"
    )
    submitted(ada, bridge)
    call_command("send_notices")
    Client().post("/accounts/password/reset/", {"email": "ada@example.org"})
    signed_in(edith).post("/setup/site/test-email/")
    subjects = " ".join(letter.subject for letter in mail.outbox)
    letters = [
        " ".join([letter.subject, letter.body, *(html for html, _ in getattr(letter, "alternatives", []))])
        for letter in mail.outbox
    ]
    assert [SUBJECT.findall(letter) for letter in letters if SUBJECT.search(letter)] == []
    assert any("It opened again" in letter for letter in letters)
    for kind in ("Your account at", "A test from", "reset"):
        assert kind.lower() in subjects.lower(), kind
    folders = [
        django_settings.BASE_DIR / "templates" / name
        for name in ("account/email", "mfa/email", "alerts/mail", "desk/mail")
    ]
    templates = [path for folder in folders for path in folder.iterdir()]
    assert len(templates) > 30
    words = {path.name: re.sub(r"{[%{].*?[%}]}", "", path.read_text()) for path in templates}
    assert [name for name, text in words.items() if SUBJECT.search(text)] == []


@pytest.mark.slow
def test_no_file_of_the_static_export_names_one(bridge, settings, tmp_path):
    settings.SITE_URL = "http://testserver"
    for _ in export(tmp_path):
        continue
    files = [path for path in tmp_path.rglob("*") if path.is_file() and "static" not in path.parts]
    assert len(files) > 40
    said = {}
    for path in files:
        content = path.read_bytes()
        if not content.startswith((b"PK", b"\x89PNG")) and (
            words := SUBJECT.findall(content.decode("utf-8", "replace"))
        ):
            said[str(path.relative_to(tmp_path))] = words
    assert said == {}
