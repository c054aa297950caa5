"""What the rows of lists show, of pledges and of entries.

After an entry one row of a page is new, and all others are kept: the SQL for so many is kept too.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings
from django.db.models import QuerySet

from tracker.pledges.compiled_query import compiled_objects, is_one_of, numbered
from tracker.pledges.models import Citation, Pledge, RecordEntry
from tracker.pledges.read.answers import attach, attach_answers
from tracker.pledges.read.as_stated import restore_as_of
from tracker.pledges.read.pledge_detail import attach_bodies, attach_conflicts


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
    numbers = numbered(keys)

    def rows() -> QuerySet[RecordEntry]:
        return RecordEntry.objects.with_words().filter(is_one_of("pk", numbers))

    def answers() -> QuerySet[RecordEntry]:
        return RecordEntry.objects.filter(is_one_of("corrects", numbers)).order_by("position")

    entries = compiled_objects(("entry rows", len(keys)), rows, **numbers)
    if until is None:
        attach(entries, compiled_objects(("answers of entry rows", len(keys)), answers, **numbers))
    else:
        attach_answers(entries, until=until)
    return entries


def _read_as_of_now(keys: Sequence[int], today: dt.date, with_review: bool) -> list[Pledge]:
    numbers = numbered(keys)

    def rows() -> QuerySet[Pledge]:
        mine = Pledge.objects.for_list(today=today).filter(is_one_of("pk", numbers))
        return mine.select_related("review") if with_review else mine

    def words() -> QuerySet[Citation]:
        return Citation.objects.of_pledges_themselves().filter(is_one_of("pledge", numbers))

    pledges = compiled_objects(
        ("list rows", len(keys), today, settings.QUIET_AFTER_DAYS, with_review), rows, **numbers
    )
    attach_bodies(pledges)
    cited: defaultdict[int | None, list[Citation]] = defaultdict(list)
    for citation in compiled_objects(("words of list rows", len(keys)), words, **numbers):
        cited[citation.pledge_id].append(citation)
    for pledge in pledges:
        pledge.words = cited[pledge.pk]  # type: ignore[attr-defined]  # as for_list names it
    return pledges
