"""manage.py list_dearest_requests: what readers can ask for that takes most of a processor, on the data as they are.

Every public address is asked for, of the pledge, the body, the theme and the source that have most to show, without
parameters, with each one that a page reads, and with all of them; nothing is kept in between.
"""

import re
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import caches
from django.core.management.base import BaseCommand
from django.db.models import Count
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from tracker.pledges.models import Body, Citation, Pledge, RecordEntry, Review, Theme
from tracker.pledges.read.filters import PledgeFilter
from tracker.web.query_parameters import QUERY_PARAMETERS

_TABLES = ("pledges", "updates", "citations", "passages", "sources")
_API = ("pledges", "updates", "passages", "sources", "bodies", "themes", "reviews", "changes", "record")


@dataclass(frozen=True)
class MeasuredRequest:
    """One request and what it took: ``milliseconds`` of a processor, ``size`` in bytes."""

    address: str
    milliseconds: float
    status: int
    size: int
    streamed: bool


class Command(BaseCommand):
    """The dearest requests."""

    help = "Lists the public pages that take the most processor time. Run it when the site is quiet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--most", type=int, default=10, help="How many to list.")

    def handle(self, *args: Any, most: int, **options: Any) -> None:
        rows = sorted(measured(), key=lambda row: -row.milliseconds)
        for heading, streamed in (("Made whole before they are sent", False), ("Streamed or kept as files", True)):
            self.stdout.write(f"{heading}:")
            for row in [row for row in rows if row.streamed == streamed][:most]:
                self.stdout.write(f"{row.milliseconds:9.0f} ms {row.size:12,} bytes  {row.status}  {row.address}")


def measured() -> Iterator[MeasuredRequest]:
    """Yield each address with what it took. Nothing that is kept for readers is touched."""
    local = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    own = {name: {**local, "LOCATION": f"dearest-{name}"} for name in settings.CACHES}
    host = next((name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
    with override_settings(CACHES=own, READ_LIMITS={}, CLIENT_BUDGET=0, TOTAL_BUDGET=0, HEAVY_REQUESTS=0):
        client = Client(raise_request_exception=False, headers={"host": host})
        for address in [next(addresses()), *addresses()]:  # the first twice: what is loaded once is not its own
            for name in own:
                caches[name].clear()
            start = time.thread_time()
            response: Any = client.get(address, secure=settings.SECURE_SSL_REDIRECT)
            size = sum(map(len, response.streaming_content)) if response.streaming else len(response.content)
            took = time.thread_time() - start
            response.close()
            yield MeasuredRequest(address, took * 1000, response.status_code, size, response.streaming)


def addresses() -> Iterator[str]:
    """Yield the addresses to ask for."""
    values = _values()
    for name, parameters in QUERY_PARAMETERS.items():
        if name.startswith("alerts:") or name in ("live", "ready", "opendata:oembed"):
            continue
        for path in _paths(name):
            yield path
            filters = {key: values[key] for key in parameters or () if key in values}
            for key, choices in filters.items() if not name.startswith("opendata:") else ():
                yield from (f"{path}?{urlencode({key: value})}" for value in choices)
            if filters:
                yield f"{path}?{urlencode({key: choices[-1] for key, choices in filters.items()})}"


def _paths(name: str) -> list[str]:
    """Return the paths of one page: of those that show most, where there is one for each pledge, body and so on."""
    if name == "opendata:table":
        return [reverse(name, args=[table, "csv"]) for table in _TABLES]
    if name == "opendata:operation":
        return [
            reverse(name, args=[f"{part}?limit=200" if part != "record" else part]).replace("%3F", "?")
            for part in _API
        ]
    if name == "public:sitemap-part":
        return [reverse(name, args=[part]) for part in ("pledges", "sources", "groups", "pages")]
    if name == "public:month":
        first = RecordEntry.objects.order_by("position").first()
        return [reverse(name, args=[f"{first.published_at:%Y-%m}"])] if first else []
    largest = _largest()
    subject = re.search(r"pledge|card|badge|body|theme|source|review", name.partition(":")[2])
    if subject and name not in ("public:sources",):
        word = {"card": "pledge", "badge": "pledge"}.get(subject[0], subject[0])
        return [reverse(name, args=[largest[word]])] if word in largest else []
    return [reverse(name)]


def _largest() -> dict[str, str]:
    """Return the slug of the pledge, body, theme, source and review that have most to show."""
    pledges = Pledge.objects.annotate(number=Count("updates")).order_by("-number", "pk")
    bodies: Any = Body.objects.with_counts()
    themes: Any = Theme.objects.with_counts()
    cited = Citation.objects.values("passage__source__slug").annotate(number=Count("pk")).order_by("-number")
    examples = {
        "pledge": pledges.values_list("slug").first(),
        "body": bodies.order_by("-pledge_count", "pk").values_list("slug").first(),
        "theme": themes.order_by("-pledge_count", "pk").values_list("slug").first(),
        "source": cited.values_list("passage__source__slug").first(),
        "review": Review.objects.values_list("slug").first(),
    }
    return {name: row[0] for name, row in examples.items() if row}


def _values() -> dict[str, list[str]]:
    """Return, by parameter, the values that are likely to take most."""
    first, last = (RecordEntry.objects.order_by(order).first() for order in ("position", "-position"))
    begin = timezone.localdate(first.published_at) if first else timezone.localdate()
    middle = begin + (timezone.localdate(last.published_at if last else None) - begin) / 2
    words = Counter(word.lower() for title in Pledge.objects.values_list("title", flat=True)[:2000]
                    for word in set(re.findall(r"[^\W_]{3,}", title)))  # fmt: skip
    pages = max(1, Pledge.objects.count() // settings.PLEDGES_PER_PAGE // 2)
    bodies = list(Body.objects.values_list("slug", flat=True)[:2])
    values = {
        "as_of": [middle.isoformat()], "since": [begin.isoformat()], "until": [timezone.localdate().isoformat()],
        "page": [str(pages)], "pledges_page": [str(pages)], "kind": ["pledge", "update"], "p": ["2"],
        "q": [word for word, _ in words.most_common(2)], "a": bodies[:1], "b": bodies[-1:],
    }  # fmt: skip
    form = PledgeFilter({}, queryset=Pledge.objects.for_list(today=timezone.localdate())).form
    for name, field in form.fields.items():
        if name != "q":
            values[name] = [str(value) for value, _ in field.choices if value][:6]
    return values
