"""What a person typed into a form that could not be taken: it is given back on a page that sends it again."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest

MIN_WORDS_LENGTH = 12
"""Characters from which a value is shown as words: shorter ones are choices, days and numbers."""

_OF_THE_FORM = ("key", "version", "edit_session", "shown")
"""How the names of fields begin that a person did not type."""


def is_from_this_site(request: HttpRequest) -> bool:
    """Return whether a form of this very site was sent: another could otherwise have a person send what it wrote."""
    origin = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") == origin and request.headers.get("Sec-Fetch-Site", "same-origin") in (
        "same-origin",
        "none",
    )


def typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the names and values of the fields that a person filled in."""
    return [
        (name, value)
        for name, value in _sent_fields(request)
        if name != "made" and not name.startswith(_OF_THE_FORM)  # a guest form’s signed instant
    ]


def unsent_context(request: HttpRequest) -> dict[str, Any]:
    """Return what unsent_form.html says of what was sent."""
    return {
        "sent": list(_sent_fields(request)),
        "words": [value for _, value in typed_fields(request) if len(value) >= MIN_WORDS_LENGTH],
        "files": list(request.FILES),
    }


def came_from(request: HttpRequest, *, otherwise: str, within: str = "") -> str:
    """Return the address of the page with the form; ``otherwise`` where that is not on this site, or not within."""
    page = urlsplit(request.headers.get("Referer", ""))
    is_ours = page.netloc == request.get_host() and page.path.startswith(within)
    return page.path if is_ours else otherwise


def has_secrets(request: HttpRequest) -> bool:
    """Return whether a form has a password, which no page shows."""
    return any("password" in name for name in request.POST)


def _sent_fields(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name != "csrfmiddlewaretoken":
            yield from ((name, str(value)) for value in values)
