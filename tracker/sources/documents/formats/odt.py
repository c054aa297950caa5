"""OpenDocument texts (.odt, .ott): what a reader of the printed page would see, once and in order."""

import re
from collections.abc import Iterator
from typing import Any

from tracker.sources.documents.archive import Archive
from tracker.sources.documents.formats.odf_styles import ListNumbers, OdfStyles
from tracker.sources.documents.result import DocumentError, Extract, OnProgress, TextBuilder, propose_licence
from tracker.sources.documents.xml_elements import attribute, local_name, whole_number

_BLANK = "\x00"
"""Replaces an intended blank until the blanks of the file itself are joined."""
_SILENT = frozenset(
    "tracked-changes annotation annotation-end forms sequence-decls variable-decls user-field-decls "
    "dde-connection-decls alphabetical-index-auto-mark-file ruby-text script title desc glue-point image table-source "
    "shapes scenarios toc-mark toc-mark-start alphabetical-index-mark bookmark reference-mark meta "
    "event-listeners".split()
)
_BOXES = frozenset("frame custom-shape rect ellipse circle polygon path line connector caption g control a".split())
_PARAGRAPHS = frozenset(["p", "h"])


def read(content: bytes, content_type: str, on_progress: OnProgress) -> Extract:
    """Return the text of an OpenDocument text. Raises DocumentError."""
    archive = open_document(content)
    root = archive.xml("content.xml")
    body = root.find("{*}body/{*}text")
    if body is None:
        raise DocumentError("This OpenDocument file has no text in it: open it and save it again as .odt.")
    extracted = Extract("odt", "")
    reader = _Reader(OdfStyles(root, archive.xml("styles.xml")))
    reader.read_blocks(body)
    reader.read_notes()
    reader.text.finish(extracted)
    extracted.notes.extend(reader.warnings(root))
    propose_from_meta(archive, extracted)
    propose_licence(extracted)
    return extracted


def open_document(content: bytes) -> Archive:
    """Return the parts of an OpenDocument file. Raises DocumentError where it is locked or has none."""
    archive = Archive(content)
    if "META-INF/manifest.xml" in archive and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise DocumentError("The document is locked with a password: save a copy without one.")
    if "content.xml" not in archive:
        raise DocumentError("This OpenDocument file has no content: open it and save it again.")
    return archive


def propose_from_meta(archive: Archive, extracted: Extract) -> None:
    """Propose what the file says of itself."""
    meta = archive.xml("meta.xml")
    if meta is not None:
        for name, tag in (("title", "title"), ("publisher", "creator")):
            element = meta.find(f"{{*}}meta/{{http://purl.org/dc/elements/1.1/}}{tag}")
            extracted.propose(name, None if element is None else element.text, f"the document’s {tag}")


