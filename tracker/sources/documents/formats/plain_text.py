"""Plain text in whatever encoding it came."""

import re

from tracker.sources.documents.result import NOT_TEXT, Block, DocumentError, Extract, OnProgress, propose_licence

_BOMS = [
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
]


def decode(content: bytes, declared: str, notes: list[str]) -> str:
    """Return the text of bytes; every doubt about the encoding becomes a note."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                raise DocumentError(
                    f"It begins as {encoding.upper()}, but byte {error.start + 1} fits none: save it again as UTF-8."
                ) from error
    if declared:
        try:
            text = _browser_decode(content, declared)
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
            raise DocumentError(f"This is not text: every fifth byte is zero. {NOT_TEXT}") from None
        notes.append(f"Nothing says how it is encoded; it was read as {encoding.upper()}.")
        return text
    if zeros:
        raise DocumentError(f"This is not text: there are zero bytes in it. {NOT_TEXT}")
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
    raise DocumentError("Its encoding is not known: save it again as UTF-8.")


_CALLED_LATIN_1 = frozenset(
    [
        "iso-8859-1",
        "iso8859-1",
        "iso_8859-1",
        "iso88591",
        "latin1",
        "latin-1",
        "l1",
        "ascii",
        "us-ascii",
        "windows-1252",
    ]
)
_READ_AS = {
    "gb2312": "gbk", "iso-8859-9": "cp1254", "latin5": "cp1254", "shift_jis": "cp932", "sjis": "cp932",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "tis-620": "cp874", "iso-8859-11": "cp874", "big5": "big5hkscs",
}  # fmt: skip


def _browser_decode(content: bytes, declared: str) -> str:
    """Decode as browsers and mail programs do (the Encoding Standard): what is called Latin-1 is Windows-1252."""
    label = declared.lower()
    if label not in _CALLED_LATIN_1:
        return content.decode(_READ_AS.get(label, declared))
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:  # five bytes have no sign there: they are control characters
        return content.decode("cp1252", "surrogateescape").translate({0xDC00 + byte: byte for byte in range(128, 256)})


def declared_charset(content_type: str) -> str:
    """Return the encoding that a header or a page names, or nothing."""
    match = re.search(r"charset=[\"']?([A-Za-z0-9_.:-]{1,40})", content_type, re.IGNORECASE)
    return match[1] if match else ""


def read(content: bytes, content_type: str, on_progress: OnProgress) -> Extract:
    """Return text as it came, character for character but for its line ends. Raises DocumentError."""
    extracted = Extract("text", "")
    fill(extracted, decode(content, declared_charset(content_type), extracted.notes))
    first = next((line.strip() for line in extracted.text[:5000].splitlines() if line.strip()), "")
    if len(first) <= 200:
        extracted.propose("title", first, "the first line")
    propose_licence(extracted)
    return extracted


def fill(extracted: Extract, text: str) -> None:
    """Put a text into an extract, each stretch between blank lines a paragraph.

    Each line end is one LF: words that a person takes come back from a form so, and could not be found with CR LF.
    """
    extracted.text = text = re.sub("\r\n?", "\n", text)
    extracted.blocks = [Block("paragraph", match.start(), match.end()) for match in _PARAGRAPH.finditer(text)]


_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[ \t]*[^\s][^\n]*)*")
