"""Whole pages are kept and never stale: not after any change, not for another reader, not for who is signed in.

But for the second that tests/web/test_page_grace.py is about.
"""

import datetime as dt
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import chain

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.desk.conftest import signed_in
from tests.factories import (
    BodyFactory,
    PassageFactory,
    ReviewFactory,
    SourceFactory,
    ThemeFactory,
    person,
    pledge,
    public_question,
    stated,
    superuser,
    update,
)  # fmt: skip
from tracker.core.caches import render_priority
from tracker.core.caches.bounded_memory import BoundedLocMemCache
from tracker.desk.accounts.permissions import DeskRole
from tracker.pledges.choices import QuestionType, Status
from tracker.pledges.derived import data_versions
from tracker.pledges.derived.data_versions import data_version
from tracker.pledges.models import Body, Citation, Conflict, ConflictSide, Question, Recommendation, Report, Theme
from tracker.pledges.record.publish import withdraw_entry, withdraw_text
from tracker.web.page_cache import PageCacheMiddleware

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _pages_are_kept(settings):
    settings.CACHES = {
        **django_settings.CACHES,
        "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept"},
    }
    settings.PAGE_GRACE = 0
    caches["pages"].clear()


def queries(client, url, **headers):
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(url, headers=headers)
    return answer, len(asked)


def fields(answer):
    """The headers of an answer, but for the id of its request."""
    return {name: value for name, value in answer.items() if name != "X-Request-ID"}


def test_the_second_reader_costs_one_query_and_sees_the_same(client):
    about = stated()
    for url in ("/", about.get_absolute_url(), "/changes/", "/?status=under-way", "/methodology/", "/api/v1/pledges"):
        first, cost = queries(client, url)
        second, after = queries(client, url)
        assert after == 1 <= cost
        assert second.content == first.content
        assert fields(second) == fields(first)
        third, cost = queries(client, url, **{"If-None-Match": first["ETag"]})
        assert (third.status_code, third.content, cost) == (304, b"", 1)


def test_a_page_that_has_not_changed_varies_as_the_page_itself_does(client):
    """A cache that refreshes what it holds by the short answer would else give a part of a list for the whole."""
    about = stated()
    addresses = (
        "/",
        "/?status=under-way",
        f"/themes/{about.theme.slug}/",
        about.get_absolute_url(),
        "/api/v1/pledges",
    )
    for url in addresses:
        for part in ({}, {"HX-Request": "true"}):
            page = client.get(url, headers=part)
            unchanged = client.get(url, headers={"If-None-Match": page["ETag"], **part})
            assert unchanged.status_code == 304
            assert set(unchanged["Vary"].split(", ")) == set(page["Vary"].split(", ")), url
    new = PageCacheMiddleware(lambda request: HttpResponse())
    request = RequestFactory().get("/", headers={"If-None-Match": client.get("/")["ETag"]})
    for name in ("HX-Request", "Accept-Encoding", "Cookie"):
        assert name in new(request)["Vary"], "a process that has not made the page says all by which it may vary"


def one_of_two_processes(makes):
    """Two processes that share a cache are asked for a page; return what they answered, and who made it."""
    begun, go_on, makers = threading.Event(), threading.Event(), []

    def first(request):
        makers.append("first")
        begun.set()
        go_on.wait(5)
        return makes()

    def second(request):
        makers.append("second")
        return HttpResponse("made by the second")

    def ask(process):
        request = RequestFactory().get("/about/")
        request.table_versions = {"pledges_pledge": 1}  # threads have no database here
        return process(request)

    with ThreadPoolExecutor() as threads:
        one = threads.submit(ask, PageCacheMiddleware(first))
        assert begun.wait(5)
        two = threads.submit(ask, PageCacheMiddleware(second))
        wait([two], timeout=0.2)
        assert not two.done(), "it waits for the first"
        go_on.set()
        return one, two, makers


def test_of_processes_that_share_a_cache_one_makes_the_page():
    one, two, makers = one_of_two_processes(lambda: HttpResponse("made once"))
    assert makers == ["first"]
    assert one.result().content == two.result().content == b"made once"


def test_where_the_one_fails_another_makes_it():
    def fails():
        raise RuntimeError

    one, two, makers = one_of_two_processes(fails)
    assert isinstance(one.exception(), RuntimeError)
    assert two.result().content == b"made by the second"
    assert makers == ["first", "second"]


def test_what_is_not_kept_is_made_by_each():
    one, two, makers = one_of_two_processes(lambda: HttpResponse("gone", status=410))
    assert (one.result().status_code, two.result().content) == (410, b"made by the second")
    assert makers == ["first", "second"]


