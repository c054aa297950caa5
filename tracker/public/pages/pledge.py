"""What the pages of a pledge show: its own, and those of its whole record."""

import datetime as dt
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from tracker.pledges.choices import EvidenceRole
from tracker.pledges.models import Citation
from tracker.pledges.read.as_stated import misread_deadlines, restore_as_of, statement_history
from tracker.pledges.read.pledge_detail import PledgeDetail, get_pledge_detail, read_pledge
from tracker.pledges.read.pledge_record import PledgeRecord, attach_evidence
from tracker.pledges.read.wording_history import wording_history
from tracker.web.as_of import AsOf
from tracker.web.fragment_cache import CATALOGUE_TABLES, CachedFragment

MAX_LINES = 500
"""Older entries to which the page of a pledge leads one by one."""
MAX_PLACES = 10_000
"""Older entries to whose page it leads. Those before are only among all entries."""
_WORDINGS = {EvidenceRole.PLEDGE, EvidenceRole.RECOMMENDATION, EvidenceRole.CONFLICT}


def pledge_context(request: HttpRequest, slug: str, when: AsOf) -> dict[str, Any]:
    """Return all that the page shows. It follows from the pledge's version, the catalogue and its questions."""
    detail = get_pledge_detail(slug, today=when.today, **when.clock)
    updates, citations = detail.updates, detail.citations
    own = citations + [citation for update in updates if not update.superseded_by for citation in update.evidence]
    positions = [citation for citation in own if citation.role == EvidenceRole.OFFICIAL_POSITION]
    positions += detail.older_positions
    positions.sort(key=lambda citation: citation.passage.source.published_on or dt.date.min, reverse=True)
    stages, history = wording_history(citations), statement_history(detail.statements)
    elsewhere = {*_WORDINGS, EvidenceRole.OFFICIAL_POSITION, *(stage.citation.role for stage in stages)}
    return {
        "whole": detail,
        "pledge": detail.pledge,
        "lineage": stages,
        "updates": updates,
        "entries": CachedFragment(request, CATALOGUE_TABLES),
        "current": detail.current,
        "wordings": [citation for citation in citations if citation.role in _WORDINGS],
        "other_citations": [citation for citation in citations if citation.role not in elsewhere],
        "positions": positions,
        "positions_left_out": detail.older_positions_count - len(detail.older_positions),
        "wording_history": history,
        "misread_deadlines": misread_deadlines(history),
        "recent_corrections": detail.recent_endings,
        "reached": detail.reached,
        "older_count": len(detail.older),
        "entry_count": len(detail.older) + len(updates),
        "older_links": _older_links(detail, when),
        "permalink": request.build_absolute_uri(detail.pledge.get_absolute_url()),
        "card": request.build_absolute_uri(reverse("public:card", args=[slug])),
    }


def _older_links(detail: PledgeDetail, when: AsOf) -> SafeString:
    """Return a line of HTML for each entry that the page leaves out, with its fragment: it leads to the entry.

    The style sheet shows the line to which an address leads, such as #entry-12, and no other. Of a very long record
    the oldest share a line, which leads to the page that they are on: a thousand lines are 150 kilobytes.
    """
    path = reverse("public:pledge-record", args=[detail.pledge.slug])
    lines, size = [], settings.ENTRIES_PER_PAGE
    older = [(place // size + 1, line) for place, line in enumerate(detail.older, len(detail.updates))]
    words = gettext("Entry %d is with the older entries")
    for number, line in older[:MAX_LINES]:
        address = f"{path}?page={number}{escape(when.further_suffix)}#{line.anchor}"
        lines.append(f'<p id="{line.anchor}"><a href="{address}">{escape(words % line.position)}</a></p>')
    words = gettext("This entry is with the older entries, on page %d")
    for number, rows in groupby(older[MAX_LINES:MAX_PLACES], key=itemgetter(0)):
        places = "".join(f'<i id="{line.anchor}"></i>' for _, line in rows)
        address = f"{path}?page={number}{when.further_suffix}"
        lines.append(f'<p>{places}<a href="{address}">{escape(words % number)}</a></p>')
    return mark_safe("".join(lines))  # noqa: S308 - a slug, numbers, a day and escaped words


def record_context(request: HttpRequest, slug: str, when: AsOf) -> dict[str, Any]:
    """Return what a page of the whole record of a pledge shows, by the ``page`` of the request."""
    pledge = read_pledge(slug, today=when.today, **when.clock)
    restore_as_of([pledge], **when.clock)
    record = PledgeRecord(pledge, **when.clock)
    page = Paginator(record.updates, settings.ENTRIES_PER_PAGE).get_page(request.GET.get("page"))
    entries = record.load(page.object_list)
    updates = [entries[line.pk] for line in page.object_list]
    attach_evidence(updates, Citation.objects.filter(update__in=[update.pk for update in updates]).with_words())
    page.object_list = updates
    return {
        "pledge": pledge,
        "part": page,
        "record_of": f"{pledge.get_absolute_url()}{when.suffix}",
        "entries": CachedFragment(request, CATALOGUE_TABLES),
    }
