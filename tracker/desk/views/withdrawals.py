"""Withdraw the words of an entry, a source, or the answer to a report."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions import withdrawals
from tracker.desk.forms import WithdrawalForm, WithdrawAnswerForm, WithdrawSourceForm, WithdrawTextForm
from tracker.desk.idempotency import idempotent
from tracker.desk.preview import ChangedField
from tracker.desk.sign_off.public_rows import rows_of_answer, rows_of_entry, rows_of_source
from tracker.desk.sign_off.shown import Row, StaleFormError, changes_since_shown, posted_digest
from tracker.desk.views.helpers import add_form_errors
from tracker.pledges.models import RecordEntry, Report
from tracker.pledges.outside_copies import describe_copies
from tracker.sources.models import Source


@require_ability(Ability.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
@idempotent
def withdraw_text(request: HttpRequest, position: int) -> HttpResponse:
    """Withdraw the words of an entry for legal reasons: they are gone for good, the entry stays."""
    entry = get_object_or_404(RecordEntry.objects.select_related("pledge", "text"), position=position)
    form, rows = WithdrawTextForm(request.POST or None), rows_of_entry(entry)
    done, changed = _withdraw(request, entry, form, rows, withdrawals.withdraw_words)
    if done:
        notices = [f"The text of entry {position} is withdrawn. Clear any cache in front of the site."]
        messages.success(request, " ".join([*notices, *describe_copies(entry)]))
        return redirect("desk:pledge", entry.pledge.slug)
    context = {"entry": entry, "form": form, "rows": rows, "changed": changed, "copies": describe_copies(entry)}
    return render(request, "desk/withdraw_text.html", context, status=_status(form, changed))


@require_ability(Ability.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
@idempotent
def withdraw_source(request: HttpRequest, slug: str) -> HttpResponse:
    """Withdraw a source for legal reasons: its text and its bytes are gone for good, its digest stays."""
    source = get_object_or_404(Source, slug=slug)
    form, rows = WithdrawSourceForm(request.POST or None), rows_of_source(source)
    done, changed = _withdraw(request, source, form, rows, withdrawals.withdraw)
    if done:
        messages.success(request, "The source is withdrawn. Clear any cache in front of the site.")
        return redirect("desk:sources")
    withdrawn = hasattr(source, "withdrawal")
    context = {"source": source, "form": form, "withdrawn": withdrawn, "rows": rows, "changed": changed}
    return render(request, "desk/withdraw_source.html", context, status=_status(form, changed))


@require_ability(Ability.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
@idempotent
def withdraw_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the public answer to a report for legal reasons: its words are gone for good, a note of it stays."""
    report = get_object_or_404(Report.objects.select_related("correction"), pk=pk)
    form, rows = WithdrawAnswerForm(request.POST or None), rows_of_answer(report)
    done, changed = _withdraw(request, report, form, rows, withdrawals.withdraw_answer)
    if done:
        messages.success(request, "The answer is withdrawn. Clear any cache in front of the site.")
        return redirect("desk:report", report.pk)
    context = {"report": report, "form": form, "rows": rows, "changed": changed}
    return render(request, "desk/withdraw_answer.html", context, status=_status(form, changed))


def _withdraw(
    request: HttpRequest, target: Any, form: WithdrawalForm, rows: list[Row], action: Callable[..., Any]
) -> tuple[bool, list[ChangedField] | None]:
    """Withdraw what a valid form says. Return whether that is done, and what changed since it was shown."""
    if request.method != "POST" or not form.is_valid():
        return False, None
    said = {name: value for name, value in form.cleaned_data.items() if name != "sure"}
    try:
        action(target, shown=posted_digest(request), by=request.user, **said)
    except StaleFormError:
        return False, changes_since_shown(request, rows)
    except ValidationError as error:
        add_form_errors(form, error)
        return False, None
    return True, None


def _status(form: WithdrawalForm, changed: list[ChangedField] | None) -> int:
    return 409 if changed is not None else 422 if form.errors else 200
