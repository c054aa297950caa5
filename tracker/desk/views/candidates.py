"""Pledges that the rules found in a source: accept, merge or reject each."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions import candidates
from tracker.desk.audit_log import record_action
from tracker.desk.idempotency import idempotent
from tracker.desk.models import Candidate, CandidateDecision, PledgeSearch
from tracker.pledges.choices import EvidenceRole
from tracker.pledges.models import Pledge
from tracker.sources.models import Source

PER_PAGE = 25
SHOW = {
    "proposed": "Proposed",
    "recommendations": "Recommendations of the review",
    "decided": "Decided",
    "lower": "Ranked lower",
}


@require_ability(Ability.SEE)
@require_safe
def found(request: HttpRequest, slug: str) -> HttpResponse:
    """The sentences of a source in which a pledge may stand, the likeliest first, each with its reasons."""
    source = get_object_or_404(Source.objects.defer("text"), slug=slug)
    show = request.GET.get("show", "") if request.GET.get("show") in SHOW else "proposed"
    waiting = source.candidates.filter(decision=CandidateDecision.WAITING)
    rows = {
        "proposed": waiting.filter(proposed=True),
        "decided": source.candidates.exclude(decision=CandidateDecision.WAITING).select_related("decided_by", "draft"),
        "recommendations": waiting.filter(proposed=False, kind="recommendation"),
        "lower": waiting.filter(proposed=False).exclude(kind="recommendation"),
    }
    page = Paginator(rows[show], PER_PAGE).get_page(request.GET.get("page"))
    search = PledgeSearch.objects.filter(source=source).first()
    context = {
        "source": source,
        "search": search,
        "stale": search is not None and search.rules != candidates.rules_digest(),
        "page": page,
        "show": show,
        "parts": [(key, label, rows[key].count()) for key, label in SHOW.items()],
        "near": candidates.near_pledges(list(page)) if show == "proposed" else {},
        "too_long": (source.characters or 0) > candidates.MAX_CHARS_AT_ONCE,
    }
    return render(request, "desk/candidates.html", context)


@require_ability(Ability.PROPOSE)
@require_POST
@idempotent
def look(request: HttpRequest, slug: str) -> HttpResponse:
    """Look for pledges in a source's text now; a long text is left to the worker."""
    source = get_object_or_404(Source, slug=slug)
    if not source.text:
        messages.error(request, "The text of this source is not held: there is nothing to look in.")
    elif len(source.text) > candidates.MAX_CHARS_AT_ONCE:
        PledgeSearch.objects.filter(source=source).delete()
        messages.success(request, "The text is long: the worker looks through it.")
    else:
        number = candidates.search_source(source)
        record_action(request.user, "looked for pledges in", source)
        messages.success(request, f"{number} sentence{'' if number == 1 else 's'} may be a pledge.")
    return redirect("desk:candidates", source.slug)


@require_ability(Ability.PROPOSE)
@require_POST
@idempotent
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a candidate (a draft begins), merge it with a pledge that is there, reject it, or take that back."""
    candidate = get_object_or_404(Candidate.objects.select_related("source"), pk=pk)
    decision = request.POST.get("decision", "")
    try:
        if decision == "accept":
            return redirect(candidates.accept(candidate, by=request.user))
        if decision == "merge":
            pledge = get_object_or_404(Pledge, slug=request.POST.get("pledge", "").replace("\x00", "")[:80])
            role = EvidenceRole.CONFLICT if request.POST.get("differs") else EvidenceRole.PLEDGE
            return redirect(candidates.merge(candidate, pledge, by=request.user, role=role))
        if decision == "reject":
            candidates.reject(candidate, by=request.user)
            messages.success(request, "Rejected: it stands under “Decided”, where it can be taken back.")
        elif decision == "reopen":
            candidates.reopen(candidate, by=request.user)
            messages.success(request, "Taken back: it waits for a decision again.")
        else:
            messages.error(request, "Accept it, merge it, or reject it.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("desk:candidates", candidate.source.slug)
