"""Reports of readers, and their answers."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability, may
from tracker.desk.actions import reports
from tracker.desk.idempotency import idempotent
from tracker.desk.preview import ChangedField
from tracker.desk.sign_off.public_rows import rows_of_answer
from tracker.desk.sign_off.shown import StaleFormError, changes_since_shown, posted_digest
from tracker.desk.views.helpers import add_form_errors, read_version
from tracker.pledges.choices import ReportOutcome
from tracker.pledges.models import Report


class AnswerForm(forms.Form):
    """What came of a report."""

    verdict = forms.ChoiceField(label="Outcome", choices=ReportOutcome.choices)
    answer = forms.CharField(
        label="Answer",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="This becomes public when another person publishes it. Do not repeat anything the reader "
        "said about themselves.",
    )
    correction = forms.IntegerField(
        label="Entry that corrects it",
        required=False,
        min_value=1,
        max_value=2**53,
        help_text="The entry’s number, if the record was corrected.",
    )


@require_ability(Ability.SEE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def answer_report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: what a reader says, and the answer. A form that is older than the answer overwrites nothing."""
    report = _report(pk)
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=_answer_as_typed(report))
    if request.method != "POST" or not form.is_valid():
        return _page(request, report, form)
    data = form.cleaned_data
    try:
        reports.answer(
            report,
            version=read_version(request),
            verdict=ReportOutcome(data["verdict"]),
            text=data["answer"],
            correction=data["correction"],
            by=request.user,
        )
    except StaleFormError as error:
        form.add_error(None, f"{error} Your version is in the form. The saved answer is below it. Save to replace it.")
        return _page(request, _report(pk), form, status=409)
    except ValidationError as error:
        add_form_errors(form, error)
        return _page(request, report, form)
    messages.success(request, "The answer is saved.")
    return redirect("desk:report", report.pk)


@require_ability(Ability.PUBLISH)
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
@idempotent
def publish_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Make public an answer that was looked at."""
    report = _report(pk)
    try:
        reports.publish_answer(report, shown=posted_digest(request), by=request.user)
    except StaleFormError:
        report = _report(pk)
        form = AnswerForm(initial=_answer_as_typed(report))
        changed = changes_since_shown(request, rows_of_answer(report))
        return _page(request, report, form, changed=changed, status=409)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "The answer is public.")
    return redirect("desk:report", report.pk)


def _report(pk: int) -> Report:
    report: Report = get_object_or_404(Report.objects.select_related("correction__pledge", "correction__text"), pk=pk)
    return report


def _answer_as_typed(report: Report) -> dict[str, Any]:
    position = report.correction.position if report.correction else None
    return {"verdict": report.verdict, "answer": report.answer, "correction": position}


def _page(
    request: HttpRequest,
    report: Report,
    form: AnswerForm,
    *,
    changed: list[ChangedField] | None = None,
    status: int = 0,
) -> HttpResponse:
    context = {
        "report": report,
        "form": form,
        "version": report.version,
        "rows": rows_of_answer(report),
        "changed": changed,
        "ready": ReportOutcome(report.verdict).is_answer and not report.published_at,
        "problem": reports.problem_of(report, by=request.user),
        "manages": may(request.user, Ability.MANAGE),
    }
    return render(request, "desk/report.html", context, status=status or (422 if form.errors else 200))
