"""How far two texts are the same document: pasted, as a page, as a PDF. Plain Python, no Django, no database.

The same words, whatever is between them, have the same digest. Where a menu or the heads of pages make a difference, a
sketch of the text says how much of the two is alike (MinHash, bottom k: A. Z. Broder, "On the resemblance and
containment of documents", 1997): the smallest digests of all runs of five words are a fair sample of them.
"""

import hashlib
import re
import unicodedata
import zlib
from dataclasses import dataclass
from heapq import nsmallest

from tracker.text.characters import without_quotable
from tracker.text.folding import fold

_RUN = 5
"""Words whose order counts."""
_SKETCH_SIZE = 200
MIN_RESEMBLANCE = 0.5
"""From here up, two texts are said to be nearly the same."""
_MIN_SKETCH = 8
"""Runs of words below which a text is too short to be like another."""
_WORD = re.compile(r"[^\W_]+")
_LINE_END_HYPHEN = re.compile(r"(?<=\w)[-\u2010] ?\r?\n\s*(?=\w)")


@dataclass(frozen=True)
class Fingerprint:
    """What is kept of a text to know it again: ``words_sha256``, of its letters and digits, and ``sketch``, the
    smallest digests of its runs of words, in order."""

    words_sha256: str
    sketch: list[int]


def fingerprint(text: str) -> Fingerprint:
    """Return the fingerprint of a text. In linear time."""
    plain = _LINE_END_HYPHEN.sub("", without_quotable(text))
    words = _WORD.findall(unicodedata.normalize("NFKC", plain).casefold())
    runs = {zlib.crc32(" ".join(words[at : at + _RUN]).encode()) for at in range(len(words) - _RUN + 1)}
    # CRC-32 is no random order of its own: a multiplication by an odd number mixes it well enough for a sample.
    sketch = nsmallest(_SKETCH_SIZE, ((run * 2_654_435_761) % 2**32 for run in runs))
    letters = fold(text).letters.encode()
    return Fingerprint(hashlib.sha256(letters).hexdigest() if letters else "", sketch)


def resemblance(sketch: list[int], other: list[int]) -> float:
    """Return from two sketches how much of the runs of words of both texts together is in both, from 0 to 1."""
    if min(len(sketch), len(other)) < _MIN_SKETCH:
        return 0.0
    first, second = set(sketch), set(other)
    sample = nsmallest(_SKETCH_SIZE, first | second)
    return sum(value in first and value in second for value in sample) / len(sample)
