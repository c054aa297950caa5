"""Answers that are a part of a page where htmx asks, and the whole page for everybody else."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page. A page that the browser goes back to is asked for whole."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request


def vary_on_htmx(response: HttpResponse) -> HttpResponse:
    """Let no cache give a part of a page for the whole."""
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response
