"""Render a page with a list of pledges: the whole page, or its results for htmx."""

from django.http import HttpResponse
from django.shortcuts import render

from tracker.public.pages.pledge_lists import PledgeListPage
from tracker.web.as_of import mark_past_day
from tracker.web.page_kinds import vary_on_htmx, wants_fragment
from tracker.web.templatetags.fragment_tags import render_page


def render_list(page: PledgeListPage, template: str) -> HttpResponse:
    """Return the page, or for a request of htmx its results alone. The answer varies on HX-Request."""
    if wants_fragment(page.request):
        response = render(page.request, "public/_results.html", page.context)
    else:
        response = render_page(page.request, template, page.context)
    return vary_on_htmx(mark_past_day(page.request, response, page.when))
