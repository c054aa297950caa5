"""The text of a document, from its bytes: plain Python without Django, run in a child process (isolating.py).

Nothing is guessed away: the text is what the document has, and whatever is odd about it (its encoding, damage, pages
without text, characters that nobody sees) is said in a note. What can't be read is refused in words that a person can
act on. Sizes, nesting and numbers are bounded before a parser sees anything.
"""

import datetime as dt
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field

from tracker.sources.matching import refused_characters

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes of a document."""
LONGEST_TEXT = 4_000_000
"""Characters of its text."""
MOST_PAGES = 3_000
DEEPEST = 300
"""How far the elements of a page may nest."""
MOST_ELEMENTS = 300_000
_LARGEST_PART = 40 * 1024 * 1024
"""Bytes of one part of a .docx once unpacked."""

Tell = Callable[[int, int], None]
"""Told how many pages of how many are done."""


class Unreadable(Exception):
    """Why there is no text, in words for the person who brought the document in."""


@dataclass(frozen=True)
class Proposal:
    """Something that the document says of itself, and where it says so; a person confirms it."""

    value: str
    origin: str


@dataclass
class Extract:
    """The text of a document, and what a person must know of it.

    ``pages`` are the starts of the pages in characters, where the document has pages. ``proposals`` are by the name
    of the field of Source: title, publisher, published_on (ISO 8601), licence, url.
    """

    form: str
    text: str
    pages: list[int] = field(default_factory=list)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def propose(self, name: str, value: str | None, origin: str) -> None:
        """Keep a proposal, unless there is one already or the value is empty."""
        value = " ".join((value or "").split())[:1000]
        if value and name not in self.proposals and not next(refused_characters(value), None):
            self.proposals[name] = Proposal(value, origin)


def extract(content: bytes, *, name: str = "", content_type: str = "", tell: Tell = lambda done, of: None) -> Extract:
    """Return the text of a document. ``name`` and ``content_type`` are what it came with; the bytes decide.

    Raises Unreadable.
    """
    if not content.strip(b"\x00 \t\r\n"):
        raise Unreadable("The document is empty.")
    if len(content) > LARGEST_FILE:
        raise Unreadable(f"The document has {len(content):,} bytes; at most {LARGEST_FILE:,} can be brought in.")
    form = _form(content, name.lower(), content_type.lower())
    read = {"pdf": _from_pdf, "docx": _from_docx, "html": _from_html, "text": _from_text}[form]
    try:
        found = read(content, content_type.lower(), tell)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # a parser of damaged documents raises anything: whatever it is, they are damaged
        raise Unreadable(f"The document is damaged: it can’t be read as {_CALLED[form]}.") from error
    found.text = _storable(found)
    if not found.text.strip():
        raise Unreadable("There is no text in the document.")
    if len(found.text) > LONGEST_TEXT:
        raise Unreadable(f"Its text has {len(found.text):,} characters; at most {LONGEST_TEXT:,} can be brought in.")
    found.notes.extend(oddities(found.text))
    return found


_CALLED = {"pdf": "a PDF", "docx": "a Word document", "html": "a web page", "text": "text"}

# --- Which kind of document ----------------------------------------------------------------------

_OTHERS = {
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"II*\x00": "a picture (TIFF)",
    b"MM\x00*": "a picture (TIFF)",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"\x1f\x8b": "an archive (gzip)",
    b"BZh": "an archive (bzip2)",
    b"7z\xbc\xaf": "an archive (7z)",
    b"Rar!": "an archive (RAR)",
    b"\xfd7zXZ": "an archive (xz)",
    b"\xd0\xcf\x11\xe0": "an old Office file (.doc, .xls): save it as .docx or PDF",
    b"{\\rtf": "an RTF file: save it as .docx or PDF",
    b"SQLite format 3": "a database",
    b"OggS": "sound or film",
    b"ID3": "sound",
}


def _form(content: bytes, name: str, content_type: str) -> str:
    head = content[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        if _is_docx(content):
            return "docx"
        raise Unreadable("This is an archive (zip), no document: unpack it and bring its documents in one by one.")
    for magic, what in _OTHERS.items():
        if head.startswith(magic):
            raise Unreadable(f"This is {what}, whatever its name says.")
    for ending, what in ((".pdf", "PDF"), (".docx", "Word document")):
        if name.endswith(ending):
            raise Unreadable(f"It is named {ending}, but its bytes are no {what}.")
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    marked = start.startswith((b"<!doctype html", b"<html", b"<!--")) or b"<body" in start or b"<head" in start
    if start.startswith((b"<?xml", b"<svg")) and b"<html" not in start:
        raise Unreadable("This is XML or a drawing (SVG), neither a page nor plain text.")
    if marked or "html" in content_type or name.endswith((".html", ".htm", ".xhtml")):
        return "html"
    return "text"


def _is_docx(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "word/document.xml" in archive.namelist()
    except Exception:  # whatever is wrong with it, it is none
        return False


# --- Plain text ----------------------------------------------------------------------------------

_BOMS = [
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
]


def _decoded(content: bytes, declared: str, notes: list[str]) -> str:
    """Return the text of bytes; every doubt about the encoding becomes a note."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                raise Unreadable(f"It begins as {encoding.upper()}, but byte {error.start + 1} fits none.") from error
    if declared:
        try:
            text = content.decode(declared)
        except LookupError:
            notes.append(f"It says that it is encoded as “{declared[:40]}”, which is not known.")
        except UnicodeDecodeError as error:
            notes.append(f"It says that it is encoded as {declared}, but byte {error.start + 1} is not.")
        else:
            if "\x00" not in text:
                return text
    zeros = content[:4000].count(0)
    if zeros > len(content[:4000]) // 5:
        encoding = "utf-16-le" if content[:4000:2].count(0) < content[1:4000:2].count(0) else "utf-16-be"
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            raise Unreadable("These bytes are no text: one in five is zero.") from None
        notes.append(f"Nothing says how it is encoded; it was read as {encoding.upper()}.")
        return text
    if zeros:
        raise Unreadable("These bytes are no text: there are zeros among them.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        where = error.start + 1
    for encoding, called in (("cp1252", "Windows-1252"), ("latin-1", "Latin-1")):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        notes.append(f"Not UTF-8 (byte {where}): read as {called}. Compare quotation marks and accents.")
        return text
    raise Unreadable("Its encoding could not be told.")


def _charset(told: str) -> str:
    """Return the encoding that a header or a page names, or nothing."""
    match = re.search(r"charset=[\"']?([A-Za-z0-9_.:-]{1,40})", told, re.IGNORECASE)
    return match[1] if match else ""


def _from_text(content: bytes, content_type: str, tell: Tell) -> Extract:
    found = Extract("text", "")
    found.text = _decoded(content, _charset(content_type), found.notes)
    first = next((line.strip() for line in found.text[:5000].splitlines() if line.strip()), "")
    if len(first) <= 200:
        found.propose("title", first, "the first line")
    _propose_licence(found)
    return found


# --- Web pages -----------------------------------------------------------------------------------

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


def _from_html(content: bytes, content_type: str, tell: Tell) -> Extract:
    import lxml.html

    found = Extract("html", "")
    page = _decoded(content, _charset(content_type) or _charset(content[:4096].decode("latin-1")), found.notes)
    _bound_nesting(page)
    page = re.sub(r"\A\s*<\?xml[^>]{0,200}\?>", "", page)
    parser = lxml.html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, recover=True)
    root = lxml.html.document_fromstring(page.replace("\x00", ""), parser=parser)
    found.text = _page_text(root)
    _propose_from_page(found, root)
    _propose_licence(found)
    return found


