"""Withdraw the words of an entry, or of the answer to a report."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions import withdrawals
from tracker.desk.forms import WithdrawAnswerForm, WithdrawTextForm
from tracker.desk.idempotency import idempotent
from tracker.desk.sign_off.public_rows import rows_of_answer, rows_of_entry
from tracker.desk.sign_off.shown import StaleFormError, changes_since_shown, posted_digest
from tracker.desk.views.helpers import add_form_errors
from tracker.pledges.models import RecordEntry, Report
from tracker.pledges.outside_copies import describe_copies


@require_ability(Ability.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
@idempotent
def withdraw_text(request: HttpRequest, position: int) -> HttpResponse:
    """Withdraw the words of an entry for legal reasons: they are gone for good, the entry stays."""
    entry = get_object_or_404(RecordEntry.objects.select_related("pledge", "text"), position=position)
    form = WithdrawTextForm(request.POST or None)
    rows, changed = rows_of_entry(entry), None
    if request.method == "POST" and form.is_valid():
        try:
            withdrawals.withdraw_words(
                entry,
                shown=posted_digest(request),
                reason=form.cleaned_data["reason"],
                by=request.user,
                headline=form.cleaned_data["headline"],
            )
        except StaleFormError:
            changed = changes_since_shown(request, rows)
        except ValidationError as error:
            add_form_errors(form, error)
        else:
            notices = [f"The text of entry {position} is withdrawn. Clear any cache in front of the site."]
            messages.success(request, " ".join([*notices, *describe_copies(entry)]))
            return redirect("desk:pledge", entry.pledge.slug)
    copies = describe_copies(entry)
    context = {"entry": entry, "form": form, "rows": rows, "changed": changed, "copies": copies}
    status = 409 if changed is not None else 422 if form.errors else 200
    return render(request, "desk/withdraw_text.html", context, status=status)


@require_ability(Ability.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
@idempotent
def withdraw_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the public answer to a report for legal reasons: its words are gone for good, a note of it stays."""
    report = get_object_or_404(Report.objects.select_related("correction"), pk=pk)
    form = WithdrawAnswerForm(request.POST or None)
    rows, changed = rows_of_answer(report), None
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            withdrawals.withdraw_answer(report, shown=posted_digest(request), reason=reason, by=request.user)
        except StaleFormError:
            changed = changes_since_shown(request, rows)
        except ValidationError as error:
            add_form_errors(form, error)
        else:
            messages.success(request, "The answer is withdrawn. Clear any cache in front of the site.")
            return redirect("desk:report", report.pk)
    context = {"report": report, "form": form, "rows": rows, "changed": changed}
    status = 409 if changed is not None else 422 if form.errors else 200
    return render(request, "desk/withdraw_answer.html", context, status=status)
