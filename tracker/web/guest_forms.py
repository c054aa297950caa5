"""Forms that anybody may send, without an account and without a cookie: throttled, and dull for programs that spam.

Nobody else is asked. How often one may be sent, rate_limiting.py counts: only what was taken counts.
"""

import datetime as dt
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tracker.text.characters import hidden_character_problem

_SALT = "openforms"
_FASTEST, _SLOWEST = dt.timedelta(seconds=2), dt.timedelta(days=1)


class GuestForm(forms.Form):
    """A form with a signed instant instead of a cookie, and a field that only programs fill in."""

    website = forms.CharField(required=False, label=_("Leave this empty"), max_length=200)
    made = forms.CharField(required=False, widget=forms.HiddenInput, max_length=200)

    @property
    def token(self) -> str:
        """A new signed instant, for the form as it is shown now."""
        return signing.dumps(int(timezone.now().timestamp()), salt=_SALT)

    @property
    def shown_fields(self) -> list[Any]:
        """The fields that a person fills in."""
        return [field for field in self if field.name not in ("website", "made")]

    def clean(self) -> dict[str, Any]:
        """Refuse what was sent by a program, at once, or from a page that was open for too long."""
        data = super().clean() or {}
        try:
            made_at = signing.loads(data.get("made") or "", salt=_SALT, max_age=_SLOWEST)
            early = timezone.now().timestamp() - made_at < _FASTEST.total_seconds()
        except signing.BadSignature:
            raise ValidationError(_("This page was open for too long. Nothing is lost: send it again.")) from None
        if early or data.get("website"):
            raise ValidationError(
                _("We could not tell whether a person sent this form. Wait a few seconds, then send it again.")
            )
        for name, value in list(data.items()):
            if isinstance(value, str) and (problem := hidden_character_problem(value.replace("\r\n", "\n"))):
                self.add_error(name, problem)
        return data


def guest_form_response(
    request: HttpRequest, template: str, context: dict[str, Any], *, seconds: int = 0
) -> HttpResponse:
    """Answer with the page of a form that is not taken, or not sent yet, and with all that was typed.

    ``seconds`` says when to try again where it was sent too often (429). What is wrong otherwise is 422.
    """
    form: GuestForm = context["form"]
    if seconds and not form.non_field_errors():
        minutes = -(-seconds // 60)
        words = ngettext(
            "This form was sent too many times. Nothing was sent. Your words are below. Try again in %(n)d minute.",
            "This form was sent too many times. Nothing was sent. Your words are below. Try again in %(n)d minutes.",
            minutes,
        )
        form.add_error(None, words % {"n": minutes})
    status = 429 if seconds else 422 if form.errors else 200
    response = render(request, template, context, status=status)
    if seconds:
        response["Retry-After"] = str(seconds)
    return response
