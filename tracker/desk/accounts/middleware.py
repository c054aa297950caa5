"""Pages of the desk, the admin and accounts are kept by nobody; the admin asks for a second factor, like the desk."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse

from tracker.desk.accounts.account_adapter import has_second_factor


class PrivatePagesMiddleware:
    """No cache, no index; and who is signed in without a second factor sets one up before any page of the admin."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match and match.route.startswith(("admin/", "accounts/", "desk/", "setup/")):
            if response.status_code == 405 and request.method == "GET" and match.route.startswith("desk/"):
                response.content = render_to_string("desk/form_address.html", {"page": _page_above(request)}, request)
            response["Cache-Control"] = "no-store"
            response["X-Robots-Tag"] = "noindex"
            if response.status_code == 429:  # allauth's, which does not say when
                response.headers.setdefault("Retry-After", "300")
            if match.url_name == "account_logout" and request.method == "POST":
                response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or "admin" not in match.app_names or match.url_name in ("login", "logout"):
            return None
        if request.user.is_authenticated and request.user.is_staff and not has_second_factor(request.user):
            messages.warning(request, "To use the admin, first set up an authenticator app or a passkey.")
            return redirect("mfa_index")
        return None


def _page_above(request: HttpRequest) -> str:
    """Return the page whose form is sent to this address: the nearest address above it; of a draft, its review."""
    above = request.path
    while above := above.rstrip("/").rpartition("/")[0] + "/":
        for page in (f"{above}review/", above):
            try:
                if page != request.path and resolve(page).namespace == "desk":
                    return page
            except Resolver404:
                continue
    return reverse("desk:queue")
