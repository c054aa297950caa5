"""Pledges at the desk: the list, one pledge, and a new draft about it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tracker.core.numbers import read_number
from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability, may
from tracker.desk.actions import drafts, questions
from tracker.desk.idempotency import idempotent
from tracker.desk.lists.pledges import DeskPledgeFilter
from tracker.desk.models import Draft, DraftType, Hold
from tracker.pledges.choices import STATUS_KINDS, QuestionType
from tracker.pledges.derived import counts
from tracker.pledges.models import Body, Pledge, Question, RecordEntry
from tracker.sources.models import Source

MAX_SHOWN = 200
"""Pledges of the list that are shown; the count is of all."""


@require_ability(Ability.SEE)
@require_safe
def pledges(request: HttpRequest) -> HttpResponse:
    """Every pledge, to work on: filtered as readers filter them, and by what the desk looks for (lists/pledges.py)."""
    today = timezone.localdate()
    filterset = DeskPledgeFilter(
        request.GET,
        queryset=Pledge.objects.with_schedule(today=today),
        counts=counts.count_pledges(today=today),
        today=today,
    )
    with_drafts = Prefetch("drafts", Draft.objects.open().select_related("proposer"), to_attr="open_drafts")
    context = {
        "pledges": filterset.qs.select_related("theme").prefetch_related(with_drafts)[:MAX_SHOWN],
        "most": MAX_SHOWN,
        "number": filterset.count(),
        "form": filterset.form,
        "chips": filterset.chips(),
        "applied": filterset.applied(),
        "problems": [problem for problems in filterset.form.errors.values() for problem in problems],
        "today": today,
    }
    return render(request, "desk/pledges.html", context)


@require_ability(Ability.SEE)
@require_safe
def show_pledge(request: HttpRequest, slug: str) -> HttpResponse:
    """One pledge as the desk sees it: its record, its drafts, holds, questions, and what can be done."""
    pledge = get_object_or_404(
        Pledge.objects.with_schedule(today=timezone.localdate()).select_related("theme", "promised_by"),
        slug=slug,
    )
    entries = RecordEntry.objects.filter(pledge=pledge).select_related("text", "corrects").order_by("-position")
    ended = set(RecordEntry.objects.filter(pledge=pledge, corrects__isnull=False).values_list("corrects", flat=True))
    current = set(RecordEntry.objects.current().filter(pledge=pledge).values_list("pk", flat=True))
    context = {
        "pledge": pledge,
        "entries": [(entry, entry.pk in current, entry.pk in ended) for entry in entries],
        "drafts": Draft.objects.visible_to(request.user).open().filter(pledge=pledge).with_people(),
        "holds": Hold.objects.active().filter(pledge=pledge).select_related("placed_by"),
        "questions": pledge.questions.filter(
            Q(published_at__isnull=False) | Exists(Draft.objects.open().filter(question=OuterRef("pk")))
        ),
        "letters": QuestionType,
        "today": timezone.localdate(),
        "can_say_nothing_new": any(entry.kind in STATUS_KINDS for entry in entries),
        "bodies": Body.objects.filter(Q(duties=pledge) | Q(promises=pledge)).distinct(),
        "conflicts": pledge.conflicts.all(),
        "may_propose": may(request.user, Ability.PROPOSE),
        "manages": may(request.user, Ability.MANAGE),
    }
    return render(request, "desk/pledge.html", context)


@require_ability(Ability.PROPOSE)
@require_POST
@idempotent
def start(request: HttpRequest) -> HttpResponse:
    """Start a draft: of a sort, on a pledge or on an entry, and go to it."""
    sort = request.POST.get("sort", "")
    if sort not in DraftType.values:
        return render(request, "400.html", status=400)
    slug, position = request.POST.get("pledge", ""), request.POST.get("entry", "")
    about = get_object_or_404(Pledge, slug=slug) if slug else None
    entry = None
    if sort in (DraftType.CORRECTION, DraftType.WITHDRAWAL):
        entry = get_object_or_404(RecordEntry.objects.select_related("pledge", "text"), position=read_number(position))
        about = entry.pledge
    question = None
    if sort == DraftType.QUESTION:
        key = read_number(request.POST.get("question", ""))
        question = get_object_or_404(Question.objects.select_related("pledge"), pk=key)
        about = question.pledge
    if about is None and sort != DraftType.PLEDGE:
        return render(request, "400.html", status=400)
    try:
        if question is not None and request.POST.get("answer"):
            answer = get_object_or_404(Source, pk=read_number(request.POST["answer"]))
            draft = questions.submit_answer(question, answer=answer, by=request.user)
            messages.success(request, "Submitted. Another person has to sign it off.")
            return redirect("desk:question", question.pk)
        draft = drafts.start(
            DraftType(sort),
            by=request.user,
            pledge=about,
            corrects=entry,
            question=question,
            withdraw="withdraw" in request.POST,
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("desk:pledge", about.slug) if about else redirect("desk:queue")
    return redirect(draft)
