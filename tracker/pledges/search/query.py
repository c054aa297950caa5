"""Search: what was typed, the rows that have it, and the words around it."""

import datetime as dt
import difflib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from tracker.pledges.choices import SearchResultType
from tracker.pledges.models import SearchDocument
from tracker.text.characters import without_quotable

MAX_QUERY_WORDS = 8
_MAX_WORD_CHARS = 40
MAX_RANKED = 20_000
"""Documents of which the best are looked for; of more the newest are shown."""
_POSTGRESQL_MATCHES = "pledges_searchdocument d, to_tsquery('english', %s) q WHERE d.vector @@ q"
_CONTEXT_CHARS = 110
"""Characters shown before and after the first word that was found."""


@dataclass(frozen=True)
class MarkedText:
    """A run of text; ``hit`` where it is what was looked for."""

    text: str
    hit: bool


@dataclass(frozen=True)
class SearchResult:
    """One thing that was found."""

    document: SearchDocument
    title: list[MarkedText]
    excerpt: list[MarkedText]


@dataclass(frozen=True)
class ResultGroup:
    """What was found of one kind, the best first; ``number`` is of all."""

    kind: SearchResultType
    number: int
    hits: list[SearchResult]


# --- Finding ------------------------------------------------------------------------------------


def words_of(query: str) -> list[str]:
    """Return the words of what somebody typed: letters and digits, at most 8 of at most 40 characters."""
    words = [word[:_MAX_WORD_CHARS] for word in re.findall(r"[^\W_]+", without_quotable(query).lower())]
    return list(dict.fromkeys(words))[:MAX_QUERY_WORDS]


def search_record(
    query: str,
    *,
    until: dt.datetime | None = None,
    each: int = 5,
    kinds: Iterable[SearchResultType] = tuple(SearchResultType),
    review: int | None = None,
) -> list[ResultGroup]:
    """Return what was found by kind, at most ``each`` of a kind; kinds without any are left out.

    ``review`` is the key of one: only what is of its pledges, or what these cite, is looked through.
    """
    words, kinds = words_of(query), list(kinds)
    if not words or not kinds:
        return []
    numbers: dict[str, int] = {}
    best: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for kind, key, rank, number in _ranked(words, kinds, until=until, each=each, review=review):
        if key is None:
            numbers[kind] = number
        else:
            best[kind].append((rank, key))
    documents = SearchDocument.objects.in_bulk([key for rows in best.values() for _, key in rows])
    return [
        ResultGroup(kind, numbers[kind], [_hit(documents[key], words) for _, key in sorted(best[kind])])
        for kind in kinds
        if kind in numbers
    ]


def pledges_matching(query: str, *, until: dt.datetime | None = None) -> RawSQL | list[int]:
    """Return, for ``pk__in``, the pledges of which the pledge itself, or an entry of its record, has all the words.

    The last word may be the beginning of one. None where there is no word.
    """
    words = words_of(query)
    if not words:
        return []
    if connection.vendor == "sqlite":
        condition, fence = "id IN (SELECT rowid FROM pledges_search_fts WHERE pledges_search_fts MATCH %s)", ""
    else:
        # PostgreSQL takes the beginning of a word for a frequent one, and would look at each pledge for it.
        condition, fence = "vector @@ to_tsquery('english', %s)", "OFFSET 0"
    sql = (
        f"SELECT DISTINCT pledge_id FROM pledges_searchdocument WHERE {condition} "  # noqa: S608  # no word of anybody's
        f"AND pledge_id IS NOT NULL AND published_at < %s {fence}"
    )
    # Looked for once: a list is counted and read by two queries, and most of what each took was the words.
    with connection.cursor() as cursor:
        cursor.execute(sql, [_query(words), _before(until)])
        keys = [key for (key,) in cursor.fetchall()]
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(keys)])
    return RawSQL("SELECT unnest(%s::bigint[])", [keys])


_NEVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


