"""/styleguide/: the tokens and components of the pages, living; only with DEBUG."""

import re
from dataclasses import dataclass
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracker.pledges.choices import Status
from tracker.pledges.models import Pledge
from tracker.pledges.read.filters import PledgeFilter
from tracker.pledges.read.pledge_detail import attach_conflicts, get_pledge_detail
from tracker.public.pages.listing import read_listing
from tracker.text.diff import compare_words
from tracker.web.as_of import AsOf


@dataclass(frozen=True)
class DesignToken:
    """A custom property of the stylesheet and its value, in the light."""

    name: str
    value: str


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every token, and every component with the data of this installation, or empty where there are none."""
    when = AsOf.now()
    filterset = PledgeFilter(request.GET, queryset=Pledge.objects.for_list(today=when.today))
    shown = read_listing(request, filterset, when)
    first = Pledge.objects.for_list(today=when.today).first()
    attach_conflicts([first] if first else [], until=None)
    detail = get_pledge_detail(first.slug, today=when.today) if first else None
    context = {
        "tokens": _tokens(),
        "statuses": [*Status, None],
        "listing": shown,
        "form": filterset.form,
        "row": first,
        "pledge": detail.pledge if detail else None,
        "update": next(iter(detail.updates), None) if detail else None,
        "citation": next(iter(detail.citations), None) if detail else None,
        "pieces": compare_words("It will be published by May.", "It will be published in the autumn."),
        "today": when.today,
        "as_of": when,
    }
    return render(request, "public/styleguide.html", context)


def _tokens() -> list[DesignToken]:
    css = Path(str(finders.find("public/site.css"))).read_text(encoding="utf-8")
    return [DesignToken(*pair) for pair in re.findall(r"(--[\w-]+): ([^;]{1,60});", css[: css.index("@media")])]