def _bound_nesting(page: str) -> None:
    """Raise Unreadable for a page that nests too deep or has too many elements; linear, no parser involved."""
    depth = number = 0
    for match in _TAG.finditer(page):
        name = match[2].lower()
        number += 1
        if number > MOST_ELEMENTS:
            raise Unreadable(f"The page has more than {MOST_ELEMENTS:,} tags.")
        if name in _VOID or name in ("p", "li", "td", "tr", "th", "dd", "dt", "option"):
            continue  # these end by themselves, where their end is left out
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > DEEPEST:
            raise Unreadable(f"The page nests its elements more than {DEEPEST} deep.")


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


def _propose_from_page(found: Extract, root: object) -> None:
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
                found.propose(field_name, str(value), origin)
    for origin, path in (
        ('<meta property="article:published_time">', "//meta[@property='article:published_time']/@content"),
        ('<meta name="date">', "//meta[translate(@name,'DATE','date')='date']/@content"),
        ('<meta name="dc.date">', "//meta[translate(@name,'DCATE','dcate')='dc.date']/@content"),
        ("<time datetime>", "//time/@datetime"),
    ):
        if day := re.match(r"\d{4}-\d{2}-\d{2}", first(path)):
            found.propose("published_on", _day(day[0]), origin)


# --- PDF -----------------------------------------------------------------------------------------


