"""What every page needs to know of the site and of the review that it belongs to."""

import datetime as dt
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from tracker.core import triggers
from tracker.core.mail import is_mail_set_up
from tracker.pledges.models import Review
from tracker.web.as_of import DAY_PARAMETERS
from tracker.web.fragment_cache import CachedFragment, latest
from tracker.web.page_kinds import StaticCopy
from tracker.web.page_review import digest_of_review, known_reviews, page_review
from tracker.web.templatetags.site_tags import day


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name, what is its review's own, and of which site a page is written as a file.

    Also the parts that all pages share: ``frame``, by the name of the view and the review, and ``record_head``, by
    the record.
    """
    copy = StaticCopy.of(request)
    match = request.resolver_match
    review, reviews = page_review(request), known_reviews(request)
    days = [request.GET.get(name, "") for name in DAY_PARAMETERS]
    by = (match.view_name if match else "", digest_of_review(review), len(reviews) > 1, *days)
    return {
        "frame": CachedFragment(request, (), *by),
        "record_head": HeadStretches(request),
        "copied_from": settings.SITE_URL if copy else "",
        "written_on": timezone.localdate() if copy else None,
        "site_notice": settings.SITE_NOTICE,
        "sends_email": is_mail_set_up(),
        "several_reviews": len(reviews) > 1,
        **frame_words(review, reviews),
    }


def frame_words(review: Review | None, reviews: list[Review]) -> dict[str, Any]:
    """Return what the top and the foot of pages and letters of a review say.

    A page of several has the help lines of the installation, and a way out where one of the reviews has one: a way
    out names no subject.
    """
    if review is not None:
        return {
            "site_name": settings.SITE_NAME,
            "page_review": review,
            "publisher": review.publisher or settings.SITE_NAME,
            "content_note": review.content_note,
            "leave_url": review.leave_url,
            "helplines": review.help_line_pairs,
        }
    ways_out = [listed.leave_url for listed in reviews if listed.leave_url]
    return {
        "site_name": settings.SITE_NAME,
        "page_review": None,
        "publisher": settings.SITE_NAME,
        "content_note": "",
        "leave_url": settings.LEAVE_URL or (ways_out[0] if ways_out else ""),
        "helplines": settings.HELPLINES,
    }


class HeadStretches:
    """What the top and the foot of every page say of the record, as HTML; empty where the database does not respond.

    Each entry changes it: it is made once for all pages.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def dormant(self) -> SafeString:
        """That nothing was added to the record for a long time, or nothing yet."""
        return self._stretches[0]

    @property
    def line(self) -> SafeString:
        """How far the record goes, and whether it is read-only."""
        return self._stretches[1]

    @cached_property
    def _stretches(self) -> tuple[SafeString, SafeString]:
        tables = ["pledges_statusupdate", "pledges_factsentry"]
        part = CachedFragment(self.request, tables, "record head", timezone.localdate())
        try:
            lost = bool(cache.get_or_set("guards-missing", lambda: bool(triggers.missing(connection)), timeout=60))
            return part.get([lost], lambda: (self._render_dormant(), self._render_line(is_read_only=lost)))
        except DatabaseError:
            return SafeString(""), SafeString("")

    def _render_dormant(self) -> SafeString:
        last = latest(self.request).entry
        oldest = timezone.now() - dt.timedelta(days=settings.DORMANT_AFTER_DAYS)
        if last is not None and last.published_at >= oldest:
            return SafeString("")
        context = {"is_new": last is None, "since": last and last.published_at}
        return SafeString(get_template("components/dormant.html").render(context))

    def _render_line(self, *, is_read_only: bool) -> SafeString:
        """Without a template: each page in each process needs it anew after each entry."""
        line, last = SafeString(""), latest(self.request).link
        if is_read_only:
            words = gettext(
                "<b>The record is read-only.</b> A trigger of the database is missing. Nothing can be published until "
                "an operator restores it."
            )
            line += format_html('<p class="legal">{}</p>', SafeString(words))
        if last is not None:
            words = ngettext("The record has %(n)s entry.", "The record has %(n)s entries.", last.position)
            address, head, advice = _around_head(get_language())
            line += format_html(
                '<p class="legal">{} <a href="{}">{} <code>{}</code>, {}</a>. {}</p>',
                words % {"n": last.position}, address, head, last.digest[:16], day(last.published_at), advice,
            )  # fmt: skip
        return line


@lru_cache(maxsize=64)
def _around_head(language: str | None) -> tuple[str, str, str]:
    """Return what is around the head of the record in the language in force: an address, and words."""
    return reverse("public:record"), gettext("Head:"), gettext("Keep a copy. It shows whether anything was rewritten.")
