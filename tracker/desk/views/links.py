"""An address of a source that no longer leads where it led: a person looks and decides."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions.sources import give_archived_copy
from tracker.desk.audit_log import record_action
from tracker.desk.forms import ArchivedForm
from tracker.desk.idempotency import idempotent
from tracker.desk.views.helpers import add_form_errors
from tracker.sources import link_checks
from tracker.sources.models import LinkCheck


@require_ability(Ability.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def link(request: HttpRequest, slug: str) -> HttpResponse:
    """What the last look showed; give an archived copy, have it looked at again, or let it be."""
    check = get_object_or_404(LinkCheck.objects.select_related("source").defer("source__text"), source__slug=slug)
    source = check.source
    form = ArchivedForm(request.POST if "archived_url" in request.POST else None, instance=source)
    if request.method == "POST":
        if "again" in request.POST:
            link_checks.check_again_soon(check)
            messages.success(request, "The worker will check it again soon.")
            return redirect("desk:link", slug)
        if "let_be" in request.POST:
            link_checks.dismiss(check)
            record_action(request.user, "dismissed the link of", source)
            messages.success(request, "Dismissed. It will appear again if the link changes.")
            return redirect("desk:queue")
        if form.is_valid():
            try:
                change = give_archived_copy(source, url=form.cleaned_data["archived_url"], by=request.user)
            except ValidationError as error:
                add_form_errors(form, error)
            else:
                if change is not None:
                    messages.warning(request, "Nothing is changed yet, because readers see this source.")
                    return redirect(change)
                messages.success(request, "Saved. If the original link is broken, readers go to the archived copy.")
                return redirect("desk:link", slug)
    context = {"check": check, "source": source, "form": form}
    return render(request, "desk/link.html", context, status=422 if form.errors else 200)
