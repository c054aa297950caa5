"""Withdraw a source for legal reasons, everywhere its text is: the source, the search index, what was found in it."""

from typing import Any

from django.db import transaction

from tracker.desk.activity import log
from tracker.desk.roles import public_name
from tracker.pledges.searching import reindex_source
from tracker.sources.models import Source, SourceWithdrawal
from tracker.sources.withdrawing import withdraw_source


@transaction.atomic
def withdraw(source: Source, *, reason: str, by: Any) -> SourceWithdrawal:
    """Withdraw a source and return its tombstone; all of it or nothing. Raises as sources.withdrawing does."""
    tombstone = withdraw_source(source, reason=reason, admin=by, by=public_name(by))
    source.candidates.all().delete()
    reindex_source(source)
    log(by, "withdrew the source", source)
    return tombstone
