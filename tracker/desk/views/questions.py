"""Questions to those who have to act."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability, may
from tracker.desk.actions import questions
from tracker.desk.idempotency import idempotent
from tracker.pledges.choices import QuestionType
from tracker.pledges.models import Pledge, Question
from tracker.sources.models import Source


@require_ability(Ability.PROPOSE)
@require_POST
@idempotent
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Draft a question about a pledge from the desk's template."""
    pledge = get_object_or_404(Pledge, slug=slug)
    kind = request.POST.get("kind", "")
    if kind not in QuestionType.values:
        return render(request, "400.html", status=400)
    address = request.build_absolute_uri(pledge.get_absolute_url())
    return redirect(questions.ask(pledge, kind=QuestionType(kind), by=request.user, address=address))


@require_ability(Ability.SEE)
@require_safe
def show_question(request: HttpRequest, pk: int) -> HttpResponse:
    """A question: what readers see of it, who is drafting a change, and what can be done."""
    question = get_object_or_404(Question.objects.select_related("pledge", "answer").defer("answer__text"), pk=pk)
    drafts = question.drafts.with_people().order_by("-pk")
    context = {
        "question": question,
        "drafts": drafts,
        "open_draft": next((draft for draft in drafts if draft.is_open), None),
        "may_propose": may(request.user, Ability.PROPOSE),
        "sources": Source.objects.defer("text").order_by("-pk"),
        "today": timezone.localdate(),
    }
    return render(request, "desk/question.html", context)
