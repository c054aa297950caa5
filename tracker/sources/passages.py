"""Take words of a source as a passage."""

from django.db import transaction

from tracker.sources.models import Passage, Source


@transaction.atomic
def passage_at(source: Source, start: int, exact: str) -> Passage:
    """Return the passage of a source at a place, made if there is none. Raises ValidationError as Passage does."""
    found = source.passages.filter(start=start, end=start + len(exact)).first()
    if found is None:
        found = Passage(source=source, start=start, end=start + len(exact), exact=exact)
        found.save()
    return found
