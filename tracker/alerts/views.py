"""Pages of subscriptions. No answer says whether an address is known; none sets a cookie."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tracker.alerts import subscriptions
from tracker.alerts.models import Frequency
from tracker.core.mail import is_mail_set_up
from tracker.core.validators import EmailAddressField
from tracker.web.guest_forms import GuestForm, guest_form_response
from tracker.web.rate_limiting import consume

EACH, ALL = 10, 500
"""Requests for emails that are taken in an hour: of one client, of everybody."""


class SubscriptionForm(GuestForm):
    """An address, and how often."""

    email = EmailAddressField(
        label=_("Your email address"),
        max_length=254,
        help_text=_("We use it only for this subscription, and delete it when you unsubscribe."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Enter your email address.")},
    )
    frequency = forms.ChoiceField(label=_("How often"), choices=Frequency.choices, initial=Frequency.WEEKLY)


@csrf_exempt  # nobody is signed in here: there is nothing that a foreign page could do in a reader's name
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Ask to be told of everything, or of the pledge, body or theme that ``about`` names.

    Where no email leaves this site, its page says so: nobody is to wait for a link, or leave an address behind.
    """
    scope = request.GET.get("about", "all")
    subject = subscriptions.subject_of(scope)
    if subject is None:
        raise Http404
    if not is_mail_set_up():
        status = 503 if request.method == "POST" else 200
        return render(request, "alerts/follow.html", {"subject": subject}, status=status)
    form = SubscriptionForm(request.POST if request.method == "POST" else None)
    seconds = 0
    if request.method == "POST" and form.is_valid():
        seconds = consume(request, "alerts", each=EACH, all_=ALL)
        if not seconds:
            data: dict[str, Any] = form.cleaned_data
            subscriptions.request_subscription(
                email=data["email"], scope=scope, frequency=Frequency(data["frequency"])
            )
            return HttpResponseRedirect(reverse("alerts:requested"))
    context = {"form": form, "subject": subject, "scope": scope}
    return guest_form_response(request, "alerts/follow.html", context, seconds=seconds)


@require_safe
def requested(request: HttpRequest) -> HttpResponse:
    """What happens next: the same for every address."""
    return render(request, "alerts/requested.html")


@csrf_exempt  # the key in the address is the right to do it
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Say yes. A button, because programs that read mail open its links."""
    if request.method == "POST":
        row = subscriptions.confirm(key)
        context = {"row": row, "subject": subscriptions.subject_of(row.scope) if row else None}
        return _kept_quiet(render(request, "alerts/confirmed.html", context, status=200 if row else 404))
    return _kept_quiet(render(request, "alerts/confirm.html"))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, key: str) -> HttpResponseBase:
    """End a subscription: by the button, or by one click in a mail program (RFC 8058). The same for every key."""
    if request.method == "POST":
        subscriptions.end(key)
        return _kept_quiet(render(request, "alerts/ended.html"))
    return _kept_quiet(render(request, "alerts/end.html"))


def _kept_quiet(response: HttpResponse) -> HttpResponse:
    # The key in the address is a right: no other page and no search engine is to learn it.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
