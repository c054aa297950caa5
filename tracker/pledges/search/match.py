"""What a query means, and how each database is asked for it: the same documents on both.

The index of either database knows which document has which terms, not where: FTS5 with detail=column, vectors without
positions. A phrase is looked for in the stored terms of the documents that have all of its terms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Term:
    """A term, or with ``is_prefix`` the beginning of one."""

    term: str
    is_prefix: bool = False


@dataclass(frozen=True)
class Phrase:
    """Terms side by side."""

    terms: tuple[str, ...]


@dataclass(frozen=True)
class AnyOf:
    """One or more of several."""

    nodes: tuple["Node", ...]


Node = Term | Phrase | AnyOf


def terms_of(node: Node) -> list[Term]:
    """Return the terms of a node and of all within it, in order; one may come twice."""
    if isinstance(node, Term):
        return [node]
    if isinstance(node, Phrase):
        return [Term(term) for term in node.terms]
    return [term for child in node.nodes for term in terms_of(child)]


def any_of(nodes: Sequence[Node]) -> Node:
    """Return one node for several alternatives, each of them once."""
    flat = [alternative for node in nodes for alternative in (node.nodes if isinstance(node, AnyOf) else [node])]
    different = tuple(dict.fromkeys(flat))
    return different[0] if len(different) == 1 else AnyOf(different)


@dataclass(frozen=True)
class Condition:
    """A piece of SQL over rows of SearchDocument, called d, and its parameters."""

    sql: str
    parameters: tuple[str | int, ...]


def documents_with(wanted: Sequence[Node], excluded: Sequence[Node] = ()) -> Condition:
    """Return a FROM and the start of a WHERE clause: documents with every node of ``wanted`` and none of ``excluded``.

    ``wanted`` has one node or more.
    """
    index_query = _index_query(wanted, [node for node in excluded if not _has_phrase(node)])
    if connection.vendor == "sqlite":  # the index first: asked row by row, FTS5 would match again for each
        index = "SELECT rowid AS id FROM pledges_search_fts WHERE pledges_search_fts MATCH %s"
        sql = f"FROM ({index}) f CROSS JOIN pledges_searchdocument d ON d.id = f.id WHERE TRUE"
    else:
        sql = "FROM pledges_searchdocument d WHERE d.vector @@ %s::tsquery"
    exact = _exact_phrases(wanted, excluded, "' ' || d.lead_terms || ' . ' || d.rest_terms || ' '")
    return Condition(sql + exact.sql, (index_query, *exact.parameters))


def is_in_lead(wanted: Sequence[Node]) -> Condition:
    """Return the condition that every node is in the terms that count most: of a title, or of exact words."""
    index_query = _index_query(wanted, [])
    if connection.vendor == "sqlite":
        index_query = f"{{lead_terms}} : ({index_query})"
        sql = "d.id IN (SELECT rowid FROM pledges_search_fts WHERE pledges_search_fts MATCH %s)"
    else:
        sql = "d.lead_vector @@ %s::tsquery"
    exact = _exact_phrases(wanted, [], "' ' || d.lead_terms || ' '")
    return Condition(sql + exact.sql, (index_query, *exact.parameters))


def documents_between(term: Term, places: Sequence[str], above: int, upto: int) -> tuple[str, list[Any]]:
    """Return the SQL, and its parameters, for the documents with a term whose keys are in a range, in their order.

    A row has the key, the place of what it is in ``places``, and the pledge, 0 where it has none.
    """
    matches = documents_with([term])
    key = "f.id" if connection.vendor == "sqlite" else "d.id"
    whens = " ".join(f"WHEN '{kind}' THEN {place}" for place, kind in enumerate(places))
    place = f"CASE WHEN d.superseded_at IS NOT NULL THEN {places.index('ended')} ELSE CASE d.kind {whens} END END"
    sql = f"SELECT d.id, {place}, COALESCE(d.pledge_id, 0) {matches.sql} AND {key} > %s AND {key} <= %s"
    return f"{sql} ORDER BY {key}", [*matches.parameters, above, upto]


def lead_between(term: Term, above: int, upto: int) -> tuple[str, list[Any]]:
    """Return the same for the keys of those documents that have the term where it counts most."""
    index_query = _index_query([term], [])
    if connection.vendor == "sqlite":
        sql = "SELECT rowid FROM pledges_search_fts WHERE pledges_search_fts MATCH %s AND rowid > %s AND rowid <= %s"
        return sql, [f"{{lead_terms}} : ({index_query})", above, upto]
    sql = "SELECT d.id FROM pledges_searchdocument d WHERE d.vector @@ %s::tsquery AND d.lead_vector @@ %s::tsquery"
    return f"{sql} AND d.id > %s AND d.id <= %s", [index_query, index_query, above, upto]


def _exact_phrases(wanted: Sequence[Node], excluded: Sequence[Node], text: str) -> Condition:
    """Return the conditions, each after an AND, that the index cannot answer by itself: those with a phrase."""
    exact = [("", _exactly(node, text)) for node in wanted if _has_phrase(node)]
    exact += [("NOT ", _exactly(node, text)) for node in excluded if _has_phrase(node)]
    sql = "".join(f" AND {prefix}{condition.sql}" for prefix, condition in exact)
    return Condition(sql, tuple(value for _, condition in exact for value in condition.parameters))


def _has_phrase(node: Node) -> bool:
    return isinstance(node, Phrase) or (isinstance(node, AnyOf) and any(map(_has_phrase, node.nodes)))


def _index_query(wanted: Sequence[Node], excluded: Sequence[Node]) -> str:
    """Return what the index is asked for, in the words of the database. Terms are [a-z0-9]: none needs an escape."""
    sqlite = connection.vendor == "sqlite"
    both, either, but_not = (" AND ", " OR ", " NOT ") if sqlite else (" & ", " | ", " & !")

    def write(node: Node) -> str:
        if isinstance(node, Term) and sqlite:
            return f'"{node.term}"{" *" if node.is_prefix else ""}'
        if isinstance(node, Term):
            return f"'{node.term}'{':*' if node.is_prefix else ''}"
        nodes = terms_of(node) if isinstance(node, Phrase) else node.nodes
        return f"({(both if isinstance(node, Phrase) else either).join(map(write, nodes))})"

    query = both.join(map(write, wanted))
    return but_not.join([f"({query})", *map(write, excluded)]) if excluded else query


def _exactly(node: Node, text: str) -> Condition:
    """Return the condition that the terms in ``text``, an expression with a blank around each, have a node."""
    if isinstance(node, AnyOf):
        each = [_exactly(child, text) for child in node.nodes]
        joined = " OR ".join(condition.sql for condition in each)
        return Condition(f"({joined})", tuple(value for condition in each for value in condition.parameters))
    words = " ".join(node.terms) if isinstance(node, Phrase) else node.term
    end = "" if isinstance(node, Term) and node.is_prefix else " "
    place = "instr" if connection.vendor == "sqlite" else "strpos"
    return Condition(f"{place}({text}, %s) > 0", (f" {words}{end}",))