def _from_pdf(content: bytes, content_type: str, tell: Tell) -> Extract:
    import pypdf

    found = Extract("pdf", "")
    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("The PDF is locked with a password: save a copy without one.")
    number = len(reader.pages)
    if number > MOST_PAGES:
        raise Unreadable(f"The PDF has {number:,} pages; at most {MOST_PAGES:,} can be brought in.")
    pieces: list[str] = []
    at, without, broken = 0, [], []
    for index in range(number):
        try:
            text = reader.pages[index].extract_text().strip("\n")
        except Exception:  # one damaged page does not take the others with it
            text = ""
            broken.append(index + 1)
        if not text.strip() and index + 1 not in broken:
            without.append(index + 1)
        found.pages.append(at)
        pieces.append(text)
        at += len(text) + 2
        if at > LONGEST_TEXT:
            raise Unreadable(f"Its text has more than {LONGEST_TEXT:,} characters.")
        tell(index + 1, number)
    if len(without) == number:
        raise Unreadable(
            "No page of the PDF has text: it is scanned, pictures of pages. Run it through text recognition (OCR), "
            "compare the result, and bring that in."
        )
    if without:
        found.notes.append(f"Pages without text, perhaps scanned: {_listed(without)}.")
    if broken:
        found.notes.append(f"Pages that are damaged and left out: {_listed(broken)}.")
    found.text = "\n\n".join(pieces)
    try:
        about: dict[str, object] = dict(reader.metadata or {})
        found.propose("title", str(about.get("/Title") or ""), "the PDF’s title")
        found.propose("publisher", str(about.get("/Author") or ""), "the PDF’s author")
        if day := re.match(r"D:(\d{4})(\d{2})(\d{2})", str(about.get("/CreationDate") or "")):
            found.propose("published_on", _day("-".join(day.groups())), "when the PDF was made")
    except Exception:  # what it says of itself may be damaged, and its text is not
        found.notes.append("What the PDF says of itself is damaged.")
    _propose_licence(found)
    return found


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:20])
    return f"{shown} and {len(numbers) - 20} more" if len(numbers) > 20 else shown


# --- Word documents ------------------------------------------------------------------------------

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _from_docx(content: bytes, content_type: str, tell: Tell) -> Extract:
    found = Extract("docx", "")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if len(names) > 5_000:
            raise Unreadable("The document has more than 5,000 parts.")
        body = _part(archive, "word/document.xml")
        beside = [f"word/{name}.xml" for name in ("footnotes", "endnotes")]
        notes = [_part(archive, name) for name in beside if name in names]
        core = _part(archive, "docProps/core.xml") if "docProps/core.xml" in names else None
    paragraphs = [line for part in (body, *notes) for line in _word_lines(part)]
    found.text = "\n\n".join(paragraphs)
    if next(body.iter(f"{_W}ins", f"{_W}del"), None) is not None:  # type: ignore[attr-defined]
        found.notes.append("It has tracked changes: what was inserted is read, what was deleted is not.")
    if core is not None:
        for name, tag in (
            ("title", "{http://purl.org/dc/elements/1.1/}title"),
            ("publisher", "{http://purl.org/dc/elements/1.1/}creator"),
        ):
            found.propose(name, core.findtext(tag), f"the document’s {tag.rpartition('}')[2]}")  # type: ignore[attr-defined]
        for tag in ("created", "modified"):
            if day := re.match(r"\d{4}-\d{2}-\d{2}", core.findtext(f"{{http://purl.org/dc/terms/}}{tag}") or ""):  # type: ignore[attr-defined]
                found.propose("published_on", _day(day[0]), f"when the document was {tag}")
    _propose_licence(found)
    return found


