"""The search index: what is published, cut into terms. FTS5 on SQLite, vectors on PostgreSQL, the same terms on both.

One row of SearchDocument is one thing that can be found. It follows from the record and from the sources that the
record cites: its actions write it when they publish, ``rebuild_index`` makes all again, and verify_record
compares.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Max, Min, Model, QuerySet, Subquery
from django.utils import translation

from tracker.core.keyset import values_in_short_reads
from tracker.pledges.choices import STATUS_KINDS, SUPERSEDING_KINDS, EntryKind, SearchResultType
from tracker.pledges.compiled_query import Parameter, compiled_objects_among, compiled_rows
from tracker.pledges.models import (
    Citation,
    Pledge,
    Recommendation,
    RecordEntry,
    Review,
    SearchDocument,
    SearchIndexState,
    SearchWord,
)
from tracker.pledges.models.pledge import pledge_address
from tracker.pledges.models.record import entry_anchor
from tracker.pledges.search.language import languages_in_use
from tracker.pledges.search.match import Term, documents_with
from tracker.pledges.search.stemmers import language_of
from tracker.pledges.search.words import LANGUAGE_VERSION, TextWords, known_words
from tracker.sources.models import Passage, Source, passage_anchor
from tracker.text.characters import without_quotable

MAX_INDEXED_CHARS = 500_000
"""Characters of a text that are indexed: PostgreSQL holds vectors of one megabyte."""
_CHUNK = 200
_ROWS_AT_ONCE = 500
TEXTS_AT_ONCE = 20
_SOURCE_FIELDS = ("slug", "title", "kind", "publisher", "note", "licence", "text")
_WRITTEN = ("title", "body", "url", "pledge_id", "lead_terms", "rest_terms", "superseded_at", "superseded_as")
COMPARED = (*_WRITTEN, "published_at")
compared_values = attrgetter(*COMPARED)

_WordSet = Set[tuple[str, str, str]]
_Words = set[tuple[str, str, str]]


@dataclass(slots=True)
class Document:
    """One thing that can be found, as it follows from the record: a SearchDocument that is not stored.

    An object of a model costs several times as much, and verify_record makes one of each thing.
    """

    kind: str
    key: int
    title: str
    body: str
    url: str
    published_at: dt.datetime
    pledge_id: int | None
    languages: tuple[str, ...]
    """The languages of its texts."""
    superseded_at: dt.datetime | None = None
    superseded_as: str = ""
    lead_terms: str = ""
    rest_terms: str = ""
    words: _WordSet = frozenset()
    """Those of its texts, once these were cut into terms."""

    def cut(self) -> None:
        """Fill in the terms and the words."""
        self.lead_terms, self.rest_terms, self.words = _cut(self.kind, self.title, self.body, self.languages)

    def row(self) -> SearchDocument:
        """Return the row to store."""
        return SearchDocument(kind=self.kind, key=self.key, **dict(zip(COMPARED, compared_values(self), strict=True)))


# --- Writing ------------------------------------------------------------------------------------


def index_entry(entry: RecordEntry) -> None:
    """Make an entry findable, with the passages and the sources that it cites. Called where it is published."""
    parameters = {"entry": entry.pk, "corrected": entry.corrects_id or entry.pk, "pledge": entry.pledge_id}

    def kept(name: str, rows: _Rows, _: int = 0) -> list[tuple[Any, ...]]:
        return compiled_rows(("of an entry", name), rows, **parameters)

    kinds = [kind for kind in _OF_ENTRY if kind != SearchResultType.PLEDGE or entry.kind == EntryKind.PLEDGE]
    chosen = {kind: _OF_ENTRY[kind] for kind in kinds}
    _write(_documents(chosen, DocumentReading(instant=_TO_WRITE.instant, rows=kept)))


def reindex_changed(row: Model) -> None:
    """Make what search knows of an object of the catalogue again. Called where its facts change.

    Of bodies and themes it knows nothing: their names are read from the catalogue. If a review has another language
    now, the worker makes the index again.
    """
    if isinstance(row, Source):
        reindex_source(row)
    elif isinstance(row, Recommendation):
        _write(_pledge_documents(lambda: Pledge.objects.filter(recommendation=row), _TO_WRITE))
    elif isinstance(row, Review):
        first = Pledge.objects.filter(review=row).order_by("pk").values("pk")[:1]
        documents = list(_pledge_documents(lambda: Pledge.objects.filter(pk=Subquery(first)), _TO_WRITE))
        if any(map(_is_stored_otherwise, documents)):
            SearchIndexState.objects.all().delete()


def reindex_source(source: Source) -> None:
    """Make what search knows of a source again, where it knows it: its text is gone, or its title is another."""
    chosen: dict[str, _Rows] = {
        SearchResultType.PASSAGE: source.passages.all,
        SearchResultType.SOURCE: lambda: Source.objects.filter(pk=source.pk),
    }
    _write(_documents(chosen, _TO_WRITE))


def purge_deleted_terms() -> None:
    """Let nothing of what was withdrawn stay in the index: a deleted row's words are in it until it is merged.

    Called where words are withdrawn for legal reasons. PostgreSQL's index points at rows, and VACUUM takes these.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO pledges_search_fts(pledges_search_fts) VALUES ('optimize')")


