"""How like each other two sentences are, by their stems and figures."""

import re
from dataclasses import dataclass

# --- Near-duplicates and differing figures -------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]{4,}")
_FIGURE = re.compile(
    r"(?:more than |over |at least |around |some )?£?\d[\d,.]*\d?(?:\s?(?:%|per cent|million|billion|m|bn))?"
)
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
    share = len(first & second) / least if least >= 3 else 0.0
    return Similarity(round(share, 2), (_figures(sentence), _figures(other)))


def _stems(words: str) -> set[str]:
    return {word[:6] for word in _WORD.findall(words.lower()) if word not in _COMMON}


def _figures(words: str) -> tuple[str, ...]:
    return tuple(match.strip(" .,") for match in _FIGURE.findall(words))
