"""Reports of readers, and their answers."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions import reports
from tracker.desk.idempotency import idempotent
from tracker.desk.views.helpers import add_form_errors
from tracker.pledges.choices import ReportOutcome
from tracker.pledges.models import Report


class AnswerForm(forms.Form):
    """What came of a report."""

    verdict = forms.ChoiceField(label="What came of it", choices=ReportOutcome.choices)
    answer = forms.CharField(
        label="Answer",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Public once another person publishes it. Repeat nothing that a reader told of themselves.",
    )
    correction = forms.IntegerField(
        label="Entry that puts it right",
        required=False,
        min_value=1,
        max_value=2**53,
        help_text="Its position in the record, where the record was corrected.",
    )


@require_ability(Ability.SEE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: what a reader says, and the answer."""
    found = get_object_or_404(Report.objects.select_related("correction__pledge"), pk=pk)
    kept = {
        "verdict": found.verdict,
        "answer": found.answer,
        "correction": found.correction.position if found.correction else None,
    }
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=kept)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            reports.answer(
                found,
                verdict=ReportOutcome(data["verdict"]),
                text=data["answer"],
                correction=data["correction"],
                by=request.user,
            )
        except ValidationError as error:
            add_form_errors(form, error)
        else:
            messages.success(request, "Kept.")
            return redirect("desk:report", found.pk)
    return _page(request, found, form)


@require_ability(Ability.PUBLISH)
@require_POST
@idempotent
def publish_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an answer public."""
    found = get_object_or_404(Report, pk=pk)
    try:
        reports.publish_answer(found, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "The answer is public.")
    return redirect("desk:report", found.pk)


def _page(request: HttpRequest, found: Report, form: AnswerForm) -> HttpResponse:
    context = {
        "report": found,
        "form": form,
        "ready": ReportOutcome(found.verdict).is_answer and not found.published_at,
        "may_publish": reports.may_publish(found, request.user),
    }
    return render(request, "desk/report.html", context, status=422 if form.errors else 200)
