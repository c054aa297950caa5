"""What every page needs to know of the site and of the review that it belongs to."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from tracker.pledges.models import Review
from tracker.web.as_of import DAY_PARAMETERS
from tracker.web.fragment_cache import CachedFragment
from tracker.web.page_kinds import StaticCopy
from tracker.web.page_review import digest_of_review, known_reviews, page_review


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
        "record_head": CachedFragment(request, ["pledges_statusupdate", "pledges_factsentry"], timezone.localdate()),
        "copied_from": settings.SITE_URL if copy else "",
        "written_on": timezone.localdate() if copy else None,
        "site_notice": settings.SITE_NOTICE,
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
