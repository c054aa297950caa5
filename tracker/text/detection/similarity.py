"""How like each other two sentences are, by their stems and figures."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

# --- Near-duplicates and differing figures -------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]{4,}")
_FIGURE = re.compile(
    r"(?:more than |over |at least |around |some )?£?\d[\d,.]*\d?(?:\s?(?:%|per cent|million|billion|m|bn))?"
)
_FEWEST_STEMS = 3
"""Of fewer stems nothing can be said."""
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "will with that this from have been were they their them than also into over said says more most must "
        "shall would government ministers minister secretary department which those these there about after before "
        "being under make made take taken other others ",
    )
)


@dataclass(frozen=True)
class Similarity:
    """How far two wordings are about one thing: from 0 to 1, with the figures in which they differ."""

    share: float
    figures: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def differ(self) -> bool:
        """Whether both give figures, and not the same."""
        return bool(self.figures[0] and self.figures[1] and self.figures[0] != self.figures[1])


def measure_similarity(sentence: str, other: str) -> Similarity:
    """Say how far two wordings are about one thing: the share of words that they have in common, stems alike."""
    first, second = _stems(sentence), _stems(other)
    least = min(len(first), len(second))
    share = len(first & second) / least if least >= _FEWEST_STEMS else 0.0
    return Similarity(round(share, 2), (_figures(sentence), _figures(other)))


class WordingIndex:
    """Wordings of many things by their stems: finds those that a sentence may be like without comparing it to each."""

    def __init__(self, wordings: Iterable[tuple[int, str]]) -> None:
        """Keep wordings, each with the key of the thing that it is about."""
        self._keys: list[tuple[int, int]] = []
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for key, words in wordings:
            stems = _stems(words)
            for stem in stems:
                self._places[stem].append(len(self._keys))
            self._keys.append((key, len(stems)))

    def keys_like(self, sentence: str, least: float) -> set[int]:
        """Return the keys of which a wording has at least this share in common with a sentence."""
        stems = _stems(sentence)
        shared = Counter(place for stem in stems for place in self._places.get(stem, ()))
        keys = set()
        for place, number in shared.items():
            key, size = self._keys[place]
            if (smaller := min(size, len(stems))) >= _FEWEST_STEMS and round(number / smaller, 2) >= least:
                keys.add(key)
        return keys


def _stems(words: str) -> set[str]:
    return {word[:6] for word in _WORD.findall(words.lower()) if word not in _COMMON}


def _figures(words: str) -> tuple[str, ...]:
    return tuple(match.strip(" .,") for match in _FIGURE.findall(words))
