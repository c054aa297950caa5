"""Linked data: a passage as a Web Annotation, the data set and a pledge in the words of schema.org.

https://www.w3.org/TR/annotation-model/ and https://schema.org. Only what is known is said: a pledge has no type of
its own in schema.org, so its page says which quotations it is based on and calls it nothing else.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from tracker.opendata.data_package import LICENCE
from tracker.pledges.models import Citation, Pledge
from tracker.sources.models import Passage

Absolute = Callable[[str], str]
ANNOTATION_TYPE = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
"""The media type of a Web Annotation (https://www.w3.org/TR/annotation-protocol/#annotations)."""


def annotation(passage: Passage, absolute: Absolute) -> dict[str, Any]:
    """Return a passage as a Web Annotation. ``absolute`` makes a whole address of a path.

    Positions count characters (Unicode code points) of the snapshot whose SHA-256 is given, that of the UTF-8 bytes of
    its text; ``schema`` is a prefix of the context of annotations. What is around the words is of their paragraph.
    """
    selectors: list[dict[str, Any]] = [
        {
            "type": "TextQuoteSelector",
            "exact": passage.exact,
            "prefix": passage.prefix,
            "suffix": passage.suffix,
        }
    ]
    if passage.start is not None:
        selectors.append({"type": "TextPositionSelector", "start": passage.start, "end": passage.end})
    source = passage.source
    target: dict[str, Any] = {"source": source.url or absolute(source.get_absolute_url()), "selector": selectors}
    if source.sha256:
        target["state"] = {
            "type": "TimeState",
            "cached": absolute(source.get_absolute_url()),
            "schema:sha256": source.sha256,
        }
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": absolute(passage.get_absolute_url()),
        "type": "Annotation",
        "motivation": "highlighting",
        "target": target,
    }


def dataset(absolute: Absolute) -> dict[str, Any]:
    """Return the whole record as a schema.org Dataset."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": settings.SITE_NAME,
        "description": (
            "What a government promised, in the exact words of its sources, and what has happened since, as an "
            "append-only record that can be verified."
        ),
        "url": absolute(reverse("opendata:index")),
        "license": LICENCE["path"],
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": "application/zip",
                "contentUrl": absolute(reverse("opendata:package")),
            },
            {
                "@type": "DataDownload",
                "encodingFormat": "text/csv",
                "contentUrl": absolute(reverse("opendata:table", args=["pledges", "csv"])),
            },
        ],
    }


def page(pledge: Pledge, citations: Iterable[Citation], absolute: Absolute) -> dict[str, Any]:
    """Return the page of a pledge as a schema.org WebPage that cites quotations."""
    return {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "name": pledge.title,
        "url": absolute(pledge.get_absolute_url()),
        "isPartOf": {"@type": "Dataset", "name": settings.SITE_NAME, "url": absolute(reverse("opendata:index"))},
        "citation": [_quotation(citation.passage, absolute) for citation in citations],
    }


def _quotation(passage: Passage, absolute: Absolute) -> dict[str, Any]:
    source = passage.source
    work: dict[str, Any] = {"@type": "CreativeWork", "name": source.display_title}
    if source.url:
        work["url"] = source.url
    if source.publisher:
        work["publisher"] = {"@type": "Organization", "name": source.publisher}
    if source.published_on:
        work["datePublished"] = source.published_on.isoformat()
    return {
        "@type": "Quotation",
        "text": passage.exact,
        "url": absolute(passage.get_absolute_url()),
        "isBasedOn": work,
    }
