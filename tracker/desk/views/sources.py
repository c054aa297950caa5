"""Evidence: choose a source, or bring one in, and take the words that a draft cites."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tracker.core.numbers import read_number
from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions import drafts
from tracker.desk.actions.drafts import check_ability
from tracker.desk.audit_log import record_action
from tracker.desk.forms import AddSourceForm, WordsForm
from tracker.desk.idempotency import idempotent
from tracker.desk.models import Draft, Hold
from tracker.desk.passage_search import Match, WordSearch, chosen_spans, find_words, sources_for
from tracker.desk.views.helpers import add_form_errors
from tracker.pledges.choices import EvidenceRole
from tracker.sources import intake
from tracker.sources.choices import IntakeState
from tracker.sources.documents.warnings import text_warnings
from tracker.sources.duplicates import SimilarSource, find_similar
from tracker.sources.models import Intake, Passage, Source, SourceFile
from tracker.sources.passages import passage_at
from tracker.text.characters import without_quotable
from tracker.text.interruptions import furniture_within
from tracker.text.matching import cuts_a_word

PARAGRAPHS_PER_PAGE = 100


@dataclass(frozen=True)
class NumberedParagraph:
    """A paragraph of a source's text and where it starts, in characters."""

    number: int
    start: int
    text: str
    is_furniture: bool = False
    """Whether it is a menu, a banner, or the head or foot of a page: folded away, not left out."""


def numbered_paragraphs(text: str, layout: dict[str, Any] | None = None) -> list[NumberedParagraph]:
    """Return the paragraphs that have a word, numbered from 1; the text itself stays as it is."""
    furniture = sorted((layout or {}).get("furniture", []))
    starts = [start for start, _ in furniture]
    rows, at, number = [], 0, 0
    for line in text.split("\n"):
        if line.strip():
            number += 1
            before = bisect_right(starts, at) - 1
            rows.append(NumberedParagraph(number, at, line, before >= 0 and at < furniture[before][1]))
        at += len(line) + 1
    return rows


