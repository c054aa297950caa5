"""What each view of the desk asks of a person. A view without a policy is refused by a test of the URLconf."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from tracker.desk.accounts.account_adapter import has_second_factor
from tracker.desk.accounts.permissions import Ability, may
from tracker.desk.accounts.unsent_form import answer_signed_out

View = Callable[..., HttpResponseBase]


def require_ability(ability: Ability) -> Callable[[View], View]:
    """Let in who is signed in, has a second factor, and may do this.

    A visitor is sent to sign in and back; what they typed stays (unsent_form.py). Without a second factor they are
    sent to set one up; without the ability: 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return answer_signed_out(request)
            if not may(request.user, ability):
                raise PermissionDenied
            if not has_second_factor(request.user):
                return redirect("mfa_index")
            return view(request, *args, **kwargs)

        wrapped.policy = ability  # type: ignore[attr-defined]
        return wrapped

    return decorate
