"""Words that an editor takes from a source: its paragraphs, where the words are, and the passages made of them."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tracker.desk.actions import drafts
from tracker.desk.forms import WordsForm
from tracker.desk.models import Draft
from tracker.desk.passage_search import Match, WordSearch, chosen_spans, find_words
from tracker.pledges.choices import EvidenceRole
from tracker.sources.models import Passage, Source, SourceFile
from tracker.sources.passages import passage_at
from tracker.text.interruptions import furniture_within
from tracker.text.matching import cuts_a_word


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


def look_for(
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
        furniture=layout_of(source).get("furniture", []),
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


def layout_of(source: Source) -> dict[str, Any]:
    """What was found of the layout of a source's document when it was read; empty for pasted text."""
    file = SourceFile.objects.filter(source=source).only("layout").first()
    return file.layout if file else {}


@transaction.atomic
def take_words(draft: Draft, source: Source, taken: list[Match] | Passage, form: WordsForm, *, by: Any) -> None:
    """Make what was chosen evidence of a draft, all of it or nothing. Raises ValidationError as the actions do."""
    note = form.cleaned_data["note"]
    passages = (
        [taken]
        if isinstance(taken, Passage)
        else [passage_at(source, match.start, match.exact, by=by) for match in taken]
    )
    furniture = layout_of(source).get("furniture", [])
    for passage in passages:
        between = [] if isinstance(taken, Passage) else furniture_within(source.text, *passage.span, furniture)
        if between and not note:
            # Readers are told what is in the words and is no part of them.
            left_in = "”, “".join(source.text[start:end].strip() for start, end in between)
            note = f"“{left_in}” is a page header, page footer or column number, not part of the sentence."[:300]
        drafts.add_evidence(draft, passage, by=by, role=EvidenceRole(form.cleaned_data["role"]), note=note)


def usual_role(draft: Draft) -> EvidenceRole:
    """Return the role that the form proposes for words added to a draft."""
    return EvidenceRole.PLEDGE if draft.sort == "pledge" else EvidenceRole.PROGRESS
