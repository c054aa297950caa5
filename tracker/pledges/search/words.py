"""A text or a query, cut into the terms that both databases index: small letters and digits of ASCII, nothing else.

Plain Python, no Django, no database. Case, accents, quotation marks and hyphens are folded, words are stemmed, and
what is said with signs keeps its meaning: an amount, a day, a span of years, a section, an address are a term.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence, Set
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

import Stemmer

from tracker.pledges.search.spellings import (
    MAX_TERM_CHARS,
    MONTH_NAMES,
    MONTH_NUMBERS,
    REFERENCES,
    STOP_WORDS,
    term_of,
)
from tracker.pledges.search.stemmers import ENGLISH, bare_word, stem_of

LANGUAGE_VERSION = f"3 snowball {Stemmer.version()}"
"""Raise the first number with each change of how texts are cut: an index of another version is made again."""


class Piece(NamedTuple):
    """A stretch of a text and its terms.

    ``words`` are its folded words. ``stream`` has a term for each, in order, for phrases. ``extras`` are further terms
    by which it is found. ``query_term`` is the one term that a query looks for, where it is not the stream.
    ``elsewhere`` are the streams that it would have in other languages.
    """

    start: int
    end: int
    words: tuple[str, ...]
    stream: tuple[str, ...]
    extras: tuple[str, ...] = ()
    query_term: str = ""
    is_hyphenated: bool = False
    elsewhere: tuple[tuple[str, ...], ...] = ()

    @property
    def terms(self) -> tuple[str, ...]:
        """All terms by which it is found."""
        return self.stream + self.extras

    @property
    def streams(self) -> tuple[tuple[str, ...], ...]:
        """Its stream, and those in other languages."""
        return self.stream, *self.elsewhere

    @property
    def is_stop_word(self) -> bool:
        """Whether it is a word that nearly every text has, and no name in capitals."""
        return not self.query_term and len(self.words) == 1 and self.words[0] in STOP_WORDS


_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´＇", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        **dict.fromkeys("‐‑‒–―−﹣－", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\u2003\u2002\t\n\r_—…", " "),
        "⁄": "/",
    }
)
_LETTERS = str.maketrans(
    {
        "½": "1n2",
        "¼": "1n4",
        "¾": "3n4",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ı": "i",
    }
)

_MONTH = rf"(?i:{'|'.join(sorted(MONTH_NUMBERS, key=len, reverse=True))})\b\.?"
_KINDS = {short: kind for kind, shorts in REFERENCES.items() for short in shorts.split()}
_NUMBER = r"\d+[A-Za-z]?(?![\w])(?:\.\d+)*(?:\(\w{1,4}\))*|\d+(?:\.\d+)+(?:\(\w{1,4}\))*"
_MULTIPLIERS = {
    "k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9,
    "tn": 10**12, "trillion": 10**12,
}  # fmt: skip
_LONG = r"(?i:thousand|million|billion|trillion|bn)\b"
_SHORT = r"(?i:k|mn?|bn|tn)\b"
_PERCENT = r"(?:%|(?i:per\s?cent)\b)"
_PLAIN_END = r"(?![\w@'\-\u0300-\u036f])(?!\.\w)(?!\.?\s{0,3}\d)"
_TOKEN = re.compile(
    rf"""
    (?P<plain>\b[A-Za-z]++{_PLAIN_END})
    |(?P<mail>[\w.+-]{{1,64}}@(?:[\w-]{{1,63}}\.){{1,8}}[A-Za-z]{{2,24}}\b)
    |(?P<initials>\b[^\W\d](?:\.[^\W\d])+\b\.?(?!\w))
    |(?P<host>\b(?:[A-Za-z0-9-]{{1,63}}\.){{1,8}}[A-Za-z]{{2,24}}\b)
    |(?P<day>\b\d{{4}}-\d\d?-\d\d?\b|\b\d\d?/\d\d?/\d{{4}}\b
        |\b\d\d?(?:st|nd|rd|th)?\s{{1,3}}(?:of\s)?{_MONTH},?\s{{1,3}}\d{{4}}\b
        |\b{_MONTH}\s{{1,3}}\d\d?(?:st|nd|rd|th)?,?\s{{1,3}}\d{{4}}\b)
    |(?P<span>\b(?:1[89]|20)\d\d\s?[-/]\s?(?:\d{{4}}|\d\d)\b(?![-/]\d))
    |(?P<reference>(?:\b(?i:{"|".join(sorted((word for word in _KINDS if word.isalpha()), key=len, reverse=True))})
        |[§¶]{{1,2}})\.?\s?(?:{_NUMBER}))
    |(?P<amount>[£$€]\s?(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?(?:\s?{_LONG}|\s?{_SHORT})?
        |\b\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?\b(?:\s?{_LONG}|\s?{_PERCENT})?
        |\b\d+(?:\.\d+)?(?:{_SHORT}|\s?{_LONG}|\s?{_PERCENT}))
    |(?P<ratio>\b(?:[^\W\d]{{1,3}}-?)?\d+(?:/\d+)+\b)
    |(?P<dotted>\b\d+(?:[.:]\d+)+)
    |(?P<word>(?:[\w\u0300-\u036f])+(?:['-][\w\u0300-\u036f]+)*'?)
    """,
    re.VERBOSE,
)
_PLAIN_WORD = rf"(?:[A-Z][a-z]*+|[a-z]++){_PLAIN_END}"
_RUN_OR_TOKEN = re.compile(rf"""(?P<run>\b{_PLAIN_WORD}(?:[ ,;:()"]++{_PLAIN_WORD})*+)|{_TOKEN.pattern}""", re.VERBOSE)
"""The same tokens, but plain words in small letters, with a capital first at most, as one run as far as they go."""
_BETWEEN_WORDS = str.maketrans(dict.fromkeys(',;:()"', " "))


_NO_PARTS = repeat("")


def normalise_signs(text: str) -> str:
    """Return a text of the same length with straight quotation marks, plain hyphens and plain blanks."""
    return text.translate(_SIGNS)


def cut_pieces(text: str, language: str = ENGLISH) -> Iterator[Piece]:
    """Yield the pieces of a text in order, its words as they are stemmed in a language. In linear time.

    The pieces are the same in every language; amounts, days and references are read as in English.
    """
    plain = normalise_signs(text)
    for match in _TOKEN.finditer(plain):
        yield _read_piece(plain, match, language)


def _read_piece(plain: str, match: re.Match[str], language: str) -> Piece:
    kind = match.lastgroup or "word"
    if language != ENGLISH and kind in ("plain", "word"):
        return _foreign(match, language)
    return _READERS[kind](plain, match)


def cut_query(text: str, languages: Sequence[str]) -> list[Piece]:
    """Return the pieces of a query in the first of the languages, each with its streams in the others."""
    first, *others = (list(cut_pieces(text, language)) for language in languages)
    each = zip(first, *others, strict=True)
    return [piece._replace(elsewhere=tuple(other.stream for other in same)) for piece, *same in each]


def index_terms(text: str, languages: Sequence[str] = (ENGLISH,)) -> tuple[str, set[tuple[str, str, str]]]:
    """Return what is indexed of a text: its terms, apart by blanks, and its words (``TextWords``)."""
    words = TextWords()
    return words.cut(text, languages), words.rows()


class TextWords:
    """The words of texts. Of each there is the word, its term, and the terms of its parts where it has a hyphen."""

    def __init__(self) -> None:
        self._plain: set[str] = set()
        self._others: set[tuple[str, str, str]] = set()

    def rows(self) -> set[tuple[str, str, str]]:
        """Return all of them so far."""
        return self._others.union(zip(self._plain, map(term_of, self._plain), _NO_PARTS, strict=False))

    def cut(self, text: str, languages: Sequence[str] = (ENGLISH,)) -> str:
        """Add the words of a text, and return what is indexed of it: its terms, apart by blanks.

        The terms are those of the stream in order, in each of the languages, then each further term once, behind a
        full stop, over which no phrase goes.
        """
        streams: list[str] = []
        extras: dict[str, None] = {}
        plain = normalise_signs(text)
        for language in languages:
            stream: list[str] = []
            for match in (_RUN_OR_TOKEN if language == ENGLISH else _TOKEN).finditer(plain):
                if match.lastgroup == "run":
                    # Nearly all are such words, with one term each: verify_record cuts whatever can be found.
                    run = match[0].translate(_BETWEEN_WORDS).lower().split()
                    stream += map(term_of, run)
                    self._plain.update(run)
                    continue
                word = match[0]
                is_word = match.lastgroup == "word" and language == ENGLISH and not (word.isalpha() and word.isascii())
                piece = _other_word(word) if is_word else _read_piece(plain, match, language)
                stream += piece.stream
                extras |= dict.fromkeys(piece.extras)
                self._others.update(zip(piece.words, piece.stream, _NO_PARTS, strict=False))
                if piece.is_hyphenated:
                    self._others.add(("-".join(piece.words), piece.query_term, " ".join(piece.stream)))
            streams.append(" ".join(stream))
        return " . ".join(filter(None, [*streams, *extras]))


def known_words(words: Set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """Return those of the words of texts that are kept: of letters, not too short or long, or with hyphens between."""
    return {row for row in words if (row[0].isalpha() and 1 < len(row[0]) <= MAX_TERM_CHARS) or row[2]}


@lru_cache(maxsize=100_000)
def fold_word(word: str) -> str:
    """Return a word in small letters and digits of ASCII, without accents, ligatures taken apart.

    A letter of another script becomes its number, so that it is found by itself.
    """
    word = word.lower()
    if word.isascii():
        return "".join(letter for letter in word if letter.isalnum())
    plain = unicodedata.normalize("NFKD", word.translate(_LETTERS)).casefold()
    return "".join(letter if letter.isascii() else f"u{ord(letter):x}" for letter in plain if letter.isalnum())


# --- One reader for each kind of piece ------------------------------------------------------------


def _plain(text: str, match: re.Match[str]) -> Piece:
    word = match[0]
    lower = word.lower()
    if word.isupper() and lower in STOP_WORDS and len(word) > 1 and not _shouted(text, *match.span()):
        return Piece(*match.span(), (lower,), (term_of(lower),), (f"{lower}caps",), f"{lower}caps")
    if word[-1] == "s" and len(word) > 2 and word[:-1].isupper():
        lower = lower[:-1]
    return Piece(*match.span(), (lower,), (term_of(lower),))


def _word(text: str, match: re.Match[str]) -> Piece:
    word = match[0]
    if word.isalpha() and word.isascii():
        return _plain(text, match)
    start, end = match.span()
    return _other_word(word)._replace(start=start, end=end)


@lru_cache(maxsize=100_000)
def _other_word(word: str) -> Piece:
    """Return a number, or a word with hyphens, apostrophes or accents, as it is read wherever it is."""
    parts = [folded for part in word.split("-") if (folded := fold_word(_without_possessive(part)))]
    stream = tuple(term_of(part) for part in parts)
    if len(parts) < 2:
        return Piece(0, 0, tuple(parts), stream)
    joined = term_of("".join(parts))
    known = len(parts) <= 4 and len(joined) <= MAX_TERM_CHARS and all(part.isalpha() for part in parts)
    return Piece(0, 0, tuple(parts), stream, (joined,) if known else (), joined if known else "", known)


def _foreign(match: re.Match[str], language: str) -> Piece:
    """Return a word, or several with hyphens between, of another language: stemmed with its accents, then folded."""
    bare = [word for part in match[0].split("-") if fold_word(word := bare_word(part, language))]
    words, stream = tuple(map(fold_word, bare)), tuple(_foreign_term(word, language) for word in bare)
    if len(words) < 2 or not all(word.isalpha() for word in words):
        return Piece(*match.span(), words, stream)
    joined = _foreign_term("".join(bare), language)
    return Piece(*match.span(), words, stream, (joined,), joined, is_hyphenated=True)


def _foreign_term(word: str, language: str) -> str:
    return fold_word(stem_of(word, language))[:MAX_TERM_CHARS]


def _without_possessive(word: str) -> str:
    word = word.strip("'")
    return word[:-2] if word[-2:] in ("'s", "'S") else word


def _shouted(text: str, start: int, end: int) -> bool:
    """Whether the words before and after are in capitals as well: a heading, in which no word is a name."""
    before = re.search(r"([^\W\d]+)[ ,]*$", text[max(0, start - 30) : start])
    after = re.match(r"[ ,]*([^\W\d]+)", text[end : end + 30])
    return any(beside is not None and len(beside[1]) > 1 and beside[1].isupper() for beside in (before, after))


def _initials(text: str, match: re.Match[str]) -> Piece:
    word = fold_word(match[0])
    return Piece(*match.span(), (word,), (term_of(word),))


def _host(text: str, match: re.Match[str]) -> Piece:
    words, stream, hosts = _labels(match[0])
    return Piece(*match.span(), words, stream, hosts, hosts[0])


def _mail(text: str, match: re.Match[str]) -> Piece:
    name, _, host = match[0].partition("@")
    words, stream, hosts = _labels(host)
    whole = f"{fold_word(name)}at{hosts[0]}"[:MAX_TERM_CHARS]
    if word := fold_word(name):
        words, stream = (word, *words), (term_of(word), *stream)
    return Piece(*match.span(), words, stream, (whole, *hosts), whole)


def _labels(host: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the words of a host, their terms, and the hosts that it is in. Its ending is no word: .uk is not UK."""
    labels = [fold_word(label) for label in host.split(".")]
    hosts = tuple("dot".join(labels[at:])[:MAX_TERM_CHARS] for at in range(len(labels) - 1))
    return tuple(labels[:-1]), (*map(term_of, labels[:-1]), f"dot{labels[-1]}"[:MAX_TERM_CHARS]), hosts


def _day(text: str, match: re.Match[str]) -> Piece:
    numbers = [int(number) for number in re.findall(r"\d+", match[0])]
    named = re.search(r"[^\W\d]{3,}", match[0])
    if named:
        day, year = numbers
        month = MONTH_NUMBERS[next(word for word in re.findall(r"[a-z]+", match[0].lower()) if word in MONTH_NUMBERS)]
    elif "-" in match[0]:
        year, month, day = numbers
    else:
        day, month, year = numbers
    if not (1 <= month <= 12 and 1 <= day <= 31):
        stream = tuple(map(str, numbers))
        return Piece(*match.span(), stream, stream)
    words = (str(day), MONTH_NAMES[month - 1], str(year))
    term = f"d{year:04}{month:02}{day:02}"
    return Piece(*match.span(), words, tuple(map(term_of, words)), (term,), term)


def _span(text: str, match: re.Match[str]) -> Piece:
    first, second = re.findall(r"\d+", match[0])
    last = second if len(second) == 4 else first[:2] + second
    if len(second) == 2 and int(last) <= int(first):
        last = str(int(first[:2]) + 1) + second if second == "00" else ""
    if not last:
        return Piece(*match.span(), (first, second), (first, second))
    term = f"{first}y{last}"
    return Piece(*match.span(), (first, last), (term,), (first, last), term)


def _reference(text: str, match: re.Match[str]) -> Piece:
    parts = re.match(r"([^\W\d]+|[§¶]+)(.*)", match[0], re.DOTALL)
    assert parts is not None  # noqa: S101  # the pattern of a reference begins so
    short = parts[1].lower()
    kind = _KINDS.get(short) or _KINDS[short[0]]
    numbers = _reference_terms(kind, parts[2])
    query_term = numbers[-1]
    if (short.endswith("s") and len(short) > 1) or short[0] in "§¶":
        for further in _MORE_NUMBERS.match(text, match.end())[0].replace("-", " to ").split():  # type: ignore[index]
            if further[0].isdigit():
                numbers += _reference_terms(kind, further)
    numbered = re.findall(r"[^\W_]+", re.sub(r"(?<=\d)\.(?=\d)", "d", parts[2].lower()))
    stream = (term_of(kind), *(number[:MAX_TERM_CHARS] for number in numbered))
    return Piece(*match.span(), (kind, *stream[1:]), stream, tuple(dict.fromkeys(numbers)), query_term)


_MORE_NUMBERS = re.compile(rf"(?:(?:\s?,\s?|\s?-\s?|\s(?:and|or|to|&)\s)(?:{_NUMBER})){{0,8}}")


def _reference_terms(kind: str, number: str) -> list[str]:
    """Return the terms of a reference, from its number to the last of its brackets: 12, 12(3), 12(3)(b)."""
    parts = re.findall(r"[\d.]+[a-z]?|\w+", number.lower().strip(" ."))
    first = parts[0].strip(".").replace(".", "d")
    return [f"{kind}{'x'.join([first, *parts[1 : at + 1]])}"[:MAX_TERM_CHARS] for at in range(len(parts))]


def _amount(text: str, match: re.Match[str]) -> Piece:
    number, unit = re.search(r"([\d,.]*\d)\s*(\S.*)?$", match[0], re.DOTALL).groups()  # type: ignore[union-attr]
    digits = number.replace(",", "")[:MAX_TERM_CHARS]
    plain = digits.replace(".", "d")
    if unit and (unit == "%" or unit.lower().startswith("per")):
        return Piece(*match.span(), (plain,), (f"{plain}pct",), (plain,), f"{plain}pct")
    if not unit and "." not in digits:
        return Piece(*match.span(), (plain,), (plain,))
    value = Decimal(digits) * _MULTIPLIERS.get((unit or "").lower(), 1)
    whole = str(int(value)) if value == value.to_integral_value() else f"{value.normalize():f}".replace(".", "d")
    extras = [plain, term_of(unit.lower())] if unit and len(unit) > 2 else [plain]
    return Piece(*match.span(), (plain,), (whole,), tuple(extra for extra in extras if extra != whole), whole)


def _ratio(text: str, match: re.Match[str]) -> Piece:
    term = fold_word(match[0].replace("/", "n").replace("-", ""))[:MAX_TERM_CHARS]
    return Piece(*match.span(), (term,), (term,))


def _dotted(text: str, match: re.Match[str]) -> Piece:
    term = re.sub(r"[.:]", "d", match[0])[:MAX_TERM_CHARS]
    return Piece(*match.span(), (term,), (term,))


_READERS: dict[str, Callable[[str, re.Match[str]], Piece]] = {
    "mail": _mail, "initials": _initials, "host": _host, "day": _day, "span": _span, "reference": _reference,
    "amount": _amount, "ratio": _ratio, "dotted": _dotted, "word": _word, "plain": _plain,
}  # fmt: skip
