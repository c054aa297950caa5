"""Which kind of page is asked for: the whole, the part that htmx swaps, or a page of a copy of the site as files; and
which answers nobody asks for twice."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers


@dataclass(frozen=True)
class StaticCopy:
    """A copy of the site as files, which has no server behind it: no forms, no search, nothing that is kept."""

    review: str = ""
    """The slug of the review that it is about; empty where it has all of them."""

    KEY = "tracker.static_copy"

    @classmethod
    def of(cls, request: HttpRequest) -> "StaticCopy | None":
        """Return the copy for which a request renders a page, None where a reader asks for it."""
        copy: StaticCopy | None = request.META.get(cls.KEY)
        return copy


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page. A page that the browser goes back to is asked for whole."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request


def vary_on_htmx(response: HttpResponse) -> HttpResponse:
    """Let no cache give a part of a page for the whole."""
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


def asked_once(response: HttpResponse) -> HttpResponse:
    """Mark an answer that each reader asks for once, and no two for the same, such as a proof of one of many entries.

    It is not kept: it would push out pages that many read.
    """
    response.is_asked_once = True  # type: ignore[attr-defined]
    return response


def is_asked_once(response: HttpResponseBase) -> bool:
    """Whether an answer was marked so."""
    return getattr(response, "is_asked_once", False)
