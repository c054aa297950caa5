"""Render a page with a list of pledges: the whole page, or its results for htmx."""

from django.http import HttpResponse
from django.shortcuts import render

from tracker.public.pages.pledge_lists import PledgeListPage
from tracker.web.as_of import mark_past_day
from tracker.web.page_kinds import vary_on_htmx, wants_fragment


def render_list(page: PledgeListPage, template: str) -> HttpResponse:
    """Return the page, or for a request of htmx its results alone. The answer varies on HX-Request."""
    name = "public/_results.html" if wants_fragment(page.request) else template
    return vary_on_htmx(mark_past_day(page.request, render(page.request, name, page.context), page.when))
