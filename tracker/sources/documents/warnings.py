"""What is odd about a text, in words: damage, stray signs, lost or invisible characters."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tracker.text.characters import QUOTABLE, HiddenCharacter, hidden_characters

# UTF-8 that was read as Windows-1252: the usual remains of quotation marks, dashes, accents and the pound sign.
_MOJIBAKE = re.compile("â€[\u0080-\u00ff™œ“”˜¦¢]?|Ã[\u0080-\u00bf¡-¿ƒ‚„…†‡ˆ‰Š‹Œ]|Â[\u00a0-\u00bf]|ï»¿|ï¿½")
# Most characters of a text are seen beyond doubt: only the others are asked for their category.
_PERHAPS_UNSEEN = re.compile(
    r"[^\w\s!-/:-@\[-`{-~“”‘’–—…£€•]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\u115f\u1160\u180e\u3164\uffa0]"
)
_STRAY = re.compile(r"(?<=\s)â(?=\s)|[”“]; ?(?=\W|\Z)")


def text_warnings(text: str) -> Iterator[str]:
    """Yield, in words, what is odd about a text: damage, stray signs, lost or invisible characters."""
    for pattern, label in ((_MOJIBAKE, "Damaged characters"), (_STRAY, "Stray characters")):
        places = list(pattern.finditer(text))
        if places:
            first = places[0]
            where = f"at character {first.start() + 1}"
            if len(places) > 1:
                where = f"in {len(places)} places, the first {where}"
            yield f"{label} such as “{first[0].strip()}” {where}."
    if lost := text.count("\ufffd"):
        at = text.index("\ufffd") + 1
        if lost == 1:
            yield f"A character was lost before it came here: it appears as “\ufffd”, at {at}."
        else:
            yield f"{lost} characters were lost before it came here: they appear as “\ufffd”, the first at {at}."
    hidden: list[HiddenCharacter] = []
    for match in _PERHAPS_UNSEEN.finditer(text):
        hidden.extend(replace(sign, position=match.start()) for sign in hidden_characters(match[0]))
        if len(hidden) > 1_000:
            break
    refused = [sign for sign in hidden if sign.character not in QUOTABLE]
    if refused:
        yield f"{_unseen(refused)}: no passage can hold one."
    if quotable := [sign for sign in hidden if sign.character in QUOTABLE]:
        yield f"{_unseen(quotable)}: passages keep them."


def _unseen(signs: Sequence[HiddenCharacter]) -> str:
    many = f"{len(signs)} characters that nobody sees, the first {signs[0]}"
    return many if len(signs) > 1 else f"One character that nobody sees, {signs[0]}"
