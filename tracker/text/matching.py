"""Exact words in a text: plain Python, no Django, no database.

Positions are 0-based offsets in characters (Unicode code points) of the text as decoded, the end
exclusive, newlines kept as they are: the TextPositionSelector of the W3C Web Annotation Data Model
(https://www.w3.org/TR/annotation-model/#text-position-selector). Nothing is normalised: two texts
that look alike but differ in one code point are different texts.
"""

import re
import unicodedata

from tracker.text.characters import QUOTABLE, refused_characters
from tracker.text.folding import NOTE_MARK
from tracker.text.near_misses import NearMiss, near_misses

__all__ = ["CONTEXT_CHARS", "NearMiss", "context", "cuts_a_word", "find_all", "mismatch", "near_misses"]

CONTEXT_CHARS = 32
"""Characters of prefix and suffix kept with a passage (TextQuoteSelector)."""
_LINE_END = re.compile(r"[\r\n]")


def find_all(text: str, words: str) -> list[int]:
    """Return the start of every place where the words are in the text, overlapping ones too."""
    starts: list[int] = []
    at = text.find(words) if words else -1
    while at != -1:
        starts.append(at)
        at = text.find(words, at + 1)
    return starts


def cuts_a_word(text: str, start: int, end: int) -> bool:
    """Whether a span begins or ends within a word, so that its words are not those of the text.

    The raised number of a note is no part of the word before it; a soft hyphen does not end one.
    """
    return _is_within_word(text, start) or (_is_within_word(text, end) and not NOTE_MARK.match(text, end))


def _is_within_word(text: str, at: int) -> bool:
    before, after = at - 1, at
    while before >= 0 and text[before] in QUOTABLE:
        before -= 1
    while after < len(text) and text[after] in QUOTABLE:
        after += 1
    if after - before > 1 and "\u200b" in text[before + 1 : after]:
        return False  # a zero-width space is where a word may end
    return before >= 0 and after < len(text) and text[before].isalnum() and text[after].isalnum()


def context(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the prefix and the suffix of a span: up to 32 characters on each side.

    Both are whole words of the line that the words are in, so that they are words of one paragraph of the document;
    at its beginning and its end they are empty. Either is cut short before a character that no passage may hold.
    """
    prefix = text[max(0, start - CONTEXT_CHARS) : start]
    suffix = text[end : end + CONTEXT_CHARS]
    last_refused = max((refused.position for refused in refused_characters(prefix)), default=-1)
    first_refused = next((refused.position for refused in refused_characters(suffix)), len(suffix))
    prefix, suffix = _LINE_END.split(prefix[last_refused + 1 :])[-1], _LINE_END.split(suffix[:first_refused])[0]
    first, last = start - len(prefix), end + len(suffix)
    if _is_within_word(text, first):
        prefix = prefix.lstrip(_letters_in(prefix)) if not prefix.isalnum() else ""
    if _is_within_word(text, last):
        suffix = suffix.rstrip(_letters_in(suffix)) if not suffix.isalnum() else ""
    return prefix.lstrip(), suffix.rstrip()


def _letters_in(words: str) -> str:
    return "".join({character for character in words if character.isalnum() or character in QUOTABLE})


def mismatch(text: str, start: int, end: int, exact: str) -> str | None:
    """Return None where ``text[start:end]`` is exactly the words, else a sentence that says what differs."""
    if not 0 <= start < end:
        return f"The position {start}–{end} is no span of a text."
    if end > len(text):
        return f"The text has {len(text)} characters; the passage would end at {end}."
    actual = text[start:end]
    if actual == exact:
        return None
    at = next((i for i, (a, b) in enumerate(zip(actual, exact, strict=False)) if a != b), None)
    if at is None:
        return f"The span {start}–{end} has {len(actual)} characters, the passage {len(exact)}."
    return (
        f"At character {at + 1} the passage has {_shown(exact[at])}, the text {_shown(actual[at])} "
        f"(character {start + at + 1} of the text)."
    )


def _shown(character: str) -> str:
    return f"“{character}” (U+{ord(character):04X} {unicodedata.name(character, 'control character')})"
