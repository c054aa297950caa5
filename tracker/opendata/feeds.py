"""Atom feeds (RFC 4287): every change, of everything, a review, a pledge, a body, a theme, or a filtered list.

An entry's id is for ever the same: a tag URI (RFC 4151) of the record's origin and the entry's position. Corrections
and withdrawals are entries like any other, and move ``updated`` of the entry that they are about. Words that are
withdrawn by law leave the feeds, and the entry that had them is told once more beside the withdrawal, without them:
so a reader’s program that holds them replaces them (RFC 4287, 4.2.6: one id is one entry). A feed has its
latest entries and leads to the earlier ones (RFC 5005): each page goes on before an entry, so that nothing is lost or
told twice while entries are added. The head of the record is in each feed, so who follows one keeps it.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import urlencode

from tracker.core.numbers import read_number
from tracker.opendata.views.downloads import pledge_filter
from tracker.pledges.choices import STATUS_KINDS, SUPERSEDING_KINDS, EntryKind
from tracker.pledges.models import Body, Pledge, RecordEntry, Review, Theme
from tracker.pledges.querysets import PledgeQuerySet
from tracker.pledges.read.as_stated import filter_by_body
from tracker.pledges.read.filters import PledgeFilter
from tracker.pledges.record import checkpoints
from tracker.pledges.visibility import visible_bodies, visible_reviews, visible_themes
from tracker.text.characters import without_xml_breakers
from tracker.web.as_of import AsOf
from tracker.web.markdown import markdown_to_html
from tracker.web.page_kinds import StaticCopy

MAX_FEED_ENTRIES = 50
"""Entries of one page of a feed."""


@dataclass(frozen=True)
class FeedPage:
    """What a feed was asked for: its subject, the entries about it, and before which position; None: the latest."""

    about: Any
    entries: Any
    before: int | None

    @classmethod
    def of(cls, request: HttpRequest, about: Any, entries: Any) -> "FeedPage":
        """Read which page is asked for. Raises Http404 where that is no position."""
        position = request.GET.get("before")
        before = read_number(position) if position else None
        if position and before is None:
            raise Http404("There is no such page of the feed.")
        return cls(about, entries, before)

    @cached_property
    def _rows(self) -> list[RecordEntry]:
        rows = self.entries if self.before is None else self.entries.filter(position__lt=self.before)
        return list(rows.in_order().prefetch_related("corrections").reverse()[: MAX_FEED_ENTRIES + 1])

    @property
    def shown(self) -> list[RecordEntry]:
        """The entries of the page, the newest first."""
        return self._rows[:MAX_FEED_ENTRIES]

    @property
    def listed(self) -> list[RecordEntry]:
        """The entries of the page; after each legal withdrawal the entry that it blanked, if another page has it."""
        withdrawals = {row.pk: row.corrects_id for row in self.shown if row.kind == EntryKind.LEGAL_WITHDRAWAL}
        elsewhere = {*withdrawals.values()} - {row.pk for row in self.shown}
        if not elsewhere:
            return self.shown
        blanked = RecordEntry.objects.filter(pk__in=elsewhere).in_order().prefetch_related("corrections")
        entries = {row.pk: row for row in blanked}
        listed: list[RecordEntry] = []
        for row in self.shown:
            listed.append(row)
            if entry := entries.pop(withdrawals.get(row.pk) or 0, None):  # once, where it was withdrawn in two steps
                listed.append(entry)
        return listed

    @property
    def earlier(self) -> int | None:
        """The position before which the next page goes on; None on the last."""
        return self.shown[-1].position if len(self._rows) > MAX_FEED_ENTRIES else None


_NOTES: dict[str, str] = {
    EntryKind.CORRECTION: "This entry was corrected by entry {} of the record.",
    EntryKind.WITHDRAWAL: "This entry was withdrawn by entry {} of the record.",
    EntryKind.LEGAL_WITHDRAWAL: "The words of this entry were withdrawn for legal reasons by entry {} of the record.",
}
"""What an entry says of a later one that is about it."""


class _RecordFeed(Atom1Feed):
    """Atom with the head of the record."""

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:record": "https://c2sp.org/tlog-checkpoint"}

    def add_root_elements(self, handler: Any) -> None:
        self.feed = _for_xml(self.feed)
        super().add_root_elements(handler)
        for rel in ("first", "next"):
            if address := self.feed.get(rel):
                handler.addQuickElement("link", "", {"rel": rel, "href": address})
        handler.addQuickElement("record:checkpoint", checkpoints.checkpoint(checkpoints.current_head()))

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, _for_xml(item))


def _for_xml(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: without_xml_breakers(value) if isinstance(value, str) else value for name, value in facts.items()}


class Changes(Feed):
    """Every entry about a pledge, newest first."""

    feed_type = _RecordFeed
    description_template = None

    def get_object(self, request: HttpRequest, **kwargs: Any) -> FeedPage:
        about = self.subject(request, **kwargs)
        return FeedPage.of(request, about, self.entries(about))

    def get_feed(self, obj: FeedPage, request: HttpRequest) -> Any:
        feed = super().get_feed(obj, request)
        feed.feed["feed_url"] = request.build_absolute_uri()
        if not StaticCopy.of(request):  # a copy has this page of it alone
            feed.feed["first"] = _page_address(request, None)
            feed.feed["next"] = _page_address(request, obj.earlier) if obj.earlier else None
        return feed

    def subject(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Return what the feed is about. Raises Http404."""
        return None

    def entries(self, about: Any) -> Any:
        """Return every entry about it."""
        return RecordEntry.objects.all()

    def title(self, page: FeedPage) -> str:
        return f"{settings.SITE_NAME}: {self.name(page.about)}"

    def name(self, about: Any) -> str:
        """Return what the feed is about, in words."""
        return "every change"

    def subtitle(self, page: FeedPage) -> str:
        return "What was published, newest first. Corrections and withdrawals are entries too."

    def link(self, page: FeedPage) -> str:
        return self.page_of(page.about)

    def page_of(self, about: Any) -> str:
        """Return the address of the page that has the same."""
        return reverse("public:changes")

    def feed_guid(self, page: FeedPage) -> str:
        return tag_uri(f"feed{self.link(page)}")

    def items(self, page: FeedPage) -> list[RecordEntry]:
        return page.listed

    def item_title(self, item: RecordEntry) -> str:
        """Return kind and headline, with what became of it since."""
        kinds = [later.kind for later in item.corrections.all() if later.kind in SUPERSEDING_KINDS]
        ended = (" (corrected since)" if kinds[0] == EntryKind.CORRECTION else " (withdrawn since)") if kinds else ""
        return f"{item.get_kind_display()}{ended}: {item.headline or 'Text withdrawn'}"

    def item_description(self, item: RecordEntry) -> str:
        """Return HTML: pledge, what later entries say of this, status and days, reason, explanation, quotations."""
        parts = [f"<p>{escape(item.pledge.title)}</p>"]
        parts += [f"<p>{_NOTES[later.kind].format(later.position)}</p>" for later in item.corrections.all()]
        if item.kind == EntryKind.WITHDRAWAL and item.corrects:
            parts.append(
                f"<p>Entry {item.corrects.position} said “{escape(item.get_status_display())}”. It no longer counts. "
                "The pledge stays on the record.</p>"
            )
        if item.kind == EntryKind.CORRECTION and item.corrects:
            status = escape(item.corrects.get_status_display())
            parts.append(f"<p>Entry {item.corrects.position} said “{status}”. This entry takes its place.</p>")
        if item.kind in STATUS_KINDS and item.effective_on and item.looked_until:
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
        """Return the instant of the last entry about it (RFC 4287, 4.2.15), or its own."""
        # When it was last corrected, withdrawn, or had its words withdrawn by law.
        times: list[dt.datetime] = [item.published_at, *(later.published_at for later in item.corrections.all())]
        return max(times)

    def item_author_name(self, item: RecordEntry) -> str:
        return str(settings.SITE_NAME)

    def item_categories(self, item: RecordEntry) -> list[str]:
        return [str(item.kind)]


