"""The review that a page belongs to: its name, note, help lines and way out are on the page, and no other's."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone, translation

from tracker.pledges.derived.data_versions import rewrite_counter
from tracker.pledges.models import Review
from tracker.pledges.models.versions import facts_of_version
from tracker.pledges.read.catalogue_as_of import restore_catalogue
from tracker.pledges.visibility import visible_reviews
from tracker.web.as_of import read_as_of
from tracker.web.fragment_cache import current_locale, get_or_compute
from tracker.web.page_kinds import StaticCopy

_last_known: list[Review] = []
"""The reviews as this process read them last: for pages that say that the database does not answer."""


def known_reviews(request: HttpRequest) -> list[Review]:
    """Return every review as it is now, the latest first; where the database does not answer, as it was last.

    Read once for each request at most.
    """
    if not hasattr(request, "known_reviews"):
        if request.META.get("tracker.no_database") or request.META.get("tracker.outage"):
            return list(_last_known)
        try:
            rows = get_or_compute(request, "reviews", ["pledges_review"], _read_reviews)
        except DatabaseError:
            return list(_last_known)
        _last_known[:] = request.known_reviews = rows  # type: ignore[attr-defined]
    known: list[Review] = request.known_reviews  # type: ignore[attr-defined]
    return known


def _read_reviews() -> list[Review]:
    """Return every review with its digest: it is put together once, not with each page."""
    reviews = list(visible_reviews())
    for review in reviews:
        review.digest = digest_of_review(review)
    return reviews


def review_at(request: HttpRequest, slug: str) -> Review:
    """Return a review by its address. Raises Http404."""
    for review in known_reviews(request):
        if review.slug == slug:
            return review
    raise Http404("There is no such review.")


@contextmanager
def speaking_for(request: HttpRequest, review: Review | None) -> Iterator[None]:
    """Make the page that is rendered within one of a review: in its language, its time zone, with what is its own."""
    request.page_review = review  # type: ignore[attr-defined]
    language = review.language if review and review.language else translation.get_language()
    before = getattr(request, "locale", "")
    with translation.override(language), timezone.override(review.time_zone if review and review.time_zone else None):
        request.locale = current_locale()  # type: ignore[attr-defined]
        try:
            yield
        finally:
            request.locale = before  # type: ignore[attr-defined]


def in_review(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Give a view the review that its address names, in the place of ``slug``. 404 where there is no such review."""

    @wraps(view)
    def wrapped(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponseBase:
        review = review_at(request, slug)
        with speaking_for(request, review):
            return view(request, review, **kwargs)

    return wrapped


def page_review(request: HttpRequest) -> Review | None:
    """Return the review that a page belongs to, as it was on the day that is asked for; None where it is no one's.

    A view says it by ``speaking_for``; every other page belongs to the only review, if there is but one.
    """
    if hasattr(request, "page_review"):
        review: Review | None = request.page_review
    else:
        reviews = known_reviews(request)
        review = reviews[0] if len(reviews) == 1 else None
    if review is None or "as_of" not in request.GET:
        return review
    return review_as_of(request, review)


def copied_review(request: HttpRequest) -> str:
    """Return the slug of the review of which a copy as plain files is made; empty where none is, or of all."""
    copy = StaticCopy.of(request)
    return copy.review if copy else ""


def review_as_of(request: HttpRequest, review: Review) -> Review:
    """Return a review as it was on the day that is asked for."""
    when = read_as_of(request) if "as_of" in request.GET else None
    if when is None or when.until is None:
        return review

    def read() -> Review:
        return reviews_as_of([review], until=when.until)[0]

    # What it was on a past day changes by a withdrawal for legal reasons, which rewrites entries of facts.
    tables = ["pledges_review", rewrite_counter("pledges_factsentry")]
    try:
        return get_or_compute(request, f"review {review.pk} {when.known_on}", tables, read)
    except DatabaseError:
        return review


def reviews_as_of(reviews: Iterable[Review], *, until: dt.datetime | None) -> list[Review]:
    """Return reviews as they were before an instant; as they are for None. One query, however many there are."""
    if until is None:
        return list(reviews)
    names = [field.attname for field in Review._meta.concrete_fields]
    then = [Review(**{name: getattr(review, name) for name in names}) for review in reviews]
    restore_catalogue(then, until=until)
    return then


def digest_of_review(review: Review | None) -> str:
    """Return what moves with everything that is a review's own: parts of pages are kept by it."""
    if review is None:
        return ""
    if review.digest:
        return review.digest
    return hashlib.sha256(json.dumps(facts_of_version(review), sort_keys=True).encode()).hexdigest()
