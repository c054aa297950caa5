"""What the rows of lists show, of pledges and of entries.

After an entry one row of a page is new, and all others are kept: the SQL for so many is kept too.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from tracker.pledges.compiled_query import compiled_objects_among
from tracker.pledges.models import Citation, Pledge, RecordEntry
from tracker.pledges.read.answers import attach_answers
from tracker.pledges.read.as_stated import restore_as_of
from tracker.pledges.read.pledge_detail import attach_bodies, attach_conflicts
from tracker.pledges.read.pledge_record import read_entries


def read_list_rows(
    keys: Sequence[int],
    *,
    today: dt.date,
    until: dt.datetime | None,
    happened_by: dt.date | None,
    with_review: bool = False,
) -> list[Pledge]:
    """Return pledges with what PledgeQuerySet.for_list reads, as stated before an instant, and their conflicts.

    Three queries, and two more for an instant; one more where sources differ.
    """
    if until is None and happened_by is None:
        pledges = _read_as_of_now(keys, today, with_review)
    else:
        rows = Pledge.objects.for_list(today=today, until=until, happened_by=happened_by).filter(pk__in=keys)
        pledges = list(rows.select_related("review") if with_review else rows)
        restore_as_of(pledges, until=until, happened_by=happened_by)
    attach_conflicts(pledges, until=until)
    return pledges


def read_entry_rows(keys: Sequence[int], *, until: dt.datetime | None) -> list[RecordEntry]:
    """Return entries with what a list shows of each, and their answers published before an instant. Two queries."""
    entries = read_entries(keys)
    attach_answers(entries, until=until)
    return entries


def _read_as_of_now(keys: Sequence[int], today: dt.date, with_review: bool) -> list[Pledge]:
    def rows(among: list[Any]) -> QuerySet[Pledge]:
        mine = Pledge.objects.for_list(today=today).filter(pk__in=among)
        return mine.select_related("review") if with_review else mine

    def words(among: list[Any]) -> QuerySet[Citation]:
        return Citation.objects.of_pledges_themselves().filter(pledge__pk__in=among)

    pledges = compiled_objects_among(("list rows", today, settings.QUIET_AFTER_DAYS, with_review), keys, rows)
    attach_bodies(pledges)
    cited: defaultdict[int | None, list[Citation]] = defaultdict(list)
    for citation in compiled_objects_among("words of list rows", keys, words):
        cited[citation.pledge_id].append(citation)
    for pledge in pledges:
        pledge.words = cited[pledge.pk]  # type: ignore[attr-defined]  # as for_list names it
    return pledges