class PledgeFeed(Changes):
    """What happened about one pledge."""

    def subject(self, request: HttpRequest, **kwargs: Any) -> Pledge:
        return get_object_or_404(Pledge, slug=kwargs["slug"])

    def name(self, about: Pledge) -> str:
        return about.title

    def page_of(self, about: Pledge) -> str:
        return about.get_absolute_url()

    def entries(self, about: Pledge) -> Any:
        return RecordEntry.objects.filter(pledge=about)


class _GroupFeed(Changes):
    def name(self, about: Body | Review | Theme) -> str:
        return str(about)

    def page_of(self, about: Body | Review | Theme) -> str:
        return about.get_absolute_url()

    def pledges(self, about: Any) -> PledgeQuerySet:
        """Return the pledges whose entries are in the feed."""
        raise NotImplementedError

    def entries(self, about: Any) -> Any:
        return RecordEntry.objects.filter(pledge__in=self.pledges(about))


class BodyFeed(_GroupFeed):
    """What happened about the pledges of a body."""

    def subject(self, request: HttpRequest, **kwargs: Any) -> Body:
        return get_object_or_404(visible_bodies(), slug=kwargs["slug"])

    def pledges(self, about: Body) -> PledgeQuerySet:
        return filter_by_body(Pledge.objects.all(), about, then={})


