"""A form that came without a session, or with the token of an earlier one: its words are kept on a page that sends it.

Only a form of this very site is given back: another site could otherwise have a person send what it wrote.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse

MIN_WORDS_LENGTH = 12
"""Characters from which a value is shown as words: shorter ones are choices, days and numbers."""

_OF_THE_FORM = ("csrfmiddlewaretoken", "key", "version", "edit_session", "shown")
"""How the names of fields begin that a person did not type."""


def answer_signed_out(request: HttpRequest) -> HttpResponse:
    """Return what a visitor gets in place of a page of the desk: the sign-in page, or their words with a way on.

    A part of a page that htmx asks for is 401 without words: they would land in the middle of another page.
    """
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    if request.method == "POST" and _typed(request):
        return _page(request, signed_out=True, status=401)
    return redirect_to_login(request.get_full_path())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without the token of this session, which is the first after somebody signs in in another tab."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=403)
    match = request.resolver_match
    if match and match.route.startswith("desk/") and _is_from_this_site(request):
        return _page(request, signed_out=not request.user.is_authenticated, status=403)
    return render(request, "403_csrf.html", status=403)


def _is_from_this_site(request: HttpRequest) -> bool:
    origin = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") == origin and request.headers.get("Sec-Fetch-Site", "same-origin") in (
        "same-origin",
        "none",
    )


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, value) for name, value in _sent(request) if not name.startswith(_OF_THE_FORM)]


def _sent(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name != "csrfmiddlewaretoken":
            yield from ((name, str(value)) for value in values)


def _page(request: HttpRequest, *, signed_out: bool, status: int) -> HttpResponse:
    get_token(request)
    context: dict[str, Any] = {
        "signed_out": signed_out,
        "back": _came_from(request),
        "sent": list(_sent(request)),
        "words": [value for _, value in _typed(request) if len(value) >= MIN_WORDS_LENGTH],
        "files": list(request.FILES),
    }
    return render(request, "unsent_form.html", context, status=status)


def _came_from(request: HttpRequest) -> str:
    """Return the address on this site of the page with the form, or the queue."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    is_ours = came_from.netloc == request.get_host() and came_from.path.startswith("/desk/")
    return came_from.path if is_ours else reverse("desk:queue")
