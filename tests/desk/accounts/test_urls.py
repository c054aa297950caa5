"""The addresses of accounts are those of allauth."""

import pytest
from allauth.urls import urlpatterns as theirs
from django.urls import URLResolver
from django.utils.module_loading import import_string

from tracker.core.lazy_urls import lazy_view
from tracker.desk.accounts import urls

pytestmark = pytest.mark.once


def listed(patterns, above=""):
    for pattern in patterns:
        route = above + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from listed(pattern.url_patterns, route)
        else:
            yield route, pattern.name, pattern.callback


def test_every_address_of_allauth_is_there_in_its_order_with_its_view():
    views = [name for module in urls._VIEWS.items() for name in ((module[0], view) for _, _, view in module[1])]
    ours = [
        (route, name, import_string(f"{module}.{view}"))
        for (route, name, _), (module, view) in zip(listed(urls.urlpatterns), views, strict=True)
    ]
    assert ours == list(listed(theirs))


def test_a_lazy_view_answers_as_the_view_does(rf):
    assert lazy_view("tracker.ops.views.live")(rf.get("/health/live")).content == b"live\n"
