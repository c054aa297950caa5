"""Characters that nobody sees: which of them no text of the tracker may hold, and which a quotation may keep."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Line ends and tabs occur in honest texts; every other control character is damage or an attack.
_ALLOWED_CONTROLS = frozenset("\t\n\r")
QUOTABLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Soft hyphen, zero-width space, joiners and non-joiner: typesetters and web pages put them into honest words, and
they change neither the order nor the reading of any. A quotation keeps them where its source has them."""
_WITHOUT_QUOTABLE = dict.fromkeys(map(ord, QUOTABLE))
_INVISIBLE = frozenset(
    [
        *[0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFEFF, 0xFFA0],
        *range(0x200B, 0x2010),  # zero-width space, joiners, direction marks
        *range(0x202A, 0x202F),  # bidirectional embeddings and overrides
        *range(0x2060, 0x2070),  # word joiner, invisible operators, bidirectional isolates
        *range(0xFFF9, 0xFFFC),  # interlinear annotation
        *range(0xE0000, 0xE1000),  # tag characters
        *range(0xFDD0, 0xFDF0),  # noncharacters, here and at the end of each plane: no program may send them
        *(plane << 16 | last for plane in range(17) for last in (0xFFFE, 0xFFFF)),
    ]
)
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROL_NAMES = {0x00: "NULL", 0x07: "BELL", 0x08: "BACKSPACE", 0x1B: "ESCAPE", 0x7F: "DELETE"}


@dataclass(frozen=True)
class HiddenCharacter:
    """A character that nobody sees, and where it is."""

    position: int
    character: str

    @property
    def name(self) -> str:
        """The code point and its Unicode name, such as ``U+202E RIGHT-TO-LEFT OVERRIDE``."""
        code = ord(self.character)
        fallback = _CONTROL_NAMES.get(code, "CONTROL CHARACTER" if code < 0xA0 else "UNNAMED CHARACTER")
        return f"U+{code:04X} {unicodedata.name(self.character, fallback)}"

    def __str__(self) -> str:
        return f"{self.name} at character {self.position + 1}"


def hidden_characters(text: str) -> Iterator[HiddenCharacter]:
    """Yield each control, bidirectional or invisible character of the text, in order.

    No title, name, note or sentence of ours may hold one. A lone surrogate is one of them too: it is no character and
    cannot be stored as UTF-8.
    """
    for position, character in enumerate(text):
        if character in _ALLOWED_CONTROLS:
            continue
        if unicodedata.category(character) in ("Cc", "Cs") or ord(character) in _INVISIBLE:
            yield HiddenCharacter(position, character)


def refused_characters(text: str) -> Iterator[HiddenCharacter]:
    """Yield each character that not even a quotation may hold, in order: all invisible ones but ``QUOTABLE``."""
    return (character for character in hidden_characters(text) if character.character not in QUOTABLE)


def hidden_character_problem(text: str) -> str:
    """Return what to say of the first hidden character, its position counted from 1; empty where there is none."""
    return _problem(next(hidden_characters(text), None))


def refused_character_problem(text: str) -> str:
    """Return what to say of the first character that no passage may hold; empty where there is none."""
    return _problem(next(refused_characters(text), None))


def _problem(hidden: HiddenCharacter | None) -> str:
    return f"Remove the hidden character {hidden.name} at position {hidden.position + 1}." if hidden else ""


def without_hidden(text: str) -> str:
    """Return what somebody typed without the characters that nobody would see; for showing it again, never to keep."""
    hidden = {character.position for character in hidden_characters(text)}
    return "".join(letter for at, letter in enumerate(text) if at not in hidden) if hidden else text


def without_xml_breakers(text: str) -> str:
    """Return a text without the characters that no XML document may have (XML 1.0, 2.2), whatever was stored."""
    return _NOT_IN_XML.sub("\ufffd", text)


def without_quotable(text: str) -> str:
    """Return a text without soft hyphens and the like, to look for words in it."""
    return text if text.isascii() else text.translate(_WITHOUT_QUOTABLE)
