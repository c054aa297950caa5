"""Web pages: everything that a reader of the page would see, with the page's own furniture told apart.

lxml takes the text. Trafilatura leaves out what it holds to be furniture, which is a proposal at best: here menus and
banners stay in the text as blocks of their own kind, and a person decides.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from tracker.sources.documents.formats.html_visibility import Visibility
from tracker.sources.documents.formats.plain_text import declared_charset, decode
from tracker.sources.documents.list_numbers import RAISED, letters, roman
from tracker.sources.documents.result import (
    MAX_ELEMENTS,
    MAX_NESTING,
    DocumentError,
    Extract,
    OnProgress,
    TextBuilder,
    iso_day,
    propose_licence,
)

_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr basefont bgsound frame keygen".split()
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_SILENT = frozenset(
    "script style template head noscript iframe object textarea canvas video audio rt rp desc metadata defs "
    "annotation annotation-xml datalist noframes".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup option p "
    "plaintext pre search section select summary svg table tbody td text tfoot th thead tr "
    "ul xmp foreignobject".split()
)
_AS_IT_IS = frozenset(["pre", "listing", "xmp", "plaintext"])
_NUMBERS: dict[str, Callable[[int], str]] = {
    "a": letters,
    "A": lambda number: letters(number).upper(), "i": roman, "I": lambda number: roman(number).upper(),
    "lower-alpha": letters, "lower-latin": letters, "upper-alpha": lambda number: letters(number).upper(),
    "upper-latin": lambda number: letters(number).upper(), "lower-roman": roman,
    "upper-roman": lambda number: roman(number).upper(), "decimal-leading-zero": lambda number: f"{number:02}",
}  # fmt: skip
_MARKER_TAGS = frozenset("a b div em h1 h2 h3 h4 h5 h6 i p small span strong sup td".split())
_OPEN = re.compile(r"[^.!?:;…\s\"'”’)\]]\s*$")
"""The end of words that go on in the next block."""
_BLANK = "\x00"
"""Replaces a blank of preformatted text until other blanks are joined."""


def read(content: bytes, content_type: str, on_progress: OnProgress) -> Extract:
    """Return the text of a page, what is said of it, and notes on what was left out.

    The charset is that of ``content_type``, else the one in the first 4,096 bytes. Raises DocumentError where the page
    has too many tags or nests too deep.
    """
    import lxml.html

    extracted = Extract("html", "")
    declared = declared_charset(content_type) or declared_charset(content[:4096].decode("latin-1"))
    if declared.lower().startswith("utf-16"):  # what is written in bytes is not written in pairs of bytes
        declared = "utf-8" if content[:200].count(0) == 0 else declared
    page = decode(content, declared, extracted.notes)
    _bound_nesting(page)
    page = re.sub(r"\A\s*<\?xml[^>]{0,200}\?>", "", page)
    parser = lxml.html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, recover=True)
    root = lxml.html.document_fromstring(page.replace("\x00", ""), parser=parser)
    reader = _Reader(root)
    reader.read()
    reader.text.finish(extracted)
    extracted.notes.extend(reader.warnings())
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
            raise DocumentError(f"The page has more than {MAX_ELEMENTS:,} tags: save it as PDF and bring that in.")
        if name in _VOID or name in ("p", "li", "td", "tr", "th", "dd", "dt", "option"):
            continue  # these end by themselves, where their end is left out
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > MAX_NESTING:
            raise DocumentError(f"The page nests more than {MAX_NESTING} elements: save it as PDF and bring that in.")


class _Reader:
    """Walks through a page; gathers the words of one block until the next begins."""

    def __init__(self, root: Any) -> None:
        self.text = TextBuilder()
        self._root = root
        self._visibility = Visibility(root)
        self._pieces: list[str] = []
        self._kinds: list[tuple[str, int]] = [("paragraph", 0)]
        self._lists: list[_List] = []
        self._label = ""
        self._furniture = self._as_it_is = self._raised = 0
        self._struck: list[str] = []
        self._formulas = 0
        self._markers: list[str] = []  # the columns or pages of a printed edition that begin within the block
        self._interrupted: list[str] = []  # and those that begin between the last block and this one

    def read(self) -> None:
        """Walk the tree once, and collect the text and what each stretch of it is."""
        from lxml import etree

        walk = etree.iterwalk(self._root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            tag = element.tag.lower() if isinstance(element.tag, str) else ""
            if event == "start":
                if self._is_left_out(element, tag):
                    skipped = element
                    walk.skip_subtree()
                else:
                    self._start(element, tag)
                continue
            if element is skipped:
                skipped = None
            else:
                self._end(element, tag)
            self._say(element.tail)
        self._flush()
        for marker in self._interrupted:
            self.text.add("furniture", marker)

    def _is_left_out(self, element: Any, tag: str) -> bool:
        if tag in _MARKER_TAGS and self._visibility.is_marker(element):
            self._markers.append(" ".join(element.text_content().split()))
            return True
        if tag in _SILENT or (tag == "title" and self._root is not element):
            return True
        if tag in ("del", "s", "strike") or self._visibility.is_struck(element):
            self._struck.append(element.text_content())
            return True
        return self._visibility.is_hidden(element, tag)

    def _start(self, element: Any, tag: str) -> None:
        if tag in _BLOCKS:
            self._flush()
            self._kinds.append(self._kind(element, tag))
        if tag == "br":
            self._pieces.append("\n")
        elif tag in ("ol", "ul", "menu", "dir"):
            self._lists.append(_List(element, self._visibility))
        elif tag == "li" and self._lists:
            self._label = self._lists[-1].count(element)
        elif tag == "math":
            self._formulas += 1
        if self._visibility.is_furniture(element, tag):
            self._flush()
            self._furniture += 1
        self._as_it_is += tag in _AS_IT_IS
        self._raised += tag == "sup" and re.fullmatch(r"\s*\d+\s*", element.text_content()) is not None
        self._say(element.text)

    def _end(self, element: Any, tag: str) -> None:
        if tag in _BLOCKS:
            self._flush()
            self._kinds.pop()
        if tag in ("ol", "ul", "menu", "dir"):
            self._lists.pop()
        elif tag == "li":
            self._label = ""
        if self._visibility.is_furniture(element, tag):
            self._flush()
            self._furniture -= 1
        self._as_it_is -= tag in _AS_IT_IS
        self._raised -= tag == "sup" and re.fullmatch(r"\s*\d+\s*", element.text_content()) is not None

    def _kind(self, element: Any, tag: str) -> tuple[str, int]:
        if re.fullmatch("h[1-6]", tag):
            return "heading", int(tag[1])
        if tag in ("td", "th"):
            return "cell", 0
        if tag == "li":
            return "item", max(1, len(self._lists))
        return self._kinds[-1]

    def _say(self, words: str | None) -> None:
        if not words:
            return
        if self._as_it_is:
            words = words.replace("\r\n", "\n").replace(" ", _BLANK)
        else:
            words = re.sub("[ \t\r\n\f]+", " ", words)
        self._pieces.append(words.strip().translate(RAISED) if self._raised else words)

    def _flush(self) -> None:
        words, self._pieces = "".join(self._pieces), []
        words = re.sub(" ?\n ?", "\n", re.sub(" +", " ", words)).strip(" \n").replace(_BLANK, " ")
        if not words.strip():
            self._interrupted, self._markers = [*self._interrupted, *self._markers], []
            return
        kind, level = self._kinds[-1]
        label, self._label = self._label, ""
        kind = "furniture" if self._furniture else kind
        last = self.text.blocks[-1] if self.text.blocks else None
        if self._interrupted and last and kind == last.kind == "paragraph" and not label:
            before = self.text.reopen()
            between = " " if _OPEN.search(before) and words[:1].isalnum() else "\n\n"
            if between == " ":
                words = before + between + words
            else:
                self.text.add(last.kind, before, level=last.level)
        self.text.add(kind, words, level=level, label=label)
        for marker in (*self._interrupted, *self._markers):
            self.text.add("furniture", marker)
        self._interrupted, self._markers = [], []

    def warnings(self) -> Iterator[str]:
        """Yield in words what was left out, or told apart."""
        blocks = self.text.blocks
        furniture = [block for block in blocks if block.kind == "furniture"]
        if furniture and len(furniture) == len(blocks):  # then it is the page
            blocks[:] = [block._replace(kind="paragraph") for block in blocks]
        elif furniture:
            characters = sum(block.end - block.start for block in furniture)
            yield (
                f"Navigation, banners, the header and footer of the page, or columns and pages of a printed edition, "
                f"are told apart from its text ({len(furniture)} pieces, {characters:,} characters)."
            )
        yield from self._visibility.warnings()
        if text := " ".join("".join(self._struck).split()):
            yield f"Text that is struck through is left out: “{text[:80]}” ({len(text):,} characters)."
        if self._formulas:
            yield f"Formulas are read as one line each: compare them with the page ({self._formulas})."


class _List:
    """Counts the items of a list as a browser does."""

    def __init__(self, element: Any, visibility: Visibility) -> None:
        style = visibility.list_style(element)
        self._is_numbered = element.tag == "ol" and style != "none"
        self._format = _NUMBERS.get(style or element.get("type") or "", str)
        self._step = -1 if element.get("reversed") is not None else 1
        items = sum(child.tag == "li" for child in element)
        self._next = _whole(element.get("start"), items if self._step < 0 else 1)

    def count(self, item: Any) -> str:
        """Count an item, and return its number as it is seen."""
        number = _whole(item.get("value"), self._next)
        self._next = number + self._step
        return f"{self._format(number)}." if self._is_numbered else ""


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"\s*-?[0-9]{1,8}\s*", text) else otherwise


def _propose_from_page(extracted: Extract, root: Any) -> None:
    def first(path: str) -> str:
        values = root.xpath(path)
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
            value = root.xpath(path)
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
