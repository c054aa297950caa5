"""Evidence: choose a source, or bring one in, and take the words that a draft cites."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tracker.core.numbers import read_number
from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability, may
from tracker.desk.actions.drafts import check_ability
from tracker.desk.actions.sources import store_pasted
from tracker.desk.audit_log import record_action
from tracker.desk.forms import AddSourceForm, WordsForm
from tracker.desk.idempotency import idempotent
from tracker.desk.lists.sources import SourceListForm
from tracker.desk.models import Draft, Hold
from tracker.desk.passage_search import WordSearch
from tracker.desk.updates.words import layout_of, look_for, numbered_paragraphs, take_words, usual_role
from tracker.desk.views.helpers import add_form_errors
from tracker.sources import intake
from tracker.sources.choices import IntakeState
from tracker.sources.documents.warnings import text_warnings
from tracker.sources.duplicates import SimilarSource, find_similar
from tracker.sources.models import Intake, Source
from tracker.text.characters import without_quotable

PARAGRAPHS_PER_PAGE = 100
SOURCES_PER_PAGE = 50


@require_ability(Ability.SEE)
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """The sources at the desk; with ``draft``, to take evidence for it."""
    draft = draft_in(request)
    held = {
        hold.source_id: hold for hold in Hold.objects.active().filter(source__isnull=False).select_related("placed_by")
    }
    coming = Intake.objects.exclude(state__in=[IntakeState.STORED, IntakeState.DROPPED]).defer("content", "text")[:20]
    form = SourceListForm(request.GET)
    form.is_valid()
    rows = form.sources().with_counts().select_related("withdrawal").prefetch_related("contributors")
    context = {
        "page": Paginator(rows, SOURCES_PER_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "chips": form.chips(),
        "filtered": bool(form.query().keys() - {"draft"}),
        "draft": draft,
        "held": held,
        "coming": coming,
        "manages": may(request.user, Ability.MANAGE),
    }
    return render(request, "desk/sources.html", context)


@require_ability(Ability.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def add(request: HttpRequest) -> HttpResponse:
    """Bring a source in: pasted text, or a document for the worker to read. With ``draft``, go on to take words.

    With ``after``, the slug of a source, it is a later snapshot of that one's document.
    """
    check_ability(request.user, Ability.PROPOSE)
    earlier = get_object_or_404(Source, slug=request.GET["after"]) if request.GET.get("after") else None
    form = AddSourceForm(request.POST or None, request.FILES or None, initial=_as_before(earlier))
    draft = draft_in(request)
    similar: list[SimilarSource] = []
    if request.method == "POST" and form.is_valid() and form.has_to_be_read:
        try:
            file, url = form.cleaned_data.get("file"), form.cleaned_data["url"]
            coming = intake.bring(file, url, by=request.user, facts=form.facts(), supersedes=earlier)
        except ValidationError as error:
            add_form_errors(form, error)
        else:
            record_action(request.user, "brought in a document", coming)
            return redirect(f"{coming.get_absolute_url()}{f'?draft={draft.pk}' if draft else ''}")
    elif request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        similar = [] if request.POST.get("anyway") else find_similar(text, apart_from=earlier)
        try:
            if not similar:
                source = store_pasted(form.save(commit=False), text, supersedes=earlier, by=request.user)
                messages.success(request, f"Stored: {source.characters:,} characters, SHA-256 {source.sha256[:16]}….")
                for note in text_warnings(source.text):
                    messages.warning(request, note)
                return after_storing(source, draft)
        except ValidationError as error:
            add_form_errors(form, error)
    context = {"form": form, "draft": draft, "earlier": earlier, "similar": similar}
    return render(request, "desk/add_source.html", context, status=422 if form.errors or similar else 200)


def after_storing(source: Source, draft: Draft | None) -> HttpResponse:
    """Where a source that was just stored leads: to its words for a draft, to what it follows, else to its page."""
    if draft:
        return redirect("desk:words", draft.pk, source.slug)
    if source.supersedes_id:
        return redirect("desk:again", source.slug)
    return redirect("desk:sources")


def _as_before(earlier: Source | None) -> dict[str, Any]:
    names = ["title", "publisher", "kind", "url", "licence"]
    return {name: getattr(earlier, name) for name in names} if earlier else {}


@require_ability(Ability.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def words(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Take the words of a source that a draft cites: selected with the mouse, or pasted and found."""
    draft = get_object_or_404(Draft.objects.visible_to(request.user).select_related("pledge"), pk=pk)
    source = get_object_or_404(Source, slug=slug)
    passages = list(source.passages.all())
    form = WordsForm(request.POST or None, initial={"role": usual_role(draft), "words": request.GET.get("words", "")})
    search = WordSearch()
    if request.method == "POST":
        chosen = next((passage for passage in passages if str(passage.pk) == request.POST.get("passage")), None)
        if chosen is not None:  # a passage that is there already may be taken whatever its length
            form = WordsForm({**request.POST.dict(), "words": chosen.exact}, fewest=1)
        if form.is_valid():
            search, taken = look_for(source, form, chosen, request.POST.get("spans", ""))
            try:
                if taken and form.is_valid():
                    take_words(draft, source, taken, form, by=request.user)
                    messages.success(request, "Added. The words match the text exactly.")
                    return redirect(f"{draft.get_absolute_url()}#evidence")
            except ValidationError as error:
                add_form_errors(form, error)
    typed = request.GET.get("q", "").strip()[:200]
    rows = [
        paragraph
        for paragraph in numbered_paragraphs(source.text, layout_of(source))
        if typed.lower() in without_quotable(paragraph.text).lower()
    ]
    context = {
        "draft": draft,
        "source": source,
        "passages": passages,
        "form": form,
        "search": search,
        "q": typed,
        "page": Paginator(rows, PARAGRAPHS_PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "desk/words.html", context, status=422 if form.errors else 200)


def draft_in(request: HttpRequest) -> Draft | None:
    """Return the draft for which a source is looked for, or None."""
    pk = read_number(request.POST.get("draft") or request.GET.get("draft") or "") or 0
    draft: Draft | None = Draft.objects.visible_to(request.user).select_related("pledge").filter(pk=pk).first()
    return draft
