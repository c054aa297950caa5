"""Parts of pages, kept rendered: a page that nobody has asked for yet is put together from them.

Each is kept under the versions of the tables that it shows (pledges/derived/data_versions.py), so it cannot be stale.
What the record says of a pledge is a row of StatusPeriod, which is never changed in what it says: a row of a list is
kept by its key, and outlives every entry about another pledge.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import repeat
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError
from django.http import HttpRequest
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from tracker.core.caches.render_priority import give_way
from tracker.pledges.derived.data_versions import (
    APPEND_MOSTLY_TABLES,
    VISIBLE_TABLES,
    rewrite_counter,
    visible_settings,
)
from tracker.pledges.derived.latest import Latest, read_latest
from tracker.pledges.read.list_rows import read_entry_rows
from tracker.web.as_of import AsOf
from tracker.web.page_cache import versions_for
from tracker.web.page_kinds import StaticCopy

FRAGMENT_TIMEOUT_SECONDS = 24 * 3600
"""Seconds for which a part is kept at most."""

RECORD_TABLES = frozenset([*APPEND_MOSTLY_TABLES, "pledges_searchdocument", "pledges_question", "pledges_report"])
"""The tables that each entry about any pledge adds to, and those that no list shows."""
ALL_TABLES = [*VISIBLE_TABLES, *(rewrite_counter(table) for table in APPEND_MOSTLY_TABLES)]
CATALOGUE_TABLES = [table for table in VISIBLE_TABLES if table not in RECORD_TABLES] + [
    rewrite_counter(table) for table in APPEND_MOSTLY_TABLES
]
PASSAGE_TABLES = [
    *(rewrite_counter(table) for table in ("sources_source", "sources_passage", "pledges_citation")),
    "pledges_recommendation", "pledges_conflictside",
]  # fmt: skip
"""What decides which passages readers see, and how far these are checked: but for new citations, which only add."""
STATUS_TABLES = [
    "pledges_statusupdate", "pledges_entrytext", rewrite_counter("pledges_entrytext"),
    "pledges_pledge", "pledges_theme",
]  # fmt: skip
"""The tables that decide what a pledge's StatusPeriod is, and so how many there are of each sort."""

_Value = TypeVar("_Value")


class CachedFragment:
    """Stretches of a page that show the same things: ``{% cached part "name" %}`` (fragment_tags) keeps each rendered.

    They are kept under the versions of ``tables`` and under ``by``: all that they show has to follow from these, from
    the settings and the language. ``build_context`` returns what they need, and is called once where one of them
    is not kept. Never cache anything that depends on the user.
    """

    def __init__(
        self,
        request: HttpRequest,
        tables: Iterable[str],
        *by: object,
        build_context: Callable[[], dict[str, Any]] = dict,
    ) -> None:
        self.request, self.tables, self.by, self._build_context = request, tables, by, build_context
        self._prefetched: dict[str, Any] = {}

    @cached_property
    def context(self) -> dict[str, Any]:
        """What the stretches need to be rendered."""
        return self._build_context()

    @cached_property
    def prefix(self) -> str:
        """What all of the stretches are kept by."""
        return _key(self.request, self.tables, "part", *self.by)

    def _key(self, by: Iterable[object]) -> str:
        """Return the key of a stretch. What all stretches depend on is put together once."""
        return _digest([self.prefix, *map(str, by)])

    def prefetch(self, fragments: Iterable[Sequence[object]]) -> None:
        """Read many kept fragments in one request to the cache, each ``by`` its name and more (``render``)."""
        names = [self._key(by) for by in fragments]
        self._prefetched = caches["parts"].get_many(names)

    def peek(self, by: Iterable[object]) -> Any:
        """Return what is kept ``by`` its name and more; None where nothing is."""
        return None if settings.DEBUG else caches["parts"].get(self._key(by))

    def render(self, by: Iterable[object], make: Callable[[], str]) -> SafeString:
        """Return a stretch: as it is kept ``by`` its name and more, or as ``make`` renders it."""
        return SafeString(self.get(by, lambda: str(make())))

    def get(self, by: Iterable[object], make: Callable[[], _Value]) -> _Value:
        """Return what is kept ``by`` its name and more, or what ``make`` makes, which is kept from then on."""
        give_way()
        if settings.DEBUG:
            return make()
        try:
            key = self._key(by)
        except DatabaseError:  # a page may have to say just that
            return make()
        kept = caches["parts"]
        value: _Value | None = self._prefetched.get(key) or kept.get(key)
        if value is None:
            value = make()
            kept.set(key, value, FRAGMENT_TIMEOUT_SECONDS)
        return value


def whole_page(
    request: HttpRequest, *by: object, build_context: Callable[[], dict[str, Any]] = dict
) -> CachedFragment:
    """Return a page at its address, as its template keeps it but for what is ``fresh`` in it (fragment_tags).

    What is not has to follow from the catalogue, the address and ``by``.
    """
    address = request.build_absolute_uri()
    known = request.user.is_authenticated
    return CachedFragment(
        request, CATALOGUE_TABLES, "page", address, timezone.localdate(), known, *by, build_context=build_context
    )


