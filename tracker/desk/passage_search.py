"""Words that an editor selected or pasted become a passage: found by the server, character for character."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import F, Q

from tracker.sources.models import Source
from tracker.sources.querysets import SourceQuerySet
from tracker.text.characters import refused_characters
from tracker.text.interruptions import furniture_within
from tracker.text.matching import NearMiss, cuts_a_word, find_all, near_misses

Spans = Sequence[tuple[int, int]]
"""Starts and ends in a text, in characters."""
_CONTEXT_CHARS = 160
"""Characters shown on each side of a match."""
_SPANS = re.compile(r"\d{1,9}-\d{1,9}(?:,\d{1,9}-\d{1,9}){0,4}", re.ASCII)


@dataclass(frozen=True)
class Match:
    """One place where the words are, with the words around them."""

    start: int
    before: str
    exact: str
    after: str

    @property
    def end(self) -> int:
        """The position after its last character."""
        return self.start + len(self.exact)


@dataclass(frozen=True)
class WordSearch:
    """Where words are in a source: ``at`` is the one place that is meant, else a person has to choose.

    ``near`` are places where nearly the same words are, or the words with something else between them.
    """

    matches: list[Match] = field(default_factory=list)
    near: list[NearMiss] = field(default_factory=list)
    at: int | None = None

    @property
    def problem(self) -> str:
        """What keeps the words from being taken as they were given; empty where nothing does."""
        if self.near:
            if self.near[0].between:
                return "The text has other words between these. Choose below how to use them."
            return "The text has similar words, but not exactly these. Choose below."
        if not self.matches:
            return "The text does not have exactly these words. Check them against the text, or paste fewer words."
        return ""


def find_words(text: str, words: str, *, start: int | None = None, furniture: Spans = ()) -> WordSearch:
    """Say where the words are in a text. ``start`` is where they were selected: the place meant, if they are there.
    ``furniture`` are the spans that were found to be no part of the text when the document was read.

    Words around which a browser or a person left blanks are looked for without these, and with the line ends of the
    text. Words over the head or the foot of a page are near misses: a person says whether it belongs to them.
    """
    if "\r\n" in text:
        words = words.replace("\r\n", "\n").replace("\n", "\r\n")
    if start is not None and text[start : start + len(words)] == words:
        return _with_furniture(text, WordSearch([match_at(text, start, words)], at=start), furniture)
    starts = find_all(text, words)
    if not starts and words.strip() != words:
        words = words.strip()
        starts = find_all(text, words)
    if starts:
        matches = [match_at(text, place, words) for place in starts[:20]]
        return _with_furniture(text, WordSearch(matches, at=starts[0] if len(starts) == 1 else None), furniture)
    offers = [miss for miss in near_misses(text, words) if not any(refused_characters(miss.exact))]
    return WordSearch(near=offers)


def _with_furniture(text: str, search: WordSearch, furniture: Spans) -> WordSearch:
    """Where the one place that is meant runs over the head or the foot of a page: the choice how to take it."""
    if search.at is None:
        return search
    match = search.matches[0]
    parts, between, at = [], [], match.start
    for start, end in furniture_within(text, match.start, match.end, furniture):
        if text[at:start].strip():
            parts.append(_trimmed(text, at, start))
        between.append(text[start:end].strip())
        at = end
    if not between or not text[at : match.end].strip():
        return search
    parts.append(_trimmed(text, at, match.end))
    near = NearMiss(match.start, match.exact, ["words in between"], tuple(parts), tuple(between))
    return WordSearch(near=[near])


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def chosen_spans(text: str, value: str) -> list[Match]:
    """Return the spans of a text that a person chose, as ``12-340,380-410``; none where they are no words of it."""
    if not _SPANS.fullmatch(value):
        return []
    spans = [(int(start), int(end)) for start, end in (span.split("-") for span in value.split(","))]
    if any(not start < end <= len(text) or cuts_a_word(text, start, end) for start, end in spans):
        return []
    return [match_at(text, start, text[start:end]) for start, end in spans]


def match_at(text: str, start: int, words: str) -> Match:
    """Return a place of a text with its surroundings."""
    end = start + len(words)
    return Match(
        start, text[max(0, start - _CONTEXT_CHARS) : start], text[start:end], text[end : end + _CONTEXT_CHARS]
    )


def has_words(typed: str) -> Q:
    """Return the condition that a source has each of the words in its title, publisher, address or text."""
    condition = Q()
    for word in typed.split()[:8]:
        columns = (Q(**{f"{name}__icontains": word}) for name in ("title", "publisher", "url", "text"))
        condition &= reduce(or_, columns)
    return condition


def sources_for(typed: str) -> SourceQuerySet:
    """Return the sources that an editor means, those published last first, undated ones at the end."""
    rows: SourceQuerySet = Source.objects.filter(has_words(typed)).defer("text")
    return rows.order_by(F("published_on").desc(nulls_last=True), "slug")
