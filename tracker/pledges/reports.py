"""Readers say what is wrong. Their words go to the desk, are shown to nobody else, and are erased after 90 days."""

import datetime as dt

from django.utils import timezone

from tracker.pledges.models import Report

KEPT = dt.timedelta(days=90)
"""For how long a reader's own words are kept."""


MOST = 5_000
"""Reports that wait for the desk; more are refused until some are answered."""


class Full(Exception):
    """The desk has more reports than it can read."""


def receive(*, page: str, what: str, source: str) -> Report:
    """Take a report down for the desk. Of who sent it nothing is kept. Raises Full."""
    if Report.objects.open().count() >= MOST:
        raise Full
    return Report.objects.create(page=page, what=what, source=source)


def erase_old() -> int:
    """Erase the words of reports that are older than 90 days, and return of how many."""
    old = Report.objects.filter(received_at__lt=timezone.now() - KEPT).exclude(what="", source="")
    # Even an update of no row counts as a change of the data on PostgreSQL.
    return old.update(what="", source="") if old.exists() else 0
