"""Web pages: everything that a reader of the page would see."""

import re
from collections.abc import Iterator

from tracker.sources.documents.formats.plain_text import declared_charset, decode
from tracker.sources.documents.result import (
    MAX_ELEMENTS,
    MAX_NESTING,
    DocumentError,
    Extract,
    OnProgress,
    iso_day,
    propose_licence,
)

_VOID = frozenset(
    re.findall(
        r"\w+",
        "area base br col embed hr img input link meta param source track wbr basefont bgsound frame keygen ",
    )
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_UNSEEN = frozenset(["script", "style", "template", "head", "noscript", "svg", "iframe", "object", "textarea"])
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body caption dd details dialog div dl dt fieldset figcaption figure "
        "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main nav ol option p pre section select "
        "summary table tbody td tfoot th thead tr ul ",
    )
)


def read(content: bytes, content_type: str, on_progress: OnProgress) -> Extract:
    import lxml.html

    extracted = Extract("html", "")
    page = decode(
        content, declared_charset(content_type) or declared_charset(content[:4096].decode("latin-1")), extracted.notes
    )
    _bound_nesting(page)
    page = re.sub(r"\A\s*<\?xml[^>]{0,200}\?>", "", page)
    parser = lxml.html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, recover=True)
    root = lxml.html.document_fromstring(page.replace("\x00", ""), parser=parser)
    extracted.text = _page_text(root)
    _propose_from_page(extracted, root)
    propose_licence(extracted)
    return extracted


def _bound_nesting(page: str) -> None:
    """Raise DocumentError for a page that nests too deep or has too many elements; linear, no parser involved."""
    depth = number = 0
    for match in _TAG.finditer(page):
        name = match[2].lower()
        number += 1
        if number > MAX_ELEMENTS:
            raise DocumentError(f"The page has more than {MAX_ELEMENTS:,} tags.")
        if name in _VOID or name in ("p", "li", "td", "tr", "th", "dd", "dt", "option"):
            continue  # these end by themselves, where their end is left out
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > MAX_NESTING:
            raise DocumentError(f"The page nests its elements more than {MAX_NESTING} deep.")


def _page_text(root: object) -> str:
    """Everything that a reader of the page would see, a block a paragraph; nothing is judged to be mere furniture."""
    pieces: list[str] = []
    for piece in _pieces(root):
        if piece == "\n\n" and (not pieces or pieces[-1] == "\n\n"):
            continue
        pieces.append(piece)
    blocks = "".join(pieces).split("\n\n")
    lines = (re.sub(r" ?\n ?", "\n", re.sub(r"[ \t\r\f\v]+", " ", block)) for block in blocks)
    return "\n\n".join(line.strip() for line in lines if line.strip())


def _pieces(root: object) -> Iterator[str]:
    from lxml import etree

    skipping = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            skipping += tag in _UNSEEN
            if not skipping:
                if tag in _BLOCKS:
                    yield "\n\n"
                if tag == "br":
                    yield "\n"
                yield re.sub(r"\s+", " ", element.text or "") if tag != "pre" else element.text or ""
            continue
        if not skipping and tag in _BLOCKS:
            yield "\n\n"
        skipping -= tag in _UNSEEN
        if not skipping:
            yield re.sub(r"\s+", " ", element.tail or "")


def _propose_from_page(extracted: Extract, root: object) -> None:
    def first(path: str) -> str:
        values = root.xpath(path)  # type: ignore[attr-defined]
        return str(values[0]) if values else ""

    for field_name, paths in {
        "title": [
            ('<meta property="og:title">', "string(//meta[@property='og:title']/@content)"),
            ("<h1>", "normalize-space(//h1)"),
            ("<title>", "normalize-space(//title)"),
        ],
        "publisher": [
            ('<meta property="og:site_name">', "string(//meta[@property='og:site_name']/@content)"),
            ('<meta name="dc.publisher">', "string(//meta[translate(@name,'DCPT','dcpt')='dc.publisher']/@content)"),
            ('<meta name="author">', "string(//meta[@name='author']/@content)"),
        ],
        "url": [
            ('<link rel="canonical">', "string(//link[@rel='canonical']/@href)"),
            ('<meta property="og:url">', "string(//meta[@property='og:url']/@content)"),
        ],
    }.items():
        for origin, path in paths:
            value = root.xpath(path)  # type: ignore[attr-defined]
            if field_name != "url" or str(value).startswith(("http://", "https://")):
                extracted.propose(field_name, str(value), origin)
    for origin, path in (
        ('<meta property="article:published_time">', "//meta[@property='article:published_time']/@content"),
        ('<meta name="date">', "//meta[translate(@name,'DATE','date')='date']/@content"),
        ('<meta name="dc.date">', "//meta[translate(@name,'DCATE','dcate')='dc.date']/@content"),
        ("<time datetime>", "//time/@datetime"),
    ):
        if day := re.match(r"\d{4}-\d{2}-\d{2}", first(path)):
            extracted.propose("published_on", iso_day(day[0]), origin)
