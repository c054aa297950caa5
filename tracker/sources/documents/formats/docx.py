"""Word documents (.docx, .docm, .dotx; also Strict): what a reader of the printed page would see, once and in order.

Own code on lxml, because no library reads boxes, tracked changes, numbers and hidden text right at once
(docs/decisions/0017-document-readers.md).
"""

import re
from collections.abc import Iterator
from typing import Any

from tracker.sources.documents.archive import Archive
from tracker.sources.documents.formats.word_numbering import (
    Numbering,
    WordStyles,
    either,
    font_of,
    switched_on,
    value,
)
from tracker.sources.documents.list_numbers import roman
from tracker.sources.documents.result import DocumentError, Extract, OnProgress, TextBuilder, propose_licence
from tracker.sources.documents.symbol_fonts import UNKNOWN_SIGN, is_symbol_font, meaning
from tracker.sources.documents.xml_elements import attribute, local_name, whole_number

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w:",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
}
_INLINE = frozenset(
    "w:hyperlink w:ins w:moveTo w:smartTag w:customXml w:fldSimple w:dir w:bdo w:sdtContent w:ruby w:rubyBase".split()
)
_BLOCKS = frozenset("w:ins w:moveTo w:customXml w:sdtContent w:smartTag".split())
_DELETED = frozenset(["w:del", "w:moveFrom"])
_SIGNS = {
    "w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "\u2011",
    "w:softHyphen": "",  # seen at a line end alone, and the line ends of the page are not those of the text
}  # fmt: skip


def read(content: bytes, content_type: str, on_progress: OnProgress) -> Extract:
    """Return the text of a Word document. Raises DocumentError."""
    archive = Archive(content)
    main = _main_part(archive)
    extracted = Extract("docx", "")
    reader = _Reader(archive, main)
    reader.read_story(archive.xml(main).find("{*}body"))
    reader.read_notes()
    reader.text.finish(extracted)
    extracted.notes.extend(reader.warnings())
    _propose(archive, extracted)
    propose_licence(extracted)
    return extracted


def _main_part(archive: Archive) -> str:
    for kind, name in archive.relations("").values():
        if kind == "officeDocument" and name in archive:
            return name
    if "word/document.xml" in archive:
        return "word/document.xml"
    raise DocumentError("This Word document has no main part: open it in Word and save it again.")


def _propose(archive: Archive, extracted: Extract) -> None:
    name = next((part for kind, part in archive.relations("").values() if kind == "core-properties"), "")
    core = archive.xml(name or "docProps/core.xml")
    if core is not None:
        extracted.propose("title", core.findtext("{http://purl.org/dc/elements/1.1/}title"), "the document’s title")
        creator = core.findtext("{http://purl.org/dc/elements/1.1/}creator")
        extracted.propose("publisher", creator, "the document’s creator")


