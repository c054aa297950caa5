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

from tracker.core.keyset import in_short_reads, values_in_short_reads
from tracker.pledges.choices import STATUS_KINDS, SUPERSEDING_KINDS, EntryKind, SearchResultType
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
    entries = RecordEntry.objects.filter(pk__in=[entry.pk, entry.corrects_id or entry.pk])
    passages = Passage.objects.filter(citations__update=entry)
    is_statement = entry.kind == EntryKind.PLEDGE
    _write(
        _documents(
            pledges=Pledge.objects.filter(pk=entry.pledge_id) if is_statement else Pledge.objects.none(),
            entries=entries,
            passages=passages,
            sources=Source.objects.filter(passages__in=passages),
        )
    )


def reindex_changed(row: Model) -> None:
    """Make what search knows of an object of the catalogue again. Called where its facts change.

    Of bodies and themes it knows nothing: their names are read from the catalogue. If a review has another language
    now, the worker makes the index again.
    """
    if isinstance(row, Source):
        reindex_source(row)
    elif isinstance(row, Recommendation):
        _write(_pledge_documents(Pledge.objects.filter(recommendation=row)))
    elif isinstance(row, Review):
        first = Pledge.objects.filter(review=row).order_by("pk").values("pk")[:1]
        documents = list(_pledge_documents(Pledge.objects.filter(pk=Subquery(first))))
        if any(map(_is_stored_otherwise, documents)):
            SearchIndexState.objects.all().delete()


def reindex_source(source: Source) -> None:
    """Make what search knows of a source again, where it knows it: its text is gone, or its title is another."""
    _write(
        _documents(
            pledges=Pledge.objects.none(),
            entries=RecordEntry.objects.none(),
            passages=source.passages.all(),
            sources=Source.objects.filter(pk=source.pk),
        )
    )


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
    kinds, keys = {document.kind for document in documents}, {document.key for document in documents}
    rows = SearchDocument.objects.filter(kind__in=kinds, key__in=keys).order_by()
    known = {(row.kind, row.key): row for row in rows}
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


@dataclass(frozen=True)
class DocumentReading:
    """How rows are read, to be written or to be compared."""

    instant: Callable[[Any], Any]
    """Of an expression of an instant, the one to read."""
    rows: Callable[..., Iterable[tuple[Any, ...]]]
    """Returns tuples of the key and of the named fields of all rows of a queryset."""


_TO_WRITE = DocumentReading(instant=lambda expression: expression, rows=values_in_short_reads)


def expected_documents() -> Iterator[Document]:
    """Yield everything that can be found, without its terms: what follows from the record and the sources it cites."""
    passages = Passage.objects.filter(citations__update__isnull=False)
    yield from _documents(
        pledges=Pledge.objects.all(),
        entries=RecordEntry.objects.all(),
        passages=passages,
        sources=Source.objects.filter(passages__citations__update__isnull=False),
    )


def _documents(
    *,
    pledges: QuerySet[Pledge],
    entries: QuerySet[RecordEntry],
    passages: QuerySet[Passage],
    sources: QuerySet[Source],
) -> Iterator[Document]:
    with translation.override(settings.LANGUAGE_CODE):  # a source without a title has one of ours
        yield from _pledge_documents(pledges)
        yield from _update_documents(entries)
        yield from _passage_documents(passages)
        yield from _source_documents(sources)


def documents_of_kind(kind: str, first: int, last: int, reading: DocumentReading) -> Iterator[Document]:
    """Yield what can be found of one kind whose keys are in a span, without its terms."""
    model, documents = _BY_KIND[kind]
    with translation.override(settings.LANGUAGE_CODE):
        yield from documents(model.objects.filter(pk__range=(first, last)), reading)


def last_keys() -> dict[str, int]:
    """Return, by the kind of what can be found, its highest key. One query for each kind."""
    return {kind: model.objects.aggregate(last=Max("pk"))["last"] or 0 for kind, (model, _) in _BY_KIND.items()}


def _pledge_documents(pledges: QuerySet[Pledge], reading: DocumentReading = _TO_WRITE) -> Iterator[Document]:
    if pledges.query.is_empty():
        return
    keys = pledges.order_by().values("pk")
    stated = RecordEntry.objects.filter(kind=EntryKind.PLEDGE, pledge__in=keys).order_by().values("pledge")
    first = dict(stated.annotate(at=reading.instant(Min("published_at"))).values_list("pledge", "at"))
    words: defaultdict[int, list[str]] = defaultdict(list)
    for key, exact in Citation.objects.filter(pledge__in=keys).order_by("pk").values_list("pledge", "passage__exact"):
        words[key].append(exact)
    recommendations = Recommendation.objects.filter(pk__in=pledges.order_by().values("recommendation")).in_bulk()
    fields = ("slug", "title", "done_means", "unclear", "note", "recommendation", "review__language")
    for key, slug, title, done_means, unclear, note, recommendation, language in reading.rows(
        pledges.order_by("pk"), *fields
    ):
        if key not in first:
            continue
        number = str(recommendations[recommendation]) if recommendation in recommendations else ""
        body = "\n".join([done_means, unclear, note, number, *words[key]])
        url, languages = pledge_address(slug), (_language_of(language),)
        yield _document(SearchResultType.PLEDGE, key, title, body, url, first[key], languages, key)