class ThemeFeed(_GroupFeed):
    """What happened about the pledges of a theme."""

    def subject(self, request: HttpRequest, **kwargs: Any) -> Theme:
        return get_object_or_404(visible_themes(), slug=kwargs["slug"])

    def pledges(self, about: Theme) -> PledgeQuerySet:
        return Pledge.objects.filter(theme=about)


class ReviewFeed(_GroupFeed):
    """What happened about the pledges of a review."""

    def subject(self, request: HttpRequest, **kwargs: Any) -> Review:
        return get_object_or_404(visible_reviews(), slug=kwargs["slug"])

    def pledges(self, about: Review) -> PledgeQuerySet:
        return Pledge.objects.filter(review=about)


class RecommendationsFeed(ReviewFeed):
    """What happened about the pledges that answer a recommendation of a review."""

    def name(self, about: Body | Review | Theme) -> str:
        return f"{about}, recommendations"

    def page_of(self, about: Body | Review | Theme) -> str:
        return reverse("public:recommendations", args=[about.slug])

    def pledges(self, about: Review) -> PledgeQuerySet:
        return super().pledges(about).filter(recommendation__isnull=False)


class ListFeed(Changes):
    """What happened about the pledges that filters leave today."""

    def subject(self, request: HttpRequest, **kwargs: Any) -> PledgeFilter:
        return pledge_filter(request, AsOf.now())

    def name(self, about: PledgeFilter) -> str:
        return ", ".join(f"{choice.label}: {choice.value}" for choice in about.applied()) or "every pledge"

    def page_of(self, about: PledgeFilter) -> str:
        query = urlencode({name: value for name, value in about.data.items() if name != "before"})
        return reverse("public:dashboard") + (f"?{query}" if query else "")

    def entries(self, about: PledgeFilter) -> Any:
        if not about.applied():
            return RecordEntry.objects.all()
        return RecordEntry.objects.filter(pledge__in=about.qs.order_by().values("pk"))


def _page_address(request: HttpRequest, before: int | None) -> str:
    query = {name: str(value) for name, value in request.GET.items() if name != "before"}
    if before is not None:
        query["before"] = str(before)
    return request.build_absolute_uri(request.path + (f"?{urlencode(sorted(query.items()))}" if query else ""))


def tag_uri(name: str) -> str:
    """Return a tag URI (RFC 4151) of the record's origin: never the same as another record's."""
    authority = settings.RECORD_ORIGIN.split("/")[0]
    return f"tag:{authority},2026:{name}"