@transaction.atomic
def rebuild_index() -> int:
    """Make the whole index again from the record, and return how many things can be found."""
    SearchDocument.objects.all().delete()
    SearchWord.objects.all().delete()
    documents = expected_documents()
    while chunk := list(islice(documents, _CHUNK)):
        words: _Words = set()
        for document in chunk:
            document.cut()
            words |= document.words
        SearchDocument.objects.bulk_create([document.row() for document in chunk])
        _add_words(words)
    _store_language()
    return SearchDocument.objects.count()


def rebuild_if_outdated() -> None:
    """Make the index again where another version of the language of words made it, such as another stemmer."""
    if is_outdated():
        rebuild_index()


def is_outdated() -> bool:
    """Return whether another version of the language of words made the index."""
    return LANGUAGE_VERSION not in SearchIndexState.objects.values_list("language", flat=True)


def _store_language() -> None:
    SearchIndexState.objects.exclude(language=LANGUAGE_VERSION).delete()
    SearchIndexState.objects.get_or_create(language=LANGUAGE_VERSION)


def _write(documents: Iterable[Document]) -> None:
    """Write each document where it differs from the one that is there, with its words."""
    # All are read before one is written: where a write fails, PostgreSQL drops the cursor of a read that is still open
    # with the savepoint, and closing it then would fail the transaction around it.
    read = list(documents)
    for begin in range(0, len(read), _CHUNK):
        _write_chunk(read[begin : begin + _CHUNK])


def _write_chunk(documents: list[Document]) -> None:
    # What is there is read at once, and what is new among the words written at once: of an entry with what it cites.
    kinds, keys = sorted({document.kind for document in documents}), {document.key for document in documents}

    def rows(among: list[Any]) -> QuerySet[SearchDocument]:
        return SearchDocument.objects.filter(kind__in=kinds, key__in=among).order_by()

    stored_rows = compiled_objects_among(("search documents at", *kinds), keys, rows)
    known = {(row.kind, row.key): row for row in stored_rows}
    new_words: _Words = set()
    for document in documents:
        stored = known.get((document.kind, document.key))
        ended = (document.superseded_at, document.superseded_as)
        # What reviews in several languages cite has the terms of all, and a review may have brought another language.
        if stored is not None and len(document.languages) == 1 and _says(stored) == _says(document):
            if (stored.superseded_at, stored.superseded_as) != ended:
                SearchDocument.objects.filter(pk=stored.pk).update(superseded_at=ended[0], superseded_as=ended[1])
            continue
        document.cut()
        if stored is None:
            document.row().save(force_insert=True)
        else:
            values = {name: getattr(document, name) for name in _WRITTEN}
            SearchDocument.objects.filter(pk=stored.pk).update(**values)
            *_, before = _cut(stored.kind, stored.title, stored.body, document.languages)
            _forget_words(before - document.words)
        new_words |= document.words
    _add_words(new_words)


