"""What the index has for each term, held in memory by each process: a search for a frequent word is set arithmetic.

A posting is read from the database once, and from then on only what was added to the index since. When anything in the
index was changed or removed (derived/data_versions.py counts that) all are forgotten. Nothing is held that was read in
a transaction: it may be rolled back. Phrases and past days are asked of the database (match.py).
"""

import threading
from array import array
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from pyroaring import BitMap

from tracker.pledges.choices import SearchResultType
from tracker.pledges.derived import process_memory
from tracker.pledges.derived.data_versions import SEARCH_REWRITTEN
from tracker.pledges.search.match import Node, Phrase, Term, documents_between, lead_between, terms_of

MAX_DOCUMENTS = 3_000_000
"""Documents in the postings of a process, counted once for each term: some ten bytes each."""
TIERS = 4
"""The pledge's title has the words; the pledge has; an entry of its record; one that was corrected or withdrawn."""
PLACES = ("pledge", "update", "passage", "source", "ended")
"""What a document is: of a kind, or an update that was corrected or withdrawn."""


Best = dict[Hashable, tuple[int, ...]]
"""The documents that are shown first (query.py), by what was looked for and how many documents have it.

All postings share it that were read while nothing of the index was changed or removed: documents are only added then,
so as many are the same ones.
"""


@dataclass(frozen=True)
class Posting:
    """The documents with a term, by their keys. ``upto`` is the key up to which the index was read.

    ``pledges`` has the pledge of each document, in order, 0 where it has none; ``tiers`` the pledges by where they
    have the term, of which one pledge may be in several.
    """

    upto: int
    documents: BitMap = field(default_factory=BitMap)
    lead: BitMap = field(default_factory=BitMap)
    ended: BitMap = field(default_factory=BitMap)
    by_kind: dict[str, BitMap] = field(default_factory=lambda: {kind.value: BitMap() for kind in SearchResultType})
    pledges: "array[int]" = field(default_factory=lambda: array("I"))
    tiers: tuple[BitMap, ...] = field(default_factory=lambda: tuple(BitMap() for _ in range(TIERS)))
    best: "Best" = field(default_factory=dict, compare=False)

    def extended(self, rows: Sequence[tuple[int, int, int]], lead: BitMap, upto: int) -> "Posting":
        """Return the posting with further documents, which come after those that it has (documents_between)."""
        keys = [array("I") for _ in PLACES]
        pledges = [array("I") for _ in PLACES]
        for key, place, pledge in rows:
            keys[place].append(key)
            pledges[place].append(pledge)
        pledge_place = PLACES.index(SearchResultType.PLEDGE)
        titles = zip(keys[pledge_place], pledges[pledge_place], strict=True)
        in_title = BitMap([pledge for key, pledge in titles if key in lead])
        stated, current, ended = (BitMap(pledges[PLACES.index(place)]) for place in ("pledge", "update", "ended"))
        tiers = (in_title, stated - in_title, current, ended)
        documents = [BitMap(of_place) for of_place in keys]
        by_kind = dict(zip(PLACES, documents, strict=True))
        by_kind["update"] = by_kind["update"] | by_kind.pop("ended")
        return Posting(
            upto,
            self.documents | BitMap.union(*documents),
            self.lead | lead,
            self.ended | documents[PLACES.index("ended")],
            {kind: before | by_kind[kind] for kind, before in self.by_kind.items()},
            self.pledges + array("I", [pledge for _, _, pledge in rows]),
            tuple(before | more for before, more in zip(self.tiers, tiers, strict=True)),
            self.best,
        )

    def pledges_of(self, documents: BitMap) -> BitMap:
        """Return the pledges of some of the documents."""
        rank, pledges = self.documents.rank, self.pledges
        return BitMap([pledge for key in documents if (pledge := pledges[rank(key) - 1])])


@dataclass(frozen=True)
class Matches:
    """The documents that have every node of a query. ``lead`` are those that have each where it counts most."""

    documents: BitMap
    lead: BitMap
    ended: BitMap
    by_kind: dict[str, BitMap]
    tiers: tuple[BitMap, ...]
    best: Best


