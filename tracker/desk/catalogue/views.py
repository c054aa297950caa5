"""What is a review’s own, changed at the desk: typed, previewed, then saved or kept for a second person."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability
from tracker.desk.catalogue.changes import change_facts
from tracker.desk.catalogue.facts import facts_of
from tracker.desk.catalogue.models import ChangeState, PendingChange
from tracker.desk.catalogue.review_form import ReviewForm, swatches
from tracker.desk.idempotency import idempotent
from tracker.desk.views.helpers import add_form_errors
from tracker.pledges.models import CatalogueVersion, Review
from tracker.web.context_processors import frame_words
from tracker.web.page_review import digest_of_review


@require_ability(Ability.MANAGE)
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """Every review, each with what is its own."""
    return render(request, "desk/reviews/list.html", {"reviews": Review.objects.all()})


@require_ability(Ability.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def review_settings(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of what is a review’s own; *Preview* shows what readers would see and changes nothing."""
    stored = get_object_or_404(Review, slug=slug)
    seen, version = facts_of(stored), digest_of_review(stored)
    typed = get_object_or_404(Review, slug=slug)
    if request.method != "POST":
        return _page(request, stored, ReviewForm(instance=typed), version)
    form, opened = ReviewForm(request.POST, request.FILES, instance=typed), request.POST.get("version", "")
    if not form.is_valid() or "preview" in request.POST:
        return _page(request, stored, form, opened, preview=typed if form.is_valid() else None)
    if opened != version:
        seen = {}
    try:
        pending = change_facts(stored, facts_of(typed), seen=seen, by=request.user)
    except ValidationError as error:
        add_form_errors(form, error)
        return _page(request, stored, form, opened)
    if pending is not None:
        messages.warning(request, "Nothing is changed yet. Readers see this, so a second person must accept it.")
        return redirect(pending)
    messages.success(request, f"Changed: {typed.title}. Readers can see it now.")
    return redirect("desk:reviews")


def _page(
    request: HttpRequest, stored: Review, form: ReviewForm, version: str, *, preview: Review | None = None
) -> HttpResponse:
    waiting = PendingChange.objects.filter(model="pledges.review", object_pk=stored.pk, state=ChangeState.WAITING)
    context = {
        "review": stored,
        "form": form,
        "version": version,
        "preview": preview_of(preview) if preview else None,
        "waiting": waiting.first(),
        "versions": CatalogueVersion.objects.filter(model="review", object_pk=stored.pk).order_by("-until")[:20],
    }
    return render(request, "desk/reviews/review.html", context, status=422 if form.errors else 200)


def preview_of(review: Review) -> dict[str, Any]:
    """Return what a preview of a review’s own shows: the top and the foot of its pages, its words, its colours."""
    return {"review": review, "swatches": swatches(review), **frame_words(review, [review])}
