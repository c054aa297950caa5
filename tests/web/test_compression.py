"""Pages that are the same for everybody leave compressed, once made so; nothing with a secret of a person does."""

import gzip
from pathlib import Path

import brotli
import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, get_resolver, reverse

from tests.desk.accounts.test_access import patterns
from tests.desk.conftest import signed_in
from tests.factories import person, stated, update
from tracker.desk.accounts.permissions import DeskRole
from tracker.pledges.models import Recommendation
from tracker.web.compression import codings
from tracker.web.compression.static_storage import StaticFilesStorage

pytestmark = pytest.mark.django_db
DECODERS = {"br": brotli.decompress, "gzip": gzip.decompress}
OWN = ("Content-Encoding", "Content-Length", "X-Request-ID")


@pytest.fixture(autouse=True)
def _pages_are_kept(settings):
    settings.CACHES = {
        **django_settings.CACHES,
        "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "compressed"},
    }
    settings.PAGE_GRACE = 0
    caches["pages"].clear()


def fields(answer):
    return {name: value for name, value in answer.items() if name not in OWN}


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", ""), ("gzip", "gzip"), ("gzip, deflate, br, zstd", "br"), ("gzip, deflate", "gzip"), ("GZIP", "gzip"),
        ("x-gzip", "gzip"), ("deflate", ""), ("zstd", ""), ("*", "br"), ("*;q=0", ""), ("br;q=0, *", "gzip"),
        ("gzip;q=0", ""), ("gzip;q=0.000, br", "br"), ("gzip;q=0,br;q=0", ""), ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0.8, gzip;q=0.8", "br"), ("gzip ; q=0.5 , br;q=0", "gzip"), ("identity", ""), ("identity;q=0", ""),
        ("identity;q=0, gzip;q=0.1", "gzip"), ("identity;q=1, gzip;q=0.5", ""), ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("gzip;q=2", ""), ("gzip;q=", ""), ("gzip;level=9", ""), (",,gzip,", "gzip"), ("gzip" + " " * 400, ""),
        ("gzip\x00", ""), ("*;q=0.1, gzip;q=0", "br"),
    ],
)  # fmt: skip
def test_the_weights_of_the_client_decide(accepted, coding):
    assert codings.choose_coding(accepted) == coding


@pytest.mark.parametrize("coding", DECODERS)
def test_a_page_is_the_same_in_each_coding_and_compressed_once(client, monkeypatch, coding):
    calls, encode = [], codings.ENCODERS[coding]
    monkeypatch.setitem(codings.ENCODERS, coding, lambda content: calls.append(1) or encode(content))
    about = stated()
    for url in ("/", about.get_absolute_url(), "/?status=under-way", "/api/v1/pledges", "/changes/feed.atom"):
        calls.clear()
        plain = client.get(url)
        assert not plain.has_header("Content-Encoding")
        assert "Accept-Encoding" in plain["Vary"]
        for _ in range(2):
            with CaptureQueriesContext(connection) as asked:
                packed = client.get(url, headers={"Accept-Encoding": coding})
            assert len(asked) == 1
            assert packed["Content-Encoding"] == coding
            assert int(packed["Content-Length"]) == len(packed.content) < 0.6 * len(plain.content)
            assert DECODERS[coding](packed.content) == plain.content
            assert fields(packed) == {**fields(plain), "ETag": codings.weak_tag(plain["ETag"])}
        assert client.get(url).content == plain.content
        assert len(calls) == 1


def test_who_asks_first_gets_it_compressed_as_those_after(client):
    url = stated().get_absolute_url()
    for headers in ({"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip"}, {}):
        caches["pages"].clear()
        first, second = client.get(url, headers=headers), client.get(url, headers=headers)
        assert first.content == second.content
        assert {**fields(first)} == {**fields(second)}
        assert first.get("Content-Encoding", "") == headers.get("Accept-Encoding", "")


def test_a_page_is_kept_compressed_only_in_what_was_asked_for(client):
    stated()
    client.get("/", headers={"Accept-Encoding": "gzip"})
    assert len(caches["pages"]._cache) == 2, "plain and gzip"
    client.get("/", headers={"Accept-Encoding": "br"})
    assert len(caches["pages"]._cache) == 3


@pytest.mark.parametrize("url", ["/", "/api/v1/pledges", "/data/datapackage.json"])
@pytest.mark.parametrize("kept", [True, False])
def test_who_has_it_in_any_coding_is_told_so(client, url, kept):
    stated()
    plain = client.get(url)
    packed = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert packed["ETag"] == codings.weak_tag(plain["ETag"]), "one strong tag never names two sequences of bytes"
    for tag in {plain["ETag"], packed["ETag"]}:
        if not kept:
            caches["pages"].clear()
        answer = client.get(url, headers={"Accept-Encoding": "gzip", "If-None-Match": tag})
        assert (answer.status_code, answer.content) == (304, b"")
        assert codings.weak_tag(answer["ETag"]) == packed["ETag"]
        assert not answer.has_header("Content-Encoding")
        if tag == packed["ETag"]:
            assert answer["ETag"] == tag
            assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("coding", ["", *DECODERS])
