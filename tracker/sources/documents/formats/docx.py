"""Word documents (.docx)."""

import io
import re
import zipfile
from collections.abc import Iterator

from tracker.sources.documents.result import DocumentError, Extract, OnProgress, iso_day, propose_licence

_MAX_PART_BYTES = 40 * 1024 * 1024
"""Bytes of one part of a .docx once unpacked."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read(content: bytes, content_type: str, on_progress: OnProgress) -> Extract:
    extracted = Extract("docx", "")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if len(names) > 5_000:
            raise DocumentError("The document has more than 5,000 parts.")
        body = _part(archive, "word/document.xml")
        beside = [f"word/{name}.xml" for name in ("footnotes", "endnotes")]
        notes = [_part(archive, name) for name in beside if name in names]
        core = _part(archive, "docProps/core.xml") if "docProps/core.xml" in names else None
    paragraphs = [line for part in (body, *notes) for line in _word_lines(part)]
    extracted.text = "\n\n".join(paragraphs)
    if next(body.iter(f"{_W}ins", f"{_W}del"), None) is not None:  # type: ignore[attr-defined]
        extracted.notes.append("It has tracked changes: what was inserted is read, what was deleted is not.")
    if core is not None:
        for name, tag in (
            ("title", "{http://purl.org/dc/elements/1.1/}title"),
            ("publisher", "{http://purl.org/dc/elements/1.1/}creator"),
        ):
            extracted.propose(name, core.findtext(tag), f"the document’s {tag.rpartition('}')[2]}")  # type: ignore[attr-defined]
        for tag in ("created", "modified"):
            if day := re.match(r"\d{4}-\d{2}-\d{2}", core.findtext(f"{{http://purl.org/dc/terms/}}{tag}") or ""):  # type: ignore[attr-defined]
                extracted.propose("published_on", iso_day(day[0]), f"when the document was {tag}")
    propose_licence(extracted)
    return extracted


def _part(archive: zipfile.ZipFile, name: str) -> object:
    """Return a part of the document, unpacked within bounds and parsed without entities, DTD or network."""
    from lxml import etree

    with archive.open(name) as file:
        content = file.read(_MAX_PART_BYTES + 1)
    if len(content) > _MAX_PART_BYTES:
        raise DocumentError(f"A part of the document unpacks to more than {_MAX_PART_BYTES:,} bytes.")
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content:
        raise DocumentError("The document declares entities, which no Word document does.")
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
