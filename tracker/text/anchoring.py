"""Find the words of a passage again in another snapshot of its document. Plain Python, no database.

Fuzzy anchoring in the manner of the W3C Web Annotation Data Model's TextQuoteSelector: the exact words, told apart by
what is around them where they are more than once; else what is most like them, near the same surroundings.
Nothing here decides: whatever is not exactly and unmistakably the same words is shown to a person.
"""

import difflib
import re
from dataclasses import dataclass, field

from tracker.text.matching import find_all

_CONTEXT_CHARS = 400
"""Characters of surroundings by which equal words are told apart."""
_MIN_CONTEXT_MATCH = 8
"""Characters of surroundings that have to agree."""
MIN_SIMILARITY = 0.6
"""From here up, words are shown as perhaps the same; below, the passage counts as lost."""
_SEEDS = 60
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class AnchorMatch:
    """What became of a passage: ``exact`` (the same words, one place), ``several`` (the same words, and a person must
    say which), ``near`` (words like them, at ``start``) or ``lost``.

    ``likeness`` is from 0 to 1. For ``several``, ``places`` are the starts.
    """

    state: str
    start: int | None = None
    exact: str = ""
    likeness: float = 0.0
    places: list[int] = field(default_factory=list)

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The spans among which a person chooses: the one place, or several."""
        starts = self.places if self.start is None else [self.start]
        return [(start, start + len(self.exact)) for start in starts]


def reanchor(before: str, start: int, end: int, after: str) -> AnchorMatch:
    """Say where the words ``before[start:end]`` are in ``after``. Positions are characters."""
    exact = before[start:end]
    places = find_all(after, exact)
    if not places:
        return _nearest(before, start, end, after)
    if len(places) == 1 and len(find_all(before, exact)) == 1:
        return AnchorMatch("exact", places[0], exact, 1.0)
    # The words are there more than once, in one text or both: only their surroundings say which is meant.
    agreeing = sorted(((_agreement(before, start, end, after, place), place) for place in places[:500]), reverse=True)
    best, place = agreeing[0]
    second = agreeing[1][0] if len(agreeing) > 1 else 0
    if best >= _MIN_CONTEXT_MATCH and best > second:
        return AnchorMatch("exact", place, exact, 1.0)
    return AnchorMatch("several", None, exact, 1.0, sorted(place for _, place in agreeing[:20]))


def _agreement(before: str, start: int, end: int, after: str, place: int) -> int:
    """How many characters on both sides agree, counted outwards until the first that differs."""
    left = _common(
        before[max(0, start - _CONTEXT_CHARS) : start][::-1], after[max(0, place - _CONTEXT_CHARS) : place][::-1]
    )
    place_end = place + end - start
    return left + _common(before[end : end + _CONTEXT_CHARS], after[place_end : place_end + _CONTEXT_CHARS])


def _common(left: str, right: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))


def _nearest(before: str, start: int, end: int, after: str) -> AnchorMatch:
    """The words of ``after`` that are most like the passage, looked for around what it shares with them."""
    exact = before[start:end]
    best, best_span = 0.0, (0, 0)
    for at in _seeds(before, start, end, after):
        low = max(0, at - len(exact))
        window = after[low : at + 2 * len(exact)]
        matcher = difflib.SequenceMatcher(None, window, exact, autojunk=False)
        blocks = [block for block in matcher.get_matching_blocks() if block.size >= 3]
        if not blocks:
            continue
        first, last = low + blocks[0].a, low + blocks[-1].a + blocks[-1].size
        first, last = _to_words(
            after, max(low, first - blocks[0].b), last + len(exact) - blocks[-1].b - blocks[-1].size
        )
        last = _to_sentence_end(after, last, exact)
        ratio = difflib.SequenceMatcher(None, after[first:last], exact, autojunk=False).ratio()
        if ratio > best:
            best, best_span = ratio, (first, last)
    if best < MIN_SIMILARITY:
        return AnchorMatch("lost", likeness=round(best, 2))
    return AnchorMatch("near", best_span[0], after[best_span[0] : best_span[1]], round(min(best, 0.99), 2))


def _to_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to whole words, and leave the blanks at its ends out."""
    start, end = max(0, start), min(len(text), end)
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _to_sentence_end(text: str, end: int, exact: str) -> int:
    """Where the passage ends with a sentence, let what is like it end with one too, if that is not far."""
    if exact[-1] not in ".?!" or (end and text[end - 1] in ".?!"):
        return end
    mark = re.compile(r"[.?!]").search(text, end, end + max(40, len(exact) // 2))
    return mark.end() if mark else end


def _seeds(before: str, start: int, end: int, after: str) -> list[int]:
    """Places of ``after`` that share three words, or the surroundings, with the passage; the rarest first."""
    words = list(_WORD.finditer(before, start, end))
    seeds: list[tuple[int, int]] = []
    for index in range(0, max(1, len(words) - 2), max(1, len(words) // 40)):
        piece = before[words[index].start() : words[min(index + 2, len(words) - 1)].end()] if words else ""
        places = find_all(after, piece)[:20] if len(piece) >= 6 else []
        seeds.extend((len(places), place - (words[index].start() - start)) for place in places)
    for piece, offset in ((before[max(0, start - 24) : start], 24), (before[end : end + 24], -(end - start))):
        if len(piece.strip()) >= 12:
            places = find_all(after, piece)[:5]
            seeds.extend((len(places), place + offset) for place in places)
    seeds.sort()
    return list(dict.fromkeys(max(0, place) for _, place in seeds))[:_SEEDS]
