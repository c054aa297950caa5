"""The language of words: what readers type finds what is plainly there, the same on every database."""

import datetime as dt
import json
import random
from itertools import chain
from pathlib import Path

import pytest

from tests.conftest import FIRST_CASEY
from tests.factories import PassageFactory, SourceFactory, stated
from tests.pledges.search import queries
from tracker.pledges.choices import SearchResultType
from tracker.pledges.models import SearchDocument
from tracker.pledges.search.language import read_query
from tracker.pledges.search.match import AnyOf, Phrase, Term
from tracker.pledges.search.query import count_results, pledges_matching, search_record
from tracker.pledges.search.spellings import MAX_TERM_CHARS
from tracker.pledges.search.suggestions import suggest
from tracker.pledges.search.words import cut_pieces, index_terms, known_words

pytestmark = pytest.mark.django_db
RESULTS = Path(__file__).with_name("results.tsv")
"""Each query of the list that was looked through by hand, and what is right for it: the pledges of the first data set
and the lines of LINES in order of their rank, or what is said where nothing is found."""


@pytest.mark.once  # no row of a database is in it
@pytest.mark.parametrize("language", ["en", "cy", "fr"])
def test_what_is_indexed_are_the_terms_of_each_piece(language):
    """Plain words are cut a shorter way, as many as come one after the other."""
    lines = [*queries.LINES, "A MP's PMs ABs THE As s Is IT it The McDonald eBay HMRC I", "", "ÉCOLE d’été naïve"]
    words, shuffled = " ".join(lines).split(), random.Random(5)
    between = [" ", " ", " ", ", ", "; ", ". ", "  ", " (", ") ", ' "', "", ".", "-", "@", "'", "\n", "/", " .", " 3 "]
    for _ in range(300):
        lines.append("".join(shuffled.choice(words) + shuffled.choice(between) for _ in range(8)))
    for line in lines:
        pieces = list(cut_pieces(line, language))
        extras = dict.fromkeys(term for piece in pieces for term in piece.extras)
        stream = " ".join(term for piece in pieces for term in piece.stream)
        terms, words = index_terms(line, (language,))
        assert terms == " . ".join(filter(None, [stream, *extras]))
        single = {pair for piece in pieces for pair in zip(piece.words, piece.stream, strict=False)}
        assert {(word, term) for word, term, parts in known_words(words) if not parts} == {
            (word, term) for word, term in single if word.isalpha() and 1 < len(word) <= MAX_TERM_CHARS
        }


def put_lines() -> list[int]:
    """Put LINES on the record, each as a passage of one pledge, and return the keys of the passages."""
    keys = []
    for line in queries.LINES:
        source = SourceFactory(text=line, title="A paper", published_on=dt.date(2026, 1, 1))
        passage = PassageFactory(source=source, exact=line)
        stated(passage, title="Ptarmigan")
        keys.append(passage.pk)
    return keys


def has(document: SearchDocument, node, *, lead: bool = False) -> bool:
    """What an index would answer, read from the stored terms in plain Python."""
    text = f" {document.lead_terms} " if lead else f" {document.lead_terms} . {document.rest_terms} "
    if isinstance(node, AnyOf):
        return any(has(document, one, lead=lead) for one in node.nodes)
    words = " ".join(node.terms) if isinstance(node, Phrase) else node.term
    return f" {words}{'' if isinstance(node, Term) and node.is_prefix else ' '}" in text


def expected(query, documents) -> dict[str, list[int]]:
    """What is found of each kind, in order."""
    found = [one for one in documents if all(has(one, node) for node in query.wanted)]
    found = [one for one in found if not any(has(one, node) for node in query.excluded)]
    found.sort(key=lambda one: (-one.published_at.timestamp(), -one.key))
    found.sort(key=lambda one: 2 if one.superseded_at else not all(has(one, n, lead=True) for n in query.wanted))
    return {kind: [one.key for one in found if one.kind == kind] for kind in SearchResultType}


