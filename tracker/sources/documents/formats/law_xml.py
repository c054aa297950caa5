"""Law and parliament in XML: legislation.gov.uk (CLML), Akoma Ntoso, Hansard and its like."""

from typing import Any

from tracker.sources.documents.archive import parse_xml
from tracker.sources.documents.result import Extract, OnProgress, TextBuilder, propose_licence
from tracker.sources.documents.xml_elements import local_name

_INLINE = frozenset(
    # CLML
    "emphasis strong underline smallcaps superior inferior uppercase addition substitution acronym abbreviation "
    "definition term character citation citationsubref internallink externallink span proviso nonproviso "
    # Akoma Ntoso
    "ref mref rref i b u sup sub a ins def date entity person role organization quantity docnumber docdate doctype "
    "doctitle docstage docproponent shorttitle remark abbr inline location time event process concept object "
    "placeholder mod quotedtext from affectedauthority signature judge lawyer party neutralcitation "
    # pages and Hansard
    "em phrase member image-ref font small big tt code q cite br".split()
)
_SILENT = frozenset(
    "metadata meta resources versions commentaryref footnoteref marginnoteref noteref img del repeal image figure "
    "contents toc blockamendmentstart".split()
)
_NUMBERS = frozenset(["pnumber", "number", "num", "listitemnumber"])
_HEADINGS = frozenset(
    "title heading longtitle subtitle subheading tblocktitle crossheading major-heading minor-heading oral-heading "
    "docketitle reference subject".split()
)
_NOTES = frozenset(["footnote", "authorialnote", "commentary", "note", "marginnote"])
_NUMBER_FORMATS = {"p2": "({})", "p3": "({})", "p4": "({})", "p5": "({})", "p6": "({})"}


def read(content: bytes, content_type: str, on_progress: OnProgress) -> Extract:
    """Return the words of legislation or a debate, a provision or a speech a paragraph. Raises DocumentError."""
    root = parse_xml(content.lstrip(b" \t\r\n"))
    extracted = Extract("law", "")
    reader = _Reader()
    reader.read(root)
    for label, element in reader.notes:
        reader.read_note(label, element)
    reader.text.finish(extracted)
    for path in ("{http://purl.org/dc/elements/1.1/}title", "{*}shortTitle", "{*}docTitle"):
        for element in root.iter(path):
            extracted.propose("title", " ".join("".join(element.itertext()).split()), f"its <{local_name(element)}>")
    propose_licence(extracted)
    return extracted


class _Reader:
    """Walks through the elements; gathers the words of one paragraph until the next begins."""

    def __init__(self) -> None:
        self.text = TextBuilder()
        self.notes: list[tuple[str, Any]] = []
        self._pieces: list[str] = []
        self._kind, self._level, self._label = "paragraph", 0, ""

    def read(self, element: Any, depth: int = 0) -> None:
        """Read an element that is a block, and those in it."""
        name = local_name(element).lower()
        kind, level = self._kind, self._level
        self.end()
        if name in _HEADINGS:
            self._kind, self._level = "heading", max(1, min(9, depth // 2))
        elif name in ("tcell", "td", "th", "entry"):
            self._kind = "cell"
        if speaker := element.get("speakername"):
            self.text.add("paragraph", speaker)
        self._within(element, depth)
        self.end()
        self._kind, self._level = kind, level

    def read_note(self, label: str, element: Any) -> None:
        """Read a note, after the text that it belongs to."""
        self._kind, self._label = "note", label
        self._within(element, 0)
        self.end()

    def end(self) -> None:
        """End the paragraph that is being gathered."""
        words = " ".join("".join(self._pieces).split())
        self._pieces = []
        if words:
            kind = "item" if self._label and self._kind == "paragraph" else self._kind
            label, self._label = self._label, ""
            self.text.add(kind, words, level=self._level or int(kind == "item"), label=label)

    def _within(self, element: Any, depth: int) -> None:
        self._pieces.append(element.text or "")
        for child in element:
            name = local_name(child).lower()
            if name in _NUMBERS:
                self._number(child, name)
            elif name in _NOTES and name != "note":
                self.notes.append((child.get("marker") or child.get("id") or "", child))
            elif name in ("br", "eol"):
                self._pieces.append(" ")
            elif name in _INLINE:
                self._within(child, depth)
            elif name not in _SILENT and name:
                self.read(child, depth + 1)
            self._pieces.append(child.tail or "")

    def _number(self, element: Any, name: str) -> None:
        self.end()
        number = " ".join("".join(element.itertext()).split())
        before, after = element.get("PuncBefore"), element.get("PuncAfter")
        if before is not None or after is not None:
            number = f"{before or ''}{number}{after or ''}"
        elif name == "pnumber":
            number = _NUMBER_FORMATS.get(local_name(element.getparent()).lower(), "{}").format(number)
        self._label = f"{self._label} {number}".strip()