def _is_stored_otherwise(document: Document) -> bool:
    document.cut()
    stored = _stored(document)
    return stored is None or compared_values(stored) != compared_values(document)


def _stored(document: Document) -> SearchDocument | None:
    return SearchDocument.objects.filter(kind=document.kind, key=document.key).first()


def _says(document: Document | SearchDocument) -> tuple[str, str, str, int | None]:
    return document.title, document.body, document.url, document.pledge_id


def _cut(kind: str, title: str, body: str, languages: tuple[str, ...]) -> tuple[str, str, _WordSet]:
    """Return the terms of what counts most in a document, those of the rest, and the words of both."""
    words = TextWords()
    lead_terms, rest_terms = (words.cut(text, languages) for text in lead_and_rest(kind, title, body))
    return lead_terms, rest_terms, words.rows()


def lead_and_rest(kind: str, title: str, body: str) -> tuple[str, str]:
    """Return what counts most in a document, and the rest, as far as they are cut into terms."""
    if kind == SearchResultType.PASSAGE:  # its title is that of its source
        return body[:MAX_INDEXED_CHARS], title
    return title, body[:MAX_INDEXED_CHARS]


def _add_words(words: _WordSet) -> None:
    rows = [SearchWord(word=word, term=term, parts=parts) for word, term, parts in sorted(known_words(words))]
    SearchWord.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def _forget_words(words: _WordSet) -> None:
    """Delete words that no text has any more: a search would suggest them still."""
    for term in {term for _, term, _ in words}:
        if not has_documents(term):
            SearchWord.objects.filter(term=term).delete()


def has_documents(term: str) -> bool:
    """Whether a text has a term. One query."""
    matches = documents_with([Term(term)])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 {matches.sql} LIMIT 1", matches.parameters)
        return cursor.fetchone() is not None


# --- What can be found ----------------------------------------------------------------------------


_Rows = Callable[[], QuerySet[Any, Any]]
"""Puts together the rows that are asked for: only where their SQL is not kept."""


@dataclass(frozen=True)
class DocumentReading:
    """How rows are read, to be written or to be compared."""

    instant: Callable[[Any], Any]
    """Of an expression of an instant, the one to read."""
    rows: Callable[..., Iterable[tuple[Any, ...]]]
    """Returns the rows of a queryset of tuples, by its name, and with a size so many at a time by the key in front."""


def _read_to_write(name: str, rows: _Rows, size: int = 0) -> Iterable[tuple[Any, ...]]:
    return values_in_short_reads(rows(), size=size) if size else rows()


_TO_WRITE = DocumentReading(instant=lambda expression: expression, rows=_read_to_write)


def expected_documents() -> Iterator[Document]:
    """Yield everything that can be found, without its terms: what follows from the record and the sources it cites."""
    chosen: dict[str, _Rows] = {
        SearchResultType.PLEDGE: Pledge.objects.all,
        SearchResultType.UPDATE: RecordEntry.objects.all,
        SearchResultType.PASSAGE: lambda: Passage.objects.filter(citations__update__isnull=False),
        SearchResultType.SOURCE: lambda: Source.objects.filter(passages__citations__update__isnull=False),
    }
    yield from _documents(chosen, _TO_WRITE)


def _documents(chosen: dict[str, _Rows], reading: DocumentReading) -> Iterator[Document]:
    """Yield what can be found of the chosen rows, by kind."""
    with translation.override(settings.LANGUAGE_CODE):  # a source without a title has one of ours
        for kind, rows in chosen.items():
            yield from _BY_KIND[kind][1](rows, reading)


