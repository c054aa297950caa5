"""Readers say what is wrong. Their words go to the desk, are shown to nobody else, and are erased after 90 days."""

import datetime as dt

from django.utils import timezone

from tracker.pledges.models import Report

KEEP_REPORTS = dt.timedelta(days=90)
"""For how long a reader's own words are kept."""


MAX_OPEN_REPORTS = 5_000
"""Reports that wait for the desk; more are refused until some are answered."""


class ReportInboxFullError(Exception):
    """The desk has more reports than it can read."""


def receive_report(*, page: str, what: str, source: str) -> Report:
    """Take a report down for the desk. Of who sent it nothing is kept. Raises Full."""
    if Report.objects.open().count() >= MAX_OPEN_REPORTS:
        raise ReportInboxFullError
    return Report.objects.create(page=page, what=what, source=source)


def erase_old_reports() -> int:
    """Erase the words of reports that are older than 90 days, and return of how many."""
    old = Report.objects.filter(received_at__lt=timezone.now() - KEEP_REPORTS).exclude(what="", source="")
    # Even an update of no row counts as a change of the data on PostgreSQL.
    return old.update(what="", source="") if old.exists() else 0
