"""The proposals of a source as a table: accept, reject, merge, one by one or many at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tracker.core.numbers import read_number
from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability, may
from tracker.desk.actions import candidates
from tracker.desk.audit_log import record_action
from tracker.desk.idempotency import idempotent
from tracker.desk.models import Candidate, CandidateDecision, Draft, PledgeSearch
from tracker.desk.proposals.facts import FactFiller, TypedFacts
from tracker.desk.proposals.forms import ForAllForm, filled_in
from tracker.desk.proposals.run import first_draft
from tracker.pledges.choices import EvidenceRole
from tracker.pledges.models import Pledge
from tracker.sources.models import Source
from tracker.web.page_kinds import wants_fragment

PER_PAGE = 50
SHOW = {
    "proposed": "Proposed",
    "recommendations": "Recommendations of the review",
    "decided": "Decided",
    "lower": "Ranked lower",
}
_WAITING = Q(decision=CandidateDecision.WAITING)
_SHOWN = {
    "proposed": _WAITING & Q(proposed=True),
    "recommendations": _WAITING & Q(proposed=False, kind="recommendation"),
    "decided": ~_WAITING,
    "lower": _WAITING & Q(proposed=False) & ~Q(kind="recommendation"),
}
_ORDER = {"lower": ("-score", "start")}
"""What is proposed is read in the order of the text; what ranks lower, the likeliest first."""
_KEPT = ("review", "theme", "kind", "basis", "response", "promised_by", "body", "made_on")


@dataclass
class _Choices:
    """What somebody has chosen on the page so far: of a form that was sent, or of the address that it led to."""

    data: QueryDict
    ticked: set[int] = field(init=False)

    def __post_init__(self) -> None:
        words = [part for value in self.data.getlist("ticked") for part in value[:2_000].split(",")]
        self.ticked = {number for word in words if (number := read_number(word)) is not None}

    @property
    def all_ticked(self) -> bool:
        """Whether everything listed was ticked at once, also what is on other pages."""
        return "all" in self.data.getlist("ticked")

    def theme(self, candidate: Candidate) -> str:
        """Return the key of the theme that was chosen for one candidate, empty for that of all."""
        value = self.data.get(f"theme-{candidate.pk}", "")
        return value if read_number(value) else ""

    @property
    def typed_pledges(self) -> dict[int, str]:
        """The short names of pledges that were typed in rows, by the keys of the rows."""
        data: dict[str, str] = self.data.dict()  # type: ignore[assignment]  # the last value of each name
        typed = {name: words[:80] for name, words in data.items() if name.startswith("pledge-") and words.strip()}
        keys = {name: read_number(name.removeprefix("pledge-")) for name in typed}
        return {key: typed[name] for name, key in keys.items() if key is not None}

    @property
    def show(self) -> str:
        """Which list is asked for, one of SHOW."""
        return value if (value := self.data.get("show", "")) in SHOW else "proposed"


@require_ability(Ability.SEE)
@require_safe
def candidate_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The sentences of a source that may contain a pledge, in the text's order, each with its reasons."""
    source = get_object_or_404(Source.objects.defer("text"), slug=slug)
    initial = filled_in(source) | {name: request.GET[name][:40] for name in _KEPT if name in request.GET}
    return _page(request, source, ForAllForm(source=source, initial=initial), _Choices(request.GET))