def documents_of_kind(kind: str, first: int, last: int, reading: DocumentReading) -> Iterator[Document]:
    """Yield what can be found of one kind whose keys are in a span, without its terms."""
    model, documents = _BY_KIND[kind]
    with translation.override(settings.LANGUAGE_CODE):
        yield from documents(lambda: model.objects.filter(pk__range=(first, last)), reading)


def last_keys() -> dict[str, int]:
    """Return, by the kind of what can be found, its highest key. One query for each kind."""
    return {kind: model.objects.aggregate(last=Max("pk"))["last"] or 0 for kind, (model, _) in _BY_KIND.items()}


def _pledge_documents(pledges: _Rows, reading: DocumentReading) -> Iterator[Document]:
    def stated() -> QuerySet[RecordEntry, Any]:
        rows = RecordEntry.objects.filter(kind=EntryKind.PLEDGE, pledge__in=pledges().order_by().values("pk"))
        first = rows.order_by().values("pledge").annotate(at=reading.instant(Min("published_at")))
        return first.values_list("pledge", "at")

    def cited() -> QuerySet[Citation, Any]:
        rows = Citation.objects.filter(pledge__in=pledges().order_by().values("pk")).order_by("pk")
        return rows.values_list("pledge", "passage__exact")

    def rows() -> QuerySet[Pledge, Any]:
        fields = ("title", "done_means", "unclear", "note", "recommendation__number", "review__language")
        return pledges().order_by("pk").values_list("pk", "slug", *fields)

    first = dict(reading.rows("statements", stated))
    words: defaultdict[int, list[str]] = defaultdict(list)
    for key, exact in reading.rows("words of pledges", cited):
        words[key].append(exact)
    for key, slug, title, done_means, unclear, note, number, language in reading.rows("pledges", rows, _ROWS_AT_ONCE):
        if key not in first:
            continue
        recommendation = str(Recommendation(number=number)) if number else ""
        body = "\n".join([done_means, unclear, note, recommendation, *words[key]])
        url, languages = pledge_address(slug), (_language_of(language),)
        yield _document(SearchResultType.PLEDGE, key, title, body, url, first[key], languages, key)


def _update_documents(entries: _Rows, reading: DocumentReading) -> Iterator[Document]:
    def endings() -> QuerySet[RecordEntry, Any]:
        rows = RecordEntry.objects.filter(kind__in=SUPERSEDING_KINDS, corrects__in=entries().order_by().values("pk"))
        rows = rows.order_by("effective_on", "position")
        return rows.annotate(at=reading.instant(F("published_at"))).values_list("corrects", "at", "kind")

    def rows() -> QuerySet[RecordEntry, Any]:
        rows: QuerySet[RecordEntry] = entries().filter(kind__in=STATUS_KINDS).order_by("position")
        fields = ("text__headline", "text__explanation", "at", "pledge", "pledge__slug", "pledge__review__language")
        return rows.annotate(at=reading.instant(F("published_at"))).values_list("pk", "position", *fields)

    ended = {key: (at, kind) for key, at, kind in reading.rows("endings", endings)}
    languages: dict[str, tuple[str, ...]] = {}
    for key, position, headline, explanation, at, pledge, slug, language in reading.rows(
        "entries", rows, _ROWS_AT_ONCE
    ):
        url = f"{pledge_address(slug)}#{entry_anchor(position)}"
        its_languages = languages.get(language) or languages.setdefault(language, (_language_of(language),))
        words = headline or "", explanation or ""
        document = _document(SearchResultType.UPDATE, key, *words, url, at, its_languages, pledge)
        if key in ended:
            document.superseded_at, document.superseded_as = ended[key]
        yield document


