"""Zip archives and XML parts, opened within bounds: no bomb unpacks, no entity is resolved, nothing is fetched."""

import io
import posixpath
import zipfile
from typing import Any

from tracker.sources.documents.result import IN_PARTS, SAVE_AGAIN, DocumentError

MAX_PART_BYTES = 40 * 1024 * 1024
"""Bytes of one part once unpacked."""
MAX_ARCHIVE_BYTES = 100 * 1024 * 1024
"""Bytes of all the parts that are read of one document, once unpacked."""
MAX_PARTS = 5_000


class Archive:
    """The parts of a document that is a zip archive."""

    def __init__(self, content: bytes) -> None:
        """Open an archive. Raises DocumentError for one that has too many parts or is damaged."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise DocumentError(f"The document is damaged: its archive cannot be opened. {SAVE_AGAIN}") from error
        self.names = self._zip.namelist()
        if len(self.names) > MAX_PARTS:
            raise DocumentError(f"The document has more than {MAX_PARTS:,} parts: save it as PDF and bring that in.")
        self._known = set(self.names)
        self._unpacked = 0

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def read(self, name: str) -> bytes:
        """Return a part unpacked. Raises DocumentError where it, or all that was read, is too large or is locked."""
        info = self._zip.getinfo(name)
        if info.flag_bits & 1:
            raise DocumentError("The document is locked with a password: save a copy without one.")
        try:
            with self._zip.open(info) as file:
                content = file.read(MAX_PART_BYTES + 1)
        except MemoryError:
            raise
        except Exception as error:  # the library raises a dozen kinds over a damaged archive
            raise DocumentError(f"The document is damaged: a part of it cannot be unpacked. {SAVE_AGAIN}") from error
        self._unpacked += len(content)
        if len(content) > MAX_PART_BYTES:
            raise DocumentError(f"A part of the document unpacks to more than {MAX_PART_BYTES:,} bytes. {IN_PARTS}")
        if self._unpacked > MAX_ARCHIVE_BYTES:
            raise DocumentError(f"The document unpacks to more than {MAX_ARCHIVE_BYTES:,} bytes. {IN_PARTS}")
        return content

    def xml(self, name: str) -> Any:
        """Return the root element of a part, or None where there is no such part."""
        if name not in self._known:
            return None
        content = self.read(name)
        if b"<!DOCTYPE" in content[:4096]:
            raise DocumentError(f"A part of it declares entities (shorthands of XML). {SAVE_AGAIN}")
        return parse_xml(content)

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Return what a part of an Office document refers to: by id, the last word of its type, and its part."""
        folder, _, file = name.rpartition("/")
        part = f"{folder}/_rels/{file}.rels".lstrip("/")
        root = self.xml(part)
        if root is None:
            return {}
        parts = {}
        for relation in root.iter("{*}Relationship"):
            if relation.get("TargetMode") != "External":
                target = relation.get("Target") or ""
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                kind = (relation.get("Type") or "").rpartition("/")[2]
                parts[relation.get("Id") or ""] = (kind, posixpath.normpath(path))
        return parts


def parse_xml(content: bytes) -> Any:
    """Return the root element of XML, parsed without entities, DTD or network.

    Raises DocumentError where it declares entities, or is none.
    """
    from lxml import etree

    if b"<!ENTITY" in content:
        raise DocumentError(f"The document declares entities (shorthands of XML), which are not read. {SAVE_AGAIN}")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(f"The document is damaged: the XML in it is not well formed. {SAVE_AGAIN}") from error
    subset = root.getroottree().docinfo.internalDTD
    if subset is not None and next(subset.iterentities(), None) is not None:
        raise DocumentError(f"The document declares entities (shorthands of XML), which are not read. {SAVE_AGAIN}")
    return root
