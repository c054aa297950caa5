"""What other sites show of the record: a card of a pledge, a summary of a review, a badge, and oEmbed.

Only these pages may be framed. Each says of which day its data is and leads back to the page that it speaks of.
"""

import math
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, unquote, urlencode, urlsplit
from xml.sax.saxutils import escape

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from tracker.core.numbers import read_number
from tracker.opendata.http import open_data
from tracker.pledges.choices import STATUS_ORDER, Status
from tracker.pledges.models import Pledge, Review
from tracker.pledges.read.made_days import made_days_by_review
from tracker.pledges.read.summary import status_counts, summarise
from tracker.pledges.visibility import visible_reviews

WIDTH, HEIGHT = 560, 260
"""Of an embedded card, in CSS pixels."""

View = Callable[..., HttpResponseBase]
_PLAIN = "text/plain; charset=utf-8"


def _framed(view: View) -> View:
    """Let any site frame a page."""
    return open_data(require_safe(xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(view))))


def _pledge(slug: str) -> Pledge:
    pledges = Pledge.objects.with_schedule(today=timezone.localdate()).select_related("theme").filter(slug=slug)
    return get_object_or_404(pledges)


@_framed
def embed_pledge(request: HttpRequest, slug: str) -> HttpResponse:
    """The card of a pledge: what was promised, where it is, and until when we looked."""
    context = {"pledge": _pledge(slug), "today": timezone.localdate()}
    return render(request, "opendata/embed_pledge.html", context)


@_framed
def embed_review(request: HttpRequest, slug: str) -> HttpResponse:
    """The summary of a review: the answer in one sentence, and the counts."""
    today = timezone.localdate()
    review_ = get_object_or_404(visible_reviews(), slug=slug)
    tally = Pledge.objects.filter(review=review_).tally(today=today)
    made_days = made_days_by_review([review_])
    context = {
        "review": review_,
        "summary": summarise(tally, made=made_days.get(review_.pk), today=today),
        "counts": status_counts(tally),
        "today": today,
    }
    return render(request, "opendata/embed_review.html", context)


_SHADES = {
    Status.DELIVERED: ("#0e4547", "#ffffff"),
    Status.PART: ("#1f6566", "#ffffff"),
    Status.UNDER_WAY: ("#79b0ae", "#10201f"),
    Status.ANNOUNCED: ("#cfe3e1", "#10201f"),
    Status.NONE_FOUND: ("#ffffff", "#221d2b"),
    Status.DROPPED: ("#96360f", "#ffffff"),
}


@open_data
@require_safe
def badge(request: HttpRequest, slug: str) -> HttpResponse:
    """The status of a pledge as a small picture (SVG): shade and word, with the day of the data."""
    pledge_: Any = _pledge(slug)
    status = Status(pledge_.status) if pledge_.status else None
    word = str(status.label) if status else gettext("No status yet")
    day = f"{timezone.localdate():%-d %b %Y}"
    fill, ink = _SHADES.get(status, ("#ddd6c8", "#221d2b")) if status else ("#ddd6c8", "#221d2b")
    left, right = 16 + 7 * len(word), 16 + 7 * len(day)
    label = escape(f"{settings.SITE_NAME}. {word}, on {day}")
    step = STATUS_ORDER.index(status) if status in STATUS_ORDER else -1
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="24" role="img" aria-label="{label}" '
        f'data-step="{step}"><title>{label}</title>'
        f'<rect width="{left + right}" height="24" fill="#fbf9f4"/><rect width="{left}" height="24" fill="{fill}"/>'
        f'<rect x=".5" y=".5" width="{left + right - 1}" height="23" fill="none" stroke="#1c5658"/>'
        f'<g font-family="Verdana, DejaVu Sans, sans-serif" font-size="12">'
        f'<text x="8" y="16" textLength="{left - 16}" fill="{ink}">{escape(word)}</text>'
        f'<text x="{left + 8}" y="16" textLength="{right - 16}" fill="#221d2b">{escape(day)}</text></g></svg>'
    )
    return HttpResponse(svg, content_type="image/svg+xml")