def test_every_page_has_its_security_headers_from_the_cache_too(client):
    stated()
    for _ in range(2):
        answer = client.get("/")
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "stale-while-revalidate" in answer["Cache-Control"]


def test_a_change_is_seen_at_once(client):
    about = stated(slug="about")
    client.get("/pledges/about/")
    entry = update(about, headline="Just published")
    assert "Just published" in client.get("/pledges/about/").content.decode()
    withdraw_entry(entry, reason="It was wrong.", by="Ada", approved_by="Grace")
    assert "It was wrong." in client.get("/pledges/about/").content.decode()
    withdraw_text(entry, headline=True, reason="A court.", admin=superuser(), by="Edith")
    assert "Just published" not in client.get("/pledges/about/").content.decode()
    assert "Just published" not in client.get("/pledges/about/?as_of=2026-11-24").content.decode()


def changes():
    """Something that readers could see, changed in each table by whichever way."""
    about = stated()
    passage = PassageFactory()
    conflict = Conflict.objects.create(pledge=about, question="How many")
    yield "conflict"
    ConflictSide.objects.create(conflict=conflict, passage=passage, says="We")
    yield "side of a conflict"
    Body.objects.filter(pk=BodyFactory().pk).update(name="Renamed")
    yield "body, by update()"
    Theme.objects.bulk_create([Theme(slug="new", name="New")])
    yield "theme, in bulk"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sources_source SET title = 'By hand'")
    yield "source, by SQL"
    Recommendation.objects.create(review=about.review, number=7)
    yield "recommendation"
    Question.objects.create(pledge=about, kind=QuestionType.FOI, text="?", drafted_by=person("Beatrice"))
    yield "question"
    Citation.objects.create(pledge=pledge(), passage=passage, role="scope")
    yield "citation"
    Report.objects.create(page="/")
    yield "report"
    about.bodies.add(BodyFactory())
    yield "body that has to act"
    about.replaces.add(pledge())
    yield "pledge replaced"
    SourceFactory().delete()
    yield "deleted"


def test_any_change_of_what_readers_see_makes_another_edition():
    seen = {data_version()}
    for what in changes():
        assert data_version() not in seen, what
        seen.add(data_version())


def entries(about, other):
    """Something that happens to a pledge on the record, or to another that rests on the same source."""
    passage = about.citations.first().passage
    first = update(about, headline="First")
    yield "entry"
    update(other, Status.DELIVERED, headline="Of the other")
    yield "entry about another pledge"
    update(other, headline="Rests on the same words", passage=passage)
    yield "entry that rests on the source"
    withdraw_entry(first, reason="It was wrong.", by="Ada", approved_by="Grace")
    yield "withdrawn"
    update(about, headline="As it was", corrects=update(about, headline="A slip"), reason="A slip of ours.")
    yield "corrected"
    withdraw_text(first, headline=True, reason="A court.", admin=superuser("edith"), by="Edith")
    yield "words withdrawn"
    Citation.objects.create(pledge=about, passage=PassageFactory(), role="scope")
    yield "citation of the pledge"
    Citation.objects.filter(pledge=about, role="scope").update(note="Read anew")
    yield "citation changed"
    Citation.objects.filter(pledge=about, role="scope").delete()
    yield "citation taken away"
    public_question(person("Bea"), person("Cora", DeskRole.PUBLISHER), about)
    yield "question sent"
    about.review.title = "Another audit"
    about.review.save()
    yield "review renamed"


@pytest.mark.slow
def test_what_is_put_together_from_kept_parts_is_what_would_be_made_anew(client, settings):
    nothing = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    kept = {**django_settings.CACHES, "pages": nothing}
    anew = {**kept, "parts": nothing, "fragments": nothing}
    about, other = stated(slug="about"), stated(slug="other")
    source = about.citations.first().passage.source
    urls = ["/", "/?status=under-way", "/?q=pledge", "/?as_of=2026-11-24", "/methodology/", "/sources/", "/bodies/",
            "/changes/", "/about/", "/pledges/about/",
            "/pledges/other/", "/pledges/about/?as_of=2026-11-24",
            *(page.get_absolute_url() for page in (source, about.theme, about.promised_by))]  # fmt: skip

    def read(caches):
        settings.CACHES = caches
        return {url: client.get(url).content for url in urls}

    before = read(kept)
    for what in chain(entries(about, other), changes()):
        now = read(kept)
        assert now == read(anew), what
        assert now != before or what in ("recommendation", "theme, in bulk", "report", "question", "deleted"), what
        before = now