class _Reader:
    """Walks through the text of a document, then through its notes."""

    def __init__(self, styles: OdfStyles) -> None:
        self.text = TextBuilder()
        self._styles = styles
        self._numbers = ListNumbers(styles)
        self._notes: list[tuple[str, Any]] = []
        self._boxes: list[Any] = []
        self._label = ""
        self._depth = 0
        self._hidden: list[str] = []
        self._struck: list[str] = []
        self._prompts = self._formulas = 0

    def read_blocks(self, element: Any, kind: str = "paragraph") -> None:
        """Read the paragraphs, lists and tables of a body, a section, a cell, a box or a note."""
        for child in element:
            name = local_name(child)
            if name in _PARAGRAPHS:
                self._paragraph(child, kind)
            elif name == "list":
                self._list(child, kind)
            elif name == "numbered-paragraph":
                self._item(child, "item", self._numbers.numbered_paragraph(child))
            elif name == "table":
                self._table(child)
            elif name in _BOXES:
                self._box(child)
            elif name == "section" and attribute(child, "display") == "none":
                self._hidden.append("".join(child.itertext()))
            elif name not in _SILENT:
                self.read_blocks(child, kind)

    def read_notes(self) -> None:
        """Read the notes, in the order in which the text refers to them, each with its mark."""
        for mark, body in self._notes:
            self._label = mark
            self.read_blocks(body, "note")
            self._label = ""

    def _list(self, element: Any, kind: str) -> None:
        self._numbers.open(element)
        self._depth += 1
        for child in element:
            name = local_name(child)
            if name in ("list-item", "list-header"):
                label = self._numbers.count(child) if name == "list-item" else ""
                self._item(child, "item" if kind == "paragraph" else kind, label)
        self._depth -= 1
        self._numbers.close()

    def _item(self, item: Any, kind: str, label: str) -> None:
        self._label = label or self._label
        self.read_blocks(item, kind)
        if kind != "note":
            self._label = ""

    def _table(self, table: Any) -> None:
        for row in table.iter("{*}table-row"):
            if next(row.iterancestors("{*}table"), None) is not table:
                continue  # the row of a table within a cell, which comes with its cell
            if attribute(row, "visibility") in ("collapse", "filter"):
                self._hidden.append("".join(row.itertext()))
                continue
            for cell in row.iterchildren("{*}table-cell"):
                self.read_blocks(cell, "cell")

    def _box(self, element: Any) -> None:
        if element.find("{*}object") is not None:
            self._formulas += 1
        self.read_blocks(element)

    def _paragraph(self, paragraph: Any, kind: str) -> None:
        style = attribute(paragraph, "style-name") or ""
        pieces: list[str] = []
        boxes, self._boxes = self._boxes, []
        if self._styles.is_hidden(style) or any(
            attribute(hidden, "is-hidden") == "true" for hidden in paragraph.iter("{*}hidden-paragraph")
        ):
            self._hidden.append("".join(paragraph.itertext()))
        else:
            self._inline(paragraph, pieces)
        own_boxes, self._boxes = self._boxes, boxes
        words = re.sub(" +", " ", re.sub(r" ?\n ?", "\n", re.sub("[ \r]+", " ", "".join(pieces)))).strip(" ")
        words = words.replace(_BLANK, " ")
        level, label = self._depth, self._label
        if kind == "paragraph" and local_name(paragraph) == "h":
            kind, level = "heading", whole_number(attribute(paragraph, "outline-level"), 1)
            label = label or self._numbers.heading(paragraph, level)
        elif kind == "item" and not self._depth:
            kind = "paragraph"
        if words.strip():
            self._label = ""
        self.text.add(kind, words, level=level, label=label)
        for box in own_boxes:
            label, self._label = self._label, ""
            depth, self._depth = self._depth, 0
            self._box(box)
            self._label, self._depth = label, depth

    def _inline(self, element: Any, pieces: list[str]) -> None:
        if element.text:
            pieces.append(_folded(element.text))
        for child in element:
            self._within(child, pieces)
            if child.tail:
                pieces.append(_folded(child.tail))

    def _within(self, child: Any, pieces: list[str]) -> None:
        name = local_name(child)
        if name == "s":
            pieces.append(_BLANK * min(whole_number(attribute(child, "c"), 1), 1_000))
        elif name == "tab":
            pieces.append("\t")
        elif name == "line-break":
            pieces.append("\n")
        elif name == "note":
            mark, body = child.find("{*}note-citation"), child.find("{*}note-body")
            if body is not None:
                self._notes.append(("" if mark is None else "".join(mark.itertext()), body))
        elif name in _BOXES - {"a"} or (name == "a" and child.find("{*}frame") is not None):
            self._boxes.append(child)
        elif name == "placeholder":
            self._prompts += 1
        elif name == "hidden-text":
            if attribute(child, "is-hidden") == "false":
                pieces.append(attribute(child, "string-value") or "".join(child.itertext()))
            else:
                self._hidden.append(attribute(child, "string-value") or "".join(child.itertext()))
        elif name == "span":
            self._span(child, pieces)
        elif name not in _SILENT:
            self._inline(child, pieces)

    def _span(self, span: Any, pieces: list[str]) -> None:
        style = attribute(span, "style-name") or ""
        if self._styles.is_hidden(style):
            self._hidden.append("".join(span.itertext()))
        elif self._styles.is_struck(style):
            self._struck.append("".join(span.itertext()))
        else:
            start = len(pieces)
            self._inline(span, pieces)
            font = self._styles.symbol_font(style)
            if font:
                pieces[start:] = [self._styles.signs(font, piece) for piece in pieces[start:]]

    def warnings(self, root: Any) -> Iterator[str]:
        """Yield in words what was left out, or put in by us."""
        if next(root.iter("{*}changed-region"), None) is not None:
            yield "It has tracked changes: what was inserted is read, what was deleted is not."
        for words, label in ((self._hidden, "Hidden text"), (self._struck, "Text that is struck through")):
            if text := " ".join("".join(words).split()):
                yield f"{label} is left out: “{text[:80]}{'…' if len(text) > 80 else ''}” ({len(text):,} characters)."
        if self._prompts:
            yield f"Fields that nobody filled in show a placeholder, which is left out ({self._prompts})."
        if self._formulas:
            yield f"Formulas, charts or embedded documents are not read: look at them there ({self._formulas})."


def _folded(text: str) -> str:
    """Blanks and line ends of the file itself are one blank."""
    return re.sub(r"[ \t\r\n]+", " ", text)
