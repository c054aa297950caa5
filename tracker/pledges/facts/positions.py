"""Which entry of the record says what readers see of a row: the last one about it."""

import datetime as dt

from django.db.models import OuterRef, Subquery

from tracker.pledges.models import FactsEntry


def facts_entry(subject_type: str, *, key: str = "pk", until: dt.datetime | None = None) -> Subquery:
    """Return, as an expression, the position of the last entry of facts about a row; null where there is none.

    ``key`` leads from the queried model to the number of the subject. ``until`` is an instant: an entry before it.
    """
    about = FactsEntry.objects.filter(subject_type=subject_type, subject_id=OuterRef(key))
    about = about if until is None else about.filter(published_at__lt=until)
    return Subquery(about.order_by("-position").values("position")[:1])
