"""Questions to those who have to act."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions import questions
from tracker.desk.forms import QuestionForm
from tracker.desk.idempotency import idempotent
from tracker.desk.views.helpers import add_form_errors
from tracker.pledges.choices import QuestionOutcome, QuestionType
from tracker.pledges.models import Pledge, Question


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
    made = questions.draft_question(pledge, kind=QuestionType(kind), by=request.user, address=address)
    return redirect("desk:question", made.pk)


@require_ability(Ability.SEE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """A question: its words to copy, when it was sent, what became of it."""
    found = get_object_or_404(Question.objects.select_related("pledge", "body", "drafted_by"), pk=pk)
    form = QuestionForm(request.POST or None, instance=Question.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        try:
            questions.edit_question(
                found,
                by=request.user,
                text=form.cleaned_data["text"],
                addressee=form.cleaned_data["addressee"],
                asked_on=form.cleaned_data["asked_on"],
                outcome=QuestionOutcome(form.cleaned_data["outcome"]),
                answered_on=form.cleaned_data["answered_on"],
                answer=form.cleaned_data["answer"],
            )
        except ValidationError as error:
            add_form_errors(form, error)
        else:
            messages.success(request, "Kept.")
            return redirect("desk:question", found.pk)
    context = {"question": found, "form": form}
    return render(request, "desk/question.html", context, status=422 if form.errors else 200)