@require_ability(Ability.SEE)
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """The sources at the desk; with ``draft``, to take evidence for it."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    draft = draft_in(request)
    held = {
        hold.source_id: hold for hold in Hold.objects.active().filter(source__isnull=False).select_related("placed_by")
    }
    coming = Intake.objects.exclude(state__in=[IntakeState.STORED, IntakeState.DROPPED]).defer("content", "text")[:20]
    context = {"sources": sources_for(asked), "q": asked, "draft": draft, "held": held, "coming": coming}
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
            coming = _bring(form, request.user, earlier)
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
                source = _store_pasted(form, text, earlier, by=request.user)
                record_action(request.user, "brought in a source", source)
                messages.success(request, f"Stored: {source.characters:,} characters, SHA-256 {source.sha256[:16]}….")
                for note in text_warnings(source.text):
                    messages.warning(request, note)
                return after_storing(source, draft)
        except ValidationError as error:
            add_form_errors(form, error)
    context = {"form": form, "draft": draft, "earlier": earlier, "similar": similar}
    return render(request, "desk/add_source.html", context, status=422 if form.errors or similar else 200)


def _store_pasted(form: AddSourceForm, text: str, earlier: Source | None, *, by: Any) -> Source:
    """Make a source of pasted text. Raises ValidationError where it breaks a rule of Source."""
    source: Source = form.save(commit=False)
    source.text, source.supersedes = text, earlier
    source.full_clean()
    source.save()
    source.contributors.add(by)
    return source


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


def _bring(form: AddSourceForm, user: Any, earlier: Source | None) -> Intake:
    file = form.cleaned_data.get("file")
    if file is None:
        return intake.request_address(form.cleaned_data["url"], by=user, facts=form.facts(), supersedes=earlier)
    return intake.upload_file(
        file.read(),
        name=file.name,
        content_type=file.content_type or "",
        by=user,
        facts=form.facts(),
        supersedes=earlier,
    )


@require_ability(Ability.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def words(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Take the words of a source that a draft cites: selected with the mouse, or pasted and found."""
    draft = get_object_or_404(Draft.objects.visible_to(request.user).select_related("pledge"), pk=pk)
    source = get_object_or_404(Source, slug=slug)
    passages = list(source.passages.all())
    form = WordsForm(request.POST or None, initial={"role": _usual_role(draft), "words": request.GET.get("words", "")})
    search = WordSearch()
    if request.method == "POST":
        chosen = next((one for one in passages if str(one.pk) == request.POST.get("passage")), None)
        if chosen is not None:  # a passage that is there already may be taken whatever its length
            form = WordsForm({**request.POST.dict(), "words": chosen.exact}, fewest=1)
        if form.is_valid():
            search, taken = _look_for(source, form, chosen, request.POST.get("spans", ""))
            try:
                if taken and form.is_valid():
                    _take(draft, source, taken, form, by=request.user)
                    messages.success(request, "Added. The words match the text exactly.")
                    return redirect(f"{draft.get_absolute_url()}#evidence")
            except ValidationError as error:
                add_form_errors(form, error)
    asked = request.GET.get("q", "").strip()[:200]
    rows = [
        paragraph
        for paragraph in numbered_paragraphs(source.text, _layout(source))
        if asked.lower() in without_quotable(paragraph.text).lower()
    ]
    context = {
        "draft": draft,
        "source": source,
        "passages": passages,
        "form": form,
        "search": search,
        "q": asked,
        "page": Paginator(rows, PARAGRAPHS_PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "desk/words.html", context, status=422 if form.errors else 200)


def _look_for(
    source: Source, form: WordsForm, chosen: Passage | None, spans: str
) -> tuple[WordSearch, list[Match] | Passage]:
    """Look for the words of a form, and return what was found and what is to be taken of it: a passage that is there,
    or one span or more. Where a person has to choose first, the form says so."""
    if chosen is not None:
        return WordSearch(), chosen
    if not source.has_text:
        form.add_error("words", "We do not have the text of this source. Choose one of its passages below.")
        return WordSearch(), []
    taken = chosen_spans(source.text, spans)
    if taken and sum(len(match.exact.split()) for match in taken) >= form.fewest:
        return WordSearch(), taken
    search = find_words(
        source.text,
        form.cleaned_data["words"],
        start=form.cleaned_data["start"],
        furniture=_layout(source).get("furniture", []),
    )
    if search.problem:
        form.add_error("words", search.problem)
    elif search.at is None:
        form.add_error("words", f"These words are in {len(search.matches)} places. Choose one below.")
    elif cuts_a_word(source.text, search.at, search.matches[0].end):
        form.add_error("words", "The words start or end in the middle of a word. Include the whole word.")
    else:
        return search, search.matches[:1]
    return search, []


def _layout(source: Source) -> dict[str, Any]:
    """What was found of the layout of a source's document when it was read; empty for pasted text."""
    file = SourceFile.objects.filter(source=source).only("layout").first()
    return file.layout if file else {}


@transaction.atomic
def _take(draft: Draft, source: Source, taken: list[Match] | Passage, form: WordsForm, *, by: Any) -> None:
    """Make what was chosen evidence of a draft, all of it or nothing. Raises ValidationError as the actions do."""
    note = form.cleaned_data["note"]
    passages = (
        [taken] if isinstance(taken, Passage) else [passage_at(source, one.start, one.exact, by=by) for one in taken]
    )
    furniture = _layout(source).get("furniture", [])
    for passage in passages:
        between = [] if isinstance(taken, Passage) else furniture_within(source.text, *passage.span, furniture)
        if between and not note:
            # Readers are told what is in the words and is no part of them.
            left_in = "”, “".join(source.text[start:end].strip() for start, end in between)
            note = f"“{left_in}” is a page header, page footer or column number, not part of the sentence."[:300]
        drafts.add_evidence(draft, passage, by=by, role=EvidenceRole(form.cleaned_data["role"]), note=note)


def _usual_role(draft: Draft) -> EvidenceRole:
    return EvidenceRole.PLEDGE if draft.sort == "pledge" else EvidenceRole.PROGRESS


def draft_in(request: HttpRequest) -> Draft | None:
    """Return the draft for which a source is looked for, or None."""
    pk = read_number(request.POST.get("draft") or request.GET.get("draft") or "") or 0
    draft: Draft | None = Draft.objects.visible_to(request.user).select_related("pledge").filter(pk=pk).first()
    return draft
