"""Take words of a source as a passage."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from tracker.sources.models import Passage, Source


@transaction.atomic
def passage_at(source: Source, start: int, exact: str, *, by: Any = None) -> Passage:
    """Return the passage of a source at a place, made by ``by`` (a person, several, or None: a program) if there is
    none.

    Raises ValidationError as Passage does.
    """
    passage = source.passages.filter(start=start, end=start + len(exact)).first()
    if passage is None:
        passage = Passage(source=source, start=start, end=start + len(exact), exact=exact)
        passage.save()
        if by is not None:
            passage.contributors.add(*(by if isinstance(by, Sequence) else [by]))
    return passage