def test_every_table_that_readers_see_is_counted():
    from django.apps import apps

    # The counter itself; what follows from the record; what only the desk has: documents on their way, the bytes
    # behind a text, the fingerprint of its words, and who wrote what.
    not_seen = {
        "pledges_catalogueversion",  # changes together with what it is a version of
        *(
            "pledges_edition",
            "pledges_recordtile",
            *(
                "pledges_witness",
                "pledges_followedlog",
                "pledges_entrysignature",
            ),  # whom we ask, and whom we are asked by
            "pledges_standing",
            "pledges_daytally",
            "pledges_searchword",
            "pledges_searchindexstate",
        ),
        *("sources_intake", "sources_original", "sources_sourcefingerprint"),
        *("sources_source_contributors", "sources_passage_contributors", "pledges_report_contributors"),
    }
    ours = {
        table
        for label in ("sources", "pledges")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        if (table := model._meta.db_table) not in not_seen
    }
    assert ours == set(data_versions.VISIBLE_TABLES)


def test_what_a_worker_keeps_takes_so_many_bytes_and_no_more():
    kept = BoundedLocMemCache("bounded", {"OPTIONS": {"MAX_ENTRIES": 1000, "MAX_BYTES": 10_000}})
    for number in range(100):
        kept.set(f"{number}", "a" * 1000)
        kept.get("0")
    there = [number for number in range(100) if kept.get(f"{number}")]
    assert there == [0, *range(92, 100)], "what is asked for stays, with the latest"
    kept.set("larger", "a" * 10_000)
    assert kept.get("larger") is None
    kept.set("1", "a")
    assert kept.get("1") == "a"


def test_a_page_goes_when_the_next_one_is_there(client, settings):
    backend = "tracker.core.caches.bounded_memory.BoundedLocMemCache"
    own = {"BACKEND": backend, "LOCATION": "own", "OPTIONS": {"MAX_BYTES": 1_000_000}}
    settings.CACHES = settings.CACHES | {"pages": own}
    about = stated()
    plain, packed = {"Accept-Encoding": "identity"}, {"Accept-Encoding": "br"}
    old = [client.get(url, headers=plain)["ETag"] for url in ("/", "/changes/")]
    assert client.get("/", headers=packed)["Content-Encoding"] == "br"
    update(about)
    assert caches["pages"].get(old[0] + "br"), "until somebody asks again"
    new = client.get("/", headers=packed)
    kept = [caches["pages"].get(tag) is not None for tag in (old[0], old[0] + "br", new["ETag"], old[1])]
    assert kept == [False, False, True, True]


def test_a_page_that_processes_share_stays_for_those_that_know_no_newer_one(client):
    about = stated()
    old = client.get("/")["ETag"]
    update(about)
    assert client.get("/")["ETag"] != old
    assert caches["pages"].get(old) is not None


def test_a_replica_that_is_behind_takes_no_newer_page_away(client, monkeypatch):
    about = stated()
    before = data_versions.table_versions()
    update(about)
    new = client.get("/")["ETag"]
    with monkeypatch.context() as patch:
        patch.setattr("tracker.web.page_cache.table_versions", lambda: before)
        assert client.get("/")["ETag"] != new
    assert caches["pages"].get(new) is not None


def test_who_waits_for_a_page_does_not_keep_the_one_from_going_on_who_makes_it(client, monkeypatch):
    may_go_on = []

    class Done:
        def wait(self, seconds):
            may_go_on.append(render_priority._readers.none_waits.is_set())

    monkeypatch.setattr(PageCacheMiddleware, "_begin", lambda self, etag: Done())
    assert client.get("/about/").status_code == 200
    assert may_go_on == [True]
    assert render_priority._readers.none_waits.is_set()


def test_nothing_of_an_editor_is_kept_and_an_editor_is_not_served_what_is_kept(client):
    about = stated()
    ada = signed_in(person("Edith", DeskRole.EDITOR))
    for first, second in ((ada, client), (client, ada)):
        caches["pages"].clear()
        pages = [one.get(about.get_absolute_url()) for one in (first, second)]
        for one, page in zip((first, second), pages, strict=True):
            assert ("Work on this pledge at the desk" in page.content.decode()) == (one is ada)
            assert ("private" in page["Cache-Control"]) == (one is ada)


def test_fragments_and_pages_of_one_address_are_kept_apart(client):
    stated()
    whole = client.get("/").content
    part = client.get("/", headers={"HX-Request": "true"}).content
    assert b"<html" in whole
    assert b"<html" not in part
    assert client.get("/").content == whole
    assert client.get("/", headers={"HX-Request": "true"}).content == part


