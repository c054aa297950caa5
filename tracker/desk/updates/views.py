"""Beside the page of an update: the parts of it that htmx asks for, and that one looked again and found nothing."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions import drafts
from tracker.desk.idempotency import idempotent
from tracker.desk.models import Draft
from tracker.desk.updates.about import about_pledge
from tracker.desk.updates.evidence import EvidencePart
from tracker.desk.updates.forms import LookAgainForm
from tracker.desk.views.helpers import add_form_errors
from tracker.pledges.models import Pledge
from tracker.web.page_kinds import vary_on_htmx, wants_fragment


@require_ability(Ability.PROPOSE)
@require_safe
def find_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of an update's page that changes: sources that are found, a document that is read, a text.

    Without htmx it leads to the whole page, with the same chosen.
    """
    draft = get_object_or_404(Draft.objects.visible_to(request.user), pk=pk)
    if not wants_fragment(request):
        return vary_on_htmx(redirect(f"{draft.get_absolute_url()}?{request.GET.urlencode()}"))
    part = EvidencePart(draft, request.user, request.GET)
    if "find" in request.GET:
        template = "desk/updates/sources.html"
    elif "coming" in request.GET:
        template = "desk/updates/coming.html"
    else:
        template = "desk/updates/text.html"
    return vary_on_htmx(render(request, template, {"part": part, "draft": draft}))


@require_ability(Ability.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def look_again(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that one looked again and found nothing new: where, and until when. It is submitted at once."""
    pledge = get_object_or_404(Pledge, slug=slug)
    form = LookAgainForm(request.POST or None, pledge=pledge, initial={"until": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            drafts.look_again(pledge, places=form.places, until=form.cleaned_data["until"], by=request.user)
        except ValidationError as error:
            add_form_errors(form, error)
        else:
            messages.success(request, "Submitted. Another person has to sign it off.")
            return redirect("desk:queue")
    context = {"form": form, **about_pledge(pledge)}
    return render(request, "desk/updates/look_again.html", context, status=422 if form.errors else 200)