def _passage_documents(passages: _Rows, reading: DocumentReading) -> Iterator[Document]:
    def rows() -> QuerySet[Passage, Any]:
        cited = Passage.objects.filter(pk__in=passages().order_by().values("pk"), citations__update__isnull=False)
        rows = cited.annotate(first=Min("citations__update__published_at")).annotate(at=reading.instant(F("first")))
        # search/query.py takes the newest by their place in the index.
        fields = ("exact", "source__slug", "source__title", "source__kind", "at")
        return rows.order_by("first", "pk").values_list("pk", *fields)

    titles: dict[str, tuple[str, str]] = {}
    languages = _languages_citing("passage", passages, reading)
    for key, exact, slug, title, kind, at in reading.rows("passages", rows, _ROWS_AT_ONCE):
        if slug not in titles:
            source = Source(slug=slug, title=title, kind=kind)
            titles[slug] = source.display_title, source.get_absolute_url()
        title, url = titles[slug]
        url = f"{url}#{passage_anchor(key)}"
        yield _document(SearchResultType.PASSAGE, key, title, exact, url, at, languages(key))


def _source_documents(sources: _Rows, reading: DocumentReading) -> Iterator[Document]:
    """Their title and who published them, and the text where its licence lets everybody see it."""

    def rows() -> QuerySet[Source, Any]:
        cited = Source.objects.annotate(first=Min("passages__citations__update__published_at"))
        cited = cited.filter(first__isnull=False, pk__in=sources().order_by().values("pk"))
        cited = cited.annotate(at=reading.instant(F("first"))).order_by("first", "pk")
        return cited.values_list("pk", "at", *_SOURCE_FIELDS)

    languages = _languages_citing("passage__source", sources, reading)
    for key, at, *values in reading.rows("sources", rows, TEXTS_AT_ONCE):
        source = Source(**dict(zip(_SOURCE_FIELDS, values, strict=True)))
        body = "\n".join([source.publisher, source.note, source.text if source.is_open else ""])
        title, url = source.display_title, source.get_absolute_url()
        yield _document(SearchResultType.SOURCE, key, title, body, url, at, languages(key))


def _language_of(code: str) -> str:
    return language_of(code or settings.LANGUAGE_CODE)


def _languages_citing(field: str, chosen: _Rows, reading: DocumentReading) -> Callable[[int], tuple[str, ...]]:
    """Return the function from the key of a passage or a source to the languages of the reviews that cite it."""
    in_use = languages_in_use()
    if len(in_use) == 1:
        return lambda key: in_use

    def cited() -> QuerySet[Citation, Any]:
        rows = Citation.objects.filter(update__isnull=False, **{f"{field}__in": chosen().order_by().values("pk")})
        return rows.order_by().values_list(field, "update__pledge__review__language").distinct()

    languages: dict[int, set[str]] = defaultdict(set)
    for key, code in reading.rows(f"languages by {field}", cited):
        languages[key].add(_language_of(code))
    return lambda key: tuple(code for code in in_use if code in languages[key])


def _document(
    kind: SearchResultType,
    key: int,
    title: str,
    body: str,
    url: str,
    published_at: dt.datetime,
    languages: tuple[str, ...],
    pledge: int | None = None,
) -> Document:
    # A word is looked for as it is read: without the soft hyphens that its source may have.
    title, body = without_quotable(title[:300]), without_quotable(body)
    return Document(kind.value, key, title, body, url, published_at, pledge, languages)


_BY_KIND: dict[str, tuple[Any, Callable[[_Rows, DocumentReading], Iterator[Document]]]] = {
    SearchResultType.PLEDGE: (Pledge, _pledge_documents),
    SearchResultType.UPDATE: (RecordEntry, _update_documents),
    SearchResultType.PASSAGE: (Passage, _passage_documents),
    SearchResultType.SOURCE: (Source, _source_documents),
}
_OF_ENTRY: dict[str, _Rows] = {
    SearchResultType.PLEDGE: lambda: Pledge.objects.filter(pk=Parameter("pledge")),
    SearchResultType.UPDATE: lambda: RecordEntry.objects.filter(pk__in=[Parameter("entry"), Parameter("corrected")]),
    SearchResultType.PASSAGE: lambda: Passage.objects.filter(citations__update=Parameter("entry")),
    SearchResultType.SOURCE: lambda: Source.objects.filter(passages__citations__update=Parameter("entry")),
}
"""What an entry makes findable, or findable otherwise."""