@require_ability(Ability.PROPOSE)
@require_POST
@idempotent
def look_for_pledges(request: HttpRequest, slug: str) -> HttpResponse:
    """Look for pledges in a source's text now; a long text is left to the worker."""
    source = get_object_or_404(Source, slug=slug)
    if not source.text:
        messages.error(request, "This source has no text to search. Add its text first.")
    elif len(source.text) > candidates.MAX_CHARS_AT_ONCE:
        PledgeSearch.objects.filter(source=source).delete()
        messages.success(request, "The text is long, so the background worker will search it.")
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
            return redirect(_merge(request, candidate, pledge, differs=bool(request.POST.get("differs"))))
        if decision == "reject":
            candidates.reject(candidate, by=request.user)
            messages.success(request, "Rejected. You can undo this under “Decided”.")
        elif decision == "reopen":
            candidates.reopen(candidate, by=request.user)
            messages.success(request, "Undone. It needs a decision again.")
        else:
            messages.error(request, "Choose whether to accept, merge or reject it.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("desk:candidates", candidate.source.slug)


@require_ability(Ability.PROPOSE)
@require_POST
@idempotent
def decide_many(request: HttpRequest, slug: str) -> HttpResponse:
    """Do what a button of the table says, with one row or with all that are ticked; the rest stays as it was typed.

    A button's value is its verb and, for one row, its key: ``accept``, ``accept:12``, ``merge:12:annual-report``.
    """
    source = get_object_or_404(Source, slug=slug)
    choices = _Choices(request.POST)
    form = ForAllForm(request.POST, source=source)
    verb, _, rest = _pressed(choices).partition(":")
    key, _, pledge = rest.partition(":")
    if verb in ("keep", "tick-all", "untick"):
        ticked = {"tick-all": ["all"], "untick": []}.get(verb, sorted(choices.ticked))
        return redirect(_address(source, choices, ticked=ticked))
    wanted = {read_number(key)} if key else choices.ticked
    rows = list(source.candidates.order_by("start", "end"))
    chosen = [row for row in rows if row.pk in wanted]
    if key and len(chosen) == 1 and verb in _IN_PLACE and wants_fragment(request):
        return _answer_in_place(request, chosen[0], verb, form, choices)
    if form.is_valid():
        try:
            if verb in _SINGLE and len(chosen) == 1 and key:
                return _decide_row(request, chosen[0], verb, pledge, choices)
            return _decide_ticked(request, FactFiller(source, form.chosen), verb, chosen, rows, choices)
        except ValidationError as error:
            form.add_error(None, error.messages)
    return _page(request, source, form, choices, status=422)


def _pressed(choices: _Choices) -> str:
    """Return what the button says; Enter where a pledge's short name was typed in one row alone merges that row."""
    do = choices.data.get("do", "")
    typed = list(choices.typed_pledges)
    if do != "enter":
        return do
    return f"merge:{typed[0]}" if len(typed) == 1 else "keep"


_SINGLE = ("merge", "reopen")
_IN_PLACE = {"accept": "A draft was started.", "reject": "Rejected.", "reopen": "Undone."}
_TAKE_BACK = "Use “Decided” to see or undo your decisions."


def _decide_row(request: HttpRequest, row: Candidate, verb: str, pledge: str, choices: _Choices) -> HttpResponse:
    """Do with one row what is never done with many."""
    if verb == "merge":
        return redirect(_merge_row(request, row, pledge))
    candidates.reopen(row, by=request.user)
    messages.success(request, "Undone. It needs a decision again.")
    return redirect(_address(row.source, choices, ticked=choices.ticked))


def _answer_in_place(
    request: HttpRequest, row: Candidate, verb: str, form: ForAllForm, choices: _Choices
) -> HttpResponse:
    """Decide one row, and answer with that row as it is then, where htmx asks."""
    problem = "" if form.is_valid() or verb != "accept" else "Correct what is wrong above the table first."
    try:
        if verb == "accept" and not problem:
            facts = FactFiller(row.source, form.chosen).facts_of(row, theme=choices.theme(row))
            candidates.accept(row, by=request.user, facts=facts)
        elif verb == "reject":
            candidates.reject(row, by=request.user)
        elif verb == "reopen":
            candidates.reopen(row, by=request.user)
    except ValidationError as error:
        problem = " ".join(error.messages)
    row = Candidate.objects.select_related("source", "decided_by", "draft").get(pk=row.pk)
    parts = _parts(row.source)
    left = next(number for key, _, number in parts if key == choices.show)
    context = {
        "candidate": row,
        "source": row.source,
        "problem": problem,
        "announcement": problem or f"{_IN_PLACE[verb]} {left} left.",
        "parts": parts,
        "first_draft": first_draft(row.source, by=request.user),
        "near": candidates.near_pledges([row]) if row.decided_at is None else {},
        "row_themes": {row.pk: choices.theme(row)},
        "typed_pledges": choices.typed_pledges,
        "form": form,
        "show": choices.show,
        "decides": True,
        "may_propose": True,
    }
    return render(request, "desk/candidates/answered.html", context)


def _decide_ticked(
    request: HttpRequest, filler: FactFiller, verb: str, chosen: list[Candidate], rows: list[Candidate],
    choices: _Choices,
) -> HttpResponse:  # fmt: skip
    """Accept, reject or join rows; each that is refused is told, and the others are done."""
    if verb not in ("accept", "accept-open", "reject", "join"):
        raise ValidationError("Accept, reject or merge.")
    if len(chosen) < (2 if verb == "join" else 1):
        few = "Tick two or more proposals to join." if verb == "join" else "Tick at least one proposal first."
        raise ValidationError(few)

    def facts_of(row: Candidate) -> TypedFacts:
        return filler.facts_of(row, theme=choices.theme(row))

    drafts: list[Draft] = []
    if verb == "join":
        return redirect(candidates.join(chosen, by=request.user, facts=facts_of(chosen[0])))
    if verb == "reject":
        number, refused = candidates.reject_each(chosen, by=request.user)
        if number:
            messages.success(request, f"{number} rejected. {_TAKE_BACK}")
    else:
        drafts, refused = candidates.accept_each(chosen, by=request.user, facts_of=facts_of)
        _tell_accepted(request, drafts)
    for problem in refused:
        messages.error(request, problem)
    if verb == "accept-open" and drafts:
        return redirect(drafts[0])
    done = {row.pk for row in chosen}
    after = next((row.pk for row in rows if row.start > chosen[-1].start and _is_left(row, choices, done)), None)
    return redirect(_address(filler.source, choices, ticked=choices.ticked - done, row=after))


def _tell_accepted(request: HttpRequest, drafts: list[Draft]) -> None:
    if drafts:
        number = "1 draft was" if len(drafts) == 1 else f"{len(drafts)} drafts were"
        messages.success(request, f"{number} started. {_TAKE_BACK}")


def _is_left(row: Candidate, choices: _Choices, done: set[int]) -> bool:
    """Whether a row is still on the page after some were decided."""
    if row.pk in done or row.decision != CandidateDecision.WAITING:
        return False
    return row.proposed if choices.show == "proposed" else not row.proposed


def _merge_row(request: HttpRequest, candidate: Candidate, slug: str) -> Draft:
    """Merge a row with the pledge that its button names (“differs” where figures do), or that was typed in it."""
    slug, _, differs = slug.partition(":")
    slug = (slug or request.POST.get(f"pledge-{candidate.pk}", "")).strip().replace("\x00", "")[:80]
    if (pledge := Pledge.objects.filter(slug=slug).first()) is None:
        raise ValidationError(f"There is no pledge with the short name “{slug}”." if slug else "Which pledge?")
    return _merge(request, candidate, pledge, differs=differs == "differs")


def _merge(request: HttpRequest, candidate: Candidate, pledge: Pledge, *, differs: bool) -> Draft:
    role = EvidenceRole.CONFLICT if differs else EvidenceRole.PLEDGE
    return candidates.merge(candidate, pledge, by=request.user, role=role)


def _address(source: Source, choices: _Choices, *, ticked: Iterable[Any], row: int | None = None) -> str:
    """Return the address of the table with all that was chosen on it."""
    values = {name: choices.data[name][:40] for name in _KEPT if name in choices.data}
    values |= {name: choices.data[name][:40] for name in ("show", "page") if choices.data.get(name)}
    data: dict[str, str] = choices.data.dict()  # type: ignore[assignment]  # the last value of each name
    themes = {name: value for name, value in data.items() if name.startswith("theme-") and read_number(value)}
    values |= dict(list(themes.items())[:PER_PAGE])
    if joined := ",".join(str(key) for key in ticked):
        values["ticked"] = joined
    anchor = f"#candidate-{row}" if row else ""
    return f"{reverse('desk:candidates', args=[source.slug])}?{urlencode(values)}{anchor}"


def _page(
    request: HttpRequest, source: Source, form: ForAllForm, choices: _Choices, *, status: int = 200
) -> HttpResponse:
    show = choices.show
    page = Paginator(_rows(source, show), PER_PAGE).get_page(choices.data.get("page"))
    search = PledgeSearch.objects.filter(source=source).first()
    rows = list(page)
    ticked = {row.pk for row in rows if choices.all_ticked or row.pk in choices.ticked}
    context = {
        "source": source,
        "search": search,
        "stale": search is not None and search.rules != candidates.rules_digest(),
        "page": page,
        "show": show,
        "parts": _parts(source),
        "near": candidates.near_pledges(rows) if show == "proposed" else {},
        "too_long": (source.characters or 0) > candidates.MAX_CHARS_AT_ONCE,
        "form": form,
        "ticked": ticked,
        "row_themes": {row.pk: theme for row in rows if (theme := choices.theme(row))},
        "typed_pledges": choices.typed_pledges,
        "first_draft": first_draft(source, by=request.user),
        "may_propose": may(request.user, Ability.PROPOSE),
        "decides": show != "decided" and bool(rows) and may(request.user, Ability.PROPOSE),
    }
    return render(request, "desk/candidates.html", context, status=status)


def _parts(source: Source) -> list[tuple[str, str, int]]:
    """Return each part of the list: its key, its words, and how many sentences it has."""
    counts = {f"number_{key}": Count("pk", filter=part) for key, part in _SHOWN.items()}
    numbers = source.candidates.aggregate(**counts)
    return [(key, label, numbers[f"number_{key}"]) for key, label in SHOW.items()]


def _rows(source: Source, show: str) -> QuerySet[Candidate]:
    rows = source.candidates.filter(_SHOWN[show]).order_by(*_ORDER.get(show, ("start", "end")))
    return rows.select_related("decided_by", "draft") if show == "decided" else rows
