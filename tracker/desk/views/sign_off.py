"""Sign-off in a list: new pledges as readers would see them, one check for those that are chosen."""

from dataclasses import dataclass
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tracker.core.numbers import read_number
from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions import batch
from tracker.desk.actions.batch import ShownPledge, sign_off_each
from tracker.desk.forms import BatchForm
from tracker.desk.models import Draft, DraftType
from tracker.desk.sign_off.batch import MAX_AT_ONCE, PledgeToSignOff, new_sources, pledges_to_sign_off, waiting_for
from tracker.desk.sign_off.shown import Row, posted_rows
from tracker.desk.sign_off.waiting import kinds_waiting
from tracker.desk.workflow import DraftState
from tracker.text.characters import hidden_character_problem

PUBLISH, RETURN, LATER = "publish", "return", "later"
_RESULT = "signed_off_list"
_MAX_SOURCES = 100


@dataclass
class _Choice:
    """What was chosen for one draft of the page, and what is wrong with that. ``item`` is as it is now."""

    draft: Draft
    decision: str = LATER
    reason: str = ""
    error: str = ""
    item: PledgeToSignOff | None = None

    @property
    def title(self) -> str:
        """The title of the draft, empty where it has none yet."""
        return "".join(self.draft.facts.get("title", [])[:1])


@require_ability(Ability.PUBLISH)
@require_safe
def sign_off_list(request: HttpRequest) -> HttpResponse:
    """The new pledges that wait for this person's sign-off, ten to a page, each whole."""
    page = Paginator(waiting_for(request.user), MAX_AT_ONCE).get_page(request.GET.get("page"))
    items = pledges_to_sign_off(list(page), by=request.user)
    return _page(request, [_Choice(item.draft, item=item) for item in items], BatchForm(), page=page)


@require_ability(Ability.PUBLISH)
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
def sign_off_many(request: HttpRequest) -> HttpResponse:
    """Publish or send back what was chosen, each as it was shown; what changed since is left out and named.

    Not one transaction: what is published stays published whatever becomes of the next. The same form sent again
    finds its pledges published, and leads to the same result.
    """
    key = request.POST.get("key", "")
    if key and request.session.get(_RESULT, {}).get("key") == key:
        return redirect("desk:sign_off_result")
    choices = _posted_choices(request)
    chosen = [choice for choice in choices if choice.decision in (PUBLISH, RETURN)]
    form = BatchForm(request.POST, publishes=any(choice.decision == PUBLISH for choice in chosen))
    if not form.is_valid() or not chosen or any(choice.error for choice in chosen):
        for choice in chosen:
            if choice.error:
                form.add_error(None, f"{choice.title}: {choice.error}")
        if not chosen:
            form.add_error(None, "Choose “Publish” or “Send back” for at least one pledge.")
        return _page(request, _as_they_stand(request, choices), form, status=422)
    shown = [
        ShownPledge(
            choice.draft,
            _version(request, choice),
            _rows(request, choice),
            choice.reason if choice.decision == RETURN else "",
        )
        for choice in chosen
    ]
    sources = {slug: posted_rows(request, f"-source-{slug}") for slug in request.POST.getlist("source")[:_MAX_SOURCES]}
    outcomes = sign_off_each(shown, sources=sources, by=request.user, note=form.cleaned_data["note"])
    request.session[_RESULT] = {
        "key": key,
        "rows": [
            {
                "draft": outcome.draft.pk, "title": str(outcome.draft), "result": outcome.result, "why": outcome.why,
                "entry": outcome.entry.position if outcome.entry else None,
                "address": outcome.entry.pledge.get_absolute_url() if outcome.entry and outcome.entry.pledge else "",
            }
            for outcome in outcomes
        ],
    }  # fmt: skip
    return redirect("desk:sign_off_result")


@require_ability(Ability.PUBLISH)
@require_safe
def sign_off_result(request: HttpRequest) -> HttpResponse:
    """What became of each pledge of the list that this person signed off last."""
    rows = request.session.get(_RESULT, {}).get("rows", [])
    parts = {
        result: [row for row in rows if row["result"] == result]
        for result in (batch.PUBLISHED, batch.RETURNED, batch.REFUSED)
    }
    context = {"rows": rows, "left": waiting_for(request.user).count(), **parts}
    return render(request, "desk/sign_off_result.html", context)


def _posted_choices(request: HttpRequest) -> list[_Choice]:
    keys = [number for value in request.POST.getlist("draft")[:MAX_AT_ONCE] if (number := read_number(value))]
    drafts = Draft.objects.visible_to(request.user).filter(pk__in=keys, sort=DraftType.PLEDGE)
    choices = []
    for draft in drafts.with_people().order_by("submitted_at", "pk"):
        choice = request.POST.get(f"choice-{draft.pk}", LATER)
        reason = request.POST.get(f"reason-{draft.pk}", "").strip()[:2_000]
        problem = hidden_character_problem(reason) or ""
        if choice == RETURN and not reason:
            problem = "Enter a reason, so that the author can correct it."
        choices.append(_Choice(draft, choice, reason, problem if choice == RETURN else ""))
    return choices


def _version(request: HttpRequest, choice: _Choice) -> int:
    return read_number(request.POST.get(f"version-{choice.draft.pk}", "")) or 0


def _rows(request: HttpRequest, choice: _Choice) -> list[Row]:
    return posted_rows(request, f"-{choice.draft.pk}")


def _as_they_stand(request: HttpRequest, choices: list[_Choice]) -> list[_Choice]:
    """Return the choices with their pledges as they are now: one that changed since it was shown is chosen again."""
    drafts = list(waiting_for(request.user).filter(pk__in=[choice.draft.pk for choice in choices]))
    items = {item.draft.pk: item for item in pledges_to_sign_off(drafts, by=request.user)}
    for choice in choices:
        choice.item = items.get(choice.draft.pk)
        if choice.item is None:
            messages.error(request, f"“{choice.title}” no longer waits for your sign-off.")
            continue
        same_sources = all(
            posted_rows(request, f"-source-{source.slug}") == rows for source, rows in new_sources([choice.item])
        )
        if (
            choice.item.rows != _rows(request, choice)
            or choice.draft.version != _version(request, choice)
            or not same_sources
        ):
            choice.decision = LATER
            choice.error = "This changed after you opened the page. Read it again, then choose."
    return [choice for choice in choices if choice.item is not None]


def _page(
    request: HttpRequest, choices: list[_Choice], form: BatchForm, *, page: Any = None, status: int = 200
) -> HttpResponse:
    kinds = kinds_waiting(request.user)
    number = next(kind.number for kind in kinds if kind.key == "pledges")
    context = {
        "choices": choices,
        "form": form,
        "page": page,
        "sources": new_sources([choice.item for choice in choices if choice.item]),
        "choosable": any(choice.item and not choice.item.problem for choice in choices),
        "number": number,
        "kinds": kinds,
        "own": _count_waiting() - number,  # this person wrote in them
    }
    return render(request, "desk/sign_off_list.html", context, status=status)


def _count_waiting() -> int:
    """Return how many new pledges wait for anybody to sign them off."""
    return Draft.objects.filter(stage=DraftState.SUBMITTED, sort=DraftType.PLEDGE, pledge__isnull=True).count()
