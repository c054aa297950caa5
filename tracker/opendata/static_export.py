"""The whole public site as plain files: what any static host serves when nobody runs a program any more.

Pages are asked for as a reader asks, link by link from the first, and written under their own addresses. What needs a
program (forms, other days, combined filters, the API) is left out and its links become plain text, so that every link
in the copy leads somewhere. A run that was stopped goes on where it was, for as long as the data is the same.
"""

import json
import os
import posixpath
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from tracker.pledges.choices import SearchResultType
from tracker.pledges.derived.data_versions import entity_tag
from tracker.pledges.models import Pledge, Review, SearchDocument
from tracker.pledges.visibility import visible_reviews, visible_sources
from tracker.text.sorting import sort_key
from tracker.web.context_processors import frame_words
from tracker.web.page_kinds import StaticCopy

STATE = ".site-export.json"
"""In the folder: what was written, and of which data version. It marks a folder as ours."""

_START = [
    "/",
    "/robots.txt",
    "/sitemap.xml",
    *(f"/sitemap-{part}.xml" for part in ("pledges", "sources", "groups", "pages")),
    "/data/package.zip",
    "/data/datapackage.json",
    "/record/record.ndjson",
    "/record/head.txt",
    "/record/verify_record.py",
    "/.well-known/record-head.json",
    "/deadlines.ics",
    "/feed.atom",
]
_INDEX = "/index/"
_NEEDS_A_PROGRAM = (
    "/desk/",
    "/admin/",
    "/accounts/",
    "/follow/",
    "/report/",
    "/setup/",
    "/api/",
    "/compare/",
    "/oembed",
    "/record/proofs/",
    "/record/log/",
)
_ALONE = {"page", "status", "theme", "schedule", "basis"}
"""Parameters that get their own files if they are the only one in an address."""

_SAVE_EVERY = 200


class ForeignFolderError(ValueError):
    """The folder has files in it that no export wrote."""


@dataclass(frozen=True)
class Progress:
    """How far an export is: files written, and files that are known to be left."""

    written: int
    left: int
    changed: bool = False
    """Whether the data changed while it was written: what was written first may then be older."""


