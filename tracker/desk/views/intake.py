"""A document on its way to become a source: how far it is read, what it says of itself, and a person confirms."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tracker.core.numbers import read_number
from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions.sources import mark_found_again
from tracker.desk.audit_log import record_action
from tracker.desk.forms import SourceForm
from tracker.desk.idempotency import idempotent
from tracker.desk.updates.evidence import proposed_facts
from tracker.desk.views.helpers import add_form_errors, text_stretches
from tracker.desk.views.sources import after_storing, draft_in
from tracker.sources import intake, snapshots
from tracker.sources.choices import IntakeState, Licence
from tracker.sources.duplicates import find_similar
from tracker.sources.models import Intake, Source
from tracker.text.diff import DiffPart, compare_words

_SHOWN = 3_000
"""Characters of the text that the person who confirms is shown at once."""
_ENDS = 160
"""Characters shown at each end of what did not change."""


@require_ability(Ability.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def show_document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: its progress, or why it could not be read, or what was found, to be confirmed."""
    document = get_object_or_404(Intake.objects.select_related("supersedes", "source", "brought_by"), pk=pk)
    draft = draft_in(request)
    form = SourceForm(request.POST or None, initial=proposed_facts(document))
    if request.method == "POST" and form.is_valid():
        try:
            source = intake.store(document, facts=form.cleaned_data, slug=form.instance.slug, by=request.user)
        except ValidationError as error:
            add_form_errors(form, error)
        else:
            record_action(request.user, "brought in a source", source)
            messages.success(request, f"Stored: {source.characters:,} characters, SHA-256 {source.sha256[:16]}….")
            return after_storing(source, draft)
    context = {
        "coming": document,
        "draft": draft,
        "form": form,
        "licence_named": _licence_named(document),
        "origins": {
            name: origin
            for name, (_, origin) in document.proposals.items()
            if name in form.fields and name != "licence"
        },
        "similar": find_similar(document.text, apart_from=document.supersedes)
        if document.state == IntakeState.READY
        else [],
        "beginning": text_stretches(document.text[:_SHOWN], document.layout),
        "left": max(0, len(document.text) - _SHOWN),
    }
    template = "desk/_coming.html" if request.htmx and request.method == "GET" else "desk/coming.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=422 if form.errors else 200)


@require_ability(Ability.PROPOSE)
@require_POST
@idempotent
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a document that is not to become a source."""
    document = get_object_or_404(Intake, pk=pk)
    intake.drop(document)
    record_action(request.user, "dropped a document", document)
    messages.success(request, f"Deleted: {document}. The file and its text are gone.")
    return redirect("desk:sources")


@require_ability(Ability.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def carried_passages(request: HttpRequest, slug: str) -> HttpResponse:
    """The passages of the snapshot before, found again in this one: a person confirms each."""
    source = get_object_or_404(Source.objects.select_related("supersedes"), slug=slug, supersedes__isnull=False)
    if request.method == "POST":
        earlier = source.supersedes
        passage = get_object_or_404(earlier.passages, pk=_number(request, "passage"))  # type: ignore[union-attr]
        try:
            start, end = _number(request, "start"), _number(request, "end")
            change = mark_found_again(source, passage, start=start, end=end, by=request.user)
            if change is not None:
                messages.warning(request, "Nothing is changed yet: readers see this passage.")
                return redirect(change)
            record_action(request.user, "found a passage again in", source)
            messages.success(request, "Confirmed. The words are now a passage of the new snapshot.")
            return redirect("desk:again", source.slug)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    rows = [
        (carried, compare_words(carried.passage.exact, carried.match.exact) if carried.match.state == "near" else [])
        for carried in snapshots.carry_passages(source)
    ]
    context = {"source": source, "earlier": source.supersedes, "rows": rows, "changes": _changes(source)}
    return render(request, "desk/again.html", context)


def _licence_named(document: Intake) -> tuple[str, str] | None:
    """The licence that the document names, and where it does; None where it names none that is known."""
    value, origin = document.proposals.get("licence", ("", ""))
    return (str(Licence(value).label), origin) if value in Licence.values else None


def _number(request: HttpRequest, name: str) -> int:
    return read_number(request.POST.get(name, "")) or 0


def _changes(source: Source) -> list[DiffPart]:
    """What differs between the two snapshots, with what is the same cut down to its ends; nothing without both."""
    if source.supersedes is None or not (source.supersedes.text and source.text):
        return []
    pieces = compare_words(source.supersedes.text, source.text)[:2_000]
    return [
        DiffPart(piece.kind, f"{piece.text[:_ENDS]} […] {piece.text[-_ENDS:]}")
        if piece.kind == "same" and len(piece.text) > 3 * _ENDS
        else piece
        for piece in pieces
    ]
