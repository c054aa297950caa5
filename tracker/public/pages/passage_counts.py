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
    """How many passages that something cites are in each CheckState.

    A count is kept while citations are only added, with the last one that it has; what was cited since is added to it.
    """
    just: dict[str, int] | None = None

    def count() -> tuple[int, dict[str, int]]:
        nonlocal just
        just, newest = visible_passages().counts_with(Subquery(Citation.objects.order_by("-pk").values("pk")[:1]))
        return newest or 0, just

    newest, counts = get_or_compute(request, "passage-counts", PASSAGE_TABLES, count)
    if just is not None:
        return just
    last = latest(request).citation
    if last is None:
        return _count_since(newest, counts)
    if last <= newest:
        return counts
    return get_or_compute(request, f"passage-counts {last}", PASSAGE_TABLES, lambda: _count_since(newest, counts))


def _count_since(newest: int, counts: dict[str, int]) -> dict[str, int]:
    """Return a count with the passages that were first cited after it."""

    def since() -> QuerySet[Passage, Any]:
        before = is_published_evidence(citations=Citation.objects.filter(pk__lte=newest))
        new = visible_passages().filter(~before, pk__in=Citation.objects.filter(pk__gt=newest).values("passage"))
        return new.grouped_by_state()

    return dict(Counter(counts) + Counter(dict(compiled_rows(("passages since", newest), since))))
