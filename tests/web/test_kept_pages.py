"""A page that is kept but for some stretches of it: these are of each reader's moment, the rest is as it was made."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template

from tests.factories import stated, update
from tracker.web.fragment_cache import CachedFragment, whole_page
from tracker.web.templatetags.fragment_tags import FreshNode

pytestmark = pytest.mark.django_db
PAGE = Template(
    "{% load fragment_tags %}{% kept_page part %}a{{ n }}{% fresh 'first' %}b{{ n }}{% endfresh %}c{{ n }}"
    "{% fresh 'second' %}d{{ n }}{{ kept_with }}{% endfresh %}e{{ kept_with }}"
)


@pytest.fixture
def page(rf):
    """Renders the page with a number, as a reader of one address gets it."""

    def render(number, *by, **more):
        part = CachedFragment(rf.get("/"), (), "page of a test", *by, build_context=lambda: {"kept_with": number})
        return PAGE.render(Context({"part": part, "n": number} | more))

    return render


def test_a_fresh_stretch_is_made_each_time_and_the_rest_is_kept(page):
    assert page(1) == "a1b1c1d1e1"
    assert page(2) == "a1b2c1d2e1"


def test_what_it_is_kept_by_makes_another_page(page):
    page(1)
    assert page(2, "another address") == "a2b2c2d2e2"


def test_a_page_without_a_part_is_made_each_time(page):
    page(1)
    assert page(2, part=None) == "a2b2c2d2e"


def test_what_another_process_kept_is_made_again_where_this_one_does_not_know_its_stretches(page, monkeypatch):
    page(1)
    monkeypatch.setattr(FreshNode, "by_name", {})
    assert page(2) == "a2b2c2d2e2"


def test_editors_and_each_address_have_pages_of_their_own(rf, admin_user):
    keys = set()
    for user in (AnonymousUser(), admin_user):
        for address in ("/", "/?status=under-way"):
            request = rf.get(address)
            request.user = user
            keys.add(whole_page(request)._key(["page"]))
    assert len(keys) == 4


def test_a_kept_page_says_nothing_of_the_folder_that_the_program_is_in(client, settings):
    """Processes that share what is kept would each make the pages of the others anew."""
    client.get("/")
    names = [name for name in FreshNode.by_name if name.endswith('"results"')]
    assert names
    assert not any(str(settings.BASE_DIR) in name for name in names)


def test_what_is_said_above_a_page_is_of_now(client, settings):
    about = stated()
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=settings.DORMANT_AFTER_DAYS + 2), tick=False):
        assert "Nothing has been added to this record since" in client.get("/").content.decode()
        update(about)
        assert "Nothing has been added to this record since" not in client.get("/").content.decode()