def _before(until: dt.datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(until or _NEVER)


def suggestion(query: str, *, review: int | None = None) -> str:
    """Return what was perhaps meant where nothing was found: each unknown word as the nearest one in a title.

    ``review`` is the key of one: only the titles of its pledges and of what has happened about them are known.
    """
    words = words_of(query)
    documents = SearchDocument.objects.all()
    if review is not None:
        documents = documents.filter(pledge__review=review)
    titles = documents.values_list("title", flat=True)[:5000]
    known = {word for title in titles for word in re.findall(r"[^\W_]+", title.lower()) if len(word) > 2}
    meant: list[str] = []
    for word in words:
        near = [word] if word in known else difflib.get_close_matches(word, known, n=1, cutoff=0.72)
        if not near:
            return ""
        meant += near
    return " ".join(meant) if meant != words else ""


def _query(words: list[str]) -> str:
    *before, last = words
    if connection.vendor == "sqlite":
        # Each word in quotes: whatever somebody typed is never FTS5's own syntax.
        return " AND ".join([*(f'"{word}"' for word in before), f'("{last}" OR "{last}" *)'])
    # PostgreSQL keeps accents, FTS5 does not: what was typed with an accent is looked for without one too.
    plain = [_plain(word) for word in words]
    alternatives = [
        word if word == other else f"({word} | {other})" for word, other in zip(before, plain, strict=False)
    ]
    final = f"{last}:*" if last == plain[-1] else f"({last}:* | {plain[-1]}:*)"
    return " & ".join([*alternatives, final])


def _plain(word: str) -> str:
    return "".join(character for character in unicodedata.normalize("NFKD", word) if character.isalnum()) or word


_CITED = """SELECT c.passage_id FROM pledges_citation c JOIN pledges_statusupdate u ON u.id = c.update_id
    JOIN pledges_pledge p ON p.id = u.pledge_id WHERE p.review_id = %s"""
_OF_REVIEW = f""" AND (d.pledge_id IN (SELECT id FROM pledges_pledge WHERE review_id = %s)
    OR (d.kind = 'passage' AND d.key IN ({_CITED}))
    OR (d.kind = 'source' AND d.key IN (SELECT source_id FROM sources_passage WHERE id IN ({_CITED}))))"""  # noqa: S608
"""Of documents d: those of one review. A passage and a source are of every review that cites them."""


def _ranked(
    words: list[str], kinds: list[SearchResultType], *, until: dt.datetime | None, each: int, review: int | None
) -> list[tuple[str, int | None, float, int]]:
    """Return (kind, None, 0, how many) of each kind, and (kind, key, rank, 0) of its best, in one go.

    The index first, and each match ranked once: asked row by row, FTS5 would match again for each. Words that more
    than MAX_RANKED documents have say little about which of them is the better: the newest come first then.
    """
    sqlite = connection.vendor == "sqlite"
    found = "pledges_search_fts WHERE pledges_search_fts MATCH %s" if sqlite else _POSTGRESQL_MATCHES
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {found}", [_query(words)])  # noqa: S608  # no word of anybody's
        is_ranked = cursor.fetchone()[0] <= MAX_RANKED
    if sqlite:
        rank = "bm25(pledges_search_fts, 5.0, 1.0)" if is_ranked else "-d.id"
        matches = (
            f"SELECT d.id, d.kind, {rank} AS rank FROM pledges_search_fts "  # noqa: S608
            "JOIN pledges_searchdocument d ON d.id = pledges_search_fts.rowid WHERE pledges_search_fts MATCH %s"
        )
    else:
        rank = "-ts_rank(d.vector, q)" if is_ranked else "-d.id"
        matches = f"SELECT d.id, d.kind, {rank} AS rank FROM {_POSTGRESQL_MATCHES}"  # noqa: S608
    limits = f"AND d.kind IN ({', '.join(['%s'] * len(kinds))}) AND d.published_at < %s"
    limits += "" if review is None else _OF_REVIEW
    best = "SELECT * FROM (SELECT kind, id, rank, 0 FROM found WHERE kind = %s ORDER BY rank, id LIMIT %s) AS best"
    sql = " UNION ALL ".join(
        [
            f"WITH found AS ({matches} {limits}) "  # noqa: S608  # no word of anybody's
            "SELECT kind, NULL, 0, COUNT(*) FROM found GROUP BY kind",
            *([best] * len(kinds)),
        ]
    )
    scope = [] if review is None else [review] * 3
    with connection.cursor() as cursor:
        cursor.execute(
            sql, [_query(words), *kinds, _before(until), *scope, *(value for kind in kinds for value in (kind, each))]
        )
        return cursor.fetchall()  # type: ignore[no-any-return]


def _hit(document: SearchDocument, words: list[str]) -> SearchResult:
    return SearchResult(document, mark_words(document.title, words), excerpt_around(document.body, words))


def mark_words(text: str, words: list[str]) -> list[MarkedText]:
    """Return a text in pieces, those marked that begin like one of the words (the databases match stems)."""
    stems = sorted({word[: max(4, len(word) - 2)] if len(word) > 5 else word for word in words}, key=len, reverse=True)
    if not stems:
        return [MarkedText(text, False)]
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, stems))})\w*", re.IGNORECASE)
    pieces, at = [], 0
    for match in pattern.finditer(text):
        if match.start() > at:
            pieces.append(MarkedText(text[at : match.start()], False))
        pieces.append(MarkedText(match.group(), True))
        at = match.end()
    return [*pieces, MarkedText(text[at:], False)] if at < len(text) else pieces


def excerpt_around(text: str, words: list[str]) -> list[MarkedText]:
    """Return the part of a text around the first word that was found, in pieces, cut at blanks."""
    flat = " ".join(text.split())
    pieces = mark_words(flat, words)
    first = next((index for index, piece in enumerate(pieces) if piece.hit), None)
    if first is None:
        return (
            [MarkedText(flat[: 2 * _CONTEXT_CHARS] + ("…" if len(flat) > 2 * _CONTEXT_CHARS else ""), False)]
            if flat
            else []
        )
    at = sum(len(piece.text) for piece in pieces[:first])
    start = max(0, at - _CONTEXT_CHARS)
    start = flat.find(" ", start) + 1 if start else 0
    end = min(len(flat), at + _CONTEXT_CHARS + 60)
    end = flat.rfind(" ", at, end) if end < len(flat) and " " in flat[at:end] else end
    shown = f"{'… ' if start else ''}{flat[start:end]}{' …' if end < len(flat) else ''}"
    return mark_words(shown, words)
