"""What somebody typed, read as a query: words, “exact phrases”, -without, OR, begin*, and filters such as from:.

Whatever is typed is a query: what is no sign of this language is looked for as words, or left out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from django.conf import settings
from django.db.models import Q

from tracker.pledges.compiled_query import compiled_rows
from tracker.pledges.models import Review, SearchSynonym, SearchWord
from tracker.pledges.search.match import Node, Phrase, Term, any_of, terms_of
from tracker.pledges.search.named_filters import NamedFilters, take_filters
from tracker.pledges.search.spellings import COMPOUNDS, MAX_TERM_CHARS, term_of
from tracker.pledges.search.stemmers import ENGLISH, language_of
from tracker.pledges.search.words import Piece, cut_query, fold_word, normalise_signs
from tracker.text.characters import without_quotable

MAX_QUERY_WORDS = 16
MAX_COMPOUND_WORDS = 4
MAX_ENDINGS = 60
"""Words of the index that the beginning of a word is read as; where there are more, every term that begins so."""

_COMPOUNDS = {term_of("".join(words)): tuple(map(term_of, words)) for words in map(str.split, COMPOUNDS)}
_PART = re.compile(
    r"""
    (?P<minus>(?<!\S)-)?"(?P<phrase>[^"]*)"?
    |(?<!\S)(?P<operator>OR|AND|NOT|\|)(?!\S)
    |(?<!\S)-(?P<without>[^\s"-][^\s"]*)
    |(?<!\S)(?P<begin>[\w'-]*\w)\*(?!\w)
    |(?P<words>[^\s"]+)
    """,
    re.VERBOSE,
)


@dataclass
class Query:
    """What is looked for. ``wanted`` has to be there, each of it; ``excluded`` must not."""

    typed: str = ""
    wanted: list[Node] = field(default_factory=list)
    excluded: list[Node] = field(default_factory=list)
    filters: NamedFilters = field(default_factory=NamedFilters)
    unknown: list[str] = field(default_factory=list)
    """Words, as they were typed, that nothing published has."""
    is_common: bool | None = None
    """Whether too many documents have the words to say which is better; None until somebody looked (query.py)."""
    only_stop_words: bool = False
    """Whether words were typed, and nearly every text has them."""
    languages: tuple[str, ...] = (ENGLISH,)
    """The languages of the texts that are looked through."""
    is_empty: bool = False
    """Whether signs of this language alone were typed: no word, and no filter."""
    has_exact_synonym: bool = False
    """Whether words that have synonyms are between quotation marks, where these do not count."""

    @property
    def terms(self) -> frozenset[Term]:
        """The terms to mark in what was found."""
        return frozenset(term for node in self.wanted for term in terms_of(node))


@dataclass
class _Group:
    """Words that were typed side by side. ``sign`` is what was typed around or before them."""

    pieces: list[Piece]
    sign: str = ""
    is_excluded: bool = False
    is_alternative: bool = False


def read_query(typed: str) -> Query:
    """Return what somebody typed as a query. Asks the database for the words that it has, and for synonyms."""
    text = normalise_signs(without_quotable(typed)).replace("\x00", " ")
    filters, text = take_filters(text)
    languages = languages_in_use()
    groups = _read_groups(text, languages)
    vocabulary = _Vocabulary(groups, languages)
    query = Query(typed.strip(), filters=filters, languages=languages)
    for group in groups:
        nodes = vocabulary.nodes_of(group)
        if group.is_excluded:
            query.excluded += nodes
        elif group.is_alternative and query.wanted and nodes:
            query.wanted[-1:] = [any_of([query.wanted[-1], nodes[0]])]
            query.wanted += nodes[1:]
        else:
            query.wanted += nodes
    query.wanted = list(dict.fromkeys(query.wanted))
    query.unknown = vocabulary.unknown
    query.has_exact_synonym = any(group.sign == '"' and vocabulary.has_synonym(group.pieces) for group in groups)
    query.only_stop_words = bool(groups) and not query.wanted and not query.excluded
    query.is_empty = bool(query.typed) and not (groups or filters.values or filters.publishers or filters.problem)
    return query


def languages_in_use() -> tuple[str, ...]:
    """Return the languages of the reviews, English first: texts are cut in that of their review, queries in each."""
    rows = compiled_rows("review languages", lambda: Review.objects.order_by().values_list("language").distinct())
    languages = {language_of(code or settings.LANGUAGE_CODE) for (code,) in rows}
    return tuple(sorted(languages, key=lambda code: (code != ENGLISH, code))) or (language_of(settings.LANGUAGE_CODE),)


def _read_groups(text: str, languages: Sequence[str]) -> list[_Group]:
    """Return what was typed, in groups of words, at most MAX_QUERY_WORDS in all."""
    groups: list[_Group] = []
    operator = run = ""

    def add(words: str, sign: str = "", *, is_excluded: bool = False) -> None:
        nonlocal operator
        left = MAX_QUERY_WORDS - sum(len(group.pieces) for group in groups)
        pieces = [piece for piece in cut_query(words, languages) if piece.words][: max(left, 0)]
        if operator == "NOT" and not sign and len(pieces) > 1:  # it is for the next word alone
            groups.append(_Group(pieces[:1], is_excluded=True))
            pieces, operator = pieces[1:], ""
        if pieces:
            is_excluded = is_excluded or operator == "NOT"
            groups.append(_Group(pieces, sign, is_excluded, is_alternative=operator in ("OR", "|")))
        operator = ""

    if text.count('"') % 2:  # a quotation without an end goes to the end of what was typed
        text += '"'
    for part in _PART.finditer(f"{text} AND"):
        if part["words"] is not None:
            run += f" {part['words']}"
            continue
        if run:
            add(run)
            run = ""
        if part["phrase"] is not None:
            add(part["phrase"], '"', is_excluded=bool(part["minus"]))
        elif part["operator"]:
            operator = part["operator"]
        elif part["without"]:
            add(part["without"], "-", is_excluded=True)
        else:
            add(part["begin"], "*")
    return groups


class _Vocabulary:
    """What the index and the desk know of the words of a query: asked for once, for all of them."""

    def __init__(self, groups: Sequence[_Group], languages: Sequence[str]) -> None:
        self.unknown: list[str] = []
        self.has_stop_words = ENGLISH in languages
        plain = [group for group in groups if group.sign in ("", "-")]
        words = {word for group in plain for piece in group.pieces for word in piece.words}
        joined = {term_of("".join(words)) for group in plain for _, _, words in _runs(group.pieces)}
        terms = {term for group in plain for piece in group.pieces for stream in piece.streams for term in stream}
        known = _known_words(frozenset(words), frozenset(joined | terms)) if words else []
        self.terms = {term for term, _ in known}
        self.compounds: Mapping[str, tuple[str, ...]] = _COMPOUNDS | {
            term: tuple(parts.split()) for term, parts in known if parts
        }
        self.synonyms: dict[tuple[str, ...], Node] = {}
        for row in _synonyms() if groups else ():
            meant = [cut_query(normalise_signs(alternative), languages) for alternative in row.alternatives]
            alternatives = any_of([_in_order(pieces) for pieces in meant if _stream(pieces)])
            self.synonyms |= dict.fromkeys(filter(None, map(_stream, meant)), alternatives)
        self.last = plain[-1].pieces[-1] if plain and groups[-1] is plain[-1] else None

    def nodes_of(self, group: _Group) -> list[Node]:
        """Return what a group asks for: a node for each word, or for several that belong together."""
        if group.sign == '"':
            return [_in_order(group.pieces)]
        if group.sign == "*":
            *before, last = group.pieces
            return [*(self._one(piece) for piece in before), self._beginning(last.words[-1])]
        nodes: list[Node] = []
        at = 0
        while at < len(group.pieces):
            size, node = self._longest(group.pieces, at)
            if node is not None:
                nodes.append(node)
            at += size
        if group.sign == "-" and len(nodes) > 1:  # -gov/uk and the like: one thing
            return [_in_order(group.pieces)]
        return nodes

    def has_synonym(self, pieces: Sequence[Piece]) -> bool:
        """Whether a desk has other words for some of these, side by side."""
        ends = range(1, len(pieces) + 1)
        return any(_stream(pieces[start:end]) in self.synonyms for end in ends for start in range(end))

    def _longest(self, pieces: Sequence[Piece], at: int) -> tuple[int, Node | None]:
        """Return how many pieces from a place on belong together, and what they ask for."""
        for size in range(min(MAX_COMPOUND_WORDS, len(pieces) - at), 0, -1):
            mine = pieces[at : at + size]
            stream = _stream(mine)
            if stream in self.synonyms:
                return size, self.synonyms[stream]
            joined = term_of("".join(word for piece in mine for word in piece.words))
            if size > 1 and all(_is_word(piece) for piece in mine) and self.compounds.get(joined) == stream:
                return size, any_of([Term(joined), Phrase(stream)])
        is_left_out = self.has_stop_words and pieces[at].is_stop_word
        return 1, None if is_left_out else self._one(pieces[at])

    def _one(self, piece: Piece) -> Node:
        elsewhere = [_side_by_side(stream) for stream in piece.elsewhere if stream and stream != piece.stream]
        return any_of([self._as_first(piece), *elsewhere]) if elsewhere else self._as_first(piece)

    def _as_first(self, piece: Piece) -> Node:
        """Return what a piece asks for in the first of the languages."""
        if piece.is_hyphenated:
            return any_of([Term(piece.query_term), Phrase(piece.stream)])
        if piece.query_term:
            return Term(piece.query_term)
        if len(piece.stream) > 1:
            return Phrase(piece.stream)
        term = Term(piece.stream[0])
        if parts := self.compounds.get(term.term):
            return any_of([term, Phrase(parts)])
        if piece.words[0].isalpha() and self.terms.isdisjoint(term for stream in piece.streams for term in stream):
            self.unknown.append(piece.words[0])
            if piece is self.last:  # somebody may still be typing it
                return any_of([term, self._beginning(piece.words[0])])
        return term

    def _beginning(self, begin: str) -> Node:
        """Return what the beginning of a word asks for: the terms of the words that begin with these letters."""
        begin = fold_word(begin)[:MAX_TERM_CHARS]
        # Between two words as well: SQLite has no index for LIKE. No letter comes after z in a word of the index.
        rows = SearchWord.objects.filter(
            word__startswith=begin, word__gte=begin, word__lte=begin + "z" * MAX_TERM_CHARS, parts=""
        )
        terms = list(rows.order_by().values_list("term", flat=True)[: MAX_ENDINGS + 1])
        if len(terms) > MAX_ENDINGS or not terms:
            return Term(begin, is_prefix=True)
        return any_of([Term(term) for term in sorted(set(terms))])


def _known_words(words: frozenset[str], terms: frozenset[str]) -> list[tuple[str, str]]:
    """Return the term and the parts of each word of the index that is one of these, or has one of the terms."""
    rows = compiled_rows(
        ("known words", words, terms),
        lambda: SearchWord.objects.filter(Q(word__in=words) | Q(term__in=terms)).values_list("term", "parts"),
    )
    return [(term, parts) for term, parts in rows]


def _synonyms() -> list[SearchSynonym]:
    rows = compiled_rows("synonyms", lambda: SearchSynonym.objects.values_list("words"))
    return [SearchSynonym(words=words) for (words,) in rows]


def _stream(pieces: Sequence[Piece]) -> tuple[str, ...]:
    return tuple(term for piece in pieces for term in piece.stream)


def _in_order(pieces: Sequence[Piece]) -> Node:
    """Return what pieces ask for, one after the other, in each of the languages."""
    streams = zip(*(piece.streams for piece in pieces), strict=True)
    return any_of([_side_by_side(tuple(chain.from_iterable(stream))) for stream in streams if any(stream)])


def _side_by_side(stream: tuple[str, ...]) -> Node:
    return Term(stream[0]) if len(stream) == 1 else Phrase(stream)


def _is_word(piece: Piece) -> bool:
    return len(piece.words) == 1 and piece.words[0].isalpha()


def _runs(pieces: Sequence[Piece]) -> list[tuple[int, int, list[str]]]:
    """Return each run of two words or more that may be one with hyphens: from where, how many, and which."""
    return [
        (at, size, [piece.words[0] for piece in pieces[at : at + size]])
        for at in range(len(pieces))
        for size in range(2, min(MAX_COMPOUND_WORDS, len(pieces) - at) + 1)
        if all(_is_word(piece) for piece in pieces[at : at + size])
    ]
