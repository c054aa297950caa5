"""Take words of a source as a passage."""

from typing import Any

from django.db import transaction

from tracker.sources.models import Passage, Source


@transaction.atomic
def passage_at(source: Source, start: int, exact: str, *, by: Any = None) -> Passage:
    """Return the passage of a source at a place, made by ``by`` (None: a program) if there is none.

    Raises ValidationError as Passage does.
    """
    found = source.passages.filter(start=start, end=start + len(exact)).first()
    if found is None:
        found = Passage(source=source, start=start, end=start + len(exact), exact=exact)
        found.save()
        if by is not None:
            found.contributors.add(by)
    return found
