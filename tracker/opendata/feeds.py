"""Atom feeds (RFC 4287): every change, of everything, a pledge, a body, a theme, or a filtered list.

An entry's id is for ever the same: a tag URI (RFC 4151) of the record's origin and the entry's position. Corrections
and withdrawals are entries like any other. The head of the record stands in each feed, so who follows one keeps it.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from tracker.opendata.views.downloads import pledge_filter
from tracker.pledges.models import Body, Pledge, RecordEntry, Theme
from tracker.pledges.querysets import PledgeQuerySet
from tracker.pledges.read.as_stated import filter_by_body
from tracker.pledges.record import checkpoints
from tracker.pledges.visibility import visible_bodies, visible_themes
from tracker.web.as_of import AsOf
from tracker.web.markdown import markdown_to_html

MAX_FEED_ENTRIES = 50
"""Entries of a feed: the latest."""


class _RecordFeed(Atom1Feed):
    """Atom with the head of the record."""

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:record": "https://c2sp.org/tlog-checkpoint"}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("record:checkpoint", checkpoints.checkpoint(checkpoints.current_head()))


class Changes(Feed):
    """Every entry of the record, newest first."""

    feed_type = _RecordFeed
    description_template = None

    def get_object(self, request: HttpRequest, **kwargs: Any) -> Any:
        return None

    def title(self, item: Any) -> str:
        return f"{settings.SITE_NAME}: every change"

    def subtitle(self, item: Any) -> str:
        return "What was published, newest first. Corrections and withdrawals are entries too."

    def link(self, item: Any) -> str:
        return reverse("public:changes")

    def feed_guid(self, item: Any) -> str:
        return tag_uri(f"feed{self.link(item)}")

    def entries(self, item: Any) -> Any:
        return RecordEntry.objects.all()

    def items(self, item: Any) -> Any:
        return self.entries(item).in_order().reverse()[:MAX_FEED_ENTRIES]

    def item_title(self, item: RecordEntry) -> str:
        return f"{item.get_kind_display()}: {item.headline or 'Text withdrawn'}"

    def item_description(self, item: RecordEntry) -> str:
        parts = [f"<p>{escape(item.pledge.title)}</p>"]
        if item.status:
            parts.append(
                f"<p>{escape(item.get_status_display())}. Happened on {item.effective_on:%-d %B %Y}; "
                f"looked until {item.looked_until:%-d %B %Y}.</p>"
            )
        if item.corrects:
            parts.append(f"<p>Entry {item.corrects.position} of the record: {escape(item.reason)}</p>")
        elif item.reason:
            parts.append(f"<p>{escape(item.reason)}</p>")
        if item.explanation:
            parts.append(markdown_to_html(item.explanation))
        parts += [
            f"<blockquote><p>“{escape(citation.passage.exact)}”</p></blockquote>" for citation in item.citations.all()
        ]
        return "".join(parts)

    def item_link(self, item: RecordEntry) -> str:
        return item.get_absolute_url()

    def item_guid(self, item: RecordEntry) -> str:
        return tag_uri(f"entry/{item.position}")

    def item_pubdate(self, item: RecordEntry) -> dt.datetime:
        return item.published_at

    def item_updateddate(self, item: RecordEntry) -> dt.datetime:
        return item.published_at

    def item_author_name(self, item: RecordEntry) -> str:
        return str(settings.SITE_NAME)

    def item_categories(self, item: RecordEntry) -> list[str]:
        return [str(item.kind)]


class PledgeFeed(Changes):
    """What happened about one pledge."""

    def get_object(self, request: HttpRequest, **kwargs: Any) -> Pledge:
        return get_object_or_404(Pledge, slug=kwargs["slug"])

    def title(self, item: Pledge) -> str:
        return f"{settings.SITE_NAME}: {item.title}"

    def link(self, item: Pledge) -> str:
        return item.get_absolute_url()

    def entries(self, item: Pledge) -> Any:
        return RecordEntry.objects.filter(pledge=item)


class _GroupFeed(Changes):
    def title(self, item: Body | Theme) -> str:
        return f"{settings.SITE_NAME}: {item}"

    def link(self, item: Body | Theme) -> str:
        return item.get_absolute_url()

    def pledges(self, item: Any) -> PledgeQuerySet:
        raise NotImplementedError

    def entries(self, item: Any) -> Any:
        return RecordEntry.objects.filter(pledge__in=self.pledges(item))


class BodyFeed(_GroupFeed):
    """What happened about the pledges of a body."""

    def get_object(self, request: HttpRequest, **kwargs: Any) -> Body:
        return get_object_or_404(visible_bodies(), slug=kwargs["slug"])

    def pledges(self, item: Body) -> PledgeQuerySet:
        return filter_by_body(Pledge.objects.all(), item, then={})


class ThemeFeed(_GroupFeed):
    """What happened about the pledges of a theme."""

    def get_object(self, request: HttpRequest, **kwargs: Any) -> Theme:
        return get_object_or_404(visible_themes(), slug=kwargs["slug"])

    def pledges(self, item: Theme) -> PledgeQuerySet:
        return Pledge.objects.filter(theme=item)


class ListFeed(Changes):
    """What happened about the pledges that filters leave today."""

    def get_object(self, request: HttpRequest, **kwargs: Any) -> Any:
        return pledge_filter(request, AsOf.now())

    def title(self, item: Any) -> str:
        in_force = ", ".join(f"{one.label}: {one.value}" for one in item.applied())
        return f"{settings.SITE_NAME}: {in_force or 'every pledge'}"

    def link(self, item: Any) -> str:
        query = item.data.urlencode()
        return reverse("public:dashboard") + (f"?{query}" if query else "")

    def entries(self, item: Any) -> Any:
        if not item.applied():
            return RecordEntry.objects.all()
        return RecordEntry.objects.filter(pledge__in=item.qs.order_by().values("pk"))


def tag_uri(name: str) -> str:
    """Return a tag URI (RFC 4151) of the record's origin: never the same as another record's."""
    authority = settings.RECORD_ORIGIN.split("/")[0]
    return f"tag:{authority},2026:{name}"