def _part(archive: zipfile.ZipFile, name: str) -> object:
    """Return a part of the document, unpacked within bounds and parsed without entities, DTD or network."""
    from lxml import etree

    with archive.open(name) as file:
        content = file.read(_LARGEST_PART + 1)
    if len(content) > _LARGEST_PART:
        raise Unreadable(f"A part of the document unpacks to more than {_LARGEST_PART:,} bytes.")
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content:
        raise Unreadable("The document declares entities, which no Word document does.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)


def _word_lines(part: object) -> Iterator[str]:
    for paragraph in part.iter(f"{_W}p"):  # type: ignore[attr-defined]
        pieces = []
        for element in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen"):
            tag = element.tag.rpartition("}")[2]
            pieces.append({"t": element.text or "", "tab": "\t", "noBreakHyphen": "\u2011"}.get(tag, "\n"))
        line = "".join(pieces)
        if line.strip():
            yield line


# --- Shared --------------------------------------------------------------------------------------

_LICENCES = [
    ("ogl-3.0", re.compile(r"Open Government Licen[cs]e", re.I)),
    ("opl-3.0", re.compile(r"Open Parliament Licen[cs]e", re.I)),
    ("cc-by-sa-4.0", re.compile(r"CC[ -]BY-SA 4\.0|Attribution-ShareAlike 4\.0", re.I)),
    ("cc-by-4.0", re.compile(r"CC[ -]BY 4\.0|Creative Commons Attribution 4\.0", re.I)),
    ("all-rights-reserved", re.compile(r"all rights reserved", re.I)),
]


def _propose_licence(found: Extract) -> None:
    for licence, pattern in _LICENCES:
        if match := pattern.search(found.text):
            found.propose("licence", licence, f"its words “{match[0]}” at character {match.start() + 1}")
            return


def _day(value: str) -> str:
    try:
        return dt.date.fromisoformat(value).isoformat()
    except ValueError:
        return ""


def _storable(found: Extract) -> str:
    """The text without what no database keeps; each such character is replaced by U+FFFD and told."""
    bad = [at for at, character in enumerate(found.text) if character == "\x00" or "\ud800" <= character <= "\udfff"]
    if not bad:
        return found.text
    found.notes.append(f"{len(bad)} characters can’t be kept and stand as “\ufffd”, the first at {bad[0] + 1}.")
    letters = list(found.text)
    for at in bad:
        letters[at] = "\ufffd"
    return "".join(letters)


# UTF-8 that was read as Windows-1252: the usual remains of quotation marks, dashes, accents and the pound sign.
_MOJIBAKE = re.compile("â€[\u0080-\u00ff™œ“”˜¦¢]?|Ã[\u0080-\u00bf¡-¿ƒ‚„…†‡ˆ‰Š‹Œ]|Â[\u00a0-\u00bf]|ï»¿|ï¿½")
_STRAY = re.compile(r"(?<=\s)â(?=\s)|[”“]; ?(?=\W|\Z)")


def oddities(text: str) -> Iterator[str]:
    """Yield, in words, what is odd about a text: damage, stray signs, lost or invisible characters."""
    for pattern, what in ((_MOJIBAKE, "Damaged characters"), (_STRAY, "Stray characters")):
        places = list(pattern.finditer(text))
        if places:
            first = places[0]
            where = f"in {len(places)} places, the first at character {first.start() + 1}"
            yield f"{what} such as “{first[0].strip()}” {where}."
    if lost := text.count("\ufffd"):
        at = text.index("\ufffd") + 1
        yield f"{lost} characters were lost before it came here: they stand as “\ufffd”, the first at {at}."
    unseen = []
    for refused in refused_characters(text):
        unseen.append(refused)
        if len(unseen) > 1_000:
            break
    if unseen:
        yield f"{len(unseen)} characters that nobody sees, the first {unseen[0]}: no passage can hold one."


def main() -> None:
    """Read a document on standard input, write its extract as JSON, and tell progress on standard error.

    The first line of the input is JSON with its name and content_type.
    """
    about = json.loads(sys.stdin.buffer.readline())

    def tell(done: int, of: int) -> None:
        print(f"{done}/{of}", file=sys.stderr, flush=True)

    try:
        found = extract(sys.stdin.buffer.read(), tell=tell, **about)
        answer = asdict(found)
    except Unreadable as error:
        answer = {"unreadable": str(error)}
    except MemoryError:
        answer = {"unreadable": "The document needs more memory than one document may take."}
    json.dump(answer, sys.stdout)