def get_or_compute(request: HttpRequest, name: str, tables: Iterable[str], make: Callable[[], _Value]) -> _Value:
    """Return what ``make`` returned for these tables as they are now; call it where nobody did."""
    key = _key(request, tables, name)
    value: _Value | None = caches["fragments"].get(key)
    if value is None:
        value = make()
        caches["fragments"].set(key, value, FRAGMENT_TIMEOUT_SECONDS)
    return value


def latest(request: HttpRequest) -> Latest:
    """Return where the record has got to, read once for each request."""
    if not hasattr(request, "latest"):
        request.latest = read_latest()  # type: ignore[attr-defined]
    held: Latest = request.latest  # type: ignore[attr-defined]
    return held


def citation_fragments(request: HttpRequest, context: dict[str, Any]) -> dict[int, SafeString]:
    """Return, by the key of the passage, what cites each passage of a source as HTML.

    ``context`` has what components/claims.html needs: passages, numbers, claims by passage, statuses by pledge.
    """
    names = {}
    for passage in context["passages"]:
        mine = context["claims"].get(passage.pk, [])
        statuses = [(citation.pk, context["statuses"].get(citation.about.pk)) for citation in mine]
        names[passage.pk] = _key(
            request, CATALOGUE_TABLES, "claims", passage.pk, context["numbers"][passage.pk], statuses
        )
    template = get_template("components/claims.html")
    passages = {passage.pk: passage for passage in context["passages"]}
    return _together(
        names, lambda missing: {pk: template.render(context | {"passage": passages[pk]}) for pk in missing}
    )


def entry_fragments(request: HttpRequest, keys: Sequence[tuple[int, int | None]], when: AsOf) -> list[SafeString]:
    """Return the rows of a list of changes as HTML, in the order of ``keys``: of an entry and of what ended it."""
    shared = _key(request, CATALOGUE_TABLES, "change", when.suffix)
    names = {entry: f"{shared}-{entry}-{ended_by}" for entry, ended_by in keys}
    template = get_template("components/change_row.html")

    def make(missing: list[int]) -> dict[int, str]:
        entries = read_entry_rows(missing, until=when.until)
        return {entry.pk: template.render({"entry": entry, "as_of": when}) for entry in entries}

    fragments = _together(names, make)
    return [fragments[entry] for entry, _ in keys if entry in fragments]


def row_fragments(
    request: HttpRequest,
    keys: Sequence[tuple[int, int]],
    when: AsOf,
    load: Callable[[list[int]], Iterable[Any]],
    *,
    names_reviews: bool = False,
) -> list[SafeString]:
    """Return the rows of a list of pledges as HTML, in the order of ``keys``: of pledge and StatusPeriod.

    ``load`` gets the keys of the pledges that are not kept, and returns these with all that a row shows;
    with ``names_reviews`` its review too.
    """
    # The StatusPeriod says what holds by the clock of the record; what had happened by a day follows from all entries.
    tables = ALL_TABLES if when.happened_by else CATALOGUE_TABLES
    shared = _key(request, tables, "row", when.today, when.suffix, names_reviews)
    names = {pledge: f"{shared}-{pledge}-{period}" for pledge, period in keys}
    template = get_template("components/pledge_row.html")

    def make(missing: list[int]) -> dict[int, str]:
        context = {"today": when.today, "as_of": when, "names_reviews": names_reviews}
        return {pledge.pk: template.render(context | {"pledge": pledge}) for pledge in load(missing)}

    fragments = _together(names, make)
    return [fragments[pledge] for pledge, _ in keys if pledge in fragments]


def _together(names: dict[int, str], make: Callable[[list[int]], dict[int, str]]) -> dict[int, SafeString]:
    """Return the part that is kept under each name, by its key; ``make`` makes those that are not kept yet."""
    cached = caches["fragments"].get_many(list(names.values()))
    if missing := [key for key, name in names.items() if name not in cached]:
        new = {names[key]: html for key, html in make(missing).items()}
        caches["fragments"].set_many(new, FRAGMENT_TIMEOUT_SECONDS)
        cached |= new
    return {key: mark_safe(cached[name]) for key, name in names.items() if name in cached}  # noqa: S308


def _key(request: HttpRequest, tables: Iterable[str], *parts: object) -> str:
    locale = request.__dict__.get("locale") or current_locale()
    return _digest(map(str, (_versions_of(request, tables), locale, *parts)))


def current_locale() -> str:
    """Return the language and the time zone in force. A page of a review (speaking_for) holds them as its ``locale``:
    each of its parts is kept by them.
    """
    return f"{get_language()} {timezone.get_current_timezone()}"


def _versions_of(request: HttpRequest, tables: Iterable[str]) -> str:
    """Return what moves with the settings that pages show and with tables, put together once for each request."""
    digests: dict[tuple[str, ...], str] = request.__dict__.setdefault("fragment_versions", {})
    if not digests:
        digests[()] = _digest([*visible_settings(), str(StaticCopy.of(request))])
    names = tuple(tables)
    if names not in digests:
        numbers = versions_for(request)
        # Entries of facts come with a change of what they are about; but for the first of all, for all that is there.
        has_facts = bool(numbers.get("pledges_factsentry"))
        # Each number only grows, so two states never share a sum.
        number = sum(map(numbers.get, names, repeat(0)))
        digests[names] = f"{digests[()]} {has_facts} {_digest_of_names(names)} {number}"
    return digests[names]


@lru_cache(maxsize=256)
def _digest_of_names(names: tuple[str, ...]) -> str:
    return _digest(names)


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
