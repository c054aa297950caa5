"""The queue, and the desk's page of a pledge with all that can be done about it."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.desk import drafting, holds, queue
from tracker.desk.answers import tell
from tracker.desk.forms import WithdrawTextForm
from tracker.desk.models import Draft, Hold, Sort
from tracker.desk.once import once
from tracker.desk.policies import policy
from tracker.desk.roles import Ability, may
from tracker.desk.withdrawing import withdraw_words
from tracker.pledges.models import Pledge, StatusUpdate
from tracker.pledges.statuses import STANDING_KINDS, Letter
from tracker.sources.models import Source


@policy(Ability.SEE)
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What needs me, in order."""
    only = request.GET.get("show", "")
    known = dict(queue.keys())
    sections = queue.sections(request.user, today=timezone.localdate(), only=only)
    context = {
        "sections": sections,
        "keys": queue.keys(),
        "only": only if only in known else "",
        "unknown": bool(only) and only not in known,
        "nothing": not any(section.number for section in sections),
    }
    return render(request, "desk/queue.html", context)


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
        draft = drafting.start(
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


@policy(Ability.PROPOSE)
@require_POST
@once
def hold(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """Put a hold on a pledge (by its slug), a draft (by its number) or a source (by its slug)."""
    target: Pledge | Draft | Source
    if kind == "draft":
        if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
            return render(request, "404.html", status=404)
        target = get_object_or_404(Draft.objects.visible_to(request.user), pk=int(pk))
    elif kind == "pledge":
        target = get_object_or_404(Pledge, slug=pk)
    else:
        target = get_object_or_404(Source, slug=pk)
    try:
        holds.place(target, by=request.user, reason=request.POST.get("reason", "")[:500])
        messages.success(request, f"Held: {target}. Nothing of it is published until a person releases it.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _back_to(target)


@policy(Ability.PUBLISH)
@require_POST
@once
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Release a hold."""
    found = holds.release(get_object_or_404(Hold, pk=pk), by=request.user)
    messages.success(request, f"Released: {found.pledge or found.draft or found.source}.")
    return _back_to(found.pledge or found.draft or found.source)


@policy(Ability.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
@once
def withdraw_text(request: HttpRequest, position: int) -> HttpResponse:
    """Withdraw the words of an entry for legal reasons: they are gone for good, the entry stays."""
    entry = get_object_or_404(StatusUpdate.objects.select_related("pledge", "text"), position=position)
    form = WithdrawTextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_words(
                entry,
                reason=form.cleaned_data["reason"],
                by=request.user,
                headline=form.cleaned_data["headline"],
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(
                request, f"The text of entry {position} is withdrawn. Purge any cache in front of the site."
            )
            return redirect("desk:pledge", entry.pledge.slug)
    context = {"entry": entry, "form": form}
    return render(request, "desk/withdraw_text.html", context, status=422 if form.errors else 200)


def _back_to(target: Pledge | Draft | Source | None) -> HttpResponse:
    if isinstance(target, Draft):
        return redirect(target)
    if isinstance(target, Pledge):
        return redirect("desk:pledge", target.slug)
    return redirect("desk:sources")
