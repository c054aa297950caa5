"""After something was added, readers of a page that was just read get it as it was, for a second at most, while the
new one is made behind it; never where words were changed or taken away.
"""

import threading
import time
from types import SimpleNamespace
from unittest import mock

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st

from tracker.web import page_cache
from tracker.web.page_cache import PageCacheMiddleware

PAGES = {
    **django_settings.CACHES,
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "grace"},
}


class Site:
    """What makes the pages: each with what is ``shown`` by then, once it may."""

    def __init__(self):
        self.shown = 0
        self.kind = "text/html; charset=utf-8"
        self.made = 0
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.held = "/"
        self.fails = False
        self.added = self.changed = 1
        self.middleware = PageCacheMiddleware(self)

    def __call__(self, request):
        if request.path == self.held:
            assert self.goes_on.wait(5)
        self.made += 1
        if self.fails:
            return HttpResponse(status=503)
        return HttpResponse(self.shown, content_type=self.kind)

    def add(self):
        """Something is added to the record."""
        self.shown += 1
        self.added += 1

    def change(self):
        """Words of something that is there are changed or taken away."""
        self.shown += 1
        self.changed += 1

    def answer(self, path="/", through=None, **headers):
        request = RequestFactory().get(path, headers=headers)
        request.table_versions = {"pledges_statusupdate": self.added, "pledges_statusupdate rewritten": self.changed}
        return (through or self.middleware)(request)

    def ask(self, *args, **headers):
        """Return the number that was shown when the page was made."""
        return int(self.answer(*args, **headers).content)

    def ask_until(self, number, *args):
        end = time.monotonic() + 5
        while (got := self.ask(*args)) != number:
            assert time.monotonic() < end
            time.sleep(0.005)
        return got


@pytest.fixture(autouse=True)
def _pages_are_kept(settings):
    settings.CACHES = PAGES
    settings.PAGE_GRACE = 60
    caches["pages"].clear()


@pytest.fixture
def site():
    return Site()


def test_readers_of_a_page_do_not_wait_for_the_new_one(site):
    assert site.ask() == 0
    site.add()
    site.goes_on.clear()
    assert [site.ask() for _ in range(5)] == [0] * 5
    site.goes_on.set()
    site.ask_until(1)
    assert site.made == 2, "made once for all of them"


def test_a_page_that_nobody_has_read_just_now_is_made_at_once(site, settings):
    site.ask()
    site.add()
    assert site.ask("/other/") == 1
    settings.PAGE_GRACE = 0.05
    time.sleep(0.06)
    assert site.ask() == 1


def test_a_grace_of_nothing_is_none(site, settings):
    settings.PAGE_GRACE = 0
    site.ask()
    site.add()
    assert site.ask() == 1


def test_a_desk_that_adds_without_a_pause_makes_nobody_wait(site):
    """A page that is made behind is superseded before anybody asks for it, and is still the one of a moment ago."""
    site.ask()
    for number in range(1, 6):
        site.add()
        assert site.ask() == number - 1
        site.middleware._background.submit(int).result(5)
    assert site.made == 6


def test_words_that_were_changed_or_taken_away_are_gone_with_the_next_request(site):
    site.ask()
    site.change()
    assert site.ask() == 1
    site.add()
    site.change()
    assert site.ask() == 3


@pytest.mark.parametrize("kind", ["application/json", "text/csv; charset=utf-8", "text/plain; charset=utf-8"])
def test_what_programs_read_is_never_behind(site, kind):
    site.kind = kind
    site.ask()
    site.add()
    assert site.ask() == 1


def test_no_page_goes_back_for_who_has_another_already(site):
    first = site.answer()
    site.add()
    site.goes_on.clear()
    same = site.answer(**{"If-None-Match": first["ETag"]})
    assert (same.status_code, same["ETag"]) == (304, first["ETag"])
    site.goes_on.set()
    site.ask_until(1)
    site.add()
    assert site.ask(**{"If-None-Match": 'W/"of another worker"'}) == 2


def test_where_many_pages_wait_to_be_made_the_others_are_made_at_once(site, monkeypatch):
    monkeypatch.setattr(page_cache, "_MAX_BACKGROUND_RENDERS", 1)
    site.ask("/")
    site.ask("/other/")
    site.add()
    site.goes_on.clear()
    assert site.ask("/") == 0
    assert site.ask("/other/") == 1
    site.goes_on.set()
    site.ask_until(1)


def test_a_page_that_cannot_be_made_is_tried_again_and_then_its_readers_are_told(site, settings):
    site.ask()
    site.add()
    site.fails = True
    for tries in range(1, 4):
        assert site.ask() == 0
        end = time.monotonic() + 5
        while site.made <= tries:
            assert time.monotonic() < end
            time.sleep(0.005)
    settings.PAGE_GRACE = 0
    assert site.answer().status_code == 503


def test_of_workers_that_share_a_cache_one_makes_the_new_page(site):
    another = PageCacheMiddleware(site)
    site.ask()
    site.ask("/", another)
    site.add()
    site.goes_on.clear()
    assert site.ask() == site.ask("/", another) == site.ask("/", another) == 0
    site.goes_on.set()
    assert site.ask_until(1) == site.ask_until(1, "/", another)
    assert site.made == 2


def test_a_worker_whose_turn_comes_late_finds_the_page_made_by_another(site):
    another, busy = PageCacheMiddleware(site), threading.Event()
    site.ask()
    site.ask("/", another)
    another._background.submit(busy.wait, 5)
    site.add()
    site.goes_on.clear()
    assert site.ask() == site.ask("/", another) == 0
    site.goes_on.set()
    site.ask_until(1)
    busy.set()
    another._background.submit(int).result(5)
    assert site.ask("/", another) == 1
    assert site.made == 2


@pytest.mark.slow
def test_many_addresses_are_not_held_for_ever(site):
    for number in range(2500):
        site.ask(f"/{number}/")
    assert len(site.middleware._recent._last) <= 1000
    site.add()
    assert site.ask("/2499/") == 0
    assert site.ask("/1/") == 1


STEPS = st.lists(
    st.one_of(
        st.sampled_from(["add", "change", "ask", "ask", "let it be made"]),
        st.floats(0.01, 0.7).map(lambda seconds: round(seconds, 2)),
    ),
    max_size=40,
)


@given(steps=STEPS)
def test_whatever_happens_no_page_is_more_than_the_grace_behind(steps):
    """Each answer was the current one within the last second, and nothing was changed or taken away since."""
    now = 100.0
    site = Site()
    since = {0: now}
    taken_away = 0
    clock = SimpleNamespace(monotonic=lambda: now, sleep=time.sleep)
    with mock.patch.object(page_cache, "time", clock), override_settings(CACHES=PAGES, PAGE_GRACE=1):
        caches["pages"].clear()
        for step in steps:
            if step in ("add", "change"):
                getattr(site, step)()
                since[site.shown] = now
                taken_away = site.shown if step == "change" else taken_away
            elif step == "let it be made":
                site.middleware._background.submit(int).result(5)
            elif step == "ask":
                got = site.ask()
                assert got >= taken_away
                assert got == site.shown or now - since[got + 1] < 1
            else:
                now += step
        site.middleware._background.shutdown()
