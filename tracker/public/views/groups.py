"""The pages of bodies and themes, and two bodies side by side."""

from collections.abc import Iterable
from contextlib import nullcontext
from functools import partial
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tracker.pledges.choices import SubjectName
from tracker.pledges.derived.counts import (
    count_bodies_by_review,
    count_pledges_by_review,
    count_themes_by_review,
)
from tracker.pledges.derived.tally import Tally
from tracker.pledges.facts.positions import facts_entry
from tracker.pledges.models import Body, Pledge, Review, Theme
from tracker.pledges.read.as_stated import filter_by_body, restore_as_of, statements_changed_since
from tracker.pledges.read.catalogue_as_of import restore_catalogue
from tracker.pledges.read.summary import summarise
from tracker.pledges.visibility import visible_bodies, visible_themes
from tracker.public.pages.pledge_lists import BodyPage, ThemePage
from tracker.public.pages.reviews import answers_by_review
from tracker.public.views.lists import render_list
from tracker.text.sorting import sort_key
from tracker.web.as_of import mark_past_day, read_as_of
from tracker.web.fragment_cache import CATALOGUE_TABLES, CachedFragment, whole_page
from tracker.web.page_review import known_reviews, speaking_for
from tracker.web.rate_limiting import rate_limited
from tracker.web.templatetags.fragment_tags import render_page

Named = TypeVar("Named", Body, Theme)


@require_safe
def list_groups(request: HttpRequest) -> HttpResponse:
    """Every body that promised something or has to act, and every theme."""
    page = CachedFragment(request, CATALOGUE_TABLES, build_context=partial(_groups_context, known_reviews(request)))
    return render_page(request, "public/bodies.html", {"page": page, "whole_page": whole_page(request, page.prefix)})


def _groups_context(reviews: list[Review]) -> dict[str, Any]:
    """Return bodies and themes, each with how many pledges it has: of several reviews, how many of each."""
    bodies, themes = visible_bodies().with_counts(), visible_themes().with_counts()
    context: dict[str, Any] = {"bodies": _by_name(bodies), "themes": _by_name(themes)}
    if len(reviews) > 1:
        for rows, numbers in (
            (context["bodies"], count_bodies_by_review()),
            (context["themes"], count_themes_by_review()),
        ):
            for row in rows:
                row.by_review = [(review, number) for review in reviews if (number := numbers[row.pk, review.pk])]
    return context


def _by_name(rows: Iterable[Named]) -> list[Named]:
    return sorted(rows, key=lambda row: sort_key(row.name))


@require_safe
@rate_limited("search", when=lambda request: bool(request.GET.get("q") or request.GET.get("happened_by")))
def show_body(request: HttpRequest, slug: str) -> HttpResponse:
    """What one body promised or has to do."""
    when = read_as_of(request)
    rows = visible_bodies().annotate(facts_entry=facts_entry(SubjectName.BODY, until=when.until))
    body = get_object_or_404(rows, slug=slug)
    restore_catalogue([body], until=when.until)
    return render_list(BodyPage(request, when, body), "public/group.html")


@require_safe
@rate_limited("search", when=lambda request: bool(request.GET.get("q") or request.GET.get("happened_by")))
def show_theme(request: HttpRequest, slug: str) -> HttpResponse:
    """What was promised on one theme."""
    review = get_object_or_404(visible_themes().select_related("review"), slug=slug).review
    # Before the day is read: a review's own page has its time zone.
    with speaking_for(request, review) if review else nullcontext():
        when = read_as_of(request)
        rows = visible_themes().annotate(facts_entry=facts_entry(SubjectName.THEME, until=when.until))
        theme = get_object_or_404(rows, slug=slug)
        restore_catalogue([theme], until=when.until)
        return render_list(ThemePage(request, when, theme), "public/group.html")


@require_safe
@rate_limited("search", when=lambda request: bool(request.GET))
def compare(request: HttpRequest) -> HttpResponse:
    """Two bodies side by side: the sentence about each, for each review, and each one's pledges."""
    when = read_as_of(request)
    rows = list(visible_bodies())
    restore_catalogue(rows, until=when.until)
    bodies = {body.slug: body for body in _by_name(rows)}
    problems, sides = [], []
    then = statements_changed_since(until=when.until)
    for name in ("a", "b"):
        slug = request.GET.get(name, "")
        if slug in bodies:
            mine = filter_by_body(Pledge.objects.all(), bodies[slug], then=then)
            counts = count_pledges_by_review(then=then, today=when.today, pledges=mine, **when.clock)
            shown = mine.for_list(today=when.today, **when.clock).select_related("review")
            pledges = list(shown.order_by("title_key", "pk")[:MAX_COMPARED])  # type: ignore[misc]  # an annotation
            restore_as_of(pledges, **when.clock)
            answers = answers_by_review(request, when, counts)
            sides.append(
                {
                    "body": bodies[slug],
                    "answers": answers,
                    "nothing": None if answers else summarise(Tally(), made=None, **when.of_summary),
                    "total": sum(answer.tally.total for answer in answers),
                    "pledges": pledges,
                }
            )
        elif slug:
            problems.append(gettext("That body does not exist. Choose one from the list."))
    context = {
        "bodies": bodies.values(),
        "sides": sides,
        "chosen": [request.GET.get("a", ""), request.GET.get("b", "")],
        "problems": problems,
        "today": when.today,
        "as_of": when,
    }
    return mark_past_day(request, render(request, "public/compare.html", context), when)


MAX_COMPARED = 50
"""Pledges of a body that the comparison lists; the body's own page has all of them."""
