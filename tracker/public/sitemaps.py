"""The sitemap: every public page of today, with its last change. Pages as of a day are not for search engines.

An index leads to its parts, some addresses each (sitemaps.org allows 50,000).
"""

import datetime as dt
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from tracker.pledges.models import Pledge, RecordEntry
from tracker.pledges.visibility import (
    visible_bodies,
    visible_recommendations,
    visible_reviews,
    visible_sources,
    visible_themes,
)
from tracker.sources.models import Source


class _Part(Sitemap):
    limit = 1500
    """Addresses of one part. Each is written by itself: 2,500 took a third of a second of a processor."""

    def get_latest_lastmod(self) -> None:
        """Return nothing: to know it each page would have to be looked at."""


class PledgeSitemap(_Part):
    """Pledges, by the last entry about each."""

    def items(self) -> QuerySet[Pledge]:
        entries = RecordEntry.objects.filter(pledge=OuterRef("pk")).order_by("-position")
        last = Subquery(entries.values("published_at")[:1])
        return Pledge.objects.annotate(last_entry_at=last).only("slug").order_by("pk")

    def lastmod(self, item: Pledge) -> dt.datetime | None:
        at: dt.datetime | None = item.last_entry_at  # type: ignore[attr-defined]
        return at


class SourceSitemap(_Part):
    """Sources that something published cites."""

    def items(self) -> QuerySet[Source]:
        return visible_sources().only("slug").order_by("pk")


class GroupSitemap(_Part):
    """Reviews, their recommendations, bodies and themes."""

    def items(self) -> list[Any]:
        recommendations = visible_recommendations().select_related("review")
        querysets = (recommendations, visible_reviews(), visible_bodies(), visible_themes())
        return [row for queryset in querysets for row in queryset.order_by("pk")]


class PageSitemap(_Part):
    """Pages of one kind each."""

    def items(self) -> list[str]:
        ours = "dashboard reviews recommended-before pictures changes sources bodies methodology record checks "
        ours += "corrections about"
        return [*(f"public:{name}" for name in ours.split()), "opendata:index", "opendata:api"]

    def location(self, item: str) -> str:
        return reverse(item)


SITEMAPS = {"pledges": PledgeSitemap, "sources": SourceSitemap, "groups": GroupSitemap, "pages": PageSitemap}
