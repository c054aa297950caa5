"""Pledges at the desk: the list, one pledge, and a new draft about it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tracker.desk.accounts.decorators import policy
from tracker.desk.accounts.permissions import Ability, may
from tracker.desk.actions import drafts
from tracker.desk.idempotency import once
from tracker.desk.models import Draft, Hold, Sort
from tracker.pledges.choices import STANDING_KINDS, Letter
from tracker.pledges.models import Pledge, StatusUpdate


@policy(Ability.SEE)
@require_safe
def pledges(request: HttpRequest) -> HttpResponse:
    """Every pledge, to work on; with ``q``, those whose title has these words."""
    asked = request.GET.get("q", "").strip()[:200]
    rows = Pledge.objects.with_answers(today=timezone.localdate()).select_related("theme").order_by("title", "pk")
    for word in asked.replace("\x00", "").split()[:8]:
        rows = rows.filter(title__icontains=word)
    context = {"pledges": rows[:200], "number": rows.count(), "q": asked}
    return render(request, "desk/pledges.html", context)


@policy(Ability.SEE)
@require_safe
def pledge(request: HttpRequest, slug: str) -> HttpResponse:
    """One pledge as the desk sees it: its record, its drafts, holds, questions, and what can be done."""
    found = get_object_or_404(
        Pledge.objects.with_answers(today=timezone.localdate()).select_related("theme", "promised_by"), slug=slug
    )
    entries = StatusUpdate.objects.filter(pledge=found).select_related("text", "corrects").order_by("-position")
    ended = set(StatusUpdate.objects.filter(pledge=found, corrects__isnull=False).values_list("corrects", flat=True))
    standing = set(StatusUpdate.objects.standing().filter(pledge=found).values_list("pk", flat=True))
    context = {
        "pledge": found,
        "entries": [(entry, entry.pk in standing, entry.pk in ended) for entry in entries],
        "drafts": Draft.objects.visible_to(request.user).open().filter(pledge=found).with_people(),
        "holds": Hold.objects.active().filter(pledge=found).select_related("placed_by"),
        "questions": found.questions.all(),
        "letters": Letter,
        "today": timezone.localdate(),
        "can_say_nothing_new": any(entry.kind in STANDING_KINDS for entry in entries),
        "manages": may(request.user, Ability.MANAGE),
    }
    return render(request, "desk/pledge.html", context)


@policy(Ability.PROPOSE)
@require_POST
@once
def start(request: HttpRequest) -> HttpResponse:
    """Start a draft: of a sort, on a pledge or on an entry, and go to it."""
    sort = request.POST.get("sort", "")
    if sort not in Sort.values:
        return render(request, "400.html", status=400)
    slug, position = request.POST.get("pledge", ""), request.POST.get("entry", "")
    about = get_object_or_404(Pledge, slug=slug) if slug else None
    entry = None
    if sort in (Sort.CORRECTION, Sort.WITHDRAWAL):
        number = int(position) if position.isascii() and position.isdigit() and len(position) < 18 else 0
        entry = get_object_or_404(StatusUpdate.objects.select_related("pledge", "text"), position=number)
        about = entry.pledge
    if about is None and sort != Sort.PLEDGE:
        return render(request, "400.html", status=400)
    try:
        draft = drafts.start(
            Sort(sort),
            by=request.user,
            pledge=about,
            corrects=entry,
            nothing_new=sort == Sort.UPDATE and "nothing_new" in request.POST,
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("desk:pledge", about.slug) if about else redirect("desk:queue")
    return redirect(draft)
