"""Search over what is published: pledges, entries, passages, sources. FTS5 on SQLite, tsvector on PostgreSQL.

One row of SearchDocument is one thing that can be found; the verbs of the record write it when they publish, and
``rebuild`` makes all of them again. Ranking is the database's own, title before text; what is found is shown with the
words marked, by the same plain Python on both.
"""

import datetime as dt

from django.db import connection, transaction

from tracker.pledges.choices import STATUS_KINDS, EntryKind, SearchResultType
from tracker.pledges.models import Pledge, RecordEntry, SearchDocument
from tracker.sources.models import Source
from tracker.text.characters import without_quotable

# --- Writing ------------------------------------------------------------------------------------


def index_entry(entry: RecordEntry) -> None:
    """Make an entry findable, with the passages and the sources it is based on. Called where it is published."""
    if entry.kind == EntryKind.PLEDGE:
        pledge = entry.pledge
        words = [citation.passage.exact for citation in pledge.citations.select_related("passage")]
        body = "\n".join([pledge.done_means, pledge.unclear, pledge.note, *words])
        _put(
            SearchResultType.PLEDGE,
            pledge.pk,
            pledge.title,
            body,
            pledge.get_absolute_url(),
            entry.published_at,
            pledge,
        )
    elif entry.kind in STATUS_KINDS:
        url = entry.get_absolute_url()
        _put(
            SearchResultType.UPDATE, entry.pk, entry.headline, entry.explanation, url, entry.published_at, entry.pledge
        )
    for citation in entry.citations.select_related("passage__source"):
        passage, source = citation.passage, citation.passage.source
        url = passage.get_absolute_url()
        _put(SearchResultType.PASSAGE, passage.pk, source.display_title, passage.exact, url, entry.published_at, None)
        index_source(source, published_at=entry.published_at)


def index_source(source: Source, *, published_at: dt.datetime) -> None:
    """Make a source findable: its title and who published it, and the text where its licence lets everybody see it."""
    body = "\n".join([source.publisher, source.note, source.text if source.is_open else ""])
    _put(SearchResultType.SOURCE, source.pk, source.display_title, body, source.get_absolute_url(), published_at, None)


def reindex_source(source: Source) -> None:
    """Make what search knows of a source again, where it knows it: its text is gone. Called where it is withdrawn."""
    for document in SearchDocument.objects.filter(kind=SearchResultType.SOURCE, key=source.pk):
        index_source(source, published_at=document.published_at)


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
    for entry in RecordEntry.objects.select_related("pledge", "text").order_by("position").iterator(500):
        index_entry(entry)
    return SearchDocument.objects.count()


def _put(
    kind: SearchResultType, key: int, title: str, body: str, url: str, published_at: dt.datetime, pledge: Pledge | None
) -> None:
    # A word is looked for as it is read: without the soft hyphens that its source may have.
    fields = {"title": without_quotable(title[:300]), "body": without_quotable(body), "url": url, "pledge": pledge}
    SearchDocument.objects.update_or_create(
        kind=kind, key=key, defaults=fields, create_defaults=fields | {"published_at": published_at}
    )
