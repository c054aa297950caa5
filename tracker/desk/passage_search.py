"""Words that an editor selected or pasted become a passage: found by the server, character for character."""

from dataclasses import dataclass, field

from django.db.models import Q

from tracker.sources.models import Source
from tracker.text.matching import NearMiss, find_all, near_misses

_AROUND = 160
"""Characters shown on each side of a match."""


@dataclass(frozen=True)
class Match:
    """One place where the words stand, with what is around them."""

    start: int
    before: str
    exact: str
    after: str


@dataclass(frozen=True)
class WordSearch:
    """Where words stand in a source: ``at`` is the one place that is meant, else a person has to choose."""

    matches: list[Match] = field(default_factory=list)
    near: list[NearMiss] = field(default_factory=list)
    at: int | None = None


def find_words(text: str, words: str, *, start: int | None = None) -> WordSearch:
    """Say where the words stand in a text. ``start`` is where they were selected: the place meant, if they are there.

    Words around which a browser or a person left blanks are looked for without these.
    """
    if start is not None and text[start : start + len(words)] == words:
        return WordSearch([match_at(text, start, words)], at=start)
    starts = find_all(text, words)
    if not starts and words.strip() != words:
        words = words.strip()
        starts = find_all(text, words)
    if starts:
        return WordSearch(
            [match_at(text, one, words) for one in starts[:20]], at=starts[0] if len(starts) == 1 else None
        )
    return WordSearch(near=near_misses(text, words))


def match_at(text: str, start: int, words: str) -> Match:
    """Return a place of a text with its surroundings."""
    end = start + len(words)
    return Match(start, text[max(0, start - _AROUND) : start], text[start:end], text[end : end + _AROUND])


def sources_for(asked: str) -> "list[Source]":
    """Return the sources that an editor means: those with the words in title, publisher, address or text."""
    rows = Source.objects.with_counts()
    for word in asked.split()[:8]:
        rows = rows.filter(
            Q(title__icontains=word) | Q(publisher__icontains=word) | Q(url__icontains=word) | Q(text__icontains=word)
        )
    return list(rows.order_by("-published_on", "slug")[:50])