def _update_documents(entries: QuerySet[RecordEntry], reading: DocumentReading = _TO_WRITE) -> Iterator[Document]:
    endings = RecordEntry.objects.filter(kind__in=SUPERSEDING_KINDS, corrects__in=entries.order_by().values("pk"))
    endings = endings.order_by("effective_on", "position")
    instants = endings.annotate(at=reading.instant(F("published_at"))).values_list("corrects", "at", "kind")
    ended = {key: (at, kind) for key, at, kind in instants}
    rows = entries.filter(kind__in=STATUS_KINDS).order_by("position").annotate(at=reading.instant(F("published_at")))
    fields = ("position", "text__headline", "text__explanation", "at", "pledge", "pledge__slug",
              "pledge__review__language")  # fmt: skip
    languages: dict[str, tuple[str, ...]] = {}
    for key, position, headline, explanation, at, pledge, slug, language in reading.rows(rows, *fields):
        url = f"{pledge_address(slug)}#{entry_anchor(position)}"
        its_languages = languages.get(language) or languages.setdefault(language, (_language_of(language),))
        words = headline or "", explanation or ""
        document = _document(SearchResultType.UPDATE, key, *words, url, at, its_languages, pledge)
        if key in ended:
            document.superseded_at, document.superseded_as = ended[key]
        yield document


def _passage_documents(passages: QuerySet[Passage], reading: DocumentReading = _TO_WRITE) -> Iterator[Document]:
    cited = Passage.objects.filter(pk__in=passages.order_by().values("pk"), citations__update__isnull=False)
    rows = cited.annotate(first=Min("citations__update__published_at")).annotate(at=reading.instant(F("first")))
    titles: dict[str, tuple[str, str]] = {}
    languages = _languages_citing("passage", passages)
    fields = ("exact", "source__slug", "source__title", "source__kind", "at")
    # search/query.py takes the newest by their place in the index.
    for key, exact, slug, title, kind, at in reading.rows(rows.order_by("first", "pk"), *fields):
        if slug not in titles:
            source = Source(slug=slug, title=title, kind=kind)
            titles[slug] = source.display_title, source.get_absolute_url()
        title, url = titles[slug]
        url = f"{url}#{passage_anchor(key)}"
        yield _document(SearchResultType.PASSAGE, key, title, exact, url, at, languages(key))


def _source_documents(sources: QuerySet[Source], reading: DocumentReading = _TO_WRITE) -> Iterator[Document]:
    """Their title and who published them, and the text where its licence lets everybody see it."""
    every = Source.objects.annotate(first=Min("passages__citations__update__published_at"))
    every = every.filter(first__isnull=False).annotate(at=reading.instant(F("first")))
    rows = every.filter(pk__in=sources.values("pk")).order_by("first", "pk")
    languages = _languages_citing("passage__source", sources)
    for source in in_short_reads(rows, size=20, of=every):
        body = "\n".join([source.publisher, source.note, source.text if source.is_open else ""])
        title, url = source.display_title, source.get_absolute_url()
        at, its_languages = source.at, languages(source.pk)  # type: ignore[attr-defined]
        yield _document(SearchResultType.SOURCE, source.pk, title, body, url, at, its_languages)


def _language_of(code: str) -> str:
    return language_of(code or settings.LANGUAGE_CODE)


def _languages_citing(field: str, rows: QuerySet[Any]) -> Callable[[int], tuple[str, ...]]:
    """Return the function from the key of a passage or a source to the languages of the reviews that cite it."""
    in_use = languages_in_use()
    if len(in_use) == 1:
        return lambda key: in_use
    cited = Citation.objects.filter(update__isnull=False, **{f"{field}__in": rows.order_by().values("pk")}).order_by()
    languages: dict[int, set[str]] = defaultdict(set)
    for key, code in cited.values_list(field, "update__pledge__review__language").distinct():
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


_BY_KIND: dict[str, tuple[Any, Callable[[Any, DocumentReading], Iterator[Document]]]] = {
    SearchResultType.PLEDGE: (Pledge, _pledge_documents),
    SearchResultType.UPDATE: (RecordEntry, _update_documents),
    SearchResultType.PASSAGE: (Passage, _passage_documents),
    SearchResultType.SOURCE: (Source, _source_documents),
}
