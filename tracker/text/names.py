"""Names of people: what a name may hold, and when two names are the same or look the same to a reader."""

import re
import unicodedata

from tracker.text.characters import hidden_character_problem

MAX_NAME_CHARS = 120
MAX_MARKS = 2
"""Combining marks on one letter: no language stacks more, and more hide the letters around them."""

# The recommended scripts of Unicode Standard Annex 31 (table 5), as the first word of a letter's name has them.
# Others are left out because their letters can be mistaken for these (Cherokee, Lisu, Coptic, Deseret).
_SCRIPTS = {
    "LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "GEORGIAN", "HEBREW", "ARABIC", "THAANA", "DEVANAGARI", "BENGALI",
    "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "THAI", "LAO", "TIBETAN",
    "MYANMAR", "ETHIOPIC", "KHMER", "HANGUL", "HIRAGANA", "KATAKANA", "BOPOMOFO", "CJK",
}  # fmt: skip
_WRITTEN_TOGETHER = [{"CJK", "HIRAGANA", "KATAKANA"}, {"CJK", "HANGUL"}, {"CJK", "BOPOMOFO"}]

_DECEIVING_LETTERS = re.compile(
    "LATIN LETTER (SMALL CAPITAL|DENTAL CLICK|ALVEOLAR CLICK|LATERAL CLICK|RETROFLEX CLICK)"
)
"""Names of letters of phonetic script, not of any person: ᴄ and ǀ look like c and l."""
_LATIN_MARKS_ALONE = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "GEORGIAN"}
"""Scripts whose letters carry combining diacritical marks (U+0300 to U+036F) and those of no other script."""

_SIGNS = " '’-.·"
"""Signs allowed between letters. No comma: the record joins several names with commas."""

# Letters of those scripts, and digits, that a reader cannot tell from a Latin letter (Unicode Technical Standard 39,
# confusables.txt). By case: a capital eta looks like H, a small one like n.
_LOOKALIKES = {
    "A": "АΑ", "B": "ВΒ", "C": "СϹ", "D": "Đ", "E": "ЕΕ", "G": "Ԍ", "H": "НΗ", "J": "ЈͿ", "K": "КΚ", "L": "ԼŁ",
    "M": "МΜ", "N": "Ν", "O": "ОΟՕØ0", "P": "РΡ", "Q": "Ԛ", "S": "ЅՏ", "T": "ТΤ", "U": "Ս", "W": "Ԝ", "X": "ХΧ",
    "Y": "ҮΥ", "Z": "Ζ", "a": "аαɑ", "b": "ьЬв", "c": "сϲ", "d": "ԁđ", "e": "е", "g": "ցɡ", "h": "һհн", "i": "іιı",
    "j": "јϳյ", "k": "кκ", "l": "I1ІΙӏł", "m": "м", "n": "ոηп", "o": "оοօσø", "p": "рρ", "q": "ԛզգ", "r": "г",
    "s": "ѕ", "t": "тτ", "u": "υսц", "v": "νѵ", "w": "ԝωш", "x": "хχ", "y": "уγү",
}  # fmt: skip
_TO_LATIN = str.maketrans({alike: latin for latin, several in _LOOKALIKES.items() for alike in several})

_RESERVED = re.compile(r"editor \d+|(the )?(desk|system|record|editors?)|some(body|one)|nobody|anonymous|unknown")
"""Names that the tracker gives by itself, or that would name nobody. Matched against the key."""


def normalise_name(name: str) -> str:
    """Return a name as it is kept: Unicode's compatibility form (NFKC), one space between words, none around."""
    return " ".join(unicodedata.normalize("NFKC", name).split())


def name_key(name: str) -> str:
    """Return what two spellings of one name have in common: its normal form without regard to case."""
    return unicodedata.normalize("NFKC", normalise_name(name).casefold())


def name_look(name: str) -> str:
    """Return what two names have in common that a reader cannot tell apart at a glance.

    Accents, apostrophes, hyphens and case are left aside, lookalike letters become Latin ones, and the pairs that
    run together on a screen become one letter (rn and m, vv and w).
    """
    letters = unicodedata.normalize("NFKD", normalise_name(name))
    bare = "".join(letter for letter in letters if not "\u0300" <= letter <= "\u036f")
    latin = bare.translate(_TO_LATIN).casefold().replace("rn", "m").replace("vv", "w")
    return " ".join(re.sub(r"['’.·]", "", latin).replace("-", " ").split())


def name_problem(name: str) -> str:
    """Return why a name, already in its normal form, cannot be a name on the record; empty where it can."""
    if not name:
        return "Enter a name."
    if len(name) > MAX_NAME_CHARS:
        return f"Use at most {MAX_NAME_CHARS} characters."
    if "@" in name:
        return "Enter a name, not an email address: it will be public."
    for character in name:
        allowed = character in _SIGNS or character in "0123456789" or unicodedata.category(character)[0] in "LM"
        if not allowed or _deceives(character):
            shown = (
                f"“{character}”"
                if character.isprintable() and unicodedata.category(character)[0] != "M"
                else f"U+{ord(character):04X}"
            )
            return f"Remove {shown}: a name has letters, digits, spaces, hyphens, apostrophes and full stops."
    scripts = {_script(letter) for letter in name if unicodedata.category(letter)[0] == "L"}
    if not scripts:
        return "Enter a name with at least one letter."
    if not scripts <= _SCRIPTS or (len(scripts) > 1 and not any(scripts <= usual for usual in _WRITTEN_TOGETHER)):
        return "Write the whole name in one script: letters of different scripts can look the same."
    if scripts & _LATIN_MARKS_ALONE and any(_is_foreign_mark(letter) for letter in name):
        return "Remove the mark of another script: readers might not see it."
    if _has_many_marks(name):
        return f"Use at most {MAX_MARKS} accents or marks on one letter."
    if _RESERVED.fullmatch(name_key(name)):
        return "Enter the name of a person: this one names nobody in particular."
    return ""


def name_looks(name: str) -> set[str]:
    """Return the looks of a name as it is written and in small letters: a capital I looks like l, a small one not."""
    return {name_look(name), name_look(normalise_name(name).casefold())}


def _deceives(character: str) -> bool:
    name = unicodedata.name(character, "")
    selects = "VARIATION SELECTOR" in name or "VOWEL SEPARATOR" in name  # a mark that nobody sees
    return selects or bool(_DECEIVING_LETTERS.match(name) or hidden_character_problem(character))


def _is_foreign_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" and not "\u0300" <= character <= "\u036f"


def _script(letter: str) -> str:
    words = unicodedata.name(letter, "UNKNOWN").split(" ")
    return "CJK" if words[0] == "IDEOGRAPHIC" else words[0]


def _has_many_marks(name: str) -> bool:
    run = 0
    for character in unicodedata.normalize("NFD", name):
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if run > MAX_MARKS:
            return True
    return False
