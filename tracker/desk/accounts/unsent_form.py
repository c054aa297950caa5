"""A form that came without a session, or with the token of an earlier one: its words are kept on a page that sends it.

Only a form of this very site is given back: another site could otherwise have a person send what it wrote.
"""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse

from tracker.web.outage.unsent_words import came_from, is_from_this_site, typed_fields, unsent_context


def answer_signed_out(request: HttpRequest) -> HttpResponse:
    """Return what a visitor gets in place of a page of the desk: the sign-in page, or their words with a way on.

    A part of a page that htmx asks for is 401 without words: they would land in the middle of another page.
    """
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    if request.method == "POST" and typed_fields(request):
        return _page(request, signed_out=True, status=401)
    return redirect_to_login(request.get_full_path())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without the token of this session, which is the first after somebody signs in in another tab."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=403)
    match = request.resolver_match
    if match and match.route.startswith("desk/") and is_from_this_site(request):
        return _page(request, signed_out=not request.user.is_authenticated, status=403)
    return render(request, "403_csrf.html", status=403)


def _page(request: HttpRequest, *, signed_out: bool, status: int) -> HttpResponse:
    get_token(request)
    back = came_from(request, within="/desk/", otherwise=reverse("desk:queue"))
    context = unsent_context(request) | {"signed_out": signed_out, "back": back}
    return render(request, "unsent_form.html", context, status=status)
