"""What differs between two texts, word by word. Plain Python, no database."""

import difflib
import re
from dataclasses import dataclass

_LONGEST = 4_000
"""Words. Longer texts are compared by lines: matching words costs the product of the two lengths."""


@dataclass(frozen=True)
class Piece:
    """A run of text that both have (``same``), that only the first has (``gone``) or only the second (``new``)."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Return the pieces of which the two texts consist, in order; joined without ``new`` they are ``before``."""
    pattern = r"\s+|\w+|[^\w\s]" if max(len(before), len(after)) < _LONGEST * 6 else r"[^\n]*\n?"
    first, second = re.findall(pattern, before), re.findall(pattern, after)
    pieces: list[Piece] = []

    def add(kind: str, words: list[str]) -> None:
        if words:
            pieces.append(Piece(kind, "".join(words)))

    matcher = difflib.SequenceMatcher(a=first, b=second, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            add("same", first[start:end])
        else:
            add("gone", first[start:end])
            add("new", second[other_start:other_end])
    return pieces
