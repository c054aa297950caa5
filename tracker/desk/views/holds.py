"""Holds: place and release."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from tracker.core.numbers import read_number
from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions import holds
from tracker.desk.idempotency import idempotent
from tracker.desk.models import Draft, Hold
from tracker.desk.sign_off.public_rows import rows_of_hold
from tracker.desk.sign_off.shown import StaleFormError, changes_since_shown, posted_digest
from tracker.pledges.models import Pledge
from tracker.sources.models import Source


@require_ability(Ability.PROPOSE)
@require_POST
@idempotent
def put_on_hold(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """Put a hold on a pledge (by its slug), a draft (by its number) or a source (by its slug)."""
    target: Pledge | Draft | Source
    if not pk.isprintable():  # PostgreSQL looks for no text with a null character
        raise Http404
    if kind == "draft":
        target = get_object_or_404(Draft.objects.visible_to(request.user), pk=read_number(pk))
    elif kind == "pledge":
        target = get_object_or_404(Pledge, slug=pk)
    else:
        target = get_object_or_404(Source, slug=pk)
    try:
        holds.place_hold(target, by=request.user, reason=request.POST.get("reason", "")[:500])
        messages.success(request, f"Held: {target}. It cannot be published until a publisher releases the hold.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _back_to(target)


@require_ability(Ability.PUBLISH)
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
@idempotent
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Release a hold that was looked at."""
    hold = get_object_or_404(Hold.objects.select_related("pledge", "draft", "source", "placed_by"), pk=pk)
    rows = rows_of_hold(hold)
    try:
        hold = holds.release_hold(hold, shown=posted_digest(request), by=request.user)
    except StaleFormError:
        context = {"hold": hold, "rows": rows, "changed": changes_since_shown(request, rows)}
        return render(request, "desk/release.html", context, status=409)
    messages.success(request, f"Released: {hold.target}.")
    return _back_to(hold.target)


def _back_to(target: Pledge | Draft | Source | None) -> HttpResponse:
    if isinstance(target, Draft):
        return redirect(target)
    if isinstance(target, Pledge):
        return redirect("desk:pledge", target.slug)
    return redirect("desk:sources")