def export(folder: Path, *, review: Review | None = None) -> Iterator[Progress]:
    """Write the site into a folder, yielding how far it is; the last is how it ended.

    Of one ``review``: its pages, its pledges, the sources that they cite, and the record, which is one chain; its
    front page is that of the copy. Each file is whole or absent, at any moment. Files of an earlier export that are no
    longer part of the site are removed at the end, no others. Raises ForeignFolderError, OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state_file = folder / STATE
    if not state_file.exists() and any(folder.iterdir()):
        raise ForeignFolderError(
            f"{folder} has other files in it: choose an empty folder, or one of an earlier export."
        )
    scope = _Scope.of(review) if review else _Scope()
    edition = _edition(review)
    before = _read(state_file)
    links: dict[str, list[str]] = before["links"] if before["edition"] == edition else {}
    _save(state_file, edition, links, before["files"])
    site = _Site(scope)
    waiting, known = deque(scope.start), {*scope.start, _INDEX}
    written = 0
    while waiting:
        url = waiting.popleft()
        if url not in links or not (folder / file_of(url)).exists():
            links[url] = _write(folder, url, site)
        for link in links[url]:
            if link not in known:
                known.add(link)
                waiting.append(link)
        written += 1
        if written % _SAVE_EVERY == 0:
            _save(state_file, edition, links, before["files"])
            yield Progress(written, len(waiting))
    _put_page(folder / "404.html", "/404.html", site.get("/404.html").content.decode(), scope)
    if scope.front:
        _put_page(folder / "index.html", scope.front, site.get(scope.front).content.decode(), scope)
    _index(folder, scope, known)
    files = sorted({*map(file_of, known), "404.html", "search-index.json", *(["index.html"] if scope.front else [])})
    for gone in set(before["files"]) - set(files):
        (folder / gone).unlink(missing_ok=True)
    _save(state_file, edition, links, files)
    yield Progress(written, 0, changed=_edition(review) != edition)


def _edition(review: Review | None) -> str:
    return entity_tag("site", settings.SITE_URL, review.slug if review else "")


def file_of(url: str) -> str:
    """Return the file, from the folder, that an address of the site is written to."""
    parts = urlsplit(url)
    path = unquote(parts.path).lstrip("/")
    if parts.query:
        name, value = parse_qsl(parts.query)[0]
        path = posixpath.join(path, "list", f"{name}-{value}/")
    return posixpath.join(path, "index.html") if path.endswith("/") or not path else path


def address_of(url: str) -> str:
    """Return the address at which a static host serves what an address of the site was written to."""
    file = file_of(url)
    return "/" + quote(file.removesuffix("index.html") if file.endswith("index.html") else file)


def exported_link(link: str, page: str) -> str | None:
    """Return the address of the site that a link on a page leads to; None where the copy has no such file."""
    parts = urlsplit(urljoin(page, link))
    if parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return None
    if parts.path.startswith(_NEEDS_A_PROGRAM):
        return None
    parameters = parse_qsl(parts.query)
    if parts.query and (len(parameters) != 1 or parameters[0][0] not in _ALONE or not parts.path.endswith("/")):
        return None
    if parameters and not all(character.isalnum() or character in "-_" for character in parameters[0][1]):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True)
class _Scope:
    """Which addresses a copy has: all that a link leads to, or those of one review."""

    start: tuple[str, ...] = tuple(_START)
    front: str = ""
    beginnings: tuple[str, ...] = ("/",)
    pages: frozenset[str] = frozenset()
    review: str = ""
    """The slug of the one review; empty: all."""

    @classmethod
    def of(cls, review: Review) -> "_Scope":
        """Return the addresses of one review."""
        pledges = Pledge.objects.filter(review=review)
        front = review.get_absolute_url()
        pages = {"/methodology/", "/about/", "/how-to-search/"}
        slugs_of_pledges = pledges.values_list("slug", flat=True)
        pages |= {f"/pledges/{slug}/{part}" for slug in slugs_of_pledges for part in ("", "record/")}
        pages |= {source.get_absolute_url() for source in visible_sources(review=review.slug).only("slug")}
        proof = ("/record/record.ndjson", "/record/head.txt", "/record/verify_record.py", "/robots.txt")
        return cls((front, *proof), front, (front, "/record/", settings.STATIC_URL), frozenset(pages), review.slug)

    def has(self, path: str) -> bool:
        """Whether the copy has what is at a path."""
        return path.startswith(self.beginnings) or path in self.pages


class _Site:
    """The public site, asked as a reader asks."""

    def __init__(self, scope: _Scope) -> None:
        self.scope = scope
        parts = urlsplit(settings.SITE_URL)
        self.client = Client(
            raise_request_exception=True,
            headers={"host": parts.netloc},
            **{StaticCopy.KEY: StaticCopy(scope.review)},  # type: ignore[arg-type]
        )
        self.secure = parts.scheme == "https"

    def get(self, url: str) -> Any:
        """Return the answer of the site to a reader, as for a plain copy."""
        return self.client.get(url, secure=self.secure)


def _write(folder: Path, url: str, site: _Site) -> list[str]:
    """Write one address and return those that it leads to."""
    if url.startswith(settings.STATIC_URL):
        _put(folder / file_of(url), [_static(url.removeprefix(settings.STATIC_URL))])
        return []
    answer = site.get(url)
    if answer.status_code != 200:
        raise OSError(f"{url} answered {answer.status_code}: nothing of it is written.")
    path = folder / file_of(url)
    if not answer.get("Content-Type", "").startswith("text/html"):
        _put(path, answer if answer.streaming else [answer.content])
        return []
    return _put_page(path, url, answer.content.decode(), site.scope)


def _put_page(path: Path, url: str, text: str, scope: _Scope) -> list[str]:
    page = _Page(url, scope)
    page.feed(text)
    page.close()
    _put(path, ["".join(page.out).encode()])
    return page.links


def _static(name: str) -> bytes:
    """Return a static file: as collected, else as it is in its package."""
    collected = Path(settings.STATIC_ROOT) / name
    return (collected if collected.is_file() else Path(str(finders.find(name)))).read_bytes()


def _put(path: Path, pieces: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        for piece in pieces:
            file.write(piece)
    part.replace(path)


class _Page(HTMLParser):
    """A page on its way into a file: its links lead to files, its forms are left out."""

    def __init__(self, url: str, scope: _Scope) -> None:
        super().__init__(convert_charrefs=False)
        self.url, self.scope = url, scope
        self.out: list[str] = []
        self.links: list[str] = []
        self.forms = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.forms += tag == "form"
        if self.forms:
            return
        raw = self.get_starttag_text() or ""
        values = dict(attrs)
        name = "href" if "href" in values else "src"
        link = values.get(name)
        if link and not link.startswith("#") and (link.startswith(("/", "?")) or "://" not in link):
            raw = self._led(tag, attrs, name, link)
        self.out.append(raw)

    def _led(self, tag: str, attrs: list[tuple[str, str | None]], name: str, link: str) -> str:
        target = exported_link(link, self.url)
        if target is not None and target != _INDEX and not self.scope.has(urlsplit(target).path):
            target = None
        if target is not None:
            self.links.append(target)
            fragment = urlsplit(link).fragment
            link = address_of(target) + (f"#{fragment}" if fragment else "")
        elif tag != "a":
            return ""
        attributes = [
            (key, link if key == name else value) for key, value in attrs if key != name or target is not None
        ]
        attributes = [(key, value) for key, value in attributes if not key.startswith("hx-")]
        words = [key if value is None else f'{key}="{escape(value)}"' for key, value in attributes]
        return f"<{' '.join([tag, *words])}>"

    def handle_endtag(self, tag: str) -> None:
        if not self.forms:
            self.out.append(f"</{tag}>")
        self.forms -= tag == "form"

    def _as_it_is(self, text: str) -> None:
        if not self.forms:
            self.out.append(text)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._as_it_is(self.get_starttag_text() or "")

    def handle_data(self, data: str) -> None:
        self._as_it_is(data)

    def handle_entityref(self, name: str) -> None:
        self._as_it_is(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._as_it_is(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._as_it_is(f"<!{decl}>")


def _index(folder: Path, scope: _Scope, known: set[str]) -> None:
    """Write what replaces search: one page with everything by kind and title, and the same as JSON."""
    rows_shown = SearchDocument.objects.defer("lead_terms", "rest_terms")
    documents = sorted(
        (shown for shown in rows_shown if not scope.front or urlsplit(shown.url).path in known),
        key=lambda document: (document.kind, sort_key(document.title), document.pk),
    )
    groups = [(kind, [document for document in documents if document.kind == kind]) for kind in SearchResultType]
    reviews = list(visible_reviews())
    context = {
        "groups": groups,
        "copied_from": settings.SITE_URL,
        **frame_words(reviews[0] if len(reviews) == 1 else None, reviews),
        "several_reviews": len(reviews) > 1,
        "written_on": timezone.localdate(),
    }
    _put_page(folder / file_of(_INDEX), _INDEX, render_to_string("opendata/site_index.html", context), scope)
    rows = [
        {"kind": document.kind, "title": document.title, "text": document.body, "url": document.url}
        for document in documents
    ]
    _put(folder / "search-index.json", [json.dumps(rows, ensure_ascii=False).encode()])


def _read(state_file: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads(state_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        state = {}
    return {"edition": "", "links": {}, "files": []} | state


def _save(state_file: Path, edition: str, links: dict[str, list[str]], files: Iterable[str]) -> None:
    state = {"edition": edition, "links": links, "files": sorted(files)}
    part = state_file.with_suffix(".part")
    part.write_text(json.dumps(state), encoding="utf-8")
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(state_file)