class _Reader:
    """Walks through the stories of a document: its body, then its notes."""

    def __init__(self, archive: Archive, main: str) -> None:
        self.text = TextBuilder()
        self._archive = archive
        parts: dict[str, str] = {}
        for kind, name in archive.relations(main).values():
            parts.setdefault(kind, name)
        folder = main.rpartition("/")[0]
        self._parts = {
            kind: parts.get(kind, f"{folder}/{kind}.xml") for kind in ("styles", "numbering", "footnotes", "endnotes")
        }
        self._styles = WordStyles(archive.xml(self._parts["styles"]))
        self._numbering = Numbering(archive.xml(self._parts["numbering"]), self._styles)
        self._names: dict[str, str] = {}
        self._fields: list[bool] = []  # for each open field, whether its code is being read
        self._references: dict[str, list[str]] = {"footnotes": [], "endnotes": []}
        self._carried: list[str] = []  # the words of a paragraph whose mark was deleted
        self._boxes: list[Any] = []
        self._paragraph_style = ""
        self._dropped = self._shown = False
        self._tracked = self._prompts = self._formulas = self._drawings = 0
        self._hidden: list[str] = []
        self._struck: list[str] = []
        self._signs: set[str] = set()

    def read_story(self, element: Any, kind: str = "paragraph") -> None:
        """Read the paragraphs and tables of a body, a cell, a box or a note."""
        if element is None:
            return
        for child in element:
            name = self._name(child)
            if name == "w:p":
                self._paragraph(child, kind)
            elif name == "w:tbl":
                self._table(child)
            elif name == "w:sdt":
                self._control(child, lambda content: self.read_story(content, kind))
            elif name in _BLOCKS:
                self.read_story(child, kind)
            elif name in _DELETED:
                self._tracked += 1
            elif name == "mc:AlternateContent":
                self.read_story(_choice(child), kind)
            elif name == "w:altChunk":
                self._drawings += 1

    def read_notes(self) -> None:
        """Read the footnotes and endnotes that the text refers to, in the order in which it does."""
        if self._carried:
            self._flush("paragraph", "".join(self._carried), None)
            self._carried = []
        for kind, references in self._references.items():
            root = self._archive.xml(self._parts[kind]) if references else None
            bodies = {} if root is None else {attribute(note, "id"): note for note in root}
            for number, reference in enumerate(dict.fromkeys(references), start=1):
                body = bodies.get(reference.removesuffix("*"))
                if body is None:
                    continue
                own_mark = reference.endswith("*")
                self._label = "" if own_mark else str(number) if kind == "footnotes" else roman(number)
                self._fields = []
                self.read_story(body, "note")
                self._label = ""

    _label = ""

    def _name(self, element: Any) -> str:
        tag = element.tag
        if (name := self._names.get(tag)) is None:
            space, _, local = str(tag).rpartition("}")
            name = self._names[tag] = _PREFIXES.get(space[1:], "?:") + local
        return name

    # --- Paragraphs and tables -----------------------------------------------------------------

    def _table(self, table: Any) -> None:
        for row in self._within(table, "w:tr"):
            properties = row.find("{*}trPr")
            if properties is not None and properties.find("{*}del") is not None:
                self._tracked += 1
                continue
            if switched_on(properties, "hidden"):
                self._hidden.append("".join(row.itertext())[:60])
                continue
            for cell in self._within(row, "w:tc"):
                self.read_story(cell, "cell")

    def _within(self, element: Any, wanted: str) -> Iterator[Any]:
        for child in element:
            name = self._name(child)
            if name == wanted:
                yield child
            elif name in _BLOCKS or name == "w:sdt":
                yield from self._within(child, wanted)
            elif name in _DELETED:
                self._tracked += 1

    def _control(self, control: Any, go_on: Any) -> None:
        if switched_on(control.find("{*}sdtPr"), "showingPlcHdr"):
            self._prompts += 1
            return
        content = control.find("{*}sdtContent")
        if content is not None:
            go_on(content)

    def _paragraph(self, paragraph: Any, kind: str) -> None:
        properties = paragraph.find("{*}pPr")
        self._paragraph_style = (value(properties, "pStyle") if properties is not None else None) or ""
        self._paragraph_style = self._paragraph_style or self._styles.default
        pieces: list[str] = []
        self._dropped = self._shown = False
        boxes, self._boxes = self._boxes, []
        self._inline(paragraph, pieces)
        own_boxes, self._boxes = self._boxes, boxes
        mark = None if properties is None else properties.find("{*}rPr")
        words = "".join(pieces)
        if mark is not None and any(mark.find(f"{{*}}{name}") is not None for name in ("del", "moveFrom")):
            self._tracked += 1
            self._carried.append(words)
        elif properties is not None and _is_drop_cap(properties) and words.strip():
            self._carried.append(words.strip())  # the first letter of the paragraph that comes next
        elif words or self._carried or not self._dropped:
            self._flush(kind, "".join([*self._carried, words]), properties)
            self._carried = []
        for box in own_boxes:
            carried, self._carried = self._carried, []
            self.read_story(box)
            self._carried = carried

    def _flush(self, kind: str, words: str, properties: Any) -> None:
        style = self._styles.get(self._paragraph_style)
        label, follow, level = "", "", 0
        numbering, depth = self._numbered(properties)
        if numbering:
            label, follow = self._numbering.count(numbering, depth)
            level = depth + 1
        outline = style.outline
        if properties is not None:
            outline = whole_number(value(properties, "outlineLvl"), outline)
        if kind == "paragraph":
            if style.name == "title":
                kind, level = "heading", 1
            elif outline is not None and outline < 9:
                kind, level = "heading", outline + 1
            elif numbering:
                kind = "item"
        if kind == "note" and words.strip():
            label, self._label = self._label, ""
        if follow == "nothing" and words.strip():
            words, label = label + words.lstrip(), ""
        self.text.add(kind, words, level=level, label=label)

    def _numbered(self, properties: Any) -> tuple[str, int]:
        """Return the list of a paragraph and its level in it; an empty string for a paragraph of none."""
        style = self._styles.get(self._paragraph_style)
        own = None if properties is None else properties.find("{*}numPr")
        numbering = (value(own, "numId") if own is not None else None) or style.numbering
        if not numbering or numbering == "0":
            return "", 0
        level = whole_number(value(own, "ilvl"), None) if own is not None else None
        if level is not None:
            return numbering, level
        of_style = self._numbering.level_of_style(numbering, self._paragraph_style)
        return numbering, of_style if of_style is not None else style.level or 0

    # --- Within a paragraph --------------------------------------------------------------------

    def _inline(self, element: Any, pieces: list[str]) -> None:
        for child in element:
            name = self._name(child)
            if name == "w:r":
                self._run(child, pieces)
            elif name in _INLINE:
                self._inline(child, pieces)
            elif name == "w:sdt":
                self._control(child, lambda content: self._inline(content, pieces))
            elif name in _DELETED:
                self._tracked += 1
                self._dropped = True
            elif name in ("m:oMath", "m:oMathPara"):
                self._formulas += 1
                pieces.append(self._formula(child))
            elif name == "mc:AlternateContent":
                chosen = _choice(child)
                if chosen is not None:
                    self._inline(chosen, pieces)

    def _run(self, run: Any, pieces: list[str]) -> None:
        properties = run.find("{*}rPr")
        style = self._styles.get(value(properties, "rStyle") if properties is not None else None)
        paragraph = self._styles.get(self._paragraph_style)
        font = font_of(properties) or style.font or paragraph.font or ""
        words: list[str] = []
        for child in run:
            self._within_run(child, words, font)
        if not (text := "".join(words)):
            return
        hidden = _first(switched_on(properties, "vanish"), style.hidden, paragraph.hidden)
        crossed = either(switched_on(properties, "strike"), switched_on(properties, "dstrike"))
        if hidden or _first(crossed, style.struck, paragraph.struck):
            (self._hidden if hidden else self._struck).append(text)
            self._dropped = True
        else:
            pieces.append(text)

    def _within_run(self, child: Any, words: list[str], font: str) -> None:
        name = self._name(child)
        if name == "w:fldChar":
            self._field(attribute(child, "fldCharType"), child, words)
        elif any(self._fields):
            return
        elif name == "w:t":
            text = child.text or ""
            if is_symbol_font(font) or any("\uf000" <= sign <= "\uf0ff" for sign in text):
                text = "".join(self._sign(font, sign) for sign in text)
            words.append(text)
        elif name in _SIGNS:
            words.append(_SIGNS[name])
        elif name == "w:sym":
            code = attribute(child, "char") or "0"
            own_font = attribute(child, "font") or font
            words.append(self._sign(own_font, chr(int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{1,4}", code) else " "))
        elif name in ("w:footnoteReference", "w:endnoteReference"):
            mark = "*" if attribute(child, "customMarkFollows") in ("1", "true", "on") else ""
            self._references[f"{name[2:-9]}s"].append(f"{attribute(child, 'id')}{mark}")
        elif name == "w:ruby":
            self._inline(child, words)
        elif name in ("w:drawing", "w:pict", "w:object", "mc:AlternateContent"):
            self._drawing(_choice(child) if name == "mc:AlternateContent" else child)

    def _sign(self, font: str, sign: str) -> str:
        if not is_symbol_font(font) and not "\uf000" <= sign <= "\uf0ff":
            return sign
        letter = meaning(font, ord(sign)) if ord(sign) >= 0x20 else sign
        if letter == UNKNOWN_SIGN:
            self._signs.add(font or "unknown")
        return letter

    def _field(self, kind: str | None, element: Any, words: list[str]) -> None:
        if kind == "begin":
            box = element.find("{*}ffData/{*}checkBox")
            if box is not None and not any(self._fields):
                on = either(switched_on(box, "checked"), switched_on(box, "default"))
                words.append("\u2612" if on else "\u2610")
            self._fields.append(True)
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _drawing(self, drawing: Any) -> None:
        if drawing is None or any(self._fields):
            return
        for element in drawing.iter("{*}txbxContent", "{*}graphicData"):
            name = local_name(element)
            if name == "graphicData":
                self._drawings += (element.get("uri") or "").endswith(("/chart", "/diagram"))
            elif not any(local_name(above) in ("txbxContent", "Fallback") for above in _above(element, drawing)):
                self._boxes.append(element)

    def _formula(self, element: Any) -> str:
        name = self._name(element)
        if name == "m:t":
            return element.text or ""
        if name in ("m:rPr", "m:ctrlPr") or name.endswith("Pr"):
            return ""
        parts = [
            (self._name(child), self._formula(child)) for child in element if not self._name(child).endswith("Pr")
        ]
        if name == "m:f" and len(parts) == 2:
            return "/".join(text if re.fullmatch(r"\w*", text) else f"({text})" for _, text in parts)
        between = {"m:sSup": "^", "m:sSub": "_"}.get(name, "")
        text = between.join(text for _, text in parts)
        return f"√({text})" if name == "m:rad" else text

    # --- What a person must know ---------------------------------------------------------------

    def warnings(self) -> Iterator[str]:
        """Yield in words what was left out, or put in by us."""
        if self._tracked:
            yield (
                "It has tracked changes: what was inserted or moved here is read, what was deleted or moved away is "
                "not."
            )
        for words, label in ((self._hidden, "Hidden text"), (self._struck, "Text that is struck through")):
            if text := "".join(words).strip():
                yield f"{label} is left out: “{text[:80]}{'…' if len(text) > 80 else ''}” ({len(text):,} characters)."
        if self._prompts:
            yield f"Content controls that nobody filled in show a prompt, which is left out ({self._prompts})."
        if self._formulas:
            yield f"Formulas are read as one line each: compare them with the document ({self._formulas})."
        if self._drawings:
            yield f"Charts, diagrams or embedded documents are not read: look at them there ({self._drawings})."
        if self._signs:
            fonts = ", ".join(sorted(self._signs))
            yield f"Signs of a symbol font whose meaning is not known appear as {UNKNOWN_SIGN} (fonts: {fonts})."


def _choice(element: Any) -> Any:
    """Return the one of two ways to show a thing that has words; it is kept twice for old programs."""
    choices = [*element.iterfind("{*}Choice"), *element.iterfind("{*}Fallback")]
    for choice in choices:
        if any((text.text or "").strip() for text in choice.iter("{*}t")):
            return choice
    return choices[0] if choices else None


def _above(element: Any, top: Any) -> Iterator[Any]:
    above = element.getparent()
    while above is not None and above is not top:
        yield above
        above = above.getparent()


def _is_drop_cap(properties: Any) -> bool:
    frame = properties.find("{*}framePr")
    return frame is not None and attribute(frame, "dropCap") in ("drop", "margin")


def _first(*switches: bool | None) -> bool:
    return bool(next((switch for switch in switches if switch is not None), False))
