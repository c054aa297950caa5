"""Passages that published entries cite, counted by how far they are checked."""

from collections import Counter
from typing import Any

from django.db.models import QuerySet, Subquery
from django.http import HttpRequest

from tracker.pledges.compiled_query import compiled_rows
from tracker.pledges.models import Citation
from tracker.pledges.visibility import is_published_evidence, visible_passages
from tracker.sources.models import Passage
from tracker.web.fragment_cache import PASSAGE_TABLES, get_or_compute, latest


def passage_counts(request: HttpRequest) -> dict[str, int]:
    """How many passages that something cites are in each CheckState."""
    return get_or_compute(
        request, "passage-counts-now", [*PASSAGE_TABLES, "pledges_citation"], lambda: _count_passages(request)
    )


def _count_passages(request: HttpRequest) -> dict[str, int]:
    """Return the same: a count that is kept while citations are only added, and what was cited since."""
    just: dict[str, int] | None = None

    def count() -> tuple[int, dict[str, int]]:
        nonlocal just
        just, newest = visible_passages().counts_with(Subquery(Citation.objects.order_by("-pk").values("pk")[:1]))
        return newest or 0, just

    newest, counts = get_or_compute(request, "passage-counts", PASSAGE_TABLES, count)
    if just is not None:
        return just
    last = latest(request).citation
    if last is not None and last <= newest:
        return counts

    def since() -> QuerySet[Passage, Any]:
        before = is_published_evidence(citations=Citation.objects.filter(pk__lte=newest))
        new = visible_passages().filter(~before, pk__in=Citation.objects.filter(pk__gt=newest).values("passage"))
        return new.grouped_by_state()

    return dict(Counter(counts) + Counter(dict(compiled_rows(("passages since", newest), since))))
