"""What each view of the desk asks of a person. A view without a policy is refused by a test of the URLconf."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from tracker.desk.accounts import has_second_factor
from tracker.desk.roles import Ability, may

View = Callable[..., HttpResponseBase]


def policy(ability: Ability) -> Callable[[View], View]:
    """Let in who is signed in, has a second factor, and may do this. Nothing of the answer is kept by anybody.

    Nobody signed in is sent to log in and back; without a second factor, to set one up; without the ability, 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                response: HttpResponseBase = redirect_to_login(request.get_full_path())
            elif not may(request.user, ability):
                raise PermissionDenied
            elif not has_second_factor(request.user):
                response = redirect("mfa_index")
            else:
                response = view(request, *args, **kwargs)
            if isinstance(response, HttpResponse):
                add_never_cache_headers(response)
                response["Cache-Control"] = "no-store"
                response["X-Robots-Tag"] = "noindex"
            return response

        wrapped.policy = ability  # type: ignore[attr-defined]
        return wrapped

    return decorate
