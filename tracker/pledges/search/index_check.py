"""Whether search finds and shows what the record and the sources say, and by which words: for verify_record."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import Max, Q, QuerySet

from tracker.core.keyset import values_in_short_reads
from tracker.pledges.compiled_query import Parameter, compiled_rows
from tracker.pledges.models import SearchDocument, SearchWord
from tracker.pledges.record.export import Instant
from tracker.pledges.record.lock import record_lock
from tracker.pledges.search.index import (
    COMPARED,
    TEXTS_AT_ONCE,
    DocumentReading,
    compared_values,
    documents_of_kind,
    has_documents,
    last_keys,
    lead_and_rest,
)
from tracker.pledges.search.words import TextWords, known_words

_SPAN = 2_000
_MAX_KEPT = 20_000
_MAX_KEPT_CHARS = 1_000
_INSTANTS = {"superseded_at": "ended", "published_at": "published"}


def _read_to_compare(name: str, rows: Callable[[], QuerySet[Any, Any]], size: int = 0) -> Iterable[tuple[Any, ...]]:
    # A part is read at once, but for whole texts.
    return values_in_short_reads(rows(), size=size) if size == TEXTS_AT_ONCE else list(rows())


_TO_COMPARE = DocumentReading(instant=Instant, rows=_read_to_compare)


class Part(NamedTuple):
    """What can be found of one kind, from one key to another."""

    kind: str
    first: int
    last: int


class CutTexts:
    """The terms of texts, and the words of all of them. One text is often several: a title, the words of a passage."""

    def __init__(self) -> None:
        self.words = TextWords()
        self._terms: dict[tuple[str, tuple[str, ...]], str] = {}

    def terms(self, text: str, languages: tuple[str, ...]) -> str:
        """Return what is indexed of a text, and take note of its words."""
        key = text, languages
        terms = self._terms.get(key)
        if terms is None:
            terms = self.words.cut(text, languages)
            if len(text) <= _MAX_KEPT_CHARS:
                if len(self._terms) >= _MAX_KEPT:
                    self._terms.clear()
                self._terms[key] = terms
        return terms


def differences() -> Iterator[str]:
    """Yield the address of each thing that search finds or shows otherwise than the record and the sources say.

    "/" means: something is there that should not be, or a word that is suggested is wrong. What is published meanwhile
    may be seen or not.
    """
    texts = CutTexts()
    newest, parts = _newest(), parts_of_all()
    for part in parts:
        yield from differences_in(part, texts)
    if is_more_found(newest, parts) or are_words_wrong(texts.words.rows()):
        yield "/"


def parts_of_all() -> list[Part]:
    """Return all that can be found, in parts of about the same size."""
    return [
        Part(kind, first, min(first + _SPAN - 1, last))
        for kind, last in last_keys().items()
        for first in range(1, last + 1, _SPAN)
    ]


def differences_in(part: Part, texts: CutTexts) -> Iterator[str]:
    """Yield the address of each difference in a part; "/" where something is there that should not be."""
    if any(True for _ in _differences(part, texts)):
        # What is corrected or withdrawn between two reads is no difference: under the lock nobody writes.
        with record_lock():
            addresses = list(_differences(part, texts))
        yield from addresses


def _differences(part: Part, texts: CutTexts) -> Iterator[str]:
    newest = _newest()
    expected = list(documents_of_kind(*part, _TO_COMPARE))
    rows = compiled_rows(("search documents", part.kind), lambda: _stored(part.kind), first=part.first, last=part.last)
    stored = {key: (pk, columns) for pk, key, *columns in rows}
    for document in expected:
        lead, rest = lead_and_rest(document.kind, document.title, document.body)
        document.lead_terms = texts.terms(lead, document.languages)
        document.rest_terms = texts.terms(rest, document.languages)
        _, columns = stored.pop(document.key, (0, None))
        if columns != list(compared_values(document)):
            yield document.url
    if any(pk <= newest for pk, _ in stored.values()):
        yield "/"


def _stored(kind: str) -> QuerySet[SearchDocument, Any]:
    rows = SearchDocument.objects.filter(kind=kind, key__range=(Parameter("first"), Parameter("last"))).order_by()
    rows = rows.annotate(**{name: Instant(column) for column, name in _INSTANTS.items()})
    return rows.values_list("pk", "key", *(_INSTANTS.get(column, column) for column in COMPARED))


def _newest() -> int:
    return SearchDocument.objects.aggregate(last=Max("pk"))["last"] or 0


def is_more_found(newest: int, parts: Iterable[Part]) -> bool:
    """Whether something is found, up to the row ``newest``, that is in none of these parts. One query."""
    last = {part.kind: part.last for part in parts}
    inside = Q(pk__in=[])
    for kind, key in last.items():
        inside |= Q(kind=kind, key__range=(1, key))
    return SearchDocument.objects.filter(pk__lte=newest).exclude(inside).exists()


def are_words_wrong(words: set[tuple[str, str, str]]) -> bool:
    """Whether a word of all texts is not kept as it is, or one is kept that no text has.

    One that no text has any more is kept as long as one has its term (search/index.py).
    """
    words = known_words(words)
    kept = set(SearchWord.objects.values_list("word", "term", "parts"))
    right, terms = {word for word, _, _ in kept & words}, {term for _, term, _ in words}
    missing = {term for word, term, _ in words if word not in right}
    extra = {term for _, term, _ in kept - words} - terms
    if not missing and not extra:
        return False
    with record_lock():  # words may have come or gone since the texts were read
        return any(map(has_documents, missing)) or not all(map(has_documents, extra))
