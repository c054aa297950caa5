"""RTF documents, read as Word 2007 shows them (Rich Text Format specification 1.9.1).

Own code: striprtf says deleted words as if they were not deleted, and drops notes and boxes
(docs/decisions/0017-document-readers.md).
"""

import re
from dataclasses import dataclass, replace

from tracker.sources.documents.list_numbers import RAISED
from tracker.sources.documents.result import (
    SAVE_AGAIN,
    DocumentError,
    Extract,
    OnProgress,
    TextBuilder,
    propose_licence,
)
from tracker.sources.documents.symbol_fonts import UNKNOWN_SIGN, is_symbol_font, meaning

_MAX_GROUPS = 1_000
"""How deep groups may nest."""
_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])|"
    rb"(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+",
    re.DOTALL,
)
_SIGNS = {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005", "tab": "\t", "line": "\n", "lbr": "\n",
    "zwj": "\u200d", "zwnj": "\u200c",
}  # fmt: skip
_ENDS = frozenset("par sect page column cell row nestcell nestrow".split())
_SILENT = frozenset(
    "fonttbl colortbl stylesheet listtable listoverridetable rsidtbl generator header headerl headerr headerf footer "
    "footerl footerr footerf pict objdata fldinst annotation atnid atnauthor atndate atnref atrfstart atrfend "
    "bkmkstart bkmkend themedata colorschememapping datastore latentstyles xmlnstbl mmathPr nonshppict shprslt sp "
    "filetbl revtbl pgdsctbl userprops xe tc private passwordhash ftnsep ftnsepc aftnsep aftnsepc ftncn aftncn "
    "pnseclvl template docvar operator revtim creatim printim buptim comment doccomm".split()
)
_STARRED_READ = frozenset("shpinst shptxt ud fldrslt footnote result do dptxbxtext".split())
_CODEPAGES = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip


@dataclass
class _State:
    """What holds within a group."""

    target: str = "body"
    hidden: bool = False
    struck: bool = False
    deleted: bool = False
    raised: bool = False
    font: int = 0
    skip: int = 1
    first: bool = True
    starred: bool = False


def read(content: bytes, content_type: str, on_progress: OnProgress) -> Extract:
    """Return the text of an RTF document. Raises DocumentError."""
    extracted = Extract("rtf", "")
    reader = _Reader()
    reader.read(content)
    reader.finish(extracted)
    propose_licence(extracted)
    return extracted


