"""URLs whose modules are imported with the first request for one of them, not when a worker starts.

What most workers never show to a reader (the desk, the admin, accounts) is a quarter of a worker's memory, and of the
time until it answers.
"""

import threading
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.urls.resolvers import RoutePattern
from django.utils.functional import cached_property
from django.utils.module_loading import import_string

IMPORTING = threading.RLock()
"""Held by the thread that imports such modules: others would find them half done where they import each other."""


class LazyURLResolver(URLResolver):
    """The URLs of a namespace. They are known to Django when one of them is asked for, or linked to."""

    @cached_property
    def url_patterns(self) -> list[URLPattern | URLResolver]:
        """Import the module, and return its patterns."""
        with IMPORTING:
            patterns: list[URLPattern | URLResolver] = super().url_patterns
            return patterns

    def _populate(self) -> None:
        """Do nothing: Django asks every part of the site for its names when the first link is made.

        Those of a namespace it looks up in the part itself.
        """


def lazy_include(route: str, urlconf: Any, namespace: str) -> URLResolver:
    """Return what ``path(route, include(urlconf))`` does, for a module, by its name, that declares this app_name."""
    return LazyURLResolver(RoutePattern(route, is_endpoint=False), urlconf, app_name=namespace, namespace=namespace)


def lazy_view(name: str) -> Callable[..., HttpResponseBase]:
    """Return a view that is imported, by its dotted name, when it is asked for."""

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with IMPORTING:
            imported = import_string(name)
        response: HttpResponseBase = imported(request, *args, **kwargs)
        return response

    return view
