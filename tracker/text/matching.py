"""Exact words in a text: plain Python, no Django, no database.

Positions are 0-based offsets in characters (Unicode code points) of the text as decoded, the end
exclusive, newlines kept as they are: the TextPositionSelector of the W3C Web Annotation Data Model
(https://www.w3.org/TR/annotation-model/#text-position-selector). Nothing is normalised: two texts
that look alike but differ in one code point are different texts.
"""

import re
import unicodedata
from dataclasses import dataclass

from tracker.text.characters import refused_characters

CONTEXT_CHARS = 32
"""Characters of prefix and suffix kept with a passage (TextQuoteSelector)."""


def find_all(text: str, words: str) -> list[int]:
    """Return the start of every place where the words stand in the text, overlapping ones too."""
    starts: list[int] = []
    at = text.find(words) if words else -1
    while at != -1:
        starts.append(at)
        at = text.find(words, at + 1)
    return starts


def cuts_a_word(text: str, start: int, end: int) -> bool:
    """Whether a span begins or ends within a word, so that its words are not those of the text."""

    def within(at: int) -> bool:
        return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()

    return within(start) or within(end)


def context(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the prefix and the suffix of a span: up to 32 characters on each side.

    Either is cut short before a character that may not stand in a passage.
    """
    prefix = text[max(0, start - CONTEXT_CHARS) : start]
    suffix = text[end : end + CONTEXT_CHARS]
    last_refused = max((refused.position for refused in refused_characters(prefix)), default=-1)
    first_refused = next((refused.position for refused in refused_characters(suffix)), len(suffix))
    return prefix[last_refused + 1 :], suffix[:first_refused]


def mismatch(text: str, start: int, end: int, exact: str) -> str | None:
    """Return None where ``text[start:end]`` is exactly the words, else a sentence that says what differs."""
    if not 0 <= start < end:
        return f"The position {start}–{end} is no span of a text."
    if end > len(text):
        return f"The text has {len(text)} characters; the passage would end at {end}."
    found = text[start:end]
    if found == exact:
        return None
    at = next((i for i, (a, b) in enumerate(zip(found, exact, strict=False)) if a != b), None)
    if at is None:
        return f"The span {start}–{end} has {len(found)} characters, the passage {len(exact)}."
    return (
        f"At character {at + 1} the passage has {_shown(exact[at])}, the text {_shown(found[at])} "
        f"(character {start + at + 1} of the text)."
    )


@dataclass(frozen=True)
class NearMiss:
    """Words of the text that differ from those looked for in nothing but signs that look alike, and in which."""

    start: int
    exact: str
    differs_in: list[str]


_ALIKE = {
    **dict.fromkeys("‘’‚‛′`´", ("'", "quotation marks")),
    **dict.fromkeys("“”„‟″«»", ('"', "quotation marks")),
    **dict.fromkeys("‐‑‒–—―−", ("-", "dashes")),
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\t\n\r", (" ", "spaces or line ends")),
}
# Lower case of a whole text looks at a sigma's neighbours; a place in the text has one small form here.
_ONE_FOR_ALIKE = str.maketrans({sign: one for sign, (one, _) in _ALIKE.items()} | {"Σ": "σ"})
_SPACES = re.compile(" {2,}")


def near_misses(text: str, words: str, *, limit: int = 5) -> list[NearMiss]:
    """Return where the text has the words but for quotation marks, dashes, spaces, or capitals: to be shown, never
    taken for the words. In linear time; at most ``limit`` of them."""
    folded, places = _folded(text)
    wanted, _ = _folded(words)
    wanted = wanted.strip()
    found: list[NearMiss] = []
    at = folded.find(wanted) if wanted else -1
    while at != -1 and len(found) < limit:
        start, end = places[at], places[at + len(wanted) - 1] + 1
        exact = text[start:end]
        found.append(NearMiss(start, exact, _differs_in(exact, words.strip())))
        at = folded.find(wanted, at + len(wanted))
    return found


def _folded(text: str) -> tuple[str, list[int]]:
    """The text with look-alikes made one, and for each of its characters the place in the text."""
    plain = text.translate(_ONE_FOR_ALIKE)
    small = plain.lower()
    if len(small) != len(plain):  # a capital whose small form is two characters stays as it is
        small = "".join(one.lower() if len(one.lower()) == 1 else one for one in plain)
    places: list[int] = []
    after = 0
    for spaces in _SPACES.finditer(small):
        places.extend(range(after, spaces.start() + 1))
        after = spaces.end()
    places.extend(range(after, len(small)))
    return _SPACES.sub(" ", small), places


def _differs_in(found: str, words: str) -> list[str]:
    kinds = []
    for kind in ("quotation marks", "dashes", "spaces or line ends"):
        if _only(found, kind) != _only(words, kind):
            kinds.append(kind)
    if found.lower() != found or words.lower() != words:
        letters = [[one for one in text if one.isalpha()] for text in (found, words)]
        if letters[0] != letters[1]:
            kinds.append("capital letters")
    return kinds


def _only(text: str, kind: str) -> list[str]:
    plain = {"quotation marks": "'\"", "dashes": "-", "spaces or line ends": " "}[kind]
    return [one for one in text if one in plain or _ALIKE.get(one, ("", ""))[1] == kind]


def _shown(character: str) -> str:
    return f"“{character}” (U+{ord(character):04X} {unicodedata.name(character, 'control character')})"
