"""Propose a fact beside the record where it is wrong or missed: an editor proposes, a publisher accepts."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability
from tracker.desk.catalogue.changes import add_facts, change_facts
from tracker.desk.catalogue.fact_forms import FACT_FORMS, ConflictForm, passages_about
from tracker.desk.catalogue.facts import Facts, facts_of
from tracker.desk.catalogue.models import ChangeState, PendingChange
from tracker.desk.idempotency import idempotent
from tracker.desk.sign_off.shown import digest_of
from tracker.desk.views.helpers import add_form_errors
from tracker.pledges.models import Conflict, Pledge


@require_ability(Ability.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def propose_change(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """The form of a body, a theme or the facts of a source: what is sent waits for a second person."""
    if kind not in FACT_FORMS:
        raise Http404
    model, form_class = FACT_FORMS[kind]
    stored, typed = get_object_or_404(model, slug=slug), get_object_or_404(model, slug=slug)
    form = form_class(request.POST if request.method == "POST" else None, instance=typed)
    if request.method == "POST" and form.is_valid():
        try:
            pending = change_facts(stored, facts_of(typed), seen=_seen(request, stored), by=request.user)
        except ValidationError as error:
            add_form_errors(form, error)
        else:
            return _told(request, pending, stored)
    return _page(request, form, stored)


@require_ability(Ability.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def propose_conflict(request: HttpRequest, slug: str, pk: int = 0) -> HttpResponse:
    """The form of a point on which the sources of a pledge differ; with ``pk`` of one that is there."""
    pledge = get_object_or_404(Pledge.objects.with_record(), slug=slug)
    stored = get_object_or_404(Conflict, pk=pk, pledge=pledge) if pk else None
    said = dict(stored.sides.values_list("passage", "says")) if stored else {}
    typed = get_object_or_404(Conflict, pk=pk) if stored else Conflict(pledge=pledge)
    data = request.POST if request.method == "POST" else None
    form = ConflictForm(data, instance=typed, passages=passages_about(pledge, also=said), said=said)
    if request.method == "POST" and form.is_valid():
        facts: Facts = {"pledge": pledge.pk, "question": typed.question, "note": typed.note, "sides": form.sides}
        try:
            if stored is None:
                pending = add_facts(Conflict, facts, by=request.user)
            else:
                pending = change_facts(stored, facts, seen=_seen(request, stored), by=request.user)
        except ValidationError as error:
            add_form_errors(form, error)
        else:
            return _told(request, pending, pledge)
    return _page(request, form, stored, pledge=pledge)


def _seen(request: HttpRequest, stored: Model) -> Facts:
    """Return the facts that the form was opened with: those of now, or none where they were changed since."""
    facts = facts_of(stored)
    return facts if request.POST.get("facts") == _digest(facts) else {}


def _digest(facts: Facts) -> str:
    return digest_of([(name, str(value)) for name, value in facts.items()])


def _told(request: HttpRequest, pending: PendingChange | None, about: Model) -> HttpResponse:
    if pending is not None:
        messages.success(request, "Proposed. Readers see it once another person accepts it.")
        return redirect(pending)
    messages.success(request, f"Changed: {about}.")
    return redirect("desk:pledge", about.slug) if isinstance(about, Pledge) else redirect("desk:changes")


def _page(
    request: HttpRequest,
    form: forms.ModelForm,  # type: ignore[type-arg]
    stored: Model | None,
    *,
    pledge: Pledge | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "pledge": pledge, "stored": stored}
    if stored is not None:
        context["kind"] = stored._meta.verbose_name
        waiting = PendingChange.objects.filter(model=stored._meta.label_lower, object_pk=stored.pk)
        context["waiting"] = waiting.filter(state=ChangeState.WAITING).first()
        context["facts"] = request.POST.get("facts") or _digest(facts_of(stored))
    template = "desk/facts/conflict.html" if pledge else "desk/facts/change.html"
    return render(request, template, context, status=422 if form.errors else 200)
