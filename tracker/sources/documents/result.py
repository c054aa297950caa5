"""What reading a document gives: its text, its blocks, and what a person must know of it. Plain Python, no Django."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from tracker.text.characters import hidden_characters

MAX_FILE_BYTES = 10 * 1024 * 1024
"""Bytes of a document."""
MAX_TEXT_CHARS = 4_000_000
"""Characters of its text."""
MAX_PAGES = 3_000
MAX_NESTING = 300
"""How far the elements of a page may nest."""
MAX_ELEMENTS = 300_000
SAVE_AGAIN = "Open it in the program that made it, save it again and bring that in."
IN_PARTS = "Bring in the part of it that you need."
NOT_TEXT = "Open it in the program that made it, save it as PDF and bring that in."
"""What to do instead, for refusals."""

OnProgress = Callable[[int, int], None]
"""Told how many pages of how many are done."""


class DocumentError(Exception):
    """Why there is no text, in words for the person who brought the document in."""


class Block(NamedTuple):
    """A stretch of the text and what it is in the document.

    ``start`` and ``end`` are characters of ``Extract.text`` (0-based, end exclusive). Blocks are in the order of the
    text and never overlap; between two of them there is nothing but line ends. ``label`` is the number of characters
    at the start of the block that no file has and every program shows: the number of a list item, with its blank.
    ``kind`` is one of:

    - ``heading``, with ``level`` from 1 (a title) to 9
    - ``paragraph``
    - ``item``, of a list, with ``level`` from 1 for how deep the list is in others
    - ``cell``, of a table: a paragraph of its own
    - ``row``, of a spreadsheet: one line, its cells told apart by tabs
    - ``note``, a footnote or an endnote
    - ``furniture``: words that are not part of what the document says, such as the head and foot of a page of a PDF,
      its number, the menu, the cookie banner and the footer of a web page
    """

    kind: str
    start: int
    end: int
    level: int = 0
    label: int = 0


@dataclass(frozen=True)
class Proposal:
    """Something that the document says of itself, and where it says so; a person confirms it."""

    value: str
    origin: str


@dataclass
class Extract:
    """The text of a document, and what a person must know of it.

    ``pages`` are the starts of the pages in characters, where the document has pages, and ``page_labels`` what the
    document itself calls each of them ("iv", "12"); empty where it does not say. ``blocks`` tell what each stretch
    of the text is; empty where the reader of its format can not say. ``proposals`` are by the name of the field of
    Source: title, publisher, published_on (ISO 8601), licence, url.
    """

    file_format: str
    text: str
    pages: list[int] = field(default_factory=list)
    page_labels: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def form(self) -> str:
        """The file format by the name that callers of earlier versions know it by."""
        return self.file_format

    def propose(self, name: str, value: str | None, origin: str) -> None:
        """Keep a proposal, unless there is one already or the value is empty."""
        value = " ".join((value or "").split())[:1000]
        if value and name not in self.proposals and not next(hidden_characters(value), None):
            self.proposals[name] = Proposal(value, origin)


class TextBuilder:
    """Puts a text together block by block and keeps where each is."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.length = 0
        self._pieces: list[str] = []

    def add(self, kind: str, text: str, *, level: int = 0, label: str = "") -> None:
        """Add a block, unless it is blank. ``label`` is the number that goes before it, such as “1.”."""
        text = text.rstrip() if kind == "row" else text.strip()  # a row may begin with empty cells
        if not text:
            return
        if label := label.strip():
            label += " "
        if self._pieces:
            rows = kind == "row" and self.blocks[-1].kind == "row"
            self._write("\n" if rows else "\n\n")
        start = self.length
        self._write(label + text)
        self.blocks.append(Block(kind, start, self.length, level, len(label)))
        if self.length > MAX_TEXT_CHARS:
            raise DocumentError(f"Its text has more than {MAX_TEXT_CHARS:,} characters: bring in a part of it.")

    def reopen(self) -> str:
        """Take the last block out again, to go on with it, and return its words without its label."""
        block = self.blocks.pop()
        words = self._pieces.pop()
        self.length = block.start
        if self._pieces:
            self.length -= len(self._pieces.pop())
        return words[block.label :]

    def next_start(self) -> int:
        """Return where the next block begins, unless it is a row that follows a row."""
        return self.length + 2 if self._pieces else 0

    def finish(self, extracted: Extract) -> None:
        """Put the text and its blocks into an extract."""
        extracted.text = "".join(self._pieces)
        extracted.blocks = self.blocks

    def _write(self, piece: str) -> None:
        self._pieces.append(piece)
        self.length += len(piece)


_LICENCES = [
    ("ogl-3.0", re.compile(r"Open Government Licen[cs]e", re.I)),
    ("opl-3.0", re.compile(r"Open Parliament Licen[cs]e", re.I)),
    ("cc-by-sa-4.0", re.compile(r"CC[ -]BY-SA 4\.0|Attribution-ShareAlike 4\.0", re.I)),
    ("cc-by-4.0", re.compile(r"CC[ -]BY 4\.0|Creative Commons Attribution 4\.0", re.I)),
    ("all-rights-reserved", re.compile(r"all rights reserved", re.I)),
]


def propose_licence(extracted: Extract) -> None:
    """Propose the licence that the text names, if it names one."""
    for licence, pattern in _LICENCES:
        if match := pattern.search(extracted.text):
            extracted.propose("licence", licence, f"its words “{match[0]}” at character {match.start() + 1}")
            return


def iso_day(value: str) -> str:
    """Return a day in ISO 8601, or nothing for one that no calendar has."""
    try:
        return dt.date.fromisoformat(value).isoformat()
    except ValueError:
        return ""
