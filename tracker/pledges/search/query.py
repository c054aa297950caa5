"""What a query finds, in the same order on both databases: by kind, what has the words in its title first."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL
from pyroaring import BitMap

from tracker.pledges.choices import SearchResultType
from tracker.pledges.models import SearchDocument
from tracker.pledges.search.language import Query
from tracker.pledges.search.marks import MarkedText, excerpt_around, mark_words
from tracker.pledges.search.match import Condition, documents_with, is_in_lead
from tracker.pledges.search.postings import TIERS, Matches, excluded_by, find

MAX_RANKED = 20_000
"""Documents of which the best come first. Words that more of them have say little: then the newest come first."""
_NEVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
_NEWEST_LOOKED_AT = 24
"""Documents that are looked at for the newest few: those that came into the index last."""
_MAX_KEPT = 2_000
"""Searches, by kind of what is found, of which each process holds what is shown first."""
_PLEDGE = SearchResultType.PLEDGE


@dataclass(frozen=True)
class SearchResult:
    """One thing that was found. ``ended`` is the kind of entry that corrected or withdrew it by then, if one did."""

    document: SearchDocument
    title: list[MarkedText]
    excerpt: list[MarkedText]
    ended: str = ""


@dataclass(frozen=True)
class ResultGroup:
    """What was found of one kind, the best first; ``number`` is of all."""

    kind: SearchResultType
    number: int
    hits: list[SearchResult]


@dataclass(frozen=True)
class RankedGroup:
    """What was found of one kind by its keys in the index, the best first; ``number`` is of all."""

    kind: SearchResultType
    number: int
    keys: tuple[int, ...]


@dataclass(frozen=True)
class MatchingPledges:
    """The keys of the pledges that a query finds, by how well (TIERS)."""

    tiers: tuple[list[int] | BitMap, ...]

    @property
    def number(self) -> int:
        """How many there are."""
        return sum(map(len, self.tiers))

    def keys(self) -> RawSQL:
        """Return all of them, for ``pk__in``."""
        return _as_rows([key for tier in self.tiers for key in tier])

    def tier(self, place: int) -> RawSQL:
        """Return those of one tier, for ``pk__in``."""
        return _as_rows(self.tiers[place])


def search_record(
    query: Query,
    *,
    until: dt.datetime | None = None,
    happened_by: dt.date | None = None,
    each: int = 5,
    kinds: Iterable[SearchResultType] = tuple(SearchResultType),
    review: int | None = None,
) -> list[ResultGroup]:
    """Return what was found by kind, at most ``each`` of a kind; kinds without any are left out.

    What was corrected or withdrawn comes last. Of the others, those come first that have the words in their title, or
    as a passage in its own words; then the newest. ``review`` is the key of one: only what is of its pledges, or what
    these cite, is looked through. ``happened_by`` is a day: of entries, those about a time up to it.
    """
    groups = rank_record(query, until=until, happened_by=happened_by, each=each, kinds=kinds, review=review)
    return read_results(groups, query, until=until)


def rank_record(
    query: Query,
    *,
    until: dt.datetime | None = None,
    happened_by: dt.date | None = None,
    each: int = 5,
    kinds: Iterable[SearchResultType] = tuple(SearchResultType),
    review: int | None = None,
) -> list[RankedGroup]:
    """Return the same by its keys: what a page that is kept needs to know."""
    kinds = list(kinds)
    if not query.wanted or not kinds:
        return []
    numbers: dict[str, int] = {}
    best: dict[str, list[int]] = defaultdict(list)
    for kind, key, number in _ranked(query, kinds, until=until, happened_by=happened_by, each=each, review=review):
        if key is None:
            numbers[kind] = number
        else:
            best[kind].append(key)
    return [RankedGroup(kind, numbers[kind], tuple(best[kind])) for kind in kinds if kind in numbers]


def read_results(
    groups: Iterable[RankedGroup], query: Query, *, until: dt.datetime | None = None
) -> list[ResultGroup]:
    """Return what was found with its words, those that were looked for marked. One query.

    What is gone from the index meanwhile, because it was made again, is left out.
    """
    groups = list(groups)
    keys = [key for group in groups for key in group.keys]
    documents = SearchDocument.objects.defer("lead_terms", "rest_terms").in_bulk(keys) if keys else {}
    return [
        ResultGroup(
            group.kind,
            group.number,
            [_result(documents[key], query, until) for key in group.keys if key in documents],
        )
        for group in groups
    ]


def pledges_matching(
    query: Query, *, until: dt.datetime | None = None, happened_by: dt.date | None = None
) -> MatchingPledges:
    """Return the pledges of which the pledge itself, or an entry of its record, has all that is wanted.

    Of none of them has the pledge or an entry what is excluded.
    """
    if query.wanted and until is None and happened_by is None and (matching := _matching_in_memory(query)):
        return matching
    tiers: dict[int, int] = {}
    past = _happened(happened_by)
    if query.wanted:
        matches, lead = documents_with(query.wanted), _lead(query)
        sql = (
            "SELECT d.pledge_id, MIN(CASE WHEN d.superseded_at < %s THEN 3 WHEN d.kind <> 'pledge' THEN 2 "
            f"WHEN {lead.sql} THEN 0 ELSE 1 END) {matches.sql} AND d.pledge_id IS NOT NULL "
            f"AND d.published_at < %s{past.sql} GROUP BY d.pledge_id"
        )
        tiers = dict(
            _rows(sql, [_before(until), *lead.parameters, *matches.parameters, _before(until), *past.parameters])
        )
    for node in query.excluded if tiers else ():
        matches = documents_with([node])
        sql = (
            f"SELECT DISTINCT d.pledge_id {matches.sql} AND d.pledge_id IS NOT NULL AND d.published_at < %s{past.sql}"
        )
        for (key,) in _rows(sql, [*matches.parameters, _before(until), *past.parameters]):
            tiers.pop(key, None)
    by_tier: list[list[int]] = [[] for _ in range(TIERS)]
    for key in sorted(tiers):
        by_tier[tiers[key]].append(key)
    return MatchingPledges(tuple(by_tier))


def _matching_in_memory(query: Query) -> MatchingPledges | None:
    """Return the same for today from postings; None where only the database can say."""
    matches, excluded = find(query.wanted), excluded_by(query.excluded)
    if matches is None or excluded is None:
        return None
    title, pledge, entry, ended = matches.tiers
    if len(matches.documents) > MAX_RANKED:
        title = title | pledge
    seen, tiers = excluded[1], list[list[int] | BitMap]()
    for tier in (title, pledge, entry, ended):
        tiers.append(tier - seen)
        seen = seen | tier
    return MatchingPledges(tuple(tiers))


def count_results(query: Query, *, until: dt.datetime | None = None, review: int | None = None) -> int:
    """Return how many things a query finds, of every kind; with ``review``, as ``search_record``."""
    if not query.wanted:
        return 0
    kinds = list(SearchResultType)
    rows = _ranked(query, kinds, until=until, each=0, review=review)
    return sum(number for _, key, number in rows if key is None)


def _ranked(
    query: Query,
    kinds: list[SearchResultType],
    *,
    until: dt.datetime | None,
    happened_by: dt.date | None = None,
    each: int,
    review: int | None,
) -> list[tuple[str, int | None, int]]:
    """Return (kind, None, how many) of each kind, and (kind, key, 0) of its best in order, in one go."""
    publisher, (of_review, past) = _of_publisher(query), (_of_review(review), _happened(happened_by))
    scope = Condition(of_review.sql + past.sql, (*of_review.parameters, *past.parameters))
    is_simple = until is None and not publisher.sql and not scope.sql
    if is_simple and (rows := _ranked_in_memory(query, kinds, each)) is not None:
        return rows
    matches = documents_with(query.wanted, query.excluded)
    lead = _lead(query)
    rank = f"CASE WHEN d.superseded_at < %s THEN 2 WHEN {lead.sql} THEN 0 ELSE 1 END"
    best = (
        "SELECT * FROM (SELECT kind, id, 0 FROM found WHERE kind = %s "
        "ORDER BY rank, published_at DESC, key DESC LIMIT %s) AS best"
    )
    sql = " UNION ALL ".join(
        [
            f"WITH found AS (SELECT d.id, d.kind, d.key, d.published_at, {rank} AS rank "  # noqa: S608
            f"{matches.sql} AND d.kind IN ({', '.join(['%s'] * len(kinds))}) "
            f"AND d.published_at < %s{publisher.sql}{scope.sql}) SELECT kind, NULL, COUNT(*) FROM found GROUP BY kind",
            *([best] * len(kinds)),
        ]
    )
    before = _before(until)
    limits = [value for kind in kinds for value in (kind, each)]
    return _rows(
        sql,
        [
            before,
            *lead.parameters,
            *matches.parameters,
            *kinds,
            before,
            *publisher.parameters,
            *scope.parameters,
            *limits,
        ],
    )


def _ranked_in_memory(
    query: Query, kinds: list[SearchResultType], each: int
) -> list[tuple[str, int | None, int]] | None:
    """Return the same for today from postings; None where only the database can say."""
    matches, excluded = find(query.wanted), excluded_by(query.excluded)
    if matches is None or excluded is None:
        return None
    of_kind = {kind: matches.by_kind[kind] - excluded[0] for kind in kinds}
    best = _best_of_kinds(query, matches, of_kind, each) if each else {}
    rows: list[tuple[str, int | None, int]] = []
    for kind, documents in of_kind.items():
        rows += [(kind, None, len(documents))] if documents else []
        rows += [(kind, key, 0) for key in best.get(kind, ())]
    return rows


def _best_of_kinds(
    query: Query, matches: Matches, of_kind: Mapping[SearchResultType, BitMap], each: int
) -> dict[SearchResultType, tuple[int, ...]]:
    """Return the keys of so many of the documents of each kind, the best first; as before, where as many match.

    Most entries add a document of one kind, and of few words.
    """
    is_common = len(matches.documents) > MAX_RANKED
    searched = tuple(query.wanted), tuple(query.excluded), is_common, each
    names = {kind: (kind, len(documents), searched) for kind, documents in of_kind.items()}
    before = {kind: matches.best.get(name) for kind, name in names.items()}
    best = {kind: keys for kind, keys in before.items() if keys is not None}
    missing = {kind: documents for kind, documents in of_kind.items() if kind not in best}
    if missing and len(matches.best) > _MAX_KEPT:
        matches.best.clear()
    lead = matches.documents if is_common else matches.lead
    newest = _read_newest([docs & lead - matches.ended for kind, docs in missing.items() if kind != _PLEDGE])
    for kind, documents in missing.items():
        current, keys = documents - matches.ended, list[int]()
        for ranked in (current & lead, current - lead, documents & matches.ended):
            keys += _newest(ranked, kind, each - len(keys), newest)
        best[kind] = matches.best[names[kind]] = tuple(keys)
    return best


def _read_newest(groups: Iterable[BitMap]) -> list[tuple[int, Any]]:
    """Return the documents of each group that came into the index last, the last that was published first: one query.

    With the instant of each.
    """
    keys = [key for documents in groups for key in documents[-_NEWEST_LOOKED_AT:]]
    return _rows(*_by_publication(keys, len(keys))) if keys else []


def _newest(documents: BitMap, kind: SearchResultType, number: int, newest: list[tuple[int, Any]]) -> list[int]:
    """Return the keys of so many documents of one kind, the last that was published first.

    But for pledges they came into the index as they were published: the ``newest`` are looked at, and all only where
    these are of other documents, or more were published at the same instant.
    """
    if number <= 0 or not documents:
        return []
    if kind != _PLEDGE:
        last = documents[-_NEWEST_LOOKED_AT:]
        rows = [row for row in newest if row[0] in last]
        is_all = len(last) == len(documents)
        # Fewer rows: the index was made again meanwhile.
        if len(rows) == len(last) and (is_all or rows[number - 1][1] != rows[-1][1]):
            return [key for key, _ in rows[:number]]
    return [key for key, _ in _rows(*_by_publication(list(documents), number))]


def _by_publication(keys: list[int], number: int) -> tuple[str, list[Any]]:
    sqlite = connection.vendor == "sqlite"
    among, parameter = ("IN (SELECT value FROM json_each(%s))", json.dumps(keys)) if sqlite else ("= ANY(%s)", keys)
    return (
        f"SELECT id, published_at FROM pledges_searchdocument WHERE id {among} "  # noqa: S608
        "ORDER BY published_at DESC, key DESC LIMIT %s",
        [parameter, number],
    )


def _lead(query: Query) -> Condition:
    """Return the condition that a document has the words where they count most; true for each where too many have."""
    matches = documents_with(query.wanted)
    if query.is_common is None:
        query.is_common = _rows(f"SELECT COUNT(*) {matches.sql}", matches.parameters)[0][0] > MAX_RANKED
    return Condition("TRUE", ()) if query.is_common else is_in_lead(query.wanted)


_CITED = """SELECT c.passage_id FROM pledges_citation c JOIN pledges_statusupdate u ON u.id = c.update_id
    JOIN pledges_pledge p ON p.id = u.pledge_id WHERE p.review_id = %s"""
_OF_REVIEW = f""" AND (d.pledge_id IN (SELECT id FROM pledges_pledge WHERE review_id = %s)
    OR (d.kind = 'passage' AND d.key IN ({_CITED}))
    OR (d.kind = 'source' AND d.key IN (SELECT source_id FROM sources_passage WHERE id IN ({_CITED}))))"""  # noqa: S608
"""Of documents d: those of one review. A passage and a source are of every review that cites them."""


def _of_review(review: int | None) -> Condition:
    return Condition("", ()) if review is None else Condition(_OF_REVIEW, (review,) * 3)


def _happened(by: dt.date | None) -> Condition:
    """Return the condition that a document d is about nothing that happened after a day."""
    if by is None:
        return Condition("", ())
    entries = "SELECT id FROM pledges_statusupdate WHERE effective_on <= %s"
    return Condition(f" AND (d.kind <> 'update' OR d.key IN ({entries}))", (str(by),))


def _of_publisher(query: Query) -> Condition:
    """Return the condition of from: for what is no pledge: entries about a body's pledges, sources it published."""
    body, publishers = query.filters.values.get("body"), query.filters.publishers
    if not body and not publishers:
        return Condition("", ())
    conditions, parameters = [], []
    if body:
        conditions.append(
            "d.kind IN ('pledge', 'update') AND d.pledge_id IN (SELECT p.id FROM pledges_pledge p "
            "JOIN pledges_body b ON b.id = p.promised_by_id WHERE b.slug = %s UNION ALL SELECT p.pledge_id "
            "FROM pledges_pledge_bodies p JOIN pledges_body b ON b.id = p.body_id WHERE b.slug = %s)"
        )
        parameters += [body, body]
    for publisher in publishers:
        published = "SELECT s.id FROM sources_source s WHERE s.publisher = %s"
        conditions += [
            f"d.kind = 'source' AND d.key IN ({published})",
            f"d.kind = 'passage' AND d.key IN (SELECT a.id FROM sources_passage a WHERE a.source_id IN ({published}))",  # noqa: S608
        ]
        parameters += [publisher, publisher]
    return Condition(f" AND (({') OR ('.join(conditions)}))", tuple(parameters))


def _result(document: SearchDocument, query: Query, until: dt.datetime | None) -> SearchResult:
    terms = query.terms
    ended = document.superseded_at is not None and (until is None or document.superseded_at < until)
    return SearchResult(
        document,
        mark_words(document.title, terms, query.languages),
        excerpt_around(document.body, terms, query.languages),
        document.superseded_as if ended else "",
    )


def _before(until: dt.datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(until or _NEVER)


def _rows(sql: str, parameters: Iterable[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
        return list(cursor.fetchall())


def _as_rows(keys: Iterable[int]) -> RawSQL:
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(keys))])
    return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)])
