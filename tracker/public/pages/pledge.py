"""What the page of a pledge shows."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from tracker.pledges.choices import EvidenceRole
from tracker.pledges.read.as_stated import statement_history
from tracker.pledges.read.pledge_detail import get_pledge_detail
from tracker.pledges.read.wording_history import wording_history
from tracker.web.as_of import AsOf
from tracker.web.fragment_cache import CATALOGUE_TABLES, CachedFragment

CORRECTION_NOTICE = dt.timedelta(days=30)
"""For how many days a correction is named at the top of the page of its pledge."""

_WORDINGS = {EvidenceRole.PLEDGE, EvidenceRole.RECOMMENDATION, EvidenceRole.CONFLICT}


def pledge_context(request: HttpRequest, slug: str, when: AsOf) -> dict[str, Any]:
    """Return all that the page shows. It follows from the pledge's version, the catalogue and its questions."""
    detail = get_pledge_detail(slug, today=when.today, until=when.until)
    updates, citations = detail.updates, detail.citations
    current = [update for update in updates if not update.ending]
    positions = [
        citation
        for citation in citations + [citation for update in current for citation in update.evidence]
        if citation.role == EvidenceRole.OFFICIAL_POSITION
    ]
    positions.sort(key=lambda citation: citation.passage.source.published_on or dt.date.min, reverse=True)
    stages = wording_history(citations)
    elsewhere = {*_WORDINGS, EvidenceRole.OFFICIAL_POSITION, *(stage.citation.role for stage in stages)}
    notice_from = timezone.localdate() - CORRECTION_NOTICE
    return {
        "whole": detail,
        "pledge": detail.pledge,
        "lineage": stages,
        "updates": updates,
        "entries": CachedFragment(request, CATALOGUE_TABLES),
        "current": current[0] if current else None,
        "wordings": [citation for citation in citations if citation.role in _WORDINGS],
        "other_citations": [citation for citation in citations if citation.role not in elsewhere],
        "positions": positions,
        "wording_history": statement_history(detail.statements),
        "recent_corrections": [
            update.ending
            for update in updates
            if update.ending and timezone.localdate(update.ending.published_at) > notice_from
        ],
        "reached": {update.step for update in current if update.step},
        "permalink": request.build_absolute_uri(detail.pledge.get_absolute_url()),
        "card": request.build_absolute_uri(reverse("public:card", args=[slug])),
    }
