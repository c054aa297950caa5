"""What the rows of lists show, of pledges and of entries.

After an entry one row of a page is new, and all others are kept: the SQL for so many is kept too.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from tracker.pledges.compiled_query import Parameter, compiled_objects, numbered
from tracker.pledges.models import Body, Citation, Pledge, RecordEntry
from tracker.pledges.read.answers import attach, attach_answers
from tracker.pledges.read.as_stated import restore_as_of
from tracker.pledges.read.pledge_detail import attach_conflicts


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
        return RecordEntry.objects.with_words().filter(_any_of("pk", numbers))

    def answers() -> QuerySet[RecordEntry]:
        return RecordEntry.objects.filter(_any_of("corrects", numbers)).order_by("position")

    entries = compiled_objects(("entry rows", len(keys)), rows, **numbers)
    if until is None:
        attach(entries, compiled_objects(("answers of entry rows", len(keys)), answers, **numbers))
    else:
        attach_answers(entries, until=until)
    return entries


def _read_as_of_now(keys: Sequence[int], today: dt.date, with_review: bool) -> list[Pledge]:
    numbers = numbered(keys)

    def rows() -> QuerySet[Pledge]:
        mine = Pledge.objects.for_list(today=today).filter(_any_of("pk", numbers))
        return mine.select_related("review") if with_review else mine

    def duties() -> QuerySet[Any]:
        ties: QuerySet[Any] = Pledge.bodies.through.objects.filter(_any_of("pledge", numbers))
        return ties.select_related("body").order_by(*(f"body__{name}" for name in Body._meta.ordering or ()))

    def words() -> QuerySet[Citation]:
        return Citation.objects.of_pledges_themselves().filter(_any_of("pledge", numbers))

    pledges = compiled_objects(
        ("list rows", len(keys), today, settings.QUIET_AFTER_DAYS, with_review), rows, **numbers
    )
    bodies: defaultdict[int, list[Body]] = defaultdict(list)
    for duty in compiled_objects(("bodies of list rows", len(keys)), duties, **numbers):
        bodies[duty.pledge_id].append(duty.body)
    cited: defaultdict[int | None, list[Citation]] = defaultdict(list)
    for citation in compiled_objects(("words of list rows", len(keys)), words, **numbers):
        cited[citation.pledge_id].append(citation)
    for pledge in pledges:
        pledge.bodies_as_of = bodies[pledge.pk]
        pledge.words = cited[pledge.pk]  # type: ignore[attr-defined]  # as for_list names it
    return pledges


def _any_of(field: str, numbers: Iterable[str]) -> Q:
    return reduce(or_, (Q(**{field: Parameter(name)}) for name in numbers))