def test_head_says_what_get_does(client, kept, coding):
    for url in (stated().get_absolute_url(), "/api/v1/pledges"):
        headers = {"Accept-Encoding": coding} if coding else {}
        page = client.get(url, headers=headers)
        if not kept:
            caches["pages"].clear()
        head = client.head(url, headers=headers)
        assert (head.status_code, head.content) == (200, b"")
        assert fields(head) == fields(page)
        assert {name: head.get(name) for name in OWN[:2]} == {name: page.get(name) for name in OWN[:2]}
        assert len(caches["pages"]._cache) == (0 if not kept else 2 if coding else 1) or kept, "HEAD keeps nothing"


def test_a_range_is_never_one_of_compressed_bytes(client):
    about = stated()
    for url in (about.get_absolute_url(), "/api/v1/pledges"):
        page = client.get(url, headers={"Accept-Encoding": "gzip"})
        part = client.get(url, headers={"Accept-Encoding": "gzip", "Range": "bytes=10-", "If-Range": page["ETag"]})
        assert (part.status_code, part.content) == (200, page.content)
    whole = client.get("/data/updates.csv", headers={"Accept-Encoding": "gzip"})
    content = b"".join(whole.streaming_content)
    assert not whole.has_header("Content-Encoding")
    rest = client.get(
        "/data/updates.csv", headers={"Accept-Encoding": "gzip", "Range": "bytes=10-", "If-Range": whole["ETag"]}
    )
    assert (rest.status_code, b"".join(rest.streaming_content)) == (206, content[10:])


def test_a_change_is_seen_at_once_in_each_coding(client):
    about = stated()
    for coding, decode in DECODERS.items():
        headers = {"Accept-Encoding": coding}
        assert f"New in {coding}" not in decode(client.get(about.get_absolute_url(), headers=headers).content).decode()
        update(about, headline=f"New in {coding}")
        assert f"New in {coding}" in decode(client.get(about.get_absolute_url(), headers=headers).content).decode()


@pytest.mark.parametrize("coding", DECODERS)
def test_a_page_that_is_left_in_one_coding_is_the_page_without_a_database(client, monkeypatch, coding):
    from django.db import OperationalError

    url = stated().get_absolute_url()
    plain = client.get(url, headers={"Accept-Encoding": coding})
    caches["pages"].delete(plain["ETag"])

    def gone(*_):
        raise OperationalError("database is locked")

    monkeypatch.setattr("tracker.web.page_cache.versions_for", gone)
    answer = client.get(url, headers={"Accept-Encoding": coding})
    assert answer.status_code == 200
    assert not answer.has_header("Content-Encoding")
    assert "The database is not answering." in answer.content.decode()


# --- Which pages are compressed, and which never -----------------------------------------------------------------

# Pages that read nobody's secret, in words: by the name of the address. Every other page stays as it is.
PACKED = {
    "public:": {
        "dashboard", "robots", "security", "sitemap", "sitemap-part", "reviews", "review", "recommendations",
        "recommendation-report", "recommendation", "recommended-before", "review-about", "review-pictures",
        "review-changes", "review-month", "pictures", "pledge", "pledge-record", "sources", "source", "checks",
        "bodies", "body", "compare", "theme", "changes", "month", "record", "record-verifier", "record-verify",
        "record-checkpoint", "record-proof", "log-checkpoint", "log-growth", "record-head", "corrections", "reported",
        "methodology", "about", "how-to-search",
    },
    "alerts:": {"requested"},  # after a form, and says nothing of who sent it
    "opendata:": {
        "api", "openapi", "operation", "feed", "feed-changes", "feed-pledge", "feed-body", "feed-theme",
        "feed-review", "feed-recommendations", "embed-pledge", "badge",
        "embed-review", "oembed", "timemap", "index", "descriptor",
    },
}  # fmt: skip
PLAIN = {
    # Forms of guests; addresses with the key of a subscription.
    "public:report": "a form", "alerts:follow": "a form",
    "alerts:confirm": "a key of a person", "alerts:end": "a key of a person",
    # Compressed in themselves, or bytes.
    "public:card": "a picture", "public:log-tile": "digests", "public:log-leaves": "digests",
    "opendata:package": "an archive", "public:record-packed-proof": "an archive",
    # Made while they are sent; taken up at any byte where they broke off, which has to be a byte of the table.
    "public:record-download": "streamed", "public:record-signatures": "streamed", "opendata:table": "streamed",
    "opendata:calendar": "streamed", "opendata:calendar-review": "streamed",
    "opendata:timegate": "leads on",
    # Where this is a witness, or has one, for programs that ask once.
    "public:log-cosigned": "", "public:witness-add": "", "public:witness-log": "",
    # Only with colours or a logo of its own; as the pages they are for.
    "public:review-style": "", "public:review-logo": "",
    "live": "for machines beside this one", "ready": "the same", "metrics": "the same",
}  # fmt: skip
FOR_PEOPLE_WITH_A_NAME = ("admin", "account", "mfa", "usersessions", "desk", "setup", "None")


