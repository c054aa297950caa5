"""Readers say what is wrong, and see what came of it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tracker.pledges.choices import SubjectName
from tracker.pledges.facts.positions import facts_entry
from tracker.pledges.models import RecordEntry, Report
from tracker.pledges.reports import ReportInboxFullError, receive_report
from tracker.web.guest_forms import GuestForm, guest_form_response
from tracker.web.rate_limiting import HOUR_SECONDS, consume, give_back

EACH, ALL = 5, 200
"""Reports that are taken in an hour: of one client, of everybody."""


class ReportForm(GuestForm):
    """What is wrong, and where that can be seen."""

    what = forms.CharField(
        label=_("What is wrong?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Enter what is wrong."), "max_length": _("Use 4,000 characters or fewer.")},
    )
    source = forms.CharField(
        label=_("Where can we check it?"),
        help_text=_("For example, a link, or the name of a document and a page number."),
        max_length=500,
        required=False,
        error_messages={"max_length": _("Use 500 characters or fewer.")},
    )


@csrf_exempt  # nobody is signed in here: there is nothing that a foreign page could do in a reader's name
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form: about the page that ``page`` names, or the whole site."""
    form = ReportForm(request.POST if request.method == "POST" else None)
    page = _page(request.GET.get("page", ""))
    seconds = 0
    if request.method == "POST" and form.is_valid():
        seconds = consume(request, "report", each=EACH, all_=ALL)
        if not seconds:
            data: dict[str, Any] = form.cleaned_data
            try:
                receive_report(page=page, what=data["what"], source=data["source"])
            except ReportInboxFullError:
                give_back(request, "report")
                seconds = HOUR_SECONDS
                form.add_error(None, _("Too many reports wait at the desk. Nothing was sent. Try again in an hour."))
            else:
                return HttpResponseRedirect(reverse("public:reported"))
    return guest_form_response(request, "public/report.html", {"form": form, "page": page}, seconds=seconds)


def _page(page: str) -> str:
    """Return the page of the site that is meant; the first one where there is no such page."""
    path = page.split("?")[0].split("#")[0]
    try:
        match = resolve(path)
    except Resolver404:
        return "/"
    return path if match.app_names == ["public"] and len(path) <= 300 else "/"


@require_safe
def reported(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "public/reported.html")


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """What was put right, and what readers' reports led to."""
    # All that answers another entry, and nothing else. By key: a planner would go through the record from its end.
    answering = RecordEntry.objects.filter(corrects__isnull=False).order_by()
    context = {
        "entries": RecordEntry.objects.filter(pk__in=answering.values("pk"))
        .select_related("pledge", "text", "corrects__text")
        .order_by("-position")[:LATEST],
        "reports": Report.objects.published()
        .annotate(facts_entry=facts_entry(SubjectName.REPORT))
        .select_related("correction__pledge", "correction__text")[:LATEST],
    }
    return render(request, "public/corrections.html", context)


LATEST = 100
"""Corrections and answers that the page shows; the page of changes has every entry."""
