"""By what titles and names are sorted: as a person expects, and the same on every database."""

import re
import unicodedata

MAX_KEY_CHARS = 300
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_NUMBER_DIGITS = 8


def sort_key(title: str) -> str:
    """Return a title as it is sorted: words of small letters, one blank between, numbers by their size.

    Quotation marks, capitals and accents are passed over. Letters of other scripts stay, after those of ours.
    """
    plain = unicodedata.normalize("NFKD", title.casefold().translate(_LETTERS).replace("'", "").replace("’", ""))
    bare = "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")
    words = re.findall(r"\d+|[^\W\d_]+", bare)
    return " ".join(word.zfill(_NUMBER_DIGITS) if word.isdigit() else word for word in words)[:MAX_KEY_CHARS]