def result_of(typed: str, lines: list[int]) -> str:
    """Return a row of RESULTS as the tracker gives it. ``lines`` are the keys of the passages."""
    query = read_query(typed)
    first = {row["slug"] for row in json.loads((FIRST_CASEY / "pledges.json").read_text(encoding="utf-8"))["pledges"]}
    groups = search_record(query, each=50, kinds=["pledge", "passage"]) if query.wanted else []
    hits = [hit.document for group in groups for hit in group.hits]
    slugs = [document.url.split("/")[-2] for document in hits if document.kind == "pledge"]
    numbers = [str(lines.index(one.key)) for one in hits if one.kind == "passage" and one.key in lines]
    meant = None if groups else suggest(query)
    said = "too common" if query.only_stop_words else f"meant {meant.typed}" if meant else ""
    return "\t".join([typed, " ".join(slug for slug in slugs if slug in first), " ".join(numbers), said])


@pytest.mark.usefixtures("casey")
@pytest.mark.slow
def test_each_query_gives_what_its_terms_say_in_the_same_order_and_what_a_librarian_expects():
    lines = put_lines()
    documents = list(SearchDocument.objects.all())
    wrong: list[str] = []
    number = 0

    def passages(typed: str) -> set[int]:
        query = read_query(typed)
        groups = search_record(query, each=25) if query.wanted else []
        found = {group.kind: [hit.document.key for hit in group.hits] for group in groups}
        if query.wanted:
            told = {kind: keys for kind, keys in expected(query, documents).items() if keys}
            numbers = {group.kind: group.number for group in groups}
            if found != {kind: keys[:25] for kind, keys in told.items()} or numbers != {
                kind: len(keys) for kind, keys in told.items()
            }:
                wrong.append(f"{typed}: {found} is not {told}")
            excluded = {one.pledge_id for one in documents if any(has(one, node) for node in query.excluded)}
            pledges = {
                one.pledge_id for one in documents if one.pledge_id and all(has(one, node) for node in query.wanted)
            }
            matching = chain(*pledges_matching(query).tiers)
            if set(matching) != pledges - excluded:
                wrong.append(f"{typed}: other pledges")
        return {
            *(("passage", key) for key in found.get("passage", [])),
            *((k, n) for k, v in found.items() for n in v),
        }

    for group in [*queries.SAME, *queries.KEPT_BACK_SAME]:
        results = {typed: passages(typed) for typed in group.split("|")}
        number += len(results)
        first = next(iter(results.values()))
        wrong += [
            f"{typed} finds other than {group}" for typed, found in results.items() if found != first or not found
        ]
    for find, never in ((queries.FIND, queries.NEVER), (queries.KEPT_BACK_FIND, queries.KEPT_BACK_NEVER)):
        for typed, places in find.items():
            number += 1
            found = passages(typed)
            wrong += [
                f"{typed} does not find {queries.LINES[at]}" for at in places if ("passage", lines[at]) not in found
            ]
        for typed, places in never.items():
            found = passages(typed)
            wrong += [f"{typed} finds {queries.LINES[at]}" for at in places if ("passage", lines[at]) in found]
    for row in RESULTS.read_text(encoding="utf-8").splitlines()[1:]:
        if (now := result_of(row.partition("\t")[0], lines)) != row:
            wrong.append(f"{row} is now {now}")
    wrong += [f"{typed} finds nothing" for typed in queries.ALONE if not passages(typed)]
    wrong += [f"{typed} finds something" for typed in queries.NOTHING if passages(typed)]
    for typed in [*queries.HINTED, *queries.KEPT_BACK_HINTED]:
        if not read_query(typed).only_stop_words or count_results(read_query(typed)):
            wrong.append(f"{typed} has no hint")
    for typed, meant in {**queries.MEANT, **queries.KEPT_BACK_MEANT}.items():
        query = read_query(typed)
        told = suggest(query)
        if (
            count_results(query)
            or told is None
            or told.typed != meant
            or told.number != count_results(read_query(meant))
        ):
            wrong.append(f"{typed} suggests {told}")
    assert not wrong, f"{len(wrong)} of {number}:\n" + "\n".join(wrong)
