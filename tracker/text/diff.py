"""What differs between two texts, word by word. Plain Python, no database."""

import difflib
import re
from dataclasses import dataclass

_MAX_CHARS = 4_000
"""Words. Longer texts are compared by lines: matching words costs the product of the two lengths."""


@dataclass(frozen=True)
class DiffPart:
    """A run of text that both have (``same``), that only the first has (``gone``) or only the second (``new``)."""

    kind: str
    text: str


def compare_words(before: str, after: str) -> list[DiffPart]:
    """Return the pieces of which the two texts consist, in order; joined without ``new`` they are ``before``."""
    pattern = r"\s+|\w+|[^\w\s]" if max(len(before), len(after)) < _MAX_CHARS * 6 else r"[^\n]*\n?"
    first, second = re.findall(pattern, before), re.findall(pattern, after)
    rows: list[tuple[str, str]] = []
    """What was and what is, run by run; alike where nothing changed."""
    matcher = difflib.SequenceMatcher(a=first, b=second, autojunk=False)
    for _, start, end, other_start, other_end in matcher.get_opcodes():
        was, now = "".join(first[start:end]), "".join(second[other_start:other_end])
        if len(rows) > 1 and was != now and rows[-1][0] == rows[-1][1] and rows[-1][0].isspace():
            # A blank between two changes is part of the change: words that were replaced read as one run.
            (blank, _), (before_was, before_now) = rows.pop(), rows.pop()
            was, now = before_was + blank + was, before_now + blank + now
        rows.append((was, now))
    pieces = [
        piece
        for was, now in rows
        for piece in ([DiffPart("same", was)] if was == now else [DiffPart("gone", was), DiffPart("new", now)])
    ]
    return [piece for piece in pieces if piece.text]
