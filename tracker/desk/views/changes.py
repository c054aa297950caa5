"""Changes of public facts that wait for a second person."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tracker.core.numbers import read_number
from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability, may
from tracker.desk.catalogue.batch import MAX_TICKED, accept_ticked, listed
from tracker.desk.catalogue.changes import MAX_REASON_CHARS, accept, problem_with, reject
from tracker.desk.catalogue.facts import describe, facts_of
from tracker.desk.catalogue.models import ChangeAction, ChangeState, PendingChange
from tracker.desk.catalogue.review_form import OWN_FACTS
from tracker.desk.catalogue.views import preview_of
from tracker.desk.idempotency import idempotent
from tracker.desk.preview import ChangedField
from tracker.desk.sign_off.public_rows import rows_of_change
from tracker.desk.sign_off.shown import StaleFormError, changes_since_shown, posted_digest, posted_rows
from tracker.desk.sign_off.waiting import kinds_waiting
from tracker.desk.views.helpers import add_form_errors, read_version
from tracker.pledges.models import Conflict, ConflictSide, Review
from tracker.sources.models import Passage


class RejectForm(forms.Form):
    """Why a change is not made."""

    reason = forms.CharField(
        label="Reason",
        max_length=MAX_REASON_CHARS,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The author sees this reason. It is not public.",
    )


@require_ability(Ability.SEE)
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """The changes that wait, for who decides with what each would do and a box to tick; or those that were decided."""
    return _list(request)


@require_ability(Ability.PUBLISH)
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
@idempotent
def accept_changes(request: HttpRequest) -> HttpResponse:
    """Make the changes that were ticked, each as it was shown. What changed since is left out and named."""
    keys = [number for value in request.POST.getlist("change")[:MAX_TICKED] if (number := read_number(value))]
    ticked = PendingChange.objects.filter(pk__in=keys).order_by("pk")
    if not ticked:
        return _list(request, error="Tick at least one change.")
    refused = accept_ticked([(change, posted_rows(request, f"-{change.pk}")) for change in ticked], by=request.user)
    if number := len(ticked) - len(refused):
        message = ngettext("%(number)s change accepted.", "%(number)s changes accepted.", number)
        messages.success(request, f"{message % {'number': number}} Readers can see it now.")
    for refusal in refused:
        messages.error(
            request,
            format_html(
                '<a href="{}">{}</a> was not accepted. {}',
                refusal.change.get_absolute_url(),
                refusal.change,
                refusal.why,
            ),
        )
    return redirect("desk:changes")


@require_ability(Ability.SEE)
@require_safe
def show_change(request: HttpRequest, pk: int) -> HttpResponse:
    """One change: what it was, what it becomes, and the two buttons."""
    return _page(request, _change(pk), RejectForm())


@require_ability(Ability.PUBLISH)
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
@idempotent
def accept_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a change that another person proposed."""
    pending = _change(pk)
    try:
        accept(pending, shown=posted_digest(request), by=request.user)
    except StaleFormError:
        pending = _change(pk)
        changed = changes_since_shown(request, rows_of_change(pending))
        return _page(request, pending, RejectForm(), changed=changed, status=409)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Accepted. Readers can see it now.")
    return redirect(pending)


@require_ability(Ability.PROPOSE)
@require_POST
@idempotent
def reject_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the object as it is."""
    pending, form = _change(pk), RejectForm(request.POST)
    if form.is_valid():
        try:
            reject(pending, version=read_version(request), by=request.user, reason=form.cleaned_data["reason"])
        except StaleFormError:
            pending = _change(pk)
            changed = changes_since_shown(request, rows_of_change(pending))
            return _page(request, pending, form, changed=changed, status=409)
        except ValidationError as error:
            if not hasattr(error, "error_dict"):  # it was decided meanwhile: there is no form any more
                messages.error(request, " ".join(error.messages))
                return redirect(pending)
            add_form_errors(form, error)
        else:
            messages.success(request, "Rejected. Nothing was changed.")
            return redirect(pending)
    return _page(request, pending, form)


def _list(request: HttpRequest, *, error: str = "") -> HttpResponse:
    decided = request.GET.get("show") == "decided"
    rows = PendingChange.objects.select_related("by", "decided_by")
    if decided:
        page = Paginator(rows.exclude(state=ChangeState.WAITING), 50).get_page(request.GET.get("page"))
    else:
        waiting = rows.filter(state=ChangeState.WAITING).order_by("pk")
        page = Paginator(waiting, MAX_TICKED).get_page(request.GET.get("page"))
    decides = not decided and may(request.user, Ability.PUBLISH)
    context = {
        "decided": decided,
        "page": page,
        "items": listed(list(page), by=request.user) if decides else [],
        "error": error,
        "kinds": kinds_waiting(request.user) if decides else [],
    }
    return render(request, "desk/changes.html", context, status=422 if error else 200)


def _change(pk: int) -> PendingChange:
    return get_object_or_404(PendingChange.objects.select_related("by", "decided_by"), pk=pk)


def _preview(pending: PendingChange) -> dict[str, Any] | None:
    """Return what a preview of a review shows as it would be; None for every other change."""
    if pending.target_model is not Review or pending.action == ChangeAction.DELETE:
        return None
    review = pending.target or Review()
    for name in (*OWN_FACTS, "logo"):
        field: Any = Review._meta.get_field(name)
        if name in pending.after:
            setattr(review, name, field.to_python(pending.after[name]))
    return preview_of(review)


def _conflict_shown(pending: PendingChange) -> tuple[Conflict, list[ConflictSide]] | None:
    """Return a point on which sources differ as readers would see it; None for every other change."""
    if pending.target_model is not Conflict or pending.action == ChangeAction.DELETE:
        return None
    facts = {**(facts_of(pending.target) if pending.target else {}), **pending.after}
    conflict = Conflict(question=facts.get("question", ""), note=facts.get("note", ""))
    wanted = [side["passage"] for side in facts.get("sides", [])]
    passages = Passage.objects.select_related("source").defer("source__text").in_bulk(wanted)
    sides = [
        ConflictSide(passage=passages[side["passage"]], says=side["says"])
        for side in facts.get("sides", [])
        if side["passage"] in passages
    ]
    return conflict, sides


def _page(
    request: HttpRequest,
    pending: PendingChange,
    form: RejectForm,
    *,
    changed: list[ChangedField] | None = None,
    status: int = 0,
) -> HttpResponse:
    waits = pending.state == ChangeState.WAITING
    context = {
        "change": pending,
        "facts": describe(pending.target_model, pending.before, pending.after),
        "form": form,
        "waits": waits,
        "rows": rows_of_change(pending) if waits else [],
        "changed": changed,
        "problem": problem_with(pending, by=request.user) if waits else "",
        "decides": may(request.user, Ability.PUBLISH),
        "preview": _preview(pending),
        "differs": _conflict_shown(pending) if waits else None,
        "mine": pending.by_id == request.user.pk,
    }
    return render(request, "desk/change.html", context, status=status or (422 if form.errors else 200))