@pytest.fixture
def addresses():
    """The address of each page by its name, of one of each thing."""
    about = stated(slug="about")
    update(about)
    Recommendation.objects.get_or_create(review=about.review, number=1)
    return addresses_of(about)


def addresses_of(about):
    """Return the address of each page by its name, of a published pledge and what belongs to it."""
    source, review = about.citations.first().passage.source, about.review.slug
    month = f"{about.updates.first().published_at:%Y-%m}"
    arguments = {
        **{
            name: [about.slug]
            for name in ("pledge", "pledge-record", "feed-pledge", "card", "embed-pledge", "badge")
        },
        "body": [about.promised_by.slug], "feed-body": [about.promised_by.slug],
        "theme": [about.theme.slug], "feed-theme": [about.theme.slug], "source": [source.slug],
        "sitemap-part": ["pages"], "month": [month], "table": ["updates", "csv"],
        "operation": ["pledges"], "timegate": [f"pledges/{about.slug}/"], "timemap": [f"pledges/{about.slug}/"],
        "record-proof": [1], "record-packed-proof": [1],
        "log-growth": [1, 2], "log-tile": ["0", "000.p/2"], "log-leaves": ["000.p/2"],
        "witness-log": ["0" * 64],
        "confirm": ["a" * 43], "end": ["a" * 43], "recommendation": [review, 1],
        "review-month": [review, month],
        "review-style": [review, "0" * 12], "review-logo": [review, "0" * 12],
        **{
            name: [review]
            for name in (
                "review", "recommendations", "recommendation-report", "review-about", "review-pictures",
                "review-changes", "feed-review", "feed-recommendations", "calendar-review", "embed-review",
            )
        },
    }  # fmt: skip
    names = {name for name, _ in patterns(get_resolver()) if not name.startswith(FOR_PEOPLE_WITH_A_NAME)}
    query = {"opendata:oembed": f"?url=http://testserver{about.get_absolute_url()}"}
    return {
        name: reverse(name, args=arguments.get(name.rpartition(":")[2], [])) + query.get(name, "") for name in names
    }


def test_every_address_says_whether_it_is_compressed(addresses):
    packed = {prefix + name for prefix, names in PACKED.items() for name in names}
    assert set(addresses) <= packed | set(PLAIN), "an address outside of the two lists"
    assert packed <= set(addresses)
    assert packed.isdisjoint(PLAIN)


@pytest.mark.slow
def test_what_is_the_same_for_everybody_is_compressed_and_nothing_else(addresses, settings):
    settings.SECURITY_CONTACT = "mailto:faults@example.org"
    client, editor = Client(), signed_in(person("Edith", DeskRole.EDITOR))
    headers = {"Accept-Encoding": "gzip, br"}
    wrong = {}
    for name, address in sorted(addresses.items()):
        answer = client.get(address, headers=headers)
        packed = name not in PLAIN
        if answer.has_header("Content-Encoding") != packed:
            wrong[name] = (answer.status_code, dict(answer.items()))
        elif packed:
            assert answer.status_code == 200, name
            text = brotli.decompress(answer.content)
            assert not answer.cookies, name
            assert b"csrfmiddlewaretoken" not in text, name
        assert not editor.get(address, headers=headers).has_header("Content-Encoding"), f"{name}, signed in"
    assert wrong == {}


@pytest.mark.slow
def test_nothing_of_a_page_for_people_with_a_name_is_compressed(client):
    editor, found = signed_in(person("Edith", DeskRole.ADMIN)), 0
    for name, _ in patterns(get_resolver()):
        if not name.startswith(FOR_PEOPLE_WITH_A_NAME) or "logout" in name:
            continue
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        found += 1
        for one in (client, editor):
            assert not one.get(address, headers={"Accept-Encoding": "gzip, br"}).has_header("Content-Encoding"), name
    assert found > 40


def test_who_has_a_cookie_of_a_form_gets_what_everybody_gets(client):
    stated()
    client.get("/accounts/login/")
    assert client.cookies
    answer = client.get("/accounts/login/", headers={"Accept-Encoding": "gzip"})
    assert not answer.has_header("Content-Encoding")
    assert (
        client.get("/", headers={"Accept-Encoding": "gzip"}).content
        == Client().get("/", headers={"Accept-Encoding": "gzip"}).content
    )


@pytest.mark.once
def test_static_files_are_compressed_and_with_brotli_what_readers_load(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    for name in ("public/site.css", "admin/css/base.css", "django_htmx/htmx-2.js"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("p { color: black; }\n" * 100)
        made = {Path(one).suffix for one in StaticFilesStorage().create_compressor(quiet=True).compress(str(path))}
        assert made == ({".br", ".gz"} if name.startswith("public/") else {".gz"}), name
