"""What was found, with the words that were looked for marked, and the part of a text around the first of them."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from tracker.pledges.search.match import Term
from tracker.pledges.search.stemmers import ENGLISH
from tracker.pledges.search.words import Piece, cut_pieces

_CONTEXT_CHARS = 110
"""Characters shown before and after the first word that was found."""
_SHORT_CHARS = 400
"""Characters of a text that is read whole to find the first word."""
_MAX_LOOKS = 200
_READ_CHARS = 40_000
_ENGLISH_ALONE = (ENGLISH,)


@dataclass(frozen=True)
class MarkedText:
    """A run of text; ``hit`` where it is what was looked for."""

    text: str
    hit: bool


def mark_words(text: str, terms: Collection[Term], languages: Sequence[str] = _ENGLISH_ALONE) -> list[MarkedText]:
    """Return a text in pieces, those marked that have one of the terms in one of the languages."""
    pieces, at = [], 0
    for hit in _hits(text, terms, languages):
        if hit.start > at:
            pieces.append(MarkedText(text[at : hit.start], False))
        pieces.append(MarkedText(text[hit.start : hit.end], True))
        at = hit.end
    return [*pieces, MarkedText(text[at:], False)] if at < len(text) or not text else pieces


def excerpt_around(text: str, terms: Collection[Term], languages: Sequence[str] = _ENGLISH_ALONE) -> list[MarkedText]:
    """Return the part of a text around the first word that was found, in pieces, cut at blanks."""
    flat = " ".join(text.split())
    if not flat:
        return []
    if len(flat) <= 2 * _CONTEXT_CHARS:
        return mark_words(flat, terms, languages)
    at = _first_hit(flat, terms, languages)
    if at is None:
        return [MarkedText(f"{flat[: 2 * _CONTEXT_CHARS]}…", False)]
    start = max(0, at - _CONTEXT_CHARS)
    start = flat.find(" ", start) + 1 if start else 0
    start = min(start, at)
    end = min(len(flat), at + _CONTEXT_CHARS + 60)
    end = flat.rfind(" ", at, end) if end < len(flat) and " " in flat[at:end] else end
    shown = f"{'… ' if start else ''}{flat[start:end]}{' …' if end < len(flat) else ''}"
    return mark_words(shown, terms, languages)


def _hits(text: str, terms: Collection[Term], languages: Sequence[str]) -> Iterator[Piece]:
    whole = {term.term for term in terms if not term.is_prefix}
    begins = tuple(term.term for term in terms if term.is_prefix)
    for pieces in zip(*(cut_pieces(text, language) for language in languages), strict=True):
        for piece in pieces:
            if not whole.isdisjoint(piece.terms) or (begins and any(term.startswith(begins) for term in piece.terms)):
                yield piece
                break


def _first_hit(text: str, terms: Collection[Term], languages: Sequence[str]) -> int | None:
    """Return where the first hit begins. Of a long text only words that begin as one of the terms are looked at."""
    if len(text) > _SHORT_CHARS and terms:
        begins = sorted({term.term[:4] for term in terms})
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, begins))})", re.IGNORECASE)
        for _, match in zip(range(_MAX_LOOKS), pattern.finditer(text), strict=False):
            start = text.rfind(" ", 0, max(0, match.start() - 20)) + 1
            if hit := next(_hits(text[start : match.end() + 60], terms, languages), None):
                return start + hit.start
    hit = next(_hits(text[:_READ_CHARS], terms, languages), None)
    return None if hit is None else hit.start
