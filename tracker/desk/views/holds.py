"""Holds: place and release."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from tracker.core.numbers import read_number
from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions import holds
from tracker.desk.idempotency import idempotent
from tracker.desk.models import Draft, Hold
from tracker.pledges.models import Pledge
from tracker.sources.models import Source


@require_ability(Ability.PROPOSE)
@require_POST
@idempotent
def hold(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """Put a hold on a pledge (by its slug), a draft (by its number) or a source (by its slug)."""
    target: Pledge | Draft | Source
    if kind == "draft":
        target = get_object_or_404(Draft.objects.visible_to(request.user), pk=read_number(pk))
    elif kind == "pledge":
        target = get_object_or_404(Pledge, slug=pk)
    else:
        target = get_object_or_404(Source, slug=pk)
    try:
        holds.place_hold(target, by=request.user, reason=request.POST.get("reason", "")[:500])
        messages.success(request, f"Held: {target}. Nothing of it is published until a person releases it.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _back_to(target)


@require_ability(Ability.PUBLISH)
@require_POST
@idempotent
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Release a hold."""
    found = holds.release_hold(get_object_or_404(Hold, pk=pk), by=request.user)
    messages.success(request, f"Released: {found.pledge or found.draft or found.source}.")
    return _back_to(found.pledge or found.draft or found.source)


def _back_to(target: Pledge | Draft | Source | None) -> HttpResponse:
    if isinstance(target, Draft):
        return redirect(target)
    if isinstance(target, Pledge):
        return redirect("desk:pledge", target.slug)
    return redirect("desk:sources")