def test_the_host_is_part_of_what_is_kept(client, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    about = stated()
    for host in ("one.example", "two.example", "one.example"):
        page = client.get(about.get_absolute_url(), headers={"host": host}).content.decode()
        assert f"http://{host}{about.get_absolute_url()}" in page
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_tomorrow_is_another_page(client):
    stated(deadline_on=dt.date(2026, 11, 24))
    today = client.get("/")
    assert "past the deadline first given" not in today.content.decode()
    etag = today["ETag"]
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        answer = client.get("/", headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert "past the deadline first given" in answer.content.decode()


@pytest.mark.parametrize("url", ["/", "/pledges/about/", "/reviews/audit/", "/themes/theme/"])
@pytest.mark.parametrize(("zone", "midnight"), [("Asia/Kathmandu", "18:15"), ("Pacific/Auckland", "11:00")])
def test_tomorrow_begins_where_the_review_is(client, url, zone, midnight):
    review = ReviewFactory(slug="audit", time_zone=zone)
    about = stated(slug="about", review=review, theme=ThemeFactory(review=review), deadline_on=dt.date(2026, 11, 24))
    assert about.get_absolute_url() == "/pledges/about/"
    begins = dt.datetime.fromisoformat(f"2026-11-24T{midnight}Z")
    with time_machine.travel(begins - dt.timedelta(seconds=5), tick=False):
        today = client.get(url)
        assert "Overdue by" not in today.content.decode()
    with time_machine.travel(begins + dt.timedelta(seconds=5), tick=False):
        tomorrow = client.get(url, headers={"If-None-Match": today["ETag"]})
        assert "Overdue by 1 day" in tomorrow.content.decode()


@pytest.mark.parametrize("url", ["/desk/", "/accounts/login/", "/follow/", "/report/", "/no-such-page/", "/admin/"])
def test_what_is_not_for_everybody_or_no_answer_is_not_kept(client, url):
    for _ in range(2):
        answer, _ = queries(client, url)
        assert "stale-while-revalidate" not in answer.get("Cache-Control", "")
        assert "ETag" not in answer


def test_without_the_database_the_page_says_so_and_nothing_is_kept(client, monkeypatch):
    from django.db import OperationalError

    stated()

    def gone(*_):
        raise OperationalError("gone")

    monkeypatch.setattr("tracker.web.page_cache.versions_for", gone)
    answer = client.get("/")
    assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")
    assert "does not answer" in answer.content.decode()
    assert "ETag" not in answer


NEW_NAME = (
    "from tracker.pledges.models import Body; Body.objects.filter(slug='home-secretary').update(name='New Name')"
)
NEW_ENTRY = """
import datetime as dt
from tracker.pledges.models import Pledge
from tracker.pledges.record.publish import Evidence, publish_entry
about = Pledge.objects.get(slug="taxi-licensing")
publish_entry(about, status="no-action-found", effective_on=dt.date(2026, 11, 1), looked_until=dt.date(2026, 11, 1),
       headline="New Name", evidence=[Evidence(about.citations.first().passage)], by="Ada", approved_by="Grace")
"""


@pytest.mark.parametrize(
    ("url", "change", "grace"),
    [
        ("/bodies/", NEW_NAME, 60),
        ("/pledges/taxi-licensing/", NEW_ENTRY, 0),
        ("/pledges/taxi-licensing/", NEW_ENTRY, 60),
    ],
)
@pytest.mark.slow
def test_a_change_by_another_process_is_seen_by_this_one(installation, url, change, grace):
    """Two processes, each with pages of its own in memory: what one changes the other serves at once, and what it adds
    as soon as the page is made where it may be shown a moment longer as it was.
    """
    program = """
import django, sys; django.setup()
from django.test import Client
client = Client()
for url in sys.stdin:
    print("New Name" in client.get(url.strip()).content.decode(), flush=True)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env=installation
        | {"DJANGO_SETTINGS_MODULE": "tracker.settings", "ALLOWED_HOSTS": "testserver", "PAGE_GRACE": str(grace)},
        cwd=django_settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask():
        process.stdin.write(f"{url}\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    assert ask() == "False"
    assert ask() == "False"
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", change],
        env=installation,
        cwd=django_settings.BASE_DIR,
        check=True,
        capture_output=True,
    )
    if change == NEW_ENTRY and grace:
        assert ask() == "False"
        end = time.monotonic() + 10
        while ask() == "False":
            assert time.monotonic() < end
            time.sleep(0.01)
    assert ask() == "True"
    process.stdin.close()
    process.stdout.close()
    process.wait(timeout=10)