@open_data
@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """The oEmbed answer (https://oembed.com) for the address of a pledge: rich, in JSON alone."""
    if request.GET.get("format", "json") != "json":
        return HttpResponse("JSON alone is offered.\n", status=501, content_type=_PLAIN)
    site = request.build_absolute_uri("/").rstrip("/")
    example = f"{site}{reverse('opendata:oembed')}?url={site}/pledges/…/"
    if not request.GET.get("url", "").strip():
        words = f"Add the address of a pledge, as in {example}\n"
        return HttpResponse(words, status=400, content_type=_PLAIN)
    try:
        pledge_ = _meant(request)
    except Http404:
        words = f"No pledge of this site is at that address. Give the address of its page, as in {example}\n"
        return HttpResponse(words, status=404, content_type=_PLAIN)
    width = _bound(request, "maxwidth", WIDTH)
    height = _bound(request, "maxheight", card_height(pledge_, width))
    return JsonResponse(
        {
            "type": "rich",
            "version": "1.0",
            "title": pledge_.title,
            "provider_name": settings.SITE_NAME,
            "provider_url": request.build_absolute_uri("/"),
            "html": frame(request, pledge_, width=width, height=height),
            "width": width,
            "height": height,
        }
    )


def _meant(request: HttpRequest) -> Pledge:
    """Return the pledge that an address leads a browser to, however it is written. Raises Http404."""
    try:
        address = urlsplit(request.GET.get("url", "").strip())
        here = urlsplit(request.build_absolute_uri("/"))
        is_ours = address.scheme in _PORTS and _host(address) == _host(here)
        path = unquote(address.path)
        match = resolve(path if path.endswith("/") else f"{path}/")
    except (ValueError, Resolver404) as error:
        raise Http404("No pledge is at this address.") from error
    if not is_ours or match.view_name != "public:pledge":
        raise Http404("No pledge is at this address.")
    return _pledge(match.kwargs["slug"])


_PORTS = {"http": 80, "https": 443}


def _host(address: SplitResult) -> tuple[str, int | None]:
    """Return host and port in one way of writing: small letters, no last dot, no port that the scheme has anyway."""
    port = None if address.port == _PORTS.get(address.scheme) else address.port
    return (address.hostname or "").rstrip("."), port


def _bound(request: HttpRequest, name: str, most: int) -> int:
    return min(most, read_number(request.GET.get(name, "")) or most)


def card_height(pledge_: Pledge, width: int) -> int:
    """Return the height in CSS pixels at which the card of a pledge shows all of its words in a width.

    Reckoned from the length of the words, generously. In a smaller frame the words scroll and the last line stays.
    """
    letters = max(width - 50, 60) / _LETTER
    words = [(pledge_.title, 1.5), (pledge_.headline or "", 1.1), (_FURTHER_WORDS, 1.0)]  # type: ignore[attr-defined]
    lines = sum(math.ceil(len(text) * size / letters) * size for text, size in words)
    return max(HEIGHT, math.ceil(90 + 24 * lines))


_LETTER = 7.5
"""The width of a letter of running text, in CSS pixels."""
_FURTHER_WORDS = "Basis, status, schedule, until when we looked, as of which day, and the way to the record" + 60 * "."
"""About as long as what a card says beside title and headline."""


def frame(request: HttpRequest, pledge_: Pledge | Review, *, width: int = WIDTH, height: int = HEIGHT) -> str:
    """Return the HTML that embeds the card of a pledge, or the summary of a review."""
    name, title = (
        ("pledge", gettext("a pledge")) if isinstance(pledge_, Pledge) else ("review", gettext("what was promised"))
    )
    address = escape(request.build_absolute_uri(reverse(f"opendata:embed-{name}", args=[pledge_.slug])))
    return (
        f'<iframe src="{address}" width="{width}" height="{height}" title="{escape(settings.SITE_NAME)}: {title}" '
        f'loading="lazy" referrerpolicy="no-referrer" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )


def discovery(request: HttpRequest, pledge_: Pledge) -> str:
    """Return the address at which oEmbed is asked for a pledge."""
    query = urlencode({"url": request.build_absolute_uri(pledge_.get_absolute_url()), "format": "json"})
    return request.build_absolute_uri(f"{reverse('opendata:oembed')}?{query}")
