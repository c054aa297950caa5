"""manage.py list_dearest_requests: what readers can ask for that takes most of a processor, on the data as they are.

Every public address of the URLconf is asked for, of the pledge, the body, the theme and the source that have most to
show, without parameters, with each one that a page reads, and with all of them; nothing is kept in between.
"""

import re
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import caches
from django.core.management.base import BaseCommand
from django.db.models import Count
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from tracker.pledges.models import Body, Citation, Pledge, Recommendation, RecordEntry, Review, Theme
from tracker.pledges.read.filters import PledgeFilter
from tracker.web.query_parameters import QUERY_PARAMETERS

_TABLES = ("pledges", "updates", "citations", "passages", "sources")
_SAME_FOR_ALL = ("public:log-tile", "public:log-leaves", "public:witness-add", "public:witness-log")
"""Pages that cost the same however much there is: tiles of a few thousand bytes, and heads of other logs."""
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
    values, largest = _values(), _largest()
    pages = ((page[0], path) for page in _public(get_resolver()) for path in _paths(*page, largest))
    for name, path in dict.fromkeys(pages):
        yield path
        parameters = QUERY_PARAMETERS.get(name) or ()
        filters = {key: values[key] for key in parameters if key in values}
        for key, choices in filters.items() if not name.startswith("opendata:") or len(filters) == 1 else ():
            yield from (f"{path}?{urlencode({key: value})}" for value in choices)
        if len(filters) > 1:
            yield f"{path}?{urlencode({key: choices[-1] for key, choices in filters.items()})}"


def _public(resolver: URLResolver, namespace: str = "", route: str = "") -> Iterator[tuple[str, URLPattern, str]]:
    """Yield the pages that anybody can open, but for forms: name, pattern, and route."""
    for entry in resolver.url_patterns:
        here = f"{route}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from _public(entry, entry.namespace or namespace, here)
        elif namespace in ("public", "opendata") and entry.name and f"{namespace}:{entry.name}" not in _SAME_FOR_ALL:
            yield f"{namespace}:{entry.name}", entry, here


def _paths(name: str, pattern: URLPattern, route: str, largest: dict[str, list[Any]]) -> Iterator[str]:
    """Yield the paths of one page: of those that show most, where there is one for each pledge, body and so on."""
    if name == "opendata:operation":  # the API has addresses of its own
        yield from (f"/api/v1/{part}{'' if part == 'record' else '?limit=200'}" for part in _API)
        return
    subject = re.match(r"\^?(?:embed/)?(pledges|bodies|themes|sources|reviews)/", route)
    needed = [key for key in pattern.pattern.regex.groupindex if key != "width"]
    choices: list[Iterable[Any]] = [
        largest.get(subject[1] if key == "slug" and subject else key, []) for key in needed
    ]
    for values in product(*choices):
        yield reverse(name, kwargs=dict(zip(needed, values, strict=True)))


def _largest() -> dict[str, list[Any]]:
    """Return, by what an address names, what has most to show: slugs, numbers, months, names of tables."""
    pledges = Pledge.objects.annotate(number=Count("updates")).order_by("-number", "pk")
    bodies: Any = Body.objects.with_counts()
    themes: Any = Theme.objects.with_counts()
    cited = Citation.objects.values("passage__source__slug").annotate(number=Count("pk")).order_by("-number")
    answered = Recommendation.objects.annotate(pledges_made=Count("pledges")).order_by("-pledges_made", "pk")
    examples = {
        "pledges": pledges.values_list("slug").first(),
        "bodies": bodies.order_by("-pledge_count", "pk").values_list("slug").first(),
        "themes": themes.order_by("-pledge_count", "pk").values_list("slug").first(),
        "sources": cited.values_list("passage__source__slug").first(),
        "reviews": Review.objects.values_list("slug").first(),
        "number": answered.values_list("number").first(),
        "position": RecordEntry.objects.order_by("-position").values_list("position").first(),
        "month": next(
            ((f"{at:%Y-%m}",) for (at,) in RecordEntry.objects.order_by("position").values_list("published_at")[:1]),
            None,
        ),
    }
    values: dict[str, list[Any]] = {name: [row[0]] for name, row in examples.items() if row}
    page = [f"pledges/{slug}/" for slug in values.get("pledges", [])]
    return values | {
        "old": [1], "new": values.get("position", []), "level": ["0"], "version": ["0" * 12], "page": page,
        "section": ["pledges", "sources", "groups", "pages"], "name": list(_TABLES), "extension": ["csv"],
    }  # fmt: skip


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
        "as_of": [middle.isoformat()], "happened_by": [middle.isoformat()],
        "since": [begin.isoformat()], "until": [timezone.localdate().isoformat()],
        "page": [str(pages)], "pledges_page": [str(pages)], "kind": ["pledge", "update"], "p": ["2"],
        "q": [word for word, _ in words.most_common(2)], "a": bodies[:1], "b": bodies[-1:],
    }  # fmt: skip
    form = PledgeFilter({}, queryset=Pledge.objects.for_list(today=timezone.localdate())).form
    for name, field in form.fields.items():
        if name != "q":
            values[name] = [str(value) for value, _ in field.choices if value][:6]
    return values
