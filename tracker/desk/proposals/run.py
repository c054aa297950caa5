"""The drafts that an editor began from one source's proposals or one spreadsheet, worked through one after another."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Min, QuerySet
from django.db.models.functions import Substr
from django.urls import reverse

from tracker.desk.models import Candidate, Draft, ImportedRow
from tracker.desk.workflow import EDITABLE, DraftState
from tracker.sources.models import Source

_CONTEXT_CHARS = 500
_MAX_QUOTED = 8
_SENTENCE_START = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n|\n(?=\W)")


@dataclass(frozen=True)
class Run:
    """How far somebody is with the drafts of one source or spreadsheet, and which one comes next.

    ``kind`` is “source” or “spreadsheet”, ``title`` what it is called, ``url`` where its rows are listed.
    """

    kind: str
    title: str
    url: str
    sent: int
    number: int
    following: Draft | None
    published_on: dt.date | None = None


@dataclass(frozen=True)
class QuotedProposal:
    """Words of a source that a draft was begun from, with the sentences before and after."""

    candidate: Candidate
    before: str
    after: str


def run_of(draft: Draft, *, by: Any) -> Run | None:
    """Return the run that a draft belongs to; None where it began from no proposal and no spreadsheet."""
    candidates = Candidate.objects.filter(draft=draft).select_related("source").defer("source__text")
    if (first := candidates.order_by("start").first()) is None:
        return _run_of_spreadsheet(draft, by)
    source, drafts = first.source, _drafts(first.source, by)
    left = drafts.filter(stage__in=EDITABLE).exclude(pk=draft.pk)
    later = left.filter(first_start__gt=first.start)  # type: ignore[misc]  # annotated in _drafts
    sent, number = _progress(drafts)
    return Run(
        "source", str(source), reverse("desk:candidates", args=[source.slug]), sent, number,
        later.first() or left.first(), source.published_on,
    )  # fmt: skip


def _run_of_spreadsheet(draft: Draft, by: Any) -> Run | None:
    row = ImportedRow.objects.select_related("batch").defer("batch__content", "plan").filter(draft=draft).first()
    if row is None:
        return None
    drafts = Draft.objects.filter(imported_row__batch=row.batch_id, proposer=by)
    drafts = drafts.order_by("imported_row__number", "pk")
    left = drafts.filter(stage__in=EDITABLE).exclude(pk=draft.pk)
    sent, number = _progress(drafts)
    following = left.filter(imported_row__number__gt=row.number).first() or left.first()
    return Run("spreadsheet", row.batch.name, row.batch.get_absolute_url(), sent, number, following)


def _progress(drafts: QuerySet[Draft]) -> tuple[int, int]:
    """Return how many of some drafts were sent for sign-off, and how many there are."""
    in_use = drafts.exclude(stage=DraftState.DISCARDED)
    return in_use.exclude(stage__in=EDITABLE).count(), in_use.count()


def first_draft(source: Source, *, by: Any) -> Draft | None:
    """Return the first draft of a source that somebody has still to send; None for none."""
    return _drafts(source, by).filter(stage__in=EDITABLE).first()


def quoted_proposals(draft: Draft) -> list[QuotedProposal]:
    """Return the words that a draft was begun from, each with what is around it in the source."""
    quoted = []
    candidates = Candidate.objects.filter(draft=draft).select_related("source").defer("source__text")
    for candidate in candidates.order_by("start")[:_MAX_QUOTED]:
        start = max(0, candidate.start - _CONTEXT_CHARS)
        before, after = (
            Source.objects.filter(pk=candidate.source_id)
            .values_list(
                Substr("text", start + 1, max(1, candidate.start - start)),
                Substr("text", candidate.end + 1, _CONTEXT_CHARS),
            )
            .get()
        )
        quoted.append(
            QuotedProposal(candidate, _last_sentences(before) if candidate.start else "", _first_sentences(after))
        )
    return quoted


def _drafts(source: Source, by: Any) -> QuerySet[Draft]:
    drafts = Draft.objects.filter(candidates__source=source, proposer=by)
    return drafts.annotate(first_start=Min("candidates__start")).order_by("first_start", "pk")


def _last_sentences(words: str) -> str:
    """Return the last two sentences, whole."""
    starts = [match.end() for match in _SENTENCE_START.finditer(words.rstrip())]
    return (
        words[starts[-2] :] if len(starts) > 1 else words[starts[0] :] if starts else _whole_words(words, first=True)
    )


def _first_sentences(words: str) -> str:
    """Return the first two sentences, whole."""
    ends = [match.start() for match in _SENTENCE_START.finditer(words.strip() and words)]
    ends = [end for end in ends if words[:end].strip()]
    return words[: ends[min(1, len(ends) - 1)]] if ends else _whole_words(words, first=False)


def _whole_words(words: str, *, first: bool) -> str:
    """Leave out the word that was cut at an end."""
    if len(words) < _CONTEXT_CHARS:
        return words
    return f"… {words.split(' ', 1)[-1]}" if first else f"{words.rsplit(' ', 1)[0]} …"
