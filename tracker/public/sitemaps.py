"""The sitemap: every public page of today, with its last change. Pages as of a day are not for search engines."""

import datetime as dt
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse

from tracker.pledges.models import Body, Pledge, Theme
from tracker.pledges.querysets import public_sources
from tracker.sources.models import Source


class PledgeSitemap(Sitemap):
    """Pledges, by the last entry about each."""

    def items(self) -> QuerySet[Pledge]:
        return Pledge.objects.annotate(last_entry_at=Max("updates__published_at")).order_by("pk")

    def lastmod(self, item: Pledge) -> dt.datetime | None:
        at: dt.datetime | None = item.last_entry_at  # type: ignore[attr-defined]
        return at


class SourceSitemap(Sitemap):
    """Sources that something published rests on."""

    def items(self) -> QuerySet[Source]:
        return public_sources().order_by("pk")


class GroupSitemap(Sitemap):
    """Bodies and themes."""

    def items(self) -> list[Any]:
        return [*Body.objects.order_by("pk"), *Theme.objects.order_by("pk")]


class PageSitemap(Sitemap):
    """Pages that stand alone."""

    def items(self) -> list[str]:
        ours = "dashboard pictures changes sources bodies methodology record checks corrections about"
        return [*(f"public:{name}" for name in ours.split()), "opendata:index", "opendata:api"]

    def location(self, item: str) -> str:
        return reverse(item)


SITEMAPS = {"pledges": PledgeSitemap, "sources": SourceSitemap, "groups": GroupSitemap, "pages": PageSitemap}