class _Reader:
    """Follows the control words of a document, one after the other."""

    def __init__(self) -> None:
        self._text = TextBuilder()
        self._state = _State()
        self._stack: list[_State] = []
        self._codepage = "cp1252"
        self._fonts: dict[int, tuple[str, str]] = {}
        self._font_name: list[str] = []
        self._pieces: dict[str, list[str]] = {"body": [], "note": [], "box": [], "label": []}
        self._later: list[tuple[str, str, str]] = []  # boxes, said after the paragraph that they belong to
        self._notes: list[str] = []
        self._info: dict[str, list[str]] = {"title": [], "author": []}
        self._bytes = bytearray()
        self._to_skip = 0
        self._left_out: dict[str, list[str]] = {"hidden": [], "struck": []}
        self._tracked = False
        self._signs: set[str] = set()
        self._in_cell = False

    def read(self, content: bytes) -> None:
        """Read a whole document."""
        at = 0
        while at < len(content):
            match = _TOKEN.match(content, at)
            if match is None:  # a lone backslash at the end
                break
            at = match.end()
            if match["hex"]:
                self._byte(int(match["hex"], 16))
                continue
            if match["text"]:
                for byte in match["text"]:
                    self._byte(byte)
                continue
            self._decode()
            if match["brace"]:
                self._group(match["brace"])
            elif match["sign"]:
                self._sign(match["sign"])
            elif match["word"]:
                word, number = match["word"].decode(), match["number"]
                if word == "bin" and number:
                    at += max(0, int(number))
                    continue
                self._word(word, int(number) if number else None)
        self._decode()
        self._end_paragraph()

    # --- Tokens --------------------------------------------------------------------------------

    def _group(self, brace: bytes) -> None:
        self._to_skip = 0
        if brace == b"{":
            if len(self._stack) >= _MAX_GROUPS:
                raise DocumentError(f"The RTF document nests its groups more than {_MAX_GROUPS:,} deep. {SAVE_AGAIN}")
            self._stack.append(self._state)
            self._state = replace(self._state, first=True, starred=False)
        elif self._stack:
            before, self._state = self._state, self._stack.pop()
            if before.target == "fonttbl":
                self._end_font(before.font)
            if before.target != self._state.target:
                self._close(before.target)

    def _close(self, target: str) -> None:
        if target == "note":
            if words := "".join(self._pieces["note"]).strip():
                self._notes.append(words)
            self._pieces["note"] = []
        elif target == "box":
            self._end_box()

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._state.starred = True
        elif sign in (b"\\", b"{", b"}"):
            self._say(sign.decode())
        elif sign == b"~":
            self._say("\u00a0")
        elif sign == b"_":
            self._say("\u2011")
        elif sign in (b"\r", b"\n"):
            self._end_paragraph()

    def _byte(self, byte: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
            return
        self._state.first = False
        self._bytes.append(byte)

    def _decode(self) -> None:
        """Say the bytes that were gathered, in the encoding of their font."""
        if not self._bytes:
            return
        content, self._bytes = bytes(self._bytes), bytearray()
        if self._state.target == "fonttbl":
            self._font_name.append(content.decode(self._codepage, "replace"))
            return
        name, codepage = self._fonts.get(self._state.font, ("", ""))
        if is_symbol_font(name):
            text = "".join(self._meaning(name, byte) for byte in content)
        else:
            text = content.decode(codepage or self._codepage, "replace")
        self._say(text)

    def _meaning(self, font: str, code: int) -> str:
        sign = meaning(font, code) if code > 0x20 else chr(code)
        if sign == UNKNOWN_SIGN:
            self._signs.add(font)
        return sign

    def _word(self, word: str, number: int | None) -> None:
        state = self._state
        first, state.first = state.first, False
        if first and self._destination(word, state.starred):
            return
        if word == "u" and number is not None:
            self._unicode(number & 0xFFFF)
        elif word in _SIGNS:
            if self._to_skip:
                self._to_skip -= 1
            else:
                self._say(_SIGNS[word])
        elif word in _ENDS:
            self._end_paragraph(cell=word in ("cell", "nestcell"))
        elif word == "intbl":
            self._in_cell = True
        elif word in ("pard", "plain"):
            self._reset(word)
        else:
            self._property(word, number)

    def _destination(self, word: str, starred: bool) -> bool:
        """Take up the destination that a group begins with; return whether it is one."""
        state = self._state
        if state.target == "silent":
            return word not in ("shptxt",)
        if word == "fonttbl":
            state.target = "fonttbl"
        elif word == "footnote":
            state.target, state.hidden, state.raised = "note", False, False
        elif word in ("shptxt", "dptxbxtext"):
            state.target = "box"
        elif word in ("listtext", "pntext"):
            state.target = "label"
        elif word in ("title", "author") and state.target == "info":
            state.target = word
        elif word == "info":
            state.target = "info"
        elif word in _SILENT or (starred and word not in _STARRED_READ):
            state.target = "silent"
        elif word == "upr":
            state.target = "silent"  # the same words again in Unicode come after, in \ud
        elif word == "ud":
            state.target = self._stack[-2].target if len(self._stack) > 1 else "body"
        else:
            return False
        return True

    def _reset(self, word: str) -> None:
        if word == "pard":
            self._in_cell = False
        else:
            state = self._state
            state.hidden = state.struck = state.deleted = state.raised = False
            state.font = 0

    def _property(self, word: str, number: int | None) -> None:
        state, on = self._state, number != 0
        if word == "v":
            state.hidden = on
        elif word in ("strike", "striked"):
            state.struck = on
        elif word == "deleted":
            state.deleted, self._tracked = on, True
        elif word in ("revised", "mvfmf", "mvtof", "mvf", "mvt"):
            self._tracked = True
        elif word in ("super", "nosupersub", "sub"):
            state.raised = word == "super" and on
        elif word == "f" and number is not None:
            if state.target == "fonttbl":
                self._end_font(state.font)
            state.font = number
        elif word == "fcharset" and state.target == "fonttbl":
            self._fonts[state.font] = ("", "symbol" if number == 2 else _CODEPAGES.get(number or 0, ""))
        elif word == "uc" and number is not None:
            state.skip = min(max(number, 0), 10)
        elif word == "ansicpg" and number:
            self._codepage = self._known_codepage(number)
        elif word == "mac":
            self._codepage = "mac_roman"
        elif word == "pc":
            self._codepage = "cp437"

    @staticmethod
    def _known_codepage(number: int) -> str:
        name = {65001: "utf-8", 10000: "mac_roman", 936: "gbk", 950: "big5"}.get(number, f"cp{number}")
        try:
            b"".decode(name)
        except LookupError:
            return "cp1252"
        return name

    def _end_font(self, font: int) -> None:
        name, self._font_name = "".join(self._font_name).strip().rstrip(";"), []
        if name:
            charset = self._fonts.get(font, ("", ""))[1]
            self._fonts[font] = (name, "" if charset == "symbol" else charset)

    def _unicode(self, code: int) -> None:
        self._to_skip = self._state.skip
        before = self._target()
        if 0xDC00 <= code < 0xE000 and before and "\ud800" <= before[-1][-1:] < "\udc00":
            high = before.pop()
            before.append(high[:-1] + chr(0x10000 + ((ord(high[-1]) - 0xD800) << 10) + code - 0xDC00))
            return
        name = self._fonts.get(self._state.font, ("", ""))[0]
        self._say(self._meaning(name, code) if is_symbol_font(name) and code >= 0xF000 else chr(code))

    # --- Words ---------------------------------------------------------------------------------

    def _target(self) -> list[str]:
        return self._pieces.get(self._state.target) or self._info.get(self._state.target) or []

    def _say(self, words: str) -> None:
        state = self._state
        if state.target in self._info:
            self._info[state.target].append(words)
        elif state.target in self._pieces:
            if state.deleted:
                return
            if state.hidden or state.struck:
                self._left_out["hidden" if state.hidden else "struck"].append(words)
                return
            if state.raised and words.isascii() and words.isdigit():
                words = words.translate(RAISED)
            self._pieces[state.target].append(words)

    def _end_paragraph(self, *, cell: bool = False) -> None:
        state = self._state
        if state.target == "note":
            self._pieces["note"].append("\n")
            return
        if state.target == "box":
            self._end_box()
            return
        if state.target not in self._pieces or state.deleted:
            return
        words, self._pieces["body"] = "".join(self._pieces["body"]), []
        label, self._pieces["label"] = "".join(self._pieces["label"]).strip(), []
        kind = "cell" if cell or self._in_cell else "item" if label else "paragraph"
        self._text.add(kind, words, level=int(bool(label)), label="" if label in ("•", "·", "o") else label)
        for box in self._later:
            self._text.add(box[0], box[1])
        self._later = []

    def _end_box(self) -> None:
        words, self._pieces["box"] = "".join(self._pieces["box"]), []
        if words.strip():
            self._later.append(("paragraph", words, ""))

    def finish(self, extracted: Extract) -> None:
        """Put the text, its notes and what a person must know into an extract."""
        for number, words in enumerate(self._notes, start=1):
            self._text.add("note", " ".join(words.split()), label=str(number))
        self._text.finish(extracted)
        extracted.propose("title", "".join(self._info["title"]), "the document’s title")
        extracted.propose("publisher", "".join(self._info["author"]), "the document’s author")
        if self._tracked:
            extracted.notes.append("It has tracked changes: what was inserted is read, what was deleted is not.")
        for kind, label in (("hidden", "Hidden text"), ("struck", "Text that is struck through")):
            if text := "".join(self._left_out[kind]).strip():
                extracted.notes.append(f"{label} is left out: “{text[:80]}” ({len(text):,} characters).")
        if self._signs:
            fonts = ", ".join(sorted(self._signs))
            extracted.notes.append(
                f"Signs of a symbol font whose meaning is not known appear as {UNKNOWN_SIGN} (fonts: {fonts})."
            )
