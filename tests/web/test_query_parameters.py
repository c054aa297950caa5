"""One page has one place in the cache, however its address is written."""

import random

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.test import Client
from django.urls import URLResolver, get_resolver

from tests.factories import stated, update
from tracker.pledges.read.filters import PledgeFilter
from tracker.web.query_parameters import QUERY_PARAMETERS

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PAGES = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "query-parameters"}


@pytest.fixture(autouse=True)
def _pages_are_kept(settings):
    settings.CACHES = {**django_settings.CACHES, "pages": PAGES}
    caches["pages"].clear()


def names(resolver, prefix=""):
    """The name of each page of the public packages."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from names(one, f"{one.namespace}:" if one.namespace else prefix)
        elif one.name and prefix in ("public:", "opendata:", "alerts:"):
            yield prefix + one.name


def kept() -> set[str]:
    return set(caches["pages"]._cache)


def addresses(about):
    """An address of each public page that answers."""
    found = [
        "/", about.get_absolute_url(), "/pictures/", "/sources/", "/checks/", "/bodies/", "/compare/", "/changes/",
        "/changes/2026-11/", "/record/", "/corrections/", "/methodology/", "/about/", "/robots.txt",
        "/.well-known/record-head.json", "/record/head.txt", "/sitemap.xml", "/sitemap-pledges.xml", "/feed.atom",
        "/changes/feed.atom", f"{about.get_absolute_url()}feed.atom", "/data/", "/data/datapackage.json", "/api/v1/",
        "/api/v1/openapi.json", f"/embed/pledges/{about.slug}/", f"/embed/pledges/{about.slug}.svg",
        f"/themes/{about.theme.slug}/", about.citations.first().passage.source.get_absolute_url(),
        f"/embed/reviews/{about.review.slug}/", f"/oembed?url=http://testserver{about.get_absolute_url()}",
    ]  # fmt: skip
    return [*found, f"/bodies/{about.promised_by.slug}/"] if about.promised_by else found


def test_every_public_page_says_what_it_reads():
    assert set(names(get_resolver())) <= set(QUERY_PARAMETERS) | {"public:styleguide"}


def test_the_filters_are_those_of_the_filterset():
    for name in ("public:dashboard", "public:pictures", "opendata:feed", "opendata:table"):
        assert set(PledgeFilter.base_filters) <= set(QUERY_PARAMETERS[name]), name


@pytest.mark.slow
def test_an_unknown_parameter_makes_nothing_anew(client):
    about = stated()
    update(about)
    for address in addresses(about):
        first = client.get(address)
        assert first.status_code == 200, address
        before = kept()
        for query in ("x=1", "utm_source=a&fbclid=b", "x=" + "y" * 900, "", "&&=&"):
            again = client.get(f"{address}{'&' if '?' in address else '?'}{query}")
            assert (again.status_code, again.content) == (200, first.content), (address, query)
        assert kept() == before, address


def test_known_parameters_in_another_order_or_twice_or_empty_are_the_same_page(client):
    update(stated())
    first = client.get("/?status=delivered&q=taxi&sort=title")
    before = kept()
    for query in (
        "sort=title&q=taxi&status=delivered", "q=taxi&status=delivered&sort=title&theme=",
        "q=no&q=taxi&sort=title&status=delivered",
        "q=taxi&x=1&sort=title&status=delivered&page=",
    ):  # fmt: skip
        assert client.get(f"/?{query}").content == first.content, query
    assert kept() == before
    assert client.get("/?q=another").content != first.content, "the control: a value counts"


def test_no_header_makes_the_same_page_anew(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    update(stated())
    client.get("/")
    before = kept()
    for headers in (
        {"HX-Request": "TRUE"}, {"HX-Request": "x"}, {"HX-History-Restore-Request": "1"}, {"host": "TestServer"},
        {"host": "testserver."}, {"accept": "text/plain"},
    ):  # fmt: skip
        assert client.get("/", headers=headers).status_code == 200
    assert kept() == before


def test_ports_that_a_client_makes_up_take_few_places(settings):
    settings.ALLOWED_HOSTS = ["*"]
    update(stated())
    client = Client()
    ports = random.Random(1).sample(range(1024, 60000), 30)
    assert {client.get("/", headers={"host": f"testserver:{port}"}).status_code for port in ports} == {200}
    assert len(kept()) <= 7
