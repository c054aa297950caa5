"""Words of other languages than English, as a review has them: their stems, by Snowball."""

import re
from functools import lru_cache

import Stemmer

ENGLISH = "en"
_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "es": "spanish",
    "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_ELISION = re.compile(
    r"^(?:(?:jusqu|lorsqu|puisqu|quoiqu|qu|[cdjlmnst])|(?:un|(?:d|n|qu)?ell?|all|dall|sull))'", re.IGNORECASE
)
"""Small words that run into the next one: l’enquête, qu’elle, dell’inchiesta."""
_ELIDING = {"fr", "it", "ca"}


def language_of(code: str) -> str:
    """Return the language of a code such as en-gb, without its country."""
    return code.replace("_", "-").partition("-")[0].lower()


def bare_word(word: str, language: str) -> str:
    """Return a word in small letters, with its accents, without apostrophes and what runs into it."""
    word = word.strip("'")
    return (_ELISION.sub("", word) if language in _ELIDING else word).replace("'", "").lower()


@lru_cache(maxsize=100_000)
def stem_of(word: str, language: str) -> str:
    """Return the stem of a word; the word itself in a language for which there are no rules, such as Welsh."""
    stemmer = _stemmer(language)
    return str(stemmer.stemWord(word)) if stemmer else word


@lru_cache(maxsize=40)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    algorithm = _ALGORITHMS.get(language)
    return Stemmer.Stemmer(algorithm, maxCacheSize=0) if algorithm in Stemmer.algorithms() else None