class _Postings:
    """The postings of one database. ``rewritten`` is the count of changes to the index that they were read under."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_term: OrderedDict[Term, Posting] = OrderedDict()
        self._rewritten: int | None = None
        self._best: Best = {}

    def of(self, terms: Sequence[Term]) -> dict[Term, Posting]:
        """Return the posting of each term, up to the last document that is there now."""
        with self._lock:
            rewritten, upto = _state_of_index()
            if rewritten != self._rewritten:
                self._by_term.clear()
                self._rewritten, self._best = rewritten, {}
            postings = {term: self._read(term, upto) for term in terms}
            while sum(len(posting.documents) for posting in self._by_term.values()) > MAX_DOCUMENTS:
                self._by_term.popitem(last=False)
            return postings

    def _read(self, term: Term, upto: int) -> Posting:
        posting = self._by_term.pop(term, None) or Posting(0, best=self._best)
        if posting.upto < upto:
            lead = BitMap([key for (key,) in _rows(*lead_between(term, posting.upto, upto))])
            rows = _rows(*documents_between(term, PLACES, posting.upto, upto))
            posting = posting.extended(rows, lead, upto)
        self._by_term[term] = posting
        return posting


_BY_DATABASE: dict[str, _Postings] = {}


def find(wanted: Sequence[Node]) -> Matches | None:
    """Return what has every node, as of now; None where only the database can say, or in a transaction."""
    postings = _postings_of(wanted)
    if postings is None:
        return None
    nodes = [[postings[term] for term in terms_of(node)] for node in wanted]
    documents = _all_of([_any_of([posting.documents for posting in node]) for node in nodes])
    lead = _all_of([_any_of([posting.lead for posting in node]) for node in nodes])
    first = nodes[0]
    ended = documents & _any_of([posting.ended for posting in first])
    by_kind = {
        kind.value: documents & _any_of([posting.by_kind[kind] for posting in first]) for kind in SearchResultType
    }
    if len(nodes) == 1:
        tiers = tuple(_any_of([posting.tiers[place] for posting in first]) for place in range(TIERS))
    else:
        pledges, updates = by_kind[SearchResultType.PLEDGE], by_kind[SearchResultType.UPDATE]
        places = (pledges & lead, pledges - lead, updates - ended, updates & ended)
        tiers = tuple(_any_of([posting.pledges_of(keys & posting.documents) for posting in first]) for keys in places)
    return Matches(documents, lead & documents, ended, by_kind, tiers, first[0].best)


def excluded_by(excluded: Sequence[Node]) -> tuple[BitMap, BitMap] | None:
    """Return the documents that have any node, and their pledges; None as ``find``."""
    postings = _postings_of(excluded)
    if postings is None:
        return None
    return (
        _any_of([posting.documents for posting in postings.values()]),
        _any_of([tier for posting in postings.values() for tier in posting.tiers]),
    )


def _postings_of(nodes: Sequence[Node]) -> dict[Term, Posting] | None:
    if not process_memory.may_hold() or any(map(_has_phrase, nodes)):
        return None
    terms = list(dict.fromkeys(term for node in nodes for term in terms_of(node)))
    if not terms:  # most queries exclude nothing
        return {}
    return _BY_DATABASE.setdefault(process_memory.database_name(), _Postings()).of(terms)


def _has_phrase(node: Node) -> bool:
    return isinstance(node, Phrase) or any(map(_has_phrase, getattr(node, "nodes", ())))


def _any_of(sets: Sequence[BitMap]) -> BitMap:
    return sets[0] if len(sets) == 1 else BitMap.union(*sets) if sets else BitMap()


def _all_of(sets: Sequence[BitMap]) -> BitMap:
    return sets[0] if len(sets) == 1 else BitMap.intersection(*sets)


def _state_of_index() -> tuple[int, int]:
    """Return the count of changes to what is in the index, and the key of its last document."""
    sql = "SELECT (SELECT number FROM pledges_edition WHERE name = %s), (SELECT MAX(id) FROM pledges_searchdocument)"
    ((rewritten, last),) = _rows(sql, [SEARCH_REWRITTEN])
    return rewritten or 0, last or 0


def _rows(sql: str, parameters: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
