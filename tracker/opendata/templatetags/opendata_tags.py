"""Template tags that tie a page to its open data: download links, embed code, linked data."""

import json
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from tracker.opendata import jsonld
from tracker.opendata.views import embeds
from tracker.pledges.models import Pledge, Review
from tracker.web.as_of import DAY_PARAMETERS

register = template.Library()


@register.inclusion_tag("components/download_links.html")
def download_links(table: str, query: str, follow: str = "") -> dict[str, Any]:
    """The rows of a list in other forms, filtered as the page is; ``follow``: also its feed and its deadlines."""
    dated = any(f"{name}=" in query for name in DAY_PARAMETERS)
    return {"table": table, "query": f"?{query}" if query else "", "follow": bool(follow) and not dated}


@register.simple_tag(takes_context=True)
def linked_dataset(context: dict[str, Any]) -> SafeString:
    """The record as a schema.org Dataset, for the head of a page."""
    return _data_block(jsonld.dataset(context["request"].build_absolute_uri))


@register.simple_tag(takes_context=True)
def linked_page(context: dict[str, Any], pledge: Pledge, citations: Any) -> SafeString:
    """The page of a pledge with the quotations that it cites, for its head."""
    return _data_block(jsonld.page(pledge, citations, context["request"].build_absolute_uri))


def _data_block(value: dict[str, Any]) -> SafeString:
    # A data block is no script: no policy has to let it run. The three characters could end it early.
    text = json.dumps(value, ensure_ascii=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04X}")
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above


@register.simple_tag
def embed_code(request: HttpRequest, pledge: Pledge) -> str:
    """The HTML that embeds the card of a pledge."""
    return embeds.frame(request, pledge, height=embeds.card_height(pledge, embeds.WIDTH))


@register.simple_tag
def embed_review_code(request: HttpRequest, review: Review) -> str:
    """The HTML that embeds the summary of a review."""
    return embeds.frame(request, review)


@register.simple_tag
def oembed_address(request: HttpRequest, pledge: Pledge) -> str:
    """Where oEmbed is asked for a pledge."""
    return embeds.discovery(request, pledge)
