"""What was perhaps meant, where nothing was found: each unknown word as the nearest one that occurs."""

import datetime as dt
from dataclasses import dataclass

from tracker.pledges.models import SearchWord
from tracker.pledges.search.language import Query, read_query
from tracker.pledges.search.query import count_results
from tracker.pledges.search.words import cut_pieces

_MIN_CHARS = 4
_MAX_NEAR = 5
_WORDS_OF_THEIR_OWN = [
    {"policy", "police"}, {"trial", "trail"}, {"victim", "victor"}, {"therapist", "rapist"}, {"causal", "casual"},
    {"prosecute", "persecute"}, {"martial", "marital"}, {"county", "country"}, {"council", "counsel"},
]  # fmt: skip
"""Words that are near each other and both right: none of them is taken for a slip of the other."""


@dataclass(frozen=True)
class Suggestion:
    """A query that finds something, and how much."""

    typed: str
    number: int


def suggest(query: Query, *, until: dt.datetime | None = None, review: int | None = None) -> Suggestion | None:
    """Return what was perhaps meant by a query that found nothing; None where no near words find anything."""
    slips = [word for word in dict.fromkeys(query.unknown) if len(word) >= _MIN_CHARS]
    if not slips:
        return None
    known = list(SearchWord.objects.filter(parts="").values_list("word", flat=True))
    typed = query.typed
    for slip in slips:
        near = _nearest(slip, known)
        if not near:
            return None
        # Of words that are as near, the one that most is found with.
        meant = max(near, key=lambda word: (count_results(read_query(word), until=until, review=review), word))
        typed = _replace_word(typed, slip, meant)
    number = count_results(read_query(typed), until=until, review=review)
    return Suggestion(typed, number) if number and typed != query.typed else None


def _replace_word(typed: str, slip: str, meant: str) -> str:
    """Return what was typed with another word wherever it has the slip, in capitals where that was."""
    for piece in reversed(list(cut_pieces(typed))):
        if piece.words == (slip,):
            word = typed[piece.start : piece.end]
            cased = meant.upper() if word.isupper() else meant.capitalize() if word[:1].isupper() else meant
            typed = f"{typed[: piece.start]}{cased}{typed[piece.end :]}"
    return typed


def _nearest(slip: str, known: list[str]) -> list[str]:
    """Return the words at the least distance from a slip: letters left out, added, exchanged or swapped."""
    from rapidfuzz import process  # forty modules: a worker that finds whatever it is asked for is spared them
    from rapidfuzz.distance import OSA

    most = 1 if len(slip) < 6 else 2 if len(slip) < 10 else 3
    candidates = process.extract(slip, known, scorer=OSA.distance, score_cutoff=most, limit=50)
    near = [(distance, word) for word, distance, _ in candidates if not _are_both_words(slip, word)]
    least = min((distance for distance, _ in near), default=0)
    return sorted(word for distance, word in near if distance == least)[:_MAX_NEAR]


def _are_both_words(first: str, second: str) -> bool:
    return any({first.rstrip("s"), second.rstrip("s")} <= pair for pair in _WORDS_OF_THEIR_OWN) or first == second
